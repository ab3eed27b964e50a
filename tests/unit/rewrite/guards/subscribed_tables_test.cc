// Sessions, statements whole and in pieces, against what subscriptions keep.
#include "rewrite/guards/subscribed_tables.h"

#include "rewrite/glance.h"
#include "rewrite/hazard_scanner.h"
#include "unit/rewrite/guards/texts.h"

#include <gtest/gtest.h>

#include <string>

namespace mogate::rewrite {
namespace {

constexpr std::uint32_t kAccount = 7;

// Database kept as a whole, and e.t.
ReadOnlyTables kept(std::string current = "other") {
  auto tables = std::make_shared<SubscribedTables>();
  tables->add(kAccount, "Kept", "", "s1");
  tables->add(kAccount, "e", "T", "s2");
  return {std::shared_ptr<const SubscribedTables::Account>(tables, tables->of(kAccount)), std::move(current)};
}

std::string refusal_of(std::string_view sql, const std::string& current = "other") {
  auto options = test::on(4);
  options.read_only = kept(current);
  Parsed parsed = parse(sql, options);
  const auto* error = std::get_if<protocol::SqlError>(&parsed);
  return error == nullptr ? "" : error->message;
}

std::string long_refusal(const std::string& sql, const std::string& current = "other") {
  HazardScanner scanner({}, kept(current));
  for (std::size_t i = 0; i < sql.size(); i += 7) scanner.feed(std::string_view(sql).substr(i, 7));
  return scanner.finish() == Hazard::read_only ? scanner.refusal()->message : "";
}

TEST(SubscribedTables, KeepTablesOrWholeDatabasesOfAnAccount) {
  SubscribedTables tables;
  EXPECT_TRUE(tables.empty());
  tables.add(kAccount, "Kept", "", "s1");
  tables.add(kAccount, "e", "T", "s2");
  EXPECT_FALSE(tables.empty());
  EXPECT_EQ(tables.of(0), nullptr);
  const auto* mine = tables.of(kAccount);
  ASSERT_NE(mine, nullptr);
  EXPECT_EQ(*mine->keeper_of({"kept", "any"}), "s1");
  EXPECT_EQ(*mine->keeper_of({"kept", ""}), "s1");
  EXPECT_EQ(*mine->keeper_of({"e", "t"}), "s2");
  EXPECT_EQ(*mine->keeper_of({"e", ""}), "s2");
  EXPECT_EQ(mine->keeper_of({"e", "u"}), nullptr);
  EXPECT_EQ(mine->keeper_of({"", "t"}), nullptr);
  EXPECT_EQ(mine->keeper_of({"", ""}), nullptr);
}

TEST(SubscribedTables, TheRefusalIsMatrixOnesWithTheSubscriptionsName) {
  auto error = kept().refusal({"e", "t"});
  ASSERT_TRUE(error);
  EXPECT_EQ(error->code, 22401);
  EXPECT_EQ(error->message, "ccpr shared object is read-only (e.t is kept by subscription s2)");
  EXPECT_FALSE(kept().refusal({"", "t"}));
  EXPECT_TRUE(kept("E").refusal({"", "t"}));
  EXPECT_FALSE(ReadOnlyTables{}.refusal({"e", "t"}));
}

// Whatever way they are written.
const std::string kRefused[] = {
    "INSERT INTO kept.x VALUES (1)",
    "insert into `KEPT` . `x` values (1)",
    "INSERT/**/INTO/**/kept/**/./**/x VALUES(1)",
    "insert into -- other.y\n kept.x values (1)",
    "/* SELECT */ insert into kept.x values (1)",
    "/*+ x */ insert /*+ y */ into kept.x values (1)",
    "/*! insert into kept.x */ values (1)",
    "/*!99999 insert into kept.x values (1) */",
    "REPLACE INTO e.t VALUES (1)",
    "update kept.x set a = 1",
    "update other.y join e.t on true set t.a = 1",
    "delete from e.t where a = 1",
    "delete x from e.t as x join other.y",
    "truncate table kept.x",
    "load data local infile 'f' into table kept.x",
    "drop table other.y, e.t",
    "drop database kept",
    "drop database if exists E",
    "alter table kept.x add column b int",
    "alter table other.y rename to kept.y",
    "rename table other.y to other.z, kept.x to other.x",
    "create table kept.new (a int)",
    "create view kept.v as select 1",
    "create index i on e.t (a)",
    "create table kept.n clone other.y",
    "data branch delete table e.t",
    "with c as (select 1) update kept.x set a = 1",
    "explain analyze insert into kept.x values (1)",
    "prepare p from insert into kept.x values (1)",
};

TEST(SubscribedTables, MayNotBeWritten) {
  for (const std::string& sql : kRefused)
    EXPECT_NE(refusal_of(sql).find("ccpr shared object is read-only"), std::string::npos) << sql;
  // What else carries statements.
  for (const char* sql :
       {"prepare p from 'insert into kept.x values (1)'",
        "prepare p from 'prepare q from \"drop table e.t\"'",
        "begin insert into other.y values (1); insert into kept.x values (1); end",
        "if 1 then insert into kept.x values (1)", "create procedure p() 'begin delete from e.t; end'",
        "create task t as begin truncate table e.t; end"})
    EXPECT_NE(refusal_of(sql).find("ccpr shared object is read-only"), std::string::npos) << sql;
}

TEST(SubscribedTables, NoWriteIsPassedOverByTheGlance) {
  for (const std::string& sql : kRefused) EXPECT_TRUE(needs_look(sql) || writes_plainly(sql)) << sql;
  for (const char* sql : {"select * from t", "commit", "use d", "execute p", "call p()"})
    EXPECT_FALSE(writes_plainly(sql)) << sql;
}

TEST(SubscribedTables, MayNotBeWrittenInTheCurrentDatabaseEither) {
  EXPECT_NE(refusal_of("insert into t values (1)", "E"), "");
  EXPECT_NE(refusal_of("insert into `T` values (1)", "e"), "");
  EXPECT_NE(refusal_of("create table anything (a int)", "kept"), "");
  EXPECT_EQ(refusal_of("insert into t values (1)"), "");
  EXPECT_EQ(refusal_of("insert into other.t values (1)", "e"), "");
}

const std::string kAllowed[] = {
    "select * from kept.x",
    "insert into other.y select * from kept.x",
    "update other.y join e.t on true set y.a = t.a",
    "delete y from other.y join e.t on true",
    "create table other.z like kept.x",
    "create table other.z as select * from e.t",
    "create view other.v as select * from kept.x",
    "create snapshot s for database kept",
    "insert into e.u values (1)",
    "drop table e.u",
    "explain insert into kept.x values (1)",
    "select 'insert into kept.x values (1)'",
    "insert into other.y values ('delete from kept.x')",
    "show create table kept.x",
    "create table other.z clone kept.x",
};

TEST(SubscribedTables, MayBeReadAndLeaveOthersAlone) {
  for (const std::string& sql : kAllowed)
    EXPECT_EQ(refusal_of(sql).find("ccpr shared object"), std::string::npos)
        << sql << ": " << refusal_of(sql);
}

TEST(SubscribedTables, MayNotBeWrittenByStatementsThatAreTooLongToBeHeld) {
  const std::string blanks(5000, ' '), comment = "/*" + std::string(5000, 'x') + "*/";
  for (const std::string& sql : kRefused)
    for (const std::string& before : {std::string(), blanks, comment, std::string("select 1; ")}) {
      HazardScanner scanner({}, kept());
      scanner.feed(before + sql);
      // Some are refused for something else.
      EXPECT_NE(scanner.finish(), Hazard::none) << before.substr(0, 20) << sql;
    }
  EXPECT_NE(long_refusal("insert into kept.x values ('" + std::string(9000, 'v') + "')"), "");
  EXPECT_NE(long_refusal("insert into t values ('" + std::string(9000, 'v') + "')", "e"), "");
  EXPECT_NE(long_refusal("use e; insert into t values ('" + std::string(9000, 'v') + "')"), "");
  EXPECT_EQ(long_refusal("insert into other.y values ('" + std::string(9000, 'v') + "')"), "");
  EXPECT_EQ(
      long_refusal("insert into other.y select * from kept.x where a = '" + std::string(9000, 'v') + "'"),
      "");
  EXPECT_EQ(long_refusal("select * from kept.x where a = '" + std::string(9000, 'v') + "'"), "");
  EXPECT_EQ(long_refusal("use other; insert into t values ('" + std::string(9000, 'v') + "')", "e"), "");
}

TEST(SubscribedTables, AreNothingToSessionsOfAccountsThatHaveNone) {
  auto options = test::on(4);
  for (const std::string& sql : {kRefused[0], kRefused[8], kRefused[16]})
    EXPECT_TRUE(std::holds_alternative<NotOurs>(parse(sql, options))) << sql;
  HazardScanner scanner;
  scanner.feed(kRefused[0]);
  EXPECT_EQ(scanner.finish(), Hazard::none);
}

}  // namespace
}  // namespace mogate::rewrite
