#include "proxy/session/own_prepared.h"

#include "proxy/session/command_errors.h"
#include "rewrite/planner.h"

namespace mogate::proxy {
namespace {

using protocol::Command;
using protocol::SqlError;
using rewrite::Param;
using rewrite::Placeholders;

// MatrixOne counts its statement ids up from 1 in each session; the gateway's own stand far above.
constexpr std::uint32_t kFirstId = 0x40000000;

const SqlError kTooLong{
    protocol::errc::packet_too_large, "mogate: long data over [gateway] inspect_limit", {}};

std::vector<Param> params_of(const protocol::Execute& execute) {
  std::vector<Param> params;
  for (const auto& value : execute.values) {
    auto kind = value.kind == protocol::BoundValue::Kind::null     ? Param::Kind::null
                : value.kind == protocol::BoundValue::Kind::number ? Param::Kind::number
                                                                   : Param::Kind::text;
    params.push_back({kind, value.value});
  }
  return params;
}

std::string prepare_answer(AnswerFormat format, std::uint32_t id, std::size_t params,
                           const std::vector<rewrite::ColumnSpec>& columns) {
  protocol::PrepareOk ok;
  ok.statement_id = id;
  ok.params = static_cast<std::uint16_t>(params);
  ok.columns = static_cast<std::uint16_t>(columns.size());
  std::string payload, out;
  protocol::write_prepare_ok(payload, ok);
  protocol::append_packet(out, protocol::as_bytes(payload), format.sequence);
  if (params != 0) append_columns(out, format, std::vector<rewrite::ColumnSpec>(params, {"?"}));
  if (!columns.empty()) append_columns(out, format, columns);
  return out;
}

}  // namespace

Task<MaybeEnd> OwnPrepared::prepare(std::string_view text, const rewrite::Statement& statement) {
  if (statements_.size() >= c_.config().gateway.max_prepared)
    co_return co_await relay_.answer_error_to(Command::stmt_prepare, kTooManyPrepared);
  auto id = kFirstId + next_++ % kFirstId;
  auto& own = statements_[id];
  own = {};
  own.text = text;
  own.mode = c_.sql_mode;
  own.params = rewrite::count_placeholders(text, c_.dialect.lexer_mode(own.mode));
  auto out = prepare_answer(answer_format(c_), id, own.params, rewrite::result_columns(statement));
  co_return end_if(co_await c_.client.write_all(std::string_view(out)));
}

Task<MaybeEnd> OwnPrepared::command(Command command, std::uint32_t id) {
  auto& own = statements_.at(id);
  TextCommand packet(c_, relay_);
  if (auto end = co_await packet.load()) co_return end;
  if (packet.too_long()) co_return SessionEnd{{Side::client, IoFault::too_large}, {}, false};
  auto payload = packet.take_payload();
  auto format = answer_format(c_);
  std::string out;
  switch (command) {
    case Command::stmt_execute: co_return co_await execute(own, payload);
    case Command::stmt_send_long_data: keep_long_data(own, payload); co_return std::nullopt;
    case Command::stmt_close: statements_.erase(id); co_return std::nullopt;
    case Command::stmt_reset:
      own.forget_long_data();
      append_ok(out, format);
      co_return end_if(co_await c_.client.write_all(std::string_view(out)));
    default:
      co_return co_await relay_.answer_error_to(command, unknown_prepared(id));  // no cursor is ever open
  }
}

void OwnPrepared::keep_long_data(Statement& own, std::string_view payload) {
  auto piece = protocol::parse_long_data(protocol::as_bytes(payload));
  if (!piece) return;
  own.long_bytes += piece->data.size();
  // What is over the limit shows at EXECUTE: this command has no answer.
  if (own.long_bytes <= c_.config().gateway.inspect_limit) own.long_data[piece->param].append(piece->data);
}

Task<MaybeEnd> OwnPrepared::execute(Statement& own, std::string_view payload) {
  auto execute = protocol::parse_execute(protocol::as_bytes(payload), own.params, own.types, own.long_data);
  bool too_much = own.long_bytes > c_.config().gateway.inspect_limit;
  own.forget_long_data();
  if (too_much) co_return co_await relay_.answer_error_to(Command::stmt_execute, kTooLong);
  if (!execute) co_return co_await relay_.answer_error_to(Command::stmt_execute, kMalformedPacket);
  own.types = execute->types;
  OwnStatement runner(c_, relay_);
  auto params = params_of(*execute);
  Reader reader(c_, runner.executor());
  auto options = reader.options(Placeholders::bound);
  if (auto end = co_await reader.settle_read_only(options.read_only)) co_return end;
  options.mode = own.mode;
  options.off_comment = false;  // it was recognised at PREPARE
  options.params = params;
  auto parsed = rewrite::parse(own.text, options);
  auto* statement = std::get_if<rewrite::Statement>(&parsed);
  auto* error = std::get_if<SqlError>(&parsed);
  if (!statement)
    co_return co_await relay_.answer_error_to(Command::stmt_execute, error ? *error : kMalformedPacket);
  auto format = answer_format(c_, true);
  auto text = own.text;  // the statement may be closed before its answer is through
  c_.note_text(text);
  co_return co_await runner.run(*statement, text, format);
}

}  // namespace mogate::proxy
