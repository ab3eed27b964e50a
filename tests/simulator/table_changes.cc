#include "tests/simulator/table_changes.h"

#include "tests/simulator/catalog.h"

#include <algorithm>
#include <array>

namespace mogate::simulator {
namespace {

// The table that stands at token `at`.
TableChange name_at(const Session& session, const Statement& statement, std::size_t at,
                    TableChange::Kind kind) {
  const auto& tokens = statement.tokens;
  if (at + 1 >= tokens.size() || !tokens[at].is_name()) return {};
  if (tokens[at + 1].is(".") && at + 2 < tokens.size())
    return {kind, tokens[at].name(), tokens[at + 2].name()};
  return {kind, session.database, tokens[at].name()};
}

bool stays_open(const Session& session) { return session.in_transaction() || !session.autocommit(); }

bool has_word(const Statement& statement, std::string_view word) {
  return std::any_of(statement.tokens.begin(), statement.tokens.end(),
                     [&](const Token& t) { return t.is(word); });
}

// Adding or dropping a column copies the table, other changes don't.
bool copies_table(const Statement& statement) {
  const auto& tokens = statement.tokens;
  for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
    if (tokens[i + 1].is("column") && (tokens[i].is("add") || tokens[i].is("drop"))) return true;
  }
  return false;
}

// CREATE [UNIQUE] INDEX i ON t, DROP INDEX i ON t: where t stands; 0 for other statements.
std::size_t table_of_index(const Statement& statement) {
  if (!statement.begins({"create"}) && !statement.begins({"drop"})) return 0;
  const auto& tokens = statement.tokens;
  for (std::size_t i = 1; i + 2 < tokens.size() && i < 4; ++i)
    if (tokens[i].is("index") && tokens[i + 2].is("on")) return i + 3;
  return 0;
}

}  // namespace

void find_table_change(const Session& session, const Statement& statement, Query& query) {
  using Kind = TableChange::Kind;
  if (statement.begins({"truncate"})) {
    std::size_t name = statement.tokens[1].is("table") ? 2 : 1;
    query.change = name_at(session, statement, name, Kind::renewed);
    // MariaDB's would commit.
    if (stays_open(session)) {
      query.sql = "DELETE FROM " + std::string(statement.text.substr(statement.tokens[name].begin));
      query.affected = 0;
    }
  }
  bool all =
      statement.begins({"delete", "from"}) && !has_word(statement, "where") && !has_word(statement, "limit");
  if (all) query.change = name_at(session, statement, 2, Kind::renewed);
  if (statement.begins({"alter", "table"})) {
    query.change = name_at(session, statement, 2, copies_table(statement) ? Kind::copied : Kind::altered);
    if (has_word(statement, "rename") && !has_word(statement, "column"))
      query.change.renamed_to = statement.tokens[statement.tokens.size() - 2].name();
  }
  if (statement.begins({"rename", "table"})) {
    query.change = name_at(session, statement, 2, Kind::altered);
    query.change.renamed_to = statement.tokens[statement.tokens.size() - 2].name();
  }
  if (auto table = table_of_index(statement))
    query.change = name_at(session, statement, table, Kind::altered);
  // Before 4.0 it is 1 even when there was nothing to drop.
  if (statement.begins({"drop", "database"}) && !session.v4()) query.affected = 1;
  static constexpr std::array kStructure = {"alter", "drop", "truncate", "rename", "call", "execute"};
  query.structure = std::any_of(kStructure.begin(), kStructure.end(),
                                [&](auto word) { return statement.begins({word}); }) ||
                    (statement.begins({"create"}) && has_word(statement, "index"));
  query.table_ddl = statement.begins({"create", "table"}) || statement.begins({"drop", "table"});
}

TableChangeGuard::TableChangeGuard(Session& session, const Query& query)
    : session_(session), change_(query.change) {
  if (query.table_ddl) session.world.wait_for_restores(session.entry);
  if (query.structure) settle_first(query);
  if (change_.kind == TableChange::Kind::none) return;
  auto backend = session.account->server->connect();
  before_ = table_ids(session.world, *session.account->server, *backend, change_.database, change_.table);
}

// What a procedure does is not known, nor what was prepared.
void TableChangeGuard::settle_first(const Query& query) {
  auto statement = make_statement(query.sql);
  auto& server = *session_.account->server;
  if (statement.begins({"call"}) || statement.begins({"execute"})) {
    structure_.emplace(session_.world, server);
  } else {
    structure_.emplace(session_.world, server, statement);
  }
}

void TableChangeGuard::done() {
  if (before_.rel_id == 0) return;
  bool open = (session_.backend_status & protocol::status::in_transaction) != 0;
  if (open && change_.kind == TableChange::Kind::renewed) return session_.renewed.push_back(change_);
  TableIds after = before_;
  if (change_.kind != TableChange::Kind::altered) after.rel_id = 0;
  if (change_.kind == TableChange::Kind::renewed) after.lineage = 0;
  after.version = change_.kind == TableChange::Kind::altered ? before_.version + 1 : 0;
  auto backend = session_.account->server->connect();
  const auto& table = change_.renamed_to.empty() ? change_.table : change_.renamed_to;
  set_table_ids(session_.world, *session_.account->server, *backend, change_.database, table, after);
}

void finish_renewals(Session& session, const Statement& statement) {
  bool open = (session.backend_status & protocol::status::in_transaction) != 0;
  if (open || session.renewed.empty()) return;
  auto changes = std::exchange(session.renewed, {});
  if (statement.begins({"rollback"})) return;
  auto& server = *session.account->server;
  auto backend = server.connect();
  for (const auto& change : changes) {
    auto ids = table_ids(session.world, server, *backend, change.database, change.table);
    set_table_ids(session.world, server, *backend, change.database, change.table, {0, ids.logical_id, 0, 0});
  }
}

}  // namespace mogate::simulator
