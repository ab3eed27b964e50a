#!/usr/bin/python3
"""What a CDC task does between two simulators, for the generations that differ.

    cdc_test.py SIMULATOR
"""

import os
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.mariadb import PASSWORD, USER, MariaDb  # noqa: E402
from lib.process import Process, StartError, wait_until  # noqa: E402
from lib.wire import ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None
LIMIT = 30  # seconds until a row has to be there
OUTAGE = 500  # milliseconds that a task bears without its sink


class Server:
    """A simulator that can be ended and started anew, empty, on the same port."""

    def __init__(self, directory, generation):
        self.host, self.user, self.password, self.port = "127.0.0.1", "root", "111", 0
        self.directory, self.generation, self.starts = directory, generation, 0
        self.start()

    def start(self):
        self.starts += 1
        base = os.path.join(self.directory, str(self.starts))
        os.makedirs(base)
        self.process = Process([SIMULATOR, "--data", os.path.join(base, "data"), "--port", str(self.port),
                                "--generation", self.generation, "--cdc-outage", str(OUTAGE)],
                               os.path.join(base, "log"))
        self.port = int(self.process.wait_for(LISTENING, timeout=120).group(1))

    def stop(self):
        return self.process.stop()

    def uri(self, user="root"):
        return f"mysql://{user}:111@127.0.0.1:{self.port}"


