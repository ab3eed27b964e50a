"""SIGTERM: what runs is finished, what idles is told and closed, nothing new is let in, and the process ends well."""

import signal
import socket
import unittest

from lib.case import GatewayTest, start_gateway
from lib.process import wait_until
from lib.wire import Wire


class DrainTest(GatewayTest):
    def setUp(self):
        self.gateway = start_gateway(self)
        self.through = self.upstream.at(self.gateway)

    def _terminate(self):
        self.gateway.process.child.send_signal(signal.SIGTERM)

    def _no_longer_listens(self):
        try:
            socket.create_connection((self.gateway.host, self.gateway.port), timeout=5).close()
            return False
        except ConnectionResetError:
            return False  # it was waiting to be accepted when the listener closed
        except ConnectionRefusedError:
            return True

    def _ended(self):
        self.assertEqual(0, self.gateway.process.wait(60))

    def test_without_sessions_it_ends_at_once(self):
        self._terminate()
        self._ended()

    def test_an_idle_session_is_told_and_closed(self):
        session = self.session()
        self.assertEqual([["1"]], session.rows("select 1"))
        self._terminate()
        self.assertEqual([1053], session.ends())
        self._ended()

    def test_a_statement_that_runs_gets_its_answer(self):
        session = self.session()
        session.command(0x03, b"select sleep(1.5), 'whole'")
        with Wire(self.direct) as watcher:
            wait_until(lambda: "sleep(1.5)" in str(watcher.rows("show processlist")), 30, "the statement to run")
        self._terminate()
        wait_until(self._no_longer_listens, 30, "the gateway to stop listening")
        result = session.read_result()
        self.assertEqual("whole", result.rows[0][1])
        self._ended()

    def test_a_transaction_may_be_finished(self):
        session = self.session(database=self.database())
        session.query("create table t (a int)")
        session.query("begin")
        session.query("insert into t values (1)")
        self._terminate()
        wait_until(self._no_longer_listens, 30, "the gateway to stop listening")
        session.query("insert into t values (2)")
        session.query("commit")
        self.assertEqual([1053], session.ends())
        self._ended()

    def test_a_session_that_logs_in_meanwhile_does_not_hold_it_up(self):
        session = self.session(login=False)
        self._terminate()
        session.sequence = 1
        session.ends()
        self._ended()


if __name__ == "__main__":
    unittest.main()
