#include "rewrite/statements/flush.h"

#include "rewrite/sql/characters.h"
#include "rewrite/statements/checkpoint.h"

#include <algorithm>
#include <set>

namespace mogate::rewrite {
namespace {

protocol::SqlError no_read_lock() {
  return {
      protocol::errc::not_supported_yet,
      "FLUSH TABLES ... WITH READ LOCK is not supported: MatrixOne has no such lock. Read from a snapshot "
      "instead (SNAPSHOT DATABASE d AS s; SELECT * FROM d.t{SNAPSHOT='s'})",
      {}};
}

bool parse_with_checkpoint(sql::Cursor& in) {
  if (!in.accept("WITH")) return false;
  if (in.peek().is("READ")) return in.fail(no_read_lock()), false;
  in.expect("CHECKPOINT");
  return true;
}

bool at_end(const sql::Cursor& in) { return in.peek().kind == sql::TokenKind::end || in.peek().is(';'); }

std::optional<FlushStatement> parse_tables(sql::Cursor& in, bool mysql_forms) {
  bool locks = in.peek().is("WITH") && in.peek2().is("READ");
  if ((locks || at_end(in)) && !mysql_forms) return std::nullopt;
  if (locks) in.fail(no_read_lock());
  if (locks || at_end(in)) return FlushNothing{};
  FlushTables out;
  do out.tables.push_back(in.table());
  while (in.accept(','));
  if (in.peek().is("FOR"))
    in.fail({protocol::errc::not_supported_yet, "FLUSH TABLES ... FOR EXPORT is not supported", {}});
  out.checkpoint = parse_with_checkpoint(in);
  return out;
}

// mo_ctl takes the parameter apart at its dots and knows no quoting, so other names are given by id.
bool plain(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || sql::is_digit(c) || (c >= 'a' && c <= 'z');
  });
}

std::string in_list(const Planning& p, const std::set<std::string>& values) {
  std::string out;
  for (const auto& v : values) out.append(out.empty() ? "(" : ", ").append(p.literal(v));
  return out + ")";
}

void want_databases(Planning& p, const std::set<std::string>& names) {
  p.want("flush_databases", "SELECT datname FROM mo_catalog.mo_database WHERE " + p.own_account() +
                                " AND datname IN " + in_list(p, names));
}

std::string table_id(const Planning& p, const sql::TableName& t) {
  for (const auto& row : p.rows("flush_tables").rows)
    if (row.size() >= 3 && row[0] == t.database && row[1] == t.table) return row[2].value_or("");
  return {};
}

Plan mo_ctl_plan(std::vector<Step> steps, bool checkpoint) {
  if (checkpoint) steps.push_back(checkpoint_step({}));
  Plan plan{std::move(steps), {}};
  plan.answer.kind = AnswerKind::mo_ctl_rows;
  plan.answer.columns = mo_ctl_columns();
  return plan;
}

Planned finish(std::variant<std::vector<Step>, protocol::SqlError> steps, bool checkpoint) {
  if (auto* error = std::get_if<protocol::SqlError>(&steps)) return *error;
  return mo_ctl_plan(std::get<std::vector<Step>>(std::move(steps)), checkpoint);
}

// What MatrixOne has none of, or what takes effect at once there. ERROR, GENERAL and SLOW LOGS are files of a
// server that would have to be opened anew: not here.
bool has_nothing_to_do(sql::Cursor& in) {
  for (std::string_view what : {"LOGS", "STATUS", "PRIVILEGES", "HOSTS", "USER_RESOURCES"})
    if (in.accept(what)) return true;
  return in.accept("BINARY", "LOGS");
}

std::optional<FlushStatement> parse_nothing(sql::Cursor& in) {
  do
    if (!has_nothing_to_do(in)) return std::nullopt;
  while (in.accept(','));
  return at_end(in) ? std::optional<FlushStatement>(FlushNothing{}) : std::nullopt;
}

}  // namespace

std::optional<FlushStatement> parse_flush(sql::Cursor& in, bool mysql_forms) {
  if (!in.accept("LOCAL")) in.accept("NO_WRITE_TO_BINLOG");
  if (in.accept("TABLE") || in.accept("TABLES")) return parse_tables(in, mysql_forms);
  if (!in.accept("DATABASE")) return mysql_forms ? parse_nothing(in) : std::nullopt;
  FlushDatabase out{in.name("a database name"), false};
  out.checkpoint = parse_with_checkpoint(in);
  return out;
}

Step flush_step(const sql::TableName& table, std::string_view id, const Planning& p) {
  bool by_name = plain(table.database) && plain(table.table);
  Step s = step("SELECT mo_ctl('dn', 'flush', " +
                p.literal(by_name ? table.database + "." + table.table : std::string(id)) + ")");
  s.expect = Expect::mo_ctl_ok;
  s.method = "Flush";
  s.target = table.database + "." + table.table;
  return s;
}

void want_tables(Planning& p, const std::vector<sql::TableName>& tables) {
  std::set<std::string> databases, names;
  for (const auto& t : tables) databases.insert(t.database), names.insert(t.table);
  want_databases(p, databases);
  p.want("flush_tables", "SELECT reldatabase, relname, rel_id FROM mo_catalog.mo_tables WHERE " +
                             p.own_account() + " AND reldatabase IN " + in_list(p, databases) +
                             " AND relname IN " + in_list(p, names));
}

std::variant<std::vector<Step>, protocol::SqlError> table_flush_steps(
    const Planning& p, const std::vector<sql::TableName>& tables) {
  std::vector<Step> steps;
  for (const auto& t : tables) {
    // Natively a missing database is an error packet with number 0.
    if (!p.holds("flush_databases", t.database)) return unknown_database(t.database);
    std::string id = table_id(p, t);
    if (id.empty())
      return protocol::SqlError{
          protocol::errc::no_such_table, "no such table " + t.database + "." + t.table, {}};
    steps.push_back(flush_step(t, id, p));
  }
  return steps;
}

void want_database_tables(Planning& p, std::string_view database) {
  want_databases(p, {std::string(database)});
  p.want("flush_tables", "SELECT reldatabase, relname, rel_id FROM mo_catalog.mo_tables WHERE " +
                             p.own_account() + " AND reldatabase = " + p.literal(database) +
                             " AND relkind = 'r' ORDER BY relname");
}

std::variant<std::vector<Step>, protocol::SqlError> database_flush_steps(const Planning& p,
                                                                         std::string_view database) {
  if (!p.holds("flush_databases", database)) return unknown_database(database);
  std::vector<Step> steps;
  for (std::size_t i = 0; i < p.rows("flush_tables").rows.size(); ++i)
    steps.push_back(
        flush_step({std::string(database), p.cell("flush_tables", i, 1)}, p.cell("flush_tables", i, 2), p));
  return steps;
}

Planned plan_flush(const FlushTables& statement, Planning& p) {
  auto tables = statement.tables;
  if (std::any_of(tables.begin(), tables.end(), [](const auto& t) { return t.database.empty(); }))
    p.want_database();
  if (p.waiting()) return p.questions();
  for (auto& t : tables)
    if (auto error = p.qualify(t)) return *error;
  want_tables(p, tables);
  if (p.waiting()) return p.questions();
  return finish(table_flush_steps(p, tables), statement.checkpoint);
}

Planned plan_flush(const FlushDatabase& statement, Planning& p) {
  want_database_tables(p, statement.database);
  if (p.waiting()) return p.questions();
  return finish(database_flush_steps(p, statement.database), statement.checkpoint);
}

}  // namespace mogate::rewrite
