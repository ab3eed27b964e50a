#include "tests/simulator/switches.h"

#include "tests/simulator/packet_stream.h"
#include "tests/simulator/world.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <stdexcept>

namespace mogate::simulator {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kKeyTokens = 8;
constexpr auto kKillPoll = std::chrono::milliseconds(50);  // how soon a stalled statement notices KILL
constexpr int kExitStatus = 137;                           // as a shell shows SIGKILL

// The statement's first words, by which points name it.
std::string key_of(const Statement& statement) {
  std::string out;
  for (std::size_t i = 0; i < std::min(kKeyTokens, statement.tokens.size()); ++i) {
    const auto& token = statement.tokens[i];
    if (token.kind == TokenKind::word) out += (out.empty() ? "" : " ") + lower(token.text);
  }
  return out;
}

bool names(const std::string& point, const std::string& key) {
  return key == point || key.starts_with(point + " ");
}

}  // namespace

std::uint64_t Switches::add(Switch wanted) {
  const auto& a = wanted.action;
  bool known = a == "fail" || a == "stall" || a == "cut" || a == "down" || a == "exit";
  if (!known || wanted.point.empty()) throw std::runtime_error("no such switch");
  std::lock_guard lock(mutex_);
  State state;
  static_cast<Switch&>(state) = std::move(wanted);
  state.id = ++last_id_;
  states_.push_back(std::move(state));
  any_ = true;
  return last_id_;
}

void Switches::remove(std::uint64_t id) {
  std::lock_guard lock(mutex_);
  std::erase_if(states_, [&](const State& s) { return id == 0 || s.id == id; });
  any_ = !states_.empty();
  changed_.notify_all();
}

void Switches::release() {
  std::lock_guard lock(mutex_);
  ++releases_;
  changed_.notify_all();
}

std::vector<Switches::Report> Switches::reports() {
  std::lock_guard lock(mutex_);
  std::vector<Report> out;
  for (const auto& s : states_) out.push_back({s.id, s.hits, s.acted, s.stalled});
  return out;
}

void Switches::at(const ConnectionEntry& connection, std::string_view point) {
  if (any_) act(connection, std::string(point), connection.info, false);
}

void Switches::at_statement(const ConnectionEntry& connection, const Statement& statement, bool after) {
  if (any_) act(connection, key_of(statement), statement.text, after);
}

Switches::State* Switches::find(std::uint64_t id) {
  auto found = std::find_if(states_.begin(), states_.end(), [&](const State& s) { return s.id == id; });
  return found == states_.end() ? nullptr : &*found;
}

void Switches::act(const ConnectionEntry& connection, const std::string& key, std::string_view text,
                   bool after) {
  std::optional<State> acting;
  {
    std::lock_guard lock(mutex_);
    for (auto& s : states_) {
      bool here = s.after == after && names(s.point, key) && text.find(s.contains) != std::string_view::npos;
      if (!here || ++s.hits <= s.skip || (s.times != 0 && s.acted == s.times)) continue;
      ++s.acted;
      if (!acting) acting = s;
    }
  }
  if (!acting) return;
  if (acting->action == "exit") std::_Exit(kExitStatus);
  if (acting->action == "down") go_down();
  if (acting->action == "down" || acting->action == "cut") throw Disconnected{};
  if (acting->action == "fail") throw failure(acting->code, acting->message);
  stall(connection, acting->id, acting->milliseconds);
}

void Switches::stall(const ConnectionEntry& connection, std::uint64_t id, int milliseconds) {
  auto limit = Clock::now() + std::chrono::milliseconds(milliseconds);
  std::unique_lock lock(mutex_);
  if (auto* s = find(id)) ++s->stalled;
  auto released = releases_;
  auto over = [&] {
    bool ended = connection.killed || connection.query_killed || (milliseconds != 0 && Clock::now() >= limit);
    return ended || releases_ != released || find(id) == nullptr;
  };
  while (!over()) changed_.wait_for(lock, kKillPoll);
  if (auto* s = find(id)) --s->stalled;
  if (connection.query_killed || connection.killed)
    throw failure(protocol::errc::unknown_error, "context canceled");
}

}  // namespace mogate::simulator
