#include "rewrite/subscription/state_sql.h"

#include "rewrite/sql/quoting.h"

#include <charconv>

namespace mogate::rewrite::state_sql {
namespace {

using sql::quote_string;

// As much of it as the column holds, cut between characters.
constexpr std::size_t kLongestMessage = 4900;

std::string text(std::string_view value) { return quote_string(value); }

std::string message(std::string_view value) {
  if (value.size() > kLongestMessage) value = value.substr(0, kLongestMessage);
  while (!value.empty() && (static_cast<unsigned char>(value.back()) & 0xC0) == 0x80) value.remove_suffix(1);
  if (!value.empty() && static_cast<unsigned char>(value.back()) >= 0xC0) value.remove_suffix(1);
  return text(value);
}

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string number(SubscriptionState state) { return std::to_string(static_cast<int>(state)); }
std::string number(IterationState state) { return std::to_string(static_cast<int>(state)); }

std::string name_or_null(std::string_view name) { return name.empty() ? "null" : text(name); }

std::string cell(const Rows& rows, std::size_t row, std::size_t column) {
  return rows.rows[row].size() > column ? rows.rows[row][column].value_or("") : "";
}

std::uint64_t count(const Rows& rows, std::size_t row, std::size_t column) {
  std::uint64_t value = 0;
  std::string digits = cell(rows, row, column);
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

std::string update_config(std::uint32_t id, const std::string& what) {
  return "update mogate.mo_sync_configs set " + what + " where task_id = " + number(id);
}

std::string json_of(const Subscription& s) {
  return R"({"sync_interval": )" + number(s.interval_s) + R"(, "engine": ")" +
         std::string(name_of(s.engine)) + "\"}";
}

std::string claimed(const SyncTask& task, std::string_view holder) {
  return " where job_id = " + number(task.id) + " and iteration_lsn = " + number(task.lsn) +
         " and cn_uuid = " + text(holder);
}

std::string end_with(const Subscription& s, const std::string& what) {
  return update_config(s.id, "ended = " + number(s.cycle) + ", " + what + (s.verify ? ", verify = 0" : "")) +
         " and cycle_number = " + number(s.cycle);
}

}  // namespace

std::string subscriptions() {
  return "select task_id, subscription_name, account_id, account_name, db_name, table_name, upstream_conn, "
         "interval_s, engine, state, uid, cycle_number, cycle_snapshot, ended, asked, answered, verify, "
         "synced_at, error_message, "
         "created_at, updated_at from mogate.mo_sync_configs order by task_id";
}

std::vector<Subscription> read_subscriptions(const Rows& rows) {
  std::vector<Subscription> out;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    auto& s = out.emplace_back();
    s.id = static_cast<std::uint32_t>(count(rows, i, 0));
    s.name = cell(rows, i, 1);
    s.account_id = count(rows, i, 2);
    s.account = cell(rows, i, 3);
    s.database = cell(rows, i, 4);
    s.table = cell(rows, i, 5);
    s.shown_uri = cell(rows, i, 6);
    s.interval_s = static_cast<std::uint32_t>(count(rows, i, 7));
    s.engine = cell(rows, i, 8) == "PHYSICAL" ? SyncEngine::physical : SyncEngine::logical;
    s.state = static_cast<SubscriptionState>(count(rows, i, 9));
    s.uid = cell(rows, i, 10);
    s.cycle = count(rows, i, 11);
    s.snapshot = cell(rows, i, 12);
    s.ended = count(rows, i, 13);
    s.asked = count(rows, i, 14);
    s.answered = count(rows, i, 15);
    s.verify = count(rows, i, 16) != 0;
    s.synced_at = cell(rows, i, 17);
    s.error = cell(rows, i, 18);
    s.created_at = cell(rows, i, 19);
    s.updated_at = cell(rows, i, 20);
  }
  return out;
}

std::string insert_subscription(const Subscription& s) {
  return "insert into mogate.mo_sync_configs (subscription_name, sync_level, account_id, db_name, "
         "table_name, "
         "upstream_conn, sync_config, state, active_name, account_name, uid, interval_s, engine) values "
         "(" +
         text(s.name) + ", " + (s.table.empty() ? "'database'" : "'table'") + ", " + number(s.account_id) +
         ", " + text(s.database) + ", " + name_or_null(s.table) + ", " + text(s.shown_uri) + ", " +
         text(json_of(s)) + ", " + number(s.state) + ", " + text(s.name) + ", " + text(s.account) + ", " +
         text(s.uid) + ", " + number(s.interval_s) + ", " + text(name_of(s.engine)) + ")";
}

std::string id_of(const Subscription& s) {
  return "select task_id from mogate.mo_sync_configs where uid = " + text(s.uid);
}

std::string set_state(std::uint32_t id, SubscriptionState state) {
  return update_config(id, "state = " + number(state) + ", error_message = null") + " and state <> 3";
}

