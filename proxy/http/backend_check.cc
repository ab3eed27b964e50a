#include "proxy/http/backend_check.h"

#include "proxy/backend/backend_link.h"
#include "proxy/net/bounded.h"

namespace mogate::proxy {
namespace {

constexpr std::chrono::seconds kFresh{1};

}  // namespace

Task<void> BackendCheck::refresh(ShardResources& resources, Readiness& readiness) {
  if (checking_ || (checked_ && Clock::now() - *checked_ < kFresh)) co_return;
  checking_ = true;
  {
    Bounded limit(readiness, shared_.config.timeouts.connect);
    BackendLink link(resources.reactor, readiness, resources.buffers);
    auto preamble = shared_.backend_preamble({});
    auto error = co_await link.connect(shared_.backend_endpoint, preamble);
    bool greeted = !error && !link.refusal;
    greeted ? shared_.backend.learn(link.greeting()) : shared_.backend.missed();
    link.leg().close();
  }
  checked_ = Clock::now();
  checking_ = false;
}

}  // namespace mogate::proxy
