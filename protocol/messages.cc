#include "protocol/messages.h"

namespace mogate::protocol {
namespace {

constexpr std::uint16_t kSessionStateChanged = 0x4000;

}  // namespace

std::optional<OkView> parse_ok(Bytes payload, Capabilities caps) {
  ByteReader r(payload);
  auto header = r.u8();
  OkView ok;
  ok.affected_rows = r.lenenc_int();
  ok.insert_id = r.lenenc_int();
  if (caps & cap::protocol_41) {
    ok.status = r.u16();
    ok.warnings = r.u16();
  } else if (caps & cap::transactions) {
    ok.status = r.u16();
  }
  if (r.failed() || (header != 0x00 && header != 0xFE)) return std::nullopt;
  if (!(caps & cap::session_track)) {
    // The documentation says "the rest of the packet"; MySQL, MariaDB and MatrixOne put its length in front.
    auto rest = r.rest();
    ByteReader counted(rest);
    auto info = counted.lenenc_string();
    ok.info = counted.done() ? info : as_text(rest);
    return ok;
  }
  if (r.left() > 0) ok.info = r.lenenc_string();
  if (ok.status & kSessionStateChanged) ok.session_state = r.lenenc_string();
  if (r.failed()) return std::nullopt;
  return ok;
}

void write_ok(std::string& out, const OkView& ok, Capabilities caps, std::uint8_t header) {
  ByteWriter w(out);
  w.u8(header).lenenc_int(ok.affected_rows).lenenc_int(ok.insert_id);
  if (caps & cap::protocol_41) {
    w.u16(ok.status).u16(ok.warnings);
  } else if (caps & cap::transactions) {
    w.u16(ok.status);
  }
  bool tracked = (caps & cap::session_track) && (ok.status & kSessionStateChanged);
  if (!ok.info.empty() || tracked) w.lenenc_string(ok.info);
  if (tracked) w.lenenc_string(ok.session_state);
}

std::optional<ErrView> parse_err(Bytes payload, Capabilities caps) {
  ByteReader r(payload);
  auto header = r.u8();
  ErrView err;
  err.code = r.u16();
  if (r.failed() || header != 0xFF) return std::nullopt;
  auto rest = r.rest_text();
  // Errors sent before the handshake ended have no SQLSTATE even in 4.1 (MySQL internals, ERR_Packet).
  if ((caps & cap::protocol_41) && rest.size() >= 6 && rest.front() == '#') {
    err.sqlstate = rest.substr(1, 5);
    rest.remove_prefix(6);
  }
  err.message = rest;
  return err;
}

void write_err(std::string& out, const SqlError& error, Capabilities caps) {
  ByteWriter w(out);
  w.u8(0xFF).u16(error.code);
  if (caps & cap::protocol_41) w.text("#").text(error.state());
  w.text(error.message);
}

SqlError to_error(const ErrView& view) {
  return {view.code, std::string(view.message), std::string(view.sqlstate)};
}

std::optional<Eof> parse_eof(Bytes payload, Capabilities caps) {
  ByteReader r(payload);
  auto header = r.u8();
  Eof eof;
  if (caps & cap::protocol_41) {
    eof.warnings = r.u16();
    eof.status = r.u16();
  }
  if (!r.done() || header != 0xFE) return std::nullopt;
  return eof;
}

void write_eof(std::string& out, Eof eof, Capabilities caps) {
  ByteWriter w(out);
  w.u8(0xFE);
  if (caps & cap::protocol_41) w.u16(eof.warnings).u16(eof.status);
}

void write_result_end(std::string& out, Eof eof, Capabilities caps) {
  if (!(caps & cap::deprecate_eof)) return write_eof(out, eof, caps);
  write_ok(out, {.status = eof.status, .warnings = eof.warnings}, caps, 0xFE);
}

bool is_result_end(std::uint8_t first_byte, std::uint64_t first_frame_length, Capabilities caps) noexcept {
  if (first_byte != 0xFE) return false;
  // A row whose first cell is longer than 16 MiB begins with 0xFE too, but then its first frame is full.
  return caps & cap::deprecate_eof ? first_frame_length < kMaxFramePayload : first_frame_length < 9;
}

std::optional<ColumnView> parse_column(Bytes payload) {
  ByteReader r(payload);
  ColumnView c;
  c.catalog = r.lenenc_string();
  c.schema = r.lenenc_string();
  c.table = r.lenenc_string();
  c.org_table = r.lenenc_string();
  c.name = r.lenenc_string();
  c.org_name = r.lenenc_string();
  ByteReader fixed(r.bytes(r.lenenc_int()));
  c.charset = fixed.u16();
  c.length = fixed.u32();
  c.type = fixed.u8();
  c.flags = fixed.u16();
  c.decimals = fixed.u8();
  if (r.failed() || fixed.failed()) return std::nullopt;
  return c;
}

void write_column(std::string& out, const ColumnView& c) {
  ByteWriter w(out);
  w.lenenc_string(c.catalog).lenenc_string(c.schema).lenenc_string(c.table).lenenc_string(c.org_table);
  w.lenenc_string(c.name).lenenc_string(c.org_name).lenenc_int(12);
  w.u16(c.charset).u32(c.length).u8(c.type).u16(c.flags).u8(c.decimals).u16(0);
}

bool parse_text_row(Bytes payload, std::size_t columns, std::vector<CellView>& cells) {
  ByteReader r(payload);
  cells.clear();
  for (std::size_t i = 0; i < columns && !r.failed(); ++i) cells.push_back(r.nullable_lenenc_string());
  return r.done();
}

void write_text_row(std::string& out, const std::vector<CellView>& cells) {
  ByteWriter w(out);
  for (const auto& cell : cells) cell ? w.lenenc_string(*cell) : w.u8(0xFB);
}

namespace {

// Bytes of a type's binary value; 0: length-encoded; -1: one length byte (dates and times).
int binary_width(std::uint8_t type) {
  switch (static_cast<FieldType>(type)) {
    case FieldType::null: return 0;
    case FieldType::tiny: return 1;
    case FieldType::short_int:
    case FieldType::year: return 2;
    case FieldType::long_int:
    case FieldType::int24:
    case FieldType::float_: return 4;
    case FieldType::long_long:
    case FieldType::double_: return 8;
    case FieldType::date:
    case FieldType::time:
    case FieldType::datetime:
    case FieldType::timestamp: return -1;
    default: return 0;
  }
}

std::string_view read_binary_cell(ByteReader& r, std::uint8_t type) {
  int width = binary_width(type);
  if (width > 0) return r.text(static_cast<std::uint64_t>(width));
  return width == 0 ? r.lenenc_string() : r.text(r.u8());
}

void write_binary_cell(ByteWriter& w, std::uint8_t type, std::string_view cell) {
  int width = binary_width(type);
  if (width == 0) w.lenenc_int(cell.size());
  if (width < 0) w.u8(static_cast<std::uint8_t>(cell.size()));
  w.text(cell);
}

}  // namespace

bool parse_binary_row(Bytes payload, const std::vector<std::uint8_t>& types, std::vector<CellView>& cells) {
  ByteReader r(payload);
  cells.clear();
  auto header = r.u8();
  auto nulls = r.bytes((types.size() + 9) / 8);
  if (r.failed() || header != 0x00) return false;
  for (std::size_t i = 0; i < types.size() && !r.failed(); ++i) {
    bool is_null = (nulls[(i + 2) / 8] >> ((i + 2) % 8) & 1) != 0;
    cells.push_back(is_null ? CellView{} : CellView{read_binary_cell(r, types[i])});
  }
  return r.done();
}

void write_binary_row(std::string& out, const std::vector<std::uint8_t>& types,
                      const std::vector<CellView>& cells) {
  std::string nulls((types.size() + 9) / 8, '\0');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    auto& byte = nulls[(i + 2) / 8];
    if (!cells[i]) byte = static_cast<char>(byte | 1 << ((i + 2) % 8));
  }
  ByteWriter w(out);
  w.u8(0).text(nulls);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i]) write_binary_cell(w, types[i], *cells[i]);
  }
}

std::optional<PrepareOk> parse_prepare_ok(Bytes payload) {
  ByteReader r(payload);
  auto header = r.u8();
  PrepareOk ok;
  ok.statement_id = r.u32();
  ok.columns = r.u16();
  ok.params = r.u16();
  r.skip(1);
  ok.warnings = r.u16();
  if (r.failed() || header != 0x00) return std::nullopt;
  return ok;
}

void write_prepare_ok(std::string& out, const PrepareOk& ok) {
  ByteWriter(out).u8(0).u32(ok.statement_id).u16(ok.columns).u16(ok.params).u8(0).u16(ok.warnings);
}

std::optional<std::string_view> parse_local_infile(Bytes payload) {
  ByteReader r(payload);
  if (r.u8() != 0xFB) return std::nullopt;
  return r.rest_text();
}

void write_local_infile(std::string& out, std::string_view file_name) {
  ByteWriter(out).u8(0xFB).text(file_name);
}

}  // namespace mogate::protocol
