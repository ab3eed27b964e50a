// The one place that decides what a client may read when its session ends or its backend is away.
#pragma once

#include "protocol/error.h"
#include "proxy/net/io_error.h"

#include <optional>

namespace mogate::proxy {

// When in a session's life something failed.
enum class Moment : std::uint8_t { login, idle, command };

// The error that the client gets, if it still can and should get one. Names no addresses.
std::optional<protocol::SqlError> error_for_client(IoError error, Moment moment);

// What a backend's error becomes on its way to the client: SQLSTATE by number, a number instead of 0,
// passwords in uris masked (DESIGN 4, guards).
protocol::SqlError mend_native_error(protocol::SqlError native);

}  // namespace mogate::proxy
