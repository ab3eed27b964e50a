#include "proxy/session/session.h"

#include "protocol/frame.h"
#include "proxy/net/bounded.h"
#include "proxy/orchestrate/killer.h"
#include "proxy/session/client_error.h"
#include "proxy/session/client_origin.h"
#include "proxy/session/login.h"
#include "proxy/session/login_limits.h"

#include <spdlog/spdlog.h>

namespace mogate::proxy {
namespace {

// How long a client that was told why may keep its socket open.
constexpr std::chrono::seconds kLinger{2};

// What a command counts as that its session did not outlive, as the client library would call it.
constexpr std::uint16_t kLostConnection = 2013;

}  // namespace

Session::Session(Shared& shared, ShardResources& shard, FileDescriptor client)
    : c_(shared, shard), watched_(shard.watchdog, c_.readiness) {
  c_.client.adopt(std::move(client));
  c_.entry->since = std::chrono::system_clock::now();
  c_.client.limit_stalls(c_.config().timeouts.write);
  c_.backend.leg().limit_stalls(c_.config().timeouts.write);
}

Task<void> Session::run() {
  c_.readiness.set_deadline_in(c_.config().timeouts.handshake);
  auto end = co_await learn_origin(c_);
  if (!end) end = enter_address(c_);
  if (!end) end = co_await log_in();
  if (!end) end = co_await serve();
  c_.shared.registry.remove(c_.entry->id);
  c_.shared.counters.commands += c_.entry->commands;
  enter(SessionState::ending);
  co_await kill_orphan(*end);
  c_.backend.leg().close();
  co_await farewell(*end);
  c_.client.close();
}

Task<MaybeEnd> Session::serve() {
  // Holds what the commands of one login keep for one another.
  std::optional<Commands> commands(std::in_place, c_);
  while (true) {
    if (auto end = co_await next_command()) co_return end;
    enter(SessionState::running);
    c_.in_command = true;
    c_.note.begin(Clock::now());
    auto ended = co_await commands->run();
    if (ended && c_.in_command) c_.note.fail(ended->say ? ended->say->code : kLostConnection);
    c_.count_command();
    if (ended) co_return ended;
    if (auto next = commands->take_new_login()) {
      commands.reset();
      if (auto end = co_await log_in_anew(std::move(*next))) co_return end;
      commands.emplace(c_);
    }
    c_.in_command = false;
    if (draining_ && !c_.backend.in_transaction()) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
  }
}

Task<MaybeEnd> Session::log_in() {
  Login login(c_);
  co_return co_await login.run();
}

Task<MaybeEnd> Session::log_in_anew(NewLogin next) {
  Login login(c_);
  if (next.change_user) co_return co_await login.change_user(std::move(*next.change_user));
  co_return co_await login.log_in_again(next.database);
}

// Until the first bytes of a command are in the request buffer.
Task<MaybeEnd> Session::next_command() {
  c_.error_sequence = 1;
  c_.client.begin_command();
  if (protocol::FrameCursor::peek(c_.request.data())) co_return std::nullopt;
  enter(SessionState::idle);
  c_.readiness.set_deadline_in(c_.config().timeouts.idle);
  do {
    if (auto end = co_await wait_for_bytes()) co_return end;
  } while (!protocol::FrameCursor::peek(c_.request.data()));
  co_return std::nullopt;
}

Task<MaybeEnd> Session::wait_for_bytes() {
  auto backend = c_.backend_has_rows ? 0 : event::backend_read;
  auto events = co_await c_.readiness.wait(event::client_read | backend);
  if (events & event::stop) co_return SessionEnd{{Side::gateway, IoFault::stopped}, {}, false};
  if (events & event::expired) co_return SessionEnd{{Side::client, IoFault::timed_out}, {}, false};
  if (events & event::backend_read) {
    if (auto end = co_await hear_idle_backend()) co_return end;
  }
  if (!(events & event::client_read)) co_return std::nullopt;
  auto read = c_.client.try_read(c_.request.room());
  c_.request.filled(read.bytes);
  c_.request.release_if_empty();
  if (read.error.fault == IoFault::closed) co_return SessionEnd{read.error, {}, true};
  co_return end_if(read.error);
}

// A backend that speaks without being asked says why it ends the session.
Task<MaybeEnd> Session::hear_idle_backend() {
  auto& buffer = c_.backend.buffer();
  auto read = c_.backend.leg().try_read(buffer.room());
  buffer.filled(read.bytes);
  if (read.bytes == 0) {
    buffer.release_if_empty();
    co_return end_if(read.error);
  }
  Bounded soon(c_.readiness, kLinger);
  auto packet = co_await read_packet(c_.backend.leg(), buffer, Side::backend, kBufferSize);
  SessionEnd end{{Side::backend, IoFault::closed}, {}, false};
  auto err =
      packet.error ? std::nullopt : protocol::parse_err(protocol::as_bytes(packet.payload), c_.capabilities);
  if (err) end.say = mend_native_error(protocol::to_error(*err));
  co_return end;
}

void Session::drain() {
  draining_ = true;
  if (!c_.in_command && !(c_.logged_in && c_.backend.in_transaction())) stop();
}

// What a client that vanished, or the gateway itself, left running on the backend.
Task<void> Session::kill_orphan(const SessionEnd& end) {
  bool busy = c_.in_command || c_.backend_has_rows;
  bool left_running = busy && end.error && end.error.side != Side::backend;
  if (left_running) co_await kill_query(c_.shared, c_.shard, c_.backend.greeting().connection_id);
}

Task<void> Session::farewell(const SessionEnd& end) {
  if (end.error) {
    spdlog::debug("session {} of {} ended: {} {}", c_.entry->id, c_.entry->client, name_of(end.error.side),
                  name_of(end.error.fault));
  }
  if (end.quiet || !c_.client.is_open()) co_return;
  auto moment = !c_.logged_in ? Moment::login : c_.in_command ? Moment::command : Moment::idle;
  // OpenSSL has said why, in an alert.
  if (end.error.side == Side::client && end.error.fault == IoFault::tls) co_return co_await let_client_read();
  auto error = end.say ? end.say : error_for_client(end.error, moment);
  auto sequence = c_.logged_in ? c_.error_sequence : std::optional(c_.login_sequence);
  if (!error || !sequence) co_return;
  AnswerFormat format{.capabilities = c_.capabilities | protocol::cap::protocol_41, .sequence = *sequence};
  std::string out;
  append_error(out, format, *error);
  c_.readiness.clear(event::stop);
  c_.readiness.set_deadline_in(kLinger);
  if (co_await c_.client.write_all(std::string_view(out))) co_return;
  co_await let_client_read();
}

// Closing with bytes unread would reset the connection and take the ERR with it.
Task<void> Session::let_client_read() {
  if (c_.client.has_tls()) co_return;
  c_.readiness.set_deadline_in(kLinger);
  c_.client.shut_down_write();
  c_.request.release();
  auto error = IoError{};
  while (!error) {
    auto read = co_await c_.client.read_some(c_.request.room());
    error = read.error;
  }
}

}  // namespace mogate::proxy
