#include "rewrite/guards/recognise.h"

namespace mogate::rewrite {

Parsed recognise_guarded(std::string_view, const ParseOptions&) { return NotOurs{}; }

}  // namespace mogate::rewrite
