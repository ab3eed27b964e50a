"""Deadlines of the handshake and of idle sessions, limits of sessions and of handshake bytes, back-pressure."""

import os
import signal
import socket
import unittest

from lib.case import GatewayTest, start_gateway
from lib.process import wait_until
from lib.wire import Closed, ServerError, Wire

_SESSIONS = 4


class HandshakeLimitTest(GatewayTest):
    settings = "[timeouts]\nhandshake = 0.4\n"

    def test_a_client_that_says_nothing_gets_1043_and_is_closed(self):
        session = self.session(login=False)
        # The error carries the number that follows the greeting's.
        session.sequence = 1
        with self.assertRaises(ServerError) as late:
            session.read_answer()
        self.assertEqual(1043, late.exception.code)
        self.assertEqual([], session.ends())

    def test_a_client_that_stops_within_its_login_packet_is_closed(self):
        for sent in (b"\x40", b"\x40\0\0\x01", b"\x40\0\0\x01" + b"x" * 0x3f):
            with self.subTest(sent=sent):
                session = self.session(login=False)
                session.socket.sendall(sent)
                session.ends()

    def test_a_login_in_time_is_not_ended_afterwards(self):
        session = self.session()
        late = self.session(login=False)
        late.ends()
        self.assertEqual([["1"]], session.rows("select 1"))


class HandshakeSizeTest(GatewayTest):
    def _announce(self, size):
        session = self.session(login=False)
        session.socket.sendall(size.to_bytes(3, "little") + b"\x01")
        return session.ends()

    def test_a_login_packet_over_the_limit_is_refused_before_it_is_read(self):
        for size in (16385, 1 << 20, 0xFFFFFF):
            with self.subTest(size=size):
                self._announce(size)
        with Wire(self.through) as session:
            self.assertEqual([["1"]], session.rows("select 1"))


class IdleLimitTest(GatewayTest):
    settings = "[timeouts]\nidle = 0.4\n"

    def test_an_idle_session_gets_4031_and_is_closed(self):
        self.assertEqual([4031], self.session().ends())

    def test_a_statement_that_runs_is_not_idle(self):
        session = self.session()
        self.assertEqual([["0"]], session.rows("select sleep(1.2)"))

    def test_the_backends_side_is_closed_too(self):
        session = self.session()
        native = self._native_id(session)
        session.ends()
        with Wire(self.direct) as watcher:
            wait_until(lambda: not any(native in row for row in watcher.rows("show processlist")), 20,
                       "the backend's connection to be gone")

    @staticmethod
    def _native_id(session):
        return session.rows("select connection_id()")[0][0]


class SessionLimitTest(GatewayTest):
    def _gateway(self):
        gateway = start_gateway(self, gateway_keys=f"max_sessions = {_SESSIONS}\n")
        return self.upstream.at(gateway)

    def test_a_session_too_many_gets_1040_and_a_place_that_is_freed_is_taken_again(self):
        server = self._gateway()
        sessions = [Wire(server) for _ in range(_SESSIONS)]
        try:
            with self.assertRaises(ServerError) as refused:
                Wire(server)
            self.assertEqual(1040, refused.exception.code)
            for session in sessions:
                self.assertEqual([["1"]], session.rows("select 1"))
            sessions.pop().socket.close()
            sessions.append(wait_until(lambda: self._try(server), 20, "a place to be free"))
        finally:
            for session in sessions:
                session.socket.close()

    @staticmethod
    def _try(server):
        try:
            return Wire(server)
        except (ServerError, Closed, ConnectionResetError):
            return None

    def test_many_connections_that_never_log_in_do_not_stop_a_login(self):
        server = self.through
        mute = [socket.create_connection((server.host, server.port)) for _ in range(200)]
        try:
            with Wire(server) as session:
                self.assertEqual([["1"]], session.rows("select 1"))
        finally:
            for one in mute:
                one.close()


