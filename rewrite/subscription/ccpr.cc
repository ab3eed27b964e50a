#include "rewrite/subscription/ccpr.h"

#include "rewrite/planning.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/upstream_sql.h"

#include <algorithm>
#include <charconv>

namespace mogate::rewrite::ccpr {
namespace {

using sql::quote_name;
using sql::quote_string;

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::string cell(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.rows[row].size() > column ? rows.rows[row][column].value_or("") : "";
}

std::string published(const Subscription& s) {
  return "database " + quote_name(s.database) + (s.table.empty() ? "" : " table " + quote_name(s.table));
}

std::string replicated(const Subscription& s) {
  return s.table.empty() ? "database " + quote_name(s.database)
                         : "table " + quote_name(s.database) + "." + quote_name(s.table);
}

std::string prefix(std::string_view task) { return "ccpr_" + std::string(task) + "_"; }

std::string update_tasks(const Subscription& s, const std::string& what) {
  return "update mogate.mo_sync_tasks set " + what + " where task_id = " + std::to_string(s.id) +
         " and iteration_state <> " + std::to_string(static_cast<int>(IterationState::cancel));
}

std::string state_is(IterationState state) {
  return "iteration_state = " + std::to_string(static_cast<int>(state));
}

}  // namespace

std::string publication(const Subscription& s) { return "mogate_" + s.uid; }

std::string find_publication(const Subscription& s) {
  return "select pub_name from mo_catalog.mo_pubs where account_id = 0 and pub_name = " +
         quote_string(publication(s));
}

std::string create_publication(const Subscription& s) {
  return "create publication " + publication(s) + " " + published(s) + " account all";
}

std::string drop_publication(const Subscription& s) { return "drop publication if exists " + publication(s); }

std::variant<std::string, protocol::SqlError> uri(const Source& source) {
  auto refused = [](const std::string& what) {
    return internal_error("ENGINE = PHYSICAL: MatrixOne's own replication takes no " + what);
  };
  std::string user(source.user);
  if (user.find('#') == std::string::npos) {
    auto colon = user.find(':');
    if (colon == std::string::npos)
      user = "sys#" + user;
    else
      user[colon] = '#';
  }
  if (user.find_first_of(":@") != std::string::npos) return refused("user name with a role, ':' or '@'");
  if (source.password.find('@') != std::string_view::npos) return refused("password with an '@'");
  if (source.host.find(':') != std::string_view::npos) return refused("IPv6 address; give a name");
  return "mysql://" + user + ":" + std::string(source.password) + "@" + std::string(source.host) + ":" +
         std::to_string(source.port);
}

std::optional<protocol::SqlError> refuse_names(const Subscription& s) {
  auto has_blank = [](const std::string& name) {
    return name.find_first_of(" \t\r\n\v\f") != std::string::npos;
  };
  if (!has_blank(s.database) && !has_blank(s.table)) return std::nullopt;
  return internal_error("ENGINE = PHYSICAL: MatrixOne's own replication takes no names with blanks");
}

std::string subscribe(const Subscription& s, std::string_view uri) {
  return "create " + replicated(s) + " from " + quote_string(uri) + " sys publication " + publication(s) +
         " sync interval " + std::to_string(s.interval_s);
}

std::string tasks(const Subscription& s) {
  return "select task_id, state, iteration_state, iteration_lsn, watermark, error_message, drop_at is not "
         "null from mo_catalog.mo_ccpr_log where subscription_name = " +
         quote_string(publication(s)) + " order by drop_at is not null, created_at desc";
}

std::vector<Task> read_tasks(const Rows& rows) {
  constexpr std::uint64_t kRunning = 1;  // and 0, pending: others are ends
  std::vector<Task> out;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    auto& task = out.emplace_back();
    task.id = cell(rows, i, 0);
    task.state = static_cast<TaskState>(std::min<std::uint64_t>(number(cell(rows, i, 1)), 3));
    task.iterating = number(cell(rows, i, 2)) <= kRunning;
    task.lsn = number(cell(rows, i, 3));
    task.watermark = number(cell(rows, i, 4));
    task.error = cell(rows, i, 5);
    if (cell(rows, i, 6) == "1") task.state = TaskState::dropped;
  }
  return out;
}

