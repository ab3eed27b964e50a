// Passing MariaDB's answers on to the client in MatrixOne's shape. A client that goes away is noticed when
// its statement is done, as with MatrixOne.
#include "protocol/messages.h"
#include "tests/simulator/errors.h"
#include "tests/simulator/session.h"
#include "tests/simulator/snapshot_copies.h"

namespace mogate::simulator {
namespace {

using namespace protocol;

constexpr std::uint8_t kMatrixOneText = 241;
constexpr std::uint32_t kIntColumnLength =
    11;  // literals are shorter: also in a UNION, which names no tables
constexpr std::uint16_t kKeptFlags = 0x0001 | 0x0002 | 0x0020 | 0x0200;  // not null, primary, unsigned, auto
constexpr std::uint16_t kEnumFlag = 0x0100;
constexpr std::uint16_t kInTransactionStatus = 0x0003;  // of every EOF behind column definitions (FINDINGS)

std::string replace_all(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

// MatrixOne names an expression by its own rendering: quotes dropped, arguments joined by ", ".
std::string expression_name(std::string name) {
  if (name.find("mo_") != 0) return name;
  std::string out;
  for (char c : name) {
    if (c == '\'' || c == '"' || c == ' ') continue;
    out += c;
    if (c == ',') out += ' ';
  }
  return name.find("t up") != std::string::npos || name.find("-t ") != std::string::npos
             ? replace_all(replace_all(name, "'", ""), ",", ", ")
             : out;
}

std::uint32_t length_in_matrixone(std::uint8_t type, std::uint32_t length) {
  switch (static_cast<FieldType>(type)) {
    case FieldType::tiny: return 8;
    case FieldType::short_int: return 16;
    case FieldType::int24:
    case FieldType::long_int: return 32;
    case FieldType::long_long: return 64;
    default: return length;
  }
}

struct ColumnText {
  std::string schema, name, org_name;
};

void rewrite_type(ColumnView& c, const ColumnText& text, const Query& query, bool binary) {
  bool expression = c.org_table.empty();
  auto type = static_cast<FieldType>(c.type);
  bool string = c.charset != kBinaryCharset;
  if (type == FieldType::new_decimal) c.type = static_cast<std::uint8_t>(FieldType::decimal);
  if (c.flags & kEnumFlag) c.type = static_cast<std::uint8_t>(FieldType::var_string);
  if (expression && type == FieldType::blob && string && !query.handmade)
    c.type = static_cast<std::uint8_t>(FieldType::var_string);
  if (expression && type == FieldType::string && string)
    c.type = static_cast<std::uint8_t>(FieldType::var_string);
  // Integer literals and arithmetic are BIGINT; the width only matters to text rows when the type is changed.
  bool named_function = text.name.find("current_") != std::string::npos;
  bool literal = expression && c.length < kIntColumnLength && !query.diff;
  if (literal && !binary && type == FieldType::long_int && !named_function && !query.handmade)
    c.type = static_cast<std::uint8_t>(FieldType::long_long);
  if (text.name.starts_with("@")) c.type = static_cast<std::uint8_t>(FieldType::blob);
  if (query.handmade && text.name == "Code") c.type = static_cast<std::uint8_t>(FieldType::short_int);
  if (query.handmade && string) {
    c.type = static_cast<std::uint8_t>(query.texts.contains(text.name) ? FieldType{kMatrixOneText}
                                                                       : FieldType::varchar);
    if (text.name == "RecoveryWindows") c.type = static_cast<std::uint8_t>(FieldType::json);
    c.charset = 0;
    c.length = 0;
    c.flags = 0;
  }
}

// A diff's columns name no tables. `handmade`: made without a plan; counts are numbers nevertheless.
void rewrite_diff_column(ColumnView& c, bool handmade) {
  bool number = c.type == static_cast<std::uint8_t>(FieldType::long_long);
  bool text = c.charset != kBinaryCharset && c.type == static_cast<std::uint8_t>(FieldType::blob);
  c.schema = c.table = c.org_table = c.org_name = {};
  c.flags = 0;
  if (handmade && !number) {
    c.type = static_cast<std::uint8_t>(FieldType::varchar);
    c.charset = 0;
    c.length = 0;
  } else if (text) {
    c.type = kMatrixOneText;
  }
}

std::string rewrite_column(const Session& session, const Query& query, const std::string& packet, bool binary,
                           std::size_t position) {
  auto view = parse_column(as_bytes(packet));
  if (!view) return packet;
  ColumnView c = *view;
  ColumnText text{std::string(c.schema), std::string(c.name), {}};
  for (const auto& [from, to] : query.renames) text.name = replace_all(text.name, from, to);
  if (auto shown = query.hidden.find(text.schema); shown != query.hidden.end()) text.schema = shown->second;
  if (c.org_table.empty()) text.name = expression_name(text.name);
  text.org_name = c.org_name.empty() ? text.name : std::string(c.org_name);
  bool string = c.charset != kBinaryCharset;
  rewrite_type(c, text, query, binary);
  c.length = length_in_matrixone(c.type, c.length);
  if (string && c.charset != 0) c.charset = session.v4() ? session.collation : std::uint16_t{33};
  c.flags = static_cast<std::uint16_t>(c.flags & kKeptFlags);
  if (!session.v4()) c.flags = static_cast<std::uint16_t>(c.flags & 0x0220);
  c.schema = text.schema;
  c.name = text.name;
  c.org_name = text.org_name;
  auto shown_table =
      c.table.starts_with("sim_") ? "mo_" + std::string(c.table.substr(4)) : std::string(c.table);
  c.table = shown_table;
  if (c.org_table.starts_with("sim_")) c.org_table = shown_table;
  if (c.table == "mo_process") c.table = c.org_table = "a";
  if (query.diff) rewrite_diff_column(c, position < 2 || query.ordinals.contains(text.name));
  std::string out;
  write_column(out, c);
  return out;
}

// The client sends all of its file, whatever becomes of the statement.
void end_load(Session& session, std::string data) {
  while (!data.empty()) data = session.client.read();
  session.account->server->connect()->query("KILL QUERY " + std::to_string(session.backend->thread_id()));
  session.backend->send_packet({});
  session.backend->read();
}

void send_local_file(Session& session, const std::string& request) {
  session.client.write(request);
  session.client.flush();
  for (std::string data = "x"; !data.empty();) {
    data = session.client.read();
    try {
      session.world.switches.at(session.entry, "load packet");
    } catch (const Failure&) {
      end_load(session, data);
      throw;
    }
    session.backend->send_packet(data);
  }
}

void write_end(Session& session, bool more, bool after_columns) {
  bool as_ok = (session.caps & cap::deprecate_eof) != 0;
  if (as_ok && after_columns) return;
  if (as_ok) return session.client.write(ok_packet({.status = session.status(more)}, session.caps, 0xFE));
  std::string payload;
  write_eof(payload, {0, after_columns ? kInTransactionStatus : session.status(more)}, session.caps);
  session.client.write(payload);
}

void at_row(Session& session) {
  auto& switches = session.world.switches;
  if (!switches.any()) return;
  session.client.flush();  // the rows before it
  switches.at(session.entry, "row");
}

// Relays one answer; throws Failure with MariaDB's error.
class Relay {
 public:
  // `backend`: the session's, or a view's.
  Relay(Session& session, Backend& backend, const Query& query, bool more, bool binary)
      : session_(session), backend_(backend), query_(query), more_(more), binary_(binary) {}

  // Waits for the answer, whose tables can't be changed from then on.
  void begin() { first_ = backend_.read(); }

  void run() {
    auto mark = session_.client.mark();
    auto first = std::move(first_);
    if (is(first, 0xFB)) {
      send_local_file(session_, first);
      first = backend_.read();
    }
    if (is(first, 0xFF)) fail(first);
    if (is(first, 0x00)) return ok(first);
    columns(ByteReader(as_bytes(first)).lenenc_int());
    rows();
    // SLEEP ends without an error in MariaDB when it is killed.
    if (session_.entry.query_killed && session_.client.rewind(mark))
      throw failure(errc::unknown_error, "context canceled");
  }

 private:
  static bool is(const std::string& packet, unsigned head) {
    return !packet.empty() && static_cast<std::uint8_t>(packet[0]) == head;
  }

  [[noreturn]] void fail(const std::string& packet) {
    auto view = parse_err(as_bytes(packet), Backend::capabilities());
    throw Failure{view ? to_error(*view) : SqlError{}, true};
  }

  void ok(const std::string& packet) {
    auto view = parse_ok(as_bytes(packet), Backend::capabilities());
    if (!view) throw Disconnected{};
    session_.backend_status = view->status;
    send_ok(session_, more_, query_.affected.value_or(view->affected_rows), view->insert_id);
  }

  void columns(std::uint64_t count) {
    std::string payload;
    ByteWriter(payload).lenenc_int(count);
    session_.client.write(payload);
    for (std::uint64_t i = 0; i < count; ++i)
      session_.client.write(rewrite_column(session_, query_, backend_.read(), binary_, i));
    backend_.mid_result = true;
    write_end(session_, more_, true);
  }

  void rows() {
    for (;;) {
      auto packet = backend_.read();
      bool end = is(packet, 0xFE) && is_result_end(0xFE, packet.size(), Backend::capabilities());
      backend_.mid_result = !end && !is(packet, 0xFF);
      if (is(packet, 0xFF)) fail(packet);
      if (end) {
        auto view = parse_ok(as_bytes(packet), Backend::capabilities());
        if (view && &backend_ == session_.backend.get()) session_.backend_status = view->status;
        return write_end(session_, more_, false);
      }
      at_row();
      session_.client.write(packet);
    }
  }

  void at_row() {
    try {
      simulator::at_row(session_);
    } catch (const Failure&) {
      if (&backend_ == session_.backend.get()) read_out(backend_);
      throw;
    }
  }

  Session& session_;
  Backend& backend_;
  const Query& query_;
  bool more_;
  bool binary_;
  std::string first_ = {};
};

}  // namespace

std::string settings_of(Session& session) {
  auto row = session
                 .query(
                     "SELECT @@time_zone, @@sql_mode, @@character_set_client, @@character_set_results, "
                     "@@collation_connection")
                 .rows.at(0);
  auto value = [&](std::size_t i) { return row[i] ? quote_string(*row[i]) : std::string("NULL"); };
  return "SET time_zone=" + value(0) + ", sql_mode=" + value(1) + ", character_set_client=" + value(2) +
         ", character_set_results=" + value(3) + ", collation_connection=" + value(4);
}

namespace {

// KILL has to find the statement where it runs.
class RunsElsewhere {
 public:
  RunsElsewhere(Session& session, const Backend& backend)
      : session_(session), own_(session.entry.backend_thread) {
    session.entry.backend_thread = backend.thread_id();
  }
  ~RunsElsewhere() { session_.entry.backend_thread = own_; }
  RunsElsewhere(const RunsElsewhere&) = delete;
  RunsElsewhere& operator=(const RunsElsewhere&) = delete;

