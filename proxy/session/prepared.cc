#include "proxy/session/prepared.h"

#include "protocol/commands.h"
#include "protocol/execute.h"
#include "protocol/frame.h"
#include "proxy/session/command_errors.h"
#include "rewrite/glance.h"

#include <fmt/format.h>

namespace mogate::proxy {
namespace {

using protocol::Command;
using protocol::SqlError;
using rewrite::Placeholders;

// As max_prepared_stmt_count does: so many cost the backend far more than the gateway.
constexpr std::size_t kMaxNative = 65536;
// Behind the frame header: the command byte and the statement's id.
constexpr std::size_t kIdBytes = 5;

const SqlError kSeveral{1295, "This command is not supported in the prepared statement protocol yet", {}};

// True for statements that the gateway must see again at EXECUTE as a whole; the rest of the guarded ones are
// prepared natively.
bool is_own(const rewrite::Statement& s) {
  return rewrite::is_extended(s) || std::holds_alternative<rewrite::Kill>(s.as) ||
         std::holds_alternative<rewrite::PrepareFromVariable>(s.as);
}

}  // namespace

Task<MaybeEnd> Prepared::prepare() {
  if (native_.size() >= kMaxNative) {
    if (auto end = co_await relay_.swallow_command()) co_return end;
    co_return co_await relay_.answer_error_to(Command::stmt_prepare, kTooManyPrepared);
  }
  TextCommand command(c_, relay_);
  if (auto end = co_await command.load()) co_return end;
  preparing_.clear();
  if (c_.policy) {
    OwnStatement asker(c_, relay_);
    Gate gate(c_, asker.executor());
    bool answered = false;
    bool free = command.too_long() ? !gate.concerns_session() : gate.passes(command.text());
    if (free && !command.too_long()) preparing_ = command.text();
    if (!free) {
      if (auto end = co_await judge_text(gate, command, answered)) co_return end;
    }
    if (answered) co_return std::nullopt;
  }
  protocol::ResponseTracker tracker(Command::stmt_prepare, c_.capabilities);
  auto mode = c_.dialect.lexer_mode(c_.sql_mode);
  if (command.too_long()) {
    auto begin = protocol::as_text(c_.request.data()).substr(protocol::kFrameHeader + 1);
    auto sight = c_.note.look(begin, mode);
    if (auto end = co_await Statements(c_, relay_).stream(tracker)) co_return end;
    if (!relay_.failed()) native_[tracker.prepare_ok().statement_id] = {nullptr, sight};
    co_return std::nullopt;
  }
  auto sight = c_.note.look(command.text(), mode);
  bool changed = c_.policy && preparing_ != command.text();
  bool seen = changed || rewrite::needs_look_to_prepare(command.text()) ||
              rewrite::may_change_session(command.text()) || may_write_subscribed(c_, command.text());
  if (!seen || (!c_.dialect.is_matrixone && !changed)) {
    if (auto end = co_await command.forward()) co_return end;
    co_return co_await relay_prepare(tracker, nullptr, sight);
  }
  auto text = command.detach();
  if (changed) text = preparing_;
  OwnStatement runner(c_, relay_);
  if (!c_.dialect.is_matrixone) co_return co_await prepare_native(text, nullptr, sight, runner);
  Reader reader(c_, runner.executor());
  if (auto end = co_await reader.redirect(text)) co_return end;
  auto result = co_await reader.read(text, Placeholders::declared);
  if (result.end) co_return result.end;
  auto& reading = result.reading;
  if (reading.several && !reading.plain() && !reading.error) reading.error = kSeveral;
  if (reading.error) co_return co_await relay_.answer_error_to(Command::stmt_prepare, *reading.error);
  if (reading.plain()) co_return co_await prepare_native(text, nullptr, sight, runner);
  const auto& statement = *reading.pieces[0].ours;
  if (is_own(statement)) co_return co_await own_.prepare(reading.pieces[0].text, statement);
  co_return co_await prepare_native(text, &statement, sight, runner);
}

// `preparing_` is what goes on its way, unless a rule refused it.
Task<MaybeEnd> Prepared::judge_text(Gate& gate, TextCommand& command, bool& answered) {
  if (command.too_long()) {
    if (auto end = co_await command.load_long()) co_return end;
  }
  std::optional<protocol::SqlError> refusal;
  if (command.too_long()) {
    if (auto end = co_await relay_.swallow_command()) co_return end;
    refusal = kTooLongForPolicies;
  } else {
    auto judgement = co_await gate.judge(command.text(), Gate::Stage::prepare);
    if (judgement.end) co_return judgement.end;
    refusal = judgement.refusal;
    if (refusal) command.detach();
    if (!refusal) preparing_ = judgement.changed ? *judgement.changed : std::string(command.text());
  }
  if (!refusal) co_return std::nullopt;
  answered = true;
  co_return co_await relay_.answer_error_to(Command::stmt_prepare, *refusal);
}

const std::string* Prepared::text_of(std::uint32_t id) const {
  if (own_.has(id)) return &own_.text_of(id);
  auto found = texts_.find(id);
  return found == texts_.end() ? nullptr : &found->second;
}

// The EXECUTE at the head of the request buffer.
Task<MaybeEnd> Prepared::judge_execution(std::uint32_t id, bool& answered) {
  OwnStatement runner(c_, relay_);
  Gate gate(c_, runner.executor());
  const auto* text = text_of(id);
  std::optional<protocol::SqlError> refusal;
  if (!text) {
    if (!gate.concerns_session()) co_return std::nullopt;
    refusal = kPreparedBeforePolicies;
  } else if (!gate.passes(*text)) {
    if (auto end = co_await cursors_.make_way()) co_return end;
    auto judgement = co_await gate.judge(*text, Gate::Stage::execute);
    if (judgement.end) co_return judgement.end;
    refusal = judgement.refusal;
  }
  if (!refusal) co_return std::nullopt;
  answered = true;
  if (auto end = co_await relay_.swallow_command()) co_return end;
  co_return co_await relay_.answer_error_to(Command::stmt_execute, *refusal);
}

Task<MaybeEnd> Prepared::prepare_native(std::string_view text, const rewrite::Statement* guarded,
                                        CommandNote::Sight sight, OwnStatement& runner) {
  if (guarded != nullptr) {
    auto outcome = co_await runner.executor().run(*guarded, text);
    if (outcome.end) co_return outcome.end;
    if (outcome.error) co_return co_await relay_.answer_error_to(Command::stmt_prepare, *outcome.error);
  }
  c_.set_statement_deadline();
  if (auto end = co_await relay_.send_command(Command::stmt_prepare, text)) co_return end;
  protocol::ResponseTracker tracker(Command::stmt_prepare, c_.capabilities);
  auto end = co_await relay_prepare(tracker, guarded, sight);
  if (!relay_.failed()) c_.changes.observe(text, c_.dialect, rewrite::Ran::perhaps);
  co_return end;
}

Task<MaybeEnd> Prepared::relay_prepare(protocol::ResponseTracker& tracker, const rewrite::Statement* guarded,
                                       CommandNote::Sight sight) {
  if (auto end = co_await relay_.relay_answer(tracker)) co_return end;
  if (relay_.failed()) co_return std::nullopt;
  native_[tracker.prepare_ok().statement_id] = {
      guarded ? std::make_unique<rewrite::Statement>(*guarded) : nullptr, sight};
  if (c_.policy) texts_[tracker.prepare_ok().statement_id] = std::move(preparing_);
  co_return std::nullopt;
}

// Until that much of the command at the head of the request buffer is there.
Task<MaybeEnd> Prepared::bytes_in_request(std::size_t size) {
  while (c_.request.size() < size) {
    c_.request.compact();
    if (auto end = co_await relay_.read_client()) co_return end;
  }
  co_return std::nullopt;
}

Task<MaybeEnd> Prepared::command(Command command) {
  auto header = *protocol::FrameCursor::peek(c_.request.data());
  auto needed = command == Command::stmt_execute ? protocol::kExecuteFlagsAt + 1 : kIdBytes;
  if (header.length < needed) {
    if (auto end = co_await relay_.swallow_command()) co_return end;
    co_return co_await relay_.answer_error_to(command, kMalformedPacket);
  }
  if (auto end = co_await bytes_in_request(protocol::kFrameHeader + needed)) co_return end;
  auto id = *protocol::statement_id(c_.request.data().subspan(protocol::kFrameHeader));
  bool judged = c_.policy && command == Command::stmt_execute && (own_.has(id) || native_.contains(id));
  if (judged) {
    bool answered = false;
    auto end = co_await judge_execution(id, answered);
    if (end || answered) co_return end;
  }
  if (own_.has(id)) {
    if (auto end = co_await cursors_.make_way()) co_return end;
    co_return co_await own_.command(command, id);
  }
  co_return co_await native_command(command, id);
}

Task<MaybeEnd> Prepared::native_command(Command command, std::uint32_t id) {
  auto known = native_.find(id);
  if (known == native_.end()) {
    // To CLOSE and LONG_DATA of an unknown statement MatrixOne answers an ERR that no client expects
    // (FINDINGS).
    if (auto end = co_await relay_.swallow_command()) co_return end;
    co_return co_await relay_.answer_error_to(command, unknown_prepared(id));
  }
  if (command == Command::stmt_fetch) co_return co_await fetch_native(id);
  if (command != Command::stmt_send_long_data) {
    if (auto end = co_await cursors_.close(id)) co_return end;
  }
  if (auto end = co_await cursors_.make_way()) co_return end;
  if (command == Command::stmt_execute) {
    c_.note.see(known->second.sight);
    co_return co_await execute_native(id, known->second.guarded.get());
  }
  if (command == Command::stmt_close) native_.erase(known), texts_.erase(id);
  co_return co_await forward(command);
}

Task<MaybeEnd> Prepared::check_guard(const rewrite::Statement& statement, bool& refused) {
  OwnStatement runner(c_, relay_);
  auto outcome = co_await runner.executor().run(statement);
  if (outcome.end) co_return outcome.end;
  refused = outcome.error.has_value();
  if (!refused) co_return std::nullopt;
  if (auto end = co_await relay_.swallow_command()) co_return end;
  co_return co_await relay_.answer_error_to(Command::stmt_execute, *outcome.error);
}

Task<MaybeEnd> Prepared::execute_native(std::uint32_t id, const rewrite::Statement* guarded) {
  bool refused = false;
  if (guarded) {
    auto end = co_await check_guard(*guarded, refused);
    if (end || refused) co_return end;
    c_.set_statement_deadline();
  }
  auto flags = [this]() -> std::uint8_t& {
    return c_.request.data()[protocol::kFrameHeader + protocol::kExecuteFlagsAt];
  };
  // Rows that a policy looks at do not wait in a cursor.
  if (c_.policy && c_.policy->terms.shape_answer()) flags() = 0;
  if (flags() == 0) co_return co_await forward(Command::stmt_execute);
  bool emulated = false;
  if (auto end = co_await cursors_.need_emulation(emulated)) co_return end;
  if (!emulated) co_return co_await forward(Command::stmt_execute);
  bool wants_cursor = (flags() & protocol::cursor::read_only) != 0;
  flags() = 0;
  if (!wants_cursor) co_return co_await forward(Command::stmt_execute);
  c_.changes.note_change();
  co_return co_await cursors_.execute(id);
}

Task<MaybeEnd> Prepared::fetch_native(std::uint32_t id) {
  bool emulated = false;
  if (auto end = co_await cursors_.need_emulation(emulated)) co_return end;
  if (!emulated) co_return co_await forward(Command::stmt_fetch);
  TextCommand packet(c_, relay_);
  if (auto end = co_await packet.load()) co_return end;
  auto payload = packet.take_payload();
  auto request = protocol::parse_stmt_fetch(protocol::as_bytes(payload));
  if (!request) co_return co_await relay_.answer_error_to(Command::stmt_fetch, kMalformedPacket);
  co_return co_await cursors_.fetch(id, request->rows);
}

Task<MaybeEnd> Prepared::forward(Command command) {
  if (auto end = co_await relay_.forward_command()) co_return end;
  protocol::ResponseTracker tracker(command, c_.capabilities);
  if (tracker.finished()) co_return std::nullopt;
  auto end = co_await relay_.relay_answer(tracker);
  if (command == Command::stmt_execute && !relay_.failed()) c_.changes.note_change();
  co_return end;
}

// COM_STMT_CLOSE would be answered by an ERR where MatrixOne has dropped the statement itself, which it does
// when enable_remap_hint changes.
std::vector<std::string> Prepared::take_all() {
  own_.forget();
  cursors_.forget();
  std::vector<std::string> out;
  for (const auto& [id, guarded] : native_)
    out.push_back(fmt::format("DEALLOCATE PREPARE __mo_stmt_id_{}", id));
  native_.clear();
  texts_.clear();
  if (c_.policy) c_.policy->prepared.clear(), c_.policy->stale = true;
  return out;
}

}  // namespace mogate::proxy
