#include "proxy/subscription/runner.h"

#include "proxy/subscription/cycle.h"
#include "proxy/subscription/physical_cycle.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace mogate::proxy {
namespace {

constexpr std::chrono::seconds kLongestPause{60};

}  // namespace

void Runner::begin(CycleContext context) {
  join();
  done_ = false;
  stop_ = false;
  note_begin(context.subscription);
  thread_ = std::thread([this, context = std::move(context)]() mutable { run(std::move(context)); });
}

void Runner::run(CycleContext context) {
  auto name = context.subscription.name;
  bool physical = context.subscription.engine == rewrite::SyncEngine::physical;
  if (cleaning_up_) {
    error_ = physical ? clean_up_physical(context) : clean_up(context);
    cleaned_up_ = !error_;
  } else if (physical) {
    PhysicalCycle cycle(std::move(context));
    error_ = cycle.run();
    if (!error_) note_success(name, cycle.tables(), 0);
  } else {
    Cycle cycle(std::move(context));
    error_ = cycle.run();
    if (!error_) note_success(name, cycle.tables(), cycle.rows());
  }
  if (error_) counts_->errors.add();
  if (error_) spdlog::warn("subscription {}: {}", name, error_->message);
  failures_ = error_ ? failures_ + 1 : 0;
  done_ = true;
}

void Runner::note_success(const std::string& name, std::size_t tables, std::uint64_t rows) {
  auto took = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - *begun_);
  counts_->cycles.add();
  counts_->tables = tables;
  counts_->cycle_seconds = static_cast<double>(took.count()) / 1000;
  spdlog::info("subscription {}: cycle of {} tables, {} rows, {} ms", name, tables, rows, took.count());
}

void Runner::note_begin(const rewrite::Subscription& s) {
  begun_ = Clock::now();
  asked_ = s.asked;
  cleaning_up_ = s.state == rewrite::SubscriptionState::deleted;
  if (failures_ > 0) counts_->retries.add();
}

void Runner::fail(const rewrite::Subscription& s, protocol::SqlError error) {
  note_begin(s);
  ++failures_;
  counts_->errors.add();
  error_ = std::move(error);
}

Runner::Clock::time_point Runner::due(std::chrono::seconds interval) const {
  if (!begun_) return {};
  if (failures_ == 0) return *begun_ + interval;
  auto pause = std::min(kLongestPause, std::chrono::seconds(1U << std::min(failures_ - 1, 6U)));
  return *begun_ + std::max(pause, std::chrono::seconds{1});
}

void Runner::join() {
  if (thread_.joinable()) thread_.join();
}

}  // namespace mogate::proxy
