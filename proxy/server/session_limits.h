// How many sessions an account, a user and a client's address may have at once ([limits]).
#pragma once

#include "proxy/config/config.h"
#include "proxy/observe/metrics.h"

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

namespace mogate::proxy {

enum class SharedBy : std::uint8_t { address, user, account };
inline constexpr std::size_t kSharedBy = 3;

// Any thread.
class SessionLimits {
 public:
  // A session's, for as long as it lives.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept { *this = std::move(other); }
    Place& operator=(Place&& other) noexcept {
      leave();
      limits_ = std::exchange(other.limits_, nullptr);
      by_ = other.by_;
      name_ = std::move(other.name_);
      return *this;
    }
    ~Place() { leave(); }
    void leave() {
      if (auto* limits = std::exchange(limits_, nullptr)) limits->leave(by_, name_);
    }

   private:
    friend SessionLimits;
    SessionLimits* limits_ = nullptr;  // null: none was taken
    SharedBy by_ = SharedBy::address;
    std::string name_;
  };

  // Those who have more already keep it.
  void set(const Config::Limits& limits);
  // False: all places of `name` are taken; `place` is left in any case.
  bool enter(SharedBy by, std::string name, Place& place);
  std::uint32_t most(SharedBy by) const;
  std::uint64_t refused(SharedBy by) const { return refused_[static_cast<std::size_t>(by)].value(); }

 private:
  void leave(SharedBy by, const std::string& name);

  mutable std::mutex mutex_;
  std::array<std::uint32_t, kSharedBy> most_{};  // 0: any number
  std::array<std::map<std::string, std::uint32_t, std::less<>>, kSharedBy> taken_;
  std::array<SharedCount, kSharedBy> refused_;
};

}  // namespace mogate::proxy
