// Columns that a session may not read: what a statement does with them, and what it is shown instead.
//
// Which column a result's value comes from is what the server says of it, and that is not enough: MatrixOne
// tells nothing of expressions and UNION, and 3.0 shows an alias as the column's own name (FINDINGS,
// transcripts). So statements that name a masked column may only do with it what leaves its name on it.
#pragma once

#include "policies/reading.h"
#include "protocol/error.h"
#include "protocol/messages.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::policies {

struct Masking {
  // What the statement is refused for.
  std::optional<protocol::SqlError> refusal;
  // It may give a masked column out: every column of its result has to say where it comes from.
  bool touches = false;
};

// `masks` are rules with action mask.
Masking check_masked(const Part& part, rewrite::sql::SqlMode mode, const std::vector<const Rule*>& masks);

// The method for a result's column; nullptr: it is shown as it is. `touches` as above.
const MaskMethod* mask_of(const protocol::ColumnView& column, const std::vector<const Rule*>& masks,
                          bool touches);

// A value in the text protocol. nullopt is NULL.
std::optional<std::string> masked_text(std::string_view value, const MaskMethod& method, std::uint8_t type);
// True for types whose values are strings; the others become NULL whatever the method.
bool holds_text(std::uint8_t type);

protocol::SqlError hidden_origin(std::string_view column);

}  // namespace mogate::policies
