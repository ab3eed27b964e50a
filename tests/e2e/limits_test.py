"""Deadlines of the handshake and of idle sessions, limits of sessions and of handshake bytes, back-pressure."""

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


if __name__ == "__main__":
    unittest.main()
