#include "proxy/subscription/desk.h"

#include <utility>

namespace mogate::proxy {
namespace {

const protocol::SqlError kNotBegun{
    protocol::errc::query_interrupted, "Query execution was interrupted before it began", {}};

}  // namespace

SubscriptionDesk::SubscriptionDesk(Answer answer) : answer_(std::move(answer)) {}

SubscriptionDesk::~SubscriptionDesk() {
  {
    std::lock_guard lock(mutex_);
    closing_ = true;
    for (auto* lane : {&reads_, &changes_}) {
      lane->waiting.clear();
      for (auto& request : lane->running) request->given_up = true;
      lane->changed.notify_all();
    }
  }
  for (auto* lane : {&reads_, &changes_})
    for (auto& thread : lane->threads) thread.join();
}

bool SubscriptionDesk::hand_in(std::shared_ptr<Request> request) {
  Lane& lane = rewrite::only_reads(request->statement) ? reads_ : changes_;
  std::lock_guard lock(mutex_);
  if (closing_ || lane.waiting.size() >= lane.most_waiting) return false;
  lane.waiting.push_back(std::move(request));
  bool all_busy = lane.running.size() + lane.waiting.size() > lane.threads.size();
  if (all_busy && lane.threads.size() < lane.most_threads)
    lane.threads.emplace_back([this, &lane] { serve(lane); });
  lane.changed.notify_one();
  return true;
}

void SubscriptionDesk::serve(Lane& lane) {
  std::unique_lock lock(mutex_);
  while (true) {
    lane.changed.wait(lock, [&] { return closing_ || !lane.waiting.empty(); });
    if (closing_) return;
    auto request = std::move(lane.waiting.front());
    lane.waiting.pop_front();
    lane.running.push_back(request);
    lock.unlock();
    if (request->given_up) {
      request->result.error = kNotBegun;
    } else {
      request->result = answer_(request->statement, request->identity, request->given_up);
    }
    request->done();
    lock.lock();
    std::erase(lane.running, request);
  }
}

}  // namespace mogate::proxy
