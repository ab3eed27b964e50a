#include "rewrite/sql/quoting.h"
#include "rewrite/statements/subscription.h"
#include "rewrite/statements/subscription_parts.h"

#include <array>
#include <utility>

namespace mogate::rewrite {
namespace {

using Verb = SubscriptionVerb;
using Acts = std::vector<Answer::Act>;

constexpr std::uint32_t kLongestWait = 3600;
constexpr std::size_t kLongestName = 64;

constexpr std::array<std::pair<std::string_view, Verb>, 5> kVerbs{{{"PAUSE", Verb::pause},
                                                                   {"RESUME", Verb::resume},
                                                                   {"SYNC", Verb::sync},
                                                                   {"DROP", Verb::drop},
                                                                   {"ALTER", Verb::alter}}};

std::optional<Verb> verb_at(const sql::Token& token) {
  for (auto [word, verb] : kVerbs)
    if (token.is(word)) return verb;
  return std::nullopt;
}

// The config's row, with `assignments`.
Answer::Act update(const ChangeSubscription& s, const std::string& assignments) {
  return {"service",
          "UPDATE `mogate`.`mo_sync_configs` SET " + assignments +
              " WHERE subscription_name = " + sql::quote_string(s.name),
          "stop"};
}

Acts acts_of(const ChangeSubscription& s) {
  switch (s.verb) {
    case Verb::pause: return {update(s, "state = 1"), {"service", "end its iterations", "stop"}};
    case Verb::resume: return {update(s, "state = 0")};
    case Verb::sync: return {{"service", "begin a cycle of " + sql::quote_name(s.name) + " now", "stop"}};
    case Verb::verify:
      return {{"upstream", "read each table's rows in order at the last cycle's snapshot", "stop"},
              {"service", "compare them with the table's own, copy those tables anew that differ", "stop"}};
    case Verb::alter:
      return {update(s, "sync_config = '{\"sync_interval\": " + std::to_string(s.interval_s) + "}'")};
    case Verb::drop: break;
  }
  return {update(s, "state = 3"),
          {"service", "end its iterations", "stop"},
          {"upstream", "DROP SNAPSHOT, DROP PUBLICATION `mogate_<uid>…`", kAgain},
          {"service", "DELETE its rows of `mogate`.`mo_sync_tasks` and `mogate`.`mo_sync_configs`", kAgain}};
}

}  // namespace

std::string_view verb_name(SubscriptionVerb verb) {
  switch (verb) {
    case Verb::pause: return "PAUSE SUBSCRIPTION";
    case Verb::resume: return "RESUME SUBSCRIPTION";
    case Verb::sync:
    case Verb::verify: return "SYNC SUBSCRIPTION";
    case Verb::alter: return "ALTER SUBSCRIPTION";
    case Verb::drop: break;
  }
  return "DROP SUBSCRIPTION";
}

std::string parse_subscription_name(sql::Cursor& in) {
  std::string name = in.name("a subscription's name");
  if (name.size() > kLongestName)
    in.fail(protocol::SqlError{
        protocol::errc::mo_invalid_input, "invalid input: a subscription's name has at most 64 bytes", {}});
  return name;
}

std::uint32_t parse_sync_interval(sql::Cursor& in) {
  in.accept('=');
  std::uint64_t seconds = in.number("a number of seconds");
  if (!in.failed() && (seconds == 0 || seconds > kLongestSyncInterval))
    in.fail(
        internal_error("invalid SYNC_INTERVAL " + std::to_string(seconds) + ": it takes 1 to 86400 seconds"));
  return static_cast<std::uint32_t>(seconds);
}

std::optional<std::uint32_t> parse_wait(sql::Cursor& in) {
  if (!in.accept("WAIT")) return std::nullopt;
  std::uint64_t seconds = in.number("a number of seconds");
  if (seconds > kLongestWait) in.fail("at most 3600 seconds");
  return static_cast<std::uint32_t>(seconds);
}

protocol::SqlError short_physical_interval() {
  return internal_error("invalid SYNC_INTERVAL: ENGINE = PHYSICAL takes " +
                        std::to_string(kShortestPhysicalInterval) +
                        " seconds or more, which is MatrixOne's own cycle");
}

Plan subscription_plan(std::vector<Answer::Act> acts, std::vector<ColumnSpec> columns) {
  Plan plan;
  plan.answer.kind = AnswerKind::gateway;
  plan.answer.gateway_topic = kSubscriptionTopic;
  plan.answer.columns = std::move(columns);
  plan.answer.acts = std::move(acts);
  return plan;
}

std::optional<ChangeSubscription> parse_change_subscription(sql::Cursor& in) {
  auto verb = verb_at(in.peek());
  if (!verb || !in.peek2().is("SUBSCRIPTION")) return std::nullopt;
  in.take();
  in.take();
  ChangeSubscription out{*verb, {}, false, 0, {}};
  if (out.verb != Verb::alter) out.if_exists = in.accept("IF", "EXISTS");
  out.name = parse_subscription_name(in);
  if (out.verb == Verb::alter) {
    in.expect("SET");
    in.expect("SYNC_INTERVAL");
    return out.interval_s = parse_sync_interval(in), out;
  }
  if (out.verb == Verb::sync && in.accept("VERIFY")) out.verb = Verb::verify;
  out.wait_s = parse_wait(in);
  return out;
}

Planned plan_change_subscription(const ChangeSubscription& statement) {
  return subscription_plan(acts_of(statement));
}

}  // namespace mogate::rewrite
