// The hot path's one look at a statement: nearly every text must leave here forwarded unparsed.
#pragma once

#include <string_view>

namespace mogate::rewrite {

// True if the text might hold something of ours or of a guard's: then it is split and parsed. Never false for
// such a text; may be true for others. Looks at the first keyword and makes one vectorised pass; allocates
// nothing.
bool needs_look(std::string_view sql) noexcept;
// The same for the text of a COM_STMT_PREPARE.
bool needs_look_to_prepare(std::string_view sql) noexcept;
// True if what needs_look() may leave alone changes tables. Looks at the first keyword only.
bool writes_plainly(std::string_view sql) noexcept;

}  // namespace mogate::rewrite
