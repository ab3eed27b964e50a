#include "proxy/session/reading.h"

#include "rewrite/sql/splitter.h"

namespace mogate::proxy {
namespace {

using rewrite::Statement;
using rewrite::sql::SqlMode;

// From the first part's beginning to the last one's end, what stands between them included.
std::string_view join(std::string_view first, std::string_view last) {
  return {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())};
}

void add_native(Reading& reading, std::string_view part) {
  bool goes_on = !reading.pieces.empty() && !reading.pieces.back().ours;
  if (goes_on) {
    reading.pieces.back().text = join(reading.pieces.back().text, part);
  } else {
    reading.pieces.push_back({part, std::nullopt});
  }
}

}  // namespace

Reading read_statements(std::string_view text, const rewrite::ParseOptions& options) {
  Reading reading;
  auto parts = rewrite::sql::split(text, options.dialect.lexer_mode(options.mode));
  reading.several = parts.size() > 1;
  for (const auto& part : parts) {
    auto parsed = rewrite::parse(part.text, options);
    if (auto* error = std::get_if<protocol::SqlError>(&parsed)) {
      reading.error = std::move(*error);
      return reading;
    }
    if (auto* statement = std::get_if<Statement>(&parsed)) {
      reading.pieces.push_back({part.text, std::move(*statement)});
    } else {
      add_native(reading, part.text);
    }
  }
  return reading;
}

bool depends_on_sql_mode(std::string_view text, const rewrite::ParseOptions& options) {
  if (!options.dialect.honours_sql_mode() || text.find_first_of("\"\\") == std::string_view::npos)
    return false;
  auto other = options;
  for (auto mode : {SqlMode{}, SqlMode{true, false}, SqlMode{false, true}, SqlMode{true, true}}) {
    other.mode = mode;
    auto reading = read_statements(text, other);
    if (reading.several || !reading.plain()) return true;
  }
  return false;
}

}  // namespace mogate::proxy
