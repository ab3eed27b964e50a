// Runs one of the gateway's statements, or a guarded native one, and answers the client.
#pragma once

#include "proxy/orchestrate/executor.h"
#include "proxy/session/answer.h"
#include "proxy/session/relay.h"

#include <string_view>

namespace mogate::proxy {

class OwnStatement {
 public:
  // Both outlive it.
  OwnStatement(SessionContext& context, Relay& relay) : c_(context), relay_(relay), executor_(context) {}

  // `text` is what is forwarded if the statement turns out to be a native one that may run. `format.sequence`
  // is moved behind the answer.
  Task<MaybeEnd> run(const rewrite::Statement& statement, std::string_view text, AnswerFormat& format);
  // Sends native text in a packet of its own and relays its answer as part of the client's.
  Task<MaybeEnd> run_native(std::string_view text, AnswerFormat& format);
  Task<MaybeEnd> refuse(const protocol::SqlError& error, AnswerFormat& format);
  // The last one ended in an ERR: nothing further of the packet may run.
  bool failed() const { return failed_; }

  Executor& executor() { return executor_; }

 private:
  Task<MaybeEnd> remember_role(std::string_view text);
  Task<Outcome> run_beside(const rewrite::Statement& statement, std::string_view text);

  SessionContext& c_;
  Relay& relay_;
  Executor executor_;
  bool failed_ = false;
};

// How the gateway's own answer to the command that runs now has to look.
AnswerFormat answer_format(const SessionContext& context, bool binary = false);

}  // namespace mogate::proxy
