#include "rewrite/sql/quoting.h"
#include "rewrite/statements/restore.h"

namespace mogate::rewrite {
namespace {

NewAccount parse_new_account(sql::Cursor& in) {
  NewAccount out;
  out.name = in.name("an account name");
  in.expect("ADMIN_NAME");
  in.accept('=');
  out.admin = in.string("the admin's name in quotes");
  in.expect("IDENTIFIED");
  in.expect("BY");
  out.password = in.string("a password in quotes");
  out.with_users = in.accept("WITH", "USERS");
  return out;
}

void parse_target(sql::Cursor& in, Restore& out) {
  if (!in.accept("TO")) return;
  if (in.accept("NEW")) {
    in.expect("ACCOUNT");
    out.new_account = parse_new_account(in);
  } else {
    in.expect("ACCOUNT");
    out.to_account = in.name("an account name");
  }
}

void parse_table_of(sql::Cursor& in, Restore& out) {
  out.level = Level::table;
  sql::TableName t = in.table();
  out.database = t.database;
  out.table = t.table;
}

void parse_database_of(sql::Cursor& in, Restore& out) {
  out.level = Level::database;
  out.database = in.name("a database name");
  if (!in.accept("TABLE")) return;
  out.level = Level::table;
  out.table = in.name("a table name");
}

// {SNAPSHOT = name}
void parse_braces(sql::Cursor& in, Restore& out) {
  in.expect('{');
  in.expect("SNAPSHOT");
  in.expect('=');
  out.snapshot = in.peek().kind == sql::TokenKind::string ? sql::fold(in.string("a snapshot name"))
                                                          : in.name("a snapshot name");
  in.expect('}');
}

// The account may stand before the first dot in the new grammar.
void parse_dotted(sql::Cursor& in, Restore& out, std::size_t most) {
  std::string names[3];
  std::size_t n = 0;
  do names[n++] = in.name(out.level == Level::table ? "a table name" : "a database name");
  while (n < most && in.accept('.'));
  if (n == most) out.account = names[0];
  bool table = out.level == Level::table;
  if (table && n == 1) return in.fail("a table name with its database");
  out.database = names[table ? n - 2 : n - 1];
  if (table) out.table = names[n - 1];
}

void parse_snapshot_name(sql::Cursor& in, Restore& out) {
  if (!in.accept("FROM", "SNAPSHOT")) return parse_braces(in, out);
  out.snapshot = in.name("a snapshot name");
}

// RESTORE ACCOUNT a, which in the old grammar may go on with DATABASE d [TABLE t].
void parse_account_form(sql::Cursor& in, Restore& out) {
  out.level = Level::account;
  out.account = in.name("an account name");
  if (in.accept("DATABASE")) parse_database_of(in, out);
}

bool is_pitr(sql::Cursor in) {
  while (!in.peek().is_end() && !(in.peek().is("FROM") && in.peek2().is("PITR"))) in.take();
  return !in.peek().is_end();
}

}  // namespace

std::variant<Restore, RestorePitr> parse_snapshot_restore(sql::Cursor& in) {
  Restore out;
  out.snapshot = in.name("a snapshot name");
  if (in.accept("CLUSTER")) out.level = Level::cluster;
  if (!out.level && in.accept("ACCOUNT")) {
    out.level = Level::account;
    out.account = in.name("an account name");
  }
  if (out.level != Level::cluster) {
    if (in.accept("DATABASE"))
      parse_database_of(in, out);
    else if (in.accept("TABLE"))
      parse_table_of(in, out);
  }
  if (in.accept("AT"))
    return RestorePitr{
        out.snapshot, out.level, out.account, out.database, out.table, in.string("a time in quotes"), false};
  if (out.level != Level::cluster) parse_target(in, out);
  return out;
}

std::optional<Restore> parse_native_restore(sql::Cursor& in) {
  if (is_pitr(in)) return std::nullopt;
  Restore out;
  out.native = true;
  if (in.accept("CLUSTER")) {
    out.level = Level::cluster;
  } else if (in.accept("ACCOUNT")) {
    parse_account_form(in, out);
  } else if (in.accept("DATABASE")) {
    out.level = Level::database;
    parse_dotted(in, out, 2);
  } else if (in.accept("TABLE")) {
    out.level = Level::table;
    parse_dotted(in, out, 3);
  } else {
    in.fail("CLUSTER, ACCOUNT, DATABASE or TABLE");
  }
  parse_snapshot_name(in, out);
  parse_target(in, out);
  if (out.new_account) in.fail("an account name");
  return out;
}

}  // namespace mogate::rewrite
