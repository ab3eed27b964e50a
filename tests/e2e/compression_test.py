"""zlib and zstd on the client's leg: whatever works without compression works with it, and broken streams end well."""

import os
import ssl
import struct
import unittest

import change_user_test
import large_test
import relay_test

from lib import certificates
from lib.case import GatewayTest, directory, shared_upstream, start_gateway
from lib.compression import ALGORITHMS, COMPRESS, ZSTD, CompressedWire
from lib.process import wait_until
from lib.wire import DEPRECATE_EOF, EXECUTE, PING, QUERY, USUAL, Wire, random_text

_MIB = 1 << 20
_OUT_OF_ORDER, _UNDECODABLE = 1156, 1157
_FETCH, _LAST_ROW_SENT = 0x1C, 0x80


class Compressed:
    algorithm = "zlib"

    def session(self, **options):
        wire = CompressedWire(self.through, self.algorithm, **options)
        self.addCleanup(wire.socket.close)
        return wire


class ZstdLogin(Compressed, relay_test.LoginTest):
    algorithm = "zstd"


class ZlibStatement(Compressed, relay_test.StatementTest):
    pass


class ZstdStatement(Compressed, relay_test.StatementTest):
    algorithm = "zstd"


class ZlibCommand(Compressed, relay_test.CommandTest):
    pass


class ZstdCommand(Compressed, relay_test.CommandTest):
    algorithm = "zstd"


class ZlibPrepared(Compressed, relay_test.PreparedTest):
    pass


class ZstdPrepared(Compressed, relay_test.PreparedTest):
    algorithm = "zstd"


class ZlibLarge(Compressed, large_test.LargeTest):
    pass


class ZstdLarge(Compressed, large_test.LargeTest):
    algorithm = "zstd"


class ZlibChangeUser(Compressed, change_user_test.ChangedTest):
    pass


class NumbersNothingInside(Compressed):
    """mariadb-connector-c's way."""

    def session(self, **options):
        return super().session(numbers_inside=False, **options)


class UnnumberedCommand(NumbersNothingInside, relay_test.CommandTest):
    pass


class UnnumberedLarge(NumbersNothingInside, large_test.LargeTest):
    pass


class UnnumberedChangeUser(NumbersNothingInside, change_user_test.ChangedTest):
    pass


class TlsCompressed(GatewayTest):
    @classmethod
    def setUpClass(cls):
        cls.direct = cls.upstream = shared_upstream()
        authority = certificates.Authority(directory(), "compression")
        certificate, key = authority.issue("localhost")
        cls.context = ssl.create_default_context(cafile=authority.certificate)
        cls.gateway = start_gateway(
            cls, settings=f'[client_tls]\nmode = "required"\ncertificate = "{certificate}"\nkey = "{key}"\n')
        cls.through = cls.upstream.at(cls.gateway)

    def test_answers_and_statements_of_every_size_pass_through_both_layers(self):
        for algorithm in ALGORITHMS:
            with CompressedWire(self.through, algorithm, tls=self.context) as session:
                for size in (0, 1, 40, 60, 16384, 65530, 70000, 300000, 17 * _MIB):
                    with self.subTest(algorithm=algorithm, size=size):
                        text = random_text(size)
                        self.assertEqual([[str(size)]], session.rows(f"select length('{text}')"))
                        if size < _MIB:
                            self.assertEqual([[text]], session.rows(f"select '{text}'"))
                self.assertEqual([["1"]], session.rows("select 1"))

    def test_commands_without_an_answer_in_a_row_are_all_heard(self):
        with CompressedWire(self.through, "zlib", tls=self.context) as session:
            statements = [session.prepare("select 1")[0] for _ in range(20)]
            for statement in statements:
                session.close_statement(statement)
            self.assertEqual([["1"]], session.rows("select 1"))


