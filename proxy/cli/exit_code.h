// What the command lines end with, for scripts (docs/command_line.md).
#pragma once

#include "protocol/error.h"

#include <cstdint>

namespace mogate::proxy {

enum class ExitCode : std::uint8_t {
  done = 0,
  refused = 1,      // the server, or the plan for it, answered an error
  usage = 2,        // nothing was sent
  unreachable = 3,  // no connection, or no login
  deadline = 4,     // the statement was ended by KILL QUERY
  lost = 5,         // the connection broke while a statement ran: its end is not known
  interrupted = 130,
};

// Why a command did not do what it was told.
struct Trouble {
  ExitCode code = ExitCode::usage;
  protocol::SqlError error;  // its text has no secrets; number 0 where there is no server's error
};

inline Trouble usage_trouble(std::string text) { return {ExitCode::usage, {0, std::move(text), {}}}; }

}  // namespace mogate::proxy
