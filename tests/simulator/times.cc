#include "tests/simulator/times.h"

#include "tests/simulator/failure.h"

#include <array>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <random>

namespace mogate::simulator {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

class TimeParser {
 public:
  TimeParser(const std::string& text, const std::string& layout) : text_(text), layout_(layout) {}

  std::int64_t run() {
    std::tm parts{};
    parts.tm_year = number("2006", 4) - 1900;
    sign("-");
    parts.tm_mon = in_range("month", number("01", 2), 1, 12) - 1;
    sign("-");
    parts.tm_mday = in_range("day", number("02", 2), 1, 31);
    space();
    parts.tm_hour = in_range("hour", number("15", 2), 0, 23);
    sign(":");
    parts.tm_min = in_range("minute", number("04", 2), 0, 59);
    sign(":");
    parts.tm_sec = in_range("second", number("05", 2), 0, 59);
    auto nanoseconds = fraction();
    if (at_ < text_.size()) fail(": extra text: \"" + rest() + "\"");
    return static_cast<std::int64_t>(::timegm(&parts)) * kSecond + nanoseconds;
  }

 private:
  std::string rest() const { return text_.substr(at_); }
  bool digit(std::size_t at) const { return std::isdigit(static_cast<unsigned char>(text_[at])) != 0; }

  [[noreturn]] void fail(const std::string& what) const {
    throw failure(protocol::errc::unknown_error, "parsing time \"" + text_ + "\"" + what);
  }
  [[noreturn]] void cannot(const std::string& element) const {
    fail(" as \"" + layout_ + "\": cannot parse \"" + rest() + "\" as \"" + element + "\"");
  }

  int number(const std::string& element, std::size_t digits) {
    bool all = at_ + digits <= text_.size();
    for (std::size_t i = at_; all && i < at_ + digits; ++i) all = digit(i);
    if (!all) cannot(element);
    auto value = std::stoi(text_.substr(at_, digits));
    at_ += digits;
    return value;
  }

  void sign(const std::string& wanted) {
    if (text_.compare(at_, 1, wanted) != 0) cannot(wanted);
    ++at_;
  }

  // One or more, or the end of the text.
  void space() {
    if (at_ < text_.size()) sign(" ");
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  int in_range(const std::string& name, int value, int least, int most) const {
    if (value < least || value > most) fail(": " + name + " out of range");
    return value;
  }

  std::int64_t fraction() {
    if (at_ + 1 >= text_.size() || text_[at_] != '.' || !digit(at_ + 1)) return 0;
    std::int64_t value = 0, scale = kSecond;
    for (++at_; at_ < text_.size() && digit(at_); ++at_) {
      scale /= 10;
      value += (text_[at_] - '0') * scale;
    }
    return value;
  }

  const std::string& text_;
  const std::string& layout_;
  std::size_t at_ = 0;
};

}  // namespace

std::int64_t parse_time(const std::string& text, const std::string& layout) {
  return TimeParser(text, layout).run();
}

std::string seconds_text(std::int64_t nanoseconds) {
  auto seconds = static_cast<std::time_t>(nanoseconds / kSecond);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return text.data();
}

std::string nanoseconds_text(std::int64_t nanoseconds) {
  std::array<char, 16> digits{};
  std::snprintf(digits.data(), digits.size(), ".%09lld", static_cast<long long>(nanoseconds % kSecond));
  std::string fraction = digits.data();
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return seconds_text(nanoseconds) + (fraction == "." ? "" : fraction);
}

std::string new_uuid() {
  thread_local std::mt19937_64 random{std::random_device{}()};
  auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
                 std::chrono::system_clock::now().time_since_epoch())
                 .count();
  auto a = random(), b = random();
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08llx-%04llx-7%03x-a%03x-%012llx",
                static_cast<unsigned long long>(now >> 16), static_cast<unsigned long long>(now & 0xFFFF),
                static_cast<unsigned>(a & 0xFFF), static_cast<unsigned>(b >> 52),
                static_cast<unsigned long long>(b & 0xFFFFFFFFFFFF));
  return text.data();
}

}  // namespace mogate::simulator
