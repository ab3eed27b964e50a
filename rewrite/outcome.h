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

// The native error of step `failed`, with what was and wasn't done appended; number 0 becomes the right one.
// `undone`: how many undo statements ran, `undo_failed`: the first of them that failed, if any.
protocol::SqlError failure(const Plan& plan, std::size_t failed, const protocol::SqlError& native,
                           std::size_t undone, const std::optional<protocol::SqlError>& undo_failed);

}  // namespace mogate::rewrite
