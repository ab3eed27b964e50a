#include "tests/simulator/commands.h"

#include "protocol/messages.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

namespace mogate::simulator {
namespace {

using namespace protocol;

[[noreturn]] void crash() {
  std::fprintf(stderr, "panic: runtime error: slice bounds out of range [1:0]\n");
  std::_Exit(2);
}

Failure unsupported(Command command) {
  char text[8];
  std::snprintf(text, sizeof text, "0x%x", static_cast<unsigned>(command));
  return internal_error(std::string("unsupported command. ") + text);
}

Failure no_statement(std::uint32_t id) {
  return failure(20400,
                 "invalid state prepared statement '__mo_stmt_id_" + std::to_string(id) + "' does not exist");
}

Prepared& find_prepared(Session& session, std::uint32_t id) {
  auto found = session.prepared.find(id);
  if (found == session.prepared.end()) throw no_statement(id);
  return found->second;
}

// The statement id that these payloads begin with.
std::optional<std::uint32_t> id_of(std::string_view payload) {
  ByteReader reader(as_bytes(payload));
  auto id = reader.u32();
  return reader.failed() ? std::nullopt : std::optional(id);
}

// MariaDB's id of the statement in front of `rest`.
std::string with_backend_id(const Prepared& prepared, std::string_view rest) {
  std::string out;
  ByteWriter(out).u32(prepared.backend_id).text(rest);
  return out;
}

void init_db(Session& session, std::string_view name) {
  auto sql = "use `" + std::string(name) + "`";
  if (name.empty() || name.find('`') != std::string_view::npos) throw syntax_error(make_statement(sql), 1);
  session.use(lower(name));
  send_ok(session);
}

void execute_prepared(Session& session, std::string_view payload) {
  auto id = id_of(payload);
  if (!id || payload.size() < 9) throw failure(20301, "invalid input: sql command contains malformed packet");
  auto& prepared = find_prepared(session, *id);
  auto flags = static_cast<unsigned>(static_cast<unsigned char>(payload[4]));
  if (flags != 0)
    throw failure(20301, "invalid input: unsupported Prepare flag '" + std::to_string(flags) + "'");
  execute_prepared(session, prepared, with_backend_id(prepared, payload.substr(4)));
}

void send_long_data(Session& session, std::string_view payload) {
  auto id = id_of(payload);
  if (!id || payload.size() < 6) throw failure(20301, "invalid input: sql command contains malformed packet");
  auto& prepared = find_prepared(session, *id);
  if (!prepared.own_text.empty()) return;
  session.backend->send(Command::stmt_send_long_data, with_backend_id(prepared, payload.substr(4)));
}

void close_statement(Session& session, std::string_view payload) {
  auto id = id_of(payload);
  if (!id) throw internal_error("invalid COM_STMT_CLOSE packet");
  auto& prepared = find_prepared(session, *id);
  if (prepared.own_text.empty()) session.backend->send(Command::stmt_close, with_backend_id(prepared, {}));
  session.prepared.erase(*id);
}

void reset_statement(Session& session, std::string_view payload) {
  auto id = id_of(payload);
  if (!id) throw internal_error("invalid COM_STMT_RESET packet");
  auto& prepared = find_prepared(session, *id);
  if (prepared.own_text.empty()) {
    session.backend->send(Command::stmt_reset, with_backend_id(prepared, {}));
    session.backend->read();
  }
  send_ok(session);
}

// Real columns are never sent.
void field_list(Session& session) {
  if (session.database.empty()) throw failure(errc::no_db, "No database selected");
  if (session.caps & cap::deprecate_eof)
    return session.client.write(ok_packet({.status = status::autocommit}, session.caps, 0xFE));
  std::string payload;
  write_eof(payload, {0, status::autocommit}, session.caps);
  session.client.write(payload);
}

void set_option(Session& session, std::string_view payload) {
  if (payload.size() != 2 && session.v4()) throw internal_error("invalid cmd_set_option data length");
  send_ok(session);
}

void answer(Session& session, Command command, std::string_view payload) {
  switch (command) {
    case Command::query: return execute_packet(session, payload);
    case Command::init_db: return init_db(session, payload);
    case Command::ping: return send_ok(session);
    case Command::field_list: return field_list(session);
    case Command::stmt_prepare: return prepare_packet(session, payload);
    case Command::stmt_execute: return execute_prepared(session, payload);
    case Command::stmt_send_long_data: return send_long_data(session, payload);
    case Command::stmt_close: return close_statement(session, payload);
    case Command::stmt_reset: return reset_statement(session, payload);
    case Command::set_option: return set_option(session, payload);
    default: throw unsupported(command);
  }
}

void begin_command(Session& session, std::string_view payload) {
  std::lock_guard lock(session.world.mutex);
  session.entry.info = payload.substr(0, 1024);
  session.entry.query_killed = false;
  session.entry.running = true;
}

void end_command(Session& session) {
  std::lock_guard lock(session.world.mutex);
  session.entry.running = false;
  session.entry.info.clear();
}

void serve_command(Session& session, const std::string& packet) {
  auto command = static_cast<Command>(packet[0]);
  auto payload = std::string_view(packet).substr(1);
  bool silent = command == Command::stmt_close || command == Command::stmt_send_long_data;
  // What a client pipelined comes back to it, and is never answered (FINDINGS, trap 2).
  if (session.client.has_unread() && !silent) session.client.write_raw(session.client.take_unread());
  begin_command(session, payload);
  try {
    answer(session, command, payload);
  } catch (const Failure& failed) {
    send_error(session, failed.error);
  } catch (const std::exception& e) {
    send_error(session, {errc::unknown_error, e.what(), {}});
  }
  session.client.flush();
  end_command(session);
}

// After COM_QUIT the server waits for the client to close, and keeps the connection in its list.
void wait_for_close(Session& session) {
  for (;;) session.client.read();
}

}  // namespace

void serve_commands(Session& session) {
  while (!session.entry.killed) {
    auto packet = session.client.read();
    if (packet.empty() && session.world.options.crash_on_empty_packet) crash();
    if (packet.empty()) return;
    if (static_cast<Command>(packet[0]) == Command::quit) wait_for_close(session);
    serve_command(session, packet);
  }
}

}  // namespace mogate::simulator
