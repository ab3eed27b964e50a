// PITRs by name, and how far they reach.
#pragma once

#include "tests/simulator/session.h"

namespace mogate::simulator {

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
