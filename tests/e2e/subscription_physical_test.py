"""Subscriptions with ENGINE = PHYSICAL: MatrixOne's own replication, which the gateway sets up, helps on and takes down.

Two simulators, or MOGATE_TEST_UPSTREAM (read from) and MOGATE_TEST_DOWNSTREAM (behind the gateway), both 4.x.
MOGATE_WRITER_SECONDS is how long the writer writes.
"""

import os
import random
import sys
import tempfile
import threading
import time
import unittest

from lib.case import directory
from lib.gateway import Simulator
from lib.physical import PhysicalTest
from lib.replica import ReplicaTest
from lib.upstream import Upstream
from lib.wire import ServerError, Wire

_INTERNAL, _READ_ONLY = 20101, 22401
_WRITER_SECONDS = int(os.environ.get("MOGATE_WRITER_SECONDS", "20"))

_CHANGES = (
    "insert into t values (10, 'ten', 10), (11, 'el', 11)",
    "update t set b = 'ONE' where a = 1",
    "delete from t where a = 2",
    "insert into n values (5, 'five'), (1, 'p')",
    "update n set b = 'q' where a = 5",
    "truncate table t",
    "insert into t values (7, 'seven', 7)",
    "alter table t add column d int default 5",
    "create index ib on t (b)",
    "insert into t values (8, 'e', 8, 9)",
    "create table fresh (a int primary key, b varchar(9))",
    "insert into fresh values (1, 'a'), (2, null)",
    "drop table fresh",
)


class Changes(PhysicalTest, ReplicaTest):
    def test_of_every_kind_arrive(self):
        for sql in ("create table t (a int primary key, b varchar(20), c decimal(10, 2))",
                    "insert into t values (1, 'one', 1.5), (2, null, 2.25), (3, 'x''y\\\\z', 3)",
                    "create table n (a int, b text)", "insert into n values (1, 'p'), (1, 'p'), (2, null)"):
            self.up.query(sql)
        self.subscribe()
        self.assert_equal_tables()
        for change in _CHANGES:
            with self.subTest(change):
                self.up.query(change)
                self.assert_in_step()
        self.assertEqual(self.tables(self.up), self.tables(self.down))

    def test_of_a_table_alone_arrive(self):
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("create table other (a int primary key)")
        self.up.query("insert into t values (1, 1)")
        self.subscribe("TABLE t")
        for change in ("insert into t values (2, 2)", "delete from t where a = 1"):
            with self.subTest(change):
                self.up.query(change)
                self.assert_in_step(["t"])
        self.assertEqual(["t"], self.tables(self.down))


class Writer:
    """Inserts, updates and deletes in three tables, as fast as it goes."""

    tables = {"pk": "(id int primary key, a varchar(60), n int)", "wide": "(id bigint auto_increment primary key, "
              "words text, at datetime(6), r double, key (at))", "nokey": "(a int, b varchar(20))"}

    def __init__(self, server, database):
        self._wire, self._random = Wire(server, database=database), random.Random(1)
        self.changes, self._running, self._idle, self._ended = 0, threading.Event(), threading.Event(), False
        for name, columns in self.tables.items():
            self._wire.query(f"create table {name} {columns}")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def resume(self):
        self._idle.clear()
        self._running.set()

    def pause(self):
        self._running.clear()
        if not self._idle.wait(60):
            raise AssertionError("the writer does not come to rest")

    def stop(self):
        self._ended = True
        self._running.set()
        self._thread.join(60)
        self._wire.socket.close()

    def _run(self):
        while not self._ended:
            if not self._running.is_set():
                self._idle.set()
                self._running.wait()
                continue
            try:
                self._wire.query(self._change())
                self.changes += 1
            except ServerError:  # a key that is there
                pass

    def _change(self):
        key, number = self._random.randrange(2000), self._random.randrange(10**6)
        return self._random.choice((
            f"insert into pk values ({key}, 'w{number}', {number})",
            f"update pk set a = 'u{number}', n = n + 1 where id = {key}",
            f"delete from pk where id = {key}",
            f"insert into wide (words, at, r) values (repeat('x{number}', 20), '2026-01-01 10:11:12.{number:06}', {number / 8})",
            f"update wide set r = {number} where id % 97 = {key % 97}",
            f"delete from wide where id % 211 = {key % 211}",
            f"insert into nokey values ({key}, 'n{number}'), ({key}, 'n{number}')",
            f"update nokey set b = 'm{number}' where a = {key}",
            f"delete from nokey where a = {key}"))


class QuietPoints(PhysicalTest, ReplicaTest):
    def test_of_a_writer_are_equal(self):
        writer = Writer(self.source, self.database)
        self.addCleanup(writer.stop)
        self.subscribe()
        ((task, *_),) = self.log_of_it()
        end, points, lags = time.monotonic() + _WRITER_SECONDS, 0, []
        while time.monotonic() < end or points < 2:
            writer.resume()
            more = writer.changes + 200
            busy_until = time.monotonic() + min(30, _WRITER_SECONDS / 10)
            self.wait_until("changes", lambda: writer.changes > more and time.monotonic() > busy_until)
            lags.append(max(int(row["lag_s"]) for row in self.task_rows()))
            writer.pause()
            begun = time.monotonic()
            self.assert_in_step()
            points += 1
            print(f"{writer.changes} changes, {points} quiet points, lag before {lags[-1]} s, in step after "
                  f"{time.monotonic() - begun:.1f} s", file=sys.stderr, flush=True)
        self.assertLessEqual(len(self.replication_snapshots(task)), 3)
        self.assertEqual("0", self.log_of_it()[0][1])  # it runs


