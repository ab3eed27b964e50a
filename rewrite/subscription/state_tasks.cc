// The SQL of mo_sync_tasks.
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/state_text.h"

namespace mogate::rewrite::state_sql {
namespace {

std::string claimed(const SyncTask& task, std::string_view holder) {
  return " where job_id = " + number(task.id) + " and iteration_lsn = " + number(task.lsn) +
         " and cn_uuid = " + text(holder);
}

}  // namespace

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
