"""The compressed layer of the protocol from the client's side, as its documentation says: 3 bytes of length, 1 of
sequence, 3 of length before compression (0: not compressed), then the bytes."""

import ctypes
import zlib

from .wire import PLUGIN_AUTH, USUAL, Closed, Wire

COMPRESS, ZSTD = 0x20, 0x4000000
_MOST = 0xFFFFFF
_HEADER = 7


class _Zlib:
    capability, login_tail = COMPRESS, b""
    pack = staticmethod(zlib.compress)

    @staticmethod
    def unpack(packed, size):
        decoder = zlib.decompressobj()
        plain = decoder.decompress(packed, size)
        return plain if decoder.eof else None


class _Zstd:
    capability = ZSTD

    def __init__(self, level=3):
        self.level, self.login_tail = level, bytes([level])
        self.library = ctypes.CDLL("libzstd.so.1")
        for name in ("ZSTD_compress", "ZSTD_decompress", "ZSTD_compressBound"):
            getattr(self.library, name).restype = ctypes.c_size_t
        self.library.ZSTD_compressBound.argtypes = [ctypes.c_size_t]

    def pack(self, plain):
        bound = self.library.ZSTD_compressBound(len(plain))
        out = ctypes.create_string_buffer(bound)
        size = self.library.ZSTD_compress(out, ctypes.c_size_t(bound), plain, ctypes.c_size_t(len(plain)), self.level)
        return out.raw[:size]

    def unpack(self, packed, size):
        out = ctypes.create_string_buffer(size)
        got = self.library.ZSTD_decompress(out, ctypes.c_size_t(size), packed, ctypes.c_size_t(len(packed)))
        return out.raw if got == size else None


ALGORITHMS = {"zlib": _Zlib, "zstd": _Zstd}


class CompressedSocket:
    """In place of a socket, above it. `least`: shorter pieces are sent as they are; `piece`: how much goes in one packet."""

    def __init__(self, below, codec, least=50, piece=_MOST):
        self.below, self.codec, self.least, self.piece = below, codec, least, piece
        self.sequence, self.received, self.plain = 0, 0, memoryview(b"")
        self.packed_packets = self.plain_packets = 0  # received

    def __getattr__(self, name):
        return getattr(self.below, name)

    def packet(self, plain):
        packed = self.codec.pack(bytes(plain)) if len(plain) >= self.least else plain
        if len(packed) >= len(plain):
            return self.raw_packet(plain, 0)
        return self.raw_packet(packed, len(plain))

    def raw_packet(self, body, plain_size):
        header = len(body).to_bytes(3, "little") + bytes([self.sequence]) + plain_size.to_bytes(3, "little")
        self.sequence = (self.sequence + 1) & 0xFF
        return header + body

    def sendall(self, data):
        for at in range(0, len(data), self.piece):
            self.below.sendall(self.packet(data[at:at + self.piece]))

    def recv_into(self, view):
        while not self.plain:
            if not self._read_packet():
                return 0
        count = min(len(view), len(self.plain))
        view[:count], self.plain = self.plain[:count], self.plain[count:]
        return count

    def _read(self, size):
        out = bytearray(size)
        view, got = memoryview(out), 0
        while got < size:
            count = self.below.recv_into(view[got:])
            if count == 0:
                return None
            got += count
        self.received += size
        return bytes(out)

    def _read_packet(self):
        header = self._read(_HEADER)
        if header is None:
            return False
        size, plain_size = int.from_bytes(header[:3], "little"), int.from_bytes(header[4:], "little")
        if header[3] != self.sequence:
            raise AssertionError(f"compressed packet {header[3]} where {self.sequence} was due")
        self.sequence = (self.sequence + 1) & 0xFF
        body = self._read(size)
        if body is None:
            raise Closed("in a compressed packet")
        self.packed_packets += plain_size != 0
        self.plain_packets += plain_size == 0
        plain = self.codec.unpack(body, plain_size) if plain_size else body
        if plain is None or len(plain) != (plain_size or size):
            raise AssertionError("a compressed packet is not as long as it says")
        self.plain = memoryview(plain)
        return True


class CompressedWire(Wire):
    """`numbers_inside=False` numbers every packet inside 0, as mariadb-connector-c does; further options are those of
    CompressedSocket."""

    def __init__(self, server, algorithm, capabilities=USUAL, numbers_inside=True, level=None, socket_options=None,
                 also=0, **options):
        self.codec = ALGORITHMS[algorithm](*([level] if level is not None else []))
        self.login_tail = b"\3" if also & ZSTD else self.codec.login_tail
        self.numbers_inside = numbers_inside
        self.socket_options = socket_options or {}
        super().__init__(server, capabilities=capabilities | PLUGIN_AUTH | self.codec.capability | also, **options)

    def _log_in(self, *arguments):
        super()._log_in(*arguments)
        if not self.capabilities & self.codec.capability:
            raise ConnectionRefusedError("the server offers no such compression")
        self.socket = CompressedSocket(self.socket, self.codec, **self.socket_options)

    def begin_command(self):
        self.sequence = 0
        if isinstance(self.socket, CompressedSocket):
            self.socket.sequence = 0

    def send_packet(self, payload):
        compressed = isinstance(self.socket, CompressedSocket)
        if not compressed:
            return super().send_packet(payload)
        self.socket.sendall(self.frames(payload))
        return None

    def frames(self, payload):
        out, at = bytearray(), 0
        while True:
            piece = payload[at:at + _MOST]
            out += len(piece).to_bytes(3, "little") + bytes([self.sequence if self.numbers_inside else 0]) + piece
            self.sequence = (self.sequence + 1) & 0xFF
            at += _MOST
            if len(piece) < _MOST:
                return bytes(out)
