#include "rewrite/guards/subscribed_tables.h"

#include "rewrite/guards/statement_starts.h"
#include "rewrite/guards/written_tables.h"
#include "rewrite/sql/quoting.h"

namespace mogate::rewrite {
namespace {

constexpr std::uint16_t kCcprReadOnly = 22401;  // as MatrixOne refuses a change of what it replicates

}  // namespace

const std::string* SubscribedTables::Account::keeper_of(const sql::TableName& name) const {
  auto database = databases_.find(name.database);
  if (database == databases_.end()) return nullptr;
  const auto& tables = database->second;
  auto found = name.table.empty() ? tables.begin() : tables.find("");
  if (found == tables.end()) found = tables.find(name.table);
  return found == tables.end() ? nullptr : &found->second;
}

void SubscribedTables::add(std::uint32_t account_id, std::string_view database, std::string_view table,
                           std::string_view subscription) {
  accounts_[account_id].databases_[sql::fold(database)][sql::fold(table)] = subscription;
}

const SubscribedTables::Account* SubscribedTables::of(std::uint32_t account_id) const {
  auto found = accounts_.find(account_id);
  return found == accounts_.end() ? nullptr : &found->second;
}

std::optional<protocol::SqlError> ReadOnlyTables::refusal(const sql::TableName& name) const {
  if (!tables) return std::nullopt;
  sql::TableName whole = name;
  if (whole.database.empty()) whole.database = sql::fold(database);
  const auto* keeper = tables->keeper_of(whole);
  if (keeper == nullptr) return std::nullopt;
  std::string shown = whole.database + (whole.table.empty() ? "" : "." + whole.table);
  return protocol::SqlError{
      kCcprReadOnly,
      "ccpr shared object is read-only (" + shown + " is kept by subscription " + *keeper + ")",
      {}};
}

std::optional<protocol::SqlError> check_writes(std::string_view statement, sql::SqlMode mode,
                                               const ReadOnlyTables& read_only) {
  if (!read_only.tables) return std::nullopt;
  // The first of these is the statement itself, cut short.
  auto parts = inner_statements(statement, mode);
  parts.front() = statement;
  for (std::string_view part : parts)
    for (const sql::TableName& name : written_tables(part, mode))
      if (auto error = read_only.refusal(name)) return error;
  return std::nullopt;
}

}  // namespace mogate::rewrite
