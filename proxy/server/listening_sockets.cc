#include "proxy/server/listening_sockets.h"

#include <fmt/format.h>

#include <charconv>
#include <fcntl.h>

namespace mogate::proxy {

ListeningSockets& ListeningSockets::instance() {
  static ListeningSockets sockets;
  return sockets;
}

void ListeningSockets::add(int fd, const Endpoint& asked_for) {
  std::lock_guard lock(mutex_);
  own_.push_back({fd, to_string(asked_for)});
}

void ListeningSockets::remove(int fd) {
  std::lock_guard lock(mutex_);
  std::erase_if(own_, [fd](const Socket& socket) { return socket.fd == fd; });
}

std::vector<ListeningSockets::Socket> ListeningSockets::all() const {
  std::lock_guard lock(mutex_);
  return own_;
}

std::string ListeningSockets::to_text(const std::vector<Socket>& sockets) {
  std::string out;
  for (const auto& socket : sockets)
    out += fmt::format("{}{}={}", out.empty() ? "" : "\n", socket.fd, socket.asked_for);
  return out;
}

void ListeningSockets::inherit(std::string_view text) {
  std::lock_guard lock(mutex_);
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    auto equals = line.find('=');
    int fd = -1;
    if (equals == std::string_view::npos ||
        std::from_chars(line.data(), line.data() + equals, fd).ec != std::errc{})
      continue;
    // What this process starts has no use for it.
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) left_.push_back({fd, std::string(line.substr(equals + 1))});
  }
}

std::size_t ListeningSockets::find_left(const Endpoint& to) const {
  auto wanted = to_string(to);
  for (std::size_t i = 0; i < left_.size(); ++i) {
    if (left_[i].asked_for == wanted || to_string(local_endpoint(left_[i].fd)) == wanted) return i;
  }
  return left_.size();
}

FileDescriptor ListeningSockets::take(const Endpoint& to) {
  std::lock_guard lock(mutex_);
  auto found = find_left(to);
  if (found == left_.size()) return {};
  FileDescriptor taken(left_[found].fd);
  left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(found));
  return taken;
}

bool ListeningSockets::has_left(const Endpoint& to) const {
  std::lock_guard lock(mutex_);
  return find_left(to) != left_.size();
}

void ListeningSockets::close_left() {
  std::lock_guard lock(mutex_);
  for (const auto& socket : left_) FileDescriptor(socket.fd).close();
  left_.clear();
}

}  // namespace mogate::proxy