class NegotiationTest(GatewayTest):
    def test_what_is_offered_is_what_the_configuration_says(self):
        for names, offered in (('"zlib"', COMPRESS), ('"zstd"', ZSTD), ('"zstd", "zlib"', COMPRESS | ZSTD), ("", 0)):
            gateway = start_gateway(self, settings=f"[compression]\nalgorithms = [{names}]\n")
            with self.subTest(names), Wire(self.upstream.at(gateway), login=False) as greeted:
                self.assertEqual(offered, greeted.server_capabilities & (COMPRESS | ZSTD))

    def test_a_client_that_asks_for_what_is_not_offered_is_served_without(self):
        gateway = start_gateway(self, settings="[compression]\nalgorithms = []\n")
        with Wire(self.upstream.at(gateway), capabilities=USUAL | COMPRESS | ZSTD) as session:
            self.assertEqual([["1"]], session.rows("select 1"))

    def test_with_both_it_is_zlib(self):
        with CompressedWire(self.through, "zlib", also=ZSTD) as session:
            self.assertEqual([["x" * 1000]], session.rows(f"select '{'x' * 1000}'"))
            self.assertLess(0, session.socket.packed_packets)

    def test_every_level_of_zstd_may_be_asked_for(self):
        text = "abcdefgh" * 5000
        for level in (0, 1, 3, 9, 19, 22, 255):
            with self.subTest(level=level):
                session = CompressedWire(self.through, "zstd", level=level)
                session.socket.codec.level = 3
                with session:
                    self.assertEqual([[text]], session.rows(f"select '{text}'"))

    def test_sessions_with_and_without_share_a_gateway(self):
        sessions = [CompressedWire(self.through, "zlib"), Wire(self.through), CompressedWire(self.through, "zstd"),
                    CompressedWire(self.through, "zlib")]
        for _ in range(3):
            for at, session in enumerate(sessions):
                text = str(at) * 3000
                self.assertEqual([[text]], session.rows(f"select '{text}'"))
        for session in sessions:
            session.socket.close()


