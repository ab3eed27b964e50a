#include "proxy/net/endpoint.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <cstddef>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

template <class Call>
Endpoint ask(int fd, Call call) {
  Endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (call(fd, endpoint.data(), &size) != 0) return {};
  endpoint.resize(size);
  return endpoint;
}

std::string unix_path(const Endpoint& endpoint) {
  const auto* address = reinterpret_cast<const sockaddr_un*>(endpoint.data());
  auto begin = offsetof(sockaddr_un, sun_path);
  if (endpoint.size() <= begin) return {};  // unnamed
  return {address->sun_path, ::strnlen(address->sun_path, endpoint.size() - begin)};
}

}  // namespace

std::variant<Endpoint, std::string> resolve(const std::string& host, std::uint16_t port) {
  namespace asio = boost::asio;
  asio::io_context io;
  asio::ip::tcp::resolver resolver(io);
  boost::system::error_code ec;
  auto found = resolver.resolve(host, std::to_string(port), ec);
  if (ec || found.empty()) return fmt::format("{}: {}", host, ec ? ec.message() : "no address");
  return Endpoint(found.begin()->endpoint());
}

Endpoint unix_endpoint(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, kMaxSocketPath);
  return {&address, offsetof(sockaddr_un, sun_path) + path.size() + 1};
}

bool is_unix(const Endpoint& endpoint) { return endpoint.data()->sa_family == AF_UNIX; }

std::string to_string(const Endpoint& endpoint) {
  char text[INET6_ADDRSTRLEN] = "";
  if (endpoint.data()->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(endpoint.data());
    ::inet_ntop(AF_INET, &v4->sin_addr, text, sizeof text);
    return fmt::format("{}:{}", text, ntohs(v4->sin_port));
  }
  if (endpoint.data()->sa_family == AF_INET6) {
    const auto* v6 = reinterpret_cast<const sockaddr_in6*>(endpoint.data());
    bool mapped = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr);
    mapped ? ::inet_ntop(AF_INET, v6->sin6_addr.s6_addr + kMappedPrefix, text, sizeof text)
           : ::inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof text);
    return fmt::format("{}{}{}:{}", mapped ? "" : "[", text, mapped ? "" : "]", ntohs(v6->sin6_port));
  }
  if (is_unix(endpoint)) return "unix:" + unix_path(endpoint);
  return {};
}

std::string peer_name(const Endpoint& peer, int fd) {
  if (!is_unix(peer)) return to_string(peer);
  ucred who{};
  socklen_t size = sizeof who;
  ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
  return fmt::format("{} pid {}", to_string(local_endpoint(fd)), who.pid);
}

Endpoint local_endpoint(int fd) { return ask(fd, ::getsockname); }
Endpoint remote_endpoint(int fd) { return ask(fd, ::getpeername); }

void set_stream_options(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

}  // namespace mogate::proxy
