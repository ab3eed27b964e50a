#include "rewrite/statements/outside_transaction.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

struct Beginning {
  std::string_view verb, object;
};

constexpr std::array<Beginning, 12> kBeginnings{{{"CREATE", "SNAPSHOT"},
                                                 {"DROP", "SNAPSHOT"},
                                                 {"SHOW", "SNAPSHOTS"},
                                                 {"CREATE", "PITR"},
                                                 {"ALTER", "PITR"},
                                                 {"DROP", "PITR"},
                                                 {"SHOW", "PITR"},
                                                 {"CREATE", "CDC"},
                                                 {"DROP", "CDC"},
                                                 {"SHOW", "CDC"},
                                                 {"PAUSE", "CDC"},
                                                 {"RESUME", "CDC"}}};

}  // namespace

std::optional<OutsideTransaction> recognise_outside_transaction(std::string_view text, sql::SqlMode mode) {
  sql::Cursor in(text, mode);
  if (in.peek().is("RESTORE")) return OutsideTransaction{"RESTORE", std::string(text)};
  const auto* found = std::find_if(kBeginnings.begin(), kBeginnings.end(),
                                   [&](const Beginning& b) { return in.accept(b.verb, b.object); });
  if (found == kBeginnings.end()) return std::nullopt;
  return OutsideTransaction{std::string(found->verb) + " " + std::string(found->object), std::string(text)};
}

Planned plan_outside_transaction(const OutsideTransaction& statement) {
  Step only = step(statement.text);
  // CREATE CDC has passwords in its uris.
  if (statement.kind.ends_with("CDC")) only.shown = statement.kind + " …";
  Plan plan = ok_plan({std::move(only)});
  if (statement.kind.starts_with("SHOW")) plan.answer.kind = AnswerKind::step_rows;
  return plan;
}

}  // namespace mogate::rewrite
