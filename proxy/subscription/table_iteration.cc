#include "proxy/subscription/table_iteration.h"

#include "rewrite/sql/quoting.h"
#include "rewrite/subscription/alter.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/state_sql.h"
#include "rewrite/subscription/upstream_sql.h"

#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::TableChange;
namespace state = rewrite::state_sql;
namespace upstream = rewrite::upstream_sql;

constexpr std::uint16_t kDuplicate = 1062;
// Rows that are deleted one by one, of a table without a primary key; more are cheaper to load anew.
constexpr std::size_t kMostSingleDeletes = 1000;
// Fewer are inserted rather than loaded.
constexpr std::size_t kFewRows = 200;

const SqlError kNotOurs{
    protocol::errc::mo_internal, "downstream: another gateway has taken the task over", {}};
const SqlError kStopped{protocol::errc::query_interrupted, "the subscription was stopped", {}};
const SqlError kDiverged{protocol::errc::mo_internal, "downstream: the rows are not what they should be", {}};

std::string second_cell(const ClientAnswer& answer) {
  if (answer.rows.rows.empty() || answer.rows.rows[0].size() < 2) return {};
  return answer.rows.rows[0][1].value_or("");
}

}  // namespace

TableIteration::TableIteration(Lane& lane, const CycleContext& context, const CycleGround& ground,
                               rewrite::TableWork work)
    : lane_(lane),
      context_(context),
      ground_(ground),
      work_(std::move(work)),
      task_(work_.task),
      path_(rewrite::table_path(context.subscription.database, work_.table.name)) {}

IterationOutcome TableIteration::run() {
  if (auto error = read_definition()) return failed(*error);
  if (auto error = read_diff()) return failed(*error);
  if (diff_ && diff_->empty() && work_.change == TableChange::none)
    return {IterationOutcome::Kind::unchanged, {}, 0};
  if (auto error = lane_.open(context_)) return failed(*error);
  if (auto error = claim()) return failed(*error);
  if (auto error = define()) return failed(*error);
  if (diff_) {
    auto error = in_transaction(&TableIteration::apply_diff);
    if (!error) return {IterationOutcome::Kind::done, {}, task_.rows_done};
    if (!diverged_) return failed(*error);
    spdlog::warn("subscription {}: table {}.{} is not what it was left as, it is copied anew",
                 context_.subscription.name, context_.subscription.database, work_.table.name);
    if (auto closed = lane_.open(context_)) return failed(*closed);
  }
  if (auto error = in_transaction(&TableIteration::copy_all)) return failed(*error);
  return {IterationOutcome::Kind::done, {}, task_.rows_done};
}

bool TableIteration::has_base() const {
  bool same = work_.change != TableChange::replaced && work_.change != TableChange::created;
  return same && !task_.snapshot.empty() && ground_.snapshots.count(task_.snapshot) != 0 &&
         ground_.downstream_tables.count(task_.table) != 0;
}

TableIteration::MaybeError TableIteration::read_definition() {
  auto answer =
      lane_.up.run(upstream::show_create(context_.subscription.database, work_.table.name, ground_.snapshot));
  if (answer.error) return answer.error;
  ddl_ = second_cell(answer);
  definition_ = rewrite::read_definition(ddl_);
  if (definition_.columns.empty())
    return SqlError{protocol::errc::mo_internal, "upstream: SHOW CREATE TABLE is not understood", {}};
  auto why = rewrite::why_not_copied(definition_, lane_.up.dialect(), lane_.down.dialect());
  if (!why.empty()) return SqlError{protocol::errc::mo_not_supported, "gateway: not copied: " + why, {}};
  return std::nullopt;
}

// Over a change of columns it is wrong, or refused.
bool TableIteration::same_columns_as_base() {
  if (work_.change == TableChange::none) return true;
  auto base =
      lane_.up.run(upstream::show_create(context_.subscription.database, task_.table, task_.snapshot));
  return !base.error && rewrite::same_columns(second_cell(base), ddl_);
}

