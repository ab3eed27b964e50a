#include "rewrite/statements/cdc_task_create.h"

#include "protocol/user_name.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/statements/cdc_uri.h"
#include "rewrite/statements/pitr_facts.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace mogate::rewrite {
namespace {

using Pattern = CreateCdcTask::Pattern;

// "d" or "d.t"
std::string dotted(const sql::TableName& name) {
  return name.table.empty() ? name.database : name.database + "." + name.table;
}

// d.t:d2.t2, as MatrixOne reads it: without any quoting.
std::string native_pattern(const Pattern& pattern) {
  std::string out = dotted(pattern.source);
  return pattern.sink.database.empty() ? out : out + ":" + dotted(pattern.sink);
}

std::string native_patterns(const CreateCdcTask& s) {
  std::string out;
  for (const Pattern& pattern : s.patterns) out += (out.empty() ? "" : ",") + native_pattern(pattern);
  return out;
}

std::string native_options(const CreateCdcTask& s, const Planning& p) {
  std::string out = "{'Level' = " + p.literal(level_name(s.level));
  for (const auto& [key, value] : s.options) out += ", " + p.literal(key) + " = " + p.literal(value);
  return out + "}";
}

std::string create_text(const CreateCdcTask& s, const std::string& source, const std::string& sink,
                        const Planning& p) {
  return "CREATE CDC " + sql::quote_name(s.name) + " " + p.literal(source) + " " + p.literal(s.sink_type) +
         " " + p.literal(sink) + " " + p.literal(native_patterns(s)) + " " + native_options(s, p);
}

// Each thing that a PITR must cover.
std::vector<Scope> sources(const CreateCdcTask& s, const Planning& p) {
  const std::string& account = p.self().account;
  if (s.level == Level::account) return {{Level::account, account, {}, {}}};
  std::vector<Scope> out;
  for (const Pattern& pattern : s.patterns)
    out.push_back({s.level, account, pattern.source.database, pattern.source.table});
  return out;
}

// An account's own admin must not name it.
Scope own_form(Scope scope) {
  scope.account.clear();
  return scope;
}

// Two hours; with an option Frequency of so many hours one more than that.
std::uint64_t hours_needed(const CreateCdcTask& s) {
  std::uint64_t hours = 2;
  for (const auto& [key, value] : s.options) {
    if (key != "Frequency") continue;
    std::uint64_t n = 0;
    std::from_chars(value.data(), value.data() + value.size(), n);
    hours = std::max(hours, (value.ends_with('h') ? n : n / 60) + 1);
  }
  return hours;
}

const Pitr* covering(const std::vector<Pitr>& pitrs, const Scope& scope, std::uint64_t hours) {
  auto found = std::find_if(pitrs.begin(), pitrs.end(),
                            [&](const Pitr& one) { return one.hours >= hours && covers(one, scope); });
  return found == pitrs.end() ? nullptr : &*found;
}

// MatrixOne keeps one PITR for a thing.
const Pitr* too_short(const std::vector<Pitr>& pitrs, const Scope& scope) {
  auto found = std::find_if(pitrs.begin(), pitrs.end(), [&](const Pitr& one) { return one.scope == scope; });
  return found == pitrs.end() ? nullptr : &*found;
}

std::string range(std::uint64_t hours) { return " RANGE " + std::to_string(hours) + " 'h'"; }

protocol::SqlError no_pitr(const CreateCdcTask& s, const Scope& scope, const Pitr* shorter) {
  auto hours = hours_needed(s);
  std::string text = "CDC task " + s.name + " needs a PITR of at least " + std::to_string(hours) +
                     " hours over " + native_scope(own_form(scope)) + ": run ";
  if (shorter != nullptr)
    return internal_error(text + "ALTER PITR " + sql::quote_name(shorter->name) + range(hours));
  return internal_error(text + "CREATE PITR " + sql::quote_name("pitr_" + s.name) + " FOR " +
                        native_scope(own_form(scope)) + range(hours) + ", or add WITH PITR");
}

// Each PITR that is missing is made by a step; without WITH PITR it is refused.
std::optional<protocol::SqlError> add_pitrs(const CreateCdcTask& s, const Planning& p,
                                            std::vector<Step>& steps) {
  auto pitrs = read_pitrs(p);
  auto hours = hours_needed(s);
  for (const Scope& scope : sources(s, p)) {
    if (covering(pitrs, scope, hours) != nullptr) continue;
    const Pitr* shorter = too_short(pitrs, scope);
    // An ordinary account does not see the cluster's: MatrixOne decides.
    if (!s.with_pitr && shorter == nullptr && !p.self().is_sys()) continue;
    if (!s.with_pitr || shorter != nullptr) return no_pitr(s, scope, shorter);
    std::string name = "mogate_cdc_" + s.name;
    if (!steps.empty()) name += "_" + std::to_string(steps.size() + 1);
    Step made =
        step("CREATE PITR " + sql::quote_name(name) + " FOR " + native_scope(own_form(scope)) + range(hours));
    made.undo = "DROP PITR " + sql::quote_name(name);
    steps.push_back(std::move(made));
  }
  return std::nullopt;
}

std::string in_list(const std::set<std::string>& values, const Planning& p) {
  std::string out;
  for (const auto& v : values) out += (out.empty() ? "(" : ", ") + p.literal(v);
  return out + ")";
}

void want_sources(const CreateCdcTask& s, Planning& p) {
  std::set<std::string> databases;
  for (const Pattern& pattern : s.patterns) databases.insert(pattern.source.database);
  if (databases.empty()) return;
  p.want("sources", "SELECT reldatabase, relname FROM mo_catalog.mo_tables WHERE " + p.own_account() +
                        " AND relkind = 'r' AND reldatabase IN " + in_list(databases, p));
  p.want("source_databases", "SELECT datname FROM mo_catalog.mo_database WHERE " + p.own_account() +
                                 " AND datname IN " + in_list(databases, p));
}

// Natively a task for a table that is not there waits for it without a word.
std::optional<protocol::SqlError> missing_source(const CreateCdcTask& s, const Planning& p) {
  for (const Pattern& pattern : s.patterns) {
    const auto& [database, table] = pattern.source;
    if (is_system_database(database))
      return internal_error("CDC of the system database " + database + " is refused");
    if (!p.holds("source_databases", database)) return unknown_database(database);
    if (table.empty()) continue;
    const auto& rows = p.rows("sources").rows;
    bool there = std::any_of(rows.begin(), rows.end(), [&](const auto& row) {
      return row.size() > 1 && row[0] == database && row[1] == table;
    });
    if (!there)
      return protocol::SqlError{protocol::errc::no_such_table, "no such table " + database + "." + table, {}};
  }
  return std::nullopt;
}

bool qualify(CreateCdcTask& s, Planning& p, std::optional<protocol::SqlError>& error) {
  for (Pattern& pattern : s.patterns) {
    if (!pattern.source.database.empty()) continue;
    p.want_database();
    if (p.waiting()) return false;
    error = p.qualify(pattern.source);
    if (error) return true;
  }
  return true;
}

protocol::SqlError duplicate(const std::string& name) {
  return {1062,
          "CDC task " + name + " already exists in this account; DROP CDC TASK " + sql::quote_name(name) +
              " takes it away",
          "23000"};
}

// Of a session in another account than the uri's the tables cannot be looked up.
bool is_own_account(const CdcUri& source, const Planning& p) {
  return protocol::parse_user_name(source.user).account == p.self().account;
}

}  // namespace

