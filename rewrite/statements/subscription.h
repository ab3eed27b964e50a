// Subscriptions (seed 003): the statements, how they are written, and what EXPLAIN GATEWAY says of them. They
// are carried out by proxy/subscription, not on the client's session.
#pragma once

#include "rewrite/planning.h"
#include "rewrite/sql/cursor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::rewrite {

enum class SyncEngine : std::uint8_t { automatic, logical, physical };

inline constexpr std::uint32_t kLongestSyncInterval = 86400;
// MatrixOne's own cycle (DESIGN 6).
inline constexpr std::uint32_t kShortestPhysicalInterval = 10;

// CREATE SUBSCRIPTION [IF NOT EXISTS] n DATABASE d [TABLE t] FROM 'uri' [SYNC_INTERVAL [=] s]
// [ENGINE [=] AUTO | PHYSICAL | LOGICAL] [WAIT secs], the last three in any order
struct CreateSubscription {
  std::string name, database;
  std::string table;  // empty: all tables of the database
  std::string uri;    // as written: secrets in the clear
  bool if_not_exists = false;
  std::uint32_t interval_s = 60;
  SyncEngine engine = SyncEngine::automatic;
  std::optional<std::uint32_t> wait_s;
};

// SHOW SUBSCRIPTIONS [LIKE 'p']
struct ShowSubscriptions {
  std::optional<std::string> like;
};

// SHOW SUBSCRIPTION TASKS [FOR n]
struct ShowSubscriptionTasks {
  std::optional<std::string> subscription;
};

enum class SubscriptionVerb : std::uint8_t { pause, resume, sync, verify, drop, alter };

// PAUSE | RESUME | SYNC | DROP SUBSCRIPTION [IF EXISTS] n [WAIT secs]; SYNC SUBSCRIPTION [IF EXISTS] n
// VERIFY; ALTER SUBSCRIPTION n SET SYNC_INTERVAL [=] s
struct ChangeSubscription {
  SubscriptionVerb verb = SubscriptionVerb::pause;
  std::string name;
  bool if_exists = false;
  std::uint32_t interval_s = 0;  // of alter only
  std::optional<std::uint32_t> wait_s;
};

// "PAUSE SUBSCRIPTION" …
std::string_view verb_name(SubscriptionVerb verb);

// After CREATE SUBSCRIPTION.
CreateSubscription parse_create_subscription(sql::Cursor& in);
// From the verb on, with SUBSCRIPTION behind it. nullopt: another verb.
std::optional<ChangeSubscription> parse_change_subscription(sql::Cursor& in);
// After SHOW SUBSCRIPTIONS. nullopt: MatrixOne's own statement of that name (… ALL, … WHERE).
std::optional<ShowSubscriptions> parse_show_subscriptions(sql::Cursor& in);
// After SHOW SUBSCRIPTION TASKS.
ShowSubscriptionTasks parse_show_subscription_tasks(sql::Cursor& in);

// AnswerKind::gateway with this topic; the steps are for EXPLAIN GATEWAY only (Answer::acts).
inline constexpr std::string_view kSubscriptionTopic = "SUBSCRIPTION";
Planned plan_create_subscription(const CreateSubscription& statement);
Planned plan_change_subscription(const ChangeSubscription& statement);
Planned plan_show_subscriptions(const ShowSubscriptions& statement, const Planning& p);
Planned plan_show_subscription_tasks(const ShowSubscriptionTasks& statement, const Planning& p);

// Exactly seed 003's eight.
std::vector<ColumnSpec> subscription_columns();
std::vector<ColumnSpec> subscription_task_columns();

}  // namespace mogate::rewrite
