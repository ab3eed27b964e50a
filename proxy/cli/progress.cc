#include "proxy/cli/progress.h"

#include <fmt/format.h>

#include <cstdio>
#include <sys/ioctl.h>
#include <unistd.h>

namespace mogate::proxy {
namespace {

constexpr std::size_t kUsualWidth = 80;

std::size_t terminal_width() {
  winsize size{};
  bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : kUsualWidth;
}

}  // namespace

Progress::Progress() : terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::begin(std::string_view what, std::size_t step, std::size_t steps) {
  what_ = what;
  step_ = step;
  steps_ = steps;
  since_ = std::chrono::steady_clock::now();
}

void Progress::tick() {
  if (!terminal_) return;
  auto elapsed = std::chrono::steady_clock::now() - since_;
  auto seconds = std::chrono::duration_cast<std::chrono::seconds>(elapsed);
  // The last column stays free: some terminals wrap when it is written.
  fmt::print(stderr, "\r\033[K{}", progress_line(what_, step_, steps_, seconds, terminal_width() - 1));
  std::fflush(stderr);
  shown_ = true;
}

void Progress::clear() {
  if (shown_) fmt::print(stderr, "\r\033[K");
  shown_ = false;
}

std::string progress_line(std::string_view what, std::size_t step, std::size_t steps,
                          std::chrono::seconds elapsed, std::size_t width) {
  std::string line;
  if (steps > 1) line = fmt::format("step {} of {}, ", step, steps);
  line += fmt::format("{} s: {}", elapsed.count(), what);
  constexpr std::string_view kCut = "...";
  if (line.size() > width && width > kCut.size()) {
    std::size_t end = width - kCut.size();
    while (end != 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80)
      --end;  // not inside a character
    line.resize(end);
    line += kCut;
  }
  return line;
}

}  // namespace mogate::proxy
