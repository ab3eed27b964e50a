#include "proxy/session/emulation.h"

#include "protocol/commands.h"
#include "proxy/orchestrate/kill.h"
#include "proxy/session/client_error.h"
#include "proxy/session/command_errors.h"
#include "proxy/session/text_command.h"
#include "rewrite/sql/like.h"
#include "rewrite/sql/quoting.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

using protocol::Command;
using Known = NativeSupport::Known;

protocol::Statistics statistics_of(const Shared& shared) {
  protocol::Statistics out;
  auto up = std::chrono::system_clock::now() - shared.started;
  out.uptime_seconds =
      static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(up).count());
  auto sessions = shared.registry.all();
  out.threads = sessions.size();
  out.questions = shared.counters.commands;  // of sessions that ended
  for (const auto& session : sessions) out.questions += session->commands;
  return out;
}

}  // namespace

Task<MaybeEnd> Emulation::load(std::string& payload) {
  TextCommand packet(c_, relay_);
  if (auto end = co_await packet.load()) co_return end;
  if (packet.too_long()) co_return SessionEnd{{Side::client, IoFault::too_large}, {}, false};
  payload = packet.take_payload();
  co_return std::nullopt;
}

Task<MaybeEnd> Emulation::answer_packet(std::string_view payload) {
  std::uint8_t sequence = 1;
  co_return end_if(co_await write_packet(c_.client, payload, sequence));
}

Task<MaybeEnd> Emulation::answer_result_end() {
  auto format = answer_format(c_);
  std::string out;
  append_result_end(out, format);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Emulation::try_native(Command command, NativeSupport::Feature feature, std::string& answer,
                                     bool& native) {
  const auto& version = c_.backend.greeting().server_version;
  native = false;
  if (c_.shared.native.of(version, feature) == Known::no) co_return std::nullopt;
  if (auto end = co_await relay_.send_command(command, {})) co_return end;
  if (auto end = co_await relay_.take_packet(answer)) co_return end;
  c_.backend.buffer().release_if_empty();
  native = !protocol::parse_err(protocol::as_bytes(answer), c_.capabilities);
  c_.shared.native.learn(version, feature, native);
  co_return std::nullopt;
}

Task<MaybeEnd> Emulation::statistics() {
  if (auto end = co_await relay_.swallow_command()) co_return end;
  std::string answer;
  bool native = false;
  auto end = co_await try_native(Command::statistics, NativeSupport::Feature::statistics, answer, native);
  if (end) co_return end;
  if (!native) answer = protocol::statistics_text(statistics_of(c_.shared));
  co_return co_await answer_packet(answer);
}

Task<MaybeEnd> Emulation::process_kill() {
  std::string payload;
  if (auto end = co_await load(payload)) co_return end;
  auto id = protocol::parse_process_kill(protocol::as_bytes(payload));
  if (!id) co_return co_await relay_.answer_error(kMalformedPacket);
  OwnStatement runner(c_, relay_);
  auto format = answer_format(c_);
  rewrite::Kill kill{.id = *id};
  if (!c_.dialect.is_matrixone)
    co_return co_await runner.run_native(native_kill(kill, c_.shared.registry), format);
  rewrite::Statement statement{.as = kill};
  co_return co_await runner.run(statement, {}, format);
}

Task<MaybeEnd> Emulation::set_option() {
  std::string payload;
  if (auto end = co_await load(payload)) co_return end;
  auto option = protocol::parse_set_option(protocol::as_bytes(payload));
  if (!option) co_return co_await relay_.answer_error(kMalformedPacket);
  if (*option > protocol::SetOption::multi_statements_off)
    co_return co_await relay_.answer_error(kUnknownCommand);
  // MatrixOne takes several statements whatever the option says: it is the gateway that looks at it.
  if (*option == protocol::SetOption::multi_statements_on) {
    c_.capabilities |= protocol::cap::multi_statements;
  } else {
    c_.capabilities &= ~protocol::cap::multi_statements;
  }
  co_return co_await answer_result_end();
}

// What FLUSH does as a command (rewrite/statements/flush.h): grants, logs, tables, hosts, status and threads
// need none.
Task<MaybeEnd> Emulation::refresh() {
  constexpr unsigned kNothingToDo = 0x3F;
  TextCommand command(c_, relay_);
  if (auto end = co_await command.load()) co_return end;
  bool nothing = c_.config().compat.flush && !command.too_long() && command.text().size() == 1 &&
                 (static_cast<unsigned char>(command.text()[0]) & ~kNothingToDo) == 0;
  if (!nothing) {
    if (auto end = co_await command.forward()) co_return end;
    protocol::ResponseTracker tracker(Command::refresh, c_.capabilities);
    co_return co_await relay_.relay_answer(tracker);
  }
  command.detach();
  auto format = answer_format(c_);
  std::string out;
  append_ok(out, format);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> Emulation::field_list() {
  std::string payload;
  if (auto end = co_await load(payload)) co_return end;
  auto request = protocol::parse_field_list(protocol::as_bytes(payload));
  if (!request) co_return co_await relay_.answer_error(kMalformedPacket);
  auto sql = fmt::format("SELECT * FROM {} LIMIT 0", rewrite::sql::quote_name(request->table));
  auto result = co_await c_.backend.query(sql);
  if (result.io) co_return end_if(result.io);
  if (result.error) co_return co_await relay_.answer_error(mend_native_error(*result.error));
  std::string out;
  std::uint8_t sequence = 1;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    const auto& name = result.rows.columns[i];
    if (!request->pattern.empty() && !rewrite::sql::like(name, request->pattern)) continue;
    auto column = result.columns[i];
    column.name = column.org_name = name;
    column.table = column.org_table = request->table;
    std::string definition;
    protocol::write_field_definition(definition, column, std::nullopt);
    protocol::append_packet(out, protocol::as_bytes(definition), sequence);
  }
  auto format = answer_format(c_);
  format.sequence = sequence;
  append_result_end(out, format);
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

}  // namespace mogate::proxy
