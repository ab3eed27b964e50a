// What the rules say of a statement of a session at a moment.
#pragma once

#include "policies/reading.h"
#include "policies/time_window.h"
#include "protocol/error.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mogate::policies {

struct Moment {
  WeekMinute now;
  bool in_transaction = false;
  bool prepared = false;  // it was prepared before: a rewrite would come too late
};

// One of several limits: the smallest, and whose it is.
struct Bound {
  std::uint64_t value = 0;  // 0: none
  std::uint16_t rule = 0;

  void add(std::uint64_t limit, std::uint16_t index) {
    if (limit != 0 && (value == 0 || limit < value)) value = limit, rule = index;
  }
  void add(const Bound& other) { add(other.value, other.rule); }
};

struct Verdict {
  std::optional<protocol::SqlError> refusal;
  std::string refused_by;  // the rule; empty: the session is restricted, and no rule allows it
  std::optional<std::string> rewritten;
  RuleIndices hits;  // all that matched, dry runs too
  RuleIndices throttles, snapshots, masks;
  Bound timeout;  // milliseconds
  Bound max_rows, max_bytes;
  std::string route_group, route_label;
  bool audit = false, log = false;
};

// `mode` is how the session reads strings.
Verdict decide(const RuleSet& rules, const SessionRules& session, const Part& part,
               rewrite::sql::SqlMode mode, const Moment& moment);

}  // namespace mogate::policies
