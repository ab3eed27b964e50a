#include "proxy/server/restart.h"

#include "proxy/server/listening_sockets.h"
#include "proxy/server/takeover.h"

#include <boost/asio/buffer.hpp>
#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mogate::proxy {
namespace {

// Loading a configuration asks the resolver.
constexpr std::chrono::seconds kPatience{60};

std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> out;
  for (auto& word : words) out.push_back(word.data());
  out.push_back(nullptr);
  return out;
}

std::vector<std::string> environment_with(const std::string& one) {
  std::vector<std::string> out{one};
  for (char** entry = environ; *entry; ++entry) out.emplace_back(*entry);
  return out;
}

}  // namespace

CommandLine CommandLine::of_this_process(int argc, char** argv) {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  return {error ? argv[0] : path.string(), std::vector<std::string>(argv, argv + argc)};
}

Restart::Restart(boost::asio::io_context& io, const CommandLine& command, Leave leave, Fail fail)
    : command_(command), leave_(std::move(leave)), fail_(std::move(fail)), control_(io), patience_(io) {}

void Restart::begin(std::uint32_t first_id) {
  if (under_way()) return;
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return fail_(std::strerror(errno));
  control_.assign(ends[0]);
  FileDescriptor other(ends[1]);
  pid_t child = 0;
  auto error = spawn(first_id, other.get(), child);
  if (!error.empty()) return fail(error);
  listen_to(child);
}

std::string Restart::spawn(std::uint32_t first_id, int control, pid_t& child) const {
  auto sockets = ListeningSockets::instance().all();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  // A descriptor that is duplicated onto itself stays open over the exec
  // (posix_spawn_file_actions_adddup2(3)).
  ::posix_spawn_file_actions_adddup2(&actions, control, control);
  for (const auto& socket : sockets) ::posix_spawn_file_actions_adddup2(&actions, socket.fd, socket.fd);
  auto arguments = command_.arguments;
  auto environment = environment_with(fmt::format("{}={} {}\n{}", Takeover::kVariable, control, first_id,
                                                  ListeningSockets::to_text(sockets)));
  int failed = ::posix_spawn(&child, command_.program.c_str(), &actions, nullptr, pointers(arguments).data(),
                             pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  return failed == 0 ? "" : fmt::format("{}: {}", command_.program, std::strerror(failed));
}

void Restart::listen_to(pid_t child) {
  // It forks and ends at once (Takeover::find()).
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  control_.async_read_some(boost::asio::buffer(said_), [this](const auto& error, std::size_t bytes) {
    if (error != boost::asio::error::operation_aborted) hear(error ? 0 : bytes);
  });
  patience_.expires_after(kPatience);
  patience_.async_wait([this](const auto& error) {
    if (!error) fail("the new process was not ready in time");
  });
}

void Restart::hear(std::size_t bytes) {
  if (!under_way()) return;  // too late
  pid_t pid = 0;
  bool ready = bytes > 1 && said_[0] == Takeover::kReady &&
               std::from_chars(said_.data() + 1, said_.data() + bytes, pid).ec == std::errc{};
  if (!ready) return fail("the new process ended before it was ready");
  patience_.cancel();
  leave_(pid);
  [[maybe_unused]] auto sent = ::send(control_.native_handle(), &Takeover::kGo, 1, MSG_NOSIGNAL);
  control_.close();
}

void Restart::fail(const std::string& why) {
  patience_.cancel();
  control_.close();
  fail_(why);
}

}  // namespace mogate::proxy
