#include "proxy/cli/snapshot_words.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>
#include <cctype>

namespace mogate::proxy {
namespace {

using rewrite::sql::fold;
using rewrite::sql::quote_name;
using rewrite::sql::quote_string;
using rewrite::sql::SqlMode;

bool is_pattern(const std::string& name) { return name.find('%') != std::string::npos; }

// "2026-11-21", "2026-11-21 13:59", "2026-11-21T13:59:10.5": a beginning of how snapshots' times are written.
bool is_time(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00 00:00:00.000000000";
  constexpr std::size_t kDate = 10, kMinutes = 16, kSeconds = 19;
  bool whole = text.size() == kDate || text.size() == kMinutes || text.size() == kSeconds ||
               text.size() > kSeconds + 1;
  if (!whole || text.size() > kShape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool fits =
        kShape[i] == '0' ? std::isdigit(static_cast<unsigned char>(text[i])) != 0 : text[i] == kShape[i];
    if (!fits && !(i == kDate && text[i] == 'T')) return false;
  }
  return true;
}

std::string as_shown(std::string time) {
  std::replace(time.begin(), time.end(), 'T', ' ');
  return time;
}

Worded created(const SnapshotWords& words, std::string scope) {
  return "SNAPSHOT CREATE " + quote_name(words.name) + " FOR " + scope + (words.flush ? " WITH FLUSH" : "");
}

Worded cluster_created(const SnapshotWords& words) {
  if (!words.account.empty() || !words.database.empty() || !words.table.empty())
    return Unsaid{"--level cluster takes no --account, --db or --table"};
  return created(words, "CLUSTER");
}

Worded account_created(const SnapshotWords& words) {
  if (!words.database.empty() || !words.table.empty())
    return Unsaid{"--level account takes no --db or --table"};
  return created(words, words.account.empty() ? "ACCOUNT" : "ACCOUNT " + quote_name(words.account));
}

Worded part_created(const SnapshotWords& words, std::string_view own_account) {
  bool table = words.level == "table";
  if (!words.account.empty() && fold(words.account) != own_account)
    return Unsaid{"a snapshot of a database or table is made in its own account: log in to " + words.account};
  if (words.database.empty()) return missing("--db", "whose snapshot it is");
  if (table && words.table.empty()) return missing("--table", "whose snapshot it is");
  if (!table && !words.table.empty()) return Unsaid{"--level database takes no --table"};
  if (!table) return created(words, "DATABASE " + quote_name(words.database));
  return created(words, "TABLE " + quote_name(words.database) + "." + quote_name(words.table));
}

// TO ACCOUNT …, TO NEW ACCOUNT …, or nothing.
Worded target(const SnapshotWords& words, SqlMode mode) {
  bool any_new = !words.new_account.empty() || !words.new_admin.empty() || !words.new_password.empty() ||
                 words.with_users;
  if (any_new && !words.to_account.empty())
    return Unsaid{"--to_account and --new_account exclude each other"};
  if (!words.to_account.empty()) return " TO ACCOUNT " + quote_name(words.to_account);
  if (!any_new) return "";
  if (words.new_account.empty()) return missing("--new_account", "the name of the account that is made");
  if (words.new_admin.empty()) return missing("--new_admin_name", "who administers the new account");
  if (words.new_password.empty()) return missing("--new_admin_password", "the password of its admin");
  return " TO NEW ACCOUNT " + quote_name(words.new_account) + " ADMIN_NAME " +
         quote_string(words.new_admin, mode) + " IDENTIFIED BY " + quote_string(words.new_password, mode) +
         (words.with_users ? " WITH USERS" : "");
}

bool cell_is(const std::optional<std::string>& cell, const std::string& wanted) {
  return wanted.empty() || cell.value_or("") == fold(wanted);
}

// Names as SNAPSHOT SHOW's columns are: name, time, level, account, database, table.
bool wanted(const SnapshotWords& words, const std::vector<std::optional<std::string>>& row) {
  if (row.size() < 6) return false;
  std::string time = row[1].value_or(""), from = as_shown(words.from), to = as_shown(words.to);
  bool named = is_pattern(words.name) || cell_is(row[0], words.name);
  bool level = words.cluster.empty() || row[2] == "cluster";
  // Every time within the last second, minute or day that was named belongs to it.
  bool in_time = time >= from && (to.empty() || time.substr(0, to.size()) <= to);
  return named && level && in_time && cell_is(row[3], words.account) && cell_is(row[4], words.database) &&
         cell_is(row[5], words.table);
}

}  // namespace

Worded snapshot_create(const SnapshotWords& words, std::string_view own_account) {
  if (words.name.empty()) return missing("--sname", "the snapshot's name");
  if (words.level == "cluster") return cluster_created(words);
  if (words.level == "account") return account_created(words);
  if (words.level == "database" || words.level == "table") return part_created(words, own_account);
  if (words.level.empty()) return missing("--level", "cluster, account, database or table");
  return Unsaid{"--level is cluster, account, database or table, not " + words.level};
}

Worded snapshot_show(const SnapshotWords& words, SqlMode mode) {
  if (!words.from.empty() && !is_time(words.from))
    return Unsaid{"--from is a time such as '2026-11-21 13:59:10', not " + words.from};
  if (!words.to.empty() && !is_time(words.to))
    return Unsaid{"--to is a time such as '2026-11-21 13:59:10', not " + words.to};
  if (words.name.empty()) return "SNAPSHOT SHOW";
  return "SNAPSHOT SHOW LIKE " + quote_string(fold(words.name), mode);
}

Worded snapshot_restore(const SnapshotWords& words, SqlMode mode) {
  if (words.name.empty()) return missing("--sname", "the snapshot's name");
  if (!words.table.empty() && words.database.empty()) return missing("--db", "the table's database");
  auto to = target(words, mode);
  if (auto* unsaid = std::get_if<Unsaid>(&to)) return *unsaid;
  if (!words.at.empty() && !std::get<std::string>(to).empty())
    return Unsaid{
        "--at goes back to a moment in the same account: it takes no --to_account or --new_account"};
  std::string text = "SNAPSHOT RESTORE " + quote_name(words.name);
  if (!words.account.empty()) text += " ACCOUNT " + quote_name(words.account);
  if (!words.database.empty()) text += " DATABASE " + quote_name(words.database);
  if (!words.table.empty()) text += " TABLE " + quote_name(words.table);
  text += std::get<std::string>(to);
  return words.at.empty() ? text : text + " AT " + quote_string(words.at, mode);
}

Worded snapshot_drop(const SnapshotWords& words) {
  if (words.name.empty()) return missing("--sname", "the snapshot's name");
  return "SNAPSHOT DROP " + quote_name(words.name);
}

void filter_snapshots(const SnapshotWords& words, rewrite::Rows& rows) {
  std::erase_if(rows.rows, [&](const auto& row) { return !wanted(words, row); });
}

}  // namespace mogate::proxy
