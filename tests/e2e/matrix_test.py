"""Every command with every kind of answer, over every kind of client connection, whole and cut at each step.

The server is a mock that is no MatrixOne: what the gateway answers itself has tests of its own."""

import itertools
import ssl
import struct
import unittest

from lib import certificates
from lib.case import directory, start_gateway
from lib.compression import CompressedWire
from lib.mock import OK, MockBackend, frames
from lib.upstream import Upstream
from lib.wire import DEPRECATE_EOF, USUAL, Closed, ServerError, Wire

_MORE, _CURSOR, _LAST_ROW = 0x8, 0x40, 0x80
_ERR = b"\xff\x7a\x04#42S02no such table"
_LOST = 2013
_STATEMENT = 1


def _lenenc(data):
    return (bytes([len(data)]) if len(data) < 251 else b"\xfc" + struct.pack("<H", len(data))) + data


def _end(deprecate, status=2):
    return b"\xfe\0\0" + struct.pack("<HH", status, 0) if deprecate else b"\xfe\0\0" + struct.pack("<H", status)


def _column(name):
    return b"".join(_lenenc(part) for part in (b"def", b"d", b"t", b"t", name, name)) + b"\x0c" + struct.pack(
        "<HIBHB2x", 45, 255, 253, 0, 0)


def _definitions(count, deprecate, status=2):
    return [_column(b"c%d" % at) for at in range(count)] + ([] if deprecate else [_end(False, status)])


def _text_rows(count):
    return [_lenenc(b"%d" % at) + b"\xfb" for at in range(count)]


def _binary_rows(count):
    return [b"\0\0" + _lenenc(b"%d" % at) + _lenenc(b"x" * 100) for at in range(count)]


def _ok(_):
    return [OK]


def _ok_with_info(_):
    return [OK + _lenenc(b"Rows matched: 1")]


def _err(_):
    return [_ERR]


def _result(rows, status=2):
    return lambda deprecate: [b"\2", *_definitions(2, deprecate), *rows, _end(deprecate, status)]


def _several(deprecate):
    return [*_result(_text_rows(2), 2 | _MORE)(deprecate), OK[:3] + struct.pack("<HH", 2 | _MORE, 0),
            *_result([])(deprecate)]


def _error_among_rows(deprecate):
    return [*_result(_text_rows(3))(deprecate)[:-1], _ERR]


def _prepared(params, columns):
    return lambda deprecate: [
        b"\0" + struct.pack("<IHHBH", _STATEMENT, columns, params, 0, 0),
        *(_definitions(params, deprecate) if params else []), *(_definitions(columns, deprecate) if columns else [])]


def _cursor(deprecate):
    return [b"\2", *_definitions(2, True), _end(deprecate, 2 | _CURSOR)]


def _fetched(deprecate):
    return [*_binary_rows(3), _end(deprecate, 2 | _LAST_ROW)]


def _field_list(deprecate):
    return [*(_column(b"f%d" % at) + b"\xfb" for at in range(3)), _end(deprecate)]


_ID = struct.pack("<I", _STATEMENT)
_PREPARE = (0x16, b"select ?")
# (command, payload, what the server answers: one after the other; a command without an answer has none)
_CASES = (
    (0x03, b"select 1", (_ok, _ok_with_info, _err, _result([]), _result(_text_rows(3)), _result(_text_rows(5000)),
                         _several, _error_among_rows)),
    (0x02, b"db", (_ok, _err)),
    (0x0E, b"", (_ok, _err)),
    (0x16, b"select ?", (_prepared(0, 0), _prepared(1, 0), _prepared(0, 2), _prepared(2, 3), _err)),
    (0x17, _ID + b"\0\1\0\0\0", (_ok, _err, _result(_binary_rows(4)), _result(_binary_rows(3000)))),
    (0x17, _ID + b"\1\1\0\0\0", (_cursor, _err, _ok)),
    (0x1C, _ID + b"\3\0\0\0", (_fetched, _err)),
    (0x1A, _ID, (_ok, _err)),
    (0x18, _ID + b"\0\0data", ()),
    (0x19, _ID, ()),
    (0x04, b"t\0%", (_field_list, _err)),
    (0x09, b"", (lambda _: [b"Uptime: 1  Threads: 1"], _err)),
    (0x1B, b"\0\0", (lambda deprecate: [_end(deprecate)], _err)),
    (0x1F, b"", (_ok, _err)),
    (0x0D, b"", (lambda deprecate: [_end(deprecate)], _err)),
    (0x0A, b"", (_result(_text_rows(2)), _err)),
    (0x0C, struct.pack("<I", 5), (_ok, _err)),
    (0x07, b"\1", (_ok, _err)),
    (0x05, b"db", (_ok, _err)),
    (0x06, b"db", (_ok, _err)),
)


# What lies between packets and socket, where each command is cut at many places.
_LAYERS = ({}, {"tls": True}, {"compression": "zlib"}, {"tls": True, "compression": "zstd"})


