#include "tests/simulator/cdc_table.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/copies.h"
#include "tests/simulator/table_text.h"
#include "tests/simulator/tokens.h"

#include <functional>

namespace mogate::simulator {
namespace {

constexpr std::size_t kBatchBytes = 1U << 20;

std::string path(const std::string& database, const std::string& table) {
  return quote_name(database) + "." + quote_name(table);
}

std::vector<std::string> names(Backend& backend, const std::string& sql) {
  std::vector<std::string> out;
  for (const auto& row : backend.query(sql).rows) out.push_back(quote_name(*row[0]));
  return out;
}

std::string where_table(const std::string& schema, const std::string& table) {
  return " WHERE table_schema=" + quote_string(schema) + " AND table_name=" + quote_string(table);
}

std::vector<std::string> columns_of(Backend& backend, const std::string& schema, const std::string& table) {
  return names(backend, "SELECT column_name FROM information_schema.columns" + where_table(schema, table) +
                            " ORDER BY ordinal_position");
}

std::vector<std::string> key_of(Backend& backend, const std::string& schema, const std::string& table) {
  return names(backend, "SELECT column_name FROM information_schema.key_column_usage" +
                            where_table(schema, table) +
                            " AND constraint_name='PRIMARY' ORDER BY ordinal_position");
}

std::string join(const std::vector<std::string>& parts, const std::string& by,
                 const std::string& before = {}) {
  std::string out;
  for (const auto& part : parts) out += (out.empty() ? "" : by) + before + part;
  return out;
}

// n.a<=>o.a AND n.b<=>o.b
std::string equal(const std::vector<std::string>& columns) {
  std::string out;
  for (const auto& c : columns) out += (out.empty() ? "n." : " AND n.") + c + "<=>o." + c;
  return out;
}

// The columns' definitions and keys; foreign keys stay behind, as the tables arrive in any order.
std::string without_foreign_keys(const std::string& ddl) {
  std::string out;
  for (std::size_t at = 0; at < ddl.size();) {
    auto end = std::min(ddl.find('\n', at), ddl.size());
    auto line = ddl.substr(at, end - at);
    if (line.find(" FOREIGN KEY (") == std::string::npos) out += (out.empty() ? "" : "\n") + line;
    at = end + 1;
  }
  auto last = out.rfind("\n)");
  bool dangling = last != std::string::npos && last > 0 && out[last - 1] == ',';
  return dangling ? out.erase(last - 1, 1) : out;
}

// Runs `send` with texts of about a batch's size, each `head` and values.
void in_batches(const Rows& rows, const std::string& head,
                const std::function<void(const std::string&)>& send) {
  std::string batch;
  for (const auto& row : rows.rows) {
    batch += (batch.empty() ? head : ",") + row_values(row, rows.columns);
    if (batch.size() < kBatchBytes) continue;
    send(batch);
    batch.clear();
  }
  if (!batch.empty()) send(batch);
}

}  // namespace

CdcTable::CdcTable(World& world, const CdcDefinition& task, TableName source, TableName sink)
    : world_(world),
      account_(task.account),
      source_(std::move(source)),
      sink_(std::move(sink)),
      no_full_(task.no_full),
      for_mysql_(task.sink_type == "mysql") {}

std::string CdcTable::sink_path() const { return path(sink_.first, sink_.second); }

std::string CdcTable::range() const {
  auto text = [](std::int64_t ts) { return std::to_string(ts) + (ts == 0 ? "-0" : "-1"); };
  return "/* [" + text(sent_) + ", " + text(now_) + ") */ ";
}

std::optional<CdcTable::Seen> CdcTable::look(Backend& backend) {
  const auto& [database, table] = source_;
  auto ids = table_ids(world_, *account_->server, backend, database, table);
  if (ids.rel_id == 0) return std::nullopt;
  auto shown = backend.query("SHOW CREATE TABLE " + path(database, table));
  auto sum = backend.query("CHECKSUM TABLE " + path(database, table));
  auto ddl = without_foreign_keys(matrixone_ddl(shown.rows.at(0).at(1).value_or("")));
  return Seen{ids, std::move(ddl), sum.rows.at(0).at(1).value_or("")};
}

bool CdcTable::sync(Backend& backend, CdcSink& sink) {
  now_ = world_.next_timestamp();
  auto seen = look(backend);
  if (!seen) return false;
  bool same =
      !copy_.empty() && seen->ids.rel_id == ids_.rel_id && seen->ddl == ddl_ && seen->checksum == checksum_;
  if (!same) {
    auto copy = "__ms_c" + std::to_string(world_.next_hidden_id());
    auto drop = [&] { backend.query("DROP DATABASE IF EXISTS " + quote_name(copy)); };
    try {
      BulkMode bulk(backend);
      backend.query("CREATE DATABASE " + quote_name(copy));
      copy_table(backend, source_.first, copy, {source_.second, false, {}, {}});
      send(backend, sink, *seen, copy);
    } catch (const SinkError&) {
      drop();
      throw;
    } catch (const Failure&) {
      drop();
      throw;
    }
    forget(backend);
    copy_ = std::move(copy);
    ids_ = seen->ids;
    ddl_ = std::move(seen->ddl);
    checksum_ = std::move(seen->checksum);
  }
  sent_ = now_;
  return true;
}

void CdcTable::forget(Backend& backend) {
  if (!copy_.empty()) backend.query("DROP DATABASE IF EXISTS " + quote_name(copy_));
  copy_.clear();
}

void CdcTable::send(Backend& backend, CdcSink& sink, const Seen& seen, const std::string& copy) {
  bool first = copy_.empty();
  // Another table of the same name, unless an ALTER copied it.
  bool altered = seen.ids.lineage == ids_.lineage && seen.ddl != ddl_;
  bool renewed = !first && seen.ids.rel_id != ids_.rel_id && !altered;
  if (renewed && !world_.options.v4()) sink.query("DROP TABLE IF EXISTS " + sink_path());
  if (first || renewed) make_sink_table(sink, seen.ddl);
  if (first && no_full_) return;
  // 4.2 takes TRUNCATE and DROP for nothing: rows of before stay, rows of now are added (FINDINGS, trap 12).
  // After an ALTER that copies the table every row counts as new, too.
  bool all = first || renewed || seen.ids.rel_id != ids_.rel_id || seen.ddl != ddl_;
  if (first) return send_all(backend, sink, copy);
  sink.query("START TRANSACTION");
  if (all) {
    send_all(backend, sink, copy);
  } else {
    send_changes(backend, sink, copy);
  }
  sink.query("COMMIT");
}

void CdcTable::make_sink_table(CdcSink& sink, const std::string& ddl) {
  auto columns = ddl.find(" (");
  if (columns == std::string::npos) throw failure(protocol::errc::unknown_error, "no table: " + ddl);
  sink.query("CREATE DATABASE IF NOT EXISTS " + quote_name(sink_.first));
  sink.query("USE " + quote_name(sink_.first));
  sink.query("CREATE TABLE IF NOT EXISTS " + sink_path() + ddl.substr(columns) +
             (for_mysql_ ? " COLLATE=utf8mb4_general_ci" : ""));
}

void CdcTable::send_all(Backend& backend, CdcSink& sink, const std::string& copy) {
  replace(sink, backend.query("SELECT * FROM " + path(copy, source_.second)));
}

void CdcTable::send_changes(Backend& backend, CdcSink& sink, const std::string& copy) {
  auto recent = path(copy, source_.second), old = path(copy_, source_.second);
  auto key = key_of(backend, copy, source_.second);
  if (key.empty()) {  // rows are a multiset
    erase(sink, backend.query("SELECT * FROM " + old + " EXCEPT ALL SELECT * FROM " + recent), false);
    return replace(sink, backend.query("SELECT * FROM " + recent + " EXCEPT ALL SELECT * FROM " + old));
  }
  auto same_row = equal(columns_of(backend, copy, source_.second));
  erase(sink,
        backend.query("SELECT " + join(key, ", ", "o.") + " FROM " + old + " o LEFT JOIN " + recent +
                      " n ON " + equal(key) + " WHERE n." + key[0] + " IS NULL"),
        true);
  replace(sink, backend.query("SELECT n.* FROM " + recent + " n LEFT JOIN " + old + " o ON " + equal(key) +
                              " WHERE o." + key[0] + " IS NULL OR NOT (" + same_row + ")"));
}

void CdcTable::replace(CdcSink& sink, const Rows& rows) {
  in_batches(rows, range() + "REPLACE INTO " + sink_path() + " VALUES ",
             [&](const std::string& batch) { sink.query(batch + ";"); });
}

void CdcTable::erase(CdcSink& sink, const Rows& rows, bool by_key) {
  std::vector<std::string> columns;
  for (const auto& c : rows.columns) columns.push_back(quote_name(c.name));
  auto head = range() + "DELETE FROM " + sink_path() + " WHERE ";
  if (by_key) {
    auto key = columns.size() == 1 ? columns[0] : "(" + join(columns, ",") + ")";
    return in_batches(rows, head + key + " IN (",
                      [&](const std::string& batch) { sink.query(batch + ");"); });
  }
  for (const auto& row : rows.rows) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < row.size(); ++i) {
      auto value = row_values({row[i]}, {rows.columns[i]});
      parts.push_back(columns[i] + (row[i] ? "=" + value : " IS NULL"));
    }
    sink.query(head + join(parts, " AND ") + " LIMIT 1;");
  }
}

}  // namespace mogate::simulator
