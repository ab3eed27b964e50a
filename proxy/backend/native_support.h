// Which commands of the protocol a backend turned out to have. Tried once for each version: a newer MatrixOne
// that has one is left to answer it itself.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace mogate::proxy {

class NativeSupport {
 public:
  enum class Feature : std::uint8_t { cursors, reset_connection, statistics };
  enum class Known : std::uint8_t { unknown, yes, no };

  Known of(const std::string& version, Feature feature) const {
    std::lock_guard lock(mutex_);
    auto found = versions_.find(version);
    return found == versions_.end() ? Known::unknown : found->second[static_cast<std::size_t>(feature)];
  }
  void learn(const std::string& version, Feature feature, bool has_it) {
    std::lock_guard lock(mutex_);
    if (versions_.size() >= kMaxVersions && !versions_.contains(version)) versions_.clear();
    versions_[version][static_cast<std::size_t>(feature)] = has_it ? Known::yes : Known::no;
  }

 private:
  static constexpr std::size_t kMaxVersions = 64;
  mutable std::mutex mutex_;
  std::map<std::string, std::array<Known, 3>> versions_;
};

}  // namespace mogate::proxy
