// Which way each command of the protocol takes.
#pragma once

#include "proxy/session/emulation.h"
#include "proxy/session/prepared.h"
#include "proxy/session/statements.h"

#include <optional>
#include <string>
#include <utility>

namespace mogate::proxy {

struct NewLogin {
  std::optional<std::string> change_user;  // payload of that command; else the same user logs in again
  std::string database;                    // of the same user's
};

class Commands {
 public:
  explicit Commands(SessionContext& context)
      : c_(context),
        relay_(context),
        statements_(context, relay_),
        prepared_(context, relay_),
        emulation_(context, relay_) {}

  // Runs the command whose first bytes are in the request buffer, answer included.
  Task<MaybeEnd> run();

  // The last one begins the session anew and is not answered yet. This object's time is over then.
  std::optional<NewLogin> take_new_login() { return std::exchange(new_login_, std::nullopt); }

 private:
  Task<MaybeEnd> after_rows(protocol::Command command);
  Task<MaybeEnd> dispatch(protocol::Command command);
  Task<MaybeEnd> emulate(protocol::Command command);
  Task<MaybeEnd> relay(protocol::Command command);
  Task<MaybeEnd> refuse(const protocol::SqlError& error);
  Task<MaybeEnd> refuse_empty();
  Task<MaybeEnd> refuse_out_of_order();
  Task<MaybeEnd> init_db();
  Task<MaybeEnd> hold(protocol::Command command);
  // What the command would be as a statement is held against the rules first.
  Task<MaybeEnd> judged(protocol::Command command);
  Task<MaybeEnd> change_user();
  Task<MaybeEnd> reset_connection();
  Task<MaybeEnd> reset_in_place();
  Task<MaybeEnd> quit();

  SessionContext& c_;
  Relay relay_;
  Statements statements_;
  Prepared prepared_;
  Emulation emulation_;
  std::optional<NewLogin> new_login_;
};

}  // namespace mogate::proxy