std::string mark_deleted(std::uint32_t id) { return update_config(id, "state = 3, active_name = null"); }

std::string remove_subscription(std::uint32_t id) {
  return "delete from mogate.mo_sync_configs where task_id = " + number(id);
}

std::string set_interval(const Subscription& s, std::uint32_t seconds) {
  Subscription changed = s;
  changed.interval_s = seconds;
  return update_config(s.id, "interval_s = " + number(seconds) + ", sync_config = " + text(json_of(changed)));
}

std::string ask_cycle(std::uint32_t id, bool verify) {
  return update_config(id, std::string("asked = asked + 1") + (verify ? ", verify = 1" : ""));
}

std::string begin_cycle(const Subscription& s, std::uint64_t cycle) {
  // Who asked for a cycle is told of its errors, not of those before.
  bool asked = s.asked > s.answered;
  return update_config(s.id, "cycle_number = " + number(cycle) + ", cycle_snapshot = " +
                                 text(snapshot_name(s, cycle)) + ", answered = " + number(s.asked) +
                                 (asked ? ", state = 0, error_message = null" : "")) +
         " and state in (0, 2) and cycle_number = " + number(s.cycle);
}

std::string end_cycle(const Subscription& s, std::string_view synced_at) {
  return end_with(s, "synced_at = " + text(synced_at) +
                         ", error_message = null, state = case when state = 2 then 0 else state end");
}

std::string end_failed_cycle(const Subscription& s, std::string_view why) {
  return end_with(s,
                  "error_message = " + message(why) + ", state = case when state = 0 then 2 else state end");
}

std::string set_error(std::uint32_t id, std::string_view why) {
  return update_config(id, "state = 2, error_message = " + message(why)) + " and state in (0, 2)";
}

std::string put_secret(std::uint32_t id, std::string_view sealed) {
  return "replace into mogate.mo_sync_secrets values (" + number(id) + ", " + text(sealed) + ")";
}

std::string secret(std::uint32_t id) {
  return "select sealed from mogate.mo_sync_secrets where task_id = " + number(id);
}

std::string secrets() { return "select task_id, sealed from mogate.mo_sync_secrets order by task_id"; }

std::string remove_secret(std::uint32_t id) {
  return "delete from mogate.mo_sync_secrets where task_id = " + number(id);
}

std::string take_lease(std::string_view holder, unsigned seconds) {
  return "update mogate.mo_sync_lease set holder = " + text(holder) +
         ", expires = date_add(now(6), interval " + number(seconds) +
         " second) where id = 1 and expires < now(6)";
}

std::string renew_lease(std::string_view holder, unsigned seconds) {
  return "update mogate.mo_sync_lease set expires = date_add(now(6), interval " + number(seconds) +
         " second) where id = 1 and holder = " + text(holder) + " and expires >= now(6)";
}

std::string give_up_lease(std::string_view holder) {
  return "update mogate.mo_sync_lease set expires = '1970-01-02 00:00:00' where id = 1 and holder = " +
         text(holder);
}

std::string tasks(std::optional<std::uint32_t> subscription) {
  return "select job_id, task_id, db_id, table_id, table_version, db_name, table_name, watermark, "
         "snapshot_name, "
         "iteration_state, cn_uuid, iteration_lsn, rows_done, rows_total, error_message, updated_at, "
         "timestampdiff(second, watermark, now(6)) from "
         "mogate.mo_sync_tasks" +
         (subscription ? " where task_id = " + number(*subscription) : "") + " order by job_id";
}

std::vector<SyncTask> read_tasks(const Rows& rows) {
  std::vector<SyncTask> out;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    auto& t = out.emplace_back();
    t.id = static_cast<std::uint32_t>(count(rows, i, 0));
    t.subscription = static_cast<std::uint32_t>(count(rows, i, 1));
    t.database_id = count(rows, i, 2);
    t.table_id = count(rows, i, 3);
    t.table_version = static_cast<std::uint32_t>(count(rows, i, 4));
    t.database = cell(rows, i, 5);
    t.table = cell(rows, i, 6);
    t.watermark = cell(rows, i, 7);
    t.snapshot = cell(rows, i, 8);
    t.state = static_cast<IterationState>(count(rows, i, 9));
    t.holder = cell(rows, i, 10);
    t.lsn = count(rows, i, 11);
    t.rows_done = count(rows, i, 12);
    t.rows_total = count(rows, i, 13);
    t.error = cell(rows, i, 14);
    t.updated_at = cell(rows, i, 15);
    t.lag_s = count(rows, i, 16);
  }
  return out;
}

