#include "proxy/server/shard.h"

#include <sys/socket.h>

namespace mogate::proxy {
namespace {

// While the process has no file descriptors left, accept() fails at once each time.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

std::optional<std::string> Shard::listen(Endpoint& to) {
  return listen(to, [this](FileDescriptor socket) { welcome(std::move(socket)); });
}

std::optional<std::string> Shard::listen(Endpoint& to, Listener::Welcome welcome) {
  return listeners_.emplace_back(resources_.reactor, std::move(welcome))
      .open(to, shared_.config.gateway.socket_mode);
}

void Shard::take(FileDescriptor socket) {
  // A std::function has to be copyable.
  auto kept = std::make_shared<FileDescriptor>(std::move(socket));
  resources_.reactor.post([this, kept] { welcome(std::move(*kept)); });
}

void Shard::start() {
  for (auto& listener : listeners_) listener.start();
  accept_after_shortage();
  thread_ = std::thread([this] { resources_.reactor.run(); });
}

void Shard::join() {
  if (thread_.joinable()) thread_.join();
}

// Clients that wait since then bring no further edge.
Detached Shard::accept_after_shortage() {
  Watched watched(resources_.watchdog, accept_pause_);
  unsigned events = 0;
  while (!(events & event::stop)) {
    for (auto& listener : listeners_) {
      if (listener.is_starved()) listener.accept_waiting();
    }
    accept_pause_.set_deadline_in(kAcceptPause);
    events = co_await accept_pause_.wait(event::expired);
  }
}

void Shard::welcome(FileDescriptor socket) {
  shared_.counters.connections++;
  // A socket that another shard handed over may come behind stop_accepting().
  if (shared_.draining)
    return turn_away(socket, {protocol::errc::server_shutdown, "Server shutdown in progress", "08S01"});
  bool full = shared_.sessions.fetch_add(1) >= shared_.config.gateway.max_sessions;
  if (full) {
    shared_.sessions--;
    shared_.counters.refused_connections++;
    turn_away(socket, {protocol::errc::too_many_connections, "Too many connections", "08004"});
  } else {
    run_session(std::move(socket));
  }
}

Detached Shard::run_session(FileDescriptor socket) {
  Session session(shared_, resources_, std::move(socket));
  sessions_.insert(&session);
  co_await session.run();
  sessions_.erase(&session);
  shared_.sessions--;
}

// An ERR in place of the greeting. It fits in any socket's buffer.
void Shard::turn_away(const FileDescriptor& socket, const protocol::SqlError& why) {
  AnswerFormat format{.sequence = 0};
  std::string out;
  append_error(out, format, why);
  [[maybe_unused]] auto sent = ::send(socket.get(), out.data(), out.size(), MSG_NOSIGNAL);
}

void Shard::leave_listeners(std::function<void()> done) {
  resources_.reactor.post([this, done = std::move(done)] {
    accept_pause_.raise(event::stop);
    for (auto& listener : listeners_) listener.leave();
    done();
  });
}

void Shard::stop_accepting() {
  resources_.reactor.post([this] {
    accept_pause_.raise(event::stop);
    for (auto& listener : listeners_) listener.close();
    auto sessions = sessions_;  // one that ends takes itself out of the set
    for (auto* session : sessions) {
      if (sessions_.contains(session)) session->drain();
    }
  });
}

void Shard::stop_sessions() {
  resources_.reactor.post([this] {
    auto sessions = sessions_;
    for (auto* session : sessions) {
      if (sessions_.contains(session)) session->stop();
    }
  });
}

void Shard::stop() { resources_.reactor.stop(); }

}  // namespace mogate::proxy
