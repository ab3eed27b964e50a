// The audit log: who had the gateway do what, and how it ended; JSON, one object a line (docs/operations.md).
#pragma once

#include "proxy/observe/line_file.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mogate::proxy {

struct AuditEvent {
  std::uint32_t session = 0;
  std::string account, user, role, client;
  std::string statement;          // its kind
  std::string text;               // secrets masked (rewrite/mask_secrets.h)
  std::vector<std::string> plan;  // the native statements, secrets masked
  std::string outcome;            // "ok", "error", "refused", "denied"
  std::uint16_t code = 0;         // of the error
  std::string message;            // of the error, or what else is to say
  std::string rule;               // of a policy
  std::chrono::nanoseconds elapsed{0};
  std::string traceparent;
};

// Any thread; never blocks.
class AuditLog {
 public:
  // Into a file from now on. Says why not.
  std::optional<std::string> open(const LineFile::Settings& settings);
  // Into the file, or without one into the gateway's log.
  void write(const AuditEvent& event);
  // Null: there is none.
  LineFile* file() const { return file_.get(); }

 private:
  std::unique_ptr<LineFile> file_;
};

// As it stands in the file.
std::string audit_json(const AuditEvent& event, std::chrono::system_clock::time_point now);

// "2026-01-02T03:04:05.678Z"
std::string utc_text(std::chrono::system_clock::time_point time);
// {"time": …, "event": "dropped", "lines": n}
std::string gap_json(std::uint64_t lost);

}  // namespace mogate::proxy
