// Judges what a step answered, and words the error when a plan fails part-way.
#pragma once

#include "protocol/error.h"
#include "rewrite/plan.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mogate::rewrite {

// nullopt if `answer` is what the step expects (Expect); else the error that the client gets.
std::optional<protocol::SqlError> judge(const Step& step, const Rows& answer);

struct Judgement {
  enum class Verdict : std::uint8_t { done, again, failed } verdict = Verdict::done;
  std::optional<protocol::SqlError> error;  // of `failed`, and of `again` when Step::patience is at its end
};
// The same with the server's error, if it gave one, for a step that may be sent again.
Judgement judge(const Step& step, const std::optional<protocol::SqlError>& native, const Rows& answer);

// One row of FLUSH's and CHECKPOINT's answer: method, target, result, elapsed_ms.
std::vector<std::optional<std::string>> mo_ctl_row(const Step& step, std::uint64_t elapsed_ms);

// How far a plan came, and what became of it.
struct Failure {
  enum class How : std::uint8_t {
    failed,      // the step answered an error, or not what was expected
    not_begun,   // the plan was ended before it
    unfinished,  // the plan was ended while it was waited for what the step should bring about
    unknown,     // its answer never came
  };
  std::size_t step = 0;
  How how = How::failed;
  std::size_t undone = 0;                         // how many undo statements ran
  std::optional<protocol::SqlError> undo_failed;  // the first of them that failed
};

// What the client gets: `native`, with what was and wasn't done appended; number 0 becomes the right one.
protocol::SqlError failure_of(const Plan& plan, const Failure& failure, const protocol::SqlError& native);

}  // namespace mogate::rewrite
