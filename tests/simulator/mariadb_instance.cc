#include "tests/simulator/mariadb_instance.h"

#include "proxy/net/file_descriptor.h"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <poll.h>
#include <pwd.h>
#include <stdexcept>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mogate::simulator {
namespace {

namespace fs = std::filesystem;
using proxy::FileDescriptor;
using Clock = std::chrono::steady_clock;

constexpr auto kStartLimit = std::chrono::seconds(60);
constexpr std::size_t kLongestSocketPath = 100;

const std::string& user_name() {
  static const std::string name = [] {  // getpwuid is not for threads
    const auto* entry = ::getpwuid(::geteuid());
    return std::string(entry ? entry->pw_name : "root");
  }();
  return name;
}

// Small files and buffers: an instance takes about 40 MB and starts in a tenth of a second.
std::vector<std::string> small_settings() {
  return {"--user=" + user_name(),
          "--innodb-log-file-size=4M",
          "--innodb-buffer-pool-size=8M",
          "--innodb-data-file-path=ibdata1:10M:autoextend",
          "--innodb-temp-data-file-path=ibtmp1:12M:autoextend",
          "--innodb-undo-tablespaces=0",
          "--aria-log-file-size=8M",
          "--aria-pagecache-buffer-size=1M",
          "--key-buffer-size=1M"};
}

// In the instance's directory, unless that is too deep for the address of a socket.
std::string socket_for(const fs::path& dir) {
  static std::atomic<int> count{0};
  auto path = (dir / "sock").string();
  if (path.size() < kLongestSocketPath) return path;
  return "/tmp/mogate-simulator-" + std::to_string(::getpid()) + "-" + std::to_string(++count) + ".sock";
}

std::string find_program(const std::vector<std::string>& candidates) {
  for (const auto& path : candidates) {
    if (::access(path.c_str(), X_OK) == 0) return path;
  }
  throw std::runtime_error("not installed: " + candidates.front());
}

pid_t fork_and_exec(const std::vector<std::string>& arguments, const fs::path& log) {
  std::vector<char*> argv;
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  auto log_path = log.string();
  pid_t pid = ::fork();
  if (pid != 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  int out = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  ::dup2(::open("/dev/null", O_RDONLY), 0);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::close_range(3, ~0U, 0);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

// pidfd_open(2); Debian 12's <sys/pidfd.h> declares it without C linkage.
int pidfd_of(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

// Until there is more in the log; false when the process has ended or the time is over.
bool wait_for_more(const FileDescriptor& growth, const FileDescriptor& end, Clock::time_point limit) {
  pollfd either[] = {{growth.get(), POLLIN, 0}, {end.get(), POLLIN, 0}};
  auto left = std::chrono::ceil<std::chrono::milliseconds>(limit - Clock::now()).count();
  if (left <= 0 || (::poll(either, std::size(either), static_cast<int>(left)) < 0 && errno != EINTR))
    return false;
  char events[4096];
  while (::read(growth.get(), events, sizeof events) > 0) continue;
  return either[1].revents == 0;
}

}  // namespace

Spawner::Spawner() : thread_([this] { run(); }) {}

Spawner::~Spawner() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Spawner::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (jobs_.empty()) return;
    auto job = std::move(jobs_.front());
    jobs_.pop_front();
    job();
  }
}

pid_t Spawner::spawn(std::vector<std::string> arguments, const fs::path& log) {
  std::promise<pid_t> promise;
  auto pid = promise.get_future();
  {
    std::lock_guard lock(mutex_);
    jobs_.push_back([&] { promise.set_value(fork_and_exec(arguments, log)); });
  }
  wake_.notify_one();
  return pid.get();
}

static std::string text_of(const fs::path& log) {
  std::ifstream in(log);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The end of what a program wrote: its directory is often gone when somebody reads the error.
static std::string tail_of(const fs::path& log) {
  auto text = text_of(log);
  return text.substr(text.size() - std::min<std::size_t>(text.size(), 2000));
}

void MariadbInstance::make_template(Spawner& spawner, const fs::path& dir) {
  fs::create_directories(dir);
  std::vector<std::string> arguments = {
      find_program({"/usr/bin/mariadb-install-db", "/usr/local/bin/mariadb-install-db"}), "--no-defaults",
      "--datadir=" + (dir / "data").string(),
      // A MariaDB that starts removes temporary tables in its directory, those of others too.
      "--tmpdir=" + dir.string(), "--auth-root-authentication-method=normal", "--skip-test-db"};
  for (auto& setting : small_settings()) arguments.push_back(setting);
  auto pid = spawner.spawn(std::move(arguments), dir / "install.log");
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid || status != 0)
    throw std::runtime_error("mariadb-install-db failed (" + std::to_string(status) +
                             "): " + tail_of(dir / "install.log"));
}

MariadbInstance::MariadbInstance(Spawner& spawner, const fs::path& template_dir, fs::path dir,
                                 const std::string& server_version)
    : dir_(std::move(dir)), socket_(socket_for(dir_)) {
  fs::create_directories(dir_);
  fs::copy(template_dir / "data", dir_ / "data", fs::copy_options::recursive);
  std::vector<std::string> arguments = {find_program({"/usr/sbin/mariadbd", "/usr/libexec/mariadbd"}),
                                        "--no-defaults",
                                        "--datadir=" + (dir_ / "data").string(),
                                        "--tmpdir=" + dir_.string(),
                                        "--socket=" + socket_,
                                        "--pid-file=" + (dir_ / "pid").string(),
                                        "--version=" + server_version,
                                        "--skip-grant-tables",
                                        "--skip-networking",
                                        "--skip-log-bin",
                                        "--performance-schema=off",
                                        "--innodb-flush-log-at-trx-commit=0",
                                        "--innodb-doublewrite=0",
                                        "--innodb-flush-method=nosync",
                                        "--sync-frm=0",
                                        "--lower-case-table-names=1",
                                        "--character-set-server=utf8mb4",
                                        "--collation-server=utf8mb4_bin",
                                        "--transaction-isolation=READ-COMMITTED",
                                        "--max-allowed-packet=64M",
                                        "--lock-wait-timeout=86400",
                                        "--innodb-lock-wait-timeout=120",
                                        "--local-infile=1",
                                        "--max-connections=400"};
  for (auto& setting : small_settings()) arguments.push_back(setting);
  pid_ = spawner.spawn(std::move(arguments), dir_ / "log");
  wait_until_ready();
}

// Until its log says that it accepts connections.
void MariadbInstance::wait_until_ready() {
  const auto log = dir_ / "log";
  std::ofstream(log, std::ios::app).close();  // the server may not have made it yet
  FileDescriptor growth(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)), end(pidfd_of(pid_));
  bool good = end && ::inotify_add_watch(growth.get(), log.c_str(), IN_MODIFY) >= 0;
  const auto limit = Clock::now() + kStartLimit;
  while (good && text_of(log).find("ready for connections") == std::string::npos)
    good = wait_for_more(growth, end, limit);
  if (good) return;
  kill_and_wait();
  throw std::runtime_error("mariadbd did not start: " + tail_of(log));
}

void MariadbInstance::kill_and_wait() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

MariadbInstance::~MariadbInstance() {
  kill_and_wait();  // its data goes with it: no need to let it save anything
  std::error_code ignored;
  fs::remove(socket_, ignored);
  fs::remove_all(dir_, ignored);
}

}  // namespace mogate::simulator
