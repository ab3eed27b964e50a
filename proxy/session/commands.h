// Which way each command of the protocol takes.
#pragma once

#include "proxy/session/emulation.h"
#include "proxy/session/prepared.h"
#include "proxy/session/statements.h"

#include <optional>
#include <string>
#include <utility>

namespace mogate::proxy {

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

  // The last one was COM_CHANGE_USER, not answered yet: its payload. This object's time is over then.
  std::optional<std::string> take_change_user() { return std::exchange(change_user_, std::nullopt); }

 private:
  Task<MaybeEnd> after_rows(protocol::Command command);
  Task<MaybeEnd> dispatch(protocol::Command command);
  Task<MaybeEnd> emulate(protocol::Command command);
  Task<MaybeEnd> relay(protocol::Command command);
  Task<MaybeEnd> refuse(const protocol::SqlError& error);
  Task<MaybeEnd> refuse_empty();
  Task<MaybeEnd> refuse_out_of_order();
  Task<MaybeEnd> init_db();
  Task<MaybeEnd> change_user();
  Task<MaybeEnd> quit();

  SessionContext& c_;
  Relay relay_;
  Statements statements_;
  Prepared prepared_;
  Emulation emulation_;
  std::optional<std::string> change_user_;
};

}  // namespace mogate::proxy
