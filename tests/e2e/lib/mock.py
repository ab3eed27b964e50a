"""A server that answers each command with the bytes that a test wants, and cuts the connection where it wants."""

import socket
import struct
import threading

from .wire import CLOSE, DEPRECATE_EOF, LONG_DATA, PROTOCOL_41, QUIT, USUAL

_AUTOCOMMIT = 0x2
_UNANSWERED = (QUIT, CLOSE, LONG_DATA)
OK = b"\0\0\0" + struct.pack("<HH", _AUTOCOMMIT, 0)


def frames(payloads, sequence=1):
    return b"".join(len(payload).to_bytes(3, "little") + bytes([(sequence + at) & 0xFF]) + payload
                    for at, payload in enumerate(payloads))


class MockBackend:
    """No MatrixOne: everything is relayed to it. `answer(command, payload, deprecate_eof)` gives payloads."""

    host = "127.0.0.1"

    def __init__(self, capabilities=USUAL):
        self.capabilities = capabilities | PROTOCOL_41
        self.answer = lambda command, payload, deprecate_eof: [OK]
        self.budget = None  # bytes of an answer that go out before the connection is cut
        self.received = []  # (command, payload)
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self._sockets = []
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._sockets:
            connection.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._sockets.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            with connection:
                self._converse(connection, connection.makefile("rb"))
        except (OSError, EOFError):
            pass

    def _converse(self, connection, stream):
        low, high = self.capabilities & 0xFFFF, self.capabilities >> 16
        connection.sendall(frames([b"\x0a8.0.30-mock\0" + struct.pack("<I", 7) + b"saltsalt\0"
                                   + struct.pack("<HBHHB10x", low, 45, _AUTOCOMMIT, high, 21)
                                   + b"saltsaltsalt\0mysql_native_password\0"], 0))
        agreed = struct.unpack_from("<I", self._packet(stream))[0]
        connection.sendall(frames([OK], 2))
        while True:
            packet = self._packet(stream)
            command, payload = packet[0], packet[1:]
            self.received.append((command, payload))
            if command in _UNANSWERED:
                continue
            data = frames(self.answer(command, payload, bool(agreed & DEPRECATE_EOF)))
            if self.budget is not None:
                connection.sendall(data[:self.budget])
                return
            connection.sendall(data)

    @staticmethod
    def _packet(stream):
        header = stream.read(4)
        size = int.from_bytes(header[:3], "little")
        payload = stream.read(size)
        if len(header) < 4 or len(payload) < size:
            raise EOFError
        return payload
