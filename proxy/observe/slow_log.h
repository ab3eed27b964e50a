// Statements that took long: JSON, one object a line (docs/operations.md).
#pragma once

#include "proxy/observe/line_file.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace mogate::proxy {

struct SlowStatement {
  std::uint32_t session = 0;
  std::string account, user, client;
  std::string statement;  // its kind
  std::string digest;     // hexadecimal; empty: none
  std::string text;       // without literals, or with secrets masked
  std::uint16_t code = 0;
  std::uint64_t rows = 0;
  std::chrono::nanoseconds elapsed{0};
  std::string traceparent;
};

// Any thread; never blocks.
class SlowLog {
 public:
  // Into a file from now on. Says why not.
  std::optional<std::string> open(const LineFile::Settings& settings);
  // Into the file, or without one into the gateway's log.
  void write(const SlowStatement& statement);
  LineFile* file() const { return file_.get(); }

 private:
  std::unique_ptr<LineFile> file_;
};

std::string slow_json(const SlowStatement& statement, std::chrono::system_clock::time_point now);

}  // namespace mogate::proxy
