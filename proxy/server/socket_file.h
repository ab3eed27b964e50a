// The file of a listening unix socket.
#pragma once

#include "proxy/config/config.h"
#include "proxy/net/endpoint.h"

#include <optional>
#include <string>
#include <sys/types.h>

namespace mogate::proxy {

class SocketFile {
 public:
  SocketFile() = default;
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;
  ~SocketFile() { remove(); }

  // Binds `fd` to `to`, and gives the file this mode; or says why not. A socket file that nobody listens on
  // is replaced.
  std::optional<std::string> bind(int fd, const Endpoint& to, FileMode mode);
  // The file of a socket that another process has bound to `to`: this one's from now on.
  void adopt(const Endpoint& to, FileMode mode);
  // It stays, and is another process's.
  void leave() { path_.clear(); }
  // Unless another process has put its own in the place.
  void remove();

 private:
  bool own(const Endpoint& to, FileMode mode);

  std::string path_;  // empty: none
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

}  // namespace mogate::proxy
