"""A TLS client that sends its ClientHello in one piece with the SSL request."""

import ssl
import struct

from .wire import PROTOCOL_41, SECURE_CONNECTION, SSL


class EarlyHello:
    """`first` are the bytes to begin with, behind the greeting or even before it."""

    def __init__(self, context):
        self._arriving, self._leaving = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._arriving, self._leaving, server_hostname="localhost")
        self._is_done()
        request = struct.pack("<IIB23x", SSL | PROTOCOL_41 | SECURE_CONNECTION, 1 << 24, 45)
        self.first = struct.pack("<I", len(request) | 1 << 24) + request + self._leaving.read()

    def finish(self, stream):
        """The rest of the handshake, on a socket whose greeting is read; returns the name of the TLS version."""
        done = False
        while not done:
            if data := stream.recv(65536):
                self._arriving.write(data)
            else:
                self._arriving.write_eof()
            done = self._is_done()
            stream.sendall(self._leaving.read())
        return self._tls.version()

    def _is_done(self):
        try:
            self._tls.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False
