// Changed rows as SQL: INSERTs and DELETEs of bounded size. Pure.
#pragma once

#include "rewrite/subscription/values.h"
#include "rewrite/table_definition.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

// One cell for each of copied_columns(), in that order.
using CopiedRow = std::vector<Cell>;

// `d`.`t`
std::string table_path(std::string_view database, std::string_view table);

// False if a change cannot be addressed by the copied columns: the primary key is generated.
bool has_copied_key(const TableDefinition& definition);

class InsertBatch {
 public:
  InsertBatch(std::string_view path, const TableDefinition& definition, RowSource source);
  void add(const CopiedRow& row);
  bool full() const;
  std::size_t rows() const { return rows_; }
  // INSERT INTO … VALUES …; the batch is empty then.
  std::string take();

 private:
  std::vector<TableColumn> columns_;
  RowSource source_;
  std::string head_, text_;
  std::size_t rows_ = 0;
};

// By primary key; of a table without one, each row is a batch: that one row, of its equals any.
class DeleteBatch {
 public:
  DeleteBatch(std::string path, const TableDefinition& definition, RowSource source, const Dialect& target);
  void add(const CopiedRow& row);
  bool full() const;
  std::size_t rows() const { return rows_; }
  std::string take();

 private:
  std::vector<TableColumn> columns_;
  RowSource source_;
  const Dialect target_;
  std::string path_, text_;
  std::vector<std::size_t> keys_;  // positions of the primary key's columns
  std::size_t rows_ = 0;
};

}  // namespace mogate::rewrite
