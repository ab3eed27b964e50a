#include "proxy/policy/note.h"

#include <spdlog/spdlog.h>

#include <ctime>

namespace mogate::proxy {
namespace {

constexpr std::size_t kShown = 512;

std::string shown_text(const policies::Reading& reading) {
  std::string out;
  for (const auto& part : reading.parts) {
    if (part.inner) continue;
    if (!out.empty()) out += "; ";
    out += part.facts.text;
    if (out.size() > kShown) return out.substr(0, kShown) + " …";
  }
  return out;
}

void write_log(const SessionContext& c, const policies::Reading& reading, const policies::Rule& rule) {
  const auto& user = c.entry->user;
  spdlog::info("policy=\"{}\" action={} outcome={} session={} account={} user={} client={} statement=\"{}\"",
               rule.name, name_of(rule.action), rule.dry_run ? "dry_run" : "applied", c.entry->id,
               user.account, user.user, c.entry->client, shown_text(reading));
}

// `error` is null for what runs.
void write_audit(const SessionContext& c, const policies::Reading& reading, const std::string& rule,
                 std::string_view action, const protocol::SqlError* error) {
  const auto& user = c.entry->user;
  AuditEvent event;
  event.session = c.entry->id;
  event.account = user.account;
  event.user = user.user;
  event.role = user.role;
  event.client = c.entry->client;
  if (!reading.parts.empty()) event.statement = reading.parts.front().facts.kind;
  event.text = shown_text(reading);
  event.outcome = error ? "denied" : "ok";
  event.code = error ? error->code : std::uint16_t{0};
  event.message = error ? error->message : fmt::format("action {}", action);
  event.rule = rule;
  c.shared.audit.write(event);
}

}  // namespace

void note_verdict(const SessionContext& c, const policies::Reading& reading, const policies::Verdict& verdict,
                  const std::optional<protocol::SqlError>& refusal) {
  const auto& rules = c.policy->in_force->rules->rules();
  for (auto index : verdict.hits) {
    const auto& rule = rules[index];
    bool refused = refusal && rule.name == verdict.refused_by;
    if (rule.dry_run || rule.log) write_log(c, reading, rule);
    if (rule.audit && !refused && !rule.dry_run)
      write_audit(c, reading, rule.name, name_of(rule.action), nullptr);
  }
  if (refusal) write_audit(c, reading, verdict.refused_by, {}, &*refusal);
}

void note_failed_snapshot(const SessionContext& c, const policies::Rule& rule,
                          const protocol::SqlError& why) {
  spdlog::warn("policy=\"{}\" action=snapshot outcome=failed session={} account={} error=\"{}\"", rule.name,
               c.entry->id, c.entry->user.account, why.message);
}

policies::WeekMinute week_minute(std::chrono::system_clock::time_point now, bool local) {
  auto seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  local ? ::localtime_r(&seconds, &parts) : ::gmtime_r(&seconds, &parts);
  return {(parts.tm_wday + 6) % 7, parts.tm_hour * 60 + parts.tm_min};
}

}  // namespace mogate::proxy
