"""Subscriptions: databases and tables kept in step with another MatrixOne, through every kind of change.

Two simulators, or MOGATE_TEST_UPSTREAM (read from) and MOGATE_TEST_DOWNSTREAM (behind the gateway).
"""

import re
import unittest

from lib.case import start_gateway
from lib.replica import ReplicaTest, subscription_settings
from lib.wire import ServerError, Wire

_INTERNAL, _NO_DATABASE, _NO_TABLE = 20101, 1049, 1146

# What is run at the source one after another: after each, both sides are equal.
_CHANGES = (
    "insert into t values (10, 'ten', 10), (11, 'el', 11)",
    "update t set b = 'ONE' where a = 1",
    "delete from t where a = 2",
    "insert into n values (5, 'five'), (1, 'p')",
    "delete from n where a = 2",
    "update n set b = 'q' where a = 5",
    "truncate table t",
    "insert into t values (7, 'seven', 7)",
    "alter table t add column d int default 5",
    "insert into t values (8, 'e', 8, 9)",
    "alter table t drop column c",
    "create index ib on t (b)",
    "alter table t rename column b to bb",
    "alter table t modify column bb varchar(200)",
    "insert into t values (20, 'x', 1)",
    "rename table t to moved",
    "insert into moved values (21, 'y', 1)",
    "delete from moved",
    "insert into moved values (22, 'z', 2)",
    "drop table e",
    "create table fresh (a int primary key, b varchar(9))",
    "insert into fresh values (1, 'a'), (2, null)",
    "drop table fresh",
    "create table fresh (x bigint primary key, y date)",
    "insert into fresh values (1, '2026-01-01')",
)


class EveryChange(ReplicaTest):
    def test_arrives(self):
        for sql in ("create table t (a int primary key, b varchar(20), c decimal(10, 2))",
                    "insert into t values (1, 'one', 1.5), (2, null, 2.25), (3, 'x''y\\\\z', 3)",
                    "create table n (a int, b text)", "insert into n values (1, 'p'), (1, 'p'), (2, null)",
                    "create table e (a bigint primary key)"):
            self.up.query(sql)
        self.subscribe()
        self.assert_equal_tables()
        for change in _CHANGES:
            with self.subTest(change):
                self.up.query(change)
                self.assert_in_step()
        self.assertEqual(self.tables(self.up), self.tables(self.down))
        self.assertLessEqual(len(self.our_snapshots()), 2)

    def test_of_a_table_alone_arrives(self):
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("create table other (a int primary key)")
        self.up.query("insert into t values (1, 1)")
        self.subscribe("TABLE t")
        for change in ("insert into t values (2, 2)", "truncate table t", "insert into t values (3, 3)"):
            with self.subTest(change):
                self.up.query(change)
                self.assert_in_step(["t"])
        self.assertEqual(["t"], self.tables(self.down))

    def test_of_keys_and_foreign_keys_arrives(self):
        for sql in ("create table p (id int primary key, code varchar(9) unique)",
                    "create table c (id int auto_increment primary key, p int, foreign key (p) references p (id))",
                    "insert into p values (1, 'a'), (2, 'b')", "insert into c (p) values (1), (2), (2)"):
            self.up.query(sql)
        self.subscribe()
        self.assert_equal_tables()
        for change in ("update p set code = case id when 1 then 'x' else 'a' end", "insert into p values (3, 'c')",
                       "insert into c (p) values (3)", "delete from c where p = 2", "delete from p where id = 2"):
            with self.subTest(change):
                self.up.query(change)
                self.assert_in_step()


