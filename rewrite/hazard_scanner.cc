#include "rewrite/hazard_scanner.h"

namespace mogate::rewrite {

Hazard HazardScanner::feed(std::string_view) { return found_; }
Hazard HazardScanner::finish() { return found_; }

}  // namespace mogate::rewrite
