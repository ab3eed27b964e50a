// Statements about the session itself: USE, SET ROLE, SET CONNECTION ID, KILL, PREPARE and EXECUTE by text.
#include "tests/simulator/mo_ctl.h"
#include "tests/simulator/statements.h"

#include <algorithm>
#include <array>

namespace mogate::simulator {
namespace {

// Variables that MariaDB has not; their values make no difference here.
constexpr std::array kForeignVariables = {"enable_remap_hint",
                                          "experimental_",
                                          "save_query_result",
                                          "query_result_",
                                          "syspublications",
                                          "disable_txn_trace",
                                          "clear_privilege_cache",
                                          "enable_privilege_cache",
                                          "cte_max_recursion_depth",
                                          "unique_checks_",
                                          "optimizer_hints",
                                          "block_encryption_mode",
                                          "keep_user_target_list_in_result",
                                          "runtime_filter_",
                                          "ngram_token_size"};

Action use(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  if (p.accept("role")) return [](bool) { throw unknown_database(""); };
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name](bool more) {
    session.use(name);
    send_ok(session, more);
  };
}

void change_role(Session& session, const std::string& role) {
  {
    std::lock_guard lock(session.world.mutex);
    if (!session.account->users.find_role(role)) throw internal_error("there is no role " + role);
    if (!session.account->users.has_role(session.user, role))
      throw internal_error("the role " + role + " has not be granted to the user " + session.user);
    session.role = role;
  }
  session.publish_identity();
}

Action set_role(Session& session, Parser& p) {
  auto role = p.expect_name();
  p.expect_end();
  return [&session, role](bool more) {
    if (session.in_transaction())
      throw internal_error("administrative command is unsupported in transactions");
    change_role(session, role);
    send_ok(session, more);
  };
}

// KILL goes on to use the original id (FINDINGS, added later).
Action set_connection_id(Session& session, Parser& p) {
  p.expect("to");
  if (p.peek().kind != TokenKind::number) p.fail();
  auto id = static_cast<std::uint32_t>(std::stoul(std::string(p.take().text)));
  p.expect_end();
  return [&session, id](bool more) {
    session.entry.shown_id = id;
    session.publish_identity();
    send_ok(session, more);
  };
}

bool is_foreign_variable(const Token& t) {
  auto name = lower(t.text);
  if (name.starts_with("@@")) name = name.substr(2);
  for (auto scope : {"session.", "global."}) {
    if (name.starts_with(scope)) name = name.substr(std::string_view(scope).size());
  }
  return std::any_of(kForeignVariables.begin(), kForeignVariables.end(),
                     [&](std::string_view known) { return name.starts_with(known); });
}

// MatrixOne's is that of rows, which is another variable in MariaDB.
std::string lock_wait(const Statement& statement) {
  const auto& tokens = statement.tokens;
  for (std::size_t i = 1; i + 2 < tokens.size(); ++i) {
    bool named = lower(tokens[i].text).ends_with("lock_wait_timeout");
    if (named && tokens[i + 1].is("=") && tokens[i + 2].kind == TokenKind::number)
      return std::string(tokens[i + 2].text);
  }
  return {};
}

std::optional<Action> set(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  if (p.accept("role")) return set_role(session, p);
  if (p.accept({"connection", "id"})) return set_connection_id(session, p);
  if (p.accept("session") || p.accept("global")) {
  }
  if (p.peek().is("secondary") || is_foreign_variable(p.peek()))
    return [&session](bool more) { send_ok(session, more); };
  if (auto seconds = lock_wait(statement); !seconds.empty()) {
    return [&session, &statement, seconds](bool more) {
      run_query(session, statement, query_for(session, statement), more);
      session.query("SET innodb_lock_wait_timeout=" + seconds);
    };
  }
  return std::nullopt;
}

Action kill(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  bool only_query = p.accept("query");
  if (!only_query) p.accept("connection");
  if (p.peek().kind != TokenKind::number) p.fail();
  auto id = std::stoull(std::string(p.take().text));
  p.expect_end();
  return [&session, id, only_query](bool more) {
    if (id > 0xFFFFFFFFULL) throw internal_error("Unknown connection id " + std::to_string(id));
    session.world.kill(static_cast<std::uint32_t>(id), only_query);
    send_ok(session, more);
  };
}

// The statement that a text PREPARE names: a literal, a variable's value, or written out.
std::string prepared_text(Session& session, const Statement& statement, std::size_t at) {
  const auto& token = statement.tokens[at];
  bool last = statement.tokens[at + 1].kind == TokenKind::end;
  if (token.kind == TokenKind::string && last) return token.string();
  if (token.kind == TokenKind::variable && last)
    return session.query("SELECT " + std::string(token.text)).value();
  return std::string(statement.text.substr(token.begin));
}

void run_prepare(Session& session, const Statement& statement, const std::string& name, std::size_t at,
                 bool more) {
  bool from_variable = statement.tokens[at].kind == TokenKind::variable;
  auto text = prepared_text(session, statement, at);
  auto inner = make_statement(text);
  if (plan_statement(session, inner) && is_prepared_by_simulator(session, inner)) {
    session.named_own[name] = text;
    return send_ok(session, more);
  }
  if (plan_statement(session, inner)) {
    auto shown = text;
    if (inner.begins({"create", "snapshot"}) || inner.begins({"drop", "snapshot"})) shown += " ";
    if (inner.tokens[1].is("cdc")) shown += ";";
    throw internal_error("statement: '" + shown + "'");
  }
  // What stands in a variable is not checked (FINDINGS, added later).
  if (!from_variable) authorize(session, inner);
  auto query = query_for(session, inner);
  session.query("PREPARE " + quote_name(name) + " FROM " + quote_string(query.sql));
  session.named[name] = query;
  send_ok(session, more);
}

Action prepare(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  auto name = p.expect_name();
  p.expect("from");
  if (p.at_end()) p.fail();
  auto at = p.index();
  return [&session, &statement, name, at](bool more) { run_prepare(session, statement, name, at, more); };
}

Failure no_prepared(const std::string& name) {
  return failure(20400, "invalid state prepared statement '" + name + "' does not exist");
}

Action execute(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  auto name = p.expect_name();
  auto rest = std::string(statement.text.substr(p.peek().begin));
  return [&session, &statement, name, rest](bool more) {
    if (auto own = session.named_own.find(name); own != session.named_own.end()) {
      auto inner = make_statement(own->second);
      return plan_statement(session, inner)(more);
    }
    auto found = session.named.find(name);
    if (found == session.named.end()) throw no_prepared(name);
    auto query = found->second;
    query.sql = "EXECUTE " + quote_name(name) + " " + rest;
    run_query(session, statement, query, more);
  };
}

Action deallocate(Session& session, const Statement& statement) {
  Parser p(statement);
  p.take();
  p.expect("prepare");
  auto name = p.expect_name();
  p.expect_end();
  return [&session, name](bool more) {
    if (session.named_own.erase(name) != 0) return send_ok(session, more);
    if (session.named.erase(name) == 0) throw no_prepared(name);
    session.query("DEALLOCATE PREPARE " + quote_name(name));
    send_ok(session, more);
  };
}

Action nothing(Session& session) {
  return [&session](bool more) { send_ok(session, more); };
}

Action refuse(const Failure& failure) {
  return [failure](bool) { throw failure; };
}

}  // namespace

std::optional<Action> plan_session_statement(Session& session, const Statement& statement) {
  if (statement.begins({"use"})) return use(session, statement);
  if (statement.begins({"set"})) return set(session, statement);
  if (statement.begins({"kill"})) return kill(session, statement);
  if (statement.begins({"prepare"})) return prepare(session, statement);
  if (statement.begins({"execute"})) return execute(session, statement);
  if (statement.begins({"deallocate"})) return deallocate(session, statement);
  if (statement.begins({"lock", "tables"}) || statement.begins({"unlock", "tables"})) return nothing(session);
  if (statement.begins({"check", "table"}) && !session.v4()) throw syntax_error(statement, 0);
  if (statement.begins({"check", "table"}))
    return refuse(failure(20105, "not supported: CHECK TABLE is not supported in MatrixOne"));
  if (statement.begins({"rollback", "to"}))
    return refuse(internal_error("savepoint has not been implemented yet. please rollback the transaction."));
  return std::nullopt;
}

}  // namespace mogate::simulator
