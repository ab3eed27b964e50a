#include "proxy/session/client_error.h"

#include "rewrite/mask_uris.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;

// MySQL Router uses the client library's numbers for what the client would see without a proxy.
constexpr std::uint16_t kCannotConnect = 2003;
constexpr std::uint16_t kLostConnection = 2013;
constexpr std::uint16_t kTlsFailed = 2026;
constexpr std::uint16_t kInactivity = 4031;

SqlError backend_error(IoError error, Moment moment) {
  if (error.fault == IoFault::tls) return {kTlsFailed, "mogate: no TLS to the backend", {}};
  if (error.fault == IoFault::protocol)
    return {protocol::errc::malformed_packet, "mogate: malformed packet from the backend", {}};
  if (error.fault == IoFault::too_large)
    return {protocol::errc::packet_too_large, "mogate: answer of the backend is too large", {}};
  bool late = error.fault == IoFault::timed_out;
  if (moment == Moment::login)
    return {kCannotConnect,
            late ? "mogate: backend did not answer in time" : "mogate: cannot connect to the backend",
            {}};
  if (moment == Moment::idle)
    return {protocol::errc::server_gone, "mogate: backend closed the connection", "08S01"};
  return {kLostConnection,
          late ? "mogate: backend did not answer in time"
               : "mogate: lost connection to the backend during the query",
          "08S01"};
}

std::optional<SqlError> client_error(IoError error, Moment moment) {
  switch (error.fault) {
    case IoFault::timed_out:
      if (moment == Moment::login)
        return SqlError{protocol::errc::handshake_error, "mogate: login took too long", {}};
      return SqlError{kInactivity, "mogate: disconnected because of inactivity", {}};
    case IoFault::protocol: return SqlError{protocol::errc::malformed_packet, "mogate: malformed packet", {}};
    case IoFault::too_large:
      return SqlError{protocol::errc::packet_too_large, "mogate: packet is too large", {}};
    case IoFault::out_of_order:
      return SqlError{protocol::errc::packets_out_of_order, "mogate: compressed packets out of order", {}};
    case IoFault::undecodable:
      return SqlError{protocol::errc::uncompress_error, "mogate: cannot uncompress a packet", {}};
    default: return std::nullopt;  // it is not there to read it
  }
}

}  // namespace

std::optional<SqlError> error_for_client(IoError error, Moment moment) {
  switch (error.side) {
    case Side::client: return client_error(error, moment);
    case Side::backend: return backend_error(error, moment);
    case Side::gateway:
      return SqlError{protocol::errc::server_shutdown, "mogate: server shutdown in progress", {}};
  }
  return std::nullopt;
}

SqlError mend_native_error(SqlError native) {
  if (native.code == 0) native.code = protocol::errc::unknown_error;
  // What MatrixOne says to a statement that KILL ended (FINDINGS, handshake): drivers know it by its number.
  if (native.code == protocol::errc::unknown_error && native.message == "context canceled") {
    return {protocol::errc::query_interrupted, "Query execution was interrupted (context canceled)", {}};
  }
  // MatrixOne says HY000 for nearly everything; what another server says on purpose stays.
  if (native.sqlstate.empty() || native.sqlstate == "HY000" || native.sqlstate == "00000")
    native.sqlstate.clear();
  if (native.message.find("://") != std::string::npos) native.message = rewrite::mask_uris(native.message);
  return native;
}

}  // namespace mogate::proxy
