#include "tests/simulator/diff_stream.h"

#include "tests/simulator/snapshot_copies.h"

#include <algorithm>
#include <cstdlib>
#include <unordered_map>

namespace mogate::simulator {
namespace {

using protocol::as_bytes;
using protocol::CellView;

std::string path(const std::string& database, const std::string& table) {
  return quote_name(database) + "." + quote_name(table);
}

// The table's rows at one snapshot: where they are, or in their hidden schema.
class Source {
 public:
  Source(Session& session, const DiffSide& side, const std::string& head, const std::string& settings) {
    bool here = side.held.table && side.held.copy->server == session.account->server;
    if (here) open_in_place(side, head, settings);
    if (rows_) return;
    auto place = locate(session, *side.snapshot, side.database, side.table);
    copied_ = session.account->server->connect();
    copied_->query(settings);
    auto schema = place.hidden_schema.empty() ? side.database : place.hidden_schema;
    rows_.emplace(*copied_, head + path(schema, side.table));
  }

  RowStream& rows() { return *rows_; }

 private:
  void open_in_place(const DiffSide& side, const std::string& head, const std::string& settings) {
    if (!side.held.copy->views) return;
    view_.emplace(*side.held.copy->views);
    view_->use_settings(settings);
    read_in_place(*side.held.table, [&] { rows_.emplace(**view_, head + path(side.database, side.table)); });
    if (!rows_) view_.reset();
  }

  std::optional<ReadViews::Lease> view_ = {};
  std::unique_ptr<Backend> copied_ = {};
  std::optional<RowStream> rows_ = {};
};

struct Change {
  std::string flag;
  std::string cells;  // as they travel
  std::vector<std::optional<std::string>> key = {};
};

class Comparison {
 public:
  explicit Comparison(const DiffInput& input) : columns_(input.columns.size()) {
    for (std::size_t i = 0; i < columns_; ++i) {
      bool part = std::find(input.key.begin(), input.key.end(), input.columns[i].name) != input.key.end();
      if (part || input.key.empty()) key_.push_back(i);
    }
    keyless_ = input.key.empty();
  }

  void recent(const std::string& cells) { meet(cells, recent_, old_, true); }
  void old(const std::string& cells) { meet(cells, old_, recent_, false); }

  std::vector<Change> changes(const std::vector<bool>& numeric) {
    for (auto& [key, all] : recent_) {
      for (auto& cells : all) changes_.push_back({"INSERT", std::move(cells)});
    }
    for (auto& [key, all] : old_) {
      for (auto& cells : all) changes_.push_back({"DELETE", std::move(cells)});
    }
    for (auto& change : changes_) {
      std::vector<CellView> cells;
      protocol::parse_text_row(as_bytes(change.cells), columns_, cells);
      for (auto i : key_)
        change.key.push_back(cells[i] ? std::optional(std::string(*cells[i])) : std::nullopt);
    }
    std::stable_sort(changes_.begin(), changes_.end(),
                     [&](const Change& a, const Change& b) { return less(a, b, numeric); });
    return std::move(changes_);
  }

 private:
  using Pending = std::unordered_map<std::string, std::vector<std::string>>;

  std::string key_of(const std::string& cells) {
    if (keyless_) return cells;
    protocol::parse_text_row(as_bytes(cells), columns_, scratch_);
    std::string out;
    for (auto i : key_) {
      auto text = scratch_[i].value_or("");
      out += std::to_string(text.size()) + ":";
      out += text;
    }
    return out;
  }

  void meet(const std::string& cells, Pending& here, Pending& there, bool is_recent) {
    auto key = key_of(cells);
    auto found = there.find(key);
    if (found == there.end()) return here[key].push_back(cells);
    auto other = std::move(found->second.back());
    found->second.pop_back();
    if (found->second.empty()) there.erase(found);
    if (other != cells) changes_.push_back({"UPDATE", is_recent ? cells : other});
  }

  bool less(const Change& a, const Change& b, const std::vector<bool>& numeric) const {
    for (std::size_t i = 0; i < key_.size(); ++i) {
      if (a.key[i] == b.key[i]) continue;
      if (!a.key[i] || !b.key[i]) return !a.key[i];
      if (!numeric[key_[i]]) return *a.key[i] < *b.key[i];
      return std::strtold(a.key[i]->c_str(), nullptr) < std::strtold(b.key[i]->c_str(), nullptr);
    }
    return a.flag < b.flag;
  }

  std::size_t columns_;
  std::vector<std::size_t> key_ = {};
  bool keyless_ = false;
  Pending recent_ = {}, old_ = {};
  std::vector<Change> changes_ = {};
  std::vector<CellView> scratch_ = {};
};

// A diff's columns name no table.
std::string without_table(const std::string& packet) {
  auto view = protocol::parse_column(as_bytes(packet));
  if (!view) throw failure(protocol::errc::malformed_packet, "column definition");
  auto c = *view;
  c.schema = c.table = c.org_table = c.org_name = {};
  std::string out;
  protocol::write_column(out, c);
  return out;
}

bool is_numeric(const std::string& packet) {
  auto view = protocol::parse_column(as_bytes(packet));
  return view && (view->type <= 9 || view->type == 13 || view->type == 246) && view->type != 7;
}

std::string head_of(const DiffInput& input, const std::string& source_label) {
  std::string out =
      "SELECT " + quote_string(input.recent_name) + " AS " + quote_name(source_label) + ", 'INSERT' AS flag";
  for (const auto& c : input.columns) {
    auto name = quote_name(c.name);
    out += ", " + (c.ordinal ? "CAST(" + name + " AS UNSIGNED)" : name) + " AS " + name;
  }
  return out + " FROM ";
}

// Behind the two cells in front.
std::string table_cells(const std::string& row) {
  protocol::ByteReader reader(as_bytes(row));
  auto first = reader.lenenc_string();
  auto second = reader.lenenc_string();
  return row.substr(first.size() + second.size() + 2);
}

std::string row_of(const DiffInput& input, const Change& change) {
  std::string out;
  protocol::ByteWriter(out).lenenc_string(input.recent_name).lenenc_string(change.flag).text(change.cells);
  return out;
}

}  // namespace

void stream_diff(Session& session, const Query& query, const DiffInput& input, const DiffSide& recent,
                 const DiffSide& old, bool more) {
  auto head = head_of(input, "diff " + recent.table + " against " + old.table);
  auto settings = settings_of(session);
  Source a(session, recent, head, settings), b(session, old, head, settings);
  Comparison comparison(input);
  std::string row;
  for (bool more_a = true, more_b = true; more_a || more_b;) {
    if (more_a && (more_a = a.rows().next(row))) comparison.recent(table_cells(row));
    if (more_b && (more_b = b.rows().next(row))) comparison.old(table_cells(row));
    if (session.entry.query_killed) throw failure(protocol::errc::unknown_error, "context canceled");
  }
  std::vector<bool> numeric;
  std::vector<std::string> definitions;
  for (const auto& packet : a.rows().definitions()) {
    definitions.push_back(without_table(packet));
    if (definitions.size() > 2) numeric.push_back(is_numeric(packet));
  }
  auto changes = comparison.changes(numeric);
  std::size_t next = 0;
  send_rows(
      session, query, definitions,
      [&](std::string& out) {
        if (next == changes.size()) return false;
        out = row_of(input, changes[next++]);
        return true;
      },
      more);
}

}  // namespace mogate::simulator
