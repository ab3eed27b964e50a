"""Input that no client or server should send: it may end its own session, never the process or another session."""

import random
import socket
import struct
import unittest

from lib import certificates
from lib.auth import native_proof
from lib.breaker import Breaker
from lib.case import GatewayTest, directory, start_gateway
from lib.wire import EXECUTE, LONG_DATA, PING, PLUGIN_AUTH, PREPARE, QUERY, SSL, USUAL, Closed, ServerError, Wire

_SEEDS = range(40)
_RANDOM_BYTES = 100
_PASSED_ON = {0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x09, 0x0A, 0x0C, 0x0D, 0x0E, 0x11, 0x1B, 0x1F}
_ABOUT_STATEMENTS = {0x16, 0x17, 0x18, 0x19, 0x1A, 0x1C}
_QUIT = 0x01
_UNKNOWN = sorted(set(range(256)) - _PASSED_ON - _ABOUT_STATEMENTS - {_QUIT})
_BIG_RESULT = " union all ".join(["select repeat('x', 100000)"] * 40)


def noise(seed, size=_RANDOM_BYTES):
    return random.Random(seed).randbytes(size)


def frame(payload, sequence=0, length=None):
    return (len(payload) if length is None else length).to_bytes(3, "little") + bytes([sequence]) + payload


def login_payload(session, server, proof=None):
    proof = native_proof(server.password, session.salt) if proof is None else proof
    return (struct.pack("<IIB23x", session.capabilities, 1 << 24, 45) + server.user.encode() + b"\0"
            + bytes([len(proof)]) + proof + b"mysql_native_password\0")


def cuts(data):
    return [data[:n] for n in range(len(data))]


class MalformedCase(GatewayTest):
    """A bystander on the gateway's only thread has a variable, and a result of which it has read the first packet."""

    settings = "[limits]\nfailed_logins = 0\n"  # none waits for those before it

    def setUp(self):
        self.only_on("mariadb", "simulator")
        self.bystander = self._bystander()
        self.bystander.query("set @kept = 42")
        self.bystander.command(QUERY, _BIG_RESULT.encode())
        self.bystander.read_answer()

    def _bystander(self):
        return self.session()

    def tearDown(self):
        self.assertTrue(self.gateway.process.running(), "the gateway ended")
        (definition,) = self.bystander._definitions(1)
        self.assertTrue(definition)
        rows = 0
        while not self.bystander._is_end(self.bystander.read_answer()):
            rows += 1
        self.assertEqual(40, rows)
        self.assertEqual([["42"]], self.bystander.rows("select @kept"))
        with Wire(self.through) as newcomer:
            self.assertEqual([["1"]], newcomer.rows("select 1"))

    @staticmethod
    def finish(session, data):
        """Sends the bytes and no more, and reads until the gateway has closed; says what came."""
        heard = bytearray()
        try:
            session.socket.sendall(data)
            session.socket.shutdown(socket.SHUT_WR)
        except OSError:  # closed by the gateway before it had all
            pass
        try:
            while piece := session.socket.recv(65536):
                heard += piece
        except ConnectionResetError:
            pass
        session.socket.close()
        return bytes(heard)

    def each(self, inputs, start, **options):
        """A new session for each input, brought to its stage by start(session)."""
        for name, data in inputs:
            with self.subTest(input=name):
                session = self.session(**options)
                start(session)
                self.finish(session, data)
                self.assertTrue(self.gateway.process.running())


