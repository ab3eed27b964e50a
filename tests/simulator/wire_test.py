#!/usr/bin/python3
"""What the recordings of statements cannot show: packets, connections, waiting, the end of the process.

    wire_test.py SIMULATOR

With MOGATE_TEST_UPSTREAM=host:port the cases that end no process run against that server instead.
"""

import os
import re
import struct
import sys
import tempfile
import threading
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.auth import native_proof  # noqa: E402
from lib.process import Process, wait_for_end, wait_until  # noqa: E402
from lib.wire import DEPRECATE_EOF, LOCAL_FILES, PLUGIN_AUTH, USUAL, Closed, ServerError, Wire  # noqa: E402

LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
SIMULATOR = None
GIVEN = os.environ.get("MOGATE_TEST_UPSTREAM")
DATABASE, ACCOUNT = "mgsim_w", "mgsim_acc"
SILENCE = 1.0  # seconds in which a socket that stays open has to stay silent


class Address:
    def __init__(self, host, port):
        self.host, self.port, self.user, self.password = host, int(port), "root", "111"


def start(directory, *options):
    process = Process([SIMULATOR, "--data", os.path.join(directory, "data"), *options],
                      os.path.join(directory, "log"))
    return process, Address("127.0.0.1", process.wait_for(LISTENING, timeout=120).group(1))


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory, cls.process = tempfile.TemporaryDirectory(prefix="mogate-wire-"), None
        if GIVEN:
            cls.server = Address(*GIVEN.rsplit(":", 1))
        else:
            cls.process, cls.server = start(cls.directory.name)
        with Wire(cls.server) as root:
            root.query(f"drop database if exists {DATABASE}")
            root.query(f"create database {DATABASE}")
            root.query(f"drop account if exists {ACCOUNT}")
            root.query(f"create account {ACCOUNT} admin_name 'boss' identified by '111'")

    @classmethod
    def tearDownClass(cls):
        with Wire(cls.server) as root:
            root.query(f"drop database if exists {DATABASE}")
            root.query(f"drop account if exists {ACCOUNT}")
        if cls.process:
            cls.process.stop()
        cls.directory.cleanup()

    def setUp(self):
        self.root = self.connect()

    def connect(self, *arguments, **options):
        wire = Wire(self.server, *arguments, **options)
        self.addCleanup(wire.socket.close)
        return wire

    def refused(self, code, run, *arguments, **options):
        with self.assertRaises(ServerError) as caught:
            run(*arguments, **options)
        self.assertEqual(caught.exception.code, code, caught.exception)
        return caught.exception

    def stays_open(self, wire):
        wire.socket.settimeout(SILENCE)
        with self.assertRaises(TimeoutError):
            wire.socket.recv(1)


