// The definitions of a subscription's tables as they were read last, so that a cycle reads only those that
// changed. For all threads.
#pragma once

#include "rewrite/subscription/scan.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mogate::proxy {

class DefinitionCache {
 public:
  // SHOW CREATE TABLE's text, if it is of this very version of the table.
  std::optional<std::string> find(const rewrite::UpstreamTable& table) {
    std::lock_guard lock(mutex_);
    auto found = texts_.find(table.name);
    if (found == texts_.end()) return std::nullopt;
    const auto& [id, version, text] = found->second;
    return id == table.id && version == table.version ? std::optional(text) : std::nullopt;
  }
  void put(const rewrite::UpstreamTable& table, std::string text) {
    std::lock_guard lock(mutex_);
    if (texts_.size() >= kMostTables) texts_.clear();
    texts_[table.name] = {table.id, table.version, std::move(text)};
  }
  // A foreign key names another table, whose name may be another one now.
  void clear() {
    std::lock_guard lock(mutex_);
    texts_.clear();
  }

 private:
  static constexpr std::size_t kMostTables = 4096;
  struct Text {
    std::uint64_t id;
    std::uint32_t version;
    std::string text;
  };

  std::mutex mutex_;
  std::map<std::string, Text, std::less<>> texts_;
};

}  // namespace mogate::proxy
