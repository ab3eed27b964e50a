#include "tests/bench/load/connection.h"

#include "protocol/auth.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace mogate::bench {
namespace {
// LONG_PASSWORD | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | PLUGIN_AUTH
constexpr std::uint32_t capabilities = 0x1 | 0x200 | 0x2000 | 0x8000 | 0x80000;
constexpr std::string_view native = "mysql_native_password";
constexpr unsigned char auth_switch = 0xFE;
constexpr unsigned char err = 0xFF;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

std::string little_endian(std::uint32_t value, int width) {
  std::string out;
  for (int i = 0; i < width; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
  return out;
}

std::string packet(std::string_view payload, std::uint8_t sequence) {
  return little_endian(static_cast<std::uint32_t>(payload.size()), 3) + static_cast<char>(sequence) +
         std::string(payload);
}

// The two parts of the salt in a version 10 greeting.
std::string salt_of(std::string_view greeting) {
  const auto version_end = greeting.find('\0');
  constexpr std::size_t after_first = 8 + 1 + 2 + 1 + 2 + 2 + 1 + 10;
  if (version_end == std::string_view::npos || greeting.size() < version_end + 5 + after_first + 12)
    fail("greeting is too short");
  const auto first = version_end + 1 + 4;
  return std::string(greeting.substr(first, 8)) + std::string(greeting.substr(first + after_first, 12));
}

std::string login_response(const Target& target, std::string_view salt) {
  const auto scramble = protocol::native_scramble(target.password, salt);
  std::string out = little_endian(capabilities, 4) + little_endian(1U << 24, 4);
  out += static_cast<char>(45);
  out.append(23, '\0');
  out += target.user + '\0';
  out += static_cast<char>(scramble.size());
  out += scramble;
  out += std::string(native) + '\0';
  return out;
}

// AuthSwitch request: 0xFE, plugin, NUL, salt, NUL.
std::string switched_scramble(const Target& target, std::string_view request) {
  const auto plugin_end = request.find('\0', 1);
  if (plugin_end == std::string_view::npos || request.substr(1, plugin_end - 1) != native)
    fail("the server asks for an authentication plugin that is not native");
  return protocol::native_scramble(target.password, request.substr(plugin_end + 1, 20));
}

int connect_to(const Target& target) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  if (inet_pton(AF_INET, target.host.c_str(), &address.sin_addr) != 1) fail("bad address " + target.host);
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) fail("socket");
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  fail("connect");
}
}  // namespace

std::string query_packet(std::string_view sql) { return packet('\x03' + std::string(sql), 0); }

Connection::Connection(const Target& target) : fd_(connect_to(target)) {
  try {
    log_in(target);
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

Connection::~Connection() { ::close(fd_); }

void Connection::send(std::string_view packet) const {
  while (!packet.empty()) {
    const auto sent = ::send(fd_, packet.data(), packet.size(), MSG_NOSIGNAL);
    if (sent <= 0) fail("send");
    packet.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void Connection::quit() {
  send(packet("\x01", 0));
  char byte = 0;
  while (::recv(fd_, &byte, 1, 0) > 0) {
  }
}

std::string Connection::read_exactly(std::size_t size) {
  std::string out(size, '\0');
  if (size > 0 && ::recv(fd_, out.data(), size, MSG_WAITALL) != static_cast<ssize_t>(size))
    fail("the server closed during login");
  return out;
}

std::string Connection::read_packet() {
  const auto header = read_exactly(4);
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(header[i]));
  };
  sequence_ = static_cast<std::uint8_t>(byte(3) + 1);
  return read_exactly(byte(0) | byte(1) << 8 | byte(2) << 16);
}

void Connection::log_in(const Target& target) {
  const auto greeting = read_packet();
  if (greeting.empty() || static_cast<unsigned char>(greeting[0]) == err) fail("no greeting: " + greeting);
  send(packet(login_response(target, salt_of(greeting)), sequence_));
  auto answer = read_packet();
  if (!answer.empty() && static_cast<unsigned char>(answer[0]) == auth_switch) {
    send(packet(switched_scramble(target, answer), sequence_));
    answer = read_packet();
  }
  if (answer.empty() || answer[0] != '\0') fail("login refused: " + answer);
}

}  // namespace mogate::bench
