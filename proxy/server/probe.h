// Learns the backend's greeting before the first client needs it.
#pragma once

#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"

namespace mogate::proxy {

// Connects, with back-off, until the backend has greeted once. Every login refreshes what is known
// afterwards.
Awaitable<void> learn_backend(Shared& shared, ShardResources& shard);

}  // namespace mogate::proxy
