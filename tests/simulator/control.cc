#include "tests/simulator/control.h"

#include "tests/simulator/switches.h"

#include <map>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace mogate::simulator {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> out(1);
  for (char c : line) {
    if (c == '\t')
      out.emplace_back();
    else
      out.back() += c;
  }
  return out;
}

Switch to_switch(const std::vector<std::string>& words) {
  std::map<std::string, std::string> values;
  for (std::size_t i = 1; i < words.size(); ++i) {
    auto sign = words[i].find('=');
    if (sign == std::string::npos) throw std::runtime_error("no value: " + words[i]);
    values[words[i].substr(0, sign)] = words[i].substr(sign + 1);
  }
  auto number = [&](const char* name, std::uint64_t otherwise) {
    return values.contains(name) ? std::stoull(values[name]) : otherwise;
  };
  Switch out;
  out.point = lower(values["point"]);
  out.contains = values["contains"];
  out.after = number("after", 0) != 0;
  out.action = values["action"];
  out.code = static_cast<std::uint16_t>(number("code", protocol::errc::mo_internal));
  out.message = values["message"];
  out.milliseconds = static_cast<int>(number("ms", 0));
  out.skip = number("skip", 0);
  out.times = number("times", 1);
  return out;
}

std::string report(Switches& switches) {
  std::string out = "ok";
  for (const auto& r : switches.reports())
    out += "\t" + std::to_string(r.id) + ":" + std::to_string(r.hits) + ":" + std::to_string(r.acted) + ":" +
           std::to_string(r.stalled);
  return out;
}

// Up to a line's end; false when the peer is gone.
bool read_line(int fd, std::string& line) {
  line.clear();
  for (char c = 0; ::recv(fd, &c, 1, 0) == 1;) {
    if (c == '\n') return true;
    line += c;
  }
  return false;
}

}  // namespace

Control::Control(World& world, Server& server)
    : world_(world), server_(server), listener_(listen_on_loopback(0)), port_(port_of(listener_)) {
  world.switches.go_down = [this] {
    std::lock_guard lock(mutex_);
    down_wanted_ = true;
    wanted_.notify_all();
  };
  acceptor_ = std::thread([this] { accept_loop(); });
  downer_ = std::thread([this] { down_loop(); });
}

Control::~Control() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
    wanted_.notify_all();
  }
  world_.switches.remove(0);
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  downer_.join();
  ::close(listener_);
}

// One test at a time.
void Control::accept_loop() {
  for (;;) {
    int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) return;
    serve(fd);
    ::close(fd);
  }
}

// A connection carries one command, so that none is in another's way.
void Control::serve(int fd) {
  std::string line, text;
  if (!read_line(fd, line)) return;
  try {
    text = answer(line);
  } catch (const std::exception& e) {
    text = std::string("error\t") + e.what();
  }
  text += '\n';
  ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
}

std::string Control::answer(const std::string& line) {
  auto words = words_of(line);
  const auto& verb = words[0];
  if (verb == "set") return "ok\t" + std::to_string(world_.switches.add(to_switch(words)));
  if (verb == "remove") world_.switches.remove(std::stoull(words.at(1)));
  if (verb == "release") world_.switches.release();
  if (verb == "down") server_.down();
  if (verb == "up") server_.up();
  if (verb == "state") return server_.is_down() ? "ok\tdown" : "ok\tup";
  if (verb == "report") return report(world_.switches);
  bool known = verb == "remove" || verb == "release" || verb == "down" || verb == "up";
  return known ? "ok" : throw std::runtime_error("no such command: " + verb);
}

// A session that asks for it is itself one that has to end.
void Control::down_loop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [&] { return down_wanted_ || ending_; });
    if (ending_) return;
    down_wanted_ = false;
    lock.unlock();
    server_.down();
    lock.lock();
  }
}

}  // namespace mogate::simulator
