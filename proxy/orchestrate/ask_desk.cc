#include "proxy/orchestrate/ask_desk.h"

#include "proxy/orchestrate/killer.h"
#include "proxy/subscription/desk.h"
#include "rewrite/planning.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using Request = SubscriptionDesk::Request;

const SqlError kNoService = rewrite::internal_error(
    "subscriptions need key_file in [subscriptions], and user and password_file in [service], of the "
    "gateway's configuration");
const SqlError kTooMany{
    protocol::errc::too_many_connections, "mogate: too many statements about subscriptions wait", {}};

SqlError interrupted(std::string_view why) {
  return {protocol::errc::query_interrupted, "Query execution was interrupted" + std::string(why), {}};
}

std::chrono::seconds wait_of(const rewrite::Statement& statement) {
  std::optional<std::uint32_t> wait;
  if (const auto* create = std::get_if<rewrite::CreateSubscription>(&statement.as)) wait = create->wait_s;
  if (const auto* change = std::get_if<rewrite::ChangeSubscription>(&statement.as)) wait = change->wait_s;
  return std::chrono::seconds(wait.value_or(0));
}

// One request, and the session that waits for it.
class Visit {
 public:
  Visit(SessionContext& context, const rewrite::Statement& statement, const rewrite::Identity& self)
      : c_(context), waiting_(std::make_shared<Readiness*>(&context.readiness)) {
    request_->statement = statement;
    request_->identity = self;
    // The session may have ended when this runs.
    request_->done = [&reactor = context.shard.reactor, waiting = waiting_] {
      reactor.post([waiting] {
        if (*waiting != nullptr) (*waiting)->raise(event::answered);
      });
    };
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;
  ~Visit() {
    request_->given_up = true;
    *waiting_ = nullptr;
    c_.readiness.clear(event::answered);
  }

  const std::shared_ptr<Request>& request() const { return request_; }

  Task<Outcome> wait(Operations::Running& operation, Clock::duration limit) {
    c_.readiness.set_deadline_in(limit);
    while (true) {
      auto events = co_await c_.readiness.wait(event::answered | event::interrupted | event::client_gone);
      if (events & event::answered) co_return answer();
      if (events & event::stop) co_return Outcome::ended({{Side::gateway, IoFault::stopped}, {}, false});
      if (events & event::client_gone) {
        operation.lost_client();
        co_return deserted();
      }
      if (request_->given_up) co_return Outcome::failed(interrupted(because_));
      give_up((events & event::interrupted) != 0 ? "" : " (mogate: at [timeouts] orchestration)");
    }
  }

 private:
  void give_up(std::string_view because) {
    because_ = because;
    request_->given_up = true;
    c_.readiness.clear(event::interrupted);
    c_.readiness.set_deadline_in(kKillGrace);
  }

  Outcome answer() {
    Outcome outcome;
    static_cast<rewrite::Result&>(outcome) = std::move(request_->result);
    return outcome;
  }

  static Outcome deserted() {
    Outcome outcome = Outcome::failed(interrupted(""));
    outcome.deserted = true;
    return outcome;
  }

  SessionContext& c_;
  std::shared_ptr<Request> request_ = std::make_shared<Request>();
  std::shared_ptr<Readiness*> waiting_;  // null once nobody waits; of the session's thread
  std::string_view because_;
};

}  // namespace

Task<Outcome> ask_desk(SessionContext& context, const rewrite::Statement& statement,
                       const rewrite::Identity& self, Operations::Running& operation) {
  if (context.shared.subscriptions == nullptr) co_return Outcome::failed(kNoService);
  Visit visit(context, statement, self);
  if (!context.shared.subscriptions->hand_in(visit.request())) co_return Outcome::failed(kTooMany);
  operation.enter(OperationState::waiting);
  co_return co_await visit.wait(operation, context.config().timeouts.orchestration + wait_of(statement));
}

}  // namespace mogate::proxy