class Failures(ReplicaTest):
    """By the simulators' switches."""

    def setUp(self):
        self.only_on("simulator")
        super().setUp()
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("insert into t values (1, 1), (2, 2)")
        for server in (self.source, self.target):
            self.addCleanup(server.process.switches.clear)

    def test_of_the_copy_of_a_table_that_was_made_anew_leave_it_to_be_copied(self):
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        down = self.target.process.switches
        down.fail("alter table", contains="ib")
        failed = [down.fail("load data", contains=self.database), down.fail("insert into", contains=f"{self.database}`.")]
        self.up.query("create index ib on t (b)")
        self.wire.query(f"SYNC SUBSCRIPTION {self.name}")
        self.wait_until("the copy to fail", lambda: any(one.acted for one in failed))
        down.clear()
        self.wait_until("another cycle to be complete", lambda: self.wire.rows("SHOW SUBSCRIPTIONS")[0][5] == "0")
        self.assert_in_step()

    def test_of_the_copy_of_a_table_that_was_dropped_here_leave_it_to_be_copied(self):
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        self.down.query(f"drop table {self.database}.t")
        failed = self.target.process.switches.fail("load data")
        self.wire.query(f"SYNC SUBSCRIPTION {self.name}")
        self.wait_until("the copy to fail", lambda: failed.acted)
        self.assert_in_step()

    def test_of_before_are_not_told_by_sync(self):
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        self.down.query(f"update mogate.mo_sync_configs set state = 2, error_message = 'of before' "
                        f"where subscription_name = '{self.name}'")
        with self.source.process.switches.stall("create snapshot", seconds=1):
            self.sync()

    def test_of_the_upstream_keep_no_dropped_ones_tables_read_only(self):
        self.subscribe()
        self.source.process.switches.fail("login", times=0)
        self.wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 1")

        def writable():
            try:
                self.wire.query(f"insert into {self.database}.t values (9, 9)")
                return True
            except ServerError:
                return False

        self.wait_until("the end of what kept the table read-only", writable, 20)


class OfAnotherKey(ReplicaTest):
    def forget(self, name):
        with Wire(self.target) as wire:
            ((number,),) = wire.rows(f"select task_id from mogate.mo_sync_configs where subscription_name = '{name}'")
            for table in ("mo_sync_secrets", "mo_sync_configs"):
                wire.query(f"delete from mogate.{table} where task_id = {number}")

    def test_does_not_keep_the_others_from_running(self):
        """No gateway can open the password of one: they wait for one that can, and then run the others."""
        self.up.query("create table t (a int primary key)")
        self.subscribe()
        self.assertEqual(0, self.gateway.stop())
        lost = f"lost_{self.name}"[:64]
        self.down.query("insert into mogate.mo_sync_configs (subscription_name, sync_level, account_id, db_name, "
                        "upstream_conn, sync_config, state, active_name, account_name, uid, interval_s, engine) "
                        f"values ('{lost}', 'database', 0, 'lost_db', '{self.uri()}', '{{}}', 0, '{lost}', 'sys', "
                        "'0123456789ab', 1, 'LOGICAL')")
        self.down.query("insert into mogate.mo_sync_secrets select task_id, 'ffffffff:00' from mogate.mo_sync_configs "
                        f"where subscription_name = '{lost}'")
        self.addCleanup(self.forget, lost)
        OfAnotherKey.gateway = start_gateway(OfAnotherKey, self.target.address, settings=subscription_settings(self.target))
        OfAnotherKey.through = self.target.at(self.gateway)
        self.wire = self.session()
        self.up.query("insert into t values (1)")
        self.wait_until("the others to run", lambda: self.rows(self.down, "t") == [["1"]])
        ((error,),) = self.down.rows("select error_message from mogate.mo_sync_configs "
                                     f"where subscription_name = '{lost}'")
        self.assertIn("cannot be read with [subscriptions] key_file", error)


