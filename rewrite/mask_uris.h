// Passwords in uris must not be read by anybody (DESIGN 4, guards).
#pragma once

#include <string>
#include <string_view>

namespace mogate::rewrite {

// "mysql://user:secret@host" -> "mysql://user:***@host", wherever it stands in `text`.
std::string mask_uris(std::string_view text);

}  // namespace mogate::rewrite
