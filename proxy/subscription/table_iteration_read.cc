// What TableIteration reads before it writes: the table's definition, and what changed in it.
#include "proxy/subscription/table_iteration.h"
#include "rewrite/subscription/alter.h"
#include "rewrite/subscription/row_batches.h"
#include "rewrite/subscription/upstream_sql.h"

#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::TableChange;
namespace upstream = rewrite::upstream_sql;

// Rows that are deleted one by one, of a table without a primary key; more are cheaper to load anew.
constexpr std::size_t kMostSingleDeletes = 1000;

}  // namespace

bool TableIteration::has_base() const {
  bool same = work_.change != TableChange::replaced && work_.change != TableChange::created;
  return same && !task_.snapshot.empty() && ground_.snapshots.count(task_.snapshot) != 0 &&
         ground_.downstream_tables.count(task_.table) != 0;
}

TableIteration::MaybeError TableIteration::read_definition() {
  auto known = context_.definitions.find(work_.table);
  if (known) {
    ddl_ = *std::move(known);
  } else {
    auto answer = lane_.up.run(
        upstream::show_create(context_.subscription.database, work_.table.name, ground_.snapshot));
    if (answer.error) return answer.error;
    ddl_ = upstream::read_definition_text(answer.rows);
    context_.definitions.put(work_.table, ddl_);
  }
  definition_ = rewrite::read_definition(ddl_);
  if (definition_.columns.empty())
    return SqlError{protocol::errc::mo_internal, "upstream: SHOW CREATE TABLE is not understood", {}};
  auto why = rewrite::why_not_copied(definition_, lane_.up.dialect(), lane_.down.dialect());
  if (!why.empty()) return SqlError{protocol::errc::mo_not_supported, "gateway: not copied: " + why, {}};
  return std::nullopt;
}

TableIteration::MaybeError TableIteration::read_changes() {
  if (context_.subscription.verify && has_base())
    if (auto error = verify()) return error;
  if (diverged_) return std::nullopt;
  bool worth_comparing = true;
  if (auto error = read_diff(worth_comparing)) return error;
  if (changes_ || !worth_comparing || !has_rows_here()) return std::nullopt;
  return compare(ground_.snapshot);
}

// What the table should be, as it was left by the last iteration.
TableIteration::MaybeError TableIteration::verify() {
  if (!has_rows_here()) return std::nullopt;
  if (auto error = compare(task_.snapshot)) return error;
  diverged_ = !changes_ || !changes_->empty();
  if (diverged_) note_divergence();
  changes_.reset();
  return std::nullopt;
}

void TableIteration::note_divergence() const {
  context_.counts.divergences.add();
  spdlog::warn("subscription {}: table {}.{} is not what it was left as, it is copied anew",
               context_.subscription.name, context_.subscription.database, work_.table.name);
}

// Over a change of columns a DIFF is wrong, or refused.
bool TableIteration::same_columns_as_base() {
  if (work_.change == TableChange::none) return true;
  auto base =
      lane_.up.run(upstream::show_create(context_.subscription.database, task_.table, task_.snapshot));
  return !base.error && rewrite::same_columns(upstream::read_definition_text(base.rows), ddl_);
}

// What the server refuses to compare is compared here, or copied whole. `worth_comparing` turns false if it
// is known to differ in a way that only a copy mends.
TableIteration::MaybeError TableIteration::read_diff(bool& worth_comparing) {
  const auto& dialect = lane_.up.dialect();
  // Before 4.0 it loses changes of a table that was renamed.
  bool by_name = work_.change == TableChange::none || dialect.diff_survives_alter();
  bool possible = has_base() && by_name && rewrite::has_copied_key(definition_) &&
                  dialect.has_data_branch() && rewrite::can_diff(definition_, dialect);
  if (!possible || !same_columns_as_base()) return std::nullopt;
  changes_.emplace(definition_, context_.limits.diff_bytes);
  auto error = changes_->read_diff(
      lane_.up, upstream::diff(context_.subscription.database, task_, work_.table, ground_.snapshot));
  if (error && is_client_error(*error)) return error;
  bool by_rows = definition_.primary_key.empty();
  bool hopeless =
      by_rows && (!changes_->held() || changes_->has_updates() || changes_->held_rows() > kMostSingleDeletes);
  worth_comparing = error || !hopeless;
  if (error || hopeless) changes_.reset();
  return std::nullopt;
}

// The rows here are those of some snapshot, in the same columns.
bool TableIteration::has_rows_here() {
  bool same = work_.change != TableChange::replaced && work_.change != TableChange::created;
  bool there = same && !task_.snapshot.empty() && ground_.downstream_tables.count(task_.table) != 0;
  if (!there) return false;
  auto here = lane_.down.run(upstream::show_create(context_.subscription.database, task_.table, {}));
  return !here.error && rewrite::same_columns(upstream::read_definition_text(here.rows), ddl_);
}

// Changes that cannot be held, or told by a key, leave `changes_` empty: the table is copied whole.
TableIteration::MaybeError TableIteration::compare(std::string_view snapshot) {
  bool by_key = !definition_.primary_key.empty() && rewrite::has_copied_key(definition_);
  auto error = by_key ? compare_by_key(snapshot) : compare_all(snapshot);
  if (!changes_->held()) changes_.reset();
  return error ? error : lane_.open(context_);
}

const std::string& TableIteration::name_at(std::string_view snapshot) const {
  return snapshot == ground_.snapshot ? work_.table.name : task_.table;
}

TableIteration::MaybeError TableIteration::compare_by_key(std::string_view snapshot) {
  const auto& database = context_.subscription.database;
  changes_.emplace(definition_, context_.limits.diff_bytes);
  return changes_->compare(
      lane_.down.read(upstream::ordered_rows(database, task_.table, definition_, {})),
      lane_.up.read(upstream::ordered_rows(database, name_at(snapshot), definition_, snapshot)), lane_.down,
      lane_.up);
}

TableIteration::MaybeError TableIteration::compare_all(std::string_view snapshot) {
  const auto& database = context_.subscription.database;
  changes_.emplace(definition_, context_.limits.diff_bytes);
  return changes_->compare_all(lane_.down, upstream::select_rows(database, task_.table, definition_, {}),
                               lane_.up,
                               upstream::select_rows(database, name_at(snapshot), definition_, snapshot));
}

}  // namespace mogate::proxy
