#include "proxy/observe/audit.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

std::string dumped(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) / 1e3;
}

}  // namespace

std::string utc_text(std::chrono::system_clock::time_point time) {
  auto whole = std::chrono::time_point_cast<std::chrono::milliseconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(time)),
                     whole.time_since_epoch().count() % 1000);
}

std::string gap_json(std::uint64_t lost) {
  return dumped(
      {{"time", utc_text(std::chrono::system_clock::now())}, {"event", "dropped"}, {"lines", lost}});
}

std::string audit_json(const AuditEvent& event, std::chrono::system_clock::time_point now) {
  nlohmann::ordered_json out{{"time", utc_text(now)},
                             {"session", event.session},
                             {"account", event.account},
                             {"user", event.user},
                             {"role", event.role},
                             {"client", event.client},
                             {"statement", event.statement},
                             {"text", event.text},
                             {"plan", event.plan},
                             {"outcome", event.outcome},
                             {"elapsed_ms", milliseconds(event.elapsed)}};
  if (event.code != 0) out["code"] = event.code;
  if (!event.message.empty()) out["message"] = event.message;
  if (!event.rule.empty()) out["rule"] = event.rule;
  if (!event.traceparent.empty()) out["traceparent"] = event.traceparent;
  return dumped(out);
}

std::optional<std::string> AuditLog::open(const LineFile::Settings& settings) {
  file_ = std::make_unique<LineFile>(settings, gap_json);
  return file_->start();
}

void AuditLog::write(const AuditEvent& event) {
  if (file_) return file_->write(audit_json(event, std::chrono::system_clock::now()));
  bool refused = event.outcome == "refused" || event.outcome == "denied";
  spdlog::log(refused ? spdlog::level::warn : spdlog::level::info,
              "audit session={} account={} role={} statement=\"{}\" outcome=\"{}\"{}{}{}{}", event.session,
              event.account, event.role, event.statement,
              event.message.empty() ? event.outcome : event.message,
              event.rule.empty() ? "" : " rule=", event.rule,
              event.traceparent.empty() ? "" : " traceparent=", event.traceparent);
}

}  // namespace mogate::proxy
