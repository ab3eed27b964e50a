// Answers of a server: OK, ERR, EOF, column definition, rows, prepare OK, LOCAL INFILE request. XView borrows
// from the payload that it was parsed from; write_x appends a payload (no frame header) to `out`.
// Capabilities are those that both sides agreed on.
#pragma once

#include "protocol/bytes.h"
#include "protocol/constants.h"
#include "protocol/error.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mogate::protocol {

// An OK packet (0x00), or the 0xFE one that ends rows when DEPRECATE_EOF is on.
struct OkView {
  std::uint64_t affected_rows = 0;
  std::uint64_t insert_id = 0;
  std::uint16_t status = 0;
  std::uint16_t warnings = 0;
  std::string_view info = {};
  std::string_view session_state = {};  // raw, with SESSION_TRACK and the status bit 0x4000
};
std::optional<OkView> parse_ok(Bytes payload, Capabilities caps);
void write_ok(std::string& out, const OkView& ok, Capabilities caps, std::uint8_t header = 0x00);

struct ErrView {
  std::uint16_t code = 0;
  std::string_view sqlstate = {};  // empty before PROTOCOL_41 or when the server sent none
  std::string_view message = {};
};
std::optional<ErrView> parse_err(Bytes payload, Capabilities caps);
void write_err(std::string& out, const SqlError& error, Capabilities caps);
SqlError to_error(const ErrView& view);

struct Eof {
  std::uint16_t warnings = 0;
  std::uint16_t status = 0;
};
std::optional<Eof> parse_eof(Bytes payload, Capabilities caps);
void write_eof(std::string& out, Eof eof, Capabilities caps);
// Ends rows the way the capabilities say: an EOF, or an OK packet with header 0xFE.
void write_result_end(std::string& out, Eof eof, Capabilities caps);
// True if a packet inside a result set (after the column definitions) is the one that ends it, not a row.
bool is_result_end(std::uint8_t first_byte, std::uint64_t first_frame_length, Capabilities caps) noexcept;

struct ColumnView {
  std::string_view catalog = "def";
  std::string_view schema = {};
  std::string_view table = {};
  std::string_view org_table = {};
  std::string_view name = {};
  std::string_view org_name = {};
  std::uint16_t charset = kUtf8mb4Bin;
  std::uint32_t length = 0;
  std::uint8_t type = 0;  // a FieldType, or a number of MatrixOne's own (FINDINGS, "Wire type codes")
  std::uint16_t flags = 0;
  std::uint8_t decimals = 0;
};
std::optional<ColumnView> parse_column(Bytes payload);
void write_column(std::string& out, const ColumnView& column);

// A text row's cells, in order; nullopt is SQL NULL. False if there are not exactly `columns` cells.
using CellView = std::optional<std::string_view>;
bool parse_text_row(Bytes payload, std::size_t columns, std::vector<CellView>& cells);
void write_text_row(std::string& out, const std::vector<CellView>& cells);

// A binary row's cells as raw bytes of their type's encoding (length-encoded types without their length).
bool parse_binary_row(Bytes payload, const std::vector<std::uint8_t>& types, std::vector<CellView>& cells);
// `cells` hold each value in its type's encoding, as parse_binary_row gives them.
void write_binary_row(std::string& out, const std::vector<std::uint8_t>& types,
                      const std::vector<CellView>& cells);

struct PrepareOk {
  std::uint32_t statement_id = 0;
  std::uint16_t columns = 0;
  std::uint16_t params = 0;
  std::uint16_t warnings = 0;
  bool operator==(const PrepareOk&) const = default;
};
std::optional<PrepareOk> parse_prepare_ok(Bytes payload);
void write_prepare_ok(std::string& out, const PrepareOk& ok);

// 0xFB + file name: the client sends the file's bytes in packets, then an empty one.
std::optional<std::string_view> parse_local_infile(Bytes payload);
void write_local_infile(std::string& out, std::string_view file_name);

}  // namespace mogate::protocol
