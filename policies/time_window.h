// When a rule holds: "mon-fri 08:00-18:00", "sat,sun", "22:00-06:00".
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace mogate::policies {

// A moment of the week, in the time zone of the rules.
struct WeekMinute {
  int day = 0;     // 0 is Monday
  int minute = 0;  // of the day
};

class TimeWindow {
 public:
  // Days, hours, or both. Hours that end before they begin reach into the next day.
  static std::optional<TimeWindow> parse(std::string_view text);
  bool contains(WeekMinute moment) const;

 private:
  std::array<bool, 7> days_{true, true, true, true, true, true, true};
  int from_ = 0;
  int to_ = 24 * 60;  // not part of it
};

}  // namespace mogate::policies
