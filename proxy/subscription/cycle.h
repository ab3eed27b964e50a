// A cycle of a subscription by the logical engine: one snapshot upstream, every table brought to it
// (DESIGN 6). One that was broken off goes on with its snapshot.
#pragma once

#include "proxy/subscription/cycle_context.h"
#include "proxy/subscription/table_iteration.h"
#include "rewrite/subscription/scan.h"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

class Cycle {
 public:
  explicit Cycle(CycleContext context);

  // nullopt: every table stands at the cycle's snapshot.
  std::optional<protocol::SqlError> run();
  std::size_t tables() const { return plan_.work.size(); }
  std::uint64_t rows() const { return rows_; }

 private:
  using MaybeError = std::optional<protocol::SqlError>;

  MaybeError open();
  MaybeError choose_snapshot();
  MaybeError begin_new();
  MaybeError read_snapshots();
  MaybeError drop_snapshots_but(std::string_view kept);
  MaybeError read_plan();
  MaybeError read_tasks();
  MaybeError settle_tables();
  MaybeError drop_gone();
  MaybeError free_names();
  MaybeError drop_left_over();
  bool is_in_the_way(const rewrite::TableWork& work);
  MaybeError make_tasks();
  void work_through();
  void work(Lane& lane);
  void note(std::size_t at, IterationOutcome outcome);
  MaybeError move_unchanged();
  MaybeError finish();

  CycleContext context_;
  Lane control_;
  Link service_;
  std::map<std::string, std::uint64_t, std::less<>> there_;  // snapshots upstream, in nanoseconds
  CycleGround ground_;
  std::vector<rewrite::SyncTask> tasks_;
  rewrite::CyclePlan plan_;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> lost_{false};
  std::mutex mutex_;  // of what follows
  std::vector<std::size_t> unchanged_;
  std::uint64_t rows_ = 0;
  MaybeError error_;
};

// Takes away what a dropped subscription has upstream and in the account's tasks.
std::optional<protocol::SqlError> clean_up(const CycleContext& context);

}  // namespace mogate::proxy