class LoginTest(MalformedCase):
    def _greeted(self, inputs):
        self.each(inputs, lambda session: None, login=False)

    def _asked_again(self, inputs):
        """Behind the AuthSwitch."""
        def start(session):
            session.send_packet(login_payload(session, self.through))
            self.assertEqual(b"\xfe", session.read_answer()[:1])
        self.each(inputs, start, login=False)

    def _login(self):
        with self.session(login=False) as session:
            return login_payload(session, self.through)

    def test_login_packets_cut_anywhere(self):
        self._greeted((len(cut), cut) for cut in cuts(frame(self._login(), 1)))

    def test_login_payloads_cut_anywhere(self):
        self._greeted((len(cut), frame(cut, 1)) for cut in cuts(self._login()))

    def test_logins_of_wrong_lengths(self):
        login = self._login()
        for length in (0, 1, 2, 4, 31, 32, 33, len(login) - 1, len(login) + 1, 16384, 16385, 0xFFFFFE, 0xFFFFFF):
            self._greeted([(length, frame(login, 1, length))])

    def test_logins_with_wrong_sequence_numbers(self):
        self._greeted((sequence, frame(self._login(), sequence)) for sequence in (0, 2, 3, 255))

    def test_logins_whose_fields_are_longer_than_the_packet(self):
        with self.session(login=False) as session:
            fixed = struct.pack("<IIB23x", session.capabilities, 1 << 24, 45)
        user = self.through.user.encode()
        self._greeted([
            ("a user without an end", frame(fixed + b"u" * 500, 1)),
            ("a proof of 255 bytes", frame(fixed + user + b"\0\xff" + b"p" * 20, 1)),
            ("a database without an end", frame(fixed[:0] + struct.pack("<I", USUAL | 8) + fixed[4:] + user + b"\0\0db", 1)),
            ("attributes of 2^64 bytes", frame(struct.pack("<I", USUAL | 1 << 20) + fixed[4:] + user
                                              + b"\0\0mysql_native_password\0\xfe" + b"\xff" * 8, 1)),
            ("no capabilities", frame(b"\0" * 64, 1)),
            ("all capabilities", frame(b"\xff" * 64, 1)),
        ])

    def test_random_bytes_for_a_login(self):
        self._greeted((seed, noise(seed)) for seed in _SEEDS)

    def test_random_bytes_in_a_login_packet(self):
        self._greeted((seed, frame(noise(seed), 1)) for seed in _SEEDS)

    def test_random_bytes_behind_right_capabilities(self):
        head = struct.pack("<IIB23x", USUAL | 8 | 1 << 20 | 1 << 21, 1 << 24, 45)
        self._greeted((seed, frame(head + noise(seed), 1)) for seed in _SEEDS)

    def test_second_proofs_cut_anywhere(self):
        self._asked_again((len(cut), cut) for cut in cuts(frame(b"p" * 20, 3)))

    def test_second_proofs_of_wrong_lengths(self):
        self._asked_again((size, frame(b"p" * size, 3)) for size in (0, 1, 19, 21, 255, 256, 5000, 16384, 16385))

    def test_random_bytes_for_a_second_proof(self):
        self._asked_again((seed, noise(seed)) for seed in _SEEDS)
        self._asked_again((seed, frame(noise(seed), 3)) for seed in _SEEDS)

    def test_commands_before_the_login(self):
        self._greeted((command, frame(bytes([command]) + b"select 1")) for command in (QUERY, PING, _QUIT, PREPARE))

    def test_another_protocol(self):
        self._greeted([("http", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), ("tls", b"\x16\x03\x01\x02\0\x01\0\x01\xfc")])


