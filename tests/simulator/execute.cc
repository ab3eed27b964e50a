// Statements of one packet: planned, then run in turn.
#include "tests/simulator/catalog.h"
#include "tests/simulator/errors.h"
#include "tests/simulator/history.h"
#include "tests/simulator/mo_ctl.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/publications.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/table_changes.h"
#include "tests/simulator/translate.h"

#include <algorithm>
#include <array>

namespace mogate::simulator {
namespace {

// What a MatrixOne statement may begin with; FLUSH, CHECKPOINT, OPTIMIZE and others are unknown to it.
constexpr std::array kFirstWords = {
    "select",     "with",  "(",        "values",  "insert",   "replace",   "update",  "delete",   "create",
    "alter",      "drop",  "truncate", "rename",  "set",      "show",      "desc",    "describe", "explain",
    "use",        "begin", "start",    "commit",  "rollback", "savepoint", "release", "prepare",  "execute",
    "deallocate", "load",  "call",     "analyze", "lock",     "unlock",    "kill",    "grant",    "revoke",
    "restore",    "data",  "do",       "check",   "pause",    "resume"};

// Words that MariaDB has behind a known first word and MatrixOne has not; 2.2 and 3.0 lack more.
void check_first_words(const Session& session, const Statement& statement) {
  const auto& first = statement.tokens[0];
  bool known = std::any_of(kFirstWords.begin(), kFirstWords.end(), [&](auto word) { return first.is(word); });
  if (first.is("data")) known = session.world.options.generation != Generation::v2_2;
  if (!known) throw syntax_error(statement, 0);
  for (std::size_t i = 0; i + 1 < statement.tokens.size(); ++i) {
    const auto& t = statement.tokens[i];
    bool lock_option = t.is("nowait") || (t.is("skip") && statement.tokens[i + 1].is("locked"));
    if (lock_option && first.is("select")) throw syntax_error(statement, i);
  }
  bool or_replace_table = statement.begins({"create", "or", "replace", "table"});
  if (or_replace_table) throw syntax_error(statement, 3);
}

// After any SET the next SELECT of the packet fails on 3.0 (FINDINGS_3.0, trap 5).
class PanicAfterSet {
 public:
  explicit PanicAfterSet(const Session& session)
      : on_(session.world.options.generation == Generation::v3_0) {}

  void before(const Statement& statement) {
    if (on_ && set_ && statement.begins({"select"}))
      throw failure(
          protocol::errc::unknown_error,
          "internal error: panic runtime error: invalid memory address or nil pointer dereference: ");
    set_ = set_ || (statement.begins({"set"}) && !statement.begins({"set", "role"}));
  }

 private:
  bool on_;
  bool set_ = false;
};

// In a packet of several statements all are parsed first; MariaDB shows what it cannot parse when asked to
// prepare.
void check_syntax(Session& session, const Statement& statement) {
  try {
    session.query("PREPARE simulator_check FROM " + quote_string(statement.text));
    session.query("DEALLOCATE PREPARE simulator_check");
  } catch (const Failure& failed) {
    if (failed.error.code != protocol::errc::parse_error ||
        statement.text.find('{') != std::string_view::npos)
      return;
    throw translate_error(session, failed, {}, statement);
  }
}

void mark_use(Session& session, const Statement& statement) {
  bool ends = statement.begins({"commit"}) || statement.begins({"rollback"});
  if (ends) session.used_in_manual_mode = false;
  if (!ends && !statement.begins({"set"}) && !session.autocommit()) session.used_in_manual_mode = true;
}

bool may_change(const Statement& statement) {
  static constexpr std::array kNever = {"select", "show",       "desc",     "describe", "explain", "use",
                                        "kill",   "deallocate", "rollback", "values",   "with",    "("};
  if (statement.begins({"set"})) return statement.mentions("autocommit");
  return std::none_of(kNever.begin(), kNever.end(), [&](auto word) { return statement.begins({word}); });
}

// Rows or tables, which a checkpoint has to write.
bool changes_data(const Statement& statement) {
  static constexpr std::array kWords = {"insert",   "update",  "delete", "replace", "load",
                                        "truncate", "create",  "alter",  "drop",    "rename",
                                        "commit",   "restore", "data"};
  bool other = statement.begins({"create", "snapshot"}) || statement.begins({"drop", "snapshot"}) ||
               statement.begins({"create", "publication"}) || statement.begins({"drop", "publication"});
  return !other &&
         std::any_of(kWords.begin(), kWords.end(), [&](auto word) { return statement.begins({word}); });
}

void note_checkpoint(Session& session, const Statement& statement) {
  bool checkpoint =
      statement.mentions("mo_ctl") && lower(statement.text).find("checkpoint'") != std::string::npos;
  if (checkpoint) session.world.last_checkpoint = session.world.next_timestamp();
}

// Tells the history of PITRs and the CDC tasks of what a statement may have changed.
class ChangeNotes {
 public:
  ChangeNotes(Session& session, const Statement& statement)
      : session_(session), statement_(statement), may_change_(may_change(statement)) {
    if (may_change_) session.world.history().before(session);
  }

