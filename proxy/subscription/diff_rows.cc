#include "proxy/subscription/diff_rows.h"

#include "rewrite/sql/characters.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

using protocol::SqlError;

// "diff t against t" and the flag.
constexpr std::size_t kBeforeColumns = 2;

// Where each column of the definition stands in the answer; empty if one is missing.
std::vector<std::size_t> positions(const rewrite::TableDefinition& definition,
                                   const std::vector<rewrite::ColumnSpec>& columns) {
  std::vector<std::size_t> out;
  for (const auto& column : rewrite::copied_columns(definition)) {
    auto found = std::find_if(
        columns.begin() + static_cast<std::ptrdiff_t>(std::min(kBeforeColumns, columns.size())),
        columns.end(), [&](const auto& c) { return rewrite::sql::iequals(c.name, column.name); });
    if (found == columns.end()) return {};
    out.push_back(static_cast<std::size_t>(found - columns.begin()));
  }
  return out;
}

std::optional<DiffRows::Flag> flag_of(const std::optional<std::string_view>& text) {
  if (text == "INSERT") return DiffRows::Flag::insert;
  if (text == "UPDATE") return DiffRows::Flag::update;
  if (text == "DELETE") return DiffRows::Flag::removal;
  return std::nullopt;
}

SqlError not_understood() {
  return {protocol::errc::mo_internal,
          "upstream: the answer to DATA BRANCH DIFF has not the table's columns",
          {}};
}

}  // namespace

std::optional<SqlError> DiffRows::stream(Link& upstream, const Each& each) const {
  auto reader = upstream.read(sql_);
  auto order = positions(definition_, reader.columns());
  if (!reader.error() && order.empty()) return not_understood();
  rewrite::CopiedRow row(order.size());
  while (const RowView* read = reader.next()) {
    auto flag = flag_of((*read)[1]);
    if (!flag) return not_understood();
    for (std::size_t i = 0; i < order.size(); ++i) row[i] = (*read)[order[i]];
    if (!each(*flag, row)) return std::nullopt;
  }
  if (reader.error()) return upstream.sided(*reader.error());
  return std::nullopt;
}

DiffRows::Stored DiffRows::store(Flag flag, const rewrite::CopiedRow& row) {
  Stored stored{flag, {}, {}};
  for (const auto& cell : row) {
    stored.lengths.push_back(cell ? static_cast<std::int64_t>(cell->size()) : -1);
    if (cell) stored.bytes.append(*cell);
  }
  return stored;
}

std::optional<SqlError> DiffRows::read(Link& upstream) {
  std::size_t bytes = 0;
  auto error = stream(upstream, [&](Flag flag, const rewrite::CopiedRow& row) {
    rows_.push_back(store(flag, row));
    has_updates_ = has_updates_ || flag == Flag::update;
    const auto& stored = rows_.back();
    bytes += sizeof stored + stored.bytes.capacity() + stored.lengths.capacity() * sizeof stored.lengths[0];
    held_ = bytes <= most_bytes_;
    return held_;
  });
  if (!held_) rows_ = {};
  return error;
}

std::optional<SqlError> DiffRows::for_each(Link& upstream, const Each& each) const {
  if (!held_) return stream(upstream, each);
  rewrite::CopiedRow row;
  for (const auto& stored : rows_) {
    row.clear();
    std::size_t at = 0;
    for (auto length : stored.lengths) {
      row.emplace_back();
      if (length < 0) continue;
      row.back() = std::string_view(stored.bytes).substr(at, static_cast<std::size_t>(length));
      at += static_cast<std::size_t>(length);
    }
    if (!each(stored.flag, row)) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace mogate::proxy
