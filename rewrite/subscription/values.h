// How the rows of a table travel from one MatrixOne to another: what is read, and how its text is written so
// that the row is the same afterwards. Every rule here was found on real servers, 3.0.12 and 4.2. Sessions on
// both sides must have time_zone '+00:00' and the default sql_mode; the target's also NO_AUTO_VALUE_ON_ZERO,
// else an auto_increment column's 0 becomes the next number.
#pragma once

#include "rewrite/dialect.h"
#include "rewrite/table_definition.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

// A value in the text protocol; nullopt is NULL.
using Cell = std::optional<std::string_view>;

// Where a cell comes from. DATA BRANCH DIFF gives an enum as its ordinal.
enum class RowSource : std::uint8_t { select, diff };

// The columns that are copied: all but the generated ones, which the target makes itself. DATA BRANCH DIFF
// gives the generated ones too.
std::vector<TableColumn> copied_columns(const TableDefinition&);

// The copied columns by their names: "`a`, `b`".
std::string column_list(const TableDefinition&);
// What is read of them, in that order. A set is read as its bits, because 3.0 shows it so and 4.2 by names.
std::string select_list(const TableDefinition&);

// For INSERT … VALUES and SET.
void append_literal(std::string& out, const TableColumn&, const Cell&, RowSource);
// "`a` = 1" or "`a` IS NULL", for WHERE.
void append_match(std::string& out, const TableColumn&, const Cell&, RowSource, const Dialect& target);

// Whether every column survives LOAD DATA LOCAL; else rows go by INSERT.
bool can_load(const TableDefinition&, const Dialect& target);
// One line of what load_statement sends for. MatrixOne looks at no primary or unique key there: a row that is
// there already comes in a second time.
void append_load_row(std::string& out, const std::vector<TableColumn>& copied, const std::vector<Cell>& row,
                     RowSource source = RowSource::select);
std::string load_statement(std::string_view database, std::string_view table, const TableDefinition&);

// Whether DATA BRANCH DIFF tells this table's changes. On 3.0 an ENUM makes it hang for ever (and no KILL
// ends it), YEAR and decimals of more than 38 digits panic, BIT comes out empty.
bool can_diff(const TableDefinition&, const Dialect& source);

// Why a table can't be copied, for the user; empty if it can.
std::string why_not_copied(const TableDefinition&, const Dialect& source, const Dialect& target);

}  // namespace mogate::rewrite
