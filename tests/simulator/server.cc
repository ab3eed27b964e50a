#include "tests/simulator/server.h"

#include "tests/simulator/commands.h"
#include "tests/simulator/login.h"

#include <arpa/inet.h>
#include <cstdio>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace mogate::simulator {
namespace {

constexpr auto kEndLimit = std::chrono::seconds(10);

std::string peer_name(int fd) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
  char text[INET_ADDRSTRLEN];
  ::inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return std::string(text) + ":" + std::to_string(ntohs(address.sin_port));
}

// Puts a connection into the list that KILL and SHOW PROCESSLIST read, for as long as it lives.
class Registration {
 public:
  explicit Registration(Session& session) : session_(session) {
    session.entry.id = session.world.next_connection_id();
    session.entry.shown_id = session.entry.id;
    session.entry.client = &session.client;
    session.entry.host = peer_name(session.client.fd());
    std::lock_guard lock(session.world.mutex);
    session.world.connections[session.entry.id] = &session.entry;
  }
  ~Registration() {
    std::lock_guard lock(session_.world.mutex);
    session_.world.connections.erase(session_.entry.id);
  }
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;

 private:
  Session& session_;
};

}  // namespace

int listen_on_loopback(int port) {
  int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(fd, 512) != 0)
    throw std::runtime_error("cannot listen on port " + std::to_string(port));
  return fd;
}

int port_of(int listener) {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  if (::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("a socket without a name");
  return ntohs(address.sin_port);
}

Server::Server(World& world) : world_(world) {
  listener_ = listen_on_loopback(world.options.port);
  port_ = port_of(listener_);
  acceptor_ = std::thread([this] { accept_loop(); });
}

Server::~Server() { down(); }

void Server::down() {
  std::lock_guard one_at_a_time(state_mutex_);
  if (listener_ < 0) return;
  world_.down = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  listener_ = -1;
  end_connections();
}

void Server::up() {
  std::lock_guard one_at_a_time(state_mutex_);
  if (listener_ >= 0) return;
  listener_ = listen_on_loopback(port_);
  world_.down = false;
  acceptor_ = std::thread([this] { accept_loop(); });
}

bool Server::is_down() {
  std::lock_guard one_at_a_time(state_mutex_);
  return listener_ < 0;
}

void Server::end_connections() {
  auto limit = std::chrono::steady_clock::now() + kEndLimit;
  std::unique_lock lock(mutex_);
  while (active_ > 0 && std::chrono::steady_clock::now() < limit) {
    world_.end_connections();
    gone_.wait_for(lock, std::chrono::milliseconds(100));
  }
}

void Server::accept_loop() {
  for (;;) {
    int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) return;
    std::lock_guard lock(mutex_);
    ++active_;
    std::thread([this, fd] { serve(fd); }).detach();
  }
}

void Server::serve(int fd) {
  try {
    run_session(fd);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "session ended: %s\n", e.what());
  }
  std::lock_guard lock(mutex_);
  --active_;
  gone_.notify_all();
}

void Server::run_session(int fd) {
  int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  PacketStream client(fd);
  Session session(world_, client);
  Registration registration(session);
  try {
    if (login(session)) serve_commands(session);
  } catch (const Disconnected&) {
    // the usual end
  } catch (const Failure& failed) {
    std::fprintf(stderr, "session ended: %s\n", failed.error.message.c_str());
  }
}

}  // namespace mogate::simulator
