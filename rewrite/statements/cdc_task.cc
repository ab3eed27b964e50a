#include "rewrite/statements/cdc_task.h"

#include "rewrite/mask_uris.h"
#include "rewrite/sql/like.h"
#include "rewrite/statements/cdc_uri.h"

#include <nlohmann/json.hpp>

namespace mogate::rewrite {
namespace {

constexpr std::string_view kFailed = "(Failed, error: ";

std::string cell(const std::vector<std::optional<std::string>>& row, std::size_t column) {
  return column < row.size() ? row[column].value_or("") : std::string();
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// What a table of the checkpoint met: 'N' for good, 'R' while it is tried again; 0 if nothing.
struct TableError {
  char kind = 0;
  std::string text;
};

TableError first_error(std::string_view checkpoint, char kind) {
  for (auto at = checkpoint.find(kFailed); at != std::string_view::npos; at = checkpoint.find(kFailed, at)) {
    at += kFailed.size();
    if (checkpoint.substr(at, 1) != std::string_view(&kind, 1)) continue;
    auto end = checkpoint.find("),\n", at);
    return {kind, mask_uris(checkpoint.substr(at, end == std::string_view::npos ? end : end - at))};
  }
  return {};
}

// Before 4.0 the state stays what was last asked for, whatever became of the task; only the checkpoint tells.
// A failed one that was paused or restarted never comes back, on no version.
void tell_truth(CdcTask& task, std::string_view checkpoint) {
  auto lasting = first_error(checkpoint, 'N');
  auto passing = first_error(checkpoint, 'R');
  bool between = task.state == "pausing" || task.state == "restarting";
  if (between && !task.error.empty()) {
    task.state = "stuck";
  } else if (task.error.empty() && lasting.kind != 0 && task.state != "failed") {
    task.state = task.state == "running" ? "failed" : "stuck";
    task.error = lasting.text;
  } else if (task.error.empty() && passing.kind != 0) {
    task.error = "retrying: " + passing.text;
  }
}

}  // namespace

std::string checkpoint_json(std::string_view native) {
  std::string out = "{";
  constexpr std::string_view kEntry = "\n  \"", kColon = "\": ";
  auto at = native.find(kEntry);
  while (at != std::string_view::npos) {
    auto name = at + kEntry.size();
    auto colon = native.find(kColon, name);
    if (colon == std::string_view::npos) break;
    auto value = colon + kColon.size();
    // An error's text may have lines of its own.
    auto next = native.find(kEntry, value);
    auto end = native.rfind(',', next == std::string_view::npos ? native.size() : next);
    if (end == std::string_view::npos || end < value) break;
    out.append(out.size() == 1 ? "" : ",")
        .append("\n  ")
        .append(json_string(native.substr(name, colon - name)));
    out.append(": ").append(json_string(mask_uris(native.substr(value, end - value))));
    at = next;
  }
  return out + "\n}";
}

CdcTask read_cdc_task(const std::vector<std::optional<std::string>>& row) {
  CdcTask task{cell(row, 0),
               cell(row, 1),
               shown_cdc_uri(cell(row, 2)),
               shown_cdc_uri(cell(row, 3)),
               cell(row, 4),
               mask_uris(cell(row, 5)),
               {},
               cell(row, 7)};
  std::string checkpoint = cell(row, 6);
  tell_truth(task, checkpoint);
  task.checkpoint = checkpoint_json(checkpoint);
  return task;
}

std::vector<ColumnSpec> cdc_task_columns() {
  return {{"task-id"}, {"task-name"}, {"source-uri"}, {"sink-uri"},
          {"state"},   {"err-msg"},   {"checkpoint"}, {"timestamp"}};
}

Rows cdc_task_rows(const Rows& native, const std::optional<std::string>& like) {
  Rows out;
  for (const auto& row : native.rows) {
    CdcTask t = read_cdc_task(row);
    if (like && !sql::like(t.name, *like)) continue;
    out.rows.push_back({t.id, t.name, t.source, t.sink, t.state, t.error, t.checkpoint, t.timestamp});
  }
  return out;
}

}  // namespace mogate::rewrite
