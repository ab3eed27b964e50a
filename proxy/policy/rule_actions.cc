#include "proxy/policy/rule_actions.h"

#include "rewrite/sql/quoting.h"

#include <algorithm>

namespace mogate::proxy {
namespace {

using policies::Action;
using policies::MaskMethod;
using policies::Rule;

void read_refusal(Section& s, Rule& rule, std::uint16_t code, const char* what) {
  auto& refusal = rule.refusal;
  refusal = protocol::privilege_error();
  refusal.message = fmt::format("mogate: {} by policy \"{}\"", what, rule.name);
  refusal.code = code;
  s.read("code", refusal.code, 1, 65535);
  s.read("sqlstate", refusal.sqlstate);
  s.read("message", refusal.message);
  bool good = refusal.sqlstate.empty() ||
              (refusal.sqlstate.size() == 5 && refusal.sqlstate.find(' ') == std::string::npos);
  if (!good) s.fail(*s.find("sqlstate"), "sqlstate", "must be five letters and digits");
}

void need(Section& s, const char* key, bool given, const char* what) {
  if (!given) s.fail(*s.find("action"), key, what);
}

void read_route(Section& s, Rule& rule) {
  s.read("group", rule.route_group);
  s.read("to_label", rule.route_label);
  need(s, "group", rule.route_group.empty() != rule.route_label.empty(),
       "or to_label must be given for action route");
}

void read_number(Section& s, const char* key, double& out, double least, double most) {
  const auto* node = s.find(key);
  if (!node) return;
  auto value = node->value<double>();
  bool good = value && *value >= least && *value <= most;
  good ? void(out = *value) : s.fail(*node, key, fmt::format("must be {} to {}", least, most));
}

void read_throttle(Section& s, Rule& rule) {
  auto& throttle = rule.throttle;
  read_number(s, "per_second", throttle.per_second, 0.001, 1e6);
  need(s, "per_second", s.find("per_second") != nullptr, "must be given for action throttle");
  throttle.burst = std::max(1.0, throttle.per_second);
  read_number(s, "burst", throttle.burst, 1, 1e6);
  s.read("of", throttle.of,
         {{"rule", policies::BucketOf::rule},
          {"account", policies::BucketOf::account},
          {"user", policies::BucketOf::user}});
  s.read("max_wait", throttle.max_wait, 0);
}

// A last dot before the column, and one before the table.
bool parse_column(std::string_view text, policies::MaskedColumn& out) {
  auto folded = rewrite::sql::fold(text);
  auto last = folded.rfind('.');
  if (last == std::string::npos || last == 0 || last + 1 == folded.size()) return false;
  out.column = folded.substr(last + 1);
  folded.resize(last);
  auto dot = folded.find('.');
  out.database = dot == std::string::npos ? "*" : folded.substr(0, dot);
  out.table = dot == std::string::npos ? folded : folded.substr(dot + 1);
  return !out.database.empty() && !out.table.empty() && out.table.find('.') == std::string::npos;
}

void read_mask(Section& s, Rule& rule) {
  for (const auto& one : strings_of(s, "columns"))
    if (!parse_column(one, rule.columns.emplace_back()))
      return s.fail(*s.find("columns"), "columns",
                    "must be \"database.table.column\", \"table.column\" or patterns of them");
  need(s, "columns", !rule.columns.empty(), "must be given for action mask");
  auto& method = rule.method;
  s.read("method", method.kind,
         {{"null", MaskMethod::Kind::null},
          {"text", MaskMethod::Kind::text},
          {"partial", MaskMethod::Kind::partial},
          {"hash", MaskMethod::Kind::hash}});
  method.text = "***";
  s.read("with", method.text);
  s.read("keep_first", method.keep_first, 0, 1000);
  s.read("keep_last", method.keep_last, 0, 1000);
}

void read_of_action(Section& s, Rule& rule) {
  switch (rule.action) {
    case Action::none:
    case Action::allow: return;
    case Action::deny: return read_refusal(s, rule, protocol::errc::mo_internal, "denied");
    case Action::read_only:
      return read_refusal(s, rule, protocol::errc::read_only, "only reading is allowed");
    case Action::rewrite:
      s.read("rewrite_to", rule.rewrite_to);
      return need(s, "rewrite_to", s.find("rewrite_to") != nullptr, "must be given for action rewrite");
    case Action::route: return read_route(s, rule);
    case Action::throttle:
      read_throttle(s, rule);
      return read_refusal(s, rule, protocol::errc::user_limit_reached, "throttled");
    case Action::timeout:
      s.read("seconds", rule.timeout, 0.001);
      return need(s, "seconds", rule.timeout.count() > 0, "must be given for action timeout");
    case Action::limit:
      s.read("max_rows", rule.max_rows, 1, std::int64_t{1} << 50);
      s.read("max_bytes", rule.max_bytes, 1, std::int64_t{1} << 50);
      need(s, "max_rows", rule.max_rows + rule.max_bytes != 0, "or max_bytes must be given for action limit");
      return read_refusal(s, rule, protocol::errc::query_interrupted, "the result is larger than allowed");
    case Action::mask: return read_mask(s, rule);
    case Action::snapshot:
      s.read("keep", rule.keep, 1, 40);
      return s.read("on_failure", rule.deny_on_failure, {{"deny", true}, {"warn", false}});
  }
}

// Those that decide end the list, the others let the next rules decide.
bool ends_list(Action action) { return action == Action::allow || action == Action::deny; }

}  // namespace

std::vector<std::string> strings_of(Section& section, const char* key) {
  const auto* node = section.find(key);
  std::vector<std::string> out;
  if (!node) return out;
  if (auto one = node->value_exact<std::string>()) return {*one};
  const auto* array = node->as_array();
  bool good = array && !array->empty();
  for (std::size_t i = 0; good && i < array->size(); ++i) {
    auto text = array->get(i)->value_exact<std::string>();
    good = text.has_value();
    if (good) out.push_back(*text);
  }
  if (!good) section.fail(*node, key, "must be a string or a list of strings");
  return good ? out : std::vector<std::string>();
}

void read_action(Section& s, Rule& rule) {
  using enum Action;
  s.read("action", rule.action,
         {{"none", none},
          {"allow", allow},
          {"deny", deny},
          {"read_only", read_only},
          {"rewrite", rewrite},
          {"route", route},
          {"throttle", throttle},
          {"timeout", timeout},
          {"limit", limit},
          {"mask", mask},
          {"snapshot", snapshot}});
  rule.goes_on = !ends_list(rule.action);
  s.read("continue", rule.goes_on);
  s.read("dry_run", rule.dry_run);
  s.read("audit", rule.audit);
  s.read("log", rule.log);
  if (s.find("action")) read_of_action(s, rule);
}

}  // namespace mogate::proxy