class Story:
    """One generation's source, and a 4.2 as the sink. Each test has a database of its own on both."""

    generation = None

    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="mogate-cdc-")
        cls.source = Server(os.path.join(cls.directory.name, "source"), cls.generation)
        cls.sink = Server(os.path.join(cls.directory.name, "sink"), "4.2")
        with Wire(cls.source) as root:
            root.query("create pitr p for account range 2 'h'")

    @classmethod
    def tearDownClass(cls):
        cls.source.stop()
        cls.sink.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.here, self.there = self.connect(self.source), self.connect(self.sink)
        self.database = "d_" + self.id().rsplit(".", 1)[1][-50:].lower()
        self.here.query(f"create database {self.database}")
        self.here.use(self.database)

    def tearDown(self):
        self.here.query("drop cdc all")
        self.here.query(f"drop database if exists {self.database}")

    def connect(self, server, *arguments):
        wire = Wire(server, *arguments)
        self.addCleanup(wire.socket.close)
        return wire

    def create(self, name, tables, level="table", options=""):
        self.here.query(f"create cdc {name} '{self.source.uri()}' 'matrixone' '{self.sink.uri()}' '{tables}' "
                        f"{{'Level'='{level}'{options}}}")

    def shown(self, name):
        """state, err_msg, checkpoint"""
        (row,) = self.here.rows(f"show cdc task {name}")
        return row[4:7]

    def until(self, what, expected):
        seen = []

        def reached():
            seen[:] = [what()]
            return seen[0] == expected
        try:
            wait_until(reached, LIMIT, "")
        except StartError:
            self.assertEqual(seen[0], expected)

    def until_state(self, name, state):
        self.until(lambda: self.shown(name)[0], state)

    def until_checkpoint(self, name, text):
        wait_until(lambda: text in self.shown(name)[2], LIMIT, f"{text} in the checkpoint {self.shown(name)}")

    def there_rows(self, sql):
        try:
            return self.there.rows(sql)
        except ServerError as error:
            return error.code

    def until_equal(self, table, there=None):
        self.until(lambda: self.there_rows(f"select * from {there or table} order by 1, 2"),
                   self.here.rows(f"select * from {table} order by 1, 2"))

    def change(self, name, change):
        """PAUSE and RESUME, which are refused while a request before is under way."""
        def accepted():
            try:
                self.here.query(f"{change} cdc task {name}")
                return True
            except ServerError as error:
                self.assertIn("status can not be change", error.message)
                return False
        wait_until(accepted, LIMIT, f"{change} to be taken")

    def refused(self, sql):
        with self.assertRaises(ServerError) as caught:
            self.here.query(sql)
        return caught.exception.message

    def task(self, columns="a int primary key, b varchar(20)", rows="(1,'x'),(2,'y')"):
        """A task x that has copied the table t to s."""
        table = f"{self.database}.t"
        self.here.query(f"create table t ({columns})")
        self.here.query(f"insert into t values {rows}")
        self.create("x", f"{table}:{self.database}.s")
        self.until_equal(table, f"{self.database}.s")
        return table, f"{self.database}.s"

    # Copying.

    def test_a_table_is_copied_and_followed(self):
        table, there = self.task()
        for sql in ("insert into t values (3,'z'),(4,null)", "update t set b='new' where a=1",
                    "delete from t where a=2", "update t set a=20 where a=3", "replace into t values (1,'again')"):
            with self.subTest(sql=sql):
                self.here.query(sql)
                self.until_equal(table, there)

    def test_a_transaction_is_followed_when_it_commits(self):
        table, there = self.task()
        self.here.query("begin")
        self.here.query("insert into t values (3,'z')")
        self.here.query("update t set b='w' where a=1")
        self.here.query("commit")
        self.until_equal(table, there)

    def test_what_a_paused_task_missed_comes_when_it_is_resumed(self):
        table, there = self.task()
        self.change("x", "pause")
        self.until_state("x", "paused")
        self.here.query("insert into t values (5,'meanwhile')")
        self.here.query("delete from t where a=1")
        self.assertEqual(len(self.there.rows(f"select * from {there} where a=1")), 1)
        self.change("x", "resume")
        self.until_equal(table, there)
        self.until_state("x", "running")

    def test_a_restarted_task_goes_on(self):
        table, there = self.task()
        self.here.query("resume cdc task x 'restart'")
        self.here.query("insert into t values (6,'r')")
        self.until_equal(table, there)
        self.until_state("x", "running")

    def test_values_arrive_as_they_are(self):
        table, there = self.task(
            "a int primary key, s varchar(50), n decimal(10,3), d datetime, e enum('x','y'), j json, t text, "
            "b varbinary(10), f double, u bigint unsigned",
            "(1,'it''s \\\\ \"q\"',-1.500,'2024-02-29 23:59:59','y','{\"k\": [1, null]}','long',x'00ff27',1.5,"
            "18446744073709551615),(2,null,null,null,null,null,null,null,null,null)")
        self.here.query("update t set s='ü 漢 ''', b=x'5c' where a=2")
        self.until_equal(table, there)

    def test_tables_with_several_key_columns_or_none(self):
        self.here.query("create table two (a int, b varchar(10), c int, primary key (a, b))")
        self.here.query("create table none (a int, b varchar(10))")
        self.here.query("insert into two values (1,'x',1),(1,'y',2)")
        self.here.query("insert into none values (1,'x'),(1,'x'),(2,null)")
        d = self.database
        self.create("x", f"{d}.two:{d}.two2,{d}.none:{d}.none2")
        self.until_equal(f"{d}.two", f"{d}.two2")
        self.until_equal(f"{d}.none", f"{d}.none2")
        self.here.query("delete from two where b='x'")
        self.here.query("delete from none where a=2")
        self.here.query("insert into none values (1,'x')")
        self.until_equal(f"{d}.two", f"{d}.two2")
        self.until_equal(f"{d}.none", f"{d}.none2")

    def test_a_database_is_followed_with_its_new_tables(self):
        d = self.database
        self.here.query("create table t (a int primary key, b int)")
        self.here.query("insert into t values (1,1)")
        self.create("x", f"{d}:{d}_copy", "database")
        self.until_equal(f"{d}.t", f"{d}_copy.t")
        self.here.query("create table later (a int primary key, b int)")
        self.here.query("insert into later values (2,2)")
        self.until_equal(f"{d}.later", f"{d}_copy.later")
        self.until(lambda: [line.split('"')[1] for line in self.shown("x")[2].splitlines() if '"' in line],
                   [f"{d}.later", f"{d}.t"])

    def test_an_account_is_followed(self):
        self.here.query("create table t (a int primary key, b int)")
        self.create("x", "", "account")
        self.here.query("insert into t values (1,1)")
        self.until_equal(f"{self.database}.t")

    def test_tables_that_are_excluded_stay_behind(self):
        d = self.database
        for name in ("wanted", "secret"):
            self.here.query(f"create table {name} (a int primary key, b int)")
        self.create("x", d, "database", ",'Exclude'='secret'")
        self.until_equal(f"{d}.wanted")
        self.assertEqual(self.there_rows(f"select * from {d}.secret"), 1146)

    def test_a_table_that_is_made_later_is_copied_then(self):
        d = self.database
        self.create("x", f"{d}.t:{d}.s")
        self.assertEqual(self.shown("x")[2], "{\n}")
        self.here.query("create table t (a int primary key, b int)")
        self.here.query("insert into t values (1,1)")
        self.until_equal(f"{d}.t", f"{d}.s")

    def test_a_dropped_table_is_told_in_the_checkpoint(self):
        self.task()
        self.here.query("drop table t")
        self.until_checkpoint("x", "(Failed, error: R:1:")
        self.assertRegex(self.shown("x")[2], r"internal error: can not find table by id \d+: accountId: 0\),\n}$")
        self.assertEqual(self.shown("x")[:2], ["running", ""])

    def test_a_task_made_again_takes_the_sinks_table_as_it_is(self):
        table, there = self.task()
        self.here.query("drop cdc task x")
        self.here.query("insert into t values (9,'n')")
        self.create("x", f"{table}:{there}")
        self.until_equal(table, there)

    def test_a_mariadb_is_a_sink_too(self):
        server = MariaDb(os.path.join(self.directory.name, self.generation + "-mariadb"))
        self.addCleanup(server.stop)
        server.host, server.user, server.password = "127.0.0.1", USER, PASSWORD
        self.there = self.connect(server)
        self.here.query("create table t (a int primary key, b varchar(20), c bool, d json, e text, f timestamp)")
        self.here.query("insert into t values (1,'x',true,'{\"k\": 1}','long','2024-01-01 00:00:00')")
        sink = f"mysql://{USER}:{PASSWORD}@127.0.0.1:{server.port}"
        self.here.query(f"create cdc x '{self.source.uri()}' 'mysql' '{sink}' '{self.database}:copy' "
                        "{'Level'='database'}")
        self.until_equal(f"{self.database}.t", "copy.t")
        self.here.query("insert into t values (2,'y',null,null,null,null)")
        self.here.query("delete from t where a=1")
        self.until_equal(f"{self.database}.t", "copy.t")

    # Accounts, the catalog.

    def test_an_account_has_its_own_tasks(self):
        with Wire(self.source) as root:
            root.query("create account if not exists acc admin_name 'boss' identified by '111'")
        with Wire(self.sink) as root:
            root.query("create account if not exists acc admin_name 'boss' identified by '111'")
        boss, other = self.connect(self.source, "acc:boss"), self.connect(self.sink, "acc:boss")
        boss.query("create database da")
        boss.query("create table da.t (a int primary key)")
        boss.query("insert into da.t values (7)")
        boss.query("create pitr p for account range 2 'h'")
        boss.query(f"create cdc x '{self.source.uri('acc#boss')}' 'matrixone' '{self.sink.uri('acc#boss')}' "
                   "'da.t:db.t' {'Level'='table'}")

        def copied():
            try:
                return other.rows("select * from db.t")
            except ServerError:
                return None
        self.until(copied, [["7"]])
        self.assertEqual(self.here.rows("show cdc all"), [])
        self.assertEqual(self.here.rows("select account_id, task_name from mo_catalog.mo_cdc_task"), [["1", "x"]])
        boss.query("drop cdc all")
        self.assertEqual(self.here.rows("select * from mo_catalog.mo_cdc_task"), [])

    def test_the_catalog_shows_what_show_shows(self):
        table, _ = self.task()
        (task,) = self.here.rows("show cdc task x")
        self.assertEqual(self.here.rows("select task_id, task_name, source_uri, sink_uri, state, err_msg from "
                                        "mo_catalog.mo_cdc_task"), [task[:6]])
        self.assertEqual(self.here.rows("select task_id, concat(db_name, '.', table_name), err_msg from "
                                        "mo_catalog.mo_cdc_watermark"), [[task[0], table, ""]])
        self.assertEqual(self.here.rows("select task_status from mo_task.sys_daemon_task where task_metadata_id="
                                        f"'{task[0]}'"), [["1"]])

    # The sink's absence.

    def test_a_short_outage_is_waited_for(self):
        table, there = self.task()
        self.here.query("update t set b='before' where a=1")
        self.until_equal(table, there)
        self.kill_connections()
        self.here.query("update t set b='after' where a=1")
        self.until_equal(table, there)
        self.until_state("x", "running")

    def kill_connections(self):
        for row in self.there.rows("select conn_id from processlist() p"):
            if row[0] != str(self.there.connection_id):
                self.there.query(f"kill {row[0]}")

    def outage(self):
        """Ends the sink until the task has given up; then an empty one is there."""
        table, there = self.task()
        self.sink.stop()
        self.here.query("insert into t values (8,'down')")
        self.until_checkpoint("x", "(Failed, error: N:")
        self.sink.start()
        self.there = self.connect(self.sink)
        self.there.query(f"create database {self.database}")
        self.there.query(f"create table {there} (a int primary key, b varchar(20))")
        return table, there


