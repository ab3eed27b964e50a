#!/usr/bin/python3
"""What a subscription does with snapshots, on both generations: they cost nothing, stay what they were, and differ right.

    snapshots_test.py SIMULATOR
"""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.process import Process  # noqa: E402
from lib.wire import ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None
MANY = 20000  # rows; more than fit into what is buffered


class Server:
    host, user, password = "127.0.0.1", "root", "111"

    def __init__(self, directory, generation):
        self.process = Process([SIMULATOR, "--data", os.path.join(directory, "data"), "--generation", generation],
                               os.path.join(directory, "log"))
        self.port = int(self.process.wait_for(LISTENING, timeout=120).group(1))


class Story:
    generation = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="mogate-snapshots-")
        cls.server = Server(cls.directory.name, cls.generation)

    @classmethod
    def tearDownClass(cls):
        cls.server.process.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.wire = self.connect()
        self.database = "d_" + self.id().rsplit(".", 1)[1][-40:].lower()
        self.wire.query(f"create database {self.database}")
        self.wire.use(self.database)
        self.names = []

    def tearDown(self):
        for name in self.names:
            self.wire.query(f"drop snapshot {name}")
        self.wire.query(f"drop database {self.database}")

    def connect(self, *arguments):
        wire = Wire(self.server, *arguments)
        self.addCleanup(wire.socket.close)
        return wire

    def rows(self, sql, wire=None):
        return (wire or self.wire).query(sql)[0].rows

    def snapshot(self, name, wire=None):
        name = f"{name}_{self.database}"
        (wire or self.wire).query(f"create snapshot {name} for database {self.database}")
        self.names.append(name)
        return name

    def diff(self, table, new, old):
        return [row[1:] for row in self.rows(f"data branch diff {self.database}.{table}{{snapshot='{new}'}} "
                                             f"against {self.database}.{table}{{snapshot='{old}'}}")]

    def table(self):
        self.wire.query("create table t (a int primary key, b varchar(20))")
        self.wire.query("insert into t values (1,'one'),(2,'two'),(3,'three')")

    def test_rows_stay_what_they_were_through_every_change(self):
        self.table()
        old = self.snapshot("s1")
        was = [["1", "one"], ["2", "two"], ["3", "three"]]
        changes = ["update t set b = 'x'", "delete from t where a = 1", "insert into t values (9, 'nine')",
                   "alter table t add index i (b)", "alter table t add column c int", "delete from t",
                   "truncate table t", "rename table t to other", "drop table other"]
        for change in changes:
            with self.subTest(change):
                self.wire.query(change)
                self.assertEqual(self.rows(f"select a, b from t{{snapshot='{old}'}} order by a"), was)
                self.assertEqual(self.rows(f"select count(*) from t{{snapshot='{old}'}}"), [["3"]])

    def test_a_table_s_text_stays_what_it_was(self):
        self.table()
        old = self.snapshot("s1")
        before = self.rows(f"show create table t{{snapshot='{old}'}}")
        self.assertEqual(before, self.rows("show create table t"))
        self.wire.query("alter table t add column c int")
        self.assertEqual(self.rows(f"show create table t{{snapshot='{old}'}}"), before)

    def test_a_database_that_was_dropped_is_still_there_in_its_snapshot(self):
        self.table()
        old = self.snapshot("s1")
        self.wire.query(f"drop database {self.database}")
        self.assertEqual(self.rows(f"select count(*) from {self.database}.t{{snapshot='{old}'}}"), [["3"]])
        self.wire.query(f"create database {self.database}")

    def test_what_is_not_committed_is_in_no_snapshot(self):
        self.table()
        other = self.connect()
        other.query("begin")
        other.query(f"insert into {self.database}.t values (10, 'ten')")
        old = self.snapshot("s1")
        other.query("commit")
        self.assertEqual(self.rows(f"select count(*) from t{{snapshot='{old}'}}"), [["3"]])
        self.assertEqual(self.rows("select count(*) from t"), [["4"]])

    def test_a_snapshot_does_not_wait_for_a_row_s_lock(self):
        self.table()
        other = self.connect()
        other.query("begin")
        other.query(f"update {self.database}.t set b = 'locked' where a = 1")
        self.snapshot("s1")
        other.query("rollback")

    def test_several_read_a_snapshot_at_once(self):
        self.wire.query("create table t (a int primary key, b varchar(200))")
        self.wire.query(f"insert into t select result, repeat('x', 200) from generate_series(1, {MANY}) g")
        old = self.snapshot("s1")
        wires = [self.connect() for _ in range(4)]
        for wire in wires:  # none has read its answer when the next one asks
            wire.command(3, f"select a from {self.database}.t{{snapshot='{old}'}}".encode())
        for wire in wires:
            self.assertEqual(len(wire.read_result().rows), MANY)

    def test_settings_of_the_session_hold_for_what_it_reads(self):
        self.wire.query("set time_zone = '+00:00'")
        self.wire.query("create table t (a timestamp)")
        self.wire.query("insert into t values ('2026-01-01 00:00:00')")
        old = self.snapshot("s1")
        self.wire.query("set time_zone = '+05:00'")
        self.assertEqual(self.rows(f"select a from t{{snapshot='{old}'}}"), [["2026-01-01 05:00:00"]])

    def test_a_diff_is_what_changed(self):
        self.table()
        old = self.snapshot("s1")
        self.wire.query("update t set b = 'changed' where a = 2")
        self.wire.query("update t set a = 30 where a = 3")  # of a key: gone and come
        self.wire.query("insert into t values (4, null)")
        new = self.snapshot("s2")
        expected = [["UPDATE", "2", "changed"], ["DELETE", "3", "three"], ["INSERT", "4", None], ["INSERT", "30", "three"]]
        self.assertEqual(self.diff("t", new, old), expected)
        self.assertEqual(self.diff("t", old, new), expected)  # the order makes no difference
        self.assertEqual(self.diff("t", new, new), [])

    def test_a_table_without_a_key_differs_as_a_multiset(self):
        self.wire.query("create table t (a int, b varchar(20))")
        self.wire.query("insert into t values (1,'x'),(1,'x'),(1,'x'),(2,null)")
        old = self.snapshot("s1")
        self.wire.query("delete from t where a = 1 limit 2")
        self.wire.query("insert into t values (2, null)")
        new = self.snapshot("s2")
        self.assertEqual(self.diff("t", new, old), [["DELETE", "1", "x"], ["DELETE", "1", "x"], ["INSERT", "2", None]])

    def test_a_diff_over_an_added_index_or_comment_is_right(self):
        self.table()
        old = self.snapshot("s1")
        self.wire.query("alter table t add index i (b)")
        self.wire.query("alter table t comment 'x'")
        self.wire.query("delete from t where a = 2")
        new = self.snapshot("s2")
        self.assertEqual(self.diff("t", new, old), [["DELETE", "2", "two"]])

    def test_a_diff_over_a_truncate_says_that_what_is_gone_came(self):
        self.table()
        old = self.snapshot("s1")
        self.wire.query("truncate table t")
        self.wire.query("insert into t values (1, 'one')")
        new = self.snapshot("s2")
        self.assertEqual(self.diff("t", new, old), [["INSERT", "2", "two"], ["INSERT", "3", "three"]])

    def ids(self, wire=None):
        return self.rows("select rel_id, rel_version from mo_catalog.mo_tables where relname = 't' and reldatabase = "
                         f"'{self.database}' and account_id = current_account_id()", wire)[0]

    def test_ids_change_as_the_tables_do(self):
        cases = [("insert into t values (4, 'x')", "same"), ("alter table t add index i (b)", "version"),
                 ("create index j on t (b)", "version"),
                 ("drop index j on t", "version"), ("alter table t comment 'x'", "version"), ("alter table t rename column b to c", "version"),
                 ("alter table t add column d int", "id"), ("alter table t drop column d", "id"),
                 ("truncate table t", "id"), ("delete from t", "id")]
        self.table()
        for sql, what in cases:
            with self.subTest(sql):
                before = self.ids()
                self.wire.query(sql)
                after = self.ids()
                self.assertEqual(before[0] != after[0], what == "id")
                if what == "version":
                    self.assertEqual(int(after[1]), int(before[1]) + 1)

    def test_truncate_is_part_of_its_transaction(self):
        self.table()
        before, other = self.ids(), self.connect()
        for end, rows in (("rollback", "3"), ("commit", "1")):
            with self.subTest(end):
                self.wire.query("begin")
                self.wire.query("truncate table t")
                self.wire.query("load data local infile 'x' into table t fields terminated by ','", infile=b"7,seven\n")
                self.assertEqual(self.rows(f"select count(*) from {self.database}.t", other), [["3"]])
                self.assertEqual(self.ids(other), before)
                self.wire.query(end)
                self.assertEqual(self.rows("select count(*) from t"), [[rows]])
        self.assertNotEqual(self.ids()[0], before[0])

    def test_a_lock_is_waited_for_as_long_as_the_session_says(self):
        self.table()
        other = self.connect()
        other.query("begin")
        other.query(f"select * from {self.database}.t where a = 1 for update")
        self.wire.query("set lock_wait_timeout = 1")
        with self.assertRaises(ServerError):
            self.wire.query("update t set b = 'x' where a = 1")
        other.query("rollback")

    def test_tables_of_a_moment_are_read_from_the_catalog(self):
        self.table()
        old = self.snapshot("s1")
        ts = self.rows(f"select ts from mo_catalog.mo_snapshots where sname = '{old}'")[0][0]
        before = self.ids()
        self.wire.query("truncate table t")
        self.wire.query("create table later (a int)")
        self.assertEqual(
            self.rows(f"select rel_id, relname from mo_catalog.mo_tables{{MO_TS = {ts}}} where reldatabase = "
                      f"'{self.database}' and account_id = 0"), [[before[0], "t"]])

    def test_an_ordinary_account_has_fifty_snapshots(self):
        self.wire.query("create account quota admin_name 'admin' identified by '111'")
        self.addCleanup(lambda: self.connect().query("drop account quota"))
        admin = self.connect("quota:admin", "111")
        admin.query("create database d")
        for i in range(50):
            admin.query(f"create snapshot s{i} for database d")
        with self.assertRaises(ServerError) as caught:
            admin.query("create snapshot one_more for database d")
        self.assertIn("has reached the limit of 50", caught.exception.message)


class Story42(Story, unittest.TestCase):
    generation = "4.2"


class Story30(Story, unittest.TestCase):
    generation = "3.0"


if __name__ == "__main__":
    SIMULATOR = os.path.abspath(sys.argv.pop(1))
    unittest.main()
