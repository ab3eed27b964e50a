#include "tests/simulator/catalog.h"

#include "tests/simulator/tokens.h"

#include <algorithm>
#include <array>
#include <functional>

namespace mogate::simulator {
namespace {

constexpr std::array kSystemDatabases = {
    "information_schema", "mo_catalog", "mo_debug", "mo_task", "mysql", "system", "system_metrics"};
constexpr std::uint64_t kByName = std::uint64_t{1} << 63;

std::uint64_t innodb_id(Backend& backend, const std::string& database, const std::string& table) {
  auto id = backend.query("SELECT table_id FROM information_schema.innodb_sys_tables WHERE name=" +
                          quote_string(innodb_name(database) + "/" + innodb_name(table)));
  return id.rows.empty() ? 0 : std::stoull(id.value());
}

}  // namespace

bool is_system_database(std::string_view name) {
  return std::find(kSystemDatabases.begin(), kSystemDatabases.end(), name) != kSystemDatabases.end();
}

TableIds& ids_for_key(World& world, AccountServer& server, std::uint64_t key) {
  auto& ids = server.ids[key];
  if (ids.rel_id == 0) {
    auto id = world.next_table_id();
    ids = {id, id, id, 0};
  }
  return ids;
}

std::uint64_t key_for_name(const std::string& name) { return std::hash<std::string>{}(name) | kByName; }

std::string innodb_name(std::string_view name) {
  constexpr std::string_view hex = "0123456789abcdef";
  std::string out;
  for (char c : name) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) {
      out += c;
    } else {
      auto u = static_cast<unsigned char>(c);
      out += std::string("@00") + hex[u >> 4] + hex[u & 15];
    }
  }
  return out;
}

bool is_hidden_schema(std::string_view name) { return name.starts_with("__ms_"); }

TableIds table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table) {
  auto key = innodb_id(backend, database, table);
  if (key == 0) return {};
  std::lock_guard lock(world.mutex);
  return ids_for_key(world, server, key);
}

void set_table_ids(World& world, AccountServer& server, Backend& backend, const std::string& database,
                   const std::string& table, TableIds wanted) {
  auto key = innodb_id(backend, database, table);
  if (key == 0) return;
  auto fresh = world.next_table_id();
  std::lock_guard lock(world.mutex);
  auto pick = [&](std::uint64_t id) { return id != 0 ? id : fresh; };
  server.ids[key] = {pick(wanted.rel_id), pick(wanted.logical_id), pick(wanted.lineage), wanted.version};
}

}  // namespace mogate::simulator
