#!/usr/bin/python3
"""Which states a PITR keeps: what the recordings of statements one after the other do not show.

    pitr_test.py SIMULATOR
"""

import datetime
import os
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.process import Process  # noqa: E402
from lib.wire import ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None


def now():
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M:%S.%f}"


class Address:
    def __init__(self, port):
        self.host, self.port, self.user, self.password = "127.0.0.1", int(port), "root", "111"


class Moments(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="mogate-pitr-")
        cls.process = Process([SIMULATOR, "--data", os.path.join(cls.directory.name, "data")],
                              os.path.join(cls.directory.name, "log"))
        cls.server = Address(cls.process.wait_for(LISTENING, timeout=120).group(1))

    @classmethod
    def tearDownClass(cls):
        cls.process.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.root = self.connect()
        self.database = "d_" + self.id().rsplit(".", 1)[1][:50].lower()
        self.root.query(f"create database {self.database}")
        self.root.use(self.database)
        self.root.query("create table t (a int primary key, b varchar(20))")
        self.root.query(f"create pitr p for database {self.database} range 1 'd'")
        self.addCleanup(self.root.query, f"drop database if exists {self.database}")
        self.addCleanup(self.root.query, "drop pitr if exists p")

    def connect(self, *arguments):
        wire = Wire(self.server, *arguments)
        self.addCleanup(wire.socket.close)
        return wire

    def restored(self, when):
        self.root.query(f"restore database {self.database} from pitr p '{when}'")
        return self.root.rows(f"select a from {self.database}.t order by a")

    def test_prepared_statements_and_packets_of_several(self):
        statement, _, _ = self.root.prepare("insert into t values (?, 'p')")
        self.root.execute(statement, [1])
        one = now()
        self.root.query("insert into t values (2,'x'); insert into t values (3,'x')")
        two = now()
        self.root.query("delete from t")
        self.assertEqual(self.restored(two), [["1"], ["2"], ["3"]])
        self.assertEqual(self.restored(one), [["1"]])

    def test_a_transaction_counts_from_its_commit(self):
        other = self.connect()
        self.root.query("begin")
        self.root.query("insert into t values (1,'open')")
        other.query(f"insert into {self.database}.t values (2,'done')")
        before = now()
        self.root.query("commit")
        after = now()
        self.assertEqual(self.restored(before), [["2"]])
        self.assertEqual(self.restored(after), [["1"], ["2"]])

    def test_autocommit_off_and_on_again(self):
        self.root.query("set autocommit=0")
        self.root.query("insert into t values (1,'open')")
        before = now()
        self.root.query("set autocommit=1")
        after = now()
        self.assertEqual(self.restored(before), [])
        self.assertEqual(self.restored(after), [["1"]])

    def test_views_and_foreign_keys_come_back(self):
        self.root.query("create table child (a int primary key, p int, foreign key (p) references t (a))")
        self.root.query("create view v as select a from t")
        self.root.query("insert into t values (1,'x')")
        self.root.query("insert into child values (1,1)")
        then = now()
        self.root.query("drop view v")
        self.root.query("drop table child")
        self.assertEqual(self.restored(then), [["1"]])
        self.assertEqual(self.root.rows(f"select * from {self.database}.v"), [["1"]])
        self.assertEqual(self.root.rows(f"select * from {self.database}.child"), [["1", "1"]])

    def test_each_state_of_sessions_that_write_at_once(self):
        def write(first):
            with Wire(self.server, database=self.database) as wire:
                for i in range(first, first + 5):
                    wire.query(f"insert into t values ({i},'x')")
        writers = [threading.Thread(target=write, args=(first,)) for first in (10, 20, 30)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        then = now()
        self.root.query("truncate table t")
        self.assertEqual(len(self.restored(then)), 15)

    def test_a_dropped_account_comes_back_under_its_name_only(self):
        self.root.query("create account gone admin_name 'boss' identified by '111'")
        self.root.query("create pitr a for account gone range 1 'd'")
        self.addCleanup(self.root.query, "drop pitr if exists a")
        with Wire(self.server, "gone:boss") as boss:
            boss.query("create pitr own for account range 1 'd'")
            boss.query("create database da")
            boss.query("create table da.t (a int)")
        then = now()
        with self.assertRaisesRegex(ServerError, "no such account, account name: other"):
            self.root.query(f"restore account other from pitr a '{then}'")
        self.root.query("drop account gone")
        self.assertEqual(self.root.rows("select pitr_name, pitr_status from mo_catalog.mo_pitr where "
                                        "account_name='gone'"), [["a", "0"]])
        self.root.query(f"restore account gone from pitr a '{then}'")
        with Wire(self.server, "gone:boss") as boss:
            self.assertEqual(boss.rows("select * from da.t"), [])
        self.root.query("drop account gone")

    def test_a_cluster_gets_its_dropped_account_back_and_loses_later_ones(self):
        self.root.query("create account gone admin_name 'boss' identified by '111'")
        self.root.query("create pitr c for cluster range 1 'd'")
        self.addCleanup(self.root.query, "drop pitr if exists c")
        with Wire(self.server, "gone:boss") as boss:
            boss.query("create database da")
            boss.query("create table da.t (a int)")
            boss.query("insert into da.t values (7)")
        then = now()
        self.root.query("drop account gone")
        self.root.query("create account later admin_name 'boss' identified by '111'")
        self.root.query(f"restore cluster from pitr c '{then}'")
        self.assertEqual(self.root.rows("select account_name from mo_catalog.mo_account order by 1"),
                         [["gone"], ["sys"]])
        with Wire(self.server, "gone:boss") as boss:
            self.assertEqual(boss.rows("select * from da.t"), [["7"]])
        self.root.query("drop account gone")


if __name__ == "__main__":
    SIMULATOR = sys.argv.pop(1)
    unittest.main()
