// Where a stream socket listens or connects to, as the kernel's socket calls take it.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>

#include <string>
#include <variant>

namespace mogate::proxy {

using Endpoint = boost::asio::generic::stream_protocol::endpoint;

// Asks the resolver, which may block. An error names the host.
std::variant<Endpoint, std::string> resolve(const std::string& host, std::uint16_t port);

// "127.0.0.1:6001", "[::1]:6001".
std::string to_string(const Endpoint& endpoint);

// The addresses of a socket's two ends. Empty endpoints when the socket is not connected.
Endpoint local_endpoint(int fd);
Endpoint remote_endpoint(int fd);

// TCP_NODELAY, and keep-alive so that a peer whose host died is noticed some day. Accepted sockets inherit
// them from the listening one.
void set_stream_options(int fd);

}  // namespace mogate::proxy