def setUpModule():
    global authority, certificate, key
    authority = certificates.Authority(directory(), "authority")
    certificate, key = authority.issue("localhost")


class MatrixTest(unittest.TestCase):
    """`backends` by whether they know DEPRECATE_EOF, each behind a gateway of its own."""

    @classmethod
    def setUpClass(cls):
        cls.backends, cls.servers = {}, {}
        tls = f'[client_tls]\nmode = "preferred"\ncertificate = "{certificate}"\nkey = "{key}"\n'
        for deprecate in (True, False):
            mock = MockBackend(USUAL if deprecate else USUAL & ~DEPRECATE_EOF)
            cls.addClassCleanup(mock.stop)
            gateway = start_gateway(cls, f"{mock.host}:{mock.port}", tls)
            cls.backends[deprecate] = mock
            cls.servers[deprecate] = Upstream("mock", gateway.host, gateway.port, "u", "p", None)
            cls.connect(deprecate, {}).socket.close()  # the gateway has learned what its backend offers

    @classmethod
    def connect(cls, backend_deprecates, how):
        how = dict(how)
        capabilities = USUAL if how.pop("deprecates", True) else USUAL & ~DEPRECATE_EOF
        tls = ssl.create_default_context(cafile=authority.certificate) if how.pop("tls", False) else None
        server, algorithm = cls.servers[backend_deprecates], how.get("compression")
        if algorithm:
            return CompressedWire(server, algorithm, capabilities=capabilities, tls=tls, timeout=20)
        return Wire(server, capabilities=capabilities, tls=tls, timeout=20)

    def prepare(self, mock, wire):
        mock.answer = lambda command, payload, deprecate: _prepared(1, 0)(deprecate)
        wire.command(*_PREPARE)
        self.expect(wire, mock.answer(*_PREPARE, self.agreed(wire)))

    @staticmethod
    def agreed(wire):
        return bool(wire.capabilities & DEPRECATE_EOF)

    def expect(self, wire, payloads):
        expected = frames(payloads)
        self.assertEqual(expected, bytes(wire.read_exactly(len(expected))))

    def test_every_command_with_every_answer_goes_through_as_it_is(self):
        for tls, compression, client, backend in itertools.product(
                (False, True), (None, "zlib", "zstd"), (True, False), (True, False)):
            how = {"tls": tls, "compression": compression, "deprecates": client}
            with self.subTest(client=how, backend_deprecates=backend):
                self.run_all(self.backends[backend], self.connect(backend, how))

    def run_all(self, mock, wire):
        self.prepare(mock, wire)
        for command, payload, answers in _CASES:
            for answer in answers:
                mock.answer = lambda _, __, deprecate, answer=answer: answer(deprecate)
                wire.command(command, payload)
                self.expect(wire, answer(self.agreed(wire)))
            if not answers:
                wire.command(command, payload)
            if command == 0x19:
                self.prepare(mock, wire)
        mock.answer = lambda command, payload, deprecate: [OK]
        wire.command(0x0E)
        self.expect(wire, [OK])
        wire.socket.close()

    def test_an_answer_that_is_cut_never_looks_whole(self):
        for layer, backend in itertools.product(_LAYERS, (True, False)):
            for command, payload, answers in _CASES:
                for answer in answers:
                    with self.subTest(client=layer, backend_deprecates=backend, command=command, answer=answer):
                        self.cut_everywhere(self.backends[backend], backend, layer, command, payload, answer)

    def cut_everywhere(self, mock, backend, layer, command, payload, answer):
        packets = answer(backend)
        size = len(frames(packets))
        for cut in sorted({0, 1, 3, 4, 5, size // 2, size - 5, size - 1} & set(range(size))):
            wire = self.connect(backend, layer)
            self.prepare(mock, wire)
            mock.answer = lambda _, __, deprecate: answer(deprecate)
            mock.budget = cut
            wire.command(command, payload)
            got = wire.ends()
            mock.budget = None
            if got and got[-1] == _LOST:
                got.pop()
            self.assertLess(len(got), len(packets))
            self.assertEqual([ServerError(p).code if p[:1] == b"\xff" else p for p in packets[:len(got)]], got)
            wire.socket.close()

    def test_a_client_that_goes_in_mid_command_disturbs_nobody(self):
        for layer, backend in itertools.product(_LAYERS, (True, False)):
            mock, other = self.backends[backend], self.connect(backend, {})
            mock.answer = lambda command, payload, deprecate: [OK]
            for command, payload, _ in _CASES:
                size = 5 + len(payload)
                for cut in sorted({1, 3, 4, 5, size - 1} & set(range(1, size))):
                    wire = self.connect(backend, layer)
                    wire.send_part(frames([bytes([command]) + payload], 0)[:cut])
                    wire.socket.close()
                    with self.subTest(client=layer, backend_deprecates=backend, command=command, cut=cut):
                        other.command(0x0E)
                        self.expect(other, [OK])
            other.socket.close()


if __name__ == "__main__":
    unittest.main()
