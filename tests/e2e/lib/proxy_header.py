"""PROXY headers of both versions, as a load balancer writes them."""

import socket
import struct

from .wire import Wire, connect

MARK = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL = MARK + b"\x20\0\0\0"


def text_header(source, source_port, destination="192.0.2.99", port=3306):
    family = "TCP6" if ":" in source else "TCP4"
    return f"PROXY {family} {source} {destination} {source_port} {port}\r\n".encode()


def binary_header(source, source_port, destination="192.0.2.99", port=3306, more=b""):
    family, kind = (socket.AF_INET6, 0x21) if ":" in source else (socket.AF_INET, 0x11)
    body = (socket.inet_pton(family, source) + socket.inet_pton(family, destination)
            + struct.pack(">HH", source_port, port) + more)
    return MARK + bytes([0x21, kind]) + struct.pack(">H", len(body)) + body


def read_binary_header(stream):
    """(addresses as "source:port destination:port", or LOCAL) from the head of a socket's stream."""
    head = _read(stream, 16)
    if head[:12] != MARK:
        raise AssertionError(f"no header: {head}")
    body = _read(stream, int.from_bytes(head[14:], "big"))
    if head[12] == 0x20:
        return "LOCAL"
    width, family = (16, socket.AF_INET6) if head[13] == 0x21 else (4, socket.AF_INET)
    addresses = [socket.inet_ntop(family, body[at:at + width]) for at in (0, width)]
    return " ".join(f"{address}:{port}" for address, port in zip(addresses, struct.unpack(">HH", body[2 * width:])))


def _read(stream, size):
    data = b""
    while len(data) < size:
        piece = stream.recv(size - len(data))
        if not piece:
            raise AssertionError(f"{len(data)} of {size} bytes")
        data += piece
    return data


class Proxied(Wire):
    """A session whose first bytes are a header."""

    def __init__(self, server, header, **options):
        self.header = header
        super().__init__(server, **options)

    def _connect(self, server, timeout):
        stream = connect(server.host, server.port, timeout)
        stream.sendall(self.header)
        return stream
