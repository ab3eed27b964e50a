#include "proxy/session/reading.h"

#include "rewrite/guards/session_settings.h"
#include "rewrite/sql/first_word.h"
#include "rewrite/sql/splitter.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

using rewrite::Statement;
using rewrite::sql::SqlMode;

const protocol::SqlError kModeChanges{
    protocol::errc::mo_not_supported,
    "not supported: what follows a change of sql_mode in the same packet, because "
    "it would be read by other rules; send it on its own",
    {}};

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

constexpr SqlMode kModes[] = {{}, {true, false}, {false, true}, {true, true}};

bool quoting_matters(std::string_view text, const rewrite::Dialect& dialect) {
  return dialect.honours_sql_mode() && text.find_first_of("\"\\") != std::string_view::npos;
}

// USE d
void follow_use(std::string_view part, rewrite::ParseOptions& options) {
  rewrite::sql::Cursor in(part, options.dialect.lexer_mode(options.mode));
  if (in.accept("USE") && in.at_name()) options.read_only.database = in.name({});
}

Reading read_parts(const std::vector<rewrite::sql::Part>& parts, rewrite::ParseOptions options) {
  Reading reading;
  reading.several = parts.size() > 1;
  reading.only_sets = std::all_of(parts.begin(), parts.end(), [](const auto& part) {
    return rewrite::sql::iequals(rewrite::sql::first_word(part.text), "SET");
  });
  for (const auto& part : parts) {
    auto parsed = rewrite::parse(part.text, options);
    if (reading.several && options.read_only.tables) follow_use(part.text, options);
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

// How `text` reads in each mode that it could be read in.
bool any_mode(std::string_view text, const rewrite::ParseOptions& options, bool (*wanted)(const Reading&)) {
  auto other = options;
  for (auto mode : kModes) {
    other.mode = mode;
    if (wanted(read_parts(rewrite::sql::split(text, options.dialect.lexer_mode(mode)), other))) return true;
  }
  return false;
}

// MatrixOne 4 reads what follows a SET sql_mode in the same packet by the new rules.
bool hides_something(const std::vector<rewrite::sql::Part>& parts, const rewrite::ParseOptions& options) {
  auto mode = options.dialect.lexer_mode(options.mode);
  for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!rewrite::may_change_sql_mode(parts[i].text, mode)) continue;
    auto rest = join(parts[i + 1].text, parts.back().text);
    return quoting_matters(rest, options.dialect) &&
           any_mode(rest, options, [](const Reading& r) { return !r.plain(); });
  }
  return false;
}

}  // namespace

Reading read_statements(std::string_view text, const rewrite::ParseOptions& options) {
  auto parts = rewrite::sql::split(text, options.dialect.lexer_mode(options.mode));
  auto reading = read_parts(parts, options);
  if (options.dialect.honours_sql_mode() && hides_something(parts, options)) reading.error = kModeChanges;
  return reading;
}

bool depends_on_sql_mode(std::string_view text, const rewrite::ParseOptions& options) {
  return quoting_matters(text, options.dialect) &&
         any_mode(text, options, [](const Reading& r) { return r.several || !r.plain(); });
}

}  // namespace mogate::proxy