class CommandTest(MalformedCase):
    def _logged_in(self, inputs):
        self.each(inputs, lambda session: None)

    def _prepared(self, command, payload):
        """Sent to a statement of the session."""
        def start(session):
            statement, _, _ = session.prepare("select ?, ?")
            session.command(command, struct.pack("<I", statement) + payload)
        return start

    def test_unknown_commands_get_1047_and_the_session_goes_on(self):
        session = self.session()
        for command in _UNKNOWN:
            for payload in (b"", noise(command)):
                with self.subTest(command=hex(command), payload=len(payload)):
                    session.command(command, payload)
                    with self.assertRaises(ServerError) as unknown:
                        session.read_answer()
                    self.assertEqual(1047, unknown.exception.code)
        self.assertEqual([["1"]], session.rows("select 1"))

    def test_an_empty_packet_gets_an_error_and_the_session_goes_on(self):
        session = self.session()
        for _ in range(3):
            session.sequence = 0
            session.send_packet(b"")
            with self.assertRaises(ServerError):
                session.read_answer()
        self.assertEqual([["1"]], session.rows("select 1"))

    def test_commands_without_a_payload(self):
        self._logged_in((hex(command), frame(bytes([command]))) for command in range(256))

    def test_commands_cut_anywhere(self):
        for command in (b"\x03select 1", b"\x16select ?", b"\x17\x01\0\0\0\0\x01\0\0\0", b"\x02test"):
            self._logged_in((len(cut), cut) for cut in cuts(frame(command)))

    def test_commands_of_wrong_lengths(self):
        query = b"\x03select 1"
        self._logged_in((length, frame(query, 0, length)) for length in (1, 5, len(query) + 1, 1 << 20, 0xFFFFFE, 0xFFFFFF))

    def test_commands_with_wrong_sequence_numbers_get_1156(self):
        for sequence in (1, 7, 255):
            session = self.session()
            heard = self.finish(session, frame(b"\x03select 1", sequence))
            self.assertEqual(1156, ServerError(heard[4:]).code)

    def test_long_packets_without_their_last_frame(self):
        session = self.session()
        self.finish(session, frame(b"\x03" + b" " * 0xFFFFFE))

    def test_random_bytes_for_a_command(self):
        self._logged_in((seed, noise(seed)) for seed in _SEEDS)

    def test_random_bytes_in_a_packet(self):
        # The first byte is left to the test of commands: it might say KILL of a number.
        self._logged_in((seed, frame(bytes([QUERY]) + noise(seed))) for seed in _SEEDS)

    def test_random_bytes_behind_each_command(self):
        for command in sorted(_PASSED_ON | _ABOUT_STATEMENTS):
            for seed in range(5):
                self._logged_in([(f"{command:#x} {seed}", frame(bytes([command]) + noise(1000 * command + seed)))])

    def test_random_parameters_of_a_prepared_statement(self):
        for command in sorted(_ABOUT_STATEMENTS - {PREPARE}):
            for seed in range(5):
                self.each([(f"{command:#x} {seed}", b"")], self._prepared(command, noise(1000 * command + seed)))

    def test_random_parameters_of_a_statement_of_the_gateway(self):
        self.only_on("simulator")
        for command in (EXECUTE, LONG_DATA):
            for seed in range(10):
                session = self.session()
                statement, _, _ = session.prepare("snapshot show like ?")
                session.command(command, struct.pack("<I", statement) + noise(seed))
                self.finish(session, b"")

    def test_random_bytes_for_a_file(self):
        def start(session):
            session.command(QUERY, b"load data local infile 'x' into table nowhere.t")
            try:
                self.assertEqual(b"\xfb", session.read_answer()[:1])
            except ServerError:
                pass  # refused without the file: the bytes are commands
        self.each(((seed, noise(seed)) for seed in _SEEDS), start)


class TlsTest(MalformedCase):
    @classmethod
    def setUpClass(cls):
        certificate, key = certificates.Authority(directory(), "malformed").issue("localhost")
        cls.settings = f'[client_tls]\nmode = "preferred"\ncertificate = "{certificate}"\nkey = "{key}"\n'
        super().setUpClass()

    def _start_tls(self, session):
        session.send_packet(struct.pack("<IIB23x", USUAL | SSL | PLUGIN_AUTH, 1 << 24, 45))

    def test_random_bytes_for_a_tls_handshake(self):
        self.each(((seed, noise(seed)) for seed in _SEEDS), self._start_tls, login=False)
        self.each(((seed, b"\x16\x03\x01\0\x64" + noise(seed)) for seed in _SEEDS), self._start_tls, login=False)

    def test_ssl_requests_cut_anywhere(self):
        request = frame(struct.pack("<IIB23x", USUAL | SSL, 1 << 24, 45), 1)
        self.each(((len(cut), cut) for cut in cuts(request)), lambda session: None, login=False)

    def test_a_login_in_clear_behind_an_ssl_request(self):
        def start(session):
            session.socket.sendall(frame(struct.pack("<IIB23x", USUAL | SSL, 1 << 24, 45), 1)
                                   + frame(login_payload(session, self.through), 2))
        self.each([("clear", b"")], start, login=False)