std::string error_text(std::string_view stored) {
  std::size_t fields = stored.starts_with("N:") ? 2 : stored.starts_with("R:") ? 4 : 0;
  auto rest = stored;
  for (; fields > 0; --fields) {
    auto colon = rest.find(':');
    if (colon == std::string_view::npos) return std::string(stored);
    rest.remove_prefix(colon + 1);
  }
  return std::string(rest);
}

std::string pause(std::string_view task) { return "pause ccpr subscription " + quote_string(task); }
std::string resume(std::string_view task) { return "resume ccpr subscription " + quote_string(task); }
std::string drop(std::string_view task) { return "drop ccpr subscription if exists " + quote_string(task); }

std::string snapshot_name(std::string_view task, std::uint64_t lsn) {
  return prefix(task) + std::to_string(lsn);
}

std::string create_snapshot(const Subscription& s, const Task& task) {
  std::string scope = s.table.empty() ? "database " + quote_name(s.database)
                                      : "table " + quote_name(s.database) + " " + quote_name(s.table);
  return "create snapshot if not exists " + quote_name(snapshot_name(task.id, task.lsn)) + " for " + scope +
         " from sys publication " + publication(s);
}

std::string drop_snapshot(std::string_view task, std::uint64_t lsn) {
  return "drop snapshot if exists " + quote_name(snapshot_name(task, lsn));
}

std::string snapshots(std::string_view task) {
  return "select sname, ts from mo_catalog.mo_snapshots where sname like " +
         quote_string("ccpr\\_" + std::string(task) + "\\_%");
}

std::map<std::uint64_t, std::uint64_t> read_snapshots(const Rows& rows) {
  std::map<std::uint64_t, std::uint64_t> out;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    auto name = cell(rows, i, 0);
    out.emplace(number(std::string_view(name).substr(name.rfind('_') + 1)), number(cell(rows, i, 1)));
  }
  return out;
}

bool was_checkpoint(const Rows& rows) {
  return !rows.rows.empty() && cell(rows, 0, 0).find("\"OK\"") != std::string::npos;
}

std::string note_running(const Subscription& s, std::string_view holder) {
  return update_tasks(s, state_is(IterationState::running) + ", cn_uuid = " + quote_string(holder));
}

std::string note_failed(const Subscription& s, std::string_view holder, std::string_view why) {
  constexpr std::size_t kLongest = 1000;  // the subscription has it whole
  return update_tasks(s, state_is(IterationState::error) + ", cn_uuid = " + quote_string(holder) +
                             ", error_message = left(" + quote_string(why) + ", " + std::to_string(kLongest) +
                             ")");
}

std::string note_applied(const Subscription& s, const Task& task, std::string_view holder) {
  auto moment = quote_string(upstream_sql::watermark(task.watermark));
  return update_tasks(s, state_is(IterationState::complete) + ", iteration_lsn = " +
                             std::to_string(task.lsn) + ", cn_uuid = " + quote_string(holder) +
                             ", watermark = " + moment + ", snapshot_ts = " + moment + ", snapshot_name = " +
                             quote_string(snapshot_name(task.id, task.lsn - 1)) + ", error_message = null") +
         " and watermark <= " + moment;
}

std::string note_task(const Subscription& s, std::string_view task) {
  return "update mogate.mo_sync_configs set cycle_snapshot = " + quote_string(task) +
         " where task_id = " + std::to_string(s.id);
}

TableChanges compare_tables(const Subscription& s, const std::vector<SyncTask>& tasks,
                            const std::vector<UpstreamTable>& tables) {
  auto same = [](const SyncTask& task, const UpstreamTable& table) {
    return task.table_id == table.id && task.table == table.name;
  };
  TableChanges out;
  auto is_active = [](const SyncTask& task) { return task.state != IterationState::cancel; };
  for (const auto& task : tasks) {
    bool there = std::any_of(tables.begin(), tables.end(), [&](const auto& t) { return same(task, t); });
    if (is_active(task) && !there) out.gone.push_back(task);
  }
  for (const auto& table : tables) {
    bool known = std::any_of(tasks.begin(), tasks.end(),
                             [&](const auto& task) { return is_active(task) && same(task, table); });
    if (known) continue;
    auto& task = out.added.emplace_back();
    task.subscription = s.id;
    task.database_id = table.database_id;
    task.database = s.database;
    task.table_id = table.id;
    task.table = table.name;
  }
  return out;
}

}  // namespace mogate::rewrite::ccpr