std::string insert_tasks(const std::vector<SyncTask>& tasks) {
  std::string out =
      "insert into mogate.mo_sync_tasks (task_id, account_id, db_id, db_name, table_id, table_name, "
      "iteration_lsn) values ";
  for (const auto& t : tasks) {
    if (&t != &tasks.front()) out += ", ";
    out += "(" + number(t.subscription) + ", current_account_id(), " + number(t.database_id) + ", " +
           text(t.database) + ", " + number(t.table_id) + ", " + text(t.table) + ", 0)";
  }
  return out;
}

std::string cancel_task(const SyncTask& task) {
  return "update mogate.mo_sync_tasks set iteration_state = " + number(IterationState::cancel) +
         ", iteration_lsn = iteration_lsn + 1 where job_id = " + number(task.id);
}

std::string forget_cancelled(const SyncTask& task) {
  return "delete from mogate.mo_sync_tasks where task_id = " + number(task.subscription) +
         " and table_name = " + text(task.table) +
         " and iteration_state = " + number(IterationState::cancel) + " and job_id < " + number(task.id);
}

std::string note_name(const SyncTask& task, std::string_view table) {
  return "insert into mogate.mo_sync_tasks (task_id, account_id, db_id, db_name, table_id, table_name, "
         "iteration_state) values (" +
         number(task.subscription) + ", current_account_id(), " + number(task.database_id) + ", " +
         text(task.database) + ", " + number(task.table_id) + ", " + text(table) + ", " +
         number(IterationState::cancel) + ")";
}

std::string forget_name(const SyncTask& task, std::string_view table) {
  return "delete from mogate.mo_sync_tasks where task_id = " + number(task.subscription) +
         " and table_name = " + text(table) + " and iteration_state = " + number(IterationState::cancel);
}

std::string remove_tasks(std::uint32_t subscription) {
  return "delete from mogate.mo_sync_tasks where task_id = " + number(subscription);
}

std::string claim(const SyncTask& task, std::string_view holder, std::uint64_t connection,
                  std::string_view snapshot_ts) {
  return "update mogate.mo_sync_tasks set iteration_state = " + number(IterationState::running) +
         ", iteration_lsn = iteration_lsn + 1, cn_uuid = " + text(holder) +
         ", connection_id = " + number(connection) + ", snapshot_ts = " + text(snapshot_ts) +
         ", rows_done = 0, rows_total = 0, error_message = null where job_id = " + number(task.id) +
         " and iteration_lsn = " + number(task.lsn);
}

std::string progress(const SyncTask& task, std::uint64_t rows_done, std::uint64_t rows_total) {
  return "update mogate.mo_sync_tasks set rows_done = " + number(rows_done) +
         ", rows_total = " + number(rows_total) + " where job_id = " + number(task.id) +
         " and iteration_lsn = " + number(task.lsn);
}

std::string complete(const SyncTask& task, std::string_view holder) {
  return "update mogate.mo_sync_tasks set watermark = " + text(task.watermark) +
         ", snapshot_name = " + text(task.snapshot) + ", db_id = " + number(task.database_id) +
         ", table_name = " + text(task.table) + ", table_id = " + number(task.table_id) +
         ", table_version = " + number(task.table_version) + ", rows_done = " + number(task.rows_done) +
         ", rows_total = " + number(task.rows_total) +
         ", connection_id = 0, iteration_state = " + number(IterationState::complete) + claimed(task, holder);
}

std::string move_watermarks(const std::vector<const SyncTask*>& tasks, std::string_view base,
                            std::string_view snapshot, std::string_view watermark, std::string_view holder) {
  std::string ids;
  for (const auto* t : tasks) ids += (ids.empty() ? "" : ", ") + number(t->id);
  return "update mogate.mo_sync_tasks set watermark = " + text(watermark) +
         ", snapshot_ts = " + text(watermark) + ", snapshot_name = " + text(snapshot) + " where job_id in (" +
         ids + ") and snapshot_name = " + text(base) + " and cn_uuid = " + text(holder) +
         " and iteration_state = " + number(IterationState::complete);
}

std::string fail_task(const SyncTask& task, std::string_view holder, std::string_view why) {
  return "update mogate.mo_sync_tasks set connection_id = 0, iteration_state = " +
         number(IterationState::error) + ", error_message = " + message(why) + claimed(task, holder);
}

std::string forget_base(const SyncTask& task, std::string_view holder) {
  return "update mogate.mo_sync_tasks set snapshot_name = ''" + claimed(task, holder);
}

std::string fence(std::optional<std::uint32_t> subscription) {
  return "update mogate.mo_sync_tasks set iteration_lsn = iteration_lsn + 1, cn_uuid = '', iteration_state = "
         "case when "
         "iteration_state in (0, 1) then 2 else iteration_state end where " +
         (subscription ? "task_id = " + number(*subscription) : "job_id > 0") + " and iteration_state <> " +
         number(IterationState::cancel);
}

std::string running_connections() {
  return "select connection_id from mogate.mo_sync_tasks where connection_id <> 0 and iteration_state = 1";
}

}  // namespace mogate::rewrite::state_sql
