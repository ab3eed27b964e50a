#include "rewrite/subscription/column_kinds.h"
#include "rewrite/subscription/values.h"

#include <algorithm>
#include <array>

namespace mogate::rewrite {
namespace {

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool loads(const TableColumn& c, const Dialect& target) {
  if (is_wide_decimal(c)) return false;
  if (c.type == "set") return std::none_of(c.members.begin(), c.members.end(), is_number);
  // 3.0 does not know YEAR there, and trims blanks off BIT's bytes.
  return !before_4(target) || (c.type != "year" && c.type != "bit");
}

bool diffs(const TableColumn& c, const Dialect& source) {
  return !before_4(source) ||
         (c.type != "enum" && c.type != "year" && c.type != "bit" && !is_wide_decimal(c));
}

bool has_comma(const TableColumn& c) {
  return c.type == "enum" && std::any_of(c.members.begin(), c.members.end(),
                                         [](const auto& m) { return m.find(',') != std::string::npos; });
}

// 3.0 turns an enum's text into its ordinal, and that, as a text again, into a member.
bool confuses_3_0(const TableColumn& c) {
  return c.type == "enum" && std::any_of(c.members.begin(), c.members.end(), [&](const std::string& m) {
           return is_number(m) && m.size() < 6 && std::stoul(m) >= 1 && std::stoul(m) <= c.members.size();
         });
}

// Types that came with MatrixOne 4.
bool unknown_to_3_0(const TableColumn& c) {
  constexpr std::array<std::string_view, 5> kTypes{"vecbf16", "vecf16", "vecint8", "vecuint8", "array"};
  return is_geometry(c) || std::find(kTypes.begin(), kTypes.end(), c.type) != kTypes.end();
}

std::string why_column_not_copied(const TableColumn& c, const Dialect& source, const Dialect& target) {
  if (before_4(source) && !before_4(target) && has_comma(c))
    return "MatrixOne 4 splits an enum's member at its comma";
  if (before_4(target) && confuses_3_0(c)) return "MatrixOne 3 confuses enum members that are numbers";
  if (before_4(source) || !before_4(target)) return {};
  if (unknown_to_3_0(c)) return "MatrixOne 3 has no " + c.type;
  if (c.generated) return "MatrixOne 3 has no generated columns";
  return {};
}

}  // namespace

bool can_load(const TableDefinition& table, const Dialect& target) {
  return std::all_of(table.columns.begin(), table.columns.end(),
                     [&](const TableColumn& c) { return c.generated || loads(c, target); });
}

bool can_diff(const TableDefinition& table, const Dialect& source) {
  return source.has_data_branch() && std::all_of(table.columns.begin(), table.columns.end(),
                                                 [&](const TableColumn& c) { return diffs(c, source); });
}

std::string why_not_copied(const TableDefinition& table, const Dialect& source, const Dialect& target) {
  for (const TableColumn& c : table.columns)
    if (std::string why = why_column_not_copied(c, source, target); !why.empty())
      return "column " + c.name + ": " + why;
  return {};
}

}  // namespace mogate::rewrite
