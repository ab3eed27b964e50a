// The gateway's own statements that a client prepared, under ids that the backend never gives.
#pragma once

#include "protocol/execute.h"
#include "proxy/session/statements.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mogate::proxy {

class OwnPrepared {
 public:
  // Both outlive it.
  OwnPrepared(SessionContext& context, Relay& relay) : c_(context), relay_(relay) {}

  // Keeps the statement and answers COM_STMT_PREPARE, which was taken out of the client's stream.
  Task<MaybeEnd> prepare(std::string_view text, const rewrite::Statement& statement);
  bool has(std::uint32_t id) const { return statements_.contains(id); }
  // As it was prepared; has(id) holds.
  const std::string& text_of(std::uint32_t id) const { return statements_.at(id).text; }
  // Runs the command at the head of the request buffer, which is for statement `id`; has(id) holds.
  Task<MaybeEnd> command(protocol::Command command, std::uint32_t id);
  void forget() { statements_.clear(); }

 private:
  struct Statement {
    std::string text;
    rewrite::sql::SqlMode mode;  // that it was prepared under
    std::size_t params = 0;
    std::vector<protocol::ParamType> types;          // of the last execution
    std::map<std::uint16_t, std::string> long_data;  // sent ahead of the next one
    std::size_t long_bytes = 0;

    void forget_long_data() {
      long_data.clear();
      long_bytes = 0;
    }
  };

  Task<MaybeEnd> execute(Statement& own, std::string_view payload);
  void keep_long_data(Statement& own, std::string_view payload);

  SessionContext& c_;
  Relay& relay_;
  std::unordered_map<std::uint32_t, Statement> statements_;
  std::uint32_t next_ = 0;
};

}  // namespace mogate::proxy
