#include "tests/simulator/errors.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

using protocol::SqlError;

constexpr std::uint16_t kErrorZero = 65000;  // mo_ctl.cc: number 0 cannot be signalled

// What stands between the n-th pair of single quotes.
std::string quoted(const std::string& text, int n) {
  std::size_t begin = 0;
  for (;; --n) {
    begin = text.find('\'', begin);
    if (begin == std::string::npos) return {};
    auto end = text.find('\'', ++begin);
    if (end == std::string::npos) return {};
    if (n == 0) return text.substr(begin, end - begin);
    begin = end + 1;
  }
}

std::string after_dot(const std::string& name) {
  auto dot = name.rfind('.');
  return dot == std::string::npos ? name : name.substr(dot + 1);
}

bool database_exists(Session& session, const std::string& name) {
  return !session.query("SELECT 1 FROM information_schema.schemata WHERE schema_name=" + quote_string(name))
              .rows.empty();
}

SqlError make(std::uint16_t code, std::string message, std::string state = "HY000") {
  return {code, std::move(message), std::move(state)};
}

// MariaDB quotes the text from the offending token on; MatrixOne from the end of the one before.
SqlError translate_syntax(const SqlError& error, const Statement& statement) {
  auto begin = error.message.find("near '");
  auto end = error.message.rfind("' at line");
  if (begin == std::string::npos || end == std::string::npos) return syntax_error(statement, 0).error;
  auto near = error.message.substr(begin + 6, end - begin - 6);
  auto at = near.empty() ? statement.text.size() : statement.text.find(near);
  const auto& tokens = statement.tokens;
  auto found = std::find_if(tokens.begin(), tokens.end(), [&](const Token& t) { return t.begin >= at; });
  auto index = found == tokens.end() ? tokens.size() - 1 : static_cast<std::size_t>(found - tokens.begin());
  return syntax_error(statement, index).error;
}

SqlError no_table(Session& session, const SqlError& error, const Query& query) {
  auto full = quoted(error.message, 0);
  auto dot = full.find('.');
  auto database = full.substr(0, dot);
  auto shown = query.hidden.find(database);
  if (shown != query.hidden.end()) database = shown->second;
  auto table = after_dot(full);
  if (table.starts_with("sim_")) table = "mo_" + table.substr(4);
  if (shown == query.hidden.end() && !database_exists(session, database)) {
    if (query.reads) return unknown_database(database).error;
    return no_such_table(database, table).error;
  }
  if (!query.reads) return no_such_table(database, table).error;
  return make(session.v4() ? 1146 : 1064, "SQL parser error: table \"" + table + "\" does not exist");
}

SqlError unknown_column(const Session& session, const std::string& name) {
  auto text = "invalid input: column " + after_dot(name) + " does not exist";
  return session.v4() ? make(1054, text, "42S22") : make(20301, text);
}

// DROP and TRUNCATE of a foreign key's parent; its name is the last one.
Failure referenced(const std::string& verb, const Statement& statement) {
  const auto& tokens = statement.tokens;
  auto table = tokens.size() < 2 ? std::string() : tokens[tokens.size() - 2].name();
  return internal_error("can not " + verb + " table '" + table +
                        "' referenced by some foreign key constraint");
}

SqlError wrong_argument_count(const std::string& message) {
  auto at = message.rfind(' ');
  std::string types;
  for (int n = std::atoi(message.c_str() + at); n > 0; --n) types += types.empty() ? "VARCHAR" : " VARCHAR";
  return make(20203, "invalid argument function mo_ctl, bad value [" + types + "]");
}

SqlError unknown_function(const std::string& message) {
  auto name = message.substr(0, message.find(" does not exist"));
  auto space = name.rfind(' ');
  return make(20105, "not supported: function or operator '" + after_dot(name.substr(space + 1)) + "'");
}

// "Can't create database 'x'; database exists": the apostrophe counts as a quote.
std::string between_quote_2_and_3(const std::string& text) {
  auto begin = text.find('\'', text.find('\'') + 1);
  auto end = begin == std::string::npos ? begin : text.find('\'', begin + 1);
  return end == std::string::npos ? std::string() : text.substr(begin + 1, end - begin - 1);
}

std::string key_name(const std::string& name) { return after_dot(name); }

SqlError translate(Session& session, const SqlError& error, const Query& query, const Statement& statement) {
  const auto& text = error.message;
  switch (error.code) {
    case kErrorZero: return make(0, text, "00000");
    case 1007: return make(1007, "database " + between_quote_2_and_3(text) + " already exists");
    case 1008:
      return make(1008, "Can't drop database '" + between_quote_2_and_3(text) + "'; database doesn't exist");
    case 1044: return no_privilege().error;
    case 1046: return make(1046, "No database selected");
    case 1049: return unknown_database(quoted(text, 0)).error;
    case 1050: return make(1050, "table " + quoted(text, 0) + " already exists");
    case 1051: {
      auto name = quoted(text, 0);
      return no_such_table(name.substr(0, name.find('.')), after_dot(name)).error;
    }
    case 1054: return unknown_column(session, quoted(text, 0));
    case 1062:
      return make(1062,
                  "Duplicate entry '" + quoted(text, 0) + "' for key '" + key_name(quoted(text, 1)) + "'");
    case 1064: return translate_syntax(error, statement);
    case 1065: return syntax_error(statement, 0).error;
    case 1136: return make(1136, text);
    case 1146:
      if (text.starts_with("no such table")) return make(1146, text);  // signalled by mo_ctl
      return no_table(session, error, query);
    case 1243:
      return make(20400, "invalid state prepared statement '" + quoted(text, 0) + "' does not exist");
    case 1305: return unknown_function(text);
    case 1318: return wrong_argument_count(text);
    case 1317:
    case 1969: return make(1105, "context canceled");
    case 1193: return internal_error("the system variable does not exist").error;
    case 1048: return session.v4() ? make(3819, "constraint violation: " + text) : make(1048, text);
    case 1701: return referenced("truncate", statement).error;
    case 1217:
    case 1451:
      if (statement.begins({"drop", "database"}))
        return internal_error("can not drop database. It has been referenced by foreign keys").error;
      if (statement.begins({"drop", "table"})) return referenced("drop", statement).error;
      return internal_error("Cannot delete or update a parent row: a foreign key constraint fails").error;
    case 1216:
    case 1452:
      return internal_error("Cannot add or update a child row: a foreign key constraint fails").error;
    default: break;
  }
  return make(error.code, text);
}

}  // namespace

Failure translate_error(Session& session, const Failure& failed, const Query& query,
                        const Statement& statement) {
  return failed.by_mariadb ? Failure{translate(session, failed.error, query, statement)} : failed;
}

}  // namespace mogate::simulator
