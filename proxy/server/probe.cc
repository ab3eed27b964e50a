#include "proxy/server/probe.h"

#include "proxy/backend/backend_link.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{10000};

Awaitable<bool> ask_once(Shared& shared, ShardResources& shard) {
  Readiness readiness;
  Watched watched(shard.watchdog, readiness);
  readiness.set_deadline_in(shared.config.timeouts.connect);
  BackendLink link(shard.io, readiness, shard.buffers);
  auto error = co_await link.connect(shared.backend_endpoint);
  bool greeted = !error && !link.refusal;
  if (greeted) shared.backend.learn(link.greeting());
  link.leg().close();
  co_await readiness.drained();
  co_return greeted;
}

}  // namespace

Awaitable<void> learn_backend(Shared& shared, ShardResources& shard) {
  asio::steady_timer timer(shard.io);
  auto pause = kFirstPause;
  while (!shared.backend.greeting() && !shared.draining) {
    if (co_await ask_once(shared, shard)) break;
    spdlog::warn("backend {} does not answer", to_string(shared.config.backend.address));
    timer.expires_after(pause);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    pause = std::min(pause * 2, kLongestPause);
  }
  if (auto greeting = shared.backend.greeting()) spdlog::info("backend is {}", greeting->server_version);
}

}  // namespace mogate::proxy
