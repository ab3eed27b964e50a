// What is read upstream, and how the answers are read. Pure.
#pragma once

#include "rewrite/plan.h"
#include "rewrite/subscription/scan.h"
#include "rewrite/subscription/state.h"
#include "rewrite/table_definition.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite::upstream_sql {

std::string create_snapshot(const Subscription& s);
std::string drop_snapshot(std::string_view name);
// The subscription's snapshots that are there.
std::string snapshots(const Subscription& s);
// Nanoseconds by name.
std::map<std::string, std::uint64_t, std::less<>> read_snapshots(const Rows& rows);
// "2026-11-21 01:02:03.000004", UTC: the moment a watermark tells.
std::string watermark(std::uint64_t nanoseconds);

// The tables at a moment, those of a subscription of a table: that one.
std::string tables_at(const Subscription& s, std::uint64_t nanoseconds);
std::vector<UpstreamTable> read_tables(const Rows& rows);
// Names of what is not copied.
std::string views(const Subscription& s);

std::string show_create(std::string_view database, std::string_view table, std::string_view snapshot);
// Of its answer, the CREATE TABLE; empty if there is none.
std::string read_definition_text(const Rows& rows);
std::string select_rows(std::string_view database, std::string_view table, const TableDefinition& definition,
                        std::string_view snapshot);
// The same behind its primary key as text, by which it is ordered: how row_diff.h compares two reads.
std::string ordered_rows(std::string_view database, std::string_view table, const TableDefinition& definition,
                         std::string_view snapshot);
std::string count_rows(std::string_view database, std::string_view table, std::string_view snapshot);
// Rows: "diff t against t", flag, and the table's columns.
std::string diff(std::string_view database, const SyncTask& base, const UpstreamTable& table,
                 std::string_view snapshot);

}  // namespace mogate::rewrite::upstream_sql
