#include "tests/simulator/translate.h"

#include "tests/simulator/mo_ctl.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/table_changes.h"

#include <algorithm>
#include <array>
#include <map>

namespace mogate::simulator {
namespace {

// System variables that MariaDB lacks, or answers otherwise.
const std::map<std::string, std::string, std::less<>>& variables(bool v4) {
  auto make = [](bool newest) {
    return std::map<std::string, std::string, std::less<>>{
        {"version_comment", "MatrixOne"},
        {"version_compile_os", ""},
        {"hostname", ""},
        {"collation_connection", "default"},
        {"tx_isolation", newest ? "READ-COMMITTED" : "REPEATABLE-READ"},
        {"transaction_isolation", newest ? "READ-COMMITTED" : "REPEATABLE-READ"},
        {"max_allowed_packet", "67108864"}};
  };
  static const auto newest = make(true);
  static const auto older = make(false);
  return v4 ? newest : older;
}

bool is_alias(const Token& t) {
  static constexpr std::array kNot = {
      "where", "join",   "inner",     "left",    "right",   "cross", "on",     "group",
      "order", "limit",  "union",     "natural", "having",  "set",   "using",  "straight_join",
      "minus", "except", "intersect", "for",     "against", "to",    "output", "columns"};
  if (!t.is_name()) return false;
  for (auto word : kNot) {
    if (t.is(word)) return false;
  }
  return true;
}

// Tables of mo_catalog that other accounts have not; every MariaDB has them as sim_….
bool is_only_of_sys(const std::string& name, bool v4) {
  if (v4 && name == "mo_ccpr_log") return true;
  static constexpr std::array kNames = {"mo_account", "mo_pitr", "mo_cdc_task", "mo_cdc_watermark",
                                        "mo_pubs"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Whether a view's connection gives the session's answer: SELECT from one table, with nothing that depends on
// the session but its settings.
bool reads_one_table(const Statement& statement) {
  if (!statement.begins({"select"})) return false;
  static constexpr std::array kNever = {"join", "straight_join", "select", "into", "for", "nextval", "minus"};
  int tables = 0;
  std::size_t brace = 0;
  for (std::size_t i = 1; i < statement.tokens.size(); ++i) {
    const auto& t = statement.tokens[i];
    if (t.kind == TokenKind::variable || t.kind == TokenKind::system_variable) return false;
    if (std::any_of(kNever.begin(), kNever.end(), [&](auto word) { return t.is(word); })) return false;
    bool session_function =
        t.is_name() && statement.tokens[i + 1].is("(") && !simulated_function(t.text).empty();
    if (session_function || t.is("database") || t.is("connection_id") || t.is("last_insert_id")) return false;
    if (t.is("from")) ++tables;
    if (t.is("}")) brace = i;
  }
  if (tables != 1 || brace == 0) return false;
  auto next = brace + 1;
  if (statement.tokens[next].is("as")) ++next;
  if (is_alias(statement.tokens[next])) ++next;
  return !statement.tokens[next].is(",");
}

class Translator {
 public:
  Translator(Session& session, const Statement& statement, bool in_place)
      : session_(session),
        statement_(statement),
        tokens_(statement.tokens),
        in_place_(in_place && reads_one_table(statement)) {}

  Query run() {
    const auto& first = tokens_[0];
    query_.reads = first.is("select") || first.is("show") || first.is("with") || first.is("explain") ||
                   first.is("(") || first.is("desc") || first.is("describe");
    writes_snapshot_ = first.is("delete") || first.is("update") || first.is("insert") || first.is("replace");
    while (tokens_[at_].kind != TokenKind::end) step();
    query_.sql += statement_.text.substr(copied_);
    finish();
    return std::move(query_);
  }

 private:
  // Copies the text up to the token `at_`, then `replacement` instead of the tokens before `next`.
  void replace(std::size_t next, const std::string& replacement) {
    query_.sql += statement_.text.substr(copied_, tokens_[at_].begin - copied_);
    query_.sql += replacement;
    copied_ = tokens_[next - 1].end;
    at_ = next;
  }

  void step() {
    const auto& t = tokens_[at_];
    const auto& next = tokens_[at_ + 1];
    bool after_dot = at_ > 0 && tokens_[at_ - 1].is(".");
    if (t.is("minus") && (next.is("select") || next.is("("))) return replace(at_ + 1, "EXCEPT");
    if (t.is_name() && !after_dot && try_snapshot_read()) return;
    if (t.is("rename") && try_rename()) return;
    if (t.kind == TokenKind::word && next.is("(") && !after_dot && try_function()) return;
    if (t.kind == TokenKind::system_variable && query_.reads && try_variable()) return;
    if (t.is_name() && lower(t.name()).starts_with("mo_")) query_.catalog.insert(lower(t.name()));
    if (t.is_name() && session_.is_sys() && is_only_of_sys(t.name(), session_.v4()))
      return replace(at_ + 1, "sim_" + t.name().substr(3));
    ++at_;
  }

  bool try_function() {
    const auto& t = tokens_[at_];
    if (t.is("generate_series")) return series();
    if (t.is("processlist") && tokens_[at_ + 2].is(")")) {
      query_.catalog.insert("mo_process");
      replace(at_ + 3, "mo_catalog.sim_process");
      return true;
    }
    if (t.is("database") && tokens_[at_ + 2].is(")")) {
      replace(at_ + 3, "ifnull(schema(),'')");
      query_.renames.emplace_back("ifnull(schema(),'')", "database()");
      return true;
    }
    auto name = simulated_function(t.text);
    if (name.empty()) return false;
    auto replacement = "mo_catalog." + std::string(name);
    query_.renames.emplace_back(replacement, lower(t.text));
    if (name == "sim_mo_ctl") query_.catalog.insert({"mo_tables", "mo_database"});
    replace(at_ + 1, replacement);
    return true;
  }

  // generate_series(a, b) gives a column named result; MariaDB has tables seq_a_to_b with a column seq.
  bool series() {
    const auto& from = tokens_[at_ + 2];
    const auto& to = tokens_[at_ + 4];
    if (from.kind != TokenKind::number || to.kind != TokenKind::number || !tokens_[at_ + 5].is(")"))
      return false;
    auto text = "(select seq as result from mo_catalog.seq_" + std::string(from.text) + "_to_" +
                std::string(to.text) + ")";
    if (!tokens_[at_ + 6].is("as") && !is_alias(tokens_[at_ + 6])) text += " generate_series";
    replace(at_ + 6, text);
    return true;
  }

  bool try_variable() {
    auto name = lower(tokens_[at_].text.substr(2));
    for (auto scope : {"session.", "global.", "local."}) {
      if (name.starts_with(scope)) name = name.substr(std::string_view(scope).size());
    }
    auto found = variables(session_.v4()).find(name);
    if (found == variables(session_.v4()).end()) return false;
    // The name in the comment makes the column's name, which is the expression's text, unique.
    auto text = "concat(" + quote_string(found->second) + ",'' /*" + name + "*/)";
    query_.renames.emplace_back(text, lower(tokens_[at_].text));
    replace(at_ + 1, text);
    return true;
  }

  // ALTER TABLE d.t RENAME TO x, RENAME TABLE d.t TO x: x is in d, whatever the current database is.
  bool try_rename() {
    bool alter = statement_.begins({"alter", "table"});
    std::size_t from = 2, to = at_ + (tokens_[at_ + 1].is("to") || tokens_[at_ + 1].is("as") ? 2 : 1);
    if (!alter) to = tokens_[3].is(".") ? 6 : 4;
    bool column = tokens_[to].is("column") || tokens_[to].is("index") || tokens_[to].is("key");
    if (column || !tokens_[from + 1].is(".") || to + 1 >= tokens_.size() || tokens_[to + 1].is("."))
      return false;
    at_ = to;
    replace(to + 1, quote_name(tokens_[from].name()) + "." + quote_name(tokens_[to].name()));
    return true;
  }

  // name[.name]{snapshot = s}
  bool try_snapshot_read() {
    std::size_t brace = at_ + 1;
    if (tokens_[brace].is(".")) brace += 2;
    if (!is_point_in_time(statement_, brace)) return false;
    std::size_t end = brace;
    while (!tokens_[end].is("}") && tokens_[end].kind != TokenKind::end) ++end;
    if (tokens_[end].kind == TokenKind::end) throw syntax_error(statement_, end);
    bool qualified = brace == at_ + 3;
    auto table = tokens_[brace - 1].name();
    auto database = qualified ? tokens_[at_].name() : session_.database;
    auto next = end + 1;
    if (writes_snapshot_) {  // accepted, and changes the table itself (FINDINGS, snapshots)
      replace(next, quote_name(database) + "." + quote_name(table));
      return true;
    }
    if (!session_.v4() && statement_.begins({"create", "table"}))
      throw failure(protocol::errc::unknown_error,
                    "internal error: panic not supported in internal sql executor: ");
    // A statement that reads two snapshots reads the first one twice (FINDINGS, trap 3).
    if (!snapshot_) snapshot_ = snapshot_of_braces(session_, statement_, brace);
    if (!snapshot_) throw unknown_database(database);  // nothing is kept from before the first snapshot
    check_scope(session_, statement_, brace, *snapshot_, database, table);
    auto place = in_place_ && hold(database, table) ? Place{} : locate(session_, *snapshot_, database, table);
    if (!place.hidden_schema.empty()) query_.hidden[place.hidden_schema] = database;
    auto text =
        quote_name(place.hidden_schema.empty() ? database : place.hidden_schema) + "." + quote_name(table);
    if (!tokens_[next].is("as") && !is_alias(tokens_[next])) text += " AS " + quote_name(table);
    replace(next, text + " ");
    return true;
  }

  // Another account's tables are on another server.
  bool hold(const std::string& database, const std::string& table) {
    auto held = find_held(session_, *snapshot_, database, table);
    bool here = held.table && held.table->unsettled && !held.table->view &&
                held.copy->server == session_.account->server;
    if (here) query_.held = {snapshot_, held.copy, held.table};
    return here;
  }

  void finish() { find_table_change(session_, statement_, query_); }

  Session& session_;
  const Statement& statement_;
  const std::vector<Token>& tokens_;
  Query query_ = {};
  SnapshotPtr snapshot_ = {};
  std::size_t at_ = 0;
  std::size_t copied_ = 0;
  bool writes_snapshot_ = false;
  bool in_place_;
};

}  // namespace

Query translate(Session& session, const Statement& statement, bool in_place) {
  return Translator(session, statement, in_place).run();
}

}  // namespace mogate::simulator