class Garbler(Breaker):
    """Puts noise in the place of an answer, from one of its bytes on, and then closes that connection."""

    def __init__(self, upstream):
        super().__init__(upstream)
        self.noise = None
        self.offset = 0

    def _pump(self, source, sink, answers):
        try:
            while data := source.recv(65536):
                noise = self.noise if answers else None
                if noise is None:
                    sink.sendall(data)
                    continue
                # First: what noise makes the gateway send (a file's end: an empty packet) would end a MatrixOne.
                self._end(source, False)
                sink.sendall(data[:self.offset] + noise)
                break
        except OSError:
            pass
        for end in (source, sink):
            self._end(end, False)


class ServerTest(MalformedCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.garbler = Garbler(cls.upstream)
        cls.addClassCleanup(cls.garbler.stop)
        cls.behind = cls.upstream.at(start_gateway(cls, f"{cls.garbler.host}:{cls.garbler.port}"))

    def setUp(self):
        super().setUp()
        # It shares the gateway, its thread and the relay with the sessions whose answers are noise.
        self.neighbour = Wire(self.behind)
        self.addCleanup(self.neighbour.socket.close)
        self.neighbour.query("set @kept = 43")

    def tearDown(self):
        self.assertEqual([["43"]], self.neighbour.rows("select @kept"))
        super().tearDown()

    def _garble(self, data, offset):
        self.garbler.offset, self.garbler.noise = offset, data

    def _restore(self):
        self.garbler.noise = None

    def _ends_well(self, data, offset, act):
        """An error or an end, no hang, and a session is possible again."""
        self._garble(data, offset)
        try:
            act()
        except (ServerError, Closed, ConnectionResetError, BrokenPipeError):
            pass
        finally:
            self._restore()
        try:
            next_one = Wire(self.behind)
        except ServerError as changed:  # what the greeting had promised is not what the backend can do now
            self.assertIn("connect again", changed.message)
            next_one = Wire(self.behind)
        with next_one:
            self.assertEqual([["1"]], next_one.rows("select 1"))

    def _answers(self):
        """Noise, and packets that begin as they should."""
        for seed in _SEEDS:
            yield seed, noise(seed), seed % 12
            yield seed, frame(noise(seed), 1), 0
        for first in (b"", b"\0", b"\xff", b"\xfe", b"\xfb", b"\x01", b"\xfc\xff\xff", b"\0\xff", b"\xfe\0\0"):
            yield first, frame(first, 1), 0
            yield first, frame(first, 1, 0xFFFFFF), 0

    def test_noise_for_a_greeting_or_a_login_answer(self):
        for name, data, offset in self._answers():
            with self.subTest(input=name):
                self._ends_well(data, offset, lambda: Wire(self.behind).socket.close())

    def test_noise_for_an_answer(self):
        for name, data, offset in self._answers():
            for sql in ("select 1", "select 1; select 2"):
                with self.subTest(input=name, sql=sql):
                    with Wire(self.behind) as session:
                        self._ends_well(data, offset, lambda: self._query(session, sql))

    @staticmethod
    def _query(session, sql):
        """Reads packets, not values: what is passed on may be no rows."""
        session.command(QUERY, sql.encode())
        while True:
            if session.read_packet(in_sequence=False)[:1] == b"\xfb":
                session.send_packet(b"")  # the file that is asked for is empty

    def test_noise_for_a_prepare(self):
        for name, data, offset in self._answers():
            with self.subTest(input=name):
                with Wire(self.behind) as session:
                    session.command(PREPARE, b"")  # an error, so that the session is in use
                    self.assertRaises(ServerError, session.read_answer)
                    self._ends_well(data, offset, lambda: self._prepare(session))

    @staticmethod
    def _prepare(session):
        session.command(PREPARE, b"select ?")
        while True:
            session.read_packet(in_sequence=False)


if __name__ == "__main__":
    unittest.main()
