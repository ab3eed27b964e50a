#include "tests/simulator/table_text.h"

#include <array>
#include <cctype>
#include <string_view>

namespace mogate::simulator {
namespace {

constexpr auto npos = std::string::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Takes out what begins with `head` and a word behind it.
void remove_clause(std::string& text, std::string_view head) {
  for (auto at = text.find(head); at != npos; at = text.find(head, at)) {
    auto end = at + head.size();
    while (end < text.size() && is_word(text[end])) ++end;
    text.erase(at, end - at);
  }
}

// MariaDB's JSON is a checked text.
void restore_json(std::string& text) {
  constexpr std::string_view check = " CHECK (json_valid(", type = " longtext";
  auto at = text.find(check), type_at = text.find(type);
  if (at == npos || type_at == npos) return;
  auto end = text.find("))", at);
  text.erase(at, end == npos ? npos : end + 2 - at);
  text.replace(type_at, type.size(), " json");
}

// `name` tinyint(1)
void restore_bool(std::string& text) {
  constexpr std::string_view type = "` tinyint(1)";
  auto at = text.find(type);
  if (at != npos) text.replace(at, type.size(), "` bool");
}

void remove_display_width(std::string& text) {
  static constexpr std::array kTypes = {" tinyint(", " smallint(", " mediumint(",
                                        " int(",     " bigint(",   " year("};
  for (std::string_view type : kTypes) {
    auto at = text.find(type);
    if (at == npos) continue;
    auto begin = at + type.size() - 1, end = begin + 1;
    while (end < text.size() && is_digit(text[end])) ++end;
    if (end < text.size() && text[end] == ')') text.erase(begin, end + 1 - begin);
  }
}

void remove_null_of_timestamp(std::string& text) {
  auto at = text.find(" NULL DEFAULT");
  bool timestamp = at != npos && text.find("` timestamp") < at && text.substr(0, at).find(" NOT") == npos;
  if (timestamp) text.erase(at, std::string_view(" NULL").size());
}

void write_out_actions(std::string& line) {
  if (line.find(" FOREIGN KEY ") == npos) return;
  for (std::string_view action : {" ON DELETE ", " ON UPDATE "}) {
    if (line.find(action) == npos) line.append(action).append("RESTRICT");
  }
}

std::string convert_line(std::string line) {
  bool comma = !line.empty() && line.back() == ',';
  if (comma) line.pop_back();
  // Behind the first quote may be anything: an ENUM's words, a default, a comment.
  auto quoted = line.find('\'');
  auto head = line.substr(0, quoted), tail = quoted == npos ? std::string() : line.substr(quoted);
  remove_clause(head, " CHARACTER SET ");
  remove_clause(head, " COLLATE ");
  restore_json(head);
  restore_bool(head);
  remove_null_of_timestamp(head);
  remove_display_width(head);
  line = head + tail;
  write_out_actions(line);
  return comma ? line + "," : line;
}

// Of a table's options only the comment is MatrixOne's.
std::string last_line(const std::string& line) {
  constexpr std::string_view head = " COMMENT='";
  auto at = line.find(head);
  if (at == npos) return ")";
  auto end = at + head.size();
  while (end < line.size() && (line[end] != '\'' || line.compare(end, 2, "''") == 0))
    end += line[end] == '\'' ? 2 : 1;
  return ")" + line.substr(at, end + 1 - at);
}

}  // namespace

std::string matrixone_ddl(const std::string& ddl) {
  std::string out;
  for (std::size_t at = 0; at < ddl.size();) {
    auto end = ddl.find('\n', at);
    auto line = ddl.substr(at, end == npos ? end : end - at);
    bool option_line = line.starts_with(")");
    // MariaDB makes a key for each foreign key.
    bool implicit_key = line.starts_with("  KEY `") && ddl.find("FOREIGN KEY", at) != npos;
    if (!implicit_key)
      out += (out.empty() ? "" : "\n") + (option_line ? last_line(line) : convert_line(line));
    if (option_line || end == npos) return out;
    at = end + 1;
  }
  return out;
}

}  // namespace mogate::simulator
