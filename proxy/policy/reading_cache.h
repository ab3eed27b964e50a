// The readings of texts that a thread's sessions sent lately: most applications send the same ones all the
// time.
#pragma once

#include "policies/reading.h"
#include "proxy/policy/policies.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::proxy {

class ReadingCache {
 public:
  // `rules` in the version `generation`. What was read under others is read anew.
  std::shared_ptr<const policies::Reading> read(const policies::RuleSet& rules, std::uint64_t generation,
                                                std::string_view text, rewrite::sql::SqlMode mode,
                                                std::string_view database);

 private:
  static constexpr std::size_t kSlots = 1024;
  static constexpr std::size_t kLongest = 1024;  // longer texts are read each time

  struct Slot {
    std::uint64_t generation = 0;
    std::string text, database;
    rewrite::sql::SqlMode mode;
    std::shared_ptr<const policies::Reading> reading;
  };
  std::vector<Slot> slots_;  // none before the first text
};

}  // namespace mogate::proxy
