#include "proxy/cli/password.h"

#include "proxy/net/file_descriptor.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <signal.h>
#include <termios.h>
#include <unistd.h>

namespace mogate::proxy {
namespace {

volatile std::sig_atomic_t prompt_interrupted = 0;

extern "C" void end_prompt(int) { prompt_interrupted = 1; }

// No echo, and an interrupt that lets the echo be switched on again, while it lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(int terminal) : terminal_(terminal) {
    struct sigaction action {};
    action.sa_handler = end_prompt;
    ::sigaction(SIGINT, &action, &before_);
    ::tcgetattr(terminal_, &settings_);
    auto quiet = settings_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(terminal_, TCSAFLUSH, &quiet);
  }
  ~QuietTerminal() {
    ::tcsetattr(terminal_, TCSAFLUSH, &settings_);
    ::sigaction(SIGINT, &before_, nullptr);
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;

 private:
  int terminal_;
  termios settings_{};
  struct sigaction before_ {};
};

void say(int terminal, std::string_view text) {
  // A terminal that cannot be written to cannot be read from either.
  [[maybe_unused]] auto written = ::write(terminal, text.data(), text.size());
}

std::string read_line(int terminal) {
  std::string line;
  char c = 0;
  while (!prompt_interrupted && ::read(terminal, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

std::variant<Secret, Trouble> ask(const PasswordSource& source) {
  FileDescriptor terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (terminal.get() < 0)
    return usage_trouble("no password: there is no terminal to ask on; give " + source.how);
  QuietTerminal quiet(terminal.get());  // before the prompt: it takes away what was typed until then
  say(terminal.get(), source.prompt);
  std::string line = read_line(terminal.get());
  say(terminal.get(), "\n");
  if (prompt_interrupted) return Trouble{ExitCode::interrupted, {0, "interrupted", {}}};
  return take_secret(line);
}

std::variant<Secret, Trouble> from_file(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!in || !std::getline(in, line))
    return usage_trouble("cannot read a password from " + path + ": " +
                         (errno == 0 ? "it is empty" : std::strerror(errno)));
  if (line.ends_with('\r')) line.pop_back();
  return take_secret(line);
}

}  // namespace

std::variant<Secret, Trouble> read_password(PasswordSource& source) {
  bool asked = source.argument && source.argument->empty();
  if (source.argument && !asked) return take_secret(*source.argument);
  if (!source.file.empty()) return from_file(source.file);
  const char* value = *source.environment == '\0' ? nullptr : std::getenv(source.environment);
  if (value && !asked) return Secret(std::string_view(value));
  return ask(source);
}

}  // namespace mogate::proxy
