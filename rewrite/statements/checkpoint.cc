#include "rewrite/statements/checkpoint.h"

#include <string>

namespace mogate::rewrite {

std::optional<Checkpoint> parse_checkpoint(sql::Cursor& in) {
  Checkpoint out;
  out.global = in.accept("GLOBAL", "CHECKPOINT");
  bool prefixed = out.global || in.accept("INCREMENTAL", "CHECKPOINT");
  if (!prefixed) {
    if (!in.accept("CHECKPOINT")) return std::nullopt;
    out.global = in.accept("GLOBAL");
    if (!out.global) in.accept("INCREMENTAL");
  }
  if (in.accept("TIMEOUT")) {
    out.timeout_seconds = in.number("a number of seconds");
    if (!in.failed() && *out.timeout_seconds == 0)
      in.fail(protocol::SqlError{
          protocol::errc::mo_invalid_input, "invalid input: TIMEOUT must be at least 1", {}});
  }
  return out;
}

Step checkpoint_step(const Checkpoint& statement) {
  std::string limit = statement.timeout_seconds ? std::to_string(*statement.timeout_seconds) + "s" : "";
  Step s = step(std::string("SELECT mo_ctl('dn', '") +
                (statement.global ? "globalcheckpoint" : "checkpoint") + "', '" + limit + "')");
  s.expect = Expect::mo_ctl_ok;
  s.method = statement.global ? "GlobalCheckpoint" : "Checkpoint";
  s.target = "cluster";
  return s;
}

Planned plan_checkpoint(const Checkpoint& statement) {
  Plan plan{{checkpoint_step(statement)}, {}};
  plan.answer.kind = AnswerKind::mo_ctl_rows;
  plan.answer.columns = mo_ctl_columns();
  return plan;
}

std::vector<ColumnSpec> mo_ctl_columns() {
  constexpr std::uint8_t kLongLong = 8;
  return {{"method"}, {"target"}, {"result"}, {"elapsed_ms", kLongLong}};
}

}  // namespace mogate::rewrite
