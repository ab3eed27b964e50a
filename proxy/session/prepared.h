// COM_STMT_*: native prepared statements are forwarded, with cursors where the backend has none; the
// gateway's own are handed on (own_prepared.h).
#pragma once

#include "proxy/session/cursors.h"
#include "proxy/session/own_prepared.h"

#include <memory>
#include <string>
#include <unordered_map>

namespace mogate::proxy {

class Prepared {
 public:
  Prepared(SessionContext& context, Relay& relay)
      : c_(context), relay_(relay), cursors_(context, relay), own_(context, relay) {}

  Task<MaybeEnd> prepare();
  // EXECUTE, FETCH, RESET, SEND_LONG_DATA, CLOSE.
  Task<MaybeEnd> command(protocol::Command command);
  // To be called before anything else than such a command goes to the backend.
  Task<MaybeEnd> make_way() { return cursors_.make_way(); }
  // Forgets all of them; what has to run on the backend so that it does too.
  std::vector<std::string> take_all();

 private:
  // A statement of the backend's.
  struct Native {
    std::unique_ptr<rewrite::Statement> guarded;  // what a guard has to check again at each EXECUTE
    CommandNote::Sight sight;
  };

  Task<MaybeEnd> prepare_native(std::string_view text, const rewrite::Statement* guarded,
                                CommandNote::Sight sight, OwnStatement& runner);
  Task<MaybeEnd> relay_prepare(protocol::ResponseTracker& tracker, const rewrite::Statement* guarded,
                               CommandNote::Sight sight);
  Task<MaybeEnd> native_command(protocol::Command command, std::uint32_t id);
  Task<MaybeEnd> check_guard(const rewrite::Statement& statement, bool& refused);
  Task<MaybeEnd> execute_native(std::uint32_t id, const rewrite::Statement* guarded);
  Task<MaybeEnd> fetch_native(std::uint32_t id);
  Task<MaybeEnd> judge_text(Gate& gate, TextCommand& command, bool& answered);
  Task<MaybeEnd> judge_execution(std::uint32_t id, bool& answered);
  const std::string* text_of(std::uint32_t id) const;
  Task<MaybeEnd> bytes_in_request(std::size_t size);
  Task<MaybeEnd> forward(protocol::Command command);

  SessionContext& c_;
  Relay& relay_;
  Cursors cursors_;
  OwnPrepared own_;
  std::unordered_map<std::uint32_t, Native> native_;
  // What they were prepared from, where there is a policy file: each execution is held against the rules.
  std::unordered_map<std::uint32_t, std::string> texts_;
  std::string preparing_;
};

}  // namespace mogate::proxy