  void done() {
    bool open = (session_.backend_status & protocol::status::in_transaction) != 0;
    if (!may_change_ || open) return;
    session_.world.history().after(session_, statement_);
    note_dropped_objects(session_, statement_);
    if (changes_data(statement_)) session_.world.last_change = session_.world.next_timestamp();
    ++session_.world.changes;
  }

 private:
  Session& session_;
  const Statement& statement_;
  bool may_change_;
};

Failure not_preparable(const Statement& inner) {
  return internal_error("statement: '" + std::string(inner.text) + "'");
}

bool is_preparable(const Statement& inner) {
  static constexpr std::array kNot = {"begin",   "start",   "commit",    "rollback", "use",
                                      "kill",    "restore", "data",      "pause",    "resume",
                                      "execute", "prepare", "deallocate"};
  return std::none_of(kNot.begin(), kNot.end(), [&](auto word) { return inner.tokens[0].is(word); });
}

// Of a statement that the simulator runs itself, which has no parameters.
void prepare_own(Session& session, std::string_view text) {
  auto id = ++session.last_statement_id;
  session.prepared[id] = {.own_text = std::string(text)};
  std::string payload;
  protocol::PrepareOk answer;
  answer.statement_id = id;
  protocol::write_prepare_ok(payload, answer);
  session.client.write(payload);
}

bool is_snapshot_ddl(const Statement& inner) {
  return inner.begins({"create", "snapshot"}) || inner.begins({"drop", "snapshot"});
}

}  // namespace

bool is_prepared_by_simulator(const Session& session, const Statement& inner) {
  bool cdc = session.v4() && inner.begins({"create", "cdc"});
  return cdc || inner.begins({"create", "pitr"}) || inner.begins({"drop", "pitr"});
}

Query query_for(Session& session, const Statement& statement, bool in_place) {
  if (auto show = show_query(session, statement)) return std::move(*show);
  return translate(session, statement, in_place);
}

namespace {

// MariaDB would commit.
void check_ddl(const Session& session, const Statement& statement) {
  bool refused = statement.begins({"drop"}) || statement.begins({"rename"});
  if (refused && session.in_transaction())
    throw internal_error("Only CREATE of DDL is supported in transactions");
}

// MatrixOne's rows may be longer than MariaDB's: the long texts are stored beside them.
std::string with_long_texts(const Statement& statement) {
  constexpr unsigned long kLong = 1000;
  const auto& tokens = statement.tokens;
  std::string out;
  std::size_t copied = 0;
  for (std::size_t i = 0; i + 3 < tokens.size(); ++i) {
    bool varchar = tokens[i].is("varchar") && tokens[i + 1].is("(") && tokens[i + 3].is(")");
    if (!varchar || std::stoul(std::string(tokens[i + 2].text)) < kLong) continue;
    out += std::string(statement.text.substr(copied, tokens[i].begin - copied)) + "text";
    copied = tokens[i + 3].end;
  }
  return out + std::string(statement.text.substr(copied));
}

void relay_statement(Session& session, const Statement& statement, const Query& query, bool more) {
  constexpr int kRowTooLong = 1118;
  try {
    relay(session, query, more);
  } catch (const Failure& failed) {
    if (failed.error.code != kRowTooLong || !query.table_ddl) throw;
    auto again = query;
    again.sql = with_long_texts(statement);
    relay(session, again, more);
  }
}

}  // namespace

void run_query(Session& session, const Statement& statement, const Query& query, bool more) {
  if (!query.catalog.empty()) refresh_catalog(session.world, *session.account, query.catalog);
  check_ddl(session, statement);
  TableChangeGuard change(session, query);
  try {
    if (query.held.table && relay_held(session, query, more)) return;
    if (query.held.table) return relay(session, query_for(session, statement), more);
    relay_statement(session, statement, query, more);
  } catch (const Failure& failed) {
    throw translate_error(session, failed, query, statement);
  }
  change.done();
  finish_renewals(session, statement);
  session.show_account_id(query.forgets_account ? 0 : session.account->id);
}

Action plan_statement(Session& session, const Statement& statement) {
  check_first_words(session, statement);
  for (auto family : {plan_ccpr, plan_publication, plan_session_statement, plan_account_statement,
                      plan_grant_statement, plan_snapshot_statement, plan_cdc_statement, plan_pitr_statement,
                      plan_pitr_restore, plan_restore, plan_clone, plan_data_branch}) {
    if (auto action = family(session, statement)) return std::move(*action);
  }
  return {};
}

namespace {

// Instead of the answer, as far as that is not on its way.
void act_after(Session& session, const Statement& statement, PacketStream::Mark mark) {
  try {
    session.world.switches.at_statement(session.entry, statement, true);
  } catch (...) {
    session.client.rewind(mark);
    throw;
  }
}

}  // namespace

void execute_packet(Session& session, std::string_view text) {
  if (session.v4() && is_internal_command(text)) return run_internal_command(session, text);
  auto statements = split(text);
  if (statements.empty()) return send_ok(session);
  std::vector<Action> actions;
  for (const auto& s : statements) {
    actions.push_back(plan_statement(session, s));
    if (!actions.back() && statements.size() > 1) check_syntax(session, s);
  }
  PanicAfterSet panic(session);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const auto& s = statements[i];
    bool more = i + 1 < statements.size();
    panic.before(s);
    authorize(session, s);
    check_shared(session, s);
    ChangeNotes notes(session, s);
    session.world.switches.at_statement(session.entry, s, false);
    auto mark = session.client.mark();
    if (actions[i]) {
      actions[i](more);
    } else {
      auto query = query_for(session, s,
                             true);  // which may be refused inside a transaction: one before this statement
      mark_use(session, s);
      run_query(session, s, query, more);
    }
    notes.done();
    note_checkpoint(session, s);
    act_after(session, s, mark);
    if (session.v4() && !s.begins({"show", "warnings"})) session.errors.clear();
  }
}