class SharedLimitTest(GatewayTest):
    """[limits]: sessions of an account, a user and an address."""

    def start(self, key, most=2):
        self.gateway = start_gateway(self, settings=f"[limits]\n{key} = {most}\n")
        self.through = self.upstream.at(self.gateway)

    def refusal(self):
        with self.assertRaises(ServerError) as refused:
            Wire(self.through)
        return refused.exception

    def test_each_limit_has_the_error_of_mysql_and_a_place_that_is_freed_is_taken_again(self):
        for key, code, state in (("sessions_per_account", 1226, "42000"), ("sessions_per_user", 1203, "42000"),
                                 ("sessions_per_address", 1040, "08004")):
            with self.subTest(key=key):
                self.start(key)
                sessions = [self.session() for _ in range(2)]
                refused = self.refusal()
                self.assertEqual((code, state), (refused.code, refused.sqlstate))
                self.assertNotIn("mogate", refused.message)
                for session in sessions:
                    self.assertEqual([["1"]], session.rows("select 1"))
                sessions[0].socket.close()
                self.addCleanup(wait_until(lambda: SessionLimitTest._try(self.through), 20, "a place").socket.close)

    def test_who_logs_in_anew_has_one_place(self):
        self.start("sessions_per_user", 1)
        session = self.session()
        for _ in range(3):
            session.change_user(self.upstream.user, self.upstream.password)
        self.assertEqual(1203, self.refusal().code)

    def test_who_fails_to_log_in_takes_no_place(self):
        self.start("sessions_per_user", 1)
        for _ in range(2):
            with self.assertRaises(ServerError):
                Wire(self.through, password="wrong")
        self.session()

    def test_a_reload_changes_the_limits_and_ends_nobody(self):
        self.start("sessions_per_user", 3)
        sessions = [self.session() for _ in range(2)]
        for written, outcome in (("sessions_per_user = 1", r"\[limits\] and the level of \[log\] are read anew"),
                                 ("sessions_per_user = -1", r"limits stay: .*:\d+: limits.sessions_per_user must be")):
            with open(self.gateway.config, encoding="utf-8") as file:
                text = file.read()
            with open(self.gateway.config, "w", encoding="utf-8") as file:
                file.write(text[:text.index("[limits]")] + f"[limits]\n{written}\n")
            before = len(self.gateway.process.output())
            os.kill(self.gateway.pid, signal.SIGHUP)
            self.gateway.process.wait_for(outcome, behind=before)
            self.assertEqual(1203, self.refusal().code)
        for session in sessions:
            self.assertEqual([["1"]], session.rows("select 1"))


class LoginThrottleTest(GatewayTest):
    settings = "[limits]\nfailed_logins = 2\nlogin_delay = 0.2\nmax_login_delay = 0.3\n"

    def setUp(self):
        # The failures of one test are no other's.
        self.gateway = start_gateway(self, settings=self.settings)
        self.through = self.upstream.at(self.gateway)

    def fail(self, **options):
        with self.assertRaises(ServerError) as refused:
            Wire(self.through, password="wrong", **options)
        return refused.exception.code

    def test_the_right_password_is_let_in_behind_any_number_of_wrong_ones(self):
        self.assertEqual([1045] * 5, [self.fail() for _ in range(5)])
        with Wire(self.through) as session:
            self.assertEqual([["1"]], session.rows("select 1"))

    def test_of_many_at_once_those_that_would_wait_too_long_are_refused_and_others_are_not_held_up(self):
        for _ in range(4):
            self.fail()
        waiting = [self.session(login=False) for _ in range(6)]
        codes = []
        for session in waiting:
            session.begin_login(self.upstream.user, "wrong")
        for session in waiting:
            try:
                session.finish_login("wrong")
            except ServerError as error:
                codes.append(error.code)
        self.assertEqual({1045, 3955}, set(codes))
        self.assertEqual(6, len(codes))

    def test_a_client_that_goes_while_it_waits_leaves_nothing(self):
        for _ in range(4):
            self.fail()
        with Wire(self.through, login=False) as session:
            session.begin_login(self.upstream.user, "wrong")
        # Its turn passes all the same.
        with wait_until(lambda: SessionLimitTest._try(self.through), 20, "a login") as session:
            self.assertEqual([["1"]], session.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
