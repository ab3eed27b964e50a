#!/usr/bin/python3
"""Faults that a test sets in a simulator (lib/switches.py).

    switches_test.py SIMULATOR
"""

import os
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.process import Process  # noqa: E402
from lib.switches import Switches  # noqa: E402
from lib.wire import Closed, ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None
ROWS = 1000


class Server:
    host, user, password = "127.0.0.1", "root", "111"

    def __init__(self, directory):
        self.process = Process([SIMULATOR, "--data", os.path.join(directory, "data")], os.path.join(directory, "log"))
        self.port = int(self.process.wait_for(LISTENING, timeout=120).group(1))
        self.switches = Switches(self.process)


class InThread:
    """A statement that does not come back at once."""

    def __init__(self, wire, sql):
        self.outcome = None
        self.thread = threading.Thread(target=self._run, args=(wire, sql))
        self.thread.start()

    def _run(self, wire, sql):
        try:
            self.outcome = wire.query(sql)
        except (ServerError, Closed, OSError) as error:
            self.outcome = error

    def wait(self):
        self.thread.join(60)
        return self.outcome


class SwitchesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory(prefix="mogate-switches-")
        cls.server = Server(cls.directory.name)
        with Wire(cls.server) as root:
            root.query("create database s")
            root.query("create table s.t (a int primary key)")
            root.query(f"insert into s.t select result from generate_series(1, {ROWS}) g")

    @classmethod
    def tearDownClass(cls):
        cls.server.process.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.switches = self.server.switches
        self.addCleanup(self.switches.clear)
        self.wire = self.connect()

    def connect(self):
        wire = Wire(self.server)
        self.addCleanup(wire.socket.close)
        return wire

    def count(self):
        return int(self.connect().query("select count(*) from s.t")[0].rows[0][0])

    def fails(self, sql, error=ServerError):
        with self.assertRaises(error) as caught:
            self.wire.query(sql)
        return caught.exception

    def test_a_failing_statement_is_not_run(self):
        self.switches.fail("delete", code=1105, message="boom")
        error = self.fails("delete from s.t where a = 1")
        self.assertEqual((error.code, error.message), (1105, "boom"))
        self.assertEqual(self.count(), ROWS)

    def test_hits_are_skipped_and_then_it_acts_so_often(self):
        switch = self.switches.fail("select", contains="probe", skip=1, times=2)
        outcomes = []
        for _ in range(4):
            try:
                self.wire.query("select 'probe'")
                outcomes.append("good")
            except ServerError:
                outcomes.append("bad")
        self.assertEqual(outcomes, ["good", "bad", "bad", "good"])
        self.assertEqual((switch.hits, switch.acted), (4, 2))

    def test_only_statements_with_the_text_are_meant(self):
        self.switches.fail("select", contains="this one", times=0)
        self.wire.query("select 'that one'")
        self.fails("select 'this one'")

    def test_after_a_commit_it_is_done_though_not_answered(self):
        self.wire.query("begin")
        self.wire.query("insert into s.t values (100001)")
        self.switches.cut("commit", after=True)
        self.fails("commit", Closed)
        self.assertEqual(self.count(), ROWS + 1)
        self.connect().query("delete from s.t where a = 100001")

    def test_before_a_commit_it_is_rolled_back(self):
        self.wire.query("begin")
        self.wire.query("insert into s.t values (100002)")
        self.switches.cut("commit")
        self.fails("commit", Closed)
        self.assertEqual(self.count(), ROWS)

    def test_a_result_fails_in_its_middle_and_the_session_goes_on(self):
        self.switches.fail("row", contains="s.t", skip=500, message="internal error: half")
        self.assertEqual(self.fails("select a from s.t").message, "internal error: half")
        self.assertEqual(len(self.wire.query("select a from s.t")[0].rows), ROWS)

    def test_a_snapshot_s_result_fails_in_its_middle_and_can_be_read_again(self):
        self.wire.query("create snapshot half for table s t")
        self.addCleanup(lambda: self.connect().query("drop snapshot half"))
        for action in range(8):  # more often than a snapshot has readers
            self.switches.cut("row", contains="half", skip=500)
            self.fails("select a from s.t{snapshot='half'}", Closed)
            self.wire = self.connect()
        self.assertEqual(len(self.wire.query("select a from s.t{snapshot='half'}")[0].rows), ROWS)
        self.wire.query("alter table s.t comment 'not held by the reader that was cut'")

    def test_a_load_that_fails_leaves_nothing(self):
        self.wire.query("create table s.l (a int)")
        self.addCleanup(lambda: self.connect().query("drop table s.l"))
        self.switches.fail("load packet", message="internal error: half a file")
        with self.assertRaises(ServerError) as caught:
            self.wire.query("load data local infile 'x' into table s.l", infile=b"1\n2\n3\n")
        self.assertEqual(caught.exception.message, "internal error: half a file")
        self.assertEqual(self.wire.query("select count(*) from s.l")[0].rows, [["0"]])

    def test_a_login_can_fail(self):
        self.switches.fail("login", code=1045, message="not now")
        with self.assertRaises(ServerError):
            self.connect()
        self.connect()

    def test_a_stall_ends_when_it_is_released(self):
        with self.switches.stall("select", contains="slow") as switch:
            running = InThread(self.wire, "select 'slow'")
            switch.wait_for_stall()
            self.assertIsNone(running.outcome)
            self.switches.release()
            self.assertEqual(running.wait()[0].rows, [["slow"]])

    def test_a_stall_ends_by_kill(self):
        with self.switches.stall("select", contains="slow") as switch:
            number = self.wire.query("select connection_id()")[0].rows[0][0]
            running = InThread(self.wire, "select 'slow'")
            switch.wait_for_stall()
            self.connect().query(f"kill query {number}")
            self.assertEqual(running.wait().message, "context canceled")

    def test_down_cuts_everybody_and_up_brings_back_what_was_committed(self):
        other = self.connect()
        other.query("begin")
        other.query("insert into s.t values (100003)")
        self.wire.query("create snapshot kept for table s t")
        self.switches.down("insert", contains="100004", after=True)
        self.fails("insert into s.t values (100004)", Closed)
        self.switches.wait_until_down()
        with self.assertRaises(ConnectionRefusedError):
            self.connect()
        with self.assertRaises((Closed, OSError)):
            other.query("commit")
        self.switches.up()
        self.assertEqual(self.count(), ROWS + 1)
        self.wire = self.connect()
        self.assertEqual(self.wire.query("select count(*) from s.t{snapshot='kept'}")[0].rows, [[str(ROWS)]])
        self.wire.query("delete from s.t where a = 100004")
        self.wire.query("drop snapshot kept")

    def test_down_does_not_wait_for_a_stalled_statement(self):
        with self.switches.stall("select", contains="slow") as switch:
            running = InThread(self.wire, "select 'slow'")
            switch.wait_for_stall()
            self.switches.go_down()
            self.assertIsInstance(running.wait(), (ServerError, Closed, OSError))
        self.switches.up()
        self.assertEqual(self.count(), ROWS)


class ExitTest(unittest.TestCase):
    def test_the_process_can_end_at_a_point(self):
        with tempfile.TemporaryDirectory(prefix="mogate-switches-") as directory:
            server = Server(directory)
            server.switches.exit("create snapshot")
            with Wire(server) as wire, self.assertRaises(Closed):
                wire.query("create snapshot never for account")
            self.assertEqual(server.process.wait(30), 137)


if __name__ == "__main__":
    SIMULATOR = os.path.abspath(sys.argv.pop(1))
    unittest.main()
