"""What a subscription keeps is read-only to clients of the gateway, however they write it, until it is dropped."""

import unittest

from lib.replica import ReplicaTest
from lib.wire import ServerError

_READ_ONLY = 22401


class ReadOnly(ReplicaTest):
    def setUp(self):
        super().setUp()
        self.up.query("create table t (a int primary key, b varchar(20)); insert into t values (1, 'one')")
        self.subscribe()
        self.assert_equal_tables()
        self.wait_until("the guard", self.is_guarded)

    def is_guarded(self):
        try:
            self.wire.query(f"delete from {self.database}.t where a = -1")
        except ServerError as error:
            return error.code == _READ_ONLY
        return False

    def assert_read_only(self, sql, wire=None):
        message = self.refused(sql, _READ_ONLY, "ccpr shared object is read-only", wire)
        self.assertIn(self.name, message)

    def test_for_every_change(self):
        d = self.database
        for sql in (f"insert into {d}.t values (2, 'x')", f"INSERT/**/INTO `{d.upper()}` . `T` SET a = 2",
                    f"replace into {d}.t values (1, 'x')", f"update {d}.t set b = 'x'", f"delete from {d}.t where a = 1",
                    f"select 1; delete from {d}.t", f"use {d}; insert into t values (2, 'x')", f"truncate table {d}.t",
                    f"load data local infile 'x' into table {d}.t", f"drop table {d}.t", f"drop database {d}",
                    f"alter table {d}.t add column c int", f"rename table {d}.t to {d}.u", f"create table {d}.n (a int)",
                    f"create view {d}.v as select 1", f"create index i on {d}.t (b)",
                    f"prepare p from 'insert into {d}.t values (2, ''x'')'", f"/*! delete from {d}.t */",
                    f"explain analyze delete from {d}.t where a = 1"):
            with self.subTest(sql):
                self.assert_read_only(sql)
        self.assert_equal_tables()

    def test_for_a_statement_that_is_too_long_to_be_held_which_ends_the_session(self):
        rows = ", ".join(f"({a}, '{'x' * 1000}')" for a in range(10, 2010))
        for sql in (f"insert into {self.database}.t values {rows}", f"use {self.database}; insert into t values {rows}"):
            with self.subTest(sql[:60]):
                with self.assertRaises(ServerError) as refused:
                    self.session().query(sql)
                self.assertEqual(_READ_ONLY, refused.exception.code)
        self.assert_equal_tables()

    def test_for_prepared_statements_and_for_the_current_database(self):
        for sql in (f"insert into {self.database}.t values (?, ?)", f"update {self.database}.t set b = ?"):
            with self.subTest(sql), self.assertRaises(ServerError) as refused:
                self.wire.prepare(sql)
            self.assertEqual(_READ_ONLY, refused.exception.code)
        inside = self.session(database=self.database)
        self.assert_read_only("delete from t where a = 1", inside)
        inside.query(f"set @a = 'delete from {self.database}.t'")
        self.assert_read_only("prepare p from @a", inside)
        self.assert_equal_tables()

    def test_for_a_restore_of_what_it_keeps(self):
        snapshot = self.database
        self.down.query(f"create snapshot {snapshot} for database {self.database}")
        self.addCleanup(lambda: self.on(self.target).query(f"drop snapshot if exists {snapshot}"))
        for sql in (f"SNAPSHOT RESTORE {snapshot}", f"SNAPSHOT RESTORE {snapshot} TABLE {self.database}.t",
                    f"restore database {self.database} {{snapshot = {snapshot}}}"):
            with self.subTest(sql):
                self.assert_read_only(sql)

    def test_but_not_for_reads_and_other_tables(self):
        other = self.database + "_o"
        self.down.query(f"drop database if exists {other}")
        self.addCleanup(lambda: self.on(self.target).query(f"drop database if exists {other}"))
        self.wire.query(f"create database {other}")
        self.wire.query(f"create table {other}.t (a int primary key, b varchar(20))")
        self.wire.query(f"insert into {other}.t select * from {self.database}.t")
        self.wire.query(f"update {other}.t x join {self.database}.t y on x.a = y.a set x.b = y.b")
        self.wire.use(other)
        self.wire.query("insert into t values (2, 'two')")
        self.assertEqual([["1", "one"], ["2", "two"]], self.wire.rows("select * from t order by a"))

    def test_until_it_is_dropped(self):
        self.wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")
        self.wait_until("the table to be free", lambda: not self.is_guarded())
        self.wire.query(f"insert into {self.database}.t values (2, 'mine')")


if __name__ == "__main__":
    unittest.main()
