// What one thread's sessions share.
#pragma once

#include "proxy/net/buffer.h"
#include "proxy/net/watchdog.h"

#include <boost/asio/io_context.hpp>

namespace mogate::proxy {

struct ShardResources {
  boost::asio::io_context io{1};
  BufferPool buffers;
  Watchdog watchdog{io};
};

}  // namespace mogate::proxy
