// Where a stream socket listens or connects to, as the kernel's socket calls take it.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include <string>
#include <sys/un.h>
#include <variant>

namespace mogate::proxy {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

// Asks the resolver, which may block. An error names the host.
std::variant<Endpoint, std::string> resolve(const std::string& host, std::uint16_t port);

// A unix socket's path is at most this long, in bytes (unix(7)).
inline constexpr std::size_t kMaxSocketPath = sizeof(sockaddr_un::sun_path) - 1;
// `path` is not longer than that.
Endpoint unix_endpoint(const std::string& path);
bool is_unix(const Endpoint& endpoint);
// Bytes before the IPv4 address in an IPv6 one that stands for it.
inline constexpr std::size_t kMappedPrefix = 12;

// "127.0.0.1:6001", "[::1]:6001", "unix:/run/mogate.sock"; an IPv4 address that an IPv6 socket shows is shown
// as IPv4.
std::string to_string(const Endpoint& endpoint);
// Who `peer`, at the other end of the accepted socket `fd`, is. A unix socket's client has no address: it is
// shown with its process, as "unix:/run/mogate.sock pid 17".
std::string peer_name(const Endpoint& peer, int fd);

// The addresses of a socket's two ends. Empty endpoints when the socket is not connected.
Endpoint local_endpoint(int fd);
Endpoint remote_endpoint(int fd);

// TCP_NODELAY, and keep-alive so that a peer whose host died is noticed some day. Accepted sockets inherit
// them from the listening one.
void set_stream_options(int fd);

}  // namespace mogate::proxy