// What the server refuses to compare is copied whole.
TableIteration::MaybeError TableIteration::read_diff() {
  bool possible = has_base() && rewrite::has_copied_key(definition_) &&
                  lane_.up.dialect().has_data_branch() && rewrite::can_diff(definition_, lane_.up.dialect());
  if (!possible || !same_columns_as_base()) return std::nullopt;
  diff_.emplace(upstream::diff(context_.subscription.database, task_, work_.table, ground_.snapshot),
                definition_, context_.limits.diff_bytes);
  auto error = diff_->read(lane_.up);
  if (error && is_client_error(*error)) return error;
  bool by_rows = definition_.primary_key.empty();
  bool hopeless =
      by_rows && (!diff_->held() || diff_->has_updates() || diff_->held_rows() > kMostSingleDeletes);
  if (error || hopeless) diff_.reset();
  return std::nullopt;
}

TableIteration::MaybeError TableIteration::claim() {
  std::optional<SqlError> error;
  bool got = lane_.down.affects_one(
      state::claim(task_, context_.holder, lane_.down.connection_id(), ground_.snapshot_time), error);
  if (error) return error;
  if (!got) return kNotOurs;
  ++task_.lsn;
  task_.rows_done = task_.rows_total = 0;
  claimed_ = true;
  return std::nullopt;
}

TableIteration::MaybeError TableIteration::define() {
  const auto& s = context_.subscription;
  bool there = ground_.downstream_tables.count(work_.table.name) != 0;
  if (work_.change == TableChange::renamed && !there) {
    auto moved =
        lane_.down.run("rename table " + rewrite::table_path(s.database, task_.table) + " to " + path_);
    if (moved.error) return moved.error;
    there = true;
  }
  if (!there) return create();
  if (work_.change == TableChange::none && !task_.snapshot.empty()) return std::nullopt;
  return bring_into_line();
}

TableIteration::MaybeError TableIteration::create() {
  diff_.reset();
  return lane_.down.run(rewrite::create_statement(context_.subscription.database, work_.table.name, ddl_))
      .error;
}

TableIteration::MaybeError TableIteration::bring_into_line() {
  const auto& database = context_.subscription.database;
  auto answer = lane_.down.run(upstream::show_create(database, work_.table.name, {}));
  if (answer.error) return answer.error;
  std::string here = second_cell(answer);
  if (rewrite::same_definition(here, ddl_)) return std::nullopt;
  if (!rewrite::same_columns(here, ddl_)) diff_.reset();
  auto id = work_.change == TableChange::replaced ? rewrite::TableId::changed : rewrite::TableId::same;
  auto changes = rewrite::alter_statements(database, work_.table.name, here, ddl_, id);
  bool failed = !changes;
  for (std::size_t i = 0; changes && i < changes->size() && !failed; ++i) {
    auto changed = lane_.down.run((*changes)[i]);
    if (changed.error && is_client_error(*changed.error)) return changed.error;
    failed = changed.error.has_value();
  }
  if (!failed) {
    answer = lane_.down.run(upstream::show_create(database, work_.table.name, {}));
    if (answer.error) return answer.error;
    if (rewrite::same_definition(second_cell(answer), ddl_)) return std::nullopt;
  }
  diff_.reset();
  auto dropped = lane_.down.run("drop table if exists " + path_);
  return dropped.error ? dropped.error : create();
}

TableIteration::MaybeError TableIteration::in_transaction(MaybeError (TableIteration::*change)()) {
  if (auto begun = lane_.down.run("begin"); begun.error) return begun.error;
  auto error = (this->*change)();
  if (!error) error = complete();
  if (!error) return lane_.down.run("commit").error;
  if (lane_.down.is_open()) lane_.down.run("rollback");
  return error;
}

TableIteration::MaybeError TableIteration::run_counted(std::string sql, std::size_t rows) {
  if (context_.stop) return kStopped;
  auto answer = lane_.down.run(sql);
  diverged_ = answer.error ? answer.error->code == kDuplicate : answer.affected != rows;
  if (diverged_) return kDiverged;
  return answer.error;
}

// All removals come first: a unique value may go from one row to another. The keys of rows that are new
// are removed too, because LOAD DATA takes a second row of a key.
TableIteration::MaybeError TableIteration::apply_diff() {
  if (auto error = lane_.open(context_)) return error;
  if (auto error = remove_changed()) return error;
  bool few = diff_->held() && diff_->held_rows() < kFewRows;
  return few || !rewrite::can_load(definition_, lane_.down.dialect()) ? insert_changed() : load_changed();
}

