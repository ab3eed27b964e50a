#include "proxy/cli/output.h"

#include "rewrite/sql/quoting.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace mogate::proxy {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& value) {
  return value.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// Characters, not bytes.
std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::string head(std::string name) {
  for (char& c : name)
    c = c == '_' || c == '-' ? ' ' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return name;
}

std::string key(std::string name) {
  name = rewrite::sql::fold(name);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string centred(const std::string& text, std::size_t to) {
  std::size_t gap = to - width(text);
  return std::string(gap / 2, ' ') + text + std::string(gap - gap / 2, ' ');
}

// A row is a line.
std::string cell_text(const std::optional<std::string>& cell) {
  std::string text = cell.value_or("");
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::vector<std::size_t> widths(const rewrite::Result& result) {
  std::vector<std::size_t> out;
  for (const auto& column : result.columns) out.push_back(width(column.name));
  for (const auto& row : result.rows.rows)
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = std::max(out[i], width(cell_text(row[i])));
  return out;
}

Json json_of(const protocol::SqlError& error) {
  return {{"code", error.code}, {"sqlstate", error.state()}, {"message", error.message}};
}

}  // namespace

std::string as_table(const rewrite::Result& result) {
  auto room = widths(result);
  std::string out;
  for (std::size_t i = 0; i < room.size(); ++i)
    out += centred(head(result.columns[i].name), room[i]) + (i + 1 == room.size() ? " \n" : "\t");
  for (const auto& row : result.rows.rows) {
    for (std::size_t i = 0; i < room.size(); ++i) {
      std::string cell = cell_text(row[i]);
      out += cell + std::string(room[i] - width(cell), ' ') + "\t";
    }
    out += "\n";
  }
  return out;
}

std::string as_json(const rewrite::Result& result) {
  if (result.kind == rewrite::Result::Kind::ok) return dumped({{"status", "ok"}, {"info", result.info}});
  Json list = Json::array();
  for (const auto& row : result.rows.rows) {
    Json object = Json::object();
    for (std::size_t i = 0; i < result.columns.size(); ++i) {
      Json value = row[i] ? Json(*row[i]) : Json(nullptr);
      object[key(result.columns[i].name)] = std::move(value);
    }
    list.push_back(std::move(object));
  }
  return dumped(list);
}

std::string error_line(std::string_view program, const protocol::SqlError& error) {
  if (error.code == 0) return fmt::format("{}: {}\n", program, error.message);
  return fmt::format("ERROR {} ({}): {}\n", error.code, error.state(), error.message);
}

std::string error_json(const protocol::SqlError& error) { return dumped({{"error", json_of(error)}}); }

std::string without_secrets(std::string text, const std::vector<std::string_view>& secrets) {
  for (std::string_view secret : secrets) {
    if (secret.empty()) continue;
    for (const auto& written : {rewrite::sql::quote_string(secret), "'" + std::string(secret) + "'"})
      for (auto at = text.find(written); at != std::string::npos; at = text.find(written))
        text.replace(at, written.size(), "***");
  }
  return text;
}

}  // namespace mogate::proxy
