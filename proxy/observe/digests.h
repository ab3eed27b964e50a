// Figures by digest: what runs, how often, how long (SHOW GATEWAY DIGESTS).
#pragma once

#include "proxy/observe/metrics.h"
#include "rewrite/sql/lexer.h"

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace mogate::proxy {

struct DigestMetrics {
  std::uint64_t hash = 0;
  std::string text;
  std::size_t kind = 0;
  Count count, errors, rows;
  Histogram latency;
};

// Those of one thread, which alone writes.
class DigestTable {
 public:
  DigestTable() = default;

  // How many are told apart; what comes later counts as one, whose text is kOthers. 0: none are kept. Before
  // the first statement.
  void limit(std::size_t most) { most_ = most; }

  // The digest of a native statement; null if none are kept. It stays for ever. `kind` is the statement's.
  DigestMetrics* find(std::string_view sql, rewrite::sql::SqlMode mode, std::size_t kind);

  // Any thread.
  template <class F>
  void each(F visit) const {
    std::lock_guard lock(mutex_);
    for (const auto& [hash, entry] : entries_) visit(*entry);
  }

 private:
  DigestMetrics* make(std::uint64_t hash, std::string text, std::size_t kind);

  // By digest_key() of texts that came before, so that most statements are not taken apart.
  struct Seen {
    std::uint64_t key = 0;
    DigestMetrics* digest = nullptr;
  };
  static constexpr std::size_t kSeen = 512;

  std::size_t most_ = 0;
  mutable std::mutex mutex_;  // of the map, not of what is in it
  std::unordered_map<std::uint64_t, std::unique_ptr<DigestMetrics>> entries_;
  std::vector<Seen> seen_;
};

}  // namespace mogate::proxy
