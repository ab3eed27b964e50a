// A cycle of a subscription by MatrixOne's own replication (CCPR): it is set up if it is not there yet,
// brought to a point after the cycle's begin, and what it says of itself is written down as that of the
// logical engine is (DESIGN 6). Everything may be done again, so that a gateway that dies anywhere is
// followed by another.
#pragma once

#include "proxy/subscription/cycle_context.h"
#include "rewrite/subscription/ccpr_watch.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace mogate::proxy {

class PhysicalCycle {
 public:
  explicit PhysicalCycle(CycleContext context);

  // nullopt: every table stands at a point that came after the begin.
  std::optional<protocol::SqlError> run();
  std::size_t tables() const { return tables_; }

 private:
  using MaybeError = std::optional<protocol::SqlError>;
  using Snapshots = std::map<std::uint64_t, std::uint64_t>;

  MaybeError open();
  MaybeError begin();
  MaybeError publish();
  MaybeError subscribe();
  MaybeError make_task();
  MaybeError read_task();
  MaybeError read_snapshots();
  MaybeError follow();
  MaybeError take(rewrite::ccpr::Step step);
  MaybeError prepare();
  MaybeError checkpoint();
  MaybeError resume();
  bool is_wanted();
  MaybeError note_tables(std::uint64_t moment);
  MaybeError drop_left_over();
  MaybeError finish();
  MaybeError fail(protocol::SqlError error);

  CycleContext context_;
  Lane lane_;     // downstream in the account that owns the tables
  Link service_;  // in sys
  std::optional<rewrite::ccpr::Task> task_;
  Snapshots snapshots_;  // of the task, upstream
  std::size_t tables_ = 0;
};

// Takes away what a dropped subscription has on both sides: all but the tables, which MatrixOne keeps
// read-only.
std::optional<protocol::SqlError> clean_up_physical(const CycleContext& context);
// Stops the replication until a cycle resumes it. `service` is in sys.
std::optional<protocol::SqlError> pause_physical(Link& service, const rewrite::Subscription& s);

}  // namespace mogate::proxy
