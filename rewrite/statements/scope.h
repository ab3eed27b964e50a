// What a snapshot covers.
#pragma once

#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <string>

namespace mogate::rewrite {

enum class Level : std::uint8_t { cluster, account, database, table };

struct Scope {
  Level level = Level::cluster;
  std::string account;   // empty: the own one
  std::string database;  // of a table: empty is the current one
  std::string table;
  bool operator==(const Scope&) const = default;
};

// CLUSTER | ACCOUNT [a] | DATABASE d | TABLE [d.]t | TABLE d t
Scope parse_scope(sql::Cursor& in);
// A database or a table.
bool is_part(const Scope& scope);
// What MatrixOne writes after FOR: CLUSTER, ACCOUNT [`a`], DATABASE `d`, TABLE `d` `t`.
std::string native_scope(const Scope& scope);
// "cluster", "account" …, as in mo_snapshots.level.
std::string_view level_name(Level level);
// Reads level_name() back; table for anything else.
Level level_from(std::string_view name);

}  // namespace mogate::rewrite
