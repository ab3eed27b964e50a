#include "proxy/cli/explain.h"

#include "proxy/session/reading.h"
#include "rewrite/planner.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

int complain(const protocol::SqlError& error) {
  fmt::print(stderr, "ERROR {} ({}): {}\n", error.code, error.state(), error.message);
  return 1;
}

int show(const rewrite::Statement& statement, const rewrite::Dialect& dialect,
         const ExplainRequest& request) {
  rewrite::Facts facts;
  // Only whether it is 0 counts here; the names decide the rest.
  facts.identity = {request.account == "sys" ? 0U : 1U, request.account, 0, request.role};
  facts.can_kill = true;
  facts.name_suffix = "<time>";
  const auto* inner = std::get_if<rewrite::ExplainGateway>(&statement.as);
  auto planned = rewrite::plan(inner ? *inner->explained : statement, dialect, facts);
  if (auto* error = std::get_if<protocol::SqlError>(&planned)) return complain(*error);
  if (auto* queries = std::get_if<std::vector<rewrite::FactQuery>>(&planned)) {
    fmt::print("the plan depends on these reads (EXPLAIN GATEWAY on a session shows it whole):\n");
    for (const auto& query : *queries) fmt::print("  {}\n", query.sql);
    return 0;
  }
  for (const auto& row : rewrite::explain_rows(std::get<rewrite::Plan>(planned)).rows) {
    for (const auto& cell : row) fmt::print("{}\t", cell.value_or(""));
    fmt::print("\n");
  }
  return 0;
}

}  // namespace

int explain(const ExplainRequest& request) {
  rewrite::ParseOptions options;
  options.dialect = rewrite::parse_version(request.server_version);
  auto reading = read_statements(request.sql, options);
  if (reading.error) return complain(*reading.error);
  for (const auto& piece : reading.pieces) {
    if (!piece.ours) {
      fmt::print("forwarded as it came: {}\n", piece.text);
    } else if (int code = show(*piece.ours, options.dialect, request)) {
      return code;
    }
  }
  return 0;
}

}  // namespace mogate::proxy
