// PITRs by name, and how far they reach.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

// Covers the catalog while there is any other PITR, at the length of the longest.
inline constexpr char kCatalogPitr[] = "sys_mo_catalog_pitr";
// Makes, lengthens or removes it; under the world's mutex.
void keep_catalog_pitr(World& world, std::int64_t now);

// After DROP ACCOUNT: those that it made are gone, those of sys for it stay; under the world's mutex.
void forget_pitrs_of(World& world, std::uint32_t account_id, std::int64_t now);

// Whether the session's account has the database, or the table in it.
bool object_exists(Session& session, const std::string& database, const std::string& table);

// Of those that the session's account made.
std::optional<Pitr> find_pitr(Session& session, const std::string& name);

std::int64_t hours_of(int length, const std::string& unit);  // of an unknown unit 0; a month has 30 days
// Nanoseconds: the oldest time that can be restored.
std::int64_t valid_from(const Pitr& pitr, std::int64_t now);

// After a DROP: marks those of the session's account whose object is gone. Another may be made for its name.
void note_dropped_objects(Session& session, const Statement& statement);

// SHOW RECOVERY_WINDOW FOR …
Query recovery_windows(Session& session, Parser& p);

}  // namespace mogate::simulator
