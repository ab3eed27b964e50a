#include "tests/simulator/pitrs.h"

#include "tests/simulator/history.h"
#include "tests/simulator/times.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;

}  // namespace

bool object_exists(Session& session, const std::string& database, const std::string& table) {
  auto sql = "SELECT 1 FROM information_schema." +
             (table.empty() ? std::string("schemata WHERE schema_name=")
                            : "tables WHERE table_name=" + quote_string(table) + " AND table_schema=") +
             quote_string(database);
  return !session.query(sql).rows.empty();
}

void keep_catalog_pitr(World& world, std::int64_t now) {
  auto catalog = std::find_if(world.pitrs.begin(), world.pitrs.end(),
                              [](const Pitr& p) { return p.name == kCatalogPitr; });
  const Pitr* longest = nullptr;
  for (const auto& p : world.pitrs) {
    bool longer = !longest || hours_of(p.length, p.unit) > hours_of(longest->length, longest->unit);
    if (p.name != kCatalogPitr && longer) longest = &p;
  }
  if (!longest) {
    if (catalog != world.pitrs.end()) world.pitrs.erase(catalog);
  } else if (catalog != world.pitrs.end()) {
    catalog->length = longest->length;
    catalog->unit = longest->unit;
  } else {
    Pitr made{new_uuid(), kCatalogPitr, 0, now, now, "database", 0, "sys", "mo_catalog", {}, 1, 0, {}};
    made.length = longest->length;
    made.unit = longest->unit;
    world.pitrs.push_back(std::move(made));
  }
}

void forget_pitrs_of(World& world, std::uint32_t account_id, std::int64_t now) {
  std::erase_if(world.pitrs, [&](const Pitr& p) { return p.creator == account_id; });
  for (auto& p : world.pitrs) {
    bool of_it = p.account_id == account_id && p.level != "cluster";
    if (of_it) p.dropped = now;
  }
}

std::optional<Pitr> find_pitr(Session& session, const std::string& name) {
  std::lock_guard lock(session.world.mutex);
  for (const auto& p : session.world.pitrs) {
    if (p.name == name && p.creator == session.account->id) return p;
  }
  return std::nullopt;
}

std::int64_t hours_of(int length, const std::string& unit) {
  std::int64_t hours = unit == "h"    ? 1
                       : unit == "d"  ? 24
                       : unit == "mo" ? 24 * 30
                       : unit == "y"  ? 24 * 365
                                      : 0;
  return length * hours;
}

std::int64_t valid_from(const Pitr& pitr, std::int64_t now) {
  return std::max(pitr.created, now - hours_of(pitr.length, pitr.unit) * kHour);
}

void note_dropped_objects(Session& session, const Statement& statement) {
  bool drops = statement.begins({"drop", "database"}) || statement.begins({"drop", "table"});
  if (!drops || !session.world.history().active()) return;
  std::vector<Pitr> all;
  {
    std::lock_guard lock(session.world.mutex);
    all = session.world.pitrs;
  }
  auto now = session.world.next_timestamp();
  for (const auto& p : all) {
    bool candidate = p.dropped == 0 && p.account_id == session.account->id && !p.database.empty();
    if (!candidate || p.name == kCatalogPitr || object_exists(session, p.database, p.table)) continue;
    std::lock_guard lock(session.world.mutex);
    for (auto& q : session.world.pitrs) q.dropped = q.id == p.id ? now : q.dropped;
  }
}

}  // namespace mogate::simulator