class V42(Story, unittest.TestCase):
    generation = "4.2"
    ERROR = ("internal error: CDC task x has permanent table error on {}; check mo_catalog.mo_cdc_watermark.err_msg "
             "for details")

    def failed_task(self):
        table, there = self.task()
        self.here.query("alter table t add column c int default 7")
        self.until_state("x", "failed")
        return table, there

    def test_a_new_column_fails_the_task(self):
        table, _ = self.failed_task()
        self.assertEqual(self.shown("x")[1], self.ERROR.format(table))
        self.assertRegex(self.shown("x")[2],
                         r"\(Failed, error: N:\d+:internal error: internal error: convert go error to mo error "
                         r"Error 1136 \(HY000\): Column count doesn't match value count at row 1\)")

    def test_resume_heals_once_the_sink_has_the_column(self):
        table, there = self.failed_task()
        self.there.query(f"alter table {there} add column c int")
        self.here.query("resume cdc task x")
        self.until_equal(table, there)
        self.until_state("x", "running")
        self.assertEqual(self.shown("x")[1], "")

    def test_pause_of_a_failed_task_never_ends(self):
        self.failed_task()
        self.here.query("pause cdc task x")
        self.assertEqual(self.shown("x")[0], "pausing")
        for sql in ("resume cdc task x", "pause cdc task x", "pause cdc all"):
            self.assertEqual(self.refused(sql),
                             "internal error: Task x status can not be change, now it is PauseRequested")
        self.here.query("drop cdc task x")

    def test_restart_of_a_failed_task_never_ends(self):
        self.failed_task()
        self.here.query("resume cdc task x 'restart'")
        self.assertEqual(self.shown("x")[0], "restarting")
        self.assertEqual(self.refused("pause cdc all"),
                         "internal error: Task x status can not be change, now it is RestartRequested")

    def test_a_restore_adds_what_comes_back(self):
        table, there = self.task()
        self.here.query(f"create snapshot before_delete for table {self.database} t")
        self.addCleanup(self.connect(self.source).query, "drop snapshot if exists before_delete")
        self.here.query("delete from t where a=1")
        self.until_equal(table, there)
        self.here.query(f"restore table {table} {{snapshot='before_delete'}}")
        self.until_equal(table, there)

    def test_truncate_is_not_copied(self):
        _, there = self.task()
        self.here.query("truncate table t")
        self.here.query("insert into t values (3,'z')")
        self.until(lambda: self.there_rows(f"select a from {there} order by a"), [["1"], ["2"], ["3"]])

    def test_resume_heals_after_an_outage(self):
        table, there = self.outage()
        self.assertEqual(self.shown("x")[0], "failed")
        self.here.query("resume cdc task x")
        self.until(lambda: self.there_rows(f"select * from {there}"), [["8", "down"]])
        self.until_state("x", "running")

    def test_create_can_be_prepared(self):
        self.here.query("create table t (a int primary key, b int)")
        statement, _, _ = self.here.prepare(f"create cdc x '{self.source.uri()}' 'matrixone' '{self.sink.uri()}' "
                                            f"'{self.database}.t' {{'Level'='table'}}")
        self.here.execute(statement)
        self.until_equal(f"{self.database}.t")

    def test_it_ends_with_its_tasks(self):
        directory = os.path.join(self.directory.name, "ending")
        server = Server(directory, "4.2")
        with Wire(server) as root:
            root.query("create pitr p for cluster range 1 'd'")
            root.query("create database d")
            for i in range(3):
                root.query(f"create cdc x{i} '{server.uri()}' 'mysql' '{self.sink.uri()}' 'd:e{i}' "
                           "{'Level'='database'}")
        self.assertEqual(server.stop(), 0)


