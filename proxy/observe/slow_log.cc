#include "proxy/observe/slow_log.h"

#include "proxy/observe/audit.h"

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

double milliseconds(std::chrono::nanoseconds time) {
  return static_cast<double>(std::chrono::duration_cast<std::chrono::microseconds>(time).count()) / 1e3;
}

}  // namespace

std::string slow_json(const SlowStatement& slow, std::chrono::system_clock::time_point now) {
  nlohmann::ordered_json out{{"time", utc_text(now)},
                             {"session", slow.session},
                             {"account", slow.account},
                             {"user", slow.user},
                             {"client", slow.client},
                             {"statement", slow.statement},
                             {"elapsed_ms", milliseconds(slow.elapsed)},
                             {"rows", slow.rows},
                             {"text", slow.text}};
  if (!slow.digest.empty()) out["digest"] = slow.digest;
  if (slow.code != 0) out["code"] = slow.code;
  if (!slow.traceparent.empty()) out["traceparent"] = slow.traceparent;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<std::string> SlowLog::open(const LineFile::Settings& settings) {
  file_ = std::make_unique<LineFile>(settings, gap_json);
  return file_->start();
}

void SlowLog::write(const SlowStatement& slow) {
  if (file_) return file_->write(slow_json(slow, std::chrono::system_clock::now()));
  spdlog::warn("slow session={} account={} statement={} elapsed_ms={} rows={} digest={}{}{} text=\"{}\"",
               slow.session, slow.account, slow.statement, milliseconds(slow.elapsed), slow.rows, slow.digest,
               slow.traceparent.empty() ? "" : " traceparent=", slow.traceparent, slow.text);
}

}  // namespace mogate::proxy
