#include "proxy/server/shard.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using ReusePort = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

// While the process has no file descriptors left, accept() fails at once each time.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

std::optional<std::string> Shard::listen(asio::ip::tcp::endpoint& to) {
  ErrorCode ec;
  auto& acceptor = acceptors_.emplace_back(resources_.io);
  acceptor.open(to.protocol(), ec);
  if (!ec) acceptor.set_option(Acceptor::reuse_address(true), ec);
  if (!ec) acceptor.set_option(ReusePort(true), ec);
  if (!ec) acceptor.bind(to, ec);
  if (!ec) acceptor.listen(1024, ec);
  if (!ec) to = acceptor.local_endpoint(ec);
  if (!ec) return std::nullopt;
  return ec.message();
}

void Shard::start() {
  resources_.watchdog.start();
  for (auto& acceptor : acceptors_) asio::co_spawn(resources_.io, accept_from(acceptor), asio::detached);
  thread_ = std::thread([this] { resources_.io.run(); });
}

void Shard::join() {
  if (thread_.joinable()) thread_.join();
}

asio::awaitable<void> Shard::accept_from(Acceptor& acceptor) {
  asio::steady_timer pause(resources_.io);
  while (acceptor.is_open()) {
    ErrorCode ec;
    Socket socket(resources_.io);
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, ec));
    if (!ec) {
      welcome(std::move(socket));
    } else if (ec != asio::error::operation_aborted) {
      spdlog::warn("accept: {}", ec.message());
      pause.expires_after(kAcceptPause);
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, ec));
    }
  }
}

void Shard::welcome(Socket socket) {
  shared_.counters.connections++;
  bool full = shared_.sessions.fetch_add(1) >= shared_.config.gateway.max_sessions;
  if (full) {
    shared_.sessions--;
    shared_.counters.refused_connections++;
    turn_away(std::move(socket));
  } else {
    run_session(std::move(socket));
  }
}

Detached Shard::run_session(Socket socket) {
  Session session(shared_, resources_, std::move(socket));
  sessions_.insert(&session);
  co_await session.run();
  sessions_.erase(&session);
  shared_.sessions--;
}

// An ERR in place of the greeting. It fits in any socket's buffer.
void Shard::turn_away(Socket socket) {
  AnswerFormat format{.sequence = 0};
  std::string out;
  append_error(out, format, {protocol::errc::too_many_connections, "Too many connections", "08004"});
  ErrorCode ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(out), ignored);
}

void Shard::stop_accepting() {
  asio::post(resources_.io, [this] {
    for (auto& acceptor : acceptors_) {
      ErrorCode ignored;
      acceptor.close(ignored);
    }
    auto sessions = sessions_;  // one that ends takes itself out of the set
    for (auto* session : sessions) {
      if (sessions_.contains(session)) session->drain();
    }
  });
}

void Shard::stop_sessions() {
  asio::post(resources_.io, [this] {
    auto sessions = sessions_;
    for (auto* session : sessions) {
      if (sessions_.contains(session)) session->stop();
    }
  });
}

void Shard::stop() { resources_.io.stop(); }

}  // namespace mogate::proxy