class Statements(PhysicalTest, ReplicaTest):
    def setUp(self):
        super().setUp()
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("insert into t values (1, 1)")

    def test_show_tells_of_it_as_of_others(self):
        self.subscribe()
        ((*shown, _, _),) = self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'")
        self.assertEqual([self.name, f"mysql://sys#{self.source.user}:******@{self.source.address}", self.database, "*",
                          "10", "0"], shown)
        (task,) = self.task_rows()
        self.assertEqual((self.name, self.database, "t", "complete", None),
                         tuple(task[k] for k in ("subscription_name", "database_name", "table_name", "state",
                                                 "error_message")))
        self.assertLess(int(task["lag_s"]), 120)

    def test_a_paused_one_copies_nothing_until_it_is_resumed(self):
        self.subscribe()
        self.wire.query(f"PAUSE SUBSCRIPTION {self.name}")
        self.assertEqual("2", self.log_of_it()[0][1])
        self.up.query("insert into t values (2, 2)")
        self.refused(f"SYNC SUBSCRIPTION {self.name}", _INTERNAL, "is paused")
        self.assertEqual([["1", "1"]], self.rows(self.down, "t"))
        self.wire.query(f"RESUME SUBSCRIPTION {self.name} WAIT 120")
        self.assert_equal_tables()

    def test_a_dropped_one_leaves_nothing_but_its_tables_which_stay_read_only(self):
        self.subscribe()
        ((task, *_),) = self.log_of_it()
        self.wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")
        self.assert_nothing_is_left(task)
        self.assertEqual([["1", "1"]], self.rows(self.down, "t"))
        self.refused(f"insert into {self.database}.t values (5, 5)", _READ_ONLY, "read-only", self.down)
        self.down.query(f"drop database {self.database}")

    def test_drop_says_that_the_tables_stay_read_only(self):
        self.subscribe()
        ((answer,),) = [self.wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")]
        self.assertIn("read-only", answer.info)

    def test_what_its_engine_cannot_do_is_refused(self):
        self.subscribe()
        self.wire.query(f"ALTER SUBSCRIPTION {self.name} SET SYNC_INTERVAL = 600")
        self.refused(f"ALTER SUBSCRIPTION {self.name} SET SYNC_INTERVAL = 9", _INTERNAL, "at least 10")
        self.refused(f"SYNC SUBSCRIPTION {self.name} VERIFY", _INTERNAL, "VERIFY is not for ENGINE = PHYSICAL")
        self.assertEqual("600", self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'")[0][4])

    def test_explain_tells_the_statements_without_the_password(self):
        rows = self.wire.rows(f"EXPLAIN GATEWAY CREATE SUBSCRIPTION n DATABASE d FROM 'mysql://sys#root:top-secret@h:1' "
                              f"{self.options}")
        for text in ("CREATE PUBLICATION", "CREATE DATABASE `d` FROM 'mysql://sys#root:***", "checkpoint",
                     "RESUME CCPR"):
            self.assertIn(text, repr(rows))
        self.assertNotIn("top-secret", repr(rows))

    def test_passwords_lie_nowhere_in_the_clear(self):
        self.subscribe()
        dumped = "".join(repr(self.down.rows(f"select * from mogate.{table}"))
                         for table in ("mo_sync_configs", "mo_sync_secrets", "mo_sync_tasks"))
        self.assertNotIn(f":{self.source.password}@", dumped + self.gateway.process.output())


class Creation(PhysicalTest, ReplicaTest):
    """What MatrixOne's replication cannot carry is refused before anything is stored."""

    def create(self, uri=None, what="", options=None):
        return (f"CREATE SUBSCRIPTION {self.name} DATABASE {self.database} {what} FROM '{uri or self.uri()}' "
                f"{options or self.options}")

    def assert_refused(self, sql, text):
        self.assertNotIn("top-secret", self.refused(sql, _INTERNAL, text))
        self.assertEqual([], self.wire.rows(f"SHOW SUBSCRIPTIONS LIKE '{self.name}'"))
        self.assertEqual([], self.publications())

    def test_is_refused_with_the_reason(self):
        self.up.query("create table t (a int primary key)")
        address = self.source.address
        cases = (
            ("account", self.create(f"mysql://acc1#root:top-secret@{address}"), "needs a uri of account sys"),
            ("interval", self.create(options="ENGINE = PHYSICAL SYNC_INTERVAL = 5"), "takes 10 seconds or more"),
            ("password", self.create(f"mysql://sys#root:top-secret@{address}"), "cannot log in"),
        )
        for name, sql, text in cases:
            with self.subTest(name):
                self.assert_refused(sql, text)
        with self.subTest("a database that is there"):
            self.down.query(f"create database {self.database}")
            self.assert_refused(self.create(), f"drop database {self.database} first")

    def test_from_matrixone_3_is_refused(self):
        self.only_on("simulator")
        old = Simulator(tempfile.mkdtemp(prefix="old-", dir=directory()), "--generation", "3.0")
        self.addCleanup(old.stop)
        server = Upstream("simulator", "127.0.0.1", old.port, "root", "111", old)
        self.on(server).query(f"create database {self.database}")
        self.assert_refused(self.create(self.uri(server)), "needs MatrixOne 4.0 or later upstream")


if __name__ == "__main__":
    unittest.main()
