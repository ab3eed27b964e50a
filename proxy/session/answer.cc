#include "proxy/session/answer.h"

#include "protocol/frame.h"

#include <array>
#include <charconv>

namespace mogate::proxy {
namespace {

using protocol::FieldType;
using protocol::write_binary_row;
using protocol::write_text_row;

std::uint16_t final_status(const AnswerFormat& format) {
  auto more = format.more_results ? protocol::status::more_results : std::uint16_t{0};
  return static_cast<std::uint16_t>(format.status | more);
}

void append_payload(std::string& out, AnswerFormat& format, const std::string& payload) {
  protocol::append_packet(out, protocol::as_bytes(payload), format.sequence);
}

bool is_integer(std::uint8_t type) {
  auto field = static_cast<FieldType>(type);
  return field == FieldType::long_long || field == FieldType::long_int || field == FieldType::tiny;
}

int width_of(std::uint8_t type) {
  switch (static_cast<FieldType>(type)) {
    case FieldType::tiny: return 1;
    case FieldType::long_int: return 4;
    default: return 8;
  }
}

bool is_timestamp(std::uint8_t type) { return static_cast<FieldType>(type) == FieldType::timestamp; }

// Other dates and times go as text; natively SHOW SNAPSHOTS' TIMESTAMP is text too (FINDINGS, snapshots).
std::uint8_t shown_type(std::uint8_t type) {
  bool kept = is_integer(type) || is_timestamp(type) || static_cast<FieldType>(type) == FieldType::blob;
  return kept ? type : static_cast<std::uint8_t>(FieldType::var_string);
}

// "2026-11-21 22:00:00.123456": year, month, day, hour, minute, second and microseconds, as many as it has.
std::string binary_timestamp(const std::string& text) {
  std::array<unsigned, 7> parts{};
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::size_t i = 0; i < parts.size() && at != end; ++i) {
    const char* first = at;
    at = std::from_chars(at, end, parts[i]).ptr;
    for (auto digits = at - first; i == 6 && digits < 6; ++digits) parts[i] *= 10;
    if (at != end) ++at;
  }
  auto byte = [](unsigned value) { return static_cast<char>(value & 0xFF); };
  std::string out{byte(parts[0]), byte(parts[0] >> 8)};
  for (std::size_t i = 1; i < 6; ++i) out.push_back(byte(parts[i]));
  for (unsigned shift = 0; shift < 32 && parts[6] != 0; shift += 8) out.push_back(byte(parts[6] >> shift));
  return out;
}

// A text value in the binary encoding of its column's type.
std::string binary_value(std::uint8_t type, const std::string& text) {
  if (is_timestamp(type)) return binary_timestamp(text);
  if (!is_integer(type)) return text;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  std::string out;
  for (int i = 0; i < width_of(type); ++i) out.push_back(static_cast<char>(value >> (8 * i) & 0xFF));
  return out;
}

void write_row(std::string& payload, const AnswerFormat& format,
               const std::vector<rewrite::ColumnSpec>& columns,
               const std::vector<std::optional<std::string>>& row) {
  std::vector<std::string> kept(row.size());
  std::vector<protocol::CellView> cells;
  std::vector<std::uint8_t> types;
  for (std::size_t i = 0; i < row.size(); ++i) {
    types.push_back(column_view(columns[i]).type);
    if (row[i]) kept[i] = format.binary ? binary_value(types[i], *row[i]) : *row[i];
    cells.push_back(row[i] ? protocol::CellView(kept[i]) : std::nullopt);
  }
  format.binary ? write_binary_row(payload, types, cells) : write_text_row(payload, cells);
}

}  // namespace

protocol::ColumnView column_view(const rewrite::ColumnSpec& column) {
  protocol::ColumnView view;
  view.name = column.name;
  view.org_name = column.name;
  bool number = is_integer(column.type) || is_timestamp(column.type);
  view.type = shown_type(column.type);
  auto text_charset = column.charset != 0 ? column.charset : protocol::kUtf8mb4General;
  view.charset = number ? protocol::kBinaryCharset : text_charset;
  view.length = number ? 26 : 65535 * 4;
  view.decimals = column.decimals;
  return view;
}

void append_ok(std::string& out, AnswerFormat& format, std::uint64_t affected, std::string_view info) {
  protocol::OkView ok;
  ok.affected_rows = affected;
  ok.status = final_status(format);
  ok.info = info;
  std::string payload;
  protocol::write_ok(payload, ok, format.capabilities);
  append_payload(out, format, payload);
}

void append_error(std::string& out, AnswerFormat& format, const protocol::SqlError& error) {
  std::string payload;
  protocol::write_err(payload, error, format.capabilities);
  append_payload(out, format, payload);
}

void append_columns(std::string& out, AnswerFormat& format, const std::vector<rewrite::ColumnSpec>& columns) {
  for (const auto& column : columns) {
    std::string payload;
    protocol::write_column(payload, column_view(column));
    append_payload(out, format, payload);
  }
  if (format.capabilities & protocol::cap::deprecate_eof) return;
  std::string eof;
  protocol::write_eof(eof, {0, format.status}, format.capabilities);
  append_payload(out, format, eof);
}

void append_rows(std::string& out, AnswerFormat& format, const std::vector<rewrite::ColumnSpec>& columns,
                 const rewrite::Rows& rows) {
  std::string payload;
  protocol::ByteWriter(payload).lenenc_int(columns.size());
  append_payload(out, format, payload);
  append_columns(out, format, columns);
  for (const auto& row : rows.rows) {
    payload.clear();
    write_row(payload, format, columns, row);
    append_payload(out, format, payload);
  }
  append_result_end(out, format);
}

void append_result_end(std::string& out, AnswerFormat& format) {
  std::string payload;
  protocol::write_result_end(payload, {0, final_status(format)}, format.capabilities);
  append_payload(out, format, payload);
}

}  // namespace mogate::proxy
