#include "proxy/server/takeover.h"

#include "proxy/server/listening_sockets.h"

#include <fmt/format.h>

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <unistd.h>

namespace mogate::proxy {
namespace {

constexpr int kPatienceMs = 30'000;

}  // namespace

std::optional<Takeover> Takeover::find() {
  const char* given = std::getenv(kVariable);
  if (!given) return std::nullopt;
  std::istringstream text(given);
  ::unsetenv(kVariable);
  int control = -1;
  Takeover out;
  text >> control >> out.first_id_;
  text.ignore();
  // A descriptor of the environment that is none was not given by an old process.
  if (!text || ::fcntl(control, F_SETFD, FD_CLOEXEC) != 0) return std::nullopt;
  out.control_ = FileDescriptor(control);
  std::string sockets(std::istreambuf_iterator<char>(text), {});
  ListeningSockets::instance().inherit(sockets);
  if (::fork() > 0) ::_exit(0);
  return out;
}

bool Takeover::take_place() {
  auto ready = fmt::format("{}{}", kReady, ::getpid());
  if (::send(control_.get(), ready.data(), ready.size(), MSG_NOSIGNAL) < 0) return false;
  pollfd answer{control_.get(), POLLIN, 0};
  char said = 0;
  return ::poll(&answer, 1, kPatienceMs) == 1 && ::recv(control_.get(), &said, 1, 0) == 1 && said == kGo;
}

}  // namespace mogate::proxy