TableIteration::MaybeError TableIteration::remove_changed() {
  rewrite::DeleteBatch batch(path_, definition_, rewrite::RowSource::diff, lane_.down.dialect());
  bool by_key = !definition_.primary_key.empty();
  std::size_t expected = 0;
  DiffRows::Pass pass(*diff_, lane_.up);
  while (const auto* row = pass.next()) {
    bool was_there = pass.flag() != DiffRows::Flag::insert;
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
  rewrite::InsertBatch batch(path_, definition_, rewrite::RowSource::diff);
  auto flush = [&] {
    auto rows = batch.rows();
    task_.rows_done += rows;
    return rows == 0 ? std::nullopt : run_counted(batch.take(), rows);
  };
  DiffRows::Pass pass(*diff_, lane_.up);
  while (const auto* row = pass.next()) {
    if (pass.flag() == DiffRows::Flag::removal) continue;
    batch.add(*row);
    if (!batch.full()) continue;
    if (auto error = flush()) return error;
  }
  return pass.error() ? pass.error() : flush();
}

TableIteration::MaybeError TableIteration::load_changed() {
  std::optional<DiffRows::Pass> pass;
  if (!lane_.up.is_open())
    if (auto error = lane_.open(context_)) return error;
  pass.emplace(*diff_, lane_.up);
  std::uint64_t loaded = 0;
  auto error = load(rewrite::RowSource::diff, loaded, [&]() -> const rewrite::CopiedRow* {
    const auto* row = pass->next();
    while (row != nullptr && pass->flag() == DiffRows::Flag::removal) row = pass->next();
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
    return static_cast<std::ptrdiff_t>(count);
  };
  const auto& database = context_.subscription.database;
  auto answer = lane_.down.load(rewrite::load_statement(database, work_.table.name, definition_), feed);
  if (context_.stop) return kStopped;
  if (answer.error || answer.affected == loaded) return answer.error;
  return SqlError{
      protocol::errc::mo_internal,
      "downstream: " + std::to_string(answer.affected) + " rows were loaded of " + std::to_string(loaded),
      {}};
}

TableIteration::MaybeError TableIteration::copy_all() {
  const auto& s = context_.subscription;
  auto counted = lane_.up.run(upstream::count_rows(s.database, work_.table.name, ground_.snapshot));
  if (counted.error) return counted.error;
  total_ = counted.rows.rows.empty() ? 0 : std::stoull(counted.rows.rows[0][0].value_or("0"));
  auto referenced = lane_.down.run("select 1 from mo_catalog.mo_foreign_keys where refer_db_name = " +
                                   rewrite::sql::quote_string(s.database) + " and refer_table_name = " +
                                   rewrite::sql::quote_string(work_.table.name) + " limit 1");
  if (referenced.error) return referenced.error;
  auto emptied =
      lane_.down.run(rewrite::empty_statement(s.database, work_.table.name, !referenced.rows.rows.empty()));
  if (emptied.error) return emptied.error;
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

TableIteration::MaybeError TableIteration::complete() {
  if (context_.stop) return kStopped;
  auto to = task_;
  to.watermark = ground_.snapshot_time;
  to.snapshot = ground_.snapshot;
  to.database_id = work_.table.database_id;
  to.table_id = work_.table.id;
  to.table_version = work_.table.version;
  std::optional<SqlError> error;
  bool got = lane_.down.affects_one(state::complete(to, context_.holder), error);
  if (error) return error;
  return got ? std::nullopt : MaybeError(kNotOurs);
}

IterationOutcome TableIteration::failed(SqlError error) {
  bool lost = is_client_error(error) || error == kNotOurs || error == kStopped || !lane_.up.is_open() ||
              !lane_.down.is_open();
  if (claimed_ && lane_.down.is_open())
    lane_.down.run(state::fail_task(task_, context_.holder, error.message));
  return {lost ? IterationOutcome::Kind::lost : IterationOutcome::Kind::failed, std::move(error), 0};
}

}  // namespace mogate::proxy
