#include "rewrite/parser.h"

#include "rewrite/guards/recognise.h"
#include "rewrite/sql/characters.h"

#include <memory>
#include <optional>
#include <utility>

namespace mogate::rewrite {
namespace {

using sql::Cursor;

template <class T>
std::optional<Statement> as_statement(std::optional<T> parsed) {
  if (!parsed) return std::nullopt;
  return Statement{*std::move(parsed)};
}

std::optional<Statement> flush(Cursor& in, bool mysql_forms) {
  auto parsed = parse_flush(in, mysql_forms);
  if (!parsed) return std::nullopt;
  return std::visit([](auto&& form) { return Statement{std::forward<decltype(form)>(form)}; },
                    *std::move(parsed));
}

Statement snapshot(Cursor& in) {
  if (in.accept("CREATE")) return {parse_snapshot_create(in)};
  if (in.accept("SHOW")) return {parse_snapshot_show(in)};
  if (in.accept("DROP")) return {parse_snapshot_drop(in)};
  if (in.accept("RESTORE"))
    return std::visit([](auto&& form) { return Statement{std::forward<decltype(form)>(form)}; },
                      parse_snapshot_restore(in));
  if (in.accept("DIFF")) return {parse_snapshot_diff(in)};
  bool level =
      in.peek().is("CLUSTER") || in.peek().is("ACCOUNT") || in.peek().is("DATABASE") || in.peek().is("TABLE");
  if (!level) in.fail("CREATE, SHOW, DROP, RESTORE, DIFF, CLUSTER, ACCOUNT, DATABASE or TABLE");
  return {parse_snapshot_short(in)};
}

// SHOW CDC TASKS, CREATE CDC TASK n FROM … (a native one may be called task: a uri follows its name), and the
// verbs that change a task, which are natives too.
std::optional<Statement> cdc(Cursor& in) {
  if (!in.peek2().is("CDC")) return std::nullopt;
  Cursor ahead = in;
  if (ahead.accept("SHOW", "CDC")) {
    if (!ahead.accept("TASKS")) return std::nullopt;
    in = ahead;
    return Statement{parse_show_cdc_tasks(in)};
  }
  if (ahead.accept("CREATE", "CDC")) {
    if (!ahead.accept("TASK") || ahead.peek().kind == sql::TokenKind::string) return std::nullopt;
    in = ahead;
    return Statement{parse_create_cdc_task(in)};
  }
  return as_statement(parse_change_cdc_task(in));
}

std::optional<Statement> native_restore(Cursor& in) {
  Cursor ahead = in;
  if (auto pitr = parse_native_pitr_restore(ahead)) {
    in = ahead;
    return Statement{*std::move(pitr)};
  }
  return as_statement(parse_native_restore(in));
}

// MatrixOne has nothing of that name but a SHOW SUBSCRIPTIONS of its own, and SHOW CCPR SUBSCRIPTION….
std::optional<Statement> subscription(Cursor& in, const ParseOptions& options) {
  if (in.accept("CREATE", "SUBSCRIPTION")) return Statement{parse_create_subscription(in)};
  if (in.peek().is("SHOW") && in.peek2().is("SUBSCRIPTIONS")) {
    if (options.native_show_subscriptions) return std::nullopt;
    in.take();
    in.take();
    return as_statement(parse_show_subscriptions(in));
  }
  if (!in.accept("SHOW", "SUBSCRIPTION")) return as_statement(parse_change_subscription(in));
  in.expect("TASKS");
  return Statement{parse_show_subscription_tasks(in)};
}

// What begins with words that no native statement begins with.
std::optional<Statement> extended(Cursor& in, const ParseOptions& options) {
  const sql::Token& t = in.peek();
  if (t.is("FLUSH")) return in.take(), flush(in, options.compat.flush);
  if (t.is("SNAPSHOT")) return in.take(), snapshot(in);
  if (t.is("CHECKPOINT") || t.is("GLOBAL") || t.is("INCREMENTAL")) return as_statement(parse_checkpoint(in));
  if (in.accept("SHOW", "GATEWAY")) return Statement{parse_show_gateway(in)};
  if (in.accept("RELOAD", "GATEWAY")) return Statement{ReloadGateway{}};
  if (in.accept("SHOW", "PITR")) return as_statement(parse_show_pitr(in));
  if (in.accept("CREATE", "PITR")) return as_statement(parse_create_pitr(in));
  if (in.accept("ALTER", "PITR")) return as_statement(parse_alter_pitr(in));
  if (auto found = subscription(in, options)) return found;
  return cdc(in);
}

std::optional<Statement> mysql_form(Cursor& in, const ParseOptions& options) {
  bool preparing = options.placeholders != Placeholders::refused;
  auto parsed = parse_mysql_form(in, options.compat, options.dialect, preparing);
  if (!parsed) return std::nullopt;
  return std::visit([](auto&& form) { return Statement{std::forward<decltype(form)>(form)}; },
                    *std::move(parsed));
}

// Also native statements that the gateway plans itself, whatever is switched off.
std::optional<Statement> ours(Cursor& in, const ParseOptions& options, bool with_extended) {
  const sql::Token& t = in.peek();
  if (options.guards.restore && t.is("RESTORE")) return in.take(), native_restore(in);
  if (options.guards.kill && t.is("KILL")) return in.take(), as_statement(parse_kill(in));
  if (!with_extended) return std::nullopt;
  if (auto found = extended(in, options)) return found;
  if (in.failed()) return std::nullopt;
  return mysql_form(in, options);
}

Parsed parse_at(Cursor& in, const ParseOptions& options, bool with_extended) {
  std::optional<Statement> statement = ours(in, options, with_extended);
  if (!in.failed() && !statement) return NotOurs{};
  in.end();
  if (in.failed()) return *in.error();
  return *std::move(statement);
}

protocol::SqlError nothing_to_explain() {
  return {protocol::errc::mo_not_supported,
          "not supported: EXPLAIN GATEWAY of a statement that the gateway forwards as it came",
          {}};
}

// After EXPLAIN GATEWAY.
Parsed explained(Cursor& in, std::string_view part, const ParseOptions& options) {
  std::string_view rest = part.substr(in.peek().begin);
  if (in.peek().is_end()) in.fail("a statement of the gateway");
  Parsed inner = parse_at(in, options, true);
  if (std::holds_alternative<NotOurs>(inner)) inner = recognise_guarded(rest, options);
  if (std::holds_alternative<NotOurs>(inner)) return nothing_to_explain();
  auto* statement = std::get_if<Statement>(&inner);
  if (statement == nullptr) return inner;
  return Statement{ExplainGateway{std::make_shared<const Statement>(std::move(*statement))}};
}

std::string_view trimmed(std::string_view s) {
  while (!s.empty() && sql::is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && sql::is_blank(s.back())) s.remove_suffix(1);
  return s;
}

// True if one of the block comments in front of the statement is /* mogate:off */.
bool switched_off(std::string_view part) {
  for (part = trimmed(part); part.substr(0, 2) == "/*"; part = trimmed(part)) {
    auto end = part.find("*/", 2);
    if (end == std::string_view::npos) return false;
    if (sql::iequals(trimmed(part.substr(2, end - 2)), "mogate:off")) return true;
    part.remove_prefix(end + 2);
  }
  return false;
}

}  // namespace

Parsed parse(std::string_view part, const ParseOptions& options) {
  Cursor in(part, options.dialect.lexer_mode(options.mode), options.placeholders, options.params);
  bool with_extended = options.recognise_extended && !(options.off_comment && switched_off(part));
  if (with_extended && in.accept("EXPLAIN", "GATEWAY")) return explained(in, part, options);
  Parsed ours = parse_at(in, options, with_extended);
  if (!std::holds_alternative<NotOurs>(ours)) return ours;
  Parsed guarded = recognise_guarded(part, options);
  if (!options.in_transaction || !std::holds_alternative<NotOurs>(guarded)) return guarded;
  auto refused = recognise_outside_transaction(part, options.dialect.lexer_mode(options.mode));
  if (!refused) return NotOurs{};
  return Statement{*std::move(refused)};
}

std::size_t count_placeholders(std::string_view part, sql::SqlMode mode) {
  sql::Lexer lexer(part, mode);
  std::size_t n = 0;
  for (sql::Token t = lexer.next(); !t.is_end(); t = lexer.next())
    if (t.kind == sql::TokenKind::placeholder) ++n;
  return n;
}

}  // namespace mogate::rewrite
