"""Safety snapshots: taken by the service credentials before a table or a database is lost, as many kept as the rule says."""

import unittest

from lib.policy import PolicyTest

_RULE = """
[[rule]]
name = "before it is too late"
action = "snapshot"
keep = 2
"""


class Snapshots(PolicyTest):
    with_service = True
    rules = _RULE

    def setUp(self):
        super().setUp()
        self.name = self.database()
        self.wire.use(self.name)
        self.addCleanup(self.drop_snapshots)

    def taken(self):
        with self.admin() as admin:
            return [row for row in admin.rows("show snapshots") if row[0].startswith("mogate_safety_")]

    def drop_snapshots(self):
        for row in self.taken():
            with self.admin() as admin:
                admin.query(f"drop snapshot {row[0]}")

    def fill(self, table="t"):
        self.wire.query(f"create table {table} (a int primary key)")
        self.wire.query(f"insert into {table} values (1), (2)")

    def test_one_is_there_before_each_statement_that_empties_or_drops(self):
        for sql in ("truncate table t", "delete from t", "update t set a = a + 10", "drop table t"):
            with self.subTest(sql):
                self.drop_snapshots()
                self.wire.query("drop table if exists t")
                self.drop_snapshots()
                self.fill()
                self.wire.query(sql)
                found = self.taken()
                self.assertEqual(1, len(found))
                self.assertIn("t", found[0])

    def test_the_table_comes_back_from_it(self):
        self.fill()
        self.wire.query("drop table t")
        self.wire.query(f"SNAPSHOT RESTORE {self.taken()[0][0]} TABLE {self.name}.t")
        self.assertEqual([["1"], ["2"]], self.wire.rows("select a from t order by a"))

    def test_prepared_statements_and_parts_of_several_have_theirs(self):
        self.fill("t")
        self.fill("u")
        statement, _, _ = self.wire.prepare("delete from t")
        self.assertEqual([], self.taken())
        self.wire.execute(statement)
        self.assertEqual(1, len(self.taken()))
        self.wire.command(3, b"select 1; truncate table u")
        self.wire.read_result()
        self.wire.read_result()
        self.assertEqual(2, len(self.taken()))

    def test_none_is_taken_for_what_keeps_rows_or_is_not_there(self):
        self.fill()
        self.wire.query("delete from t where a = 1")
        self.wire.query("update t set a = 5 where a = 2")
        self.wire.query("drop table if exists nothing_like_it")
        self.assertEqual([], self.taken())

    def test_no_more_are_kept_than_the_rule_says(self):
        self.fill()
        for _ in range(4):
            self.wire.query("delete from t")
        self.assertEqual(2, len(self.taken()))


class WithoutCredentials(PolicyTest):
    rules = _RULE

    def test_the_statement_is_refused_or_runs_with_a_warning_as_the_rule_says(self):
        name = self.database()
        self.wire.use(name)
        self.wire.query("create table t (a int)")
        message = self.assert_refused(20101, "truncate table t")
        self.assertIn("safety snapshot", message)
        self.write(_RULE + 'on_failure = "warn"\n')
        self.wire.query("reload gateway")
        self.wire.query("truncate table t")
        self.gateway.process.wait_for('policy="before it is too late" action=snapshot outcome=failed')


if __name__ == "__main__":
    unittest.main()
