// What is known of the command that a session runs: counted when it ends.
#pragma once

#include "proxy/net/readiness.h"
#include "proxy/observe/shard_metrics.h"
#include "rewrite/sql/lexer.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mogate::proxy {

class CommandNote {
 public:
  explicit CommandNote(ShardMetrics& metrics) : metrics_(&metrics) {}

  // Of the session: whose it is, once it is logged in, and where its statements run.
  void log_in(AccountMetrics& account) { (account_ = &account)->logins.add(); }
  void use_backend(BackendMetrics& backend) { backend_ = &backend; }
  void log_out() { account_ = nullptr; }

  void begin(Clock::time_point now);
  // What a statement counts as.
  struct Sight {
    Kind kind = 0;
    DigestMetrics* digest = nullptr;
  };
  Sight look(std::string_view sql, rewrite::sql::SqlMode mode);
  // What runs is this; for a prepared statement what was seen when it was prepared.
  void see(Sight sight) { sight_ = sight; }
  void see(Kind kind) { sight_.kind = kind; }
  void add_rows(std::uint64_t rows) { rows_ += rows; }
  // It is answered by an ERR with this number.
  void fail(std::uint16_t code) { error_ = code; }

  // Counts it, and says how long it took. `bytes_in` and `bytes_out` are those of the client's connection so
  // far. Nullopt: nothing was begun.
  std::optional<std::chrono::nanoseconds> end(Clock::time_point now, std::uint64_t bytes_in,
                                              std::uint64_t bytes_out);

  const Sight& sight() const { return sight_; }
  std::uint16_t error() const { return error_; }
  std::uint64_t rows() const { return rows_; }
  Clock::time_point begun() const { return begun_; }

 private:
  ShardMetrics* metrics_;
  AccountMetrics* account_ = nullptr;
  BackendMetrics* backend_ = nullptr;
  Sight sight_;
  Clock::time_point begun_;
  std::uint64_t rows_ = 0;
  std::uint64_t bytes_in_ = 0, bytes_out_ = 0;  // counted already
  std::uint16_t error_ = 0;
  bool running_ = false;
};

}  // namespace mogate::proxy
