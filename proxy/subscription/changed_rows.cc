#include "proxy/subscription/changed_rows.h"

#include "rewrite/row_diff.h"
#include "rewrite/sql/characters.h"
#include "rewrite/subscription/row_digest.h"

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

std::optional<ChangedRows::Flag> flag_of(const std::optional<std::string_view>& text) {
  if (text == "INSERT") return ChangedRows::Flag::insert;
  if (text == "UPDATE") return ChangedRows::Flag::update;
  if (text == "DELETE") return ChangedRows::Flag::removal;
  return std::nullopt;
}

SqlError not_understood() {
  return {protocol::errc::mo_internal,
          "upstream: the answer to DATA BRANCH DIFF has not the table's columns",
          {}};
}

std::optional<SqlError> digest(Link& link, std::string_view sql, rewrite::RowDigest& out) {
  auto reader = link.read(sql);
  while (const auto* row = reader.next()) out.add(*row);
  return reader.error() ? std::optional(link.sided(*reader.error())) : std::nullopt;
}

}  // namespace

ChangedRows::Pass::Pass(const ChangedRows& rows, Link& upstream) : rows_(rows), upstream_(upstream) {
  if (rows.held_) return;
  reader_.emplace(upstream.read(rows.sql_));
  order_ = positions(rows.definition_, reader_->columns());
  row_.resize(order_.size());
  if (reader_->error()) error_ = upstream.sided(*reader_->error());
  if (!error_ && order_.empty()) error_ = not_understood();
}

const rewrite::CopiedRow* ChangedRows::Pass::next() {
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

const rewrite::CopiedRow* ChangedRows::Pass::next_held() {
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

bool ChangedRows::hold(Flag flag, const rewrite::CopiedRow& row) {
  Stored stored{flag, {}, {}};
  for (const auto& cell : row) {
    stored.lengths.push_back(cell ? static_cast<std::int64_t>(cell->size()) : -1);
    if (cell) stored.bytes.append(*cell);
  }
  bytes_ += sizeof stored + stored.bytes.capacity() + stored.lengths.capacity() * sizeof stored.lengths[0];
  has_updates_ = has_updates_ || flag == Flag::update;
  rows_.push_back(std::move(stored));
  held_ = bytes_ <= most_bytes_;
  if (!held_) rows_ = {};
  return held_;
}

std::optional<SqlError> ChangedRows::read_diff(Link& upstream, std::string sql) {
  sql_ = std::move(sql);
  Pass pass(*this, upstream);
  while (const auto* row = pass.next())
    if (!hold(pass.flag(), *row)) return std::nullopt;
  held_ = !pass.error();
  return pass.error();
}

std::optional<SqlError> ChangedRows::compare(RowReader was, RowReader is, const Link& downstream,
                                             const Link& upstream) {
  using rewrite::Change;
  std::size_t keys = definition_.primary_key.size();
  const auto *before = was.next(), *now = is.next();
  held_ = true;
  while (held_ && (before != nullptr || now != nullptr)) {
    auto verdict = rewrite::compare_rows(before, now, keys);
    bool gone = verdict.change == Change::removal;
    if (verdict.change != Change::none) {
      const auto& row = gone ? *before : *now;
      hold(gone                               ? Flag::removal
           : verdict.change == Change::insert ? Flag::insert
                                              : Flag::update,
           {row.begin() + static_cast<std::ptrdiff_t>(keys), row.end()});
    }
    if (verdict.next_old) before = was.next();
    if (verdict.next_new) now = is.next();
  }
  if (was.error()) return downstream.sided(*was.error());
  if (is.error()) return upstream.sided(*is.error());
  return std::nullopt;
}

std::optional<SqlError> ChangedRows::compare_all(Link& downstream, std::string_view was, Link& upstream,
                                                 std::string_view is) {
  rewrite::RowDigest before, now;
  if (auto error = digest(downstream, was, before)) return error;
  if (auto error = digest(upstream, is, now)) return error;
  held_ = before == now;
  return std::nullopt;
}

}  // namespace mogate::proxy
