// DATA BRANCH DIFF, CREATE and DELETE. MERGE and PICK are not simulated.
#include "tests/simulator/catalog.h"
#include "tests/simulator/clone.h"
#include "tests/simulator/diff_stream.h"
#include "tests/simulator/errors.h"
#include "tests/simulator/row_compare.h"
#include "tests/simulator/snapshot_copies.h"
#include "tests/simulator/snapshots.h"
#include "tests/simulator/statements.h"

#include <algorithm>
#include <limits>

namespace mogate::simulator {
namespace {

struct Side {
  TablePath path;
  std::size_t brace = 0;  // 0: as it is now
  std::string text;       // as OUTPUT SUMMARY shows it
};

struct Diff {
  Side first, second;
  std::vector<std::string> columns;
  std::string output;  // "", "count", "summary", "limit", "as"
  std::string limit;
  TablePath table;
};

// What a side comes to.
struct State {
  std::string table;  // qualified and quoted
  std::string schema;
  DiffSide side = {};  // at a snapshot
  std::int64_t ts = std::numeric_limits<std::int64_t>::max();
  std::uint64_t lineage = 0;
};

TablePath parse_path(const Session& session, Parser& p) {
  auto name = p.expect_name();
  if (!p.accept(".")) return {session.database, name};
  return {name, p.expect_name()};
}

Side parse_side(const Session& session, const Statement& statement, Parser& p) {
  Side out;
  out.path = parse_path(session, p);
  out.text = out.path.database + "." + out.path.table;
  if (!is_point_in_time(statement, p.index())) return out;
  out.brace = p.index();
  const auto& value = p.peek(3);
  out.text += "{snapshot = '" + (value.kind == TokenKind::string ? value.string() : value.name()) + "'}";
  while (!p.at_end() && !p.accept("}")) p.take();
  return out;
}

void parse_output(const Session& session, Parser& p, Diff& out) {
  bool known = p.peek().is("count") || p.peek().is("summary") || p.peek().is("limit") || p.peek().is("as");
  if (!known) p.fail();
  out.output = p.expect_name();
  if (out.output == "as") out.table = parse_path(session, p);
  if (out.output != "limit") return;
  if (p.peek().kind != TokenKind::number) p.fail();
  out.limit = p.take().text;
}

Diff parse_diff(const Session& session, const Statement& statement, Parser& p) {
  Diff out;
  out.first = parse_side(session, statement, p);
  p.expect("against");
  out.second = parse_side(session, statement, p);
  if (p.accept({"columns", "("})) {
    do out.columns.push_back(p.expect_name());
    while (p.accept(","));
    p.expect(")");
  }
  if (p.accept("output")) parse_output(session, p, out);
  p.expect_end();
  return out;
}

State state_of(Session& session, const Statement& statement, const Side& side) {
  const auto& [database, table] = side.path;
  State out;
  out.schema = database;
  if (side.brace != 0) {
    auto snapshot = snapshot_of_braces(session, statement, side.brace);
    if (!snapshot) throw failure(0, "ExpectedEOB", "00000");
    check_scope(session, statement, side.brace, *snapshot, database, table);
    out.side = {snapshot, find_held(session, *snapshot, database, table), database, table};
    out.ts = snapshot->ts;
    const auto* held = out.side.held.table;
    if (held) out.lineage = held->ids.lineage;
    bool here = held && out.side.held.copy->server == session.account->server;
    if (!here || !read_in_place(*held, [] {})) {
      auto place = locate(session, *snapshot, database, table);
      out.schema = place.hidden_schema.empty() ? database : place.hidden_schema;
    }
  } else {
    auto backend = session.account->server->connect();
    auto known = backend->query("SELECT 1 FROM information_schema.schemata WHERE schema_name=" +
                                quote_string(database));
    if (known.rows.empty())
      throw session.v4() ? unknown_database(database) : failure(0, "ExpectedEOB", "00000");
    out.lineage = table_ids(session.world, *session.account->server, *backend, database, table).lineage;
    if (out.lineage == 0 && session.v4())
      throw failure(protocol::errc::no_such_table,
                    "SQL parser error: table \"" + table + "\" does not exist");
    if (out.lineage == 0) throw no_such_table(database, table);
  }
  out.table = quote_name(out.schema) + "." + quote_name(table);
  return out;
}

std::vector<DiffColumn> columns_of(Session& session, const State& recent, const State& old,
                                   const std::string& table, const std::string& old_table) {
  auto read = [&](const std::string& schema, const std::string& name) {
    return session.query("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema=" +
                         quote_string(schema) + " AND table_name=" + quote_string(name) +
                         " ORDER BY ordinal_position");
  };
  auto now = read(recent.schema, table);
  bool one_place = old.schema == recent.schema && old_table == table;
  auto before = one_place ? now : read(old.schema, old_table);
  std::vector<DiffColumn> out;
  for (const auto& row : now.rows) {
    bool known =
        std::any_of(before.rows.begin(), before.rows.end(), [&](const Row& b) { return b[0] == row[0]; });
    bool ordinal = *row[1] == "enum" || *row[1] == "set";
    if (!session.v4() && *row[1] == "enum")
      throw failure(protocol::errc::unknown_error, "a real 3.0 hangs for ever here: a diff of an ENUM");
    if (!session.v4() && *row[1] == "year")
      throw failure(protocol::errc::unknown_error, "internal error: panic No Support: ");
    out.push_back({*row[0], ordinal, *row[1] == "enum", known});
  }
  bool changed = out.size() != before.rows.size() ||
                 std::any_of(out.begin(), out.end(), [](const auto& c) { return !c.in_old; });
  if (changed && !session.v4())
    throw internal_error("the target table schema is not equivalent to the base table.");
  return out;
}

std::vector<std::string> primary_key(Session& session, const std::string& schema, const std::string& table) {
  auto rows =
      session.query("SELECT column_name FROM information_schema.key_column_usage WHERE table_schema=" +
                    quote_string(schema) + " AND table_name=" + quote_string(table) +
                    " AND constraint_name='PRIMARY' ORDER BY ordinal_position");
  std::vector<std::string> out;
  for (const auto& row : rows.rows) out.push_back(*row[0]);
  return out;
}

void check_keys(const std::vector<std::string>& target, const std::vector<std::string>& base) {
  auto shown = [](const std::vector<std::string>& key) {
    std::string out;
    for (const auto& name : key) out += (out.empty() ? "" : ", ") + name;
    return "(" + (key.empty() ? "__mo_fake_pk_col" : out) + ")";
  };
  if (target != base)
    throw internal_error("schema compatibility check: target primary key columns " + shown(target) +
                         " do not match base primary key columns " + shown(base));
}

// Swapping the two snapshots of a table gives the very same rows (FINDINGS, catalog).
DiffInput compare(Session& session, const Statement& statement, const Diff& d, State& a, State& b) {
  a = state_of(session, statement, d.first), b = state_of(session, statement, d.second);
  auto name_a = d.first.path.table, name_b = d.second.path.table;
  bool swapped = d.first.path.database == d.second.path.database && name_a == name_b && a.ts < b.ts;
  if (swapped) std::swap(a, b);
  DiffInput in{a.table, b.table, name_a, name_b, columns_of(session, a, b, name_a, name_b)};
  in.key = primary_key(session, a.schema, name_a);
  bool one_place = a.schema == b.schema && name_a == name_b;
  if (!one_place) check_keys(in.key, primary_key(session, b.schema, name_b));
  in.wanted = d.columns;
  for (const auto& name : d.columns) {
    bool known =
        std::any_of(in.columns.begin(), in.columns.end(), [&](const auto& c) { return c.name == name; });
    if (!known)
      throw failure(20301, "invalid input: column \"" + name + "\" not found in table \"" + name_a + "\"");
  }
  in.related = a.lineage == b.lineage;
  return in;
}

std::string summary(const DiffInput& in, const Diff& d) {
  auto inner = "(" + diff_select(in, "source", "flag") + ") x";
  auto counts = [&](const std::string& metric, const std::string& flag) {
    auto count = [&](const std::string& name, bool shown) {
      return shown ? "(SELECT COUNT(*) FROM " + inner + " WHERE source=" + quote_string(name) +
                         " AND flag=" + quote_string(flag) + ")"
                   : std::string("(SELECT COUNT(*) FROM DUAL WHERE FALSE)");
    };
    return "SELECT " + quote_string(metric) + " AS metric, " + count(in.recent_name, true) + " AS " +
           quote_name(d.first.text) + ", " + count(in.old_name, in.old_name != in.recent_name) + " AS " +
           quote_name(d.second.text);
  };
  return counts("INSERTED", "INSERT") + " UNION ALL " + counts("DELETED", "DELETE") + " UNION ALL " +
         counts("UPDATED", "UPDATE");
}

Query diff_columns(const DiffInput& in) {
  Query query;
  query.diff = true;
  for (const auto& column : in.columns) {
    if (column.enumeration) query.ordinals.insert(column.name);
  }
  return query;
}

Query diff_query(Session& session, const DiffInput& in, const Diff& d) {
  auto query = diff_columns(in);
  auto rows = diff_select(in, "diff " + d.first.path.table + " against " + d.second.path.table, "flag");
  query.sql = rows;
  if (d.output == "limit") query.sql += " LIMIT " + d.limit;
  if (d.output == "count") query.sql = "SELECT COUNT(*) AS `COUNT(*)` FROM (" + rows + ") x";
  if (d.output == "summary") query.sql = summary(in, d);
  if (d.output == "as") {
    auto name = quote_name(d.table.database) + "." + quote_name(d.table.table);
    session.query("CREATE TABLE " + name + " AS " + diff_select(in, "__mo_diff_source", "__mo_diff_flag"));
    query.sql = "SELECT " + quote_string(name) + " AS `TABLE CREATED`";
  }
  return query;
}

// What the gateway's copies ask for; everything else is left to MariaDB.
bool is_streamed(const DiffInput& in, const Diff& d, const State& a, const State& b) {
  bool whole = d.output.empty() && in.wanted.empty() && in.related && in.recent_name == in.old_name;
  bool same_columns =
      std::all_of(in.columns.begin(), in.columns.end(), [](const auto& c) { return c.in_old; });
  return whole && same_columns && a.side.snapshot && b.side.snapshot;
}

void settle_side(Session& session, State& state) {
  if (!state.side.snapshot) return;
  auto place = locate(session, *state.side.snapshot, state.side.database, state.side.table);
  state.schema = place.hidden_schema.empty() ? state.side.database : place.hidden_schema;
  state.table = quote_name(state.schema) + "." + quote_name(state.side.table);
}

void check_read(Session& session, const TablePath& path) {
  if (session.v4() && !may_read(session, path.database, path.table)) throw no_privilege();
}

void run_diff(Session& session, const Statement& statement, const Diff& d, bool more) {
  if (!session.v4() && session.in_transaction()) throw in_transaction();
  for (const auto* side : {&d.first, &d.second}) {
    if (side->path.database.empty()) throw failure(protocol::errc::no_db, "No database selected");
    check_read(session, side->path);
  }
  State a, b;
  auto in = compare(session, statement, d, a, b);
  if (d.output == "as" && !session.v4())
    throw failure(20105, "not supported: &{{<nil> {{ " + d.table.database + " false true} " + d.table.table +
                             "} <nil>} <nil> false false }");
  if (is_streamed(in, d, a, b)) return stream_diff(session, diff_columns(in), in, a.side, b.side, more);
  settle_side(session, a);
  settle_side(session, b);
  in.recent = a.table, in.old = b.table;
  run_query(session, statement, diff_query(session, in, d), more);
}

// A branch is a clone that remembers where it came from.
void run_create(Session& session, const Statement& statement, CloneRequest c, std::size_t brace, bool more) {
  if (session.v4() && !session.is_admin()) throw no_privilege();
  if (brace != 0) c.snapshot = snapshot_of_braces(session, statement, brace);
  clone(session, c, statement);
  if (!c.whole_database) {
    auto& server = *session.account->server;
    auto backend = server.connect();
    auto ids = table_ids(session.world, server, *backend, c.to.database, c.to.table);
    Side side{c.from, brace, {}};
    ids.lineage = state_of(session, statement, side).lineage;
    set_table_ids(session.world, server, *backend, c.to.database, c.to.table, ids);
  }
  send_ok(session, more);
}

Action plan_create(Session& session, const Statement& statement, Parser& p) {
  CloneRequest c;
  c.whole_database = p.accept("database");
  if (!c.whole_database) p.expect("table");
  c.to = c.whole_database ? TablePath{p.expect_name(), {}} : parse_path(session, p);
  p.expect("from");
  c.from = c.whole_database ? TablePath{p.expect_name(), {}} : parse_path(session, p);
  std::size_t brace = is_point_in_time(statement, p.index()) ? p.index() : 0;
  if (brace != 0) {
    while (!p.at_end() && !p.accept("}")) p.take();
  }
  if (p.accept({"to", "account"})) c.to_account = p.expect_name();
  p.expect_end();
  return [&session, &statement, c, brace](bool more) { run_create(session, statement, c, brace, more); };
}

Action plan_delete(Session& session, const Statement& statement, Parser& p) {
  bool whole_database = p.accept("database");
  if (!whole_database) p.expect("table");
  auto path = whole_database ? TablePath{p.expect_name(), {}} : parse_path(session, p);
  p.expect_end();
  return [&session, &statement, path](bool more) {
    if (session.v4() && !session.is_admin()) throw no_privilege();
    auto what = path.table.empty() ? "DATABASE " + quote_name(path.database)
                                   : "TABLE " + quote_name(path.database) + "." + quote_name(path.table);
    StructureChange change(session.world, *session.account->server, statement);
    try {
      session.query("DROP " + what);
    } catch (const Failure& failed) {
      throw translate_error(session, failed, {}, statement);
    }
    send_ok(session, more);
  };
}

}  // namespace

std::optional<Action> plan_data_branch(Session& session, const Statement& statement) {
  Parser p(statement);
  if (!p.accept("data")) return std::nullopt;
  p.expect("branch");
  if (p.accept("diff")) {
    auto d = parse_diff(session, statement, p);
    return [&session, &statement, d](bool more) { run_diff(session, statement, d, more); };
  }
  if (p.accept("create")) return plan_create(session, statement, p);
  if (p.accept("delete")) return plan_delete(session, statement, p);
  if (!p.peek().is("merge") && !p.peek().is("pick")) p.fail();
  return [](bool) { throw failure(20105, "not supported: DATA BRANCH MERGE and PICK in the simulator"); };
}

}  // namespace mogate::simulator
