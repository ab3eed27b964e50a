// CREATE, SHOW, PAUSE, RESUME and DROP CDC.
#include "tests/simulator/cdc.h"
#include "tests/simulator/cdc_checks.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/times.h"

#include <random>

namespace mogate::simulator {
namespace {

struct Target {
  std::optional<std::string> name = {};  // empty: ALL
};

CdcRequest parse_create(Parser& p) {
  CdcRequest out;
  p.accept({"if", "not", "exists"});  // has no effect
  out.name = p.expect_name();
  out.source = p.expect_string();
  out.sink_type = lower(p.expect_string());
  out.sink = p.expect_string();
  out.tables = p.expect_string();
  p.expect("{");
  while (!p.peek().is("}")) {
    auto key = p.expect_string();
    p.expect("=");
    out.options[key] = p.expect_string();
    if (!p.accept(",") && !p.peek().is("}")) p.fail();
  }
  p.expect("}");
  p.expect_end();
  return out;
}

Target parse_target(Parser& p) {
  Target out;
  if (p.accept("all")) {
  } else {
    p.expect("task");
    if (p.peek().is("if")) p.fail();
    out.name = p.expect_name();
  }
  p.expect_end();
  return out;
}

// As long as the encrypted one: 16 bytes and the password's.
std::string cipher_text(const std::string& password) {
  thread_local std::mt19937_64 random{std::random_device{}()};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < 2 * (16 + password.size()); ++i) out += digits[random() % 16];
  return out;
}

void create(Session& session, const CdcRequest& request) {
  auto definition = checked_definition(session, request);
  definition.id = new_uuid();
  definition.account = session.account;
  definition.created = World::now_text();
  definition.shown_password = cipher_text(definition.sink.password);
  session.world.cdc().create(std::move(definition));
}

template <class Run>
Action as_admin(Session& session, Run run) {
  return [&session, run](bool more) {
    if (session.in_transaction()) throw in_transaction();
    if (!session.is_admin()) throw no_privilege();
    run();
    session.used_in_manual_mode = !session.autocommit();
    send_ok(session, more);
  };
}

std::string time_text(std::int64_t ts) { return nanoseconds_text(ts) + " +0000 UTC"; }

std::string checkpoint_text(const CdcView& view) {
  std::string out = "{\n";
  for (const auto& [table, progress] : view.tables)
    out += "  \"" + table.first + "." + table.second + "\": " + time_text(progress.watermark) +
           (progress.error.empty() ? "" : "(Failed, error: " + progress.error + ")") + ",\n";
  return out + "}";
}

Query show(Session& session, const Target& target) {
  Query query;
  query.handmade = true;
  query.texts = {"source_uri", "sink_uri"};
  query.sql =
      "SELECT * FROM (SELECT '' AS task_id, '' AS task_name, '' AS source_uri, '' AS sink_uri, '' AS state, "
      "'' AS "
      "err_msg, '' AS checkpoint, '' AS timestamp FROM DUAL WHERE FALSE";
  auto now = time_text(session.world.next_timestamp());
  for (const auto& view : session.world.cdc().views()) {
    const auto& d = view.definition;
    if (d.account != session.account || (target.name && d.name != *target.name)) continue;
    query.sql += " UNION ALL SELECT ";
    for (const auto& cell : {d.id, d.name, stored_uri(d.source), stored_uri(d.sink), view.state, view.error,
                             checkpoint_text(view)})
      query.sql += quote_string(cell) + ", ";
    query.sql += quote_string(now);
  }
  query.sql += ") tasks";
  return query;
}

Action plan_show(Session& session, const Statement& statement, Parser& p) {
  Target target;
  bool plain = session.v4() && p.at_end();
  if (!plain) target = parse_target(p);
  return [&session, &statement, target](bool more) {
    if (session.in_transaction()) throw in_transaction();
    if (!session.is_admin()) throw no_privilege();
    run_query(session, statement, show(session, target), more);
  };
}

Action plan_resume(Session& session, Parser& p) {
  p.expect("task");
  auto name = p.expect_name();
  bool restart = p.peek().kind == TokenKind::string;  // whatever it says
  if (restart) p.take();
  p.expect_end();
  return as_admin(session, [&session, name, restart] {
    auto& cdc = session.world.cdc();
    restart ? cdc.restart(*session.account, name) : cdc.resume(*session.account, name);
  });
}

// 4.x also takes a name alone, and IF EXISTS.
Action plan_drop(Session& session, Parser& p) {
  bool if_exists = session.v4() && p.accept({"if", "exists"});
  Target target;
  bool bare = session.v4() && !p.peek().is("all") && !(p.peek().is("task") && p.peek(1).is_name());
  if (bare) {
    target.name = p.expect_name();
    p.expect_end();
  } else {
    target = parse_target(p);
  }
  return as_admin(session, [&session, target, if_exists] {
    session.world.cdc().drop(*session.account, target.name, if_exists);
  });
}

}  // namespace

std::optional<Action> plan_cdc_statement(Session& session, const Statement& statement) {
  Parser p(statement);
  if (p.accept({"create", "cdc"})) {
    auto request = parse_create(p);
    return as_admin(session, [&session, request] { create(session, request); });
  }
  if (p.accept({"show", "cdc"})) return plan_show(session, statement, p);
  if (p.accept({"drop", "cdc"})) return plan_drop(session, p);
  if (p.accept("resume")) {
    p.expect("cdc");
    return plan_resume(session, p);
  }
  if (p.accept("pause")) {
    p.expect("cdc");
    auto target = parse_target(p);
    return as_admin(session,
                    [&session, target] { session.world.cdc().pause(*session.account, target.name); });
  }
  return std::nullopt;
}

}  // namespace mogate::simulator
