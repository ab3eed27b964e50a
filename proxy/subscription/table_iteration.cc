#include "proxy/subscription/table_iteration.h"

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

const SqlError kNotOurs{
    protocol::errc::mo_internal, "downstream: another gateway has taken the task over", {}};

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
  if (auto error = read_changes()) return failed(*error);
  if (changes_ && changes_->empty() && work_.change == TableChange::none)
    return {IterationOutcome::Kind::unchanged, {}, 0};
  if (auto error = lane_.open(context_)) return failed(*error);
  if (auto error = claim()) return failed(*error);
  if (auto error = define()) return failed(*error);
  if (changes_) {
    auto error = in_transaction(&TableIteration::apply_changes);
    if (!error) return {IterationOutcome::Kind::done, {}, task_.rows_done};
    if (!diverged_) return failed(*error);
    note_divergence();
    if (auto closed = lane_.open(context_)) return failed(*closed);
  }
  if (auto error = in_transaction(&TableIteration::copy_all)) return failed(*error);
  return {IterationOutcome::Kind::done, {}, task_.rows_done};
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
    for (const auto& sql :
         {state::forget_name(task_, work_.table.name), state::note_name(task_, work_.table.name)})
      if (auto noted = lane_.down.run(sql); noted.error) return noted.error;
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
  changes_.reset();
  if (auto error = forget_base()) return error;
  std::lock_guard lock(ground_.creation);
  fresh_ = true;
  return lane_.down.run(rewrite::create_statement(context_.subscription.database, work_.table.name, ddl_))
      .error;
}

TableIteration::MaybeError TableIteration::bring_into_line() {
  const auto& database = context_.subscription.database;
  auto answer = lane_.down.run(upstream::show_create(database, work_.table.name, {}));
  if (answer.error) return answer.error;
  std::string here = upstream::read_definition_text(answer.rows);
  if (rewrite::same_definition(here, ddl_)) return std::nullopt;
  if (!rewrite::same_columns(here, ddl_)) changes_.reset();
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
    if (rewrite::same_definition(upstream::read_definition_text(answer.rows), ddl_)) return std::nullopt;
  }
  changes_.reset();
  if (auto error = forget_base()) return error;
  auto dropped = lane_.down.run("drop table if exists " + path_);
  return dropped.error ? dropped.error : create();
}

// Before the rows are dropped: no transaction holds both, and the copy may fail.
TableIteration::MaybeError TableIteration::forget_base() {
  if (task_.snapshot.empty()) return std::nullopt;
  std::optional<SqlError> error;
  bool got = lane_.down.affects_one(state::forget_base(task_, context_.holder), error);
  if (error) return error;
  if (!got) return kNotOurs;
  task_.snapshot.clear();
  return std::nullopt;
}

TableIteration::MaybeError TableIteration::complete() {
  if (context_.stop) return stopped_error();
  auto to = task_;
  to.table = work_.table.name;
  to.watermark = ground_.snapshot_time;
  to.snapshot = ground_.snapshot;
  to.database_id = work_.table.database_id;
  to.table_id = work_.table.id;
  to.table_version = work_.table.version;
  std::optional<SqlError> error;
  bool got = lane_.down.affects_one(state::complete(to, context_.holder), error);
  if (error) return error;
  if (!got) return kNotOurs;
  return work_.change == TableChange::renamed
             ? lane_.down.run(state::forget_name(task_, work_.table.name)).error
             : std::nullopt;
}

IterationOutcome TableIteration::failed(SqlError error) {
  bool lost = is_client_error(error) || error == kNotOurs || error == stopped_error() ||
              !lane_.up.is_open() || !lane_.down.is_open();
  if (claimed_ && lane_.down.is_open())
    lane_.down.run(state::fail_task(task_, context_.holder, error.message));
  return {lost ? IterationOutcome::Kind::lost : IterationOutcome::Kind::failed, std::move(error), 0};
}

}  // namespace mogate::proxy
