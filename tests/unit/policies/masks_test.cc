#include "policies/masks.h"

#include "tests/unit/policies/support.h"

namespace mogate::policies {
namespace {

Rule salaries() {
  auto mask = rule("no salaries", Action::mask);
  mask.columns = {{"hr", "emp", "salary"}};
  return mask;
}

bool refused(const std::string& sql) {
  return judge(*rule_set({salaries()}), sql, {.database = "hr"}).refusal.has_value();
}
bool touches(const std::string& sql) {
  return judge(*rule_set({salaries()}), sql, {.database = "hr"}).touches_masked;
}

TEST(Masks, let_a_masked_column_be_selected_by_its_name) {
  for (const char* sql :
       {"select salary from emp", "select id, emp.salary, name from emp", "select `SALARY` from hr.emp",
        "select * from emp", "select e.* from emp e",
        "select distinct salary from emp where salary > 5 order by salary",
        "select x.salary from (select id, salary from emp) x",
        "with c as (select salary from emp) select salary from c", "(select salary from emp)", "table emp",
        "delete from emp where salary > 5 returning salary"}) {
    EXPECT_FALSE(refused(sql)) << sql;
    EXPECT_TRUE(touches(sql)) << sql;
  }
}

TEST(Masks, refuse_what_takes_its_name_away) {
  for (const char* sql : {"select salary + 0 from emp",
                          "select salary as s from emp",
                          "select salary s from emp",
                          "select 'x', salary 's' from emp",
                          "select max(salary) from emp",
                          "select concat(emp.salary, '') from emp",
                          "select (select salary from emp limit 1)",
                          "select (select * from emp limit 1)",
                          "select case when salary > 5 then salary end from emp",
                          "select s from (select salary s from emp) x",
                          "select s from (select salary from emp) x (s)",
                          "select s from (select * from emp) as x (a, s)",
                          "with c (s) as (select salary from emp) select s from c",
                          "with a as (select 1), c (s) as (select * from emp) select s from c",
                          "select s from emp x (i, s)",
                          "select 1 union select salary from emp",
                          "select salary from emp union all select 2",
                          "select * from emp except select * from t",
                          "select salary from emp into @a",
                          "select -salary from emp",
                          "select salary into outfile 'x' from emp",
                          "insert into t select salary from emp",
                          "insert into t table emp",
                          "replace into t select * from emp",
                          "create table t as select * from emp",
                          "create table t select salary from emp",
                          "create table t clone hr.emp",
                          "create database x clone hr",
                          "create view v as select salary from emp",
                          "update emp set name = salary",
                          "update t set a = (select salary from emp)",
                          "update t join emp on t.id = emp.id set t.a = emp.salary",
                          "update emp set salary = salary + 1",
                          "insert into emp (id) values (1) on duplicate key update name = salary",
                          "alter table emp rename column salary to s",
                          "alter table emp rename to e2",
                          "rename table emp to e2",
                          "data branch diff emp against emp2",
                          "select * from metadata_scan('hr.emp', '*') g",
                          "create cdc c 'a' 'b' 'c' 'd'",
                          "create publication p database hr",
                          "delete from emp returning salary + 1",
                          "explain analyze insert into t select salary from emp",
                          "prepare p from 'select salary + 1 from emp'"})
    EXPECT_TRUE(refused(sql)) << sql;
}

TEST(Masks, leave_alone_what_has_nothing_to_do_with_them) {
  for (const char* sql :
       {"select salary + 1 from other.emp", "select id + 1 from emp", "select count(*) from emp",
        "select id from emp union select 1", "insert into emp (id, salary) values (1, 2)",
        "update emp set salary = 5 where id = 1", "update emp set name = 'x'",
        "insert into emp (id, salary) values (1, 2) on duplicate key update salary = values(salary)",
        "delete from emp where id = 1", "show create table emp", "desc emp",
        "explain select salary + 1 from emp", "insert into t select id from emp",
        "create index i on emp (salary)", "select 1", "begin", "drop table emp"})
    EXPECT_FALSE(refused(sql)) << sql;
  for (const char* sql : {"select id + 1 from emp", "select count(*) from emp", "select 1"})
    EXPECT_FALSE(touches(sql)) << sql;
}

protocol::ColumnView column(std::string_view schema, std::string_view table, std::string_view name,
                            std::string_view org_name) {
  protocol::ColumnView out;
  out.schema = schema;
  out.table = out.org_table = table;
  out.name = name;
  out.org_name = org_name;
  return out;
}

TEST(MaskOf, goes_by_the_origin_and_in_statements_that_touch_it_by_the_name_alone) {
  auto rule = salaries();
  const std::vector<const Rule*> masks{&rule};
  EXPECT_TRUE(mask_of(column("hr", "emp", "salary", "salary"), masks, false));
  EXPECT_TRUE(mask_of(column("HR", "EMP", "pay", "Salary"), masks, false)) << "a view's column";
  EXPECT_FALSE(mask_of(column("hr", "e", "salary", "salary"), masks, false));
  EXPECT_TRUE(mask_of(column("hr", "e", "salary", "salary"), masks, true)) << "an alias of the table";
  EXPECT_FALSE(mask_of(column("hr", "emp", "id", "id"), masks, true));
}

TEST(MaskedText, shows_what_the_method_says) {
  constexpr std::uint8_t kVarchar = 253, kInt = 3;
  using Kind = MaskMethod::Kind;
  EXPECT_EQ(masked_text("secret", {.kind = Kind::null, .text = ""}, kVarchar), std::nullopt);
  EXPECT_EQ(masked_text("secret", {.kind = Kind::text, .text = "***"}, kVarchar), "***");
  EXPECT_EQ(masked_text("5", {.kind = Kind::text, .text = "***"}, kInt), std::nullopt);
  EXPECT_EQ(masked_text("DE12345678", {.kind = Kind::partial, .text = "", .keep_first = 2, .keep_last = 3},
                        kVarchar),
            "DE*****678");
  EXPECT_EQ(
      masked_text("abc", {.kind = Kind::partial, .text = "", .keep_first = 1, .keep_last = 2}, kVarchar),
      "***")
      << "what would be kept whole is hidden whole";
  EXPECT_EQ(masked_text("äöü", {.kind = Kind::partial, .text = "", .keep_first = 1}, kVarchar), "ä**");
  EXPECT_EQ(masked_text("abc", {.kind = Kind::hash, .text = ""}, kVarchar),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace mogate::policies
