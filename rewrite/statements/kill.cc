#include "rewrite/statements/kill.h"

namespace mogate::rewrite {

std::optional<Kill> parse_kill(sql::Cursor& in) {
  Kill out;
  out.query_only = in.accept("QUERY");
  if (!out.query_only) in.accept("CONNECTION");
  if (in.peek().kind != sql::TokenKind::number && in.peek().kind != sql::TokenKind::placeholder)
    return std::nullopt;
  out.id = in.number("a connection id");
  if (in.peek().kind == sql::TokenKind::string) in.take();  // a statement id
  return out;
}

Planned plan_kill() {
  Plan plan;
  plan.answer.kind = AnswerKind::gateway;
  plan.answer.gateway_topic = "KILL";
  return plan;
}

}  // namespace mogate::rewrite
