// The dashboard: one page that needs nothing from anywhere else.
#pragma once

#include "proxy/http/request.h"

#include <string_view>

namespace mogate::proxy {

// dashboard.html, built in. @NONCE@ stands where a nonce belongs.
extern const std::string_view kDashboardHtml;

// The page, whose headers let it run its own script and style, ask its own host, and nothing else.
HttpResponse dashboard();

}  // namespace mogate::proxy
