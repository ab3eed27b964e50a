// mogate_bench_load: closed-loop load of a known shape, for a script that measures somebody else's CPU.
//
//   mogate_bench_load query    --connections N (--seconds S | --count N) --sql TEXT
//   mogate_bench_load connects --seconds S
//   mogate_bench_load hold     --connections N
//
// Sessions are opened first; then it prints "ready", waits for a line, runs, prints one line of JSON, waits
// for a line and ends: the caller reads the proxy's counters at the two waits.

#include "tests/bench/load/connection.h"
#include "tests/bench/load/result_scanner.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace {
using mogate::bench::Connection;
using mogate::bench::Target;
using Clock = std::chrono::steady_clock;

struct Options {
  Target target;
  std::size_t connections = 1;
  double seconds = 0;
  std::uint64_t count = 0;
  std::string sql = "select 1";
};

struct Totals {
  std::uint64_t bytes = 0;
  std::vector<float> latencies_us;
};

struct Session {
  explicit Session(const Target& target) : connection(target) {}
  Connection connection;
  mogate::bench::ResultScanner scanner;
  Clock::time_point sent;
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

void wait_for_caller() {
  std::string line;
  std::getline(std::cin, line);
}

double percentile(std::vector<float>& values, double share) {
  if (values.empty()) return 0;
  const auto at =
      values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

void print_totals(Totals& totals, double seconds) {
  std::printf("{\"queries\": %zu, \"bytes\": %llu, \"seconds\": %.6f, \"p50_us\": %.2f, \"p99_us\": %.2f}\n",
              totals.latencies_us.size(), static_cast<unsigned long long>(totals.bytes), seconds,
              percentile(totals.latencies_us, 0.5), percentile(totals.latencies_us, 0.99));
  std::fflush(stdout);
}

// Each session has one query on its way; a new one goes out when the answer is complete.
class QueryLoad {
 public:
  explicit QueryLoad(const Options& options)
      : options_(options), packet_(mogate::bench::query_packet(options.sql)), epoll_(::epoll_create1(0)) {
    for (std::size_t i = 0; i < options.connections; ++i) add_session();
  }
  ~QueryLoad() { ::close(epoll_); }

  Totals run() {
    start_ = Clock::now();
    for (auto& session : sessions_) send_next(*session);
    while (running_ > 0) wait_for_answers();
    return std::move(totals_);
  }

 private:
  void add_session() {
    sessions_.push_back(std::make_unique<Session>(options_.target));
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = sessions_.back().get();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, sessions_.back()->connection.fd(), &event);
  }

  bool finished(Clock::time_point now) const {
    if (options_.count > 0) return sent_ >= options_.count;
    return std::chrono::duration<double>(now - start_).count() >= options_.seconds;
  }

  void send_next(Session& session) {
    session.sent = Clock::now();
    if (finished(session.sent)) return;
    session.scanner.start();
    session.connection.send(packet_);
    ++sent_;
    ++running_;
  }

  void wait_for_answers() {
    epoll_event events[64];
    const int count = ::epoll_wait(epoll_, events, 64, -1);
    for (int i = 0; i < count; ++i) read_some(*static_cast<Session*>(events[i].data.ptr));
  }

  void read_some(Session& session) {
    const auto got = ::recv(session.connection.fd(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (got <= 0) throw std::runtime_error("a session was closed under load");
    totals_.bytes += static_cast<std::uint64_t>(got);
    session.scanner.feed({buffer_.data(), static_cast<std::size_t>(got)});
    if (session.scanner.failed()) throw std::runtime_error("a query failed");
    if (!session.scanner.done()) return;
    const std::chrono::duration<float, std::micro> took = Clock::now() - session.sent;
    totals_.latencies_us.push_back(took.count());
    --running_;
    send_next(session);
  }

  const Options& options_;
  std::string packet_;
  int epoll_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  Totals totals_;
  Clock::time_point start_;
  std::uint64_t sent_ = 0;
  std::size_t running_ = 0;
};

void run_query(const Options& options) {
  QueryLoad load(options);
  std::puts("ready");
  std::fflush(stdout);
  wait_for_caller();
  const auto start = Clock::now();
  auto totals = load.run();
  print_totals(totals, seconds_since(start));
  wait_for_caller();
}

void run_connects(const Options& options) {
  std::puts("ready");
  std::fflush(stdout);
  wait_for_caller();
  Totals totals;
  const auto start = Clock::now();
  while (seconds_since(start) < options.seconds) {
    const auto began = Clock::now();
    Connection(options.target).quit();
    const std::chrono::duration<float, std::micro> took = Clock::now() - began;
    totals.latencies_us.push_back(took.count());
  }
  print_totals(totals, seconds_since(start));
  wait_for_caller();
}

void run_hold(const Options& options) {
  std::vector<std::unique_ptr<Connection>> held;
  for (std::size_t i = 0; i < options.connections; ++i)
    held.push_back(std::make_unique<Connection>(options.target));
  std::puts("ready");
  std::fflush(stdout);
  wait_for_caller();
}
}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"closed-loop load for the bench"};
  Options options;
  app.add_option("--host", options.target.host);
  app.add_option("--port", options.target.port)->required();
  app.add_option("--user", options.target.user)->required();
  app.add_option("--password", options.target.password);
  app.add_option("--connections", options.connections);
  app.add_option("--seconds", options.seconds);
  app.add_option("--count", options.count);
  app.add_option("--sql", options.sql);
  app.add_subcommand("query")->fallthrough()->final_callback([&] { run_query(options); });
  app.add_subcommand("connects")->fallthrough()->final_callback([&] { run_connects(options); });
  app.add_subcommand("hold")->fallthrough()->final_callback([&] { run_hold(options); });
  app.require_subcommand(1);
  try {
    CLI11_PARSE(app, argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "mogate_bench_load: %s\n", error.what());
    return 1;
  }
  return 0;
}
