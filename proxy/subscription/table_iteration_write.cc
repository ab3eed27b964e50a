// How TableIteration writes rows: changes, or a copy of all, in one transaction.
#include "proxy/subscription/table_iteration.h"
#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/alter.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/upstream_sql.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
namespace upstream = rewrite::upstream_sql;

constexpr std::uint16_t kDuplicate = 1062;
// Fewer are inserted rather than loaded.
constexpr std::size_t kFewRows = 200;

const SqlError kDiverged{protocol::errc::mo_internal, "downstream: the rows are not what they should be", {}};

}  // namespace

TableIteration::MaybeError TableIteration::in_transaction(MaybeError (TableIteration::*change)()) {
  if (auto begun = lane_.down.run("begin"); begun.error) return begun.error;
  auto error = (this->*change)();
  if (!error) error = complete();
  if (!error) return lane_.down.run("commit").error;
  if (lane_.down.is_open()) lane_.down.run("rollback");
  return error;
}

TableIteration::MaybeError TableIteration::run_counted(std::string sql, std::size_t rows) {
  if (context_.stop) return stopped_error();
  context_.counts.bytes.add(sql.size());
  auto answer = lane_.down.run(sql);
  diverged_ = answer.error ? answer.error->code == kDuplicate : answer.affected != rows;
  if (diverged_) return kDiverged;
  return answer.error;
}

// All removals come first: a unique value may go from one row to another. The keys of rows that are new
// are removed too, because LOAD DATA takes a second row of a key.
TableIteration::MaybeError TableIteration::apply_changes() {
  if (auto error = lane_.open_up(context_)) return error;
  if (auto error = remove_changed()) return error;
  bool few = changes_->held() && changes_->held_rows() < kFewRows;
  return few || !rewrite::can_load(definition_, lane_.down.dialect()) ? insert_changed() : load_changed();
}

TableIteration::MaybeError TableIteration::remove_changed() {
  rewrite::DeleteBatch batch(path_, definition_, changes_->source(), lane_.down.dialect());
  bool by_key = !definition_.primary_key.empty();
  std::size_t expected = 0;
  ChangedRows::Pass pass(*changes_, lane_.up);
  while (const auto* row = pass.next()) {
    bool was_there = pass.flag() != ChangedRows::Flag::insert;
    if (!was_there && !by_key) continue;
    batch.add(*row);
    expected += was_there ? 1 : 0;
    if (!batch.full()) continue;
    if (auto error = run_counted(batch.take(), std::exchange(expected, 0))) return error;
  }
  if (pass.error()) return pass.error();
  return batch.rows() == 0 ? std::nullopt : run_counted(batch.take(), expected);
}

TableIteration::MaybeError TableIteration::insert_changed() {
  rewrite::InsertBatch batch(path_, definition_, changes_->source());
  auto flush = [&] {
    auto rows = batch.rows();
    task_.rows_done += rows;
    return rows == 0 ? std::nullopt : run_counted(batch.take(), rows);
  };
  ChangedRows::Pass pass(*changes_, lane_.up);
  while (const auto* row = pass.next()) {
    if (pass.flag() == ChangedRows::Flag::removal) continue;
    batch.add(*row);
    if (!batch.full()) continue;
    if (auto error = flush()) return error;
  }
  return pass.error() ? pass.error() : flush();
}

TableIteration::MaybeError TableIteration::load_changed() {
  std::optional<ChangedRows::Pass> pass;
  if (auto error = lane_.open_up(context_)) return error;
  pass.emplace(*changes_, lane_.up);
  std::uint64_t loaded = 0;
  auto error = load(changes_->source(), loaded, [&]() -> const rewrite::CopiedRow* {
    const auto* row = pass->next();
    while (row != nullptr && pass->flag() == ChangedRows::Flag::removal) row = pass->next();
    return row;
  });
  task_.rows_done = loaded;
  return pass->error() ? pass->error() : error;
}

