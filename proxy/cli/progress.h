// One line on a terminal that says what runs and for how long. Nothing at all where stderr is no terminal.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace mogate::proxy {

class Progress {
 public:
  // For stderr as it is.
  Progress();
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // `what` has no secrets.
  void begin(std::string_view what, std::size_t step = 1, std::size_t steps = 1);
  // Writes the line anew; call it about once a second.
  void tick();
  // Takes the line away, before something else is written.
  void clear();

 private:
  bool terminal_;
  bool shown_ = false;
  std::string what_;
  std::size_t step_ = 0, steps_ = 0;
  std::chrono::steady_clock::time_point since_;
};

// "step 2 of 5, 3 s: RESTORE TABLE …", not wider than `width`. Without steps for one that is alone.
std::string progress_line(std::string_view what, std::size_t step, std::size_t steps,
                          std::chrono::seconds elapsed, std::size_t width);

}  // namespace mogate::proxy
