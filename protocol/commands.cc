#include "protocol/commands.h"

#include <algorithm>
#include <cstdio>

namespace mogate::protocol {
namespace {

constexpr std::size_t kMaxCountedResponse = 255;

ByteWriter begin(std::string& out, Command command) {
  ByteWriter w(out);
  w.u8(static_cast<std::uint8_t>(command));
  return w;
}

// Without its command byte.
ByteReader body(Bytes payload) {
  ByteReader r(payload);
  r.skip(1);
  return r;
}

}  // namespace

std::optional<ChangeUser> parse_change_user(Bytes payload, Capabilities caps) {
  auto r = body(payload);
  ChangeUser c;
  c.user = r.nul_string();
  c.auth_response = caps & cap::secure_connection ? r.text(r.u8()) : r.nul_string();
  c.database = r.nul_string();
  if ((caps & cap::protocol_41) && r.left() != 0) c.collation = r.u16();
  if ((caps & cap::plugin_auth) && r.left() != 0) c.plugin = r.nul_string();
  if ((caps & cap::connect_attrs) && r.left() != 0) c.attributes = r.lenenc_string();
  if (r.failed()) return std::nullopt;
  return c;
}

void write_change_user(std::string& out, const ChangeUser& c, Capabilities caps) {
  auto w = begin(out, Command::change_user);
  w.nul_string(c.user);
  if (caps & cap::secure_connection) {
    auto response = c.auth_response.size() > kMaxCountedResponse ? std::string_view() : c.auth_response;
    w.u8(static_cast<std::uint8_t>(response.size())).text(response);
  } else {
    w.nul_string(c.auth_response);
  }
  w.nul_string(c.database);
  if (caps & cap::protocol_41) w.u16(c.collation);
  if (caps & cap::plugin_auth) w.nul_string(c.plugin);
  if (caps & cap::connect_attrs) w.lenenc_string(c.attributes);
}

std::optional<FieldList> parse_field_list(Bytes payload) {
  auto r = body(payload);
  FieldList request;
  request.table = r.nul_string();
  request.pattern = r.nul_string_or_rest();
  if (r.failed()) return std::nullopt;
  return request;
}

void write_field_list(std::string& out, const FieldList& request) {
  begin(out, Command::field_list).nul_string(request.table).text(request.pattern);
}

void write_field_definition(std::string& out, const ColumnView& column, CellView default_value) {
  write_column(out, column);
  ByteWriter w(out);
  default_value ? w.lenenc_string(*default_value) : w.u8(0xFB);
}

std::optional<std::uint32_t> parse_process_kill(Bytes payload) {
  auto r = body(payload);
  auto id = r.u32();
  return r.failed() ? std::nullopt : std::optional(id);
}

void write_process_kill(std::string& out, std::uint32_t connection_id) {
  begin(out, Command::process_kill).u32(connection_id);
}

std::optional<SetOption> parse_set_option(Bytes payload) {
  auto r = body(payload);
  auto option = static_cast<SetOption>(r.u16());
  return r.failed() ? std::nullopt : std::optional(option);
}

void write_set_option(std::string& out, SetOption option) {
  begin(out, Command::set_option).u16(static_cast<std::uint16_t>(option));
}

std::optional<StmtFetch> parse_stmt_fetch(Bytes payload) {
  auto r = body(payload);
  StmtFetch fetch;
  fetch.statement_id = r.u32();
  fetch.rows = r.u32();
  return r.failed() ? std::nullopt : std::optional(fetch);
}

void write_stmt_fetch(std::string& out, const StmtFetch& fetch) {
  begin(out, Command::stmt_fetch).u32(fetch.statement_id).u32(fetch.rows);
}

std::string statistics_text(const Statistics& s) {
  auto thousandths = s.questions * 1000 / std::max<std::uint64_t>(s.uptime_seconds, 1);
  char average[32];
  std::snprintf(average, sizeof average, "%llu.%03llu", static_cast<unsigned long long>(thousandths / 1000),
                static_cast<unsigned long long>(thousandths % 1000));
  std::string text;
  auto add = [&text](std::string_view label, const std::string& value) {
    text.append(text.empty() ? "" : "  ").append(label).append(": ").append(value);
  };
  add("Uptime", std::to_string(s.uptime_seconds));
  add("Threads", std::to_string(s.threads));
  add("Questions", std::to_string(s.questions));
  add("Slow queries", std::to_string(s.slow_queries));
  add("Opens", std::to_string(s.opens));
  add("Flush tables", std::to_string(s.flush_tables));
  add("Open tables", std::to_string(s.open_tables));
  add("Queries per second avg", average);
  return text;
}

}  // namespace mogate::protocol
