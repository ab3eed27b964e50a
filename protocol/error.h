// A MySQL error as it goes to a client: number, SQLSTATE and text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mogate::protocol {

// The MySQL numbers that the gateway itself uses. MatrixOne's own start at 20000 (NATIVE.md, error table).
namespace errc {
inline constexpr std::uint16_t too_many_connections = 1040;
inline constexpr std::uint16_t out_of_resources = 1041;
inline constexpr std::uint16_t handshake_error = 1043;
inline constexpr std::uint16_t access_denied = 1045;
inline constexpr std::uint16_t no_db = 1046;
inline constexpr std::uint16_t unknown_command = 1047;
inline constexpr std::uint16_t bad_db = 1049;
inline constexpr std::uint16_t server_shutdown = 1053;
inline constexpr std::uint16_t parse_error = 1064;
inline constexpr std::uint16_t empty_query = 1065;
inline constexpr std::uint16_t unknown_error = 1105;
inline constexpr std::uint16_t no_such_table = 1146;
inline constexpr std::uint16_t packet_too_large = 1153;
inline constexpr std::uint16_t net_read_error = 1158;
inline constexpr std::uint16_t packets_out_of_order = 1156;
inline constexpr std::uint16_t uncompress_error = 1157;
inline constexpr std::uint16_t user_limit_reached = 1226;
inline constexpr std::uint16_t not_supported_yet = 1235;
inline constexpr std::uint16_t unknown_stmt_handler = 1243;
inline constexpr std::uint16_t not_supported_auth_mode = 1251;
inline constexpr std::uint16_t read_only = 1290;
inline constexpr std::uint16_t query_interrupted = 1317;
inline constexpr std::uint16_t no_open_cursor = 1421;
inline constexpr std::uint16_t malformed_packet = 1835;
inline constexpr std::uint16_t secure_transport_required = 3159;
inline constexpr std::uint16_t server_gone = 2006;
inline constexpr std::uint16_t mo_internal = 20101;
inline constexpr std::uint16_t mo_not_supported = 20105;
inline constexpr std::uint16_t mo_invalid_input = 20301;
}  // namespace errc

// The SQLSTATE that MySQL gives with an error number; "HY000" for numbers without one of their own.
std::string_view sqlstate_for(std::uint16_t code) noexcept;

struct SqlError {
  std::uint16_t code = errc::unknown_error;
  std::string message;
  std::string sqlstate;  // five characters; empty means sqlstate_for(code)

  std::string_view state() const noexcept {
    return sqlstate.empty() ? sqlstate_for(code) : std::string_view(sqlstate);
  }
  bool operator==(const SqlError&) const = default;
};

// MatrixOne's refusal (20101), with the identity that would have been needed appended when it is not empty.
SqlError privilege_error(std::string_view needed_identity = {});

}  // namespace mogate::protocol