class Login(Case):
    def test_the_greeting_is_matrixones(self):
        self.assertRegex(self.root.version, r"^8\.0\.30-MatrixOne-v\d")
        self.assertEqual(self.root.server_capabilities, 0x013BA68F)
        self.assertEqual(self.root.rows("select connection_id()"), [[str(self.root.connection_id)]])

    def test_the_logins_ok_lacks_the_autocommit_bit(self):
        self.assertEqual(self.root.login_ok.hex(), "0000001008000000")

    def test_another_plugin_is_switched_with_the_same_salt(self):
        wire = self.connect(login=False)
        wire.send_packet(struct.pack("<IIB23x", USUAL, 1 << 24, 45) + b"root\0" + b"\x20" + b"x" * 32
                         + b"caching_sha2_password\0")
        switch = wire.read_answer()
        self.assertEqual(switch, b"\xfemysql_native_password\0" + wire.salt + b"\0")
        wire.send_packet(native_proof("111", wire.salt))
        self.assertEqual(wire.read_answer()[:1], b"\0")

    def test_clients_without_plugins_log_in(self):
        self.assertEqual(self.connect(capabilities=USUAL & ~PLUGIN_AUTH).rows("select 1"), [["1"]])

    def test_errors(self):
        for user, password, code, text in (
                ("root", "wrong", 1045, "Access denied for user root. internal error: check password failed"),
                ("nouser", "111", 20101, "internal error: there is no user nouser"),
                ("noacc:root", "111", 20101, "internal error: there is no tenant noacc"),
                ("SYS:root", "111", 20101, "internal error: there is no tenant SYS"),
                ("sys:root:norole", "111", 20101, "internal error: there is no role norole"),
                (f"{ACCOUNT}:", "111", 20101, "internal error: invalid user name ''"),
                (f"{ACCOUNT}:boss:", "111", 20101, "internal error: invalid role name ''")):
            with self.subTest(user=user):
                self.assertEqual(self.refused(code, self.connect, user, password).message, text)

    def test_forms_of_users(self):
        for user, shown in (("sys:root", "moadmin"), ("sys#root", "moadmin"), ("sys:root:public", "public"),
                            (f"{ACCOUNT}#boss", "accountadmin"), (f"{ACCOUNT}%3Aboss?label=x", "accountadmin")):
            with self.subTest(user=user):
                self.assertEqual(self.connect(user).rows("select current_role_name()"), [[shown]])

    def test_an_unknown_database_refuses_the_login(self):
        self.assertEqual(self.refused(1049, self.connect, database="nodb").message, "Unknown database nodb")

    def test_what_is_no_login_is_dropped(self):
        for payload in (b"", b"abcd", b"\xff" * 64):
            with self.subTest(payload=payload):
                wire = self.connect(login=False)
                wire.send_packet(payload)
                self.assertEqual(wire.ends(), [])


class Commands(Case):
    def test_commands_that_matrixone_lacks(self):
        for number in (0x07, 0x09, 0x0A, 0x0C, 0x0D, 0x11, 0x1C, 0x1F, 0x20):
            with self.subTest(command=hex(number)):
                self.root.command(number, b"\0\0\0\0")
                self.assertEqual(self.refused(20101, self.root.read_answer).message,
                                 f"internal error: unsupported command. {number:#x}")
        self.assertEqual(self.root.rows("select 1"), [["1"]])

    def test_set_option_answers_ok(self):
        self.root.command(0x1B, b"\0\0")
        self.assertEqual(self.root.read_answer().hex(), "0000001208000000")

    def test_field_list_names_no_columns(self):
        self.root.command(0x04, b"t\0")
        self.refused(1046, self.root.read_answer)
        self.root.use(DATABASE)
        self.root.command(0x04, b"t\0")
        self.assertEqual(self.root.read_answer().hex(), "fe00000200000000")

    def test_quit_leaves_the_socket_open(self):
        wire = self.connect()
        wire.quit()
        self.stays_open(wire)

    def test_pipelined_commands_come_back_unanswered(self):
        second = struct.pack("<I", 10)[:3] + b"\0\x03select 12"
        first = struct.pack("<I", 9)[:3] + b"\0\x03select 3"
        self.root.socket.sendall(first + second)
        self.assertEqual(self.root.read_exactly(len(second)), second)
        self.root.sequence = 1
        self.assertEqual(self.root.read_result().rows, [["3"]])
        self.stays_open(self.root)

    def test_a_statement_of_70_mib_resets_the_connection(self):
        with self.assertRaises((ConnectionError, Closed, ServerError)) as caught:
            self.root.one("select '" + "x" * (70 << 20) + "'")
        self.assertIn(getattr(caught.exception, "code", None), (None, 13125))


