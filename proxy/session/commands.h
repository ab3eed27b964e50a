// Which way each command of the protocol takes.
#pragma once

#include "proxy/session/prepared.h"
#include "proxy/session/statements.h"

namespace mogate::proxy {

class Commands {
 public:
  explicit Commands(SessionContext& context)
      : c_(context), relay_(context), statements_(context, relay_), prepared_(context, relay_) {}

  // Runs the command whose first bytes are in the request buffer, answer included.
  Task<MaybeEnd> run();

 private:
  Task<MaybeEnd> dispatch(protocol::Command command);
  Task<MaybeEnd> relay(protocol::Command command);
  Task<MaybeEnd> refuse(const protocol::SqlError& error);
  Task<MaybeEnd> refuse_empty();
  Task<MaybeEnd> refuse_out_of_order();
  Task<MaybeEnd> init_db();
  Task<MaybeEnd> quit();

  SessionContext& c_;
  Relay relay_;
  Statements statements_;
  Prepared prepared_;
};

}  // namespace mogate::proxy
