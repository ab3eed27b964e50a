// Who is connected to this gateway: connection ids, and what SHOW GATEWAY SESSIONS and KILL need to know.
#pragma once

#include "protocol/user_name.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace mogate::proxy {

enum class SessionState : std::uint8_t { login, idle, running, orchestrating, ending };
std::string_view name_of(SessionState state);

// Written by its session's thread, read by any. What changes at every command is atomic; the rest is set
// before the entry is published.
struct SessionEntry {
  std::uint32_t id = 0;         // the gateway's own
  std::uint32_t native_id = 0;  // the backend's
  protocol::UserName user;
  std::string client;  // address:port
  bool tls = false;
  std::chrono::system_clock::time_point since;
  std::atomic<SessionState> state{SessionState::login};
  std::atomic<std::uint64_t> commands{0};
};

// The entry of the same client's next login: without user and native id. `before` counts as logging in from
// now on.
std::shared_ptr<SessionEntry> successor(SessionEntry& before);

class Registry {
 public:
  // `node` goes into the high bits of every id.
  explicit Registry(std::uint32_t node) : node_(node) {}

  std::uint32_t new_id();
  // Ids that count from behind this one, so that they are not those of a process that goes on beside this
  // one.
  void begin_behind(std::uint32_t counter);
  // How many were given, in the low bits of ids.
  std::uint32_t counter() const;
  bool is_of_this_node(std::uint32_t id) const { return id >> kCounterBits == node_; }
  // True if the id has the shape of a gateway's (its node bits are set): natively given ids are small.
  static bool has_node(std::uint32_t id) { return id >> kCounterBits != 0; }

  // Takes the place of an entry with the same id.
  void put(std::shared_ptr<SessionEntry> entry);
  void remove(std::uint32_t id);
  std::shared_ptr<const SessionEntry> find(std::uint32_t id) const;
  std::vector<std::shared_ptr<const SessionEntry>> all() const;
  std::size_t size() const;

 private:
  static constexpr unsigned kCounterBits = 24;

  const std::uint32_t node_;
  mutable std::mutex mutex_;
  std::uint32_t counter_ = 0;
  std::map<std::uint32_t, std::shared_ptr<SessionEntry>> sessions_;
};

}  // namespace mogate::proxy
