#include "tests/simulator/cdc_checks.h"

#include "tests/simulator/catalog.h"
#include "tests/simulator/cdc_sink.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/times.h"

#include <algorithm>
#include <set>

namespace mogate::simulator {
namespace {

constexpr std::int64_t kLeastHours = 2;

std::string option(const CdcRequest& request, const std::string& name, const std::string& otherwise = {}) {
  auto found = request.options.find(name);
  return found == request.options.end() ? otherwise : found->second;
}

bool all_of(const std::string& text, std::string_view signs) {
  return text.find_first_not_of(signs) == std::string::npos;
}

// A Go program's: 1h30m, 1.5s.
bool is_duration(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    auto unit = text.find_first_not_of("0123456789.", at);
    if (unit == at || unit == std::string::npos) return false;
    auto next = std::min(text.find_first_of("0123456789.", unit), text.size());
    auto name = text.substr(unit, next - unit);
    bool known = false;
    for (auto u : {"ns", "us", "ms", "s", "m", "h"}) known = known || name == u;
    if (!known) return false;
    at = next;
  }
  return !text.empty();
}

CdcUri dialled(const std::string& text, const std::string& end, bool v4) {
  auto uri = parse_cdc_uri(text, v4);
  if (!uri) throw internal_error("invalid uri format: " + text);
  try {
    CdcSink(*uri).ping();
  } catch (const SinkError& error) {
    throw internal_error("failed to connect to " + end + ", please check the connection, err: " + error.text);
  }
  return *uri;
}

std::vector<std::string> split_at(const std::string& text, char sign) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    auto end = std::min(text.find(sign, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string trimmed(const std::string& text) {
  auto first = text.find_first_not_of(" \t\n"), last = text.find_last_not_of(" \t\n");
  return first == std::string::npos ? "" : text.substr(first, last + 1 - first);
}

// database, or database.table
TableName parse_object(const std::string& text, bool tables) {
  auto parts = split_at(trimmed(text), '.');
  if (tables && (parts.size() != 2 || parts[0].empty() || parts[1].empty()))
    throw internal_error("invalid tables format: " + text);
  if (!tables && parts.size() != 1) throw internal_error("invalid databases format: " + text);
  if (!tables && parts[0].empty()) throw internal_error("invalid database name: ");
  return {lower(parts[0]), tables ? lower(parts[1]) : "*"};
}

std::vector<CdcPattern> parse_patterns(const std::string& level, const std::string& text) {
  if (level == "account") return {{"", "*", "*", "*", "*"}};
  std::vector<CdcPattern> out;
  std::set<TableName> sources;
  for (const auto& part : split_at(text, ',')) {
    auto sides = split_at(part, ':');
    if (sides.size() > 2)
      throw internal_error("invalid pattern format: " + part + ", must be `source` or `source:sink`.");
    auto source = parse_object(sides[0], level == "table");
    auto sink = sides.size() == 2 ? parse_object(sides[1], level == "table") : source;
    if (!sources.insert(source).second)
      throw internal_error("one db/table: " + source.first + "." + source.second +
                           " can't be used as multi sources in a cdc task");
    out.push_back({part, source.first, source.second, sink.first, sink.second});
  }
  return out;
}

std::vector<CdcPattern> checked_patterns(const Session& session, const CdcRequest& request) {
  auto level = option(request, "Level");
  bool known = level == "table" || level == "database" || level == "account";
  if (!known) throw internal_error("invalid level: " + level);
  try {
    return parse_patterns(level, request.tables);
  } catch (const Failure&) {
    if (session.v4()) throw;
    throw internal_error("invalid level: " + level);  // whatever it is
  }
}

// Hours of history that a task needs that looks this rarely.
std::int64_t needed_hours(const CdcRequest& request) {
  auto text = option(request, "Frequency");
  if (text.empty()) return kLeastHours;
  auto digits = text.substr(0, text.size() - 1);
  bool number = !digits.empty() && digits.size() < 8 && digits[0] != '0' && all_of(digits, "0123456789");
  if (!number || (text.back() != 'm' && text.back() != 'h'))
    throw internal_error("invalid frequency: " + text);
  std::int64_t value = std::stoll(digits);
  return std::max(kLeastHours, (text.back() == 'h' ? value : (value + 59) / 60) + 1);
}

bool covers(const Pitr& pitr, const Account& account, const CdcPattern& pattern) {
  if (pitr.level == "cluster") return true;
  if (pitr.account_id != account.id) return false;
  if (pitr.level == "account") return true;
  if (pitr.database != pattern.source_database) return false;
  return pitr.level == "database" || pitr.table == pattern.source_table;
}

void check_pitrs(Session& session, const CdcRequest& request, const std::vector<CdcPattern>& patterns) {
  auto hours = needed_hours(request);
  std::lock_guard lock(session.world.mutex);
  const auto& all = session.world.pitrs;
  for (const auto& pattern : patterns) {
    bool covered = std::any_of(all.begin(), all.end(), [&](const Pitr& p) {
      return covers(p, *session.account, pattern) && hours_of(p.length, p.unit) >= hours;
    });
    if (!covered)
      throw internal_error("no valid PITR configuration found for pattern: " + pattern.text +
                           ", minimum required length: " + std::to_string(hours) + " hours");
  }
}

void check_times(const CdcRequest& request) {
  for (const auto& [name, shown] : {std::pair("StartTs", "startTs"), std::pair("EndTs", "endTs")}) {
    auto text = option(request, name);
    bool rfc3339 = text.size() > 10 && text[10] == 'T';
    if (text.empty() || rfc3339) continue;
    try {
      parse_time(text, {});
    } catch (const Failure&) {
      throw internal_error(
          "invalid " + std::string(shown) + ": " + text +
          ", supported timestamp format: `2006-01-02 15:04:05`, or `2006-01-02T15:04:05Z07:00`");
    }
  }
}

void check_options(const CdcRequest& request) {
  check_times(request);
  auto timeout = option(request, "SendSqlTimeout", "10m"), length = option(request, "MaxSqlLength", "1");
  if (!is_duration(timeout)) throw internal_error("invalid sendSqlTimeout: " + timeout);
  if (length.empty() || !all_of(length, "0123456789"))
    throw internal_error("invalid maxSqlLength: " + length);
  auto exclude = option(request, "Exclude");
  if (!is_regular_expression(exclude))
    throw internal_error("invalid exclude: " + exclude + ", err: error parsing regexp: missing closing ]: `" +
                         exclude + "`");
}

std::string config_json(const CdcRequest& request) {
  bool split = option(request, "InitSnapshotSplitTxn") != "false";
  return "{\"Frequency\":\"" + option(request, "Frequency") +
         "\",\"InitSnapshotSplitTxn\":" + (split ? "true" : "false") +
         ",\"MaxSqlLength\":" + option(request, "MaxSqlLength", "4194304") + ",\"SendSqlTimeout\":\"" +
         option(request, "SendSqlTimeout", "10m") + "\"}";
}

}  // namespace

CdcDefinition checked_definition(Session& session, const CdcRequest& request) {
  CdcDefinition out;
  out.name = request.name;
  out.source = dialled(request.source, "source", session.v4());
  out.sink_type = request.sink_type;
  if (out.sink_type != "mysql" && out.sink_type != "matrixone")
    throw internal_error("unsupported sink type: " + out.sink_type);
  out.sink = dialled(request.sink, "sink", session.v4());
  out.patterns = checked_patterns(session, request);
  check_pitrs(session, request, out.patterns);
  check_options(request);
  out.exclude = option(request, "Exclude");
  out.no_full = option(request, "NoFull") == "true";
  out.config = config_json(request);
  return out;
}

}  // namespace mogate::simulator
