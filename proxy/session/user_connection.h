// Further connections of a bridge session's user to the backend (DESIGN 4, "Transactions"): with the user's
// rights, and no others.
#pragma once

#include "proxy/session/context.h"

#include <string>

namespace mogate::proxy {

// What a connection is to look like; what is empty stays as the login left it.
struct ConnectionState {
  std::string database;
  std::string role;
  std::string sql_mode;
  std::string autocommit;
};

// Connects `link`, which is closed first, as the session's user, within the connect deadline. Nullopt, or why
// not: one that logged in by passthrough has no credentials for that.
Task<std::optional<protocol::SqlError>> connect_as_user(SessionContext& context, BackendLink& link,
                                                        const ConnectionState& state);

// Stands in for the session's backend connection (SessionContext::backend) from open() on for as long as it
// lives; the client's own is kept aside, with its transaction.
class Sibling {
 public:
  explicit Sibling(SessionContext& context);
  Sibling(const Sibling&) = delete;
  Sibling& operator=(const Sibling&) = delete;
  ~Sibling();

  // What was asked of the client's own connection, or of the new one. With either the sibling is not there.
  struct Opened {
    MaybeEnd end;
    std::optional<protocol::SqlError> error;
  };
  // Only inside a transaction of the client's.
  Task<Opened> open();

 private:
  SessionContext& c_;
  BackendLink own_;
  bool open_ = false;
};

}  // namespace mogate::proxy
