// Which native statements concern a guard (DESIGN 4, Guards). Where something can't be decided without facts,
// the statement is given back to be planned (statements/guarded.h); what nobody may do is an error at once.
#pragma once

#include "rewrite/parser.h"

#include <string_view>

namespace mogate::rewrite {

// `part` is one native statement as split() gives them; parse() calls it for what isn't an extended
// statement. NotOurs when no guard is concerned, or the one that would be is switched off in options.guards.
Parsed recognise_guarded(std::string_view part, const ParseOptions& options);

}  // namespace mogate::rewrite
