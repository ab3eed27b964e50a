// Failed logins slow down the next ones of the same user from the same address, as MySQL's plugin
// connection_control does, so that passwords cannot be tried out. Nobody is held up for what others do from
// elsewhere.
#pragma once

#include "proxy/config/config.h"
#include "proxy/net/readiness.h"
#include "proxy/observe/metrics.h"

#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mogate::proxy {

// Any thread. A key is an address with a user.
class LoginThrottle {
 public:
  explicit LoginThrottle(std::size_t most_keys = 10000) : most_keys_(most_keys) {}

  // Failures of before keep counting.
  void set(const Config::Limits& limits);
  // How long a login has to wait before it is tried, which is a turn of its own: those that come at once wait
  // one after the other. Nullopt: it would be longer than max_login_delay, so that it is to be refused.
  std::optional<Clock::duration> take_turn(const std::string& key, Clock::time_point now);
  void failed(const std::string& key, Clock::time_point now);
  // All is forgotten.
  void succeeded(const std::string& key);

  std::size_t size() const;
  std::uint64_t delayed() const { return delayed_.value(); }
  std::uint64_t refused() const { return refused_.value(); }

 private:
  struct Entry {
    std::uint32_t failures = 0;
    Clock::time_point next;  // turn
    std::list<std::string>::iterator age;
  };
  Clock::duration delay_after(std::uint32_t failures) const;
  void forget(std::map<std::string, Entry>::iterator entry);

  const std::size_t most_keys_;
  mutable std::mutex mutex_;
  Config::Limits limits_;
  std::map<std::string, Entry> entries_;
  std::list<std::string> by_age_;  // keys, the one that failed longest ago first
  SharedCount delayed_, refused_;
};

}  // namespace mogate::proxy
