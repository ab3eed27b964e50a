// What the gateway says of commands that do not make sense, in MySQL's words.
#pragma once

#include "protocol/error.h"

#include <fmt/format.h>

namespace mogate::proxy {

inline const protocol::SqlError kTooLongForPolicies{
    protocol::errc::packet_too_large,
    "mogate: the statement is too long to be held against the policies of this session",
    {}};
inline const protocol::SqlError kPreparedBeforePolicies{
    protocol::errc::unknown_stmt_handler,
    "mogate: what this statement was prepared from is not known, and policies concern this session: prepare "
    "it anew",
    {}};
inline const protocol::SqlError kMalformedPacket{
    protocol::errc::malformed_packet, "Malformed communication packet", {}};
inline const protocol::SqlError kUnknownCommand{protocol::errc::unknown_command, "Unknown command", {}};
inline const protocol::SqlError kTooManyPrepared{
    1461, "Can't create more prepared statements in this session", {}};

inline protocol::SqlError unknown_prepared(std::uint32_t id) {
  return {protocol::errc::unknown_stmt_handler,
          fmt::format("Unknown prepared statement handler ({}) given to the server", id),
          {}};
}

}  // namespace mogate::proxy
