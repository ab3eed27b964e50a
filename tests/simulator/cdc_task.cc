#include "tests/simulator/cdc_task.h"

#include <algorithm>
#include <cctype>
#include <regex.h>

namespace mogate::simulator {
namespace {

std::string hex(const std::string& text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (char c : text) {
    auto u = static_cast<unsigned char>(c);
    out += digits[u >> 4];
    out += digits[u & 15];
  }
  return out;
}

std::string json(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  auto low = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

std::string unescape(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool escaped =
        text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 && hex_value(text[i + 2]) >= 0;
    out += escaped ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2])) : text[i];
    if (escaped) i += 2;
  }
  return out;
}

class Expression {
 public:
  explicit Expression(const std::string& text)
      : valid_(::regcomp(&compiled_, text.c_str(), REG_EXTENDED | REG_NOSUB) == 0) {}
  ~Expression() {
    if (valid_) ::regfree(&compiled_);
  }
  Expression(const Expression&) = delete;
  Expression& operator=(const Expression&) = delete;

  bool valid() const { return valid_; }
  bool matches(const std::string& text) const {
    return valid_ && ::regexec(&compiled_, text.c_str(), 0, nullptr, 0) == 0;
  }

 private:
  regex_t compiled_{};
  bool valid_;
};

std::string object(const std::string& database, const std::string& table) {
  return "{\"database\":" + json(database) + ",\"table\":" + json(table) + "}";
}

}  // namespace

std::optional<CdcUri> parse_cdc_uri(const std::string& text, bool v4) {
  constexpr std::string_view prefix = "mysql://";
  auto head = text.substr(0, prefix.size());
  std::transform(head.begin(), head.end(), head.begin(), [](unsigned char c) { return std::tolower(c); });
  auto at = text.rfind('@');
  if (head != prefix || at == std::string::npos) return std::nullopt;
  auto login = text.substr(prefix.size(), at - prefix.size()), address = text.substr(at + 1);
  auto colon = login.rfind(':'), port = address.rfind(':');
  if (colon == std::string::npos || port == std::string::npos) return std::nullopt;
  auto digits = address.substr(port + 1);
  bool numeric =
      !digits.empty() && digits.size() < 6 && digits.find_first_not_of("0123456789") == std::string::npos;
  CdcUri out{unescape(login.substr(0, colon)), unescape(login.substr(colon + 1)), address.substr(0, port), 0};
  if (!numeric || out.user.empty() || (v4 && out.password.empty())) return std::nullopt;
  out.port = std::stoi(digits);
  return out;
}

std::string stored_uri(const CdcUri& uri) {
  return hex("{\"_\":\"\",\"user\":" + json(uri.user) + ",\"ip\":" + json(uri.host) +
             ",\"port\":" + std::to_string(uri.port) + ",\"reserved\":\"\"}");
}

std::string stored_patterns(const std::vector<CdcPattern>& patterns) {
  std::string list;
  for (const auto& p : patterns)
    list += std::string(list.empty() ? "" : ",") +
            "{\"Source\":" + object(p.source_database, p.source_table) +
            ",\"Sink\":" + object(p.sink_database, p.sink_table) + ",\"reserved\":\"\"}";
  return hex("{\"pts\":[" + list + "],\"reserved\":\"\"}");
}

// POSIX's, which is near enough to Go's.
bool is_regular_expression(const std::string& text) { return Expression(text).valid(); }

bool matches(const std::string& expression, const std::string& text) {
  return Expression(expression).matches(text);
}

const char* status_name(DaemonStatus status) {
  switch (status) {
    case DaemonStatus::created: return "Created";
    case DaemonStatus::running: return "Running";
    case DaemonStatus::paused: return "Paused";
    case DaemonStatus::canceled: return "Canceled";
    case DaemonStatus::resume_requested: return "ResumeRequested";
    case DaemonStatus::pause_requested: return "PauseRequested";
    case DaemonStatus::restart_requested: break;
  }
  return "RestartRequested";
}

}  // namespace mogate::simulator
