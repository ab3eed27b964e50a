// What Cdc and a task's thread share; for cdc.cc and cdc_rounds.cc alone.
#pragma once

#include "tests/simulator/backend.h"
#include "tests/simulator/cdc.h"
#include "tests/simulator/cdc_sink.h"
#include "tests/simulator/cdc_table.h"

#include <chrono>

namespace mogate::simulator {

struct Cdc::Task {
  explicit Task(CdcDefinition d) : definition(std::move(d)), sink(definition.sink) {}

  const CdcDefinition definition;
  // Guarded by Cdc::mutex_.
  DaemonStatus status = DaemonStatus::created;
  std::string state = "running";
  std::string error = {};
  std::map<TableName, CdcProgress> progress = {};
  bool stopping = false;
  std::thread thread = {};
  // Of the thread alone.
  CdcSink sink;
  std::unique_ptr<Backend> backend = {};
  std::map<TableName, std::unique_ptr<CdcTable>> tables = {};
  std::uint64_t seen_changes = 0;
  std::optional<std::chrono::steady_clock::time_point> outage = {};  // since when
};

inline constexpr char kPermanent[] = "N:";  // how an error begins that is not tried again

inline bool is_permanent(const CdcProgress& progress) { return progress.error.starts_with(kPermanent); }

}  // namespace mogate::simulator
