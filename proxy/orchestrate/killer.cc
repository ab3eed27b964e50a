#include "proxy/orchestrate/killer.h"

#include "protocol/auth.h"
#include "proxy/backend/backend_link.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

Task<bool> run_kill(Shared& shared, BackendLink& link, std::uint32_t native_id) {
  auto preamble = shared.backend_preamble({});
  if (co_await link.connect(shared.backend_endpoint, preamble)) co_return false;
  if (link.refusal) co_return false;
  IoError io;
  auto tls = shared.tls.current();
  const auto& service = shared.config.service;
  Prover prove = [&service](std::string_view plugin, std::string_view salt) {
    return protocol::scramble_for(plugin, service.password, salt);
  };
  auto refused = co_await link.login(service.user, prove, shared.config.backend_tls, tls->backend.get(), io);
  if (io || refused) co_return false;
  auto result = co_await link.query(fmt::format("KILL QUERY {}", native_id));
  co_return result.ok();
}

}  // namespace

Task<bool> kill_query(Shared& shared, ShardResources& shard, std::uint32_t native_id) {
  if (!shared.config.service.configured()) co_return false;
  Readiness readiness;
  Watched watched(shard.watchdog, readiness);
  readiness.set_deadline_in(shared.config.timeouts.connect);
  BackendLink link(shard.reactor, readiness, shard.buffers);
  bool killed = co_await run_kill(shared, link, native_id);
  link.leg().close();
  co_return killed;
}

}  // namespace mogate::proxy
