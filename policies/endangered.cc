#include "policies/endangered.h"

#include "rewrite/guards/written_tables.h"

#include <algorithm>

namespace mogate::policies {
namespace {

// A snapshot of the account is cheaper than very many.
constexpr std::size_t kMost = 16;

bool destroys(const StatementFacts& facts) {
  const auto& kind = facts.kind;
  return kind == "DROP TABLE" || kind == "DROP DATABASE" || kind == "TRUNCATE" || kind == "RESTORE" ||
         kind == "SNAPSHOT RESTORE" || facts.without_where;
}

}  // namespace

std::vector<Endangered> endangered(const Part& part, rewrite::sql::SqlMode mode) {
  std::vector<Endangered> out;
  if (!destroys(part.facts)) return out;
  for (auto& name : rewrite::written_tables(part.text, mode)) {
    Endangered one{name.database.empty() ? part.database : name.database, name.table};
    if (one.database.empty()) continue;  // no database is chosen: the statement will fail
    if (std::find(out.begin(), out.end(), one) == out.end()) out.push_back(std::move(one));
  }
  bool restores = part.facts.kind == "RESTORE" || part.facts.kind == "SNAPSHOT RESTORE";
  if (out.size() > kMost || (out.empty() && restores)) return {Endangered{}};
  return out;
}

}  // namespace mogate::policies
