// COM_STMT_EXECUTE and COM_STMT_SEND_LONG_DATA payloads, for statements that the gateway prepared itself.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::protocol {

// Statement ids stand at the same place in EXECUTE, SEND_LONG_DATA, CLOSE, RESET and FETCH: behind the
// command byte.
std::optional<std::uint32_t> statement_id(Bytes command_payload);

// The flag byte of COM_STMT_EXECUTE. MySQL opens a cursor for the first one only and ignores the others.
namespace cursor {
inline constexpr std::uint8_t read_only = 1;
inline constexpr std::uint8_t for_update = 2;
inline constexpr std::uint8_t scrollable = 4;
}  // namespace cursor
// Where it stands in the payload: MatrixOne refuses any but 0 (FINDINGS, handshake).
inline constexpr std::size_t kExecuteFlagsAt = 5;
std::optional<std::uint8_t> execute_flags(Bytes payload);

struct ParamType {
  std::uint8_t type = 0;  // FieldType
  bool is_unsigned = false;
  bool operator==(const ParamType&) const = default;
};

// A bound value as text, as it would stand in a statement's literal (without quotes).
struct BoundValue {
  enum class Kind : std::uint8_t { null, number, text } kind = Kind::null;
  std::string value;
  bool operator==(const BoundValue&) const = default;
};

struct Execute {
  std::uint32_t statement_id = 0;
  std::uint8_t flags = 0;  // of namespace cursor
  std::vector<ParamType> types;
  std::vector<BoundValue> values;
};
// `payload` begins with the command byte. `known_types` are those of an earlier execution, used when the
// packet brings none. Parameters in `long_data` were sent ahead and are not in the packet. Nullopt if the
// packet doesn't fit.
std::optional<Execute> parse_execute(Bytes payload, std::size_t params,
                                     const std::vector<ParamType>& known_types,
                                     const std::map<std::uint16_t, std::string>& long_data);

struct LongData {
  std::uint32_t statement_id = 0;
  std::uint16_t param = 0;
  std::string_view data = {};
};
std::optional<LongData> parse_long_data(Bytes payload);

}  // namespace mogate::protocol