class Statements(Case):
    def test_prepared(self):
        self.root.query(f"create table {DATABASE}.p (a int primary key, b varchar(20), c text)")
        insert, parameters, _ = self.root.prepare(f"insert into {DATABASE}.p values (?, ?, ?)")
        self.assertEqual(parameters, 3)
        self.root.send_long_data(insert, 2, b"lo")
        self.root.send_long_data(insert, 2, b"ng")
        self.assertEqual(self.root.execute(insert, (1, "x", b""), long_data=(2,)).affected, 1)
        select, _, columns = self.root.prepare(f"select * from {DATABASE}.p where a = ?")
        self.assertEqual([name for name, _ in columns], ["a", "b", "c"])
        row = self.root.execute(select, (1,)).rows[0]
        self.assertEqual([str(v.decode() if isinstance(v, bytes) else v) for v in row], ["1", "x", "long"])
        self.root.reset_statement(select)
        self.root.close_statement(select)
        self.refused(20400, self.root.execute, select, (1,))

    def test_closing_an_unknown_statement_is_answered(self):
        self.root.close_statement(77)
        self.assertEqual(self.refused(20400, self.root.read_answer).message,
                         "invalid state prepared statement '__mo_stmt_id_77' does not exist")

    def test_what_cannot_be_prepared(self):
        for sql, code in (("create snapshot x for account", 20101), ("begin", 1064), ("kill 1", 1064),
                          ("use mysql", 1064), ("select 1; select 2", 20105), ("", 1064)):
            with self.subTest(sql=sql):
                self.refused(code, self.root.prepare, sql)

    def test_cursors_are_refused(self):
        statement, *_ = self.root.prepare("select 1")
        self.root.command(0x17, struct.pack("<IBI", statement, 1, 1))
        self.assertEqual(self.refused(20301, self.root.read_answer).message,
                         "invalid input: unsupported Prepare flag '1'")

    def test_a_packet_is_parsed_whole(self):
        self.root.query(f"create table {DATABASE}.m (a int)")
        self.refused(1064, self.root.query, f"insert into {DATABASE}.m values (1); flush tables; select 3")
        self.assertEqual(self.root.rows(f"select count(*) from {DATABASE}.m"), [["0"]])

    def test_results_of_a_packet_end_at_its_first_error(self):
        self.root.command(0x03, f"select 1; select * from {DATABASE}.nope; select 3".encode())
        first = self.root.read_result()
        self.assertEqual((first.rows, first.status & 8), ([["1"]], 8))
        self.refused(1064 if "-v3" in self.root.version else 1146, self.root.read_answer)
        self.assertEqual(self.root.rows("select 4"), [["4"]])

    def test_the_eof_behind_columns_says_in_transaction(self):
        wire = self.connect(capabilities=USUAL & ~DEPRECATE_EOF)
        wire.command(0x03, b"select 1")
        packets = [wire.read_answer().hex() for _ in range(5)]
        self.assertEqual((packets[2], packets[4]), ("fe00000300", "fe00001208"))

    def test_status_through_transactions(self):
        for sql, status in (("begin", 0x813), ("select 1", 0x813), ("rollback", 0x812), ("set autocommit=0", 0x810),
                            ("select 1", 0x811), ("commit", 0x810), ("set autocommit=1", 0x812)):
            with self.subTest(sql=sql):
                self.assertEqual(self.root.one(sql).status, status)

    def test_local_infile(self):
        self.root.query(f"create table {DATABASE}.l (a int, b varchar(10))")
        for capabilities in (USUAL, USUAL & ~LOCAL_FILES):  # also of a client that did not offer it
            wire = self.connect(capabilities=capabilities)
            (loaded,) = wire.query(f"load data local infile '/no/such/file' into table {DATABASE}.l "
                                   "fields terminated by ','", infile=b"1,a\n2,b\n3,c\n")
            self.assertEqual((wire.infile_name, loaded.affected), ("/no/such/file", 3))


