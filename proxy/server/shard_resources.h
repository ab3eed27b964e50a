// What one thread's sessions share.
#pragma once

#include "proxy/net/buffer.h"
#include "proxy/net/compression_pool.h"
#include "proxy/net/watchdog.h"
#include "proxy/observe/shard_metrics.h"
#include "proxy/policy/reading_cache.h"

namespace mogate::proxy {

struct ShardResources {
  Reactor reactor;
  BufferPool buffers;
  CompressionPool compression;
  ReadingCache readings;
  Watchdog watchdog{reactor};
  ShardMetrics metrics;
};

}  // namespace mogate::proxy