class Statements(ReplicaTest):
    def setUp(self):
        super().setUp()
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("insert into t values (1, 1)")

    def test_show_has_eight_columns_and_no_password(self):
        self.subscribe()
        result = self.wire.one(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'")
        self.assertEqual(["subscription_name", "upstream_conn", "database", "tables", "sync_interval", "status",
                          "create_time", "update_time"], [name for name, _ in result.columns])
        (row,) = result.rows
        self.assertEqual([self.name, f"mysql://sys#{self.source.user}:******@{self.source.address}", self.database, "*",
                          "1", "0"], row[:6])
        self.assertRegex(row[6], r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$")

    def test_tasks_tell_how_far_they_are(self):
        self.subscribe()
        (task,) = self.task_rows()
        self.assertEqual((self.name, self.database, "t", "complete", "1"),
                         tuple(task[k] for k in ("subscription_name", "database_name", "table_name", "state", "rows_done")))
        self.assertIsNone(task["error_message"])
        self.assertLess(int(task["lag_s"]), 60)

    def test_a_paused_one_copies_nothing_until_it_is_resumed(self):
        self.subscribe()
        self.wire.query(f"PAUSE SUBSCRIPTION {self.name}")
        self.up.query("insert into t values (2, 2)")
        self.refused(f"SYNC SUBSCRIPTION {self.name}", _INTERNAL, "is paused")
        self.assertEqual([["1", "1"]], self.rows(self.down, "t"))
        self.wire.query(f"RESUME SUBSCRIPTION {self.name} WAIT 60")
        self.assert_equal_tables()

    def test_a_dropped_one_leaves_nothing_but_the_tables(self):
        self.subscribe()
        self.wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")
        self.assertEqual([], self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'"))
        self.assertEqual([], self.our_snapshots())
        self.assertEqual([["1", "1"]], self.rows(self.down, "t"))
        for table in ("mo_sync_configs", "mo_sync_secrets", "mo_sync_tasks"):
            self.assertEqual([["0"]], self.down.rows(f"select count(*) from mogate.{table}"), table)

    def test_verify_finds_and_mends_rows_that_were_changed_behind_its_back(self):
        self.up.query("insert into t values (2, 2), (3, 3)")
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        self.down.query(f"update {self.database}.t set b = 77 where a = 2")
        self.down.query(f"delete from {self.database}.t where a = 3")
        self.sync()
        self.assertNotEqual(self.rows(self.up, "t"), self.rows(self.down, "t"))
        self.wire.query(f"SYNC SUBSCRIPTION {self.name} VERIFY WAIT 60")
        self.assert_equal_tables()
        self.assertIn("is not what it was left as", self.gateway.process.output())

    def test_verify_compares_tables_without_a_key_too(self):
        self.up.query("create table n (a int, b text)")
        self.up.query("insert into n values (1, 'p'), (1, 'p'), (2, null), (3, 'q')")
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        self.wire.query(f"SYNC SUBSCRIPTION {self.name} VERIFY WAIT 60")
        changed = f"{self.database}.n is not what it was left as"
        self.assertNotIn(changed, self.gateway.process.output())
        self.down.query(f"update {self.database}.n set b = '' where a = 2")
        self.wire.query(f"SYNC SUBSCRIPTION {self.name} VERIFY WAIT 60")
        self.assert_equal_tables()
        self.assertIn(changed, self.gateway.process.output())

    def test_a_change_of_a_row_that_was_changed_behind_its_back_mends_the_table(self):
        self.up.query("insert into t values (2, 2), (3, 3)")
        self.subscribe(more="SYNC_INTERVAL = 600 WAIT 90")
        self.down.query(f"delete from {self.database}.t where a = 3")
        self.up.query("update t set b = 33 where a = 3")
        self.assert_in_step()

    def test_interval_is_altered(self):
        self.subscribe()
        self.wire.query(f"ALTER SUBSCRIPTION {self.name} SET SYNC_INTERVAL = 600")
        ((interval,),) = [row[4:5] for row in self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'")]
        self.assertEqual("600", interval)

    def test_creating_it_twice_is_refused_or_nothing(self):
        self.subscribe()
        self.refused(f"CREATE SUBSCRIPTION {self.name} DATABASE other FROM '{self.uri()}'", _INTERNAL, "already exists")
        self.wire.query(f"CREATE SUBSCRIPTION IF NOT EXISTS {self.name} DATABASE other FROM '{self.uri()}'")
        self.refused(f"CREATE SUBSCRIPTION more_{self.name} DATABASE {self.database} FROM '{self.uri()}'", _INTERNAL,
                     "has tables already")

    def test_a_missing_one_is_named(self):
        for verb in ("PAUSE", "RESUME", "SYNC", "DROP"):
            self.refused(f"{verb} SUBSCRIPTION nope_{self.name}", _INTERNAL, f"nope_{self.name} does not exist")
        self.wire.query(f"DROP SUBSCRIPTION IF EXISTS nope_{self.name}")

    def test_passwords_lie_nowhere_in_the_clear(self):
        self.subscribe()
        dumped = "".join(repr(self.down.rows(f"select * from mogate.{table}"))
                         for table in ("mo_sync_configs", "mo_sync_secrets", "mo_sync_tasks"))
        self.assertNotIn(f"'{self.source.password}'", dumped)
        self.assertNotIn(f":{self.source.password}@", dumped + self.gateway.process.output())


class Creation(ReplicaTest):
    """What is wrong is said before anything is stored."""

    def assert_refused(self, sql, code, text):
        message = self.refused(sql, code, text)
        self.assertNotIn("top-secret", message)
        self.assertEqual([], self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'"))
        self.assertEqual([], self.our_snapshots())

    def create(self, uri, database=None, more=""):
        return f"CREATE SUBSCRIPTION {self.name} DATABASE {database or self.database} {more} FROM '{uri}'"

    def test_is_refused_with_the_reason(self):
        address = self.source.address
        self.up.query("create view v as select 1")
        cases = (
            ("no uri", self.create("mysql://nonsense:top-secret"), _INTERNAL, "invalid upstream uri"),
            ("wrong password", self.create(f"mysql://sys#root:top-secret@{address}"), _INTERNAL, "cannot log in"),
            ("nobody there", self.create("mysql://sys#root:top-secret@127.0.0.1:1"), _INTERNAL, "cannot log in"),
            ("no such host", self.create("mysql://sys#root:top-secret@nowhere.localdomain.invalid:6001"), _INTERNAL, "cannot log in"),
            ("no database", self.create(self.uri(), "nope_db"), _NO_DATABASE, "Unknown database nope_db"),
            ("no table", self.create(self.uri(), more="TABLE nope"), _NO_TABLE, f"no such table {self.database}.nope"),
            ("a view", self.create(self.uri(), more="TABLE v"), _INTERNAL, "no table that can be copied"),
            ("a system database", self.create(self.uri(), "mo_catalog"), _INTERNAL, "cannot be the target"),
        )
        for name, sql, code, text in cases:
            with self.subTest(name):
                self.assert_refused(sql, code, text)

    def test_keeps_a_table_that_is_there_already(self):
        self.up.query("create table t (a int primary key)")
        self.down.query(f"create database {self.database}")
        self.down.query(f"create table {self.database}.t (a int primary key)")
        self.down.query(f"insert into {self.database}.t values (42)")
        self.assert_refused(self.create(self.uri()), _INTERNAL, "has tables already")
        self.assert_refused(self.create(self.uri(), more="TABLE t"), _INTERNAL, "already exists")
        self.assertEqual([["42"]], self.rows(self.down, "t"))

    def test_tells_which_views_are_not_copied(self):
        self.up.query("create table t (a int primary key)")
        self.up.query("create view v as select * from t")
        result = self.wire.one(self.create(self.uri()) + " WAIT 60")
        self.assertIn("v", re.search("not copied.*: (.*)", result.info).group(1))
        self.assertEqual(["t"], self.tables(self.down))


if __name__ == "__main__":
    unittest.main()
