#!/usr/bin/python3
"""Publications, and CCPR between two simulators, with the traps of the real one (FINDINGS, 9, 10 and 13).

    ccpr_test.py SIMULATOR
"""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.process import Process, wait_until  # noqa: E402
from lib.switches import Switches  # noqa: E402
from lib.wire import ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None
LIMIT = 60  # seconds until rows have to be there
READ_ONLY = (22401, "ccpr shared object is read-only")


class Server:
    host, user, password = "127.0.0.1", "root", "111"

    def __init__(self, directory, *options):
        os.makedirs(directory)
        self.process = Process([SIMULATOR, "--data", os.path.join(directory, "data"), *options],
                               os.path.join(directory, "log"))
        self.port = int(self.process.wait_for(LISTENING, timeout=120).group(1))
        self.switches = Switches(self.process)

    def uri(self, user="sys#root", password="111"):
        return f"mysql://{user}:{password}@127.0.0.1:{self.port}"


class CcprTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="mogate-ccpr-")
        cls.upstream = Server(os.path.join(cls.directory.name, "up"))
        cls.downstream = Server(os.path.join(cls.directory.name, "down"), "--ccpr-cycle", "50", "--ccpr-flush-poll", "20")

    @classmethod
    def tearDownClass(cls):
        cls.downstream.process.stop()
        cls.upstream.process.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.up, self.down = self.connect(self.upstream), self.connect(self.downstream)
        self.addCleanup(self.upstream.switches.clear)
        self.database = "d_" + self.id().rsplit(".", 1)[1][-40:].lower()
        self.publication = "p_" + self.database
        self.up.query(f"create database {self.database}")
        self.up.use(self.database)
        self.up.query("create table t (a int primary key, b varchar(20))")
        self.up.query("insert into t values (1,'one'),(2,'two')")
        self.up.query(f"create publication {self.publication} database {self.database} account all")

    def tearDown(self):
        for row in self.rows("show ccpr subscriptions"):
            if row[4] != "dropped":
                self.down.query(f"drop ccpr subscription '{row[0]}'")
        self.up.query(f"drop publication if exists {self.publication}")

    def connect(self, server, *arguments):
        wire = Wire(server, *arguments)
        self.addCleanup(wire.socket.close)
        return wire

    def rows(self, sql, wire=None):
        return (wire or self.down).query(sql)[0].rows

    def refused(self, sql, wire=None):
        with self.assertRaises(ServerError) as caught:
            (wire or self.down).query(sql)
        return caught.exception.code, caught.exception.message

    def subscribe(self):
        self.down.query(f"create database {self.database} from '{self.upstream.uri()}' sys publication "
                        f"{self.publication} sync interval 5")
        return self.rows("show ccpr subscriptions")[0][0]

    def checkpoint(self):
        self.up.query("select mo_ctl('dn','checkpoint','')")

    def shown(self, task):
        return self.rows(f"show ccpr subscription '{task}'")[0]

    def wait_for(self, rows, sql="select * from {}.t order by a"):
        """Every change needs its checkpoint upstream: one each time it is looked."""
        sql = sql.format(self.database)

        def there():
            self.checkpoint()
            try:
                return self.rows(sql) == rows
            except ServerError:
                return False

        wait_until(there, LIMIT, f"{rows} by {sql}")

    def test_rows_and_definitions_follow(self):
        self.subscribe()
        self.wait_for([["1", "one"], ["2", "two"]])
        for change, rows in (("insert into t values (3, 'three')", [["1", "one"], ["2", "two"], ["3", "three"]]),
                             ("update t set b = 'x' where a = 1", [["1", "x"], ["2", "two"], ["3", "three"]]),
                             ("delete from t where a = 2", [["1", "x"], ["3", "three"]]),
                             ("truncate table t", []),
                             ("insert into t values (4, 'four')", [["4", "four"]]),
                             ("alter table t add column c int default 5", [["4", "four", "5"]])):
            with self.subTest(change):
                self.up.query(change)
                self.wait_for(rows)
        self.up.query("create table more (a int)")
        self.wait_for([["more"], ["t"]], "show tables from {}")
        self.up.query("drop table more")
        self.wait_for([["t"]], "show tables from {}")
        self.assertIn("PROPERTIES('from_publication' = 'true')", self.rows(f"show create table {self.database}.t")[0][1])

    def test_a_table_alone_is_subscribed_to(self):
        self.up.query("create table other (a int)")
        self.down.query(f"create table {self.database}.t from '{self.upstream.uri()}' sys publication {self.publication}")
        self.wait_for([["1", "one"], ["2", "two"]])
        self.assertEqual(self.rows(f"show tables from {self.database}"), [["t"]])
        self.assertEqual(self.rows("show ccpr subscriptions")[0][1:4], [self.database, "t", "table"])

    def test_without_a_checkpoint_upstream_nothing_comes(self):
        task = self.subscribe()
        wait_until(lambda: self.rows(f"select iteration_state from mo_catalog.mo_ccpr_log where task_id='{task}'")
                   == [["1"]], LIMIT, "the first cycle")
        self.assertEqual(self.rows(f"select * from {self.database}.t"), [])
        self.assertEqual(self.shown(task)[4:], ["running", "", None])
        self.checkpoint()
        wait_until(lambda: self.shown(task)[6], LIMIT, "a watermark")
        self.assertEqual(len(self.rows(f"select * from {self.database}.t")), 2)

    def test_tables_are_read_only_and_stay_so_after_drop(self):
        task = self.subscribe()
        table = f"{self.database}.t"
        changes = [f"insert into {table} values (9,'x')", f"update {table} set b = 'x'", f"delete from {table}",
                   f"truncate table {table}", f"alter table {table} add column z int", f"drop table {table}",
                   f"rename table {table} to {table}2", f"drop database {self.database}"]
        for sql in changes:
            with self.subTest(sql):
                self.assertEqual(self.refused(sql), READ_ONLY)
        self.down.query(f"create table {self.database}.mine (a int)")
        self.down.query(f"insert into {self.database}.mine select a from {table}")
        self.down.query(f"drop ccpr subscription '{task}'")
        self.assertEqual(self.shown(task)[4], "dropped")
        self.assertEqual(self.refused(changes[0]), READ_ONLY)
        self.down.query(f"drop table {table}")
        self.down.query(f"drop database {self.database}")

    def test_snapshots_stay_upstream_after_drop(self):
        task = self.subscribe()
        self.wait_for([["1", "one"], ["2", "two"]])
        self.down.query(f"drop ccpr subscription '{task}'")
        left = self.rows(f"select sname from mo_catalog.mo_snapshots where sname like 'ccpr%{task}%'", self.up)
        self.assertGreater(len(left), 0)
        for name, in left:
            self.up.query(f"drop snapshot `{name}`")

    def test_an_outage_leaves_a_task_stuck_until_resume(self):
        task = self.subscribe()
        self.wait_for([["1", "one"], ["2", "two"]])
        with self.upstream.switches.cut("create snapshot", contains="ccpr_", times=0) as outage:
            outage.wait_until_acted()
        wait_until(lambda: self.rows(f"select state, iteration_state from mo_catalog.mo_ccpr_log where task_id='{task}'")
                   == [["0", "1"]], LIMIT, "a stuck task")
        self.up.query("insert into t values (3, 'three')")
        self.checkpoint()
        self.assertEqual(self.shown(task)[4:6], ["running", ""])
        self.down.query(f"resume ccpr subscription '{task}'")
        self.wait_for([["1", "one"], ["2", "two"], ["3", "three"]])

    def test_a_dropped_publication_is_an_error(self):
        task = self.subscribe()
        self.wait_for([["1", "one"], ["2", "two"]])
        self.up.query(f"drop publication {self.publication}")
        wait_until(lambda: self.shown(task)[4] == "error", LIMIT, "an error")
        self.assertRegex(self.shown(task)[5], r"^N:\d+:internal error: failed to request upstream snapshot: internal error: "
                         r"failed to create snapshot: Error 20101 \(HY000\): internal error: publication sys\..* does not exist")

    def test_a_paused_task_copies_nothing(self):
        task = self.subscribe()
        self.wait_for([["1", "one"], ["2", "two"]])
        self.down.query(f"pause ccpr subscription '{task}'")
        self.assertEqual(self.shown(task)[4], "pause")
        self.down.query(f"resume ccpr subscription '{task}'")
        self.up.query("delete from t where a = 1")
        self.wait_for([["2", "two"]])

    def test_what_cannot_be_subscribed_to_is_refused(self):
        create, uri, d, p = "create database {} from '{}' {} publication {}", self.upstream.uri(), self.database, self.publication
        error = "internal error: "
        cases = [
            ((d, uri[8:], "sys", p), "invalid URI format, must start with mysql://"),
            ((d, self.upstream.uri(password="1@1"), "sys", p), "invalid URI format, missing @ separator"),
            ((d, self.upstream.uri(password="bad"), "sys", p), "failed to connect to upstream cluster: Error 1045 (28000): "
             "Access denied for user sys#root. internal error: check password failed"),
            ((d, uri, "sys", "nopub"), "failed to check publication coverage on upstream: Error 20101 (HY000): "
             "internal error: publication 'nopub' does not exist"),
            ((d, uri, "nosuch", p), "failed to get databases from upstream: Error 20101 (HY000): "
             f"internal error: publication nosuch.{p} does not exist"),
            (("other", uri, "sys", p), f"database 'other' is not covered by publication '{p}' in upstream cluster"),
        ]
        for words, message in cases:
            with self.subTest(message):
                self.assertEqual(self.refused(create.format(*words)), (20101, error + message))
        self.down.query(f"create database {d}")
        self.assertEqual(self.refused(create.format(d, uri, "sys", p))[1], f"{error}db '{d}' already exists locally")
        self.down.query(f"drop database {d}")

    def test_tasks_are_named_by_uuid(self):
        self.assertEqual(self.refused("drop ccpr subscription if exists 'nosuch'"), (1105, "invalid UUID length: 6"))
        nobody = "c0000000-0000-0000-0000-000000000000"
        self.down.query(f"drop ccpr subscription if exists '{nobody}'")
        self.assertEqual(self.refused(f"pause ccpr subscription '{nobody}'"),
                         (20101, f"internal error: subscription with task_id '{nobody}' does not exist"))

    def test_an_ordinary_account_s_publication_is_read_by_a_sys_user(self):
        self.up.query("create account pubacc admin_name 'admin' identified by '111'")
        admin = self.connect(self.upstream, "pubacc:admin", "111")
        admin.query("create database r_acc")
        admin.query("create table r_acc.t (a int primary key)")
        admin.query("insert into r_acc.t values (7)")
        self.assertIn("only sys account", self.refused("create publication rp_a database r_acc account all", admin)[1])
        admin.query("create publication rp_a database r_acc account sys")
        self.assertIn("is not allowed to execute publication internal command get_ddl",
                      self.refused("__++__internal_get_ddl - sys rp_db database r_db -", admin)[1])
        self.down.query(f"create database r_acc from '{self.upstream.uri()}' pubacc publication rp_a")
        self.wait_for([["7"]], "select * from r_acc.t")


class PublicationsTest(unittest.TestCase):
    def test_an_older_server_has_publications_but_no_ccpr(self):
        with tempfile.TemporaryDirectory(prefix="mogate-ccpr-") as directory:
            server = Server(os.path.join(directory, "s"), "--generation", "3.0")
            with Wire(server) as wire:
                wire.query("create database d")
                wire.query("create publication p database d account all")
                self.assertEqual(wire.query("show publications")[0].rows[0][:4], ["p", "d", "*", "*"])
                for sql in ("create publication q database * account all", "show ccpr subscriptions",
                            "create database x from 'mysql://sys#root:111@127.0.0.1:1' sys publication p",
                            "create snapshot s for database d from sys publication p",
                            "__++__internal_get_databases - sys p database d -", "show publication coverage p",
                            "pause ccpr subscription 'x'"):
                    with self.subTest(sql), self.assertRaises(ServerError) as caught:
                        wire.query(sql)
                    self.assertEqual(caught.exception.code, 1064)
            server.process.stop()


if __name__ == "__main__":
    SIMULATOR = os.path.abspath(sys.argv.pop(1))
    unittest.main()