class Connections(Case):
    def wait_for_statement(self, text):
        wait_until(lambda: self.listed(text), 30, text)

    def in_background(self, wire, sql):
        said = []

        def run():
            try:
                said.append(wire.query(sql))
            except (ServerError, Closed) as error:
                said.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        return thread, said

    def test_kill_query_ends_the_statement_only(self):
        victim = self.connect()
        thread, said = self.in_background(victim, "select sleep(60)")
        self.wait_for_statement("sleep(60)")
        self.root.query(f"kill query {victim.connection_id}")
        thread.join(30)
        self.assertEqual((said[0].code, said[0].message), (1105, "context canceled"))
        self.assertEqual(victim.rows("select 2"), [["2"]])

    def test_kill_ends_the_connection_even_of_another_account(self):
        victim = self.connect()
        self.connect(f"{ACCOUNT}:boss").query(f"kill {victim.connection_id}")
        with self.assertRaises((Closed, ConnectionError)):
            victim.rows("select 1")

    def test_a_changed_connection_id_is_shown_but_not_killed_by(self):
        victim = self.connect()
        victim.query("set connection id to 4000000001")
        self.assertEqual(victim.rows("select connection_id()"), [["4000000001"]])
        self.refused(20101, self.root.query, "kill 4000000001")
        self.root.query(f"kill {victim.connection_id}")

    def listed(self, text):
        return any(text in str(row) for row in self.root.rows("show processlist") if "processlist" not in str(row))

    def test_the_statement_of_a_vanished_client_goes_on_until_it_is_killed(self):
        victim = self.connect()
        victim.command(0x03, b"select sleep(61)")
        wait_until(lambda: self.listed("sleep(61)"), 30, "its start")
        victim.socket.close()
        with self.connect() as other:  # whatever is noticed at once has been noticed by then
            other.rows(f"select sleep({SILENCE})")
        self.assertTrue(self.listed("sleep(61)"))
        self.root.query(f"kill {victim.connection_id}")
        wait_until(lambda: not self.listed("sleep(61)"), 30, "its end")

    def test_a_restore_waits_for_a_transaction_and_kill_query_ends_it(self):
        self.root.query(f"create table {DATABASE}.r (a int primary key)")
        self.root.query(f"create snapshot mgsim_r for table {DATABASE} r")
        self.addCleanup(self.root.query, "drop snapshot if exists mgsim_r")
        writer, restorer, maker = self.connect(), self.connect(), self.connect()
        writer.query("begin")
        writer.query(f"insert into {DATABASE}.r values (1)")
        old = "-v3" in self.root.version
        text = f"restore account sys database {DATABASE} table r from snapshot mgsim_r" if old else \
            f"restore table {DATABASE}.r {{snapshot='mgsim_r'}}"
        restoring, said = self.in_background(restorer, text)
        self.wait_for_statement("restore ")
        making, _ = self.in_background(maker, f"create table {DATABASE}.other (a int)")
        if not old:  # all DDL of the cluster waits
            making.join(SILENCE)
            self.assertTrue(making.is_alive())
        self.root.query(f"kill query {restorer.connection_id}")
        restoring.join(30)
        self.assertEqual((said[0].code, said[0].message), (1105, "context canceled"))
        making.join(30)
        writer.query("commit")
        self.assertEqual(self.root.rows(f"select * from {DATABASE}.r"), [["1"]])


@unittest.skipIf(GIVEN, "would end a server that is not ours")
class TheProcess(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory(prefix="mogate-wire-")
        self.addCleanup(self.directory.cleanup)
        self.process, self.server = start(self.directory.name)
        self.addCleanup(self.process.stop)

    def children(self):
        """What runs with its directory in the arguments."""
        found = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as line:
                    if self.directory.name.encode() in line.read() and int(pid) != self.process.child.pid:
                        found.append(int(pid))
            except OSError:
                continue
        return found

    def test_an_empty_packet_after_the_login_ends_it(self):
        with Wire(self.server) as wire:
            mariadbs = [os.pidfd_open(pid) for pid in self.children()]
            for mariadb in mariadbs:
                self.addCleanup(os.close, mariadb)
            self.assertTrue(mariadbs)
            wire.sequence = 0
            wire.send_packet(b"")
        self.process.wait(30)
        self.assertRegex(self.process.output(), r"panic: runtime error: slice bounds out of range \[1:0\]")
        for mariadb in mariadbs:
            self.assertTrue(wait_for_end(mariadb, 30), "a MariaDB goes on")

    def test_sigterm_ends_it_and_its_mariadbs(self):
        with Wire(self.server) as root:
            root.query("create account a admin_name 'b' identified by '111'")
            with Wire(self.server, "a:b") as boss:
                boss.query("select 1")
            self.assertEqual(len(self.children()), 2)
            self.assertEqual(self.process.stop(), 0)
        self.assertEqual(self.children(), [])


if __name__ == "__main__":
    if not GIVEN:
        SIMULATOR = sys.argv.pop(1)
    unittest.main()
