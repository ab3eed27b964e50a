// KILL QUERY by the service credentials: the only thing that the gateway does in a client's place.
#pragma once

#include "proxy/net/readiness.h"
#include "proxy/server/shard_resources.h"
#include "proxy/server/shared.h"

#include <cstdint>

namespace mogate::proxy {

// How long a killed statement may take to say so.
inline constexpr std::chrono::seconds kKillGrace{15};
// The same once the gateway ends, for it and for each statement that undoes what it began.
inline constexpr std::chrono::seconds kLastMoments{10};

// Opens a connection of its own, kills the statement that `native_id` runs, and closes it. False if that
// could not be done within the connect deadline, or there are no service credentials.
Task<bool> kill_query(Shared& shared, ShardResources& shard, std::uint32_t native_id);

}  // namespace mogate::proxy
