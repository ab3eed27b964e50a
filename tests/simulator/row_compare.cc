#include "tests/simulator/row_compare.h"

#include "tests/simulator/tokens.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

std::string shown(const DiffColumn& column, const std::string& alias) {
  auto name = alias + "." + quote_name(column.name);
  return column.ordinal ? "CAST(" + name + " AS UNSIGNED)" : name;
}

class Comparison {
 public:
  explicit Comparison(const DiffInput& input) : in_(input), multiset_(input.key.empty()) {}

  std::string rows() const {
    return in_.related
               ? changes()
               : part(in_.recent_name, "INSERT", "n", 0, "NOT EXISTS " + twin("o", "n")) + " UNION ALL " +
                     part(in_.old_name, "INSERT", "o", 1, "NOT EXISTS " + twin("n", "o"));
  }

  std::string order() const {
    std::string out;
    for (std::size_t i = 0; i < key_columns().size(); ++i) out += "k" + std::to_string(i) + ", ";
    return out + "side";
  }

 private:
  std::vector<std::string> key_columns() const {
    if (!multiset_) return in_.key;
    std::vector<std::string> out;
    for (const auto& c : in_.columns) {
      if (c.in_old) out.push_back(c.name);
    }
    return out;
  }

  // The table's rows; those of a multiset are told apart by a number.
  std::string source(const std::string& alias) const {
    const auto& table = alias == "n" ? in_.recent : in_.old;
    if (!multiset_) return table + " " + alias;
    std::string all;
    for (const auto& name : key_columns()) all += (all.empty() ? "" : ", ") + quote_name(name);
    return "(SELECT *, ROW_NUMBER() OVER (PARTITION BY " + all + ") AS mo_twin FROM " + table + ") " + alias;
  }

  static std::string equal(const std::string& a, const std::string& b, const std::string& name) {
    return a + "." + quote_name(name) + " <=> " + b + "." + quote_name(name);
  }

  std::string same_key(const std::string& a, const std::string& b) const {
    std::string out = multiset_ ? a + ".mo_twin = " + b + ".mo_twin" : "TRUE";
    for (const auto& name : key_columns()) out += " AND " + equal(a, b, name);
    return out;
  }

  std::string same_row(const std::string& a, const std::string& b) const {
    std::string out = "TRUE";
    for (const auto& c : in_.columns) {
      if (c.in_old) out += " AND " + equal(a, b, c.name);
    }
    return out;
  }

  std::string twin(const std::string& other, const std::string& here) const {
    return "(SELECT 1 FROM " + source(other) + " WHERE " + same_key(here, other) + " AND " +
           same_row(here, other) + ")";
  }
  std::string partner(const std::string& other, const std::string& here) const {
    return "(SELECT 1 FROM " + source(other) + " WHERE " + same_key(here, other) + ")";
  }

  std::string part(const std::string& name, const std::string& flag, const std::string& alias, int side,
                   const std::string& condition) const {
    std::string out = "SELECT " + quote_string(name) + " AS source, " + quote_string(flag) + " AS flag";
    for (std::size_t i = 0; i < in_.columns.size(); ++i) {
      const auto& c = in_.columns[i];
      out += ", " + (alias == "o" && !c.in_old ? "NULL" : shown(c, alias)) + " AS c" + std::to_string(i);
    }
    auto keys = key_columns();
    for (std::size_t i = 0; i < keys.size(); ++i)
      out += ", " + alias + "." + quote_name(keys[i]) + " AS k" + std::to_string(i);
    return out + ", " + std::to_string(side) + " AS side FROM " + source(alias) + " WHERE " + condition;
  }

  std::string changes() const {
    return part(in_.recent_name, "INSERT", "n", 1, "NOT EXISTS " + partner("o", "n")) + " UNION ALL " +
           part(in_.recent_name, "DELETE", "o", 0, "NOT EXISTS " + partner("n", "o")) + " UNION ALL " +
           part(in_.recent_name, "UPDATE", "n", 0,
                "EXISTS " + partner("o", "n") + " AND NOT EXISTS " + twin("o", "n"));
  }

  const DiffInput& in_;
  bool multiset_;
};

}  // namespace

std::string diff_select(const DiffInput& in, const std::string& source_label, const std::string& flag_label) {
  Comparison comparison(in);
  std::string out = "SELECT source AS " + quote_name(source_label) + ", flag AS " + quote_name(flag_label);
  for (std::size_t i = 0; i < in.columns.size(); ++i) {
    const auto& name = in.columns[i].name;
    bool wanted = in.wanted.empty() || std::find(in.wanted.begin(), in.wanted.end(), name) != in.wanted.end();
    if (wanted) out += ", c" + std::to_string(i) + " AS " + quote_name(name);
  }
  return out + " FROM (" + comparison.rows() + ") changes ORDER BY " + comparison.order();
}

}  // namespace mogate::simulator