// LOAD DATA of the rows that `next` gives; `loaded` counts them. What ended `next` is the caller's to look
// at.
TableIteration::MaybeError TableIteration::load(rewrite::RowSource source, std::uint64_t& loaded,
                                                const std::function<const rewrite::CopiedRow*()>& next) {
  auto columns = rewrite::copied_columns(definition_);
  std::string ready;
  std::size_t given = 0;
  bool ended = false;
  auto feed = [&](char* to, std::size_t room) {
    while (!ended && ready.size() - given < room) {
      const auto* row = context_.stop ? nullptr : next();
      ended = row == nullptr;
      if (ended) break;
      ready.erase(0, std::exchange(given, 0));
      rewrite::append_load_row(ready, columns, *row, source);
      if (++loaded % 4096 == 0) note_progress(loaded);
    }
    auto count = std::min(room, ready.size() - given);
    ready.copy(to, count, given);
    given += count;
    context_.counts.bytes.add(count);
    return static_cast<std::ptrdiff_t>(count);
  };
  const auto& database = context_.subscription.database;
  auto answer = lane_.down.load(rewrite::load_statement(database, work_.table.name, definition_), feed);
  if (context_.stop) return stopped_error();
  if (answer.error || answer.affected == loaded) return answer.error;
  return SqlError{
      protocol::errc::mo_internal,
      "downstream: " + std::to_string(answer.affected) + " rows were loaded of " + std::to_string(loaded),
      {}};
}

TableIteration::MaybeError TableIteration::remove_all() {
  const auto& s = context_.subscription;
  auto referenced = lane_.down.run("select 1 from mo_catalog.mo_foreign_keys where refer_db_name = " +
                                   rewrite::sql::quote_string(s.database) + " and refer_table_name = " +
                                   rewrite::sql::quote_string(work_.table.name) + " limit 1");
  if (referenced.error) return referenced.error;
  auto emptied =
      lane_.down.run(rewrite::empty_statement(s.database, work_.table.name, !referenced.rows.rows.empty()));
  return emptied.error;
}

TableIteration::MaybeError TableIteration::copy_all() {
  const auto& s = context_.subscription;
  auto counted = lane_.up.run(upstream::count_rows(s.database, work_.table.name, ground_.snapshot));
  if (counted.error) return counted.error;
  total_ = counted.rows.rows.empty() ? 0 : std::stoull(counted.rows.rows[0][0].value_or("0"));
  if (auto error = fresh_ ? std::nullopt : remove_all()) return error;
  note_progress(0);
  if (total_ == 0) return copied(0);
  return rewrite::can_load(definition_, lane_.down.dialect()) ? load_rows() : insert_rows();
}

TableIteration::MaybeError TableIteration::load_rows() {
  const auto& s = context_.subscription;
  auto reader =
      lane_.up.read(upstream::select_rows(s.database, work_.table.name, definition_, ground_.snapshot));
  std::uint64_t rows = 0;
  auto error = load(rewrite::RowSource::select, rows, [&] { return reader.next(); });
  if (reader.error()) return lane_.up.sided(*reader.error());
  return error ? error : copied(rows);
}

TableIteration::MaybeError TableIteration::insert_rows() {
  const auto& s = context_.subscription;
  auto reader =
      lane_.up.read(upstream::select_rows(s.database, work_.table.name, definition_, ground_.snapshot));
  rewrite::InsertBatch batch(path_, definition_, rewrite::RowSource::select);
  std::uint64_t rows = 0;
  MaybeError error;
  auto flush = [&] {
    rows += batch.rows();
    auto count = batch.rows();
    if (count != 0) error = run_counted(batch.take(), count);
    note_progress(rows);
  };
  while (!error) {
    const RowView* row = reader.next();
    if (row == nullptr) break;
    batch.add(*row);
    if (batch.full()) flush();
  }
  if (!error) flush();
  if (error) return error;
  if (reader.error()) return lane_.up.sided(*reader.error());
  return copied(rows);
}

// Less than upstream counts at the snapshot would be a loss.
TableIteration::MaybeError TableIteration::copied(std::uint64_t rows) {
  task_.rows_done = task_.rows_total = rows;
  if (rows == total_) return std::nullopt;
  return SqlError{protocol::errc::mo_internal,
                  "downstream: " + std::to_string(rows) + " rows were copied of " + std::to_string(total_),
                  {}};
}

void TableIteration::note_progress(std::uint64_t rows) { context_.progress.set(task_, rows, total_); }

}  // namespace mogate::proxy
