"""Column definitions, text and binary rows, and the parameters of COM_STMT_EXECUTE."""

import struct

_INTEGERS = {1: "<b", 2: "<h", 3: "<i", 8: "<q", 9: "<i", 13: "<h", 4: "<f", 5: "<d"}
_TIMES = {7, 10, 11, 12}
_LONGLONG, _DOUBLE, _VAR_STRING, _LONG_BLOB, _NULL = 8, 5, 253, 251, 6


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def integer(self, size):
        return int.from_bytes(self.take(size), "little")

    def until_nul(self):
        end = self.data.index(b"\0", self.at)
        out, self.at = self.data[self.at:end], end + 1
        return out

    def lenenc(self):
        first = self.integer(1)
        return None if first == 0xFB else self.integer({0xFC: 2, 0xFD: 3, 0xFE: 8}[first]) if first > 0xFB else first

    def string(self):
        size = self.lenenc()
        return None if size is None else self.take(size)

    def rest(self):
        return self.take(len(self.data) - self.at)


def column(packet):
    """(name, type) of a column definition."""
    reader = Reader(packet)
    for _ in range(4):
        reader.string()
    name = reader.string().decode()
    reader.string()
    reader.take(1 + 2 + 4)
    return name, reader.integer(1)


def _text(value):
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return bytes(value)


def text_row(packet, columns):
    reader = Reader(packet)
    return [_text(reader.string()) for _ in columns]


def binary_row(packet, columns):
    reader = Reader(packet)
    reader.take(1)
    nulls = reader.take((len(columns) + 9) // 8)
    return [None if nulls[(i + 2) // 8] >> ((i + 2) % 8) & 1 else _binary(reader, kind)
            for i, (_, kind) in enumerate(columns)]


def _binary(reader, kind):
    if kind in _INTEGERS:
        form = _INTEGERS[kind]
        return struct.unpack(form, reader.take(struct.calcsize(form)))[0]
    if kind in _TIMES:
        return bytes(reader.take(reader.integer(1)))
    return _text(reader.string())


def _parameter(value):
    """(type, bytes) of a value."""
    if isinstance(value, int):
        return _LONGLONG, struct.pack("<q", value)
    if isinstance(value, float):
        return _DOUBLE, struct.pack("<d", value)
    data = value.encode() if isinstance(value, str) else value
    return _VAR_STRING, _lenenc(len(data)) + data


def _lenenc(size):
    if size < 0xFB:
        return bytes([size])
    if size < 1 << 16:
        return b"\xfc" + size.to_bytes(2, "little")
    if size < 1 << 24:
        return b"\xfd" + size.to_bytes(3, "little")
    return b"\xfe" + size.to_bytes(8, "little")


def bind(values, long_data):
    """The part of COM_STMT_EXECUTE behind the iteration count."""
    if not values:
        return b""
    nulls, types, data = bytearray((len(values) + 7) // 8), b"", b""
    for i, value in enumerate(values):
        if i in long_data:
            types += struct.pack("<H", _LONG_BLOB)
        elif value is None:
            nulls[i // 8] |= 1 << i % 8
            types += struct.pack("<H", _NULL)
        else:
            kind, bytes_ = _parameter(value)
            types += struct.pack("<H", kind)
            data += bytes_
    return bytes(nulls) + b"\x01" + types + data
