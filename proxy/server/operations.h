// What the gateway itself runs now, for SHOW GATEWAY OPERATIONS and KILL. At most one for each session.
#pragma once

#include "proxy/net/reactor.h"
#include "proxy/net/readiness.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

enum class OperationState : std::uint8_t { running, waiting, undoing };
std::string_view name_of(OperationState state);

struct Operation {
  std::uint32_t id = 0;         // of the session
  std::uint32_t native_id = 0;  // of the connection that its steps run on
  std::string account;
  std::string user;
  std::string client;
  std::string statement;  // its kind
  std::size_t step = 0;   // from 1; 0 before the first
  std::size_t steps = 0;
  std::string text;  // of the step, secrets masked
  std::chrono::system_clock::time_point since;
  OperationState state = OperationState::running;
  bool client_gone = false;
};

class Operations {
  struct Entry;

 public:
  // Puts an operation on the list for as long as it lives. Used by its session's thread only.
  class Running {
   public:
    // All of them outlive it. At a kill event::interrupted is raised on `readiness`, on the thread of
    // `reactor`.
    Running(Operations& list, Operation operation, Reactor& reactor, Readiness& readiness);
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running();

    void enter_step(std::size_t step, std::string_view text);
    void enter(OperationState state);
    void lost_client();
    bool client_gone() const;
    // Somebody killed it: nothing further is begun.
    bool killed() const;

   private:
    Operations& list_;
    std::shared_ptr<Entry> entry_;
  };

  std::vector<Operation> all() const;
  // Any thread: tells the operation of session `id` to end. Gives the native id of the connection that it
  // runs on, where a running statement of it has to be killed; nullopt: there is none.
  std::optional<std::uint32_t> kill(std::uint32_t id);

 private:
  struct Entry {
    Operation operation;
    std::atomic<bool> killed{false};
    Reactor* reactor = nullptr;
    Readiness* readiness = nullptr;  // null once it has ended; of its session's thread
  };

  mutable std::mutex mutex_;  // of the map and of the operations in it
  std::map<std::uint32_t, std::shared_ptr<Entry>> entries_;
};

}  // namespace mogate::proxy
