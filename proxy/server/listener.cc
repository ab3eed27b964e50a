#include "proxy/server/listener.h"

#include "proxy/server/listening_sockets.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

constexpr int kBacklog = 1024;

bool bind_shared(int fd, const Endpoint& to) {
  const int on = 1, off = 0;
  // The system's default for IPv6 sockets may be either; it fails on others.
  ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  return ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
         ::bind(fd, to.data(), static_cast<socklen_t>(to.size())) == 0;
}

}  // namespace

std::optional<std::string> Listener::make_socket(const Endpoint& to, FileMode socket_mode) {
  socket_ = FileDescriptor(::socket(to.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_) return std::strerror(errno);
  if (is_unix(to)) {
    if (auto error = file_.bind(socket_.get(), to, socket_mode)) return error;
  } else if (!bind_shared(socket_.get(), to)) {
    return std::strerror(errno);
  }
  if (::listen(socket_.get(), kBacklog) != 0) return std::strerror(errno);
  set_stream_options(socket_.get());
  return std::nullopt;
}

std::optional<std::string> Listener::open(Endpoint& to, FileMode socket_mode) {
  auto& sockets = ListeningSockets::instance();
  socket_ = sockets.take(to);
  if (!socket_) {
    if (auto error = make_socket(to, socket_mode)) return error;
  } else if (is_unix(to)) {
    file_to_adopt_ = socket_mode;
  }
  sockets.add(socket_.get(), to);
  to = local_endpoint(socket_.get());
  return std::nullopt;
}

void Listener::start() {
  if (file_to_adopt_) file_.adopt(local_endpoint(socket_.get()), *file_to_adopt_);
  reactor_.add(socket_.get(), *this);
}

void Listener::accept_waiting() {
  while (socket_) {
    FileDescriptor client(::accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (client) {
      starved_ = false;
      welcome_(std::move(client));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    bool nobody = errno == EAGAIN || errno == EWOULDBLOCK;
    if (!nobody && !starved_) spdlog::warn("accept: {}", std::strerror(errno));
    starved_ = !nobody;
    return;
  }
}

void Listener::close() {
  file_.remove();
  leave();
}

void Listener::leave() {
  file_.leave();
  if (!socket_) return;
  ListeningSockets::instance().remove(socket_.get());
  reactor_.remove(socket_.get(), *this);
  socket_.close();
}

}  // namespace mogate::proxy
