#include "rewrite/statements/pitr_restore.h"

#include "rewrite/sql/characters.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/statements/pitr_facts.h"
#include "rewrite/statements/restored_table.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kTimeForm = "0000-00-00 00:00:00";
constexpr std::size_t kFraction = 6;

bool is_time(std::string_view text) {
  if (text.size() < kTimeForm.size() || text.size() > kTimeForm.size() + 1 + kFraction) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char form = i < kTimeForm.size() ? kTimeForm[i] : i == kTimeForm.size() ? '.' : '0';
    if (form == '0' ? !sql::is_digit(text[i]) : text[i] != form) return false;
  }
  return text.back() != '.';
}

// What the statement comes to once the PITR is known.
std::variant<Scope, protocol::SqlError> resolve(const RestorePitr& s, const Pitr& pitr, Planning& p) {
  Scope scope = pitr.scope;
  if (s.level) scope = {*s.level, s.account, s.database, s.table};
  if (s.level == Level::table) {
    sql::TableName t{s.database, s.table};
    if (auto error = p.qualify(t)) return *error;
    scope.database = t.database;
  }
  if (scope.level != Level::cluster && scope.account.empty()) scope.account = p.self().account;
  bool elsewhere = scope.level == Level::cluster || scope.account != p.self().account;
  if (elsewhere && !p.self().is_sys()) return sys_needed();
  if (!covers(pitr, scope))
    return internal_error("pitr " + pitr.name + " is for " + std::string(level_name(pitr.scope.level)) + " " +
                          (pitr.scope.table.empty() ? pitr.scope.database + pitr.scope.account
                                                    : pitr.scope.database + "." + pitr.scope.table) +
                          " and does not cover what is to be restored");
  if (pitr.scope.level == Level::cluster && scope.level != Level::cluster)
    return internal_error("pitr " + pitr.name +
                          " is for the cluster, and MatrixOne restores only the whole cluster from it");
  if (is_part(scope) && elsewhere)
    return internal_error("a database of account " + scope.account +
                          " can only be restored by its own admin");
  return scope;
}

std::string native_text(const Scope& scope, const std::string& pitr, const std::string& time,
                        const Planning& p) {
  std::string from = " FROM PITR " + sql::quote_name(pitr) + " " + p.literal(time);
  switch (scope.level) {
    case Level::cluster: return "RESTORE CLUSTER" + from;
    case Level::account:
      return scope.account == p.self().account ? "RESTORE" + from
                                               : "RESTORE ACCOUNT " + sql::quote_name(scope.account) + from;
    case Level::database: return "RESTORE DATABASE " + sql::quote_name(scope.database) + from;
    case Level::table: break;
  }
  return "RESTORE DATABASE " + sql::quote_name(scope.database) + " TABLE " + sql::quote_name(scope.table) +
         from;
}

// MatrixOne reads the time in its own zone whatever the session's is (tried on 4.2 and 3.0).
std::variant<std::string, protocol::SqlError> server_time(const RestorePitr& s, const Planning& p) {
  if (s.native || sql::iequals(p.cell("clock", 0, 0), "SYSTEM")) return s.time;
  std::string zone = p.cell("clock", 0, 1);
  if (zone == "UTC") return utc_text(p.cell("clock", 0, 2));
  return internal_error("AT '" + s.time +
                        "' cannot be turned from the session's time zone into the server's (" + zone +
                        "): SET time_zone = 'SYSTEM' and give the time in that zone");
}

// Texts in the session's time zone, all of one form.
std::optional<protocol::SqlError> out_of_reach(const RestorePitr& s, const Planning& p) {
  std::string now = p.cell("clock", 0, 3), since;
  for (std::size_t i = 0; i < p.rows("pitrs").rows.size(); ++i)
    if (p.cell("pitrs", i) == s.pitr) since = p.cell("pitrs", i, 1);
  if (s.native) return std::nullopt;
  if (s.time > now) return internal_error("AT '" + s.time + "' is later than now, " + now);
  if (s.time < since)
    return internal_error("AT '" + s.time + "' is before pitr " + s.pitr + " was made, " + since);
  return std::nullopt;
}

void parse_scope_of(sql::Cursor& in, RestorePitr& out) {
  if (in.accept("CLUSTER")) out.level = Level::cluster;
  if (in.accept("ACCOUNT")) {
    out.level = Level::account;
    out.account = in.name("an account name");
  }
  if (!in.accept("DATABASE")) return;
  out.level = Level::database;
  out.database = in.name("a database name");
  if (!in.accept("TABLE")) return;
  out.level = Level::table;
  out.table = in.name("a table name");
}

}  // namespace

std::string utc_text(std::string_view unix_seconds) {
  using namespace std::chrono;
  std::int64_t seconds = 0;
  const char* last = unix_seconds.data() + unix_seconds.size();
  auto [end, ec] = std::from_chars(unix_seconds.data(), last, seconds);
  if (ec != std::errc()) return {};
  sys_seconds when{std::chrono::seconds(seconds)};
  auto day = floor<days>(when);
  year_month_day date(day);
  hh_mm_ss clock(when - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  return text.data() + std::string(end, last);
}

std::optional<RestorePitr> parse_native_pitr_restore(sql::Cursor& in) {
  RestorePitr out;
  out.native = true;
  parse_scope_of(in, out);
  bool usual = out.account.empty() || out.level == Level::account;
  if (!usual || !in.accept("FROM", "PITR")) return std::nullopt;
  out.pitr = in.name("a pitr name");
  out.time = in.string("a time in quotes");
  if (in.peek().is("AS")) return std::nullopt;
  if (!out.level) out.level = Level::account;
  return out;
}

Planned plan_pitr_restore(const RestorePitr& statement, Planning& p) {
  if (!is_time(statement.time))
    return protocol::SqlError{
        protocol::errc::mo_invalid_input,
        "invalid input: '" + statement.time + "' is no time: expected 'YYYY-MM-DD HH:MM:SS[.ffffff]'",
        {}};
  want_pitrs(p);
  p.want("clock",
         "SELECT @@time_zone, @@system_time_zone, unix_timestamp(" + p.literal(statement.time) + "), now(6)");
  if (statement.level == Level::table && statement.database.empty()) p.want_database();
  if (p.waiting()) return p.questions();
  auto pitr = find_pitr(p, statement.pitr);
  if (!pitr) return no_such_pitr(statement.pitr);
  auto resolved = resolve(statement, *pitr, p);
  if (auto* error = std::get_if<protocol::SqlError>(&resolved)) return *error;
  if (auto error = out_of_reach(statement, p)) return *error;
  auto time = server_time(statement, p);
  if (auto* error = std::get_if<protocol::SqlError>(&time)) return *error;
  const auto& scope = std::get<Scope>(resolved);
  if (scope.level == Level::table) want_table_id(p, {scope.database, scope.table});
  if (p.waiting()) return p.questions();
  Plan plan = ok_plan({restore_step(native_text(scope, statement.pitr, std::get<std::string>(time), p))});
  if (scope.level == Level::table) plan.steps.push_back(changed_table_step({scope.database, scope.table}, p));
  return refused_without_deadline(std::move(plan), p.facts());
}

}  // namespace mogate::rewrite
