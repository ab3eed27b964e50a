#include "proxy/session/commands.h"

#include "protocol/frame.h"
#include "proxy/net/bounded.h"
#include "proxy/session/command_errors.h"
#include "proxy/session/command_kinds.h"
#include "proxy/session/reset_connection.h"
#include "rewrite/sql/quoting.h"

namespace mogate::proxy {
namespace {

using protocol::Command;
using protocol::SqlError;

const SqlError kOutOfOrder{protocol::errc::packets_out_of_order, "Got packets out of order", {}};
const SqlError kUnknownDatabase{protocol::errc::bad_db, "Unknown database", {}};

// Those that see to the open cursors themselves, and those after which none of them matters.
bool minds_cursors(Command command) {
  return command == Command::stmt_execute || command == Command::stmt_fetch ||
         command == Command::stmt_close || command == Command::stmt_reset ||
         command == Command::stmt_send_long_data || command == Command::quit ||
         command == Command::change_user;
}

// Statements in another form: the rules of policies see them as those.
bool is_statement_too(Command command) {
  return command == Command::init_db || command == Command::create_db || command == Command::drop_db ||
         command == Command::process_kill || command == Command::field_list || command == Command::refresh ||
         command == Command::process_info;
}

// `text` is what stands behind the command's byte.
std::string statement_of(Command command, std::string_view text) {
  auto name = rewrite::sql::quote_name(text.substr(0, text.find('\0')));
  switch (command) {
    case Command::init_db: return "USE " + name;
    case Command::create_db: return "CREATE DATABASE " + name;
    case Command::drop_db: return "DROP DATABASE " + name;
    case Command::field_list: return "SHOW COLUMNS FROM " + name;
    case Command::process_kill: return "KILL 1";
    case Command::refresh: return "FLUSH TABLES";
    default: return "SHOW PROCESSLIST";
  }
}

// No name in such a command is longer.
constexpr std::size_t kLongestName = 4096;

}  // namespace

Task<MaybeEnd> Commands::run() {
  auto data = c_.request.data();
  auto header = *protocol::FrameCursor::peek(data);
  c_.error_sequence = static_cast<std::uint8_t>(header.sequence + 1);
  if (header.sequence != 0) return refuse_out_of_order();
  // An empty packet ends the whole server process natively (FINDINGS trap 1).
  if (header.length == 0) return refuse_empty();
  if (c_.policy) c_.policy->terms = {};
  c_.set_statement_deadline();
  c_.note_transaction();
  c_.entry->commands.fetch_add(1, std::memory_order_relaxed);
  auto command = static_cast<Command>(data[protocol::kFrameHeader]);
  c_.note.see(kind_of_command(command));
  if (c_.backend_has_rows && !minds_cursors(command)) return after_rows(command);
  return hold(command);
}

// A cursor's rows are in the way of what this command wants of the backend.
Task<MaybeEnd> Commands::after_rows(Command command) {
  if (auto end = co_await prepared_.make_way()) co_return end;
  co_return co_await hold(command);
}

Task<MaybeEnd> Commands::hold(Command command) {
  return c_.policy && is_statement_too(command) ? judged(command) : dispatch(command);
}

Task<MaybeEnd> Commands::dispatch(Command command) {
  switch (command) {
    case Command::query: return statements_.query();
    case Command::stmt_prepare: return prepared_.prepare();
    case Command::stmt_execute:
    case Command::stmt_send_long_data:
    case Command::stmt_close:
    case Command::stmt_reset:
    case Command::stmt_fetch: return prepared_.command(command);
    case Command::quit: return quit();
    case Command::init_db: return init_db();
    case Command::process_kill: return emulation_.process_kill();
    case Command::change_user: return change_user();
    case Command::field_list:
    case Command::statistics:
    case Command::set_option:
    case Command::refresh:
    case Command::reset_connection: return c_.dialect.is_matrixone ? emulate(command) : relay(command);
    case Command::create_db:
    case Command::drop_db:
    case Command::process_info:
    case Command::debug:
    case Command::ping: return relay(command);
    default: return refuse(kUnknownCommand);
  }
}

Task<MaybeEnd> Commands::emulate(Command command) {
  switch (command) {
    case Command::field_list: return emulation_.field_list();
    case Command::statistics: return emulation_.statistics();
    case Command::set_option: return emulation_.set_option();
    case Command::refresh: return emulation_.refresh();
    default: return reset_connection();
  }
}

// MatrixOne puts the name between back-quotes and runs what comes of it, several statements and mo_ctl
// included.
Task<MaybeEnd> Commands::init_db() {
  TextCommand command(c_, relay_);
  if (auto end = co_await command.load()) co_return end;
  bool forged =
      c_.dialect.is_matrixone && (command.too_long() || command.text().find('`') != std::string_view::npos);
  if (forged) co_return co_await refuse(kUnknownDatabase);
  std::string name(command.too_long() ? std::string_view() : command.text());
  if (auto end = co_await command.forward()) co_return end;
  protocol::ResponseTracker tracker(Command::init_db, c_.capabilities);
  auto end = co_await relay_.relay_answer(tracker);
  if (!relay_.failed()) c_.changes.note_database(name);
  co_return end;
}

Task<MaybeEnd> Commands::judged(Command command) {
  if (protocol::FrameCursor::peek(c_.request.data())->length > kLongestName)
    co_return co_await refuse(kMalformedPacket);
  TextCommand packet(c_, relay_);
  if (auto end = co_await packet.load()) co_return end;
  auto statement = statement_of(command, packet.text());
  OwnStatement asker(c_, relay_);
  Gate gate(c_, asker.executor());
  if (!gate.passes(statement)) {
    auto judgement = co_await gate.judge(statement, Gate::Stage::query);
    if (judgement.end) co_return judgement.end;
    if (judgement.refusal) co_return co_await refuse(*judgement.refusal);
  }
  co_return co_await dispatch(command);
}

Task<MaybeEnd> Commands::relay(Command command) {
  if (auto end = co_await relay_.forward_command()) co_return end;
  protocol::ResponseTracker tracker(command, c_.capabilities);
  co_return co_await relay_.relay_answer(tracker);
}

// Who loses count of packets can't be followed any further.
Task<MaybeEnd> Commands::refuse_out_of_order() { co_return SessionEnd{{}, kOutOfOrder, false}; }

Task<MaybeEnd> Commands::refuse_empty() {
  c_.request.consume(protocol::kFrameHeader);
  c_.request.release_if_empty();
  co_return co_await relay_.answer_error(kUnknownCommand);
}

Task<MaybeEnd> Commands::refuse(const SqlError& error) {
  if (auto end = co_await relay_.swallow_command()) co_return end;
  co_return co_await relay_.answer_error(error);
}

// MatrixOne has no such command; the gateway's way is the same for every backend (Login::change_user).
Task<MaybeEnd> Commands::change_user() {
  Bounded stall(c_.readiness, c_.config().timeouts.handshake);
  auto packet =
      co_await read_packet(c_.client, c_.request, Side::client, c_.config().gateway.max_handshake_bytes);
  c_.request.release_if_empty();
  if (packet.error) co_return end_if(packet.error);
  new_login_.emplace().change_user = std::move(packet.payload);
  co_return std::nullopt;
}

// MatrixOne has no such command, but where the gateway can log in for the client, a login is a reset that
// leaves nothing out. The database stays, as in MySQL.
Task<MaybeEnd> Commands::reset_connection() {
  if (auto end = co_await relay_.swallow_command()) co_return end;
  if (!c_.credentials) co_return co_await reset_in_place();
  auto current = co_await c_.backend.query("select database()");
  if (current.io) co_return end_if(current.io);
  if (current.error) co_return co_await relay_.answer_error(*current.error);
  const auto& rows = current.rows.rows;
  new_login_.emplace().database = rows.empty() || rows[0].empty() ? "" : rows[0][0].value_or("");
  co_return std::nullopt;
}

// By the backend, if it can, else from what the session's statements changed.
Task<MaybeEnd> Commands::reset_in_place() {
  std::string answer;
  bool native = false;
  auto end = co_await emulation_.try_native(Command::reset_connection,
                                            NativeSupport::Feature::reset_connection, answer, native);
  if (end) co_return end;
  if (!native) co_return co_await put_session_back(c_, relay_, prepared_);
  prepared_.take_all();
  c_.changes.clear();
  std::uint8_t sequence = 1;
  co_return end_if(co_await write_packet(c_.client, answer, sequence));
}

// MatrixOne doesn't close after COM_QUIT (FINDINGS): the session's end closes both sockets.
Task<MaybeEnd> Commands::quit() {
  if (auto end = co_await relay_.forward_command()) co_return end;
  c_.in_command = false;
  co_return SessionEnd{{Side::client, IoFault::closed}, {}, true};
}

}  // namespace mogate::proxy
