#include "policies/names.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::policies {

bool glob(std::string_view name, std::string_view pattern) {
  std::size_t n = 0, p = 0, star = std::string_view::npos, resume = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++n, ++p;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

void NamePatterns::add(std::string_view pattern) {
  bool excludes = pattern.starts_with('!');
  (excludes ? excluded_ : wanted_).emplace_back(pattern.substr(excludes ? 1 : 0));
}

bool NamePatterns::matches(std::string_view name) const {
  auto fits = [&](const std::string& pattern) { return glob(name, pattern); };
  if (std::any_of(excluded_.begin(), excluded_.end(), fits)) return false;
  return wanted_.empty() || std::any_of(wanted_.begin(), wanted_.end(), fits);
}

void TablePatterns::add(std::string_view pattern) {
  auto folded = rewrite::sql::fold(pattern);
  auto dot = folded.find('.');
  if (dot == std::string::npos) {
    patterns_.push_back({"*", std::move(folded)});
  } else {
    patterns_.push_back({folded.substr(0, dot), folded.substr(dot + 1)});
  }
}

bool TablePatterns::matches(const rewrite::sql::TableName& name, std::string_view current) const {
  auto database = name.database.empty() ? current : std::string_view(name.database);
  return std::any_of(patterns_.begin(), patterns_.end(), [&](const Pattern& p) {
    return (database.empty() || glob(database, p.database)) &&
           (name.table.empty() || glob(name.table, p.table));
  });
}

}  // namespace mogate::policies
