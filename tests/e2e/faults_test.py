"""The backend is away, silent or cut off: before login, while idle, at every byte of an answer."""

import unittest

from lib.breaker import Breaker
from lib.case import GatewayTest, directory, shared_upstream, start_gateway
from lib.process import free_port, wait_until
from lib.wire import Closed, ServerError, Wire

_QUERY = "select a, b from (select 1 as a, 'text' as b union all select 2, null) as t order by a"


class FaultTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        directory()
        cls.upstream = cls.direct = shared_upstream()

    def setUp(self):
        self.breaker = Breaker(self.upstream)
        self.addCleanup(self.breaker.stop)
        self.gateway = start_gateway(self, f"127.0.0.1:{self.breaker.port}",
                                     "[timeouts]\nconnect = 0.4\nhandshake = 2.0\n")
        self.through = self.upstream.at(self.gateway)

    def assert_login_refused(self, code):
        with self.assertRaises(ServerError) as refused:
            Wire(self.through)
        self.assertEqual(code, refused.exception.code)
        self.assertNotIn("127.0.0.1", refused.exception.message)

    def assert_works(self):
        with Wire(self.through) as session:
            self.assertEqual([["1"]], session.rows("select 1"))


class LoginFaultTest(FaultTest):
    def test_a_backend_that_refuses_is_2003_and_the_next_login_works_when_it_is_back(self):
        self.breaker.refuse()
        self.assert_login_refused(2003)
        self.breaker.listen_again()
        self.assert_works()

    def test_a_backend_that_says_nothing_is_2003(self):
        self.breaker.silent = True
        self.assert_login_refused(2003)
        self.breaker.silent = False
        self.assert_works()

    def test_a_gateway_starts_without_its_backend(self):
        gateway = start_gateway(self, f"127.0.0.1:{free_port()}")
        with self.assertRaises(ServerError) as refused:
            Wire(self.upstream.at(gateway))
        self.assertEqual(2003, refused.exception.code)

    def test_a_login_cut_at_any_byte_is_an_error_and_not_a_session(self):
        self.assert_works()
        # The backend's side of a login: its greeting, and the OK.
        before = self.breaker.passed
        Wire(self.through).socket.close()
        size = self.breaker.passed - before
        for cut in (*range(1, 12), *range(12, size - 12, 7), *range(size - 12, size)):
            with self.subTest(cut=cut, of=size):
                self.breaker.budget = cut
                with self.assertRaises((ServerError, Closed)) as ended:
                    Wire(self.through)
                if isinstance(ended.exception, ServerError):
                    self.assertIn(ended.exception.code, (2003, 2013))
        self.breaker.budget = None
        self.assert_works()


class IdleFaultTest(FaultTest):
    def test_a_backend_that_goes_while_the_session_idles_is_2006_and_a_close(self):
        for reset in (False, True):
            with self.subTest(reset=reset):
                session = self.session()
                self.assertEqual([["1"]], session.rows("select 1"))
                self.breaker.cut(reset)
                self.assertEqual([2006], session.ends())

    def test_other_sessions_do_not_notice(self):
        other_breaker = Breaker(self.upstream)
        self.addCleanup(other_breaker.stop)
        first, second = self.session(), self.session()
        self.breaker.cut()
        first.ends()
        second.ends()
        self.assert_works()


class ResultFaultTest(FaultTest):
    def _answer(self):
        """The answer's packets, and where in it each begins."""
        with Wire(self.direct) as direct:
            direct.command(0x03, _QUERY.encode())
            packets, borders = [], [0]
            while not packets or packets[-1][:1] != b"\xfe":
                packets.append(direct.read_packet())
                borders.append(borders[-1] + 4 + len(packets[-1]))
            return packets, borders

    def _cut_at(self, cut):
        """What the client gets when the answer is cut there: its packets, then an error's code or None."""
        session = self.session()
        self.breaker.budget = cut
        session.command(0x03, _QUERY.encode())
        packets = []
        try:
            while True:
                packets.append(session.read_answer())
        except ServerError as error:
            return packets, error.code
        except (Closed, ConnectionResetError):
            return packets, None
        finally:
            self.breaker.budget = None

    def test_an_answer_cut_at_any_byte_ends_in_2013_or_a_close_and_never_in_a_whole_result(self):
        whole, borders = self._answer()
        for cut in range(borders[-1]):
            with self.subTest(cut=cut, of=borders[-1]):
                packets, code = self._cut_at(cut)
                self.assertEqual(whole[:len(packets)], packets)
                self.assertLess(len(packets), len(whole))
                # In the middle of a packet that the client has begun to read nothing can be said any more.
                self.assertIn(code, (2013,) if cut in borders else (2013, None))
        self.assert_works()

    def test_a_client_that_goes_in_mid_answer_frees_the_backend(self):
        session = self.session()
        ((native,),) = session.rows("select connection_id()")
        self.breaker.held.clear()
        session.command(0x03, b"select 1")
        session.socket.close()
        with Wire(self.direct) as watcher:
            wait_until(lambda: not any(native in row for row in watcher.rows("show processlist")), 20,
                       "the backend's connection to be gone")


if __name__ == "__main__":
    unittest.main()
