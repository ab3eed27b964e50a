#include "proxy/server/probe.h"

#include "proxy/backend/backend_link.h"

#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

constexpr std::chrono::milliseconds kFirstPause{250};
constexpr std::chrono::milliseconds kLongestPause{10000};

Task<bool> ask_once(Shared& shared, ShardResources& shard, Readiness& readiness) {
  readiness.set_deadline_in(shared.config.timeouts.connect);
  BackendLink link(shard.reactor, readiness, shard.buffers);
  auto preamble = shared.backend_preamble({});
  auto error = co_await link.connect(shared.backend_endpoint, preamble);
  bool greeted = !error && !link.refusal;
  greeted ? shared.backend.learn(link.greeting()) : shared.backend.missed();
  link.leg().close();
  co_return greeted;
}

}  // namespace

Detached learn_backend(Shared& shared, ShardResources& shard, Readiness& readiness) {
  Watched watched(shard.watchdog, readiness);
  auto pause = kFirstPause;
  while (!shared.backend.greeting() && !shared.draining) {
    if (co_await ask_once(shared, shard, readiness) || shared.draining) break;
    spdlog::warn("backend {} does not answer", to_string(shared.config.backend.address));
    readiness.set_deadline_in(pause);
    co_await readiness.wait(event::expired);
    pause = std::min(pause * 2, kLongestPause);
  }
  if (auto greeting = shared.backend.greeting()) spdlog::info("backend is {}", greeting->server_version);
  shared.probing = false;
}

}  // namespace mogate::proxy
