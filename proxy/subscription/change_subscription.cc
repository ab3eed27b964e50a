// PAUSE, RESUME, SYNC, ALTER and DROP SUBSCRIPTION.
#include "proxy/subscription/asking.h"
#include "proxy/subscription/physical_cycle.h"
#include "rewrite/planning.h"
#include "rewrite/subscription/state_sql.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::Subscription;
using rewrite::SubscriptionState;
using rewrite::SubscriptionVerb;
namespace state = rewrite::state_sql;

// How long DROP waits for what is upstream to be removed, unless WAIT says otherwise.
constexpr std::chrono::seconds kDropWait{10};

bool is_physical(const Subscription& s) { return s.engine == rewrite::SyncEngine::physical; }

// Nothing of an iteration that runs is applied after it.
std::optional<SqlError> stop_iterations(Asking& asking, const Subscription& s, const std::string& sql) {
  if (auto done = asking.service.run(sql); done.error) return done.error;
  auto fenced = asking.run_in_account(s, state::fence(s.id));
  asking.engine.wake();
  return fenced;
}

rewrite::Result pause(Asking& asking, const Subscription& s) {
  auto error = stop_iterations(asking, s, state::set_state(s.id, SubscriptionState::paused));
  if (!error && is_physical(s)) error = pause_physical(asking.service, s);
  return error ? failed_result(*error) : ok_result();
}

rewrite::Result drop(Asking& asking, const Subscription& s, std::chrono::seconds limit) {
  if (auto error = stop_iterations(asking, s, state::mark_deleted(s.id))) return failed_result(*error);
  bool gone = asking.wait_for(s.id, limit, [](const auto& found) { return !found; });
  std::string info = is_physical(s) ? "MatrixOne keeps its tables read-only; they can be dropped" : "";
  if (!gone)
    info += std::string(info.empty() ? "" : "; ") + "what it has upstream is removed as soon as that answers";
  return ok_result(info);
}

bool is_in_step(const std::optional<Subscription>& s, std::uint64_t asked) {
  return s && s->answered >= asked && s->ended == s->cycle;
}

// What a cycle that was asked for came to.
rewrite::Result wait_for_cycle(Asking& asking, const Subscription& s, std::uint64_t asked,
                               std::chrono::seconds limit) {
  std::optional<Subscription> last;
  bool done = asking.wait_for(s.id, limit, [&](const auto& found) {
    last = found;
    bool failed = found && found->state == SubscriptionState::error && found->answered >= asked;
    return !found || failed || is_in_step(found, asked);
  });
  if (last && last->state == SubscriptionState::error)
    return failed_result(rewrite::internal_error("subscription " + s.name + ": " + last->error));
  if (!done)
    return failed_result(
        rewrite::internal_error("subscription " + s.name + " is not in step yet; it goes on"));
  return ok_result();
}

rewrite::Result sync(Asking& asking, const Subscription& s, const rewrite::ChangeSubscription& statement) {
  if (s.state == SubscriptionState::paused)
    return failed_result(
        rewrite::internal_error("subscription " + s.name + " is paused; RESUME SUBSCRIPTION first"));
  if (is_physical(s) && statement.verb == SubscriptionVerb::verify)
    return failed_result(rewrite::internal_error(
        "VERIFY is not for ENGINE = PHYSICAL: MatrixOne takes the upstream's data files over as they are"));
  auto asked = asking.service.run(state::ask_cycle(s.id, statement.verb == SubscriptionVerb::verify));
  if (asked.error) return failed_result(*asked.error);
  asking.engine.wake();
  if (!statement.wait_s) return ok_result();
  return wait_for_cycle(asking, s, s.asked + 1, std::chrono::seconds(*statement.wait_s));
}

rewrite::Result alter(Asking& asking, const Subscription& s, std::uint32_t interval_s) {
  if (is_physical(s) && interval_s < rewrite::kShortestPhysicalInterval)
    return failed_result(rewrite::internal_error("SYNC_INTERVAL of a PHYSICAL subscription is at least 10"));
  auto changed = asking.service.run(state::set_interval(s, interval_s));
  asking.engine.wake();
  return changed.error ? failed_result(*changed.error) : ok_result();
}

rewrite::Result resume(Asking& asking, const Subscription& s, const rewrite::ChangeSubscription& statement) {
  for (const auto& sql : {state::set_state(s.id, SubscriptionState::normal), state::ask_cycle(s.id, false)})
    if (auto changed = asking.service.run(sql); changed.error) return failed_result(*changed.error);
  asking.engine.wake();
  if (!statement.wait_s) return ok_result();
  return wait_for_cycle(asking, s, s.asked + 1, std::chrono::seconds(*statement.wait_s));
}

}  // namespace

rewrite::Result change_subscription(Asking& asking, const rewrite::ChangeSubscription& statement) {
  auto found = asking.find(statement.name);
  if (auto* error = std::get_if<SqlError>(&found)) return failed_result(*error);
  const auto& s = std::get<0>(found);
  if (!s) return statement.if_exists ? ok_result() : failed_result(no_such_subscription(statement.name));
  switch (statement.verb) {
    case SubscriptionVerb::pause: return pause(asking, *s);
    case SubscriptionVerb::resume: return resume(asking, *s, statement);
    case SubscriptionVerb::sync:
    case SubscriptionVerb::verify: return sync(asking, *s, statement);
    case SubscriptionVerb::alter: return alter(asking, *s, statement.interval_s);
    case SubscriptionVerb::drop: break;
  }
  return drop(asking, *s, statement.wait_s ? std::chrono::seconds(*statement.wait_s) : kDropWait);
}

}  // namespace mogate::proxy
