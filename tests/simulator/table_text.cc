#include "tests/simulator/table_text.h"

#include <regex>
#include <string_view>

namespace mogate::simulator {
namespace {

bool is_foreign_key(std::string_view line) { return line.find(" FOREIGN KEY ") != std::string_view::npos; }

std::string convert_line(std::string line) {
  static const std::regex width(R"(\b(tinyint|smallint|mediumint|int|bigint|year)\(\d+\))");
  static const std::regex charset(R"( CHARACTER SET \w+| COLLATE \w+)");
  static const std::regex json(R"(\blongtext\b(.*) CHECK \(json_valid\(`[^`]*`\)\))");
  bool comma = !line.empty() && line.back() == ',';
  if (comma) line.pop_back();
  auto quoted = line.find('\'');
  auto head = line.substr(0, quoted),
       tail = quoted == std::string::npos ? std::string() : line.substr(quoted);
  head = std::regex_replace(head, charset, "");
  // MariaDB's JSON is a checked text; its other ways to write the same.
  head = std::regex_replace(head, json, "json$1");
  head = std::regex_replace(head, std::regex(R"(^(  `[^`]*`) tinyint\(1\))"), "$1 bool");
  head = std::regex_replace(head, std::regex(" timestamp(\\(\\d\\))? NULL DEFAULT"), " timestamp$1 DEFAULT");
  head = std::regex_replace(head, width, "$1");
  line = head + tail;
  if (is_foreign_key(line)) {
    if (line.find(" ON DELETE ") == std::string::npos) line += " ON DELETE RESTRICT";
    if (line.find(" ON UPDATE ") == std::string::npos) line += " ON UPDATE RESTRICT";
  }
  return comma ? line + "," : line;
}

std::string last_line(const std::string& line) {
  static const std::regex comment(R"( COMMENT='(?:[^']|'')*')");
  std::smatch found;
  return std::regex_search(line, found, comment) ? ")" + found.str() : ")";
}

}  // namespace

std::string matrixone_ddl(const std::string& ddl) {
  std::string out;
  for (std::size_t at = 0; at < ddl.size();) {
    auto end = ddl.find('\n', at);
    auto line = ddl.substr(at, end == std::string::npos ? end : end - at);
    bool last = end == std::string::npos;
    bool option_line = line.starts_with(")");
    bool implicit_key = line.starts_with("  KEY `") && ddl.find("FOREIGN KEY", at) != std::string::npos;
    if (!implicit_key)
      out += (out.empty() ? "" : "\n") + (option_line ? last_line(line) : convert_line(line));
    if (option_line || last) return out;
    at = end + 1;
  }
  return out;
}

}  // namespace mogate::simulator