class V30(Story, unittest.TestCase):
    generation = "3.0"

    def failed_task(self):
        table, there = self.task()
        self.here.query("alter table t add column c int default 7")
        self.until_checkpoint("x", "(Failed, error: N:")
        return table, there

    def test_a_failed_task_still_says_running_and_only_drop_heals(self):
        table, there = self.failed_task()
        self.assertEqual(self.shown("x")[:2], ["running", ""])
        self.assertEqual(self.refused("resume cdc task x"),
                         "internal error: Task x status can not be change, now it is Running")
        self.here.query("resume cdc task x 'restart'")
        self.change("x", "pause")
        self.assertEqual(self.shown("x")[0], "paused")
        self.assertEqual(self.refused("resume cdc task x"),
                         "internal error: Task x status can not be change, now it is PauseRequested")
        self.assertIn("N:", self.shown("x")[2])
        self.here.query("drop cdc task x")
        self.there.query(f"drop table {there}")
        self.create("x", f"{table}:{there}")
        self.until_equal(table, there)

    def test_truncate_and_a_new_table_of_the_name_are_copied(self):
        table, there = self.task()
        self.here.query("truncate table t")
        self.until_equal(table, there)
        self.here.query("insert into t values (3,'z')")
        self.until_equal(table, there)
        self.here.query("drop table t")
        self.here.query("create table t (a int primary key, b varchar(20), c int)")
        self.here.query("insert into t values (4,'n',1)")
        self.until_equal(table, there)

    def test_an_outage_stands_in_the_checkpoint_alone(self):
        self.outage()
        self.assertEqual(self.shown("x")[:2], ["running", ""])

    def test_a_task_that_runs_can_not_be_resumed(self):
        self.task()
        self.assertEqual(self.refused("resume cdc task x"),
                         "internal error: Task x status can not be change, now it is Running")


if __name__ == "__main__":
    SIMULATOR = sys.argv.pop(1)
    unittest.main()
