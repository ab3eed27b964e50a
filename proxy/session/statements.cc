#include "proxy/session/statements.h"

#include "proxy/orchestrate/kill.h"
#include "proxy/session/command_errors.h"
#include "rewrite/glance.h"
#include "rewrite/hazard_scanner.h"
#include "rewrite/sql/first_word.h"
#include "rewrite/sync_tables.h"

namespace mogate::proxy {
namespace {

using protocol::SqlError;
using rewrite::Hazard;
using rewrite::Placeholders;

const SqlError kNotSeveral{
    protocol::errc::parse_error,
    "SQL parser error: several statements in one packet, but the client did not ask for "
    "CLIENT_MULTI_STATEMENTS",
    {}};

std::optional<SqlError> refusal(const rewrite::HazardScanner& scanner, const rewrite::GuardSettings& guards,
                                bool is_sys) {
  switch (scanner.found()) {
    case Hazard::none: return std::nullopt;
    case Hazard::mo_ctl:
      if (is_sys || !guards.mo_ctl) return std::nullopt;
      return protocol::privilege_error("mo_ctl needs account sys with role moadmin");
    case Hazard::two_snapshots:
      if (!guards.two_snapshots) return std::nullopt;
      return SqlError{
          protocol::errc::mo_not_supported, "not supported: one statement over two snapshots", {}};
    case Hazard::read_only: return scanner.refusal();
    case Hazard::extended:
      return SqlError{protocol::errc::packet_too_large,
                      "mogate: the statement is longer than [gateway] inspect_limit",
                      {}};
  }
  return std::nullopt;
}

}  // namespace

rewrite::ParseOptions Reader::options(Placeholders placeholders) const {
  rewrite::ParseOptions options;
  options.dialect = c_.dialect;
  options.guards = c_.config().guards;
  options.compat = c_.config().compat;
  options.native_show_subscriptions = c_.config().subscriptions.native_show;
  options.placeholders = placeholders;
  options.in_transaction = c_.client_in_transaction && placeholders == Placeholders::refused;
  options.off_comment = c_.config().gateway.off_comment == OffComment::all;
  return options;
}

Task<MaybeEnd> Reader::settle_off_comment(std::string_view text, rewrite::ParseOptions& options) {
  bool asks =
      c_.config().gateway.off_comment == OffComment::sys && text.find("mogate:off") != std::string_view::npos;
  if (!asks) co_return std::nullopt;
  auto asked = co_await executor_.identity();
  if (asked.end) co_return asked.end;
  options.off_comment = asked.ok() && asked.identity.is_sys();
  co_return (co_await executor_.settle()).end;
}

Task<MaybeEnd> Reader::settle_read_only(rewrite::ReadOnlyTables& read_only) {
  if (!c_.shared.subscribed.any()) co_return std::nullopt;
  if (!c_.account_id) {
    auto asked = co_await executor_.identity();
    if (asked.end) co_return asked.end;
    if (asked.ok()) c_.account_id = asked.identity.account_id;
    if (auto end = (co_await executor_.settle()).end) co_return end;
  }
  if (c_.account_id) read_only.tables = c_.shared.subscribed.of(*c_.account_id);
  if (!read_only.tables) co_return std::nullopt;
  co_return co_await learn_database(read_only.database);
}

// What the session's changes do not tell is asked.
Task<MaybeEnd> Reader::learn_database(std::string& database) {
  if (c_.changes.unknowable().empty()) database = c_.changes.database();
  if (!database.empty()) co_return std::nullopt;
  c_.readiness.set_deadline_in(c_.config().timeouts.orchestration);
  auto asked = co_await c_.backend.query("SELECT DATABASE()");
  if (asked.io) co_return end_if(asked.io);
  if (asked.ok() && !asked.rows.rows.empty()) database = asked.rows.rows[0].at(0).value_or("");
  co_return (co_await executor_.settle()).end;
}

Task<MaybeEnd> Reader::redirect(std::string& text) {
  if (!rewrite::mentions_sync_tables(text)) co_return std::nullopt;
  std::string database;
  if (auto end = co_await learn_database(database)) co_return end;
  if (c_.dialect.honours_sql_mode()) {
    if (auto end = (co_await executor_.ask_sql_mode()).end) co_return end;
    if (auto end = (co_await executor_.settle()).end) co_return end;
  }
  auto redirected = rewrite::redirect_sync_tables(text, c_.dialect.lexer_mode(c_.sql_mode), database);
  if (redirected) text = std::move(*redirected);
  co_return std::nullopt;
}

Task<Reader::Result> Reader::read(std::string_view text, Placeholders placeholders) {
  Result result;
  auto how = options(placeholders);
  result.end = co_await settle_off_comment(text, how);
  if (!result.end) result.end = co_await settle_read_only(how.read_only);
  if (result.end) co_return result;
  result.reading = read_statements(text, how);
  bool plain = result.reading.plain() && !result.reading.several;
  if (!c_.dialect.honours_sql_mode() || (plain && !depends_on_sql_mode(text, how))) co_return result;
  auto asked = co_await executor_.ask_sql_mode();
  result.end = asked.end;
  if (asked.error) result.reading.error = asked.error;
  if (result.end || asked.error) co_return result;
  result.end = (co_await executor_.settle()).end;
  if (result.end) co_return result;
  how.mode = c_.sql_mode;
  result.reading = read_statements(text, how);
  co_return result;
}

Task<MaybeEnd> Statements::query() {
  TextCommand command(c_, relay_);
  if (auto end = co_await command.load()) co_return end;
  c_.note_text(command.too_long() ? protocol::as_text(c_.request.data()).substr(protocol::kFrameHeader + 1)
                                  : command.text());
  if (c_.policy) {
    Gate gate(c_, own_.executor());
    bool free = command.too_long() ? !gate.concerns_session() : gate.passes(command.text());
    if (!free) co_return co_await judged(gate, command);
  }
  co_return co_await send(command);
}

// Some rule may have something to say to it.
Task<MaybeEnd> Statements::judged(Gate& gate, TextCommand& command) {
  if (command.too_long()) {
    if (auto end = co_await command.load_long()) co_return end;
  }
  if (command.too_long()) {
    if (auto end = co_await relay_.swallow_command()) co_return end;
    co_return co_await relay_.answer_error(kTooLongForPolicies);
  }
  auto judgement = co_await gate.judge(command.text(), Gate::Stage::query);
  if (judgement.end) co_return judgement.end;
  if (!judgement.refusal && !judgement.changed) co_return co_await send(command);
  command.detach();
  auto format = answer_format(c_);
  if (judgement.refusal) co_return co_await own_.refuse(*judgement.refusal, format);
  if (!c_.dialect.is_matrixone) co_return co_await own_.run_native(*judgement.changed, format);
  co_return co_await inspect(std::move(*judgement.changed));
}

Task<MaybeEnd> Statements::send(TextCommand& command) {
  if (command.too_long()) {
    protocol::ResponseTracker tracker(protocol::Command::query, c_.capabilities);
    co_return co_await stream(tracker);
  }
  if (c_.dialect.is_matrixone && must_be_seen(command.text())) {
    auto text = command.detach();
    co_return co_await inspect(std::move(text));
  }
  if (!c_.dialect.is_matrixone && rewrite::sql::iequals(rewrite::sql::first_word(command.text()), "KILL")) {
    bool done = false;
    auto end = co_await kill(command, done);
    if (end || done) co_return end;
  }
  co_return co_await forward(command);
}

bool Statements::must_be_seen(std::string_view text) const {
  return rewrite::needs_look(text) || rewrite::may_change_session(text) || !c_.changes.savepoints().empty() ||
         may_write_subscribed(c_, text);
}

bool may_write_subscribed(const SessionContext& context, std::string_view text) {
  const auto& subscribed = context.shared.subscribed;
  if (!subscribed.any() || !rewrite::writes_plainly(text)) return false;
  return !context.account_id || subscribed.of(*context.account_id) != nullptr;
}

Task<MaybeEnd> Statements::kill(TextCommand& command, bool& done) {
  auto parsed = rewrite::parse(command.text(), Reader(c_, own_.executor()).options(Placeholders::refused));
  auto* statement = std::get_if<rewrite::Statement>(&parsed);
  auto* kill = statement ? std::get_if<rewrite::Kill>(&statement->as) : nullptr;
  done = kill != nullptr;
  if (!done) co_return std::nullopt;
  command.detach();
  auto format = answer_format(c_);
  co_return co_await own_.run_native(native_kill(*kill, c_.shared.registry), format);
}

Task<MaybeEnd> Statements::forward(TextCommand& command) {
  if (auto end = co_await command.forward()) co_return end;
  protocol::ResponseTracker tracker(protocol::Command::query, c_.capabilities);
  if (!(c_.capabilities & protocol::cap::local_files)) tracker.refuse_local_infile();
  co_return co_await relay_.relay_answer(tracker);
}

Task<MaybeEnd> Statements::inspect(std::string text) {
  Reader reader(c_, own_.executor());
  if (auto end = co_await reader.redirect(text)) co_return end;
  auto result = co_await reader.read(text, Placeholders::refused);
  if (result.end) co_return result.end;
  auto& reading = result.reading;
  // What Django sends at connect, without asking for several statements: nobody gains by it.
  bool refused = reading.several && !reading.only_sets;
  if (refused && !reading.error && !(c_.capabilities & protocol::cap::multi_statements)) {
    reading.error = kNotSeveral;
  }
  auto format = answer_format(c_);
  if (reading.error) co_return co_await own_.refuse(*reading.error, format);
  if (reading.plain()) co_return co_await own_.run_native(text, format);
  co_return co_await run_pieces(reading);
}

Task<MaybeEnd> Statements::run_pieces(const Reading& reading) {
  auto format = answer_format(c_);
  for (const auto& piece : reading.pieces) {
    format.more_results = &piece != &reading.pieces.back();
    if (&piece != &reading.pieces.front()) {
      c_.count_command();
      c_.note.begin(Clock::now());
    }
    c_.note_text(piece.text);
    MaybeEnd end;
    // Not `co_await (a ? b : c)`: GCC 12 destroys the awaitable twice.
    if (piece.ours) {
      end = co_await own_.run(*piece.ours, piece.text, format);
    } else {
      end = co_await own_.run_native(piece.text, format);
    }
    if (end || own_.failed()) co_return end;
  }
  co_return std::nullopt;
}

Task<MaybeEnd> Statements::stream(protocol::ResponseTracker& tracker) {
  Relay::Inspector inspect;
  rewrite::HazardScanner scanner;
  bool is_sys = false;
  if (c_.dialect.is_matrixone) {
    auto asked = co_await own_.executor().identity();
    if (asked.end) co_return asked.end;
    is_sys = asked.ok() && asked.identity.is_sys();
    if (auto end = (co_await own_.executor().ask_sql_mode()).end) co_return end;
    if (auto end = (co_await own_.executor().settle()).end) co_return end;
    rewrite::ReadOnlyTables read_only;
    if (auto end = co_await Reader(c_, own_.executor()).settle_read_only(read_only)) co_return end;
    scanner = rewrite::HazardScanner(c_.dialect.lexer_mode(c_.sql_mode), std::move(read_only));
    inspect = [&](std::string_view piece, bool last) {
      scanner.feed(piece);
      if (last) scanner.finish();
      return refusal(scanner, c_.config().guards, is_sys);
    };
    c_.set_statement_deadline();
    c_.changes.note_unseen(protocol::as_text(c_.request.data()).substr(protocol::kFrameHeader + 1));
  }
  if (auto end = co_await relay_.forward_command(inspect ? &inspect : nullptr)) co_return end;
  if (!(c_.capabilities & protocol::cap::local_files)) tracker.refuse_local_infile();
  co_return co_await relay_.relay_answer(tracker);
}

}  // namespace mogate::proxy
