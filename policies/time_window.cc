#include "policies/time_window.h"

#include "rewrite/sql/lexer.h"

#include <charconv>

namespace mogate::policies {
namespace {

constexpr std::array<std::string_view, 7> kDays{"MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"};

std::optional<int> day_of(std::string_view text) {
  for (std::size_t i = 0; i < kDays.size(); ++i)
    if (rewrite::sql::iequals(text, kDays[i])) return static_cast<int>(i);
  return std::nullopt;
}

std::optional<int> number(std::string_view text, int most) {
  int value = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool good = ec == std::errc{} && end == text.data() + text.size() && text.size() == 2 && value >= 0 &&
              value <= most;
  return good ? std::optional(value) : std::nullopt;
}

// "08:30"; "24:00" is the day's end.
std::optional<int> minute_of(std::string_view text) {
  if (text == "24:00") return 24 * 60;
  auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  auto hour = number(text.substr(0, colon), 23), minute = number(text.substr(colon + 1), 59);
  if (!hour || !minute) return std::nullopt;
  return *hour * 60 + *minute;
}

// "mon-fri" or "sun"; fri-mon goes over the week's end.
bool add_days(std::string_view text, std::array<bool, 7>& days) {
  auto dash = text.find('-');
  auto first = day_of(text.substr(0, dash));
  auto last = dash == std::string_view::npos ? first : day_of(text.substr(dash + 1));
  if (!first || !last) return false;
  for (int day = *first;; day = (day + 1) % 7) {
    days[static_cast<std::size_t>(day)] = true;
    if (day == *last) return true;
  }
}

bool read_days(std::string_view text, std::array<bool, 7>& days) {
  days = {};
  while (true) {
    auto comma = text.find(',');
    if (!add_days(text.substr(0, comma), days)) return false;
    if (comma == std::string_view::npos) return true;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<TimeWindow> TimeWindow::parse(std::string_view text) {
  TimeWindow window;
  auto space = text.find(' ');
  auto hours = text.find(':') == std::string_view::npos ? std::string_view() : text.substr(space + 1);
  auto days = hours.empty()                     ? text
              : space == std::string_view::npos ? std::string_view()
                                                : text.substr(0, space);
  if (text.empty() || (!days.empty() && !read_days(days, window.days_))) return std::nullopt;
  if (hours.empty()) return window;
  auto dash = hours.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  auto from = minute_of(hours.substr(0, dash)), to = minute_of(hours.substr(dash + 1));
  if (!from || !to || *from == *to) return std::nullopt;
  window.from_ = *from;
  window.to_ = *to;
  return window;
}

bool TimeWindow::contains(WeekMinute moment) const {
  auto on = [&](int day) { return days_[static_cast<std::size_t>((day + 7) % 7)]; };
  if (from_ < to_) return on(moment.day) && moment.minute >= from_ && moment.minute < to_;
  return (on(moment.day) && moment.minute >= from_) || (on(moment.day - 1) && moment.minute < to_);
}

}  // namespace mogate::policies
