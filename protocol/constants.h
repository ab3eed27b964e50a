// Numbers of the classic MySQL protocol (MySQL internals, "Client/Server Protocol"; MariaDB knowledge base).
#pragma once

#include <cstddef>
#include <cstdint>

namespace mogate::protocol {

using Capabilities = std::uint32_t;

namespace cap {
inline constexpr Capabilities long_password = 1U
                                              << 0;  // MariaDB clears it to offer its extended capabilities
inline constexpr Capabilities found_rows = 1U << 1;
inline constexpr Capabilities long_flag = 1U << 2;
inline constexpr Capabilities connect_with_db = 1U << 3;
inline constexpr Capabilities no_schema = 1U << 4;
inline constexpr Capabilities compress = 1U << 5;
inline constexpr Capabilities odbc = 1U << 6;
inline constexpr Capabilities local_files = 1U << 7;
inline constexpr Capabilities ignore_space = 1U << 8;
inline constexpr Capabilities protocol_41 = 1U << 9;
inline constexpr Capabilities interactive = 1U << 10;
inline constexpr Capabilities ssl = 1U << 11;
inline constexpr Capabilities ignore_sigpipe = 1U << 12;
inline constexpr Capabilities transactions = 1U << 13;
inline constexpr Capabilities reserved = 1U << 14;
inline constexpr Capabilities secure_connection = 1U << 15;
inline constexpr Capabilities multi_statements = 1U << 16;
inline constexpr Capabilities multi_results = 1U << 17;
inline constexpr Capabilities ps_multi_results = 1U << 18;
inline constexpr Capabilities plugin_auth = 1U << 19;
inline constexpr Capabilities connect_attrs = 1U << 20;
inline constexpr Capabilities plugin_auth_lenenc = 1U << 21;
inline constexpr Capabilities expired_passwords = 1U << 22;
inline constexpr Capabilities session_track = 1U << 23;
inline constexpr Capabilities deprecate_eof = 1U << 24;
inline constexpr Capabilities optional_metadata = 1U << 25;
inline constexpr Capabilities zstd = 1U << 26;
inline constexpr Capabilities query_attributes = 1U << 27;
inline constexpr Capabilities multi_factor = 1U << 28;

// What every MatrixOne release read so far announces (FINDINGS, handshake).
inline constexpr Capabilities matrixone = 0x013BA68F;
// Capabilities that change framing or layouts which this library does not speak: never negotiated on a relay.
inline constexpr Capabilities unsupported =
    compress | optional_metadata | zstd | query_attributes | multi_factor;
}  // namespace cap

namespace status {
inline constexpr std::uint16_t in_transaction = 0x0001;
inline constexpr std::uint16_t autocommit = 0x0002;
inline constexpr std::uint16_t more_results = 0x0008;
inline constexpr std::uint16_t cursor_exists = 0x0040;
inline constexpr std::uint16_t last_row_sent = 0x0080;
}  // namespace status

enum class Command : std::uint8_t {
  sleep = 0x00,
  quit = 0x01,
  init_db = 0x02,
  query = 0x03,
  field_list = 0x04,
  create_db = 0x05,
  drop_db = 0x06,
  refresh = 0x07,
  shutdown = 0x08,
  statistics = 0x09,
  process_info = 0x0a,
  connect = 0x0b,
  process_kill = 0x0c,
  debug = 0x0d,
  ping = 0x0e,
  time = 0x0f,
  delayed_insert = 0x10,
  change_user = 0x11,
  binlog_dump = 0x12,
  table_dump = 0x13,
  connect_out = 0x14,
  register_slave = 0x15,
  stmt_prepare = 0x16,
  stmt_execute = 0x17,
  stmt_send_long_data = 0x18,
  stmt_close = 0x19,
  stmt_reset = 0x1a,
  set_option = 0x1b,
  stmt_fetch = 0x1c,
  daemon = 0x1d,
  binlog_dump_gtid = 0x1e,
  reset_connection = 0x1f,
  clone = 0x20,
};

enum class FieldType : std::uint8_t {
  decimal = 0,
  tiny = 1,
  short_int = 2,
  long_int = 3,
  float_ = 4,
  double_ = 5,
  null = 6,
  timestamp = 7,
  long_long = 8,
  int24 = 9,
  date = 10,
  time = 11,
  datetime = 12,
  year = 13,
  varchar = 15,
  bit = 16,
  json = 245,
  new_decimal = 246,
  enum_ = 247,
  set = 248,
  tiny_blob = 249,
  medium_blob = 250,
  long_blob = 251,
  blob = 252,
  var_string = 253,
  string = 254,
  geometry = 255,
};

inline constexpr std::uint16_t kBinaryCharset = 63;
inline constexpr std::uint16_t kUtf8mb4Bin = 46;
inline constexpr std::uint16_t kUtf8mb4General = 45;

inline constexpr std::size_t kFrameHeader = 4;
inline constexpr std::size_t kSequenceAt = 3;              // in a frame's header
inline constexpr std::size_t kMaxFramePayload = 0xFFFFFF;  // a frame of this length is continued by the next
inline constexpr std::size_t kScrambleLength = 20;         // the wire adds a NUL that is not part of it

inline constexpr char kNativePassword[] = "mysql_native_password";
inline constexpr char kCachingSha2[] = "caching_sha2_password";

}  // namespace mogate::protocol
