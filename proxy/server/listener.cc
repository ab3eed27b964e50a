#include "proxy/server/listener.h"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace mogate::proxy {
namespace {

constexpr int kBacklog = 1024;

bool bind_shared(int fd, const Endpoint& to) {
  const int on = 1;
  return ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
         ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0 &&
         ::bind(fd, to.data(), static_cast<socklen_t>(to.size())) == 0 && ::listen(fd, kBacklog) == 0;
}

}  // namespace

std::optional<std::string> Listener::open(Endpoint& to) {
  socket_ = FileDescriptor(::socket(to.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_ || !bind_shared(socket_.get(), to)) return std::strerror(errno);
  set_stream_options(socket_.get());
  to = local_endpoint(socket_.get());
  return std::nullopt;
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
  reactor_.forget(*this);
  socket_.close();
}

}  // namespace mogate::proxy
