#include "rewrite/subscription/row_batches.h"

#include "rewrite/sql/characters.h"
#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::rewrite {
namespace {

constexpr std::size_t kMostRows = 1000;
constexpr std::size_t kMostBytes = 1U << 20;

std::size_t position(const std::vector<TableColumn>& columns, std::string_view name) {
  auto found =
      std::find_if(columns.begin(), columns.end(), [&](const auto& c) { return sql::iequals(c.name, name); });
  return static_cast<std::size_t>(found - columns.begin());
}

}  // namespace

std::string table_path(std::string_view database, std::string_view table) {
  return sql::quote_name(database) + "." + sql::quote_name(table);
}

bool has_copied_key(const TableDefinition& definition) {
  auto columns = copied_columns(definition);
  return std::all_of(definition.primary_key.begin(), definition.primary_key.end(),
                     [&](const auto& name) { return position(columns, name) < columns.size(); });
}

InsertBatch::InsertBatch(std::string_view path, const TableDefinition& definition, RowSource source)
    : columns_(copied_columns(definition)),
      source_(source),
      head_("insert into " + std::string(path) + " (" + column_list(definition) + ") values ") {}

void InsertBatch::add(const CopiedRow& row) {
  text_ += rows_++ == 0 ? "(" : ", (";
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i != 0) text_ += ",";
    append_literal(text_, columns_[i], row[i], source_);
  }
  text_ += ")";
}

bool InsertBatch::full() const { return rows_ >= kMostRows || text_.size() >= kMostBytes; }

std::string InsertBatch::take() {
  std::string out = head_ + text_;
  text_.clear();
  rows_ = 0;
  return out;
}

DeleteBatch::DeleteBatch(std::string path, const TableDefinition& definition, RowSource source,
                         const Dialect& target)
    : columns_(copied_columns(definition)), source_(source), target_(target), path_(std::move(path)) {
  for (const auto& name : definition.primary_key) keys_.push_back(position(columns_, name));
}

void DeleteBatch::add(const CopiedRow& row) {
  ++rows_;
  if (keys_.empty()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i != 0) text_ += " and ";
      append_match(text_, columns_[i], row[i], source_, target_);
    }
    return;
  }
  text_ += text_.empty() ? "(" : ", (";
  for (auto key : keys_) {
    if (key != keys_.front()) text_ += ",";
    append_literal(text_, columns_[key], row[key], source_);
  }
  text_ += ")";
}

bool DeleteBatch::full() const {
  return keys_.empty() ? rows_ > 0 : rows_ >= kMostRows || text_.size() >= kMostBytes;
}

std::string DeleteBatch::take() {
  std::string where = text_ + " limit 1";
  if (!keys_.empty()) {
    where.clear();
    for (auto key : keys_) where += (where.empty() ? "" : ", ") + sql::quote_name(columns_[key].name);
    if (keys_.size() > 1) where = "(" + where + ")";
    if (keys_.size() == 1 && columns_[keys_[0]].type == "bit") where += " + 0";  // IN is refused for BIT
    where += " in (" + text_ + ")";
  }
  text_.clear();
  rows_ = 0;
  return "delete from " + path_ + " where " + where;
}

}  // namespace mogate::rewrite
