// Which request of an application a statement belongs to: the W3C's trace context, as sqlcommenter and ORMs
// put it into a comment.
#pragma once

#include <string_view>

namespace mogate::rewrite {

// The value of the first traceparent='00-…' in `sql`, a view into it; empty if there is none, or it is none
// (https://www.w3.org/TR/trace-context/, 3.2). Not only comments are looked at: nothing but a log depends on
// it.
std::string_view find_traceparent(std::string_view sql) noexcept;

}  // namespace mogate::rewrite
