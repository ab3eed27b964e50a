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

DiffRows::Pass::Pass(const DiffRows& rows, Link& upstream) : rows_(rows), upstream_(upstream) {
  if (rows.held_) return;
  reader_.emplace(upstream.read(rows.sql_));
  order_ = positions(rows.definition_, reader_->columns());
  row_.resize(order_.size());
  if (reader_->error()) error_ = upstream.sided(*reader_->error());
  if (!error_ && order_.empty()) error_ = not_understood();
}

const rewrite::CopiedRow* DiffRows::Pass::next() {
  if (!reader_) return next_held();
  const RowView* read = error_ ? nullptr : reader_->next();
  if (read == nullptr) {
    if (!error_ && reader_->error()) error_ = upstream_.sided(*reader_->error());
    return nullptr;
  }
  auto flag = flag_of((*read)[1]);
  if (!flag) {
    error_ = not_understood();
    return nullptr;
  }
  flag_ = *flag;
  for (std::size_t i = 0; i < order_.size(); ++i) row_[i] = (*read)[order_[i]];
  return &row_;
}

const rewrite::CopiedRow* DiffRows::Pass::next_held() {
  if (at_ == rows_.rows_.size()) return nullptr;
  const auto& stored = rows_.rows_[at_++];
  flag_ = stored.flag;
  row_.clear();
  std::size_t from = 0;
  for (auto length : stored.lengths) {
    row_.emplace_back();
    if (length < 0) continue;
    row_.back() = std::string_view(stored.bytes).substr(from, static_cast<std::size_t>(length));
    from += static_cast<std::size_t>(length);
  }
  return &row_;
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
  Pass pass(*this, upstream);
  std::size_t bytes = 0;
  while (const auto* row = pass.next()) {
    rows_.push_back(store(pass.flag(), *row));
    has_updates_ = has_updates_ || pass.flag() == Flag::update;
    const auto& stored = rows_.back();
    bytes += sizeof stored + stored.bytes.capacity() + stored.lengths.capacity() * sizeof stored.lengths[0];
    if (bytes <= most_bytes_) continue;
    rows_ = {};
    return std::nullopt;
  }
  held_ = !pass.error();
  return pass.error();
}

}  // namespace mogate::proxy
