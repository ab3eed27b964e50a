// What the process tells systemd, or whoever listens on the socket that NOTIFY_SOCKET names (sd_notify(3)).
#pragma once

#include <string>
#include <string_view>

namespace mogate::proxy {

// "READY=1", "STATUS=…", several lines at once. Nothing happens without NOTIFY_SOCKET, nor if nobody listens.
void tell_service_manager(std::string_view state);

// The state that begins a reload or a restart; "READY=1" ends it.
std::string reloading_state();

}  // namespace mogate::proxy
