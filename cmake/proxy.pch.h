// What nearly every file of proxy/ includes and takes longest to read.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>