void prepare_packet(Session& session, std::string_view text) {
  auto name = "__mo_stmt_id_" + std::to_string(session.last_statement_id + 1);
  auto whole = "prepare " + name + " from " + std::string(text);
  auto statements = split(text);
  if (statements.size() > 1) throw failure(20105, "not supported: prepare multi statements");
  if (statements.empty()) throw syntax_error_at(whole + " ", whole.size() - 1, whole.size());
  auto inner = statements[0];
  inner.whole = whole;
  inner.offset += whole.size() - text.size();
  if (is_snapshot_ddl(inner)) throw not_preparable(inner);
  if (!is_preparable(inner)) throw syntax_error(inner, 0);
  bool own = static_cast<bool>(plan_statement(session, inner));
  if (own && !is_prepared_by_simulator(session, inner)) throw not_preparable(inner);
  authorize(session, inner);
  check_shared(session, inner);
  if (own) return prepare_own(session, text);
  auto query = query_for(session, inner);
  if (!query.catalog.empty()) refresh_catalog(session.world, *session.account, query.catalog);
  try {
    relay_prepare(session, query);
  } catch (const Failure& failed) {
    throw translate_error(session, failed, query, inner);
  }
}

void execute_prepared(Session& session, const Prepared& prepared, std::string_view payload) {
  if (!prepared.own_text.empty()) return execute_packet(session, std::string(prepared.own_text));
  auto statement = make_statement(prepared.query.sql);
  session.world.switches.at_statement(session.entry, statement, false);
  ChangeNotes notes(session, statement);
  auto mark = session.client.mark();
  if (!prepared.query.catalog.empty())
    refresh_catalog(session.world, *session.account, prepared.query.catalog);
  if (!session.autocommit()) session.used_in_manual_mode = true;
  TableChangeGuard change(session, prepared.query);
  try {
    relay_execute(session, prepared.query, payload);
  } catch (const Failure& failed) {
    throw translate_error(session, failed, prepared.query, statement);
  }
  change.done();
  notes.done();
  act_after(session, statement, mark);
}

}  // namespace mogate::simulator
