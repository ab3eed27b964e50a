"""COM_CHANGE_USER: another user, another account, on a fresh backend connection; or the end of the session."""

import unittest

from lib import auth
from lib.breaker import Breaker
from lib.case import GatewayTest, start_gateway
from lib.process import wait_until
from lib.wire import CHANGE_USER, PLUGIN_AUTH, USUAL, Closed, ServerError, Wire

_DENIED = 1045


class ChangeUserTest(GatewayTest):
    """MatrixOne has accounts and MariaDB has not: `second` is what a second user is called there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second, cls.second_password = cls._make_second()

    @classmethod
    def _make_second(cls):
        with Wire(cls.direct) as admin:
            if cls.upstream.is_matrixone:
                admin.query("drop account if exists mogate_cu")
                admin.query("create account mogate_cu admin_name 'boss' identified by 'boss-secret'")
                cls.addClassCleanup(cls._run, "drop account if exists mogate_cu")
                return "mogate_cu:boss", "boss-secret"
            admin.query("create or replace user 'second'@'%' identified by 'second-secret'")
            admin.query("grant all on *.* to 'second'@'%'")
            return "second", "second-secret"

    @classmethod
    def _run(cls, sql):
        with Wire(cls.direct) as admin:
            admin.query(sql)

    def who(self, session):
        if self.upstream.is_matrixone:
            return session.rows("select current_account_name(), current_user_name()")[0]
        return session.rows("select substring_index(current_user(), '@', 1)")[0]

    @property
    def second_identity(self):
        return ["mogate_cu", "boss"] if self.upstream.is_matrixone else ["second"]

    def change(self, session, database=""):
        session.change_user(self.second, self.second_password, database)


class ChangedTest(ChangeUserTest):
    def test_the_session_is_the_other_users_afterwards_and_may_change_back(self):
        session = self.session()
        first = self.who(session)
        self.change(session)
        self.assertEqual(self.second_identity, self.who(session))
        session.change_user(self.upstream.user, self.upstream.password)
        self.assertEqual(first, self.who(session))

    def test_a_client_that_begins_with_any_plugin_is_asked_for_the_backends(self):
        for plugin in (auth.NATIVE, auth.SHA2):
            with self.subTest(plugin=plugin):
                session = self.session(plugin=plugin)
                self.change(session)
                self.assertEqual([f"switch to {auth.NATIVE}"], session.auth_steps)
                self.assertEqual(self.second_identity, self.who(session))

    def test_the_database_is_the_one_that_was_named_or_none(self):
        database = self.database()
        session = self.session(database=database)
        session.change_user(self.upstream.user, self.upstream.password, database)
        self.assertEqual([[database]], session.rows("select database()"))
        session.change_user(self.upstream.user, self.upstream.password)
        self.assertIn(session.rows("select database()"), ([[None]], [[""]]))

    def test_nothing_of_the_session_before_is_left(self):
        database = self.database()
        session = self.session(database=database)
        session.query("create table t (a int)")
        session.query("set @left = 1")
        statement, _, _ = session.prepare("select 1")
        session.query("begin")
        session.query("insert into t values (1)")
        session.change_user(self.upstream.user, self.upstream.password, database)
        self.assertTrue(self.is_unset(session, "@left"))
        with self.assertRaises(ServerError):
            session.execute(statement)
        wait_until(lambda: session.rows("select count(*) from t") == [["0"]], 20, "the transaction to be gone")
        session.query("insert into t values (2)")
        with Wire(self.direct) as other:
            self.assertEqual([["2"]], other.rows(f"select a from {database}.t"))

    def test_a_statement_of_the_gateways_that_was_prepared_before_is_unknown(self):
        self.only_on("simulator", "matrixone")
        session = self.session()
        statement, _, _ = session.prepare("show gateway status")
        self.assertTrue(session.execute(statement).rows)
        session.change_user(self.upstream.user, self.upstream.password)
        with self.assertRaises(ServerError) as refused:
            session.execute(statement)
        self.assertEqual(1243, refused.exception.code)

    def test_the_connection_id_stays_and_the_backends_connection_is_another(self):
        self.only_on("simulator", "matrixone")
        session, watcher = self.session(), self.session()

        def entry():
            return next(row for row in watcher.rows("show gateway sessions") if row[0] == str(session.connection_id))

        before = entry()
        self.change(session)
        after = entry()
        self.assertEqual([[str(session.connection_id)]], session.rows("select connection_id()"))
        self.assertNotEqual(before[1], after[1])
        self.assertEqual(["mogate_cu", "boss"], after[2:4])

    def test_the_session_is_killed_by_its_connection_id_as_before(self):
        self.only_on("simulator", "matrixone")
        session, killer = self.session(), self.session()
        self.change(session)
        killer.query(f"kill {session.connection_id}")
        with self.assertRaises((ServerError, Closed, ConnectionError)):
            session.query("select 1")
            session.query("select 1")

    def test_the_backends_connection_of_before_is_closed(self):
        self.only_on("mariadb")
        session = self.session()
        ((before,),) = session.rows("select connection_id()")
        self.change(session)
        with Wire(self.direct) as watcher:
            wait_until(lambda: not any(before in row for row in watcher.rows("show processlist")), 20,
                       "the backend's connection to be gone")

    def test_many_changes_in_a_row(self):
        session = self.session()
        for _ in range(20):
            self.change(session)
        self.assertEqual(self.second_identity, self.who(session))


class RefusedTest(ChangeUserTest):
    def assert_ended(self, session, code, act):
        with self.assertRaises(ServerError) as refused:
            act()
        self.assertEqual(code, refused.exception.code)
        self.assertEqual([], session.ends())

    def test_a_wrong_password_is_1045_and_the_end(self):
        session = self.session()
        self.assert_ended(session, _DENIED, lambda: session.change_user(self.second, "wrong"))

    def test_an_unknown_user_is_the_servers_error_and_the_end(self):
        session = self.session()
        with self.assertRaises(ServerError):
            session.change_user("mogate_nobody", "x")
        self.assertEqual([], session.ends())

    def test_an_unknown_database_is_the_servers_error_and_the_end(self):
        session = self.session()
        self.assert_ended(session, 1049,
                          lambda: session.change_user(self.second, self.second_password, "mogate_no_such_db"))

    def test_a_refusal_counts_as_a_failed_login(self):
        self.only_on("simulator", "matrixone")

        def failed():
            with Wire(self.through) as watcher:
                return int(dict(watcher.rows("show gateway status"))["failed_logins"])

        before = failed()
        with self.assertRaises(ServerError):
            self.session().change_user(self.second, "wrong")
        self.assertEqual(before + 1, failed())

    def test_a_client_without_plugins_is_told_why(self):
        gateway = start_gateway(self, settings="early_connect = true\n")
        session = Wire(self.upstream.at(gateway), capabilities=USUAL & ~PLUGIN_AUTH)
        self.addCleanup(session.socket.close)
        self.assert_ended(session, 1251, lambda: self.change(session))

    def test_packets_that_are_none_end_the_session(self):
        for name, payload in (("empty", b""), ("cut in the user", b"use"), ("cut in the proof", b"user\0\x14abc"),
                              ("no database", b"user\0\0")):
            with self.subTest(name):
                session = self.session()
                session.command(CHANGE_USER, payload)
                self.assertEqual([1835], session.ends())

    def test_one_over_the_handshakes_limit_is_refused_before_it_is_read(self):
        session = self.session()
        session.socket.sendall((1 << 20).to_bytes(3, "little") + b"\0" + bytes([CHANGE_USER]))
        self.assertEqual([1153], session.ends())

    def test_a_command_behind_it_is_no_proof(self):
        session = self.session()
        change = bytes([CHANGE_USER]) + b"user\0\0\0"
        session.socket.sendall(len(change).to_bytes(3, "little") + b"\0" + change + b"\x01\0\0\0\x0e")
        self.assertEqual([1835], session.ends())

    def test_a_proof_out_of_order_is_refused(self):
        session = self.session()
        session.begin_change_user(self.second, self.second_password)
        session.read_answer()
        session.sequence = 7
        session.send_packet(bytes(20))
        session.sequence = 8
        self.assertEqual([1835], session.ends())


class BreakerTest(ChangeUserTest):
    timeouts = ""

    def setUp(self):
        self.breaker = Breaker(self.upstream)
        self.addCleanup(self.breaker.stop)
        gateway = start_gateway(self, f"127.0.0.1:{self.breaker.port}", self.timeouts)
        self.through = self.upstream.at(gateway)


class FaultTest(BreakerTest):
    def test_a_change_cut_at_any_byte_of_the_backends_side_is_the_end(self):
        session = self.session()
        before = self.breaker.passed
        self.change(session)
        size = self.breaker.passed - before
        for cut in (*range(0, 12), *range(12, size - 12, 9), *range(size - 12, size)):
            with self.subTest(cut=cut, of=size):
                session = self.session()
                self.breaker.budget = cut
                with self.assertRaises((ServerError, Closed, ConnectionError)) as ended:
                    self.change(session)
                    session.rows("select 1")
                self.breaker.budget = None
                if isinstance(ended.exception, ServerError):
                    self.assertIn(ended.exception.code, (2003, 2006, 2013))
                session.ends()
        session = self.session()
        self.change(session)
        self.assertEqual(self.second_identity, self.who(session))

    def test_a_client_that_vanishes_at_any_step_leaves_nothing_behind(self):
        self.only_on("mariadb")
        steps = {
            "behind the command": lambda s: s.begin_change_user(self.second, self.second_password),
            "behind the switch": lambda s: (s.begin_change_user(self.second, self.second_password), s.read_answer()),
            "within the proof": lambda s: (s.begin_change_user(self.second, self.second_password), s.read_answer(),
                                           s.socket.sendall(b"\x14\0\0\x02abc")),
            "behind the proof": lambda s: (s.begin_change_user(self.second, self.second_password), s.read_answer(),
                                           s.send_packet(bytes(20))),
        }
        for name, act in steps.items():
            with self.subTest(name):
                session = self.session()
                act(session)
                session.socket.close()
        with Wire(self.direct) as watcher:
            wait_until(lambda: len(watcher.rows("show processlist")) == 1, 20, "the backend's connections to be gone")


class DeadlineTest(BreakerTest):
    timeouts = "[timeouts]\nconnect = 2.0\nhandshake = 3.0\n"

    def test_a_backend_that_is_away_or_silent_is_2003_and_the_end(self):
        for fault in ("refuses", "silent"):
            with self.subTest(fault):
                session = self.session()
                if fault == "refuses":
                    self.breaker.refuse()
                else:
                    self.breaker.silent = True
                with self.assertRaises(ServerError) as refused:
                    self.change(session)
                self.assertEqual(2003, refused.exception.code)
                self.assertEqual([], session.ends())
                if fault == "refuses":
                    self.breaker.listen_again()

    def test_a_client_that_does_not_go_on_gets_1043(self):
        session = self.session()
        session.begin_change_user(self.second, self.second_password)
        session.read_answer()
        self.assertEqual([1043], session.ends())

    def test_a_client_that_stops_within_the_command_is_ended(self):
        session = self.session()
        session.socket.sendall(b"\x40\0\0\0" + bytes([CHANGE_USER]) + b"user")
        session.ends()


if __name__ == "__main__":
    unittest.main()
