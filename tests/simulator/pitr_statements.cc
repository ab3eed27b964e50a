// CREATE, ALTER and DROP PITR. SHOW PITR is in show.cc, RESTORE … FROM PITR in pitr_restore.cc.
#include "tests/simulator/catalog.h"
#include "tests/simulator/history.h"
#include "tests/simulator/pitrs.h"
#include "tests/simulator/statements.h"
#include "tests/simulator/times.h"

#include <algorithm>

namespace mogate::simulator {
namespace {

constexpr int kLongest = 100;

struct Range {
  int length = 0;
  std::string unit = {};
};

struct CreatePitr {
  bool if_not_exists = false;
  std::string name;
  std::string level = "account";
  std::string account = {};
  std::string database = {};
  std::string table = {};
  Range range = {};
};

Range parse_range(Parser& p) {
  p.expect("range");
  if (p.peek().kind != TokenKind::number) p.fail();
  auto digits = std::string(p.take().text);
  if (digits.size() > 9 || digits.find_first_not_of("0123456789") != std::string::npos) digits = "999999999";
  return {std::stoi(digits), p.expect_string()};
}

void parse_object(Parser& p, CreatePitr& out) {
  bool known = false;
  for (auto level : {"cluster", "account", "database", "table"}) known = known || p.peek().is(level);
  if (!known) p.fail();
  out.level = p.expect_name();
  if (out.level == "account" && !p.peek().is("range")) out.account = p.expect_name();
  if (out.level == "database" || out.level == "table") out.database = p.expect_name();
  bool table = out.level == "table" || (out.level == "database" && p.accept("table"));
  if (table) {
    out.level = "table";
    out.table = p.expect_name();
  }
}

CreatePitr parse_create(Parser& p) {
  CreatePitr out;
  out.if_not_exists = p.accept({"if", "not", "exists"});
  if (p.peek().is("for") || p.peek().is("range")) p.fail();
  out.name = p.expect_name();
  if (p.accept("for")) parse_object(p, out);
  out.range = parse_range(p);
  p.expect_end();
  return out;
}

void check_admin(const Session& session) {
  if (session.in_transaction()) throw in_transaction();
  if (!session.is_admin()) throw no_privilege();
}

std::string checked_name(const std::string& name) {
  if (name.find(' ') != std::string::npos) throw internal_error("invalid input");
  return name;
}

void check_unit(Range& range) {
  auto unit = lower(range.unit);
  if (hours_of(1, unit) == 0) throw internal_error("invalid pitr unit " + range.unit);
  range.unit = unit;
}

void check_account(const Session& session, CreatePitr& wanted) {
  if (wanted.level == "cluster" && !session.is_sys())
    throw internal_error("only sys tenant can create cluster level pitr");
  if (wanted.account.empty()) wanted.account = session.account->name;
  if (wanted.account != session.account->name && !session.is_sys())
    throw internal_error("only sys tenant can create tenant level pitr for other tenant");
}

void check_object(Session& session, const CreatePitr& wanted) {
  auto table = wanted.database + "." + wanted.table;
  bool of_table = wanted.level == "table", of_database = wanted.level == "database";
  bool system = is_system_database(wanted.database);
  if (system && of_database)
    throw internal_error("can not create pitr for current database " + wanted.database);
  if (system && of_table) throw internal_error("can not create pitr for current table " + table);
  if (of_database && !object_exists(session, wanted.database, {}))
    throw internal_error("database " + wanted.database + " does not exist");
  if (of_table && !object_exists(session, wanted.database, wanted.table))
    throw internal_error("table " + table + " does not exist");
  if (wanted.level == "account" && !session.world.find_account(wanted.account))
    throw internal_error("account " + wanted.account + " does not exist");
}

std::uint64_t object_id(Session& session, const CreatePitr& wanted) {
  if (wanted.level == "cluster") return ~std::uint64_t{0};
  if (wanted.level == "account") return session.world.find_account(wanted.account)->id;
  auto& server = *session.account->server;
  if (wanted.level == "table")
    return table_ids(session.world, server, *session.backend, wanted.database, wanted.table).rel_id;
  std::lock_guard lock(session.world.mutex);
  return ids_for_key(session.world, server, key_for_name(wanted.database + "/")).rel_id;
}

// One PITR an object, among those of the same creator.
void check_single(const std::vector<Pitr>& pitrs, const Pitr& wanted) {
  bool taken = std::any_of(pitrs.begin(), pitrs.end(), [&](const Pitr& p) {
    return p.dropped == 0 && p.creator == wanted.creator && p.level == wanted.level &&
           p.object_id == wanted.object_id && p.database == wanted.database && p.table == wanted.table;
  });
  if (!taken) return;
  if (wanted.level == "cluster") throw internal_error("cluster level pitr already exists");
  if (wanted.level == "account") throw internal_error("account `" + wanted.account + "` already has a pitr");
  throw internal_error("database `" + wanted.database + "`" +
                       (wanted.table.empty() ? "" : " table `" + wanted.table + "`") + " already has a pitr");
}

Pitr new_pitr(Session& session, const CreatePitr& wanted) {
  Pitr out;
  out.id = new_uuid();
  out.name = wanted.name;
  out.creator = session.account->id;
  out.created = out.modified = session.world.next_timestamp();
  out.level = wanted.level;
  bool cluster = wanted.level == "cluster";
  if (!cluster) out.account = wanted.account;
  auto account = session.world.find_account(wanted.account);
  out.account_id = account && !cluster ? account->id : 0;
  out.database = wanted.database;
  out.table = wanted.table;
  out.object_id = object_id(session, wanted);
  out.length = wanted.range.length;
  out.unit = wanted.range.unit;
  return out;
}

void create(Session& session, CreatePitr wanted) {
  check_account(session, wanted);
  if (wanted.range.length < 1 || wanted.range.length > kLongest)
    throw internal_error("invalid pitr value " + std::to_string(wanted.range.length));
  check_unit(wanted.range);
  checked_name(wanted.name);
  if (wanted.name == kCatalogPitr) throw internal_error("pitr name is reserved");
  if (find_pitr(session, wanted.name)) {
    if (wanted.if_not_exists) return;
    throw internal_error("pitr " + wanted.name + " already exists");
  }
  check_object(session, wanted);
  auto pitr = new_pitr(session, wanted);
  {
    std::lock_guard lock(session.world.mutex);
    check_single(session.world.pitrs, pitr);
    session.world.pitrs.push_back(pitr);
    keep_catalog_pitr(session.world, pitr.created);
  }
  session.world.history().pitrs_changed(pitr.created);
}

// Runs `change` on the PITR of that name; under the world's mutex.
template <class Change>
void with_pitr(Session& session, const std::string& name, bool if_exists, Change change) {
  std::lock_guard lock(session.world.mutex);
  auto& all = session.world.pitrs;
  auto found = std::find_if(all.begin(), all.end(), [&](const Pitr& p) {
    return p.name == name && p.creator == session.account->id;
  });
  if (found == all.end()) {
    if (if_exists) return;
    throw internal_error("pitr " + name + " does not exist");
  }
  change(all, found);
}

void alter(Session& session, const std::string& name, bool if_exists, Range range) {
  checked_name(name);
  check_unit(range);  // its length is not checked
  auto now = session.world.next_timestamp();
  with_pitr(session, name, if_exists, [&](auto&, auto found) {
    found->length = range.length;
    found->unit = range.unit;
    found->modified = now;
    if (name != kCatalogPitr) keep_catalog_pitr(session.world, now);
  });
}

void drop(Session& session, const std::string& name, bool if_exists) {
  checked_name(name);
  auto now = session.world.next_timestamp();
  with_pitr(session, name, if_exists, [&](auto& all, auto found) {
    all.erase(found);
    if (name != kCatalogPitr) keep_catalog_pitr(session.world, now);
  });
  session.world.history().pitrs_changed(now);
}

template <class Run>
Action as_admin(Session& session, Run run) {
  return [&session, run](bool more) {
    check_admin(session);
    run();
    session.used_in_manual_mode = !session.autocommit();
    send_ok(session, more);
  };
}

Action plan_create(Session& session, Parser& p) {
  auto wanted = parse_create(p);
  return as_admin(session, [&session, wanted] { create(session, wanted); });
}

Action plan_alter(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  auto range = parse_range(p);
  p.expect_end();
  return as_admin(session, [&session, name, if_exists, range] { alter(session, name, if_exists, range); });
}

Action plan_drop(Session& session, Parser& p) {
  bool if_exists = p.accept({"if", "exists"});
  auto name = p.expect_name();
  p.expect_end();
  return as_admin(session, [&session, name, if_exists] { drop(session, name, if_exists); });
}

}  // namespace

std::optional<Action> plan_pitr_statement(Session& session, const Statement& statement) {
  Parser p(statement);
  if (p.accept({"create", "pitr"})) return plan_create(session, p);
  if (p.accept({"alter", "pitr"})) return plan_alter(session, p);
  if (p.accept({"drop", "pitr"})) return plan_drop(session, p);
  return std::nullopt;
}

}  // namespace mogate::simulator
