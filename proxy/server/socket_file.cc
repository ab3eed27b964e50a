#include "proxy/server/socket_file.h"

#include "proxy/net/file_descriptor.h"

#include <cerrno>
#include <cstring>
#include <sys/socket.h>
#include <sys/stat.h>

namespace mogate::proxy {
namespace {

bool try_bind(int fd, const Endpoint& to) {
  return ::bind(fd, to.data(), static_cast<socklen_t>(to.size())) == 0;
}

const char* path_of(const Endpoint& endpoint) {
  return reinterpret_cast<const sockaddr_un*>(endpoint.data())->sun_path;
}

// A socket whose process is gone refuses connections; one whose process is busy does not.
bool is_abandoned(const Endpoint& to) {
  struct stat found {};
  if (::lstat(path_of(to), &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  return ::connect(probe.get(), to.data(), static_cast<socklen_t>(to.size())) != 0 && errno == ECONNREFUSED;
}

}  // namespace

std::optional<std::string> SocketFile::bind(int fd, const Endpoint& to, FileMode mode) {
  bool bound = try_bind(fd, to);
  if (!bound && errno == EADDRINUSE && is_abandoned(to)) {
    ::unlink(path_of(to));
    bound = try_bind(fd, to);
  }
  if (!bound) return std::strerror(errno);
  // Nobody can connect before listen(), so that the mode is never wider than asked for.
  if (!own(to, mode)) return std::strerror(errno);
  return std::nullopt;
}

bool SocketFile::own(const Endpoint& to, FileMode mode) {
  path_ = path_of(to);
  struct stat made {};
  if (::chmod(path_.c_str(), mode.bits) != 0 || ::lstat(path_.c_str(), &made) != 0) return false;
  device_ = made.st_dev;
  inode_ = made.st_ino;
  return true;
}

void SocketFile::adopt(const Endpoint& to, FileMode mode) {
  if (!own(to, mode)) path_.clear();  // somebody has removed it
}

void SocketFile::remove() {
  struct stat found {};
  bool ours = !path_.empty() && ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ &&
              found.st_ino == inode_;
  if (ours) ::unlink(path_.c_str());
  path_.clear();
}

}  // namespace mogate::proxy