class _Stream(Compressed, GatewayTest):
    def test_what_shrinks_is_compressed_and_what_is_short_is_not(self):
        session = self.session()
        plain = 50 * 1000
        self.assertEqual([["y" * plain]], session.rows(f"select repeat('y', {plain})"))
        self.assertLess(0, session.socket.packed_packets)
        self.assertLess(session.socket.received, plain // 10)
        before = session.socket.plain_packets
        session.ping()
        self.assertEqual(before + 1, session.socket.plain_packets)

    def test_a_client_may_send_everything_as_it_is(self):
        session = self.session(socket_options={"least": 1 << 30})
        for size in (10, 70000, 17 * _MIB):
            self.assertEqual([[str(size)]], session.rows(f"select length('{'z' * size}')"))

    def test_a_client_may_cut_its_packets_anywhere(self):
        for piece in (1, 3, 4, 5, 60, 1000):
            with self.subTest(piece=piece):
                session = self.session(socket_options={"piece": piece})
                text = random_text(500)
                self.assertEqual([[text]], session.rows(f"select '{text}'"))
                self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_packet_may_come_byte_by_byte(self):
        session = self.session()
        for sql in (b"select 1", b"select 1 /*" + b"c" * 200 + b"*/"):
            session.begin_command()
            for byte in session.socket.packet(session.frames(bytes([QUERY]) + sql)):
                session.socket.below.sendall(bytes([byte]))
            self.assertEqual([["1"]], session.read_result().rows)

    def test_commands_that_were_not_waited_for_are_answered_in_order(self):
        session = self.session()
        for apart in (True, False):
            with self.subTest(in_packets_of_their_own=apart):
                frames, packets = [], []
                for n in range(3):
                    session.begin_command()
                    frames.append(session.frames(bytes([QUERY]) + b"select %d" % n))
                    packets.append(session.socket.packet(frames[-1]))
                session.begin_command()
                session.socket.below.sendall(b"".join(packets) if apart else session.socket.packet(b"".join(frames)))
                for n in range(3):
                    session.sequence = 1
                    session.socket.sequence = 1 if apart or n == 0 else 0
                    self.assertEqual([[str(n)]], session.read_result().rows)

    def test_a_cursor_is_fetched(self):
        self.only_on("mariadb")
        session = self.session(capabilities=USUAL & ~DEPRECATE_EOF)
        statement, _, _ = session.prepare("select seq from mysql.seq_1_to_1000")
        session.command(EXECUTE, struct.pack("<IBI", statement, 1, 1))
        session._definitions(session.read_answer()[0])
        rows, status = 0, 0
        while not status & _LAST_ROW_SENT:
            session.command(_FETCH, struct.pack("<II", statement, 300))
            while not session._is_end(packet := session.read_answer()):
                rows += 1
            status = struct.unpack_from("<H", packet, 3)[0]
        self.assertEqual(1000, rows)

    def test_a_statement_of_nothing_but_blanks_is_unpacked_piece_by_piece(self):
        session = self.session()
        session.query("select 1" + " " * _MIB)
        with open(f"/proc/{self.gateway.pid}/clear_refs", "w", encoding="ascii") as out:
            out.write("5")
        before = self._peak_kib()
        self.assertEqual([["1"]], session.rows("select 1" + " " * (40 * _MIB)))
        if not os.environ.get("MOGATE_SANITIZE"):
            self.assertLess(self._peak_kib() - before, 8192)

    def _peak_kib(self):
        with open(f"/proc/{self.gateway.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

    def _broken(self, make, code):
        """`make(session)` gives what is sent in place of a command."""
        session = self.session()
        session.query("select 1")
        session.begin_command()
        broken = make(session)
        session.socket.below.sendall(broken)
        session.socket.sequence = broken[3] if code == _UNDECODABLE else 0
        session.socket.sequence += code == _UNDECODABLE
        self.assertEqual([code], session.ends())
        self.assertEqual([["2"]], self.session().rows("select 2"))

    def test_broken_packets_are_errors_and_end_the_session(self):
        command = b"\x6f\0\0\0\x03select 1 " + b"c" * 102
        pack = ALGORITHMS[self.algorithm]().pack
        cases = {
            "more comes out than announced": lambda s: s.socket.raw_packet(pack(bytes(16 * _MIB)), 20),
            "less comes out than announced": lambda s: s.socket.raw_packet(pack(command), 5000),
            "not of the algorithm": lambda s: s.socket.raw_packet(b"\xee" * 40, 100),
            "bytes behind the stream": lambda s: s.socket.raw_packet(pack(command) + b"more", len(command)),
            "nothing is in it": lambda s: s.socket.raw_packet(b"", 9),
        }
        for name, make in cases.items():
            with self.subTest(name):
                self._broken(make, _UNDECODABLE)

    def test_a_wrong_number_is_an_error_and_ends_the_session(self):
        for number in (1, 2, 255):
            with self.subTest(number=number):
                self._broken(lambda s, n=number: b"\x05\0\0" + bytes([n]) + b"\0\0\0\x01\0\0\0\x0e", _OUT_OF_ORDER)

    def test_a_command_numbered_inside_from_elsewhere_than_0_is_out_of_order(self):
        session = self.session()
        session.begin_command()
        session.socket.sendall(b"\x01\0\0\x04" + bytes([PING]))
        self.assertEqual([_OUT_OF_ORDER], session.ends())

    def test_a_client_that_vanishes_anywhere_in_a_packet_leaves_nothing_behind(self):
        self.only_on("mariadb", "simulator")
        packet = None
        for cut in (1, 6, 7, 8, 30):
            session = self.session()
            session.begin_command()
            packet = session.socket.packet(session.frames(bytes([QUERY]) + b"select 1" + b" " * 70))
            session.socket.below.sendall(packet[:cut])
            session.socket.close()
        session = self.session()
        session.command(QUERY, b"select repeat('v', 30000000)")
        session.read_exactly(100)
        session.socket.close()
        wait_until(lambda: self._sockets() == self.idle_sockets, 20, "the sessions to be gone")

    def setUp(self):
        wait_until(lambda: self._sockets() <= self.idle_sockets, 20, "earlier sessions to be gone")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.idle_sockets = 2  # it listens, also for HTTP

    @classmethod
    def _sockets(cls):
        found = 0
        for fd in os.listdir(f"/proc/{cls.gateway.pid}/fd"):
            try:
                found += os.readlink(f"/proc/{cls.gateway.pid}/fd/{fd}").startswith("socket:")
            except FileNotFoundError:
                pass
        return found


class ZlibStream(_Stream):
    pass


class ZstdStream(_Stream):
    algorithm = "zstd"


del _Stream

if __name__ == "__main__":
    unittest.main()
