// One table of one cycle, brought from the snapshot it stands at to the cycle's (DESIGN 6, iteration). May be
// run again from anywhere: rows and watermark change in one transaction, and only while the task is ours.
#pragma once

#include "proxy/subscription/changed_rows.h"
#include "proxy/subscription/cycle_context.h"
#include "rewrite/table_definition.h"

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace mogate::proxy {

// What a cycle found out before its tables.
struct CycleGround {
  std::string snapshot;
  std::string snapshot_time;                             // what a watermark becomes
  std::set<std::string, std::less<>> snapshots;          // that are there upstream
  std::set<std::string, std::less<>> downstream_tables;  // that were there when it began
  // Held over each CREATE: MatrixOne links a foreign key to a table that is made later, but not to one that
  // is made at the same time.
  mutable std::mutex creation;
};

struct IterationOutcome {
  enum class Kind : std::uint8_t {
    unchanged,  // nothing to do but to move the watermark
    done,
    failed,  // the table's own trouble
    lost,    // a connection, or the task, is no longer ours: so are the other tables' probably
  } kind = Kind::done;
  protocol::SqlError error;
  std::uint64_t rows = 0;  // that were written
};

class TableIteration {
 public:
  TableIteration(Lane& lane, const CycleContext& context, const CycleGround& ground, rewrite::TableWork work);

  IterationOutcome run();

 private:
  using MaybeError = std::optional<protocol::SqlError>;

  bool has_base() const;
  MaybeError read_definition();
  bool same_columns_as_base();
  MaybeError read_changes();
  MaybeError read_diff(bool& worth_comparing);
  bool has_rows_here();
  const std::string& name_at(std::string_view snapshot) const;
  MaybeError compare(std::string_view snapshot);
  MaybeError compare_by_key(std::string_view snapshot);
  MaybeError compare_all(std::string_view snapshot);
  MaybeError verify();
  void note_divergence() const;
  MaybeError claim();
  MaybeError define();
  MaybeError create();
  MaybeError bring_into_line();
  MaybeError in_transaction(MaybeError (TableIteration::*change)());
  MaybeError apply_changes();
  MaybeError remove_changed();
  MaybeError insert_changed();
  MaybeError load_changed();
  MaybeError load(rewrite::RowSource source, std::uint64_t& loaded,
                  const std::function<const rewrite::CopiedRow*()>& next);
  MaybeError remove_all();
  MaybeError copy_all();
  MaybeError load_rows();
  MaybeError insert_rows();
  MaybeError copied(std::uint64_t rows);
  MaybeError forget_base();
  MaybeError complete();
  MaybeError run_counted(std::string sql, std::size_t rows);
  IterationOutcome failed(protocol::SqlError error);
  void note_progress(std::uint64_t rows);

  Lane& lane_;
  const CycleContext& context_;
  const CycleGround& ground_;
  rewrite::TableWork work_;
  rewrite::SyncTask task_;  // as claimed
  std::string path_;        // downstream
  std::string ddl_;
  rewrite::TableDefinition definition_;
  std::optional<ChangedRows> changes_;
  bool claimed_ = false, diverged_ = false;
  bool fresh_ = false;  // made by this iteration, and empty
  std::uint64_t total_ = 0;
};

}  // namespace mogate::proxy
