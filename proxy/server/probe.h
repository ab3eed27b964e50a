// Learns the backend's greeting before the first client needs it.
#pragma once

#include "proxy/net/readiness.h"
#include "proxy/net/task.h"
#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"

namespace mogate::proxy {

// Shared::probing is set before and cleared at the end; `stop` raised on `readiness` ends it while draining.
// Connects, with back-off, until the backend has greeted once. Only on the shard's own thread. Every login
// refreshes what is known afterwards.
Detached learn_backend(Shared& shared, ShardResources& shard, Readiness& readiness);

}  // namespace mogate::proxy