 private:
  Session& session_;
  std::uint32_t own_;
};

}  // namespace

void send_rows(Session& session, const Query& query, const std::vector<std::string>& definitions,
               const std::function<bool(std::string& row)>& next, bool more) {
  std::string payload;
  ByteWriter(payload).lenenc_int(definitions.size());
  session.client.write(payload);
  for (std::size_t i = 0; i < definitions.size(); ++i)
    session.client.write(rewrite_column(session, query, definitions[i], false, i));
  write_end(session, more, true);
  for (std::string row; next(row);) {
    at_row(session);
    session.client.write(row);
  }
  write_end(session, more, false);
}

bool relay_held(Session& session, const Query& query, bool more) {
  ReadViews::Lease view(*query.held.copy->views);
  view.use_settings(settings_of(session));
  RunsElsewhere elsewhere(session, *view);
  Relay answer(session, *view, query, more, false);
  if (!read_in_place(*query.held.table, [&] {
        view->send(Command::query, query.sql);
        answer.begin();
      }))
    return false;
  answer.run();
  return true;
}

void relay(Session& session, const Query& query, bool more) {
  session.backend->send(Command::query, query.sql);
  Relay answer(session, *session.backend, query, more, false);
  answer.begin();
  answer.run();
}

void relay_execute(Session& session, const Query& query, std::string_view payload) {
  session.backend->send(Command::stmt_execute, payload);
  Relay answer(session, *session.backend, query, false, true);
  answer.begin();
  answer.run();
}

namespace {

void relay_definitions(Session& session, const Query& query, std::uint16_t count, bool params) {
  for (std::uint16_t i = 0; i < count; ++i) {
    auto packet = session.backend->read();
    if (params) {
      ColumnView c{.name = "?", .charset = session.v4() ? kBinaryCharset : std::uint16_t{0}};
      c.type = static_cast<std::uint8_t>(FieldType::null);
      packet.clear();
      write_column(packet, c);
    } else {
      packet = rewrite_column(session, query, packet, true, i);
    }
    session.client.write(packet);
  }
  if (count != 0) write_end(session, false, true);
}

}  // namespace

void relay_prepare(Session& session, const Query& query) {
  session.backend->send(Command::stmt_prepare, query.sql);
  auto first = session.backend->read();
  if (!first.empty() && first[0] != '\0') {
    auto view = parse_err(as_bytes(first), Backend::capabilities());
    throw Failure{view ? to_error(*view) : SqlError{}, true};
  }
  auto ok = parse_prepare_ok(as_bytes(first));
  if (!ok) throw Disconnected{};
  auto id = ++session.last_statement_id;
  session.prepared[id] = {ok->statement_id, ok->params, query};
  auto answer = *ok;
  answer.statement_id = id;
  std::string payload;
  write_prepare_ok(payload, answer);
  session.client.write(payload);
  relay_definitions(session, query, ok->params, true);
  relay_definitions(session, query, ok->columns, false);
}

}  // namespace mogate::simulator
