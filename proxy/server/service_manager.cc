#include "proxy/server/service_manager.h"

#include "proxy/net/file_descriptor.h"

#include <fmt/format.h>

#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <sys/socket.h>
#include <sys/un.h>

namespace mogate::proxy {

void tell_service_manager(std::string_view state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  std::string_view path = name ? name : "";
  sockaddr_un to{};
  if (path.empty() || path.size() >= sizeof to.sun_path) return;
  to.sun_family = AF_UNIX;
  path.copy(to.sun_path, path.size());
  // An abstract socket's name begins with a zero and is as long as the address says.
  bool abstract = path.front() == '@';
  if (abstract) to.sun_path[0] = '\0';
  auto size = offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1);
  FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  [[maybe_unused]] auto sent = ::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL,
                                        reinterpret_cast<const sockaddr*>(&to), static_cast<socklen_t>(size));
}

std::string reloading_state() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return fmt::format("RELOADING=1\nMONOTONIC_USEC={}", now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace mogate::proxy
