#include "proxy/cli/cdc_words.h"

#include "rewrite/sql/lexer.h"
#include "rewrite/sql/quoting.h"

namespace mogate::proxy {
namespace {

using rewrite::sql::fold;
using rewrite::sql::quote_name;
using rewrite::sql::quote_string;
using rewrite::sql::SqlMode;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (auto end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    parts.push_back(trimmed(text.substr(0, end)));
    text.remove_prefix(end + 1);
  }
  parts.push_back(trimmed(text));
  return parts;
}

// "d" or "d.t" as names in quotes; empty if it has another number of names than `names`.
std::string object(std::string_view text, std::size_t names) {
  std::string out;
  auto parts = split(text, '.');
  if (parts.size() != names) return {};
  for (auto part : parts) {
    if (part.empty()) return {};
    out += (out.empty() ? "" : ".") + quote_name(part);
  }
  return out;
}

// "d.t:d2.t2, d.u": each with where it goes to, or without.
Worded patterns(std::string_view option, std::string_view text, std::size_t names) {
  std::string out;
  for (auto pattern : split(text, ',')) {
    auto sides = split(pattern, ':');
    std::string from = object(sides[0], names), to = sides.size() == 2 ? object(sides[1], names) : "";
    if (sides.size() > 2 || from.empty() || (sides.size() == 2 && to.empty())) {
      std::string form = names == 2 ? "db.table[:db.table],…" : "db[:db],…";
      return Unsaid{std::string(option) + " is " + form + ", not " + std::string(text)};
    }
    out += (out.empty() ? "" : ", ") + from + (to.empty() ? "" : ":" + to);
  }
  return out;
}

Worded scope(const CdcWords& words, std::string_view own_account) {
  bool account = words.level == "account", database = words.level == "database",
       table = words.level == "table";
  if (words.level.empty()) return missing("--level", "account, database or table");
  if (!account && !database && !table)
    return Unsaid{"--level is account, database or table, not " + words.level};
  if (!table && !words.tables.empty()) return Unsaid{"--level " + words.level + " takes no --tables"};
  if (!database && !words.databases.empty())
    return Unsaid{"--level " + words.level + " takes no --databases"};
  if (!words.account.empty() && fold(words.account) != own_account)
    return Unsaid{"a task copies its own account: log in to " + words.account + " in --source-uri"};
  if (account) return " ACCOUNT";
  if (database && words.databases.empty()) return missing("--databases", "db[:db],…");
  if (table && words.tables.empty()) return missing("--tables", "db.table[:db.table],…");
  auto list = database ? patterns("--databases", words.databases, 1) : patterns("--tables", words.tables, 2);
  if (std::holds_alternative<Unsaid>(list)) return list;
  return (database ? " DATABASE " : " TABLE ") + std::get<std::string>(list);
}

std::string options(const CdcWords& words, SqlMode mode) {
  std::string out;
  for (const auto& [key, value] : words.options)
    out += (out.empty() ? " OPTIONS (" : ", ") + key + " = " + quote_string(value, mode);
  return out.empty() ? "" : out + ")";
}

}  // namespace

Worded cdc_create(const CdcWords& words, std::string_view own_account, SqlMode mode) {
  if (words.name.empty()) return missing("--task-name", "the task's name");
  if (words.sink.empty()) return missing("--sink-uri", "mysql://user:password@host:port");
  std::string type = fold(words.sink_type);
  if (type.empty()) return missing("--sink-type", "matrixone or mysql");
  if (type != "matrixone" && type != "mysql")
    return Unsaid{"--sink-type is matrixone or mysql, not " + words.sink_type};
  auto what = scope(words, own_account);
  if (std::holds_alternative<Unsaid>(what)) return what;
  return "CREATE CDC TASK " + quote_name(words.name) + " FROM " + quote_string(words.source, mode) +
         (type == "mysql" ? " TO MYSQL " : " TO MATRIXONE ") + quote_string(words.sink, mode) +
         std::get<std::string>(what) + options(words, mode) + (words.with_pitr ? " WITH PITR" : "");
}

Worded cdc_show(const CdcWords& words, SqlMode mode) {
  if (words.name.empty()) return "SHOW CDC TASKS";
  return "SHOW CDC TASKS LIKE " + quote_string(words.name, mode);
}

Worded cdc_change(std::string_view verb, const CdcWords& words) {
  if (words.name.empty()) return missing("--task-name", "the task's name");
  std::string text(verb);
  for (char& c : text) c = static_cast<char>(c - 'a' + 'A');
  text += " CDC TASK " + quote_name(words.name);
  return words.wait ? text + " WAIT " + std::to_string(*words.wait) : text;
}

void filter_tasks(const CdcWords& words, rewrite::Rows& rows) {
  if (words.name.empty() || words.name.find('%') != std::string::npos) return;
  std::erase_if(rows.rows, [&](const auto& row) {
    return row.size() < 2 || !rewrite::sql::iequals(row[1].value_or(""), words.name);
  });
}

}  // namespace mogate::proxy
