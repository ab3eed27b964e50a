// COM_STMT_*: native prepared statements are forwarded; the gateway's own live here under ids of its own.
#pragma once

#include "protocol/execute.h"
#include "proxy/session/cursors.h"
#include "proxy/session/statements.h"

#include <map>
#include <memory>
#include <string>
#include <unordered_map>

namespace mogate::proxy {

class Prepared {
 public:
  Prepared(SessionContext& context, Relay& relay) : c_(context), relay_(relay), cursors_(context, relay) {}

  Task<MaybeEnd> prepare();
  // EXECUTE, FETCH, RESET, SEND_LONG_DATA, CLOSE.
  Task<MaybeEnd> command(protocol::Command command);
  // To be called before anything else than such a command goes to the backend.
  Task<MaybeEnd> make_way() { return cursors_.make_way(); }
  // Forgets all of them; what has to run on the backend so that it does too.
  std::vector<std::string> take_all();

 private:
  // One of the gateway's own.
  struct Own {
    std::string text;
    rewrite::sql::SqlMode mode;  // that it was prepared under
    std::size_t params = 0;
    std::vector<protocol::ParamType> types;          // of the last execution
    std::map<std::uint16_t, std::string> long_data;  // sent ahead of the next one
    std::size_t long_bytes = 0;
  };

  Task<MaybeEnd> prepare_own(std::string_view text, const rewrite::Statement& statement);
  Task<MaybeEnd> prepare_native(std::string_view text, const rewrite::Statement* guarded,
                                OwnStatement& runner);
  Task<MaybeEnd> relay_prepare(protocol::ResponseTracker& tracker, const rewrite::Statement* guarded);
  Task<MaybeEnd> own_command(protocol::Command command, Own& own, std::uint32_t id);
  Task<MaybeEnd> native_command(protocol::Command command, std::uint32_t id);
  Task<MaybeEnd> check_guard(const rewrite::Statement& statement, bool& refused);
  Task<MaybeEnd> execute_native(std::uint32_t id, const rewrite::Statement* guarded);
  Task<MaybeEnd> fetch_native(std::uint32_t id);
  Task<MaybeEnd> bytes_in_request(std::size_t size);
  Task<MaybeEnd> execute_own(Own& own, std::string_view payload);
  void keep_long_data(Own& own, std::string_view payload);
  Task<MaybeEnd> answer(protocol::Command command, const protocol::SqlError& error);
  Task<MaybeEnd> forward(protocol::Command command);

  SessionContext& c_;
  Relay& relay_;
  Cursors cursors_;
  std::unordered_map<std::uint32_t, Own> own_;
  std::uint32_t next_own_ = 0;
  // Statements of the backend's; the value is what a guard has to check again at each EXECUTE.
  std::unordered_map<std::uint32_t, std::unique_ptr<rewrite::Statement>> native_;
};

}  // namespace mogate::proxy