Planned plan_create_cdc_task(const CreateCdcTask& statement, Planning& p) {
  CreateCdcTask s = statement;
  auto source = resolve_cdc_uri(s.source, "source", p.facts());
  if (auto* error = std::get_if<protocol::SqlError>(&source)) return *error;
  auto sink = resolve_cdc_uri(s.sink, "sink", p.facts());
  if (auto* error = std::get_if<protocol::SqlError>(&sink)) return *error;
  const auto& from = std::get<CdcUri>(source);
  const auto& to = std::get<CdcUri>(sink);
  std::optional<protocol::SqlError> error;
  if (!qualify(s, p, error)) return p.questions();
  if (error) return *error;
  p.want("task", "SHOW CDC TASK " + sql::quote_name(s.name));
  want_pitrs(p);
  bool own = is_own_account(from, p);
  if (own) want_sources(s, p);
  if (p.waiting()) return p.questions();
  if (p.any("task") && s.if_not_exists) return ok_plan({}, "CDC task " + s.name + " is there already");
  if (p.any("task")) return duplicate(s.name);
  if (own) error = missing_source(s, p);
  if (error) return *error;
  std::vector<Step> steps;
  if (auto refused = add_pitrs(s, p, steps)) return *refused;
  Step create = step(create_text(s, text_of(from), text_of(to), p));
  create.shown = create_text(s, shown_cdc_uri(from), shown_cdc_uri(to), p);
  create.failure_hint = "MatrixOne itself connects to the source " + shown_cdc_uri(from) +
                        " and to the sink " + shown_cdc_uri(to);
  steps.push_back(std::move(create));
  return ok_plan(std::move(steps));
}

}  // namespace mogate::rewrite
