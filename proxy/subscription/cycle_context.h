// What the parts of a cycle share.
#pragma once

#include "proxy/subscription/definition_cache.h"
#include "proxy/subscription/link.h"
#include "proxy/subscription/sync_counts.h"
#include "rewrite/subscription/scan.h"
#include "rewrite/subscription/state.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace mogate::proxy {

struct SyncLimits {
  unsigned parallel_tables = 4;
  std::chrono::milliseconds silence{120000};       // the longest wait for a server
  std::size_t diff_bytes = std::size_t{32} << 20;  // of a table's changes that are held in memory
};

// How far the tables of a subscription are, for SHOW. For all threads.
class Progress {
 public:
  struct Rows {
    rewrite::SyncTask task;
    std::uint64_t done = 0, total = 0;
  };
  void set(const rewrite::SyncTask& task, std::uint64_t done, std::uint64_t total) {
    std::lock_guard lock(mutex_);
    rows_[task.id] = {task, done, total};
  }
  // What was set since.
  std::map<std::uint32_t, Rows> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(rows_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::uint32_t, Rows> rows_;
};

struct CycleContext {
  rewrite::Subscription subscription;
  ServerLogin upstream, downstream, service;
  std::string holder;  // of the lease
  SyncLimits limits;
  OpenSockets& sockets;
  Progress& progress;
  DefinitionCache& definitions;
  SyncCounts& counts;
  const std::atomic<bool>& stop;
};

// What ends a cycle that was told to stop.
protocol::SqlError stopped_error();
// The gateway's own, with that side in front.
protocol::SqlError gateway_error(std::string text);

// A connection to each side, for one thread.
struct Lane {
  explicit Lane(OpenSockets& sockets) : up(sockets, "upstream"), down(sockets, "downstream") {}

  Link up, down;

  // Those that are closed are opened.
  std::optional<protocol::SqlError> open(const CycleContext& context);
  // The upstream's alone: what is open downstream may be in a transaction, which a new login would lose.
  std::optional<protocol::SqlError> open_up(const CycleContext& context);
};

}  // namespace mogate::proxy
