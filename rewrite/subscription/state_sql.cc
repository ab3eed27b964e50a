#include "rewrite/subscription/state_sql.h"

#include "rewrite/subscription/state_text.h"

namespace mogate::rewrite::state_sql {
namespace {

std::string update_config(std::uint32_t id, const std::string& what) {
  return "update mogate.mo_sync_configs set " + what + " where task_id = " + number(id);
}

std::string json_of(const Subscription& s) {
  return R"({"sync_interval": )" + number(s.interval_s) + R"(, "engine": ")" +
         std::string(name_of(s.engine)) + "\"}";
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
         "created_at, updated_at, timestampdiff(second, synced_at, now(6)) "
         "from mogate.mo_sync_configs order by task_id";
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
    s.lag_s = count(rows, i, 21);
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
  bool physical = s.engine == SyncEngine::physical;
  return update_config(s.id, "cycle_number = " + number(cycle) + ", cycle_snapshot = " +
                                 text(physical ? s.snapshot : snapshot_name(s, cycle)) + ", answered = " + number(s.asked) +
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

std::string take_lease(std::string_view holder, unsigned seconds, unsigned patience) {
  return "update mogate.mo_sync_lease set holder = " + text(holder) +
         ", expires = date_add(now(6), interval " + number(seconds) +
         " second) where id = 1 and expires < date_sub(now(6), interval " + number(patience) + " second)";
}

std::string renew_lease(std::string_view holder, unsigned seconds) {
  return "update mogate.mo_sync_lease set expires = date_add(now(6), interval " + number(seconds) +
         " second) where id = 1 and holder = " + text(holder) + " and expires >= now(6)";
}

std::string lease_is_held() {
  return "select 1 from mogate.mo_sync_lease where id = 1 and expires >= now(6)";
}

std::string give_up_lease(std::string_view holder) {
  return "update mogate.mo_sync_lease set expires = now(6) where id = 1 and holder = " + text(holder);
}

}  // namespace mogate::rewrite::state_sql
