"""A MySQL client that hides nothing: packets, sequence numbers, statement ids and both row formats."""

import os
import socket
import struct

from . import auth
from .rows import Reader, binary_row, bind, column, text_row

LONG_PASSWORD, CONNECT_WITH_DB, LOCAL_FILES, PROTOCOL_41 = 0x1, 0x8, 0x80, 0x200
SSL, TRANSACTIONS, SECURE_CONNECTION = 0x800, 0x2000, 0x8000
MULTI_STATEMENTS, MULTI_RESULTS, PLUGIN_AUTH, DEPRECATE_EOF = 0x10000, 0x20000, 0x80000, 0x1000000
USUAL = (LONG_PASSWORD | LOCAL_FILES | PROTOCOL_41 | TRANSACTIONS | SECURE_CONNECTION | MULTI_STATEMENTS
         | MULTI_RESULTS | PLUGIN_AUTH | DEPRECATE_EOF)
MORE_RESULTS = 0x8
QUIT, INIT_DB, QUERY, PING, CHANGE_USER, PREPARE, EXECUTE, LONG_DATA, CLOSE, RESET = (
    0x01, 0x02, 0x03, 0x0E, 0x11, 0x16, 0x17, 0x18, 0x19, 0x1A)
FIELD_LIST, STATISTICS, PROCESS_KILL, SET_OPTION, FETCH = 0x04, 0x09, 0x0C, 0x1B, 0x1C
CURSOR_EXISTS, LAST_ROW_SENT = 0x40, 0x80
_FRAME = 0xFFFFFF
_TIMEOUT_SECONDS = 60


class ServerError(Exception):
    def __init__(self, payload):
        self.code = struct.unpack_from("<H", payload, 1)[0]
        marked = payload[3:4] == b"#"
        self.sqlstate = payload[4:9].decode() if marked else ""
        self.message = payload[9 if marked else 3:].decode("utf-8", "replace")
        super().__init__(f"{self.code} ({self.sqlstate}) {self.message}")


class Closed(Exception):
    """The other side closed, with nothing more to read."""


class Result:
    """Of one statement: columns are (name, type); affected and insert_id stand for themselves."""

    def __init__(self):
        self.columns, self.rows, self.affected, self.insert_id, self.status, self.info = [], [], 0, 0, 0, ""


def connect(host, port=0, timeout=_TIMEOUT_SECONDS):
    """A stream socket; without a port `host` is a unix socket's path."""
    if port == 0:
        stream = socket.socket(socket.AF_UNIX)
        stream.settimeout(timeout)
        try:
            stream.connect(host)
        except BaseException:
            stream.close()
            raise
        return stream
    stream = socket.create_connection((host, port), timeout=timeout)
    stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return stream


class Wire:
    """`tls` is an ssl.SSLContext; `login=False` stops behind the greeting.

    `plugin` is what the client begins with, `knows` what it could be asked to switch to; one that takes its connection
    for `private`, as every one does over TLS, sends its password as it is."""

    login_tail = b""  # what follows the plugin's name

    def __init__(self, server, user=None, password=None, database=None, tls=None, capabilities=USUAL, login=True,
                 timeout=_TIMEOUT_SECONDS, plugin=auth.NATIVE, knows=(auth.NATIVE, auth.SHA2),
                 private=False):
        self.capabilities = capabilities | (CONNECT_WITH_DB if database else 0) | (SSL if tls else 0)
        self.plugin, self.knows, self.private = plugin, knows, private or tls
        self.auth_steps = []  # what the server asked of the client
        self.socket = self._connect(server, timeout)
        self.sequence = 0
        try:
            self._read_greeting()
            if login:
                self._log_in(user or server.user, server.password if password is None else password, database, tls)
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _connect(self, server, timeout):
        return connect(server.host, server.port, timeout)

    # Packets.

    def read_exactly(self, size):
        out = bytearray(size)
        view, got = memoryview(out), 0
        while got < size:
            count = self.socket.recv_into(view[got:])
            if count == 0:
                raise Closed(f"{got} of {size} bytes")
            got += count
        return out

    def read_packet(self, in_sequence=True):
        payload = bytearray()
        while True:
            header = self.read_exactly(4)
            size = int.from_bytes(header[:3], "little")
            if in_sequence and header[3] != self.sequence:
                raise AssertionError(f"sequence {header[3]} where {self.sequence} was due")
            self.sequence = (header[3] + 1) & 0xFF
            payload += self.read_exactly(size)
            if size < _FRAME:
                return bytes(payload)

    def read_answer(self):
        """The next packet; an ERR is raised."""
        packet = self.read_packet()
        if packet[:1] == b"\xff":
            raise ServerError(packet)
        return packet

    def send_packet(self, payload):
        at = 0
        while True:
            piece = payload[at:at + _FRAME]
            self.socket.sendall(len(piece).to_bytes(3, "little") + bytes([self.sequence]))
            self.socket.sendall(piece)
            self.sequence = (self.sequence + 1) & 0xFF
            at += _FRAME
            if len(piece) < _FRAME:
                return

    def send_part(self, data):
        """Bytes that need not be whole packets."""
        self.socket.sendall(data)

    def begin_command(self):
        self.sequence = 0

    def command(self, number, payload=b""):
        self.begin_command()
        self.send_packet(bytes([number]) + payload)

    def ends(self):
        """Reads until the other side closes; returns the errors that it said before."""
        said = []
        try:
            while True:
                packet = self.read_packet(in_sequence=False)
                said.append(ServerError(packet).code if packet[:1] == b"\xff" else packet)
        except (Closed, ConnectionResetError):
            return said

    # Login.

    def _read_greeting(self):
        greeting = Reader(self.read_answer())
        greeting.take(1)
        self.version = greeting.until_nul().decode()
        self.connection_id = greeting.integer(4)
        salt = greeting.take(8)
        greeting.take(1)
        low = greeting.integer(2)
        greeting.take(3)
        self.server_capabilities = low | greeting.integer(2) << 16
        greeting.take(11)
        self.salt = salt + greeting.take(12)
        greeting.take(1)
        self.greeted_plugin = greeting.until_nul().decode()

    def start_tls(self, context):
        self.send_packet(struct.pack("<IIB23x", self.capabilities, 1 << 24, 45))
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost")

    def _log_in(self, user, password, database, tls):
        self.begin_login(user, password, database, tls)
        self.finish_login(password)

    def begin_login(self, user, password, database=None, tls=None):
        self.capabilities &= self.server_capabilities | CONNECT_WITH_DB
        if tls:
            if not self.server_capabilities & SSL:
                raise ConnectionRefusedError("the server offers no TLS")
            self.start_tls(tls)
        proof = auth.proof(self.plugin, password, self.salt)
        self.send_packet(struct.pack("<IIB23x", self.capabilities, 1 << 24, 45) + user.encode() + b"\0"
                         + bytes([len(proof)]) + proof + (database.encode() + b"\0" if database else b"")
                         + (self.plugin.encode() + b"\0" if self.capabilities & PLUGIN_AUTH else b"") + self.login_tail)

    def finish_login(self, password):
        self.login_ok = self._prove(password)

    def change_user(self, user, password, database=""):
        """COM_CHANGE_USER; a refusal is raised, and the server closes behind it."""
        self.auth_steps = []
        self.begin_change_user(user, password, database)
        return self._prove(password)

    def begin_change_user(self, user, password, database=""):
        proof = auth.proof(self.plugin, password, self.salt)
        self.command(CHANGE_USER, user.encode() + b"\0" + bytes([len(proof)]) + proof + database.encode() + b"\0"
                     + struct.pack("<H", 45)
                     + (self.plugin.encode() + b"\0" if self.capabilities & PLUGIN_AUTH else b""))

    def _prove(self, password):
        """Answers what the server asks until it is content; returns its OK."""
        salt = self.salt
        while (packet := self.read_answer())[:1] != b"\0":
            if packet[:1] == b"\xfe":
                name, _, salt = packet[1:].partition(b"\0")
                salt = salt[:20]
                self.auth_steps.append(f"switch to {name.decode()}")
                if name.decode() not in self.knows:
                    self.socket.close()
                    raise auth.UnknownPlugin(name.decode())
                self.send_packet(auth.proof(name.decode(), password, salt))
            elif packet == b"\x01" + auth.FAST:
                self.auth_steps.append("fast")
            elif packet == b"\x01" + auth.FULL:
                self.auth_steps.append("full")
                self.send_password(password, salt)
            else:
                raise AssertionError(f"unexpected packet of a login: {packet!r}")
        return packet

    def send_password(self, password, salt):
        if self.private:
            return self.send_packet(password.encode() + b"\0")
        self.send_packet(auth.REQUEST_KEY)
        self.auth_steps.append("key")
        return self.send_packet(auth.encrypted_password(password, salt, self.read_answer()[1:]))

    # Commands.

    def ping(self):
        self.command(PING)
        return self.read_answer()

    def use(self, database):
        self.command(INIT_DB, database.encode())
        return self.read_answer()

    def quit(self):
        self.command(QUIT)

    def query(self, sql, infile=None):
        """All results of a packet. `infile` is sent when LOCAL INFILE is asked for; its name is kept."""
        self.command(QUERY, sql.encode() if isinstance(sql, str) else sql)
        results = [self.read_result(text_row, infile)]
        while results[-1].status & MORE_RESULTS:
            results.append(self.read_result(text_row, infile))
        return results

    def one(self, sql):
        (result,) = self.query(sql)
        return result

    def rows(self, sql):
        return self.one(sql).rows

    def prepare(self, sql):
        """(statement id, number of parameters, columns)."""
        self.command(PREPARE, sql.encode())
        answer = Reader(self.read_answer())
        answer.take(1)
        statement, columns, parameters = answer.integer(4), answer.integer(2), answer.integer(2)
        self._definitions(parameters)
        return statement, parameters, self._definitions(columns)

    def execute(self, statement, values=(), long_data=()):
        """`long_data`: positions whose value was sent ahead."""
        self.command(EXECUTE, struct.pack("<IBI", statement, 0, 1) + bind(values, long_data))
        return self.read_result(binary_row)

    def open_cursor(self, statement, values=()):
        """As execute(), but no rows come: the result's columns are kept for fetch()."""
        self.command(EXECUTE, struct.pack("<IBI", statement, 1, 1) + bind(values, ()))
        first = self.read_answer()
        if first[:1] == b"\0":
            return self._take_ok(Result(), first)
        result = Result()
        result.columns = [column(self.read_answer()) for _ in range(Reader(first).lenenc())]
        return self._take_end(result, self.read_answer())

    def fetch(self, statement, rows, columns):
        self.command(FETCH, struct.pack("<II", statement, rows))
        result = Result()
        while not self._is_end(packet := self.read_answer()):
            result.rows.append(binary_row(packet, columns))
        return self._take_end(result, packet)

    def field_list(self, table, pattern=""):
        self.command(FIELD_LIST, table.encode() + b"\0" + pattern.encode())
        found = []
        while not self._is_end(packet := self.read_answer()):
            found.append(column(packet))
        return found

    def set_option(self, option):
        self.command(SET_OPTION, struct.pack("<H", option))
        packet = self.read_answer()
        if not self._is_end(packet):
            raise AssertionError(f"{packet} is no end of a result")

    def statistics(self):
        self.command(STATISTICS)
        return self.read_answer().decode()

    def process_kill(self, connection):
        self.command(PROCESS_KILL, struct.pack("<I", connection))
        return self.read_answer()

    def send_long_data(self, statement, position, data):
        self.command(LONG_DATA, struct.pack("<IH", statement, position) + data)

    def close_statement(self, statement):
        self.command(CLOSE, struct.pack("<I", statement))

    def reset_statement(self, statement):
        self.command(RESET, struct.pack("<I", statement))
        return self.read_answer()

    def _definitions(self, count):
        found = [column(self.read_answer()) for _ in range(count)]
        if count and not self.capabilities & DEPRECATE_EOF:
            self.read_answer()
        return found

    def _is_end(self, packet):
        return packet[:1] == b"\xfe" and len(packet) < (_FRAME if self.capabilities & DEPRECATE_EOF else 9)

    def read_result(self, read_row=text_row, infile=None):
        result, first = Result(), self.read_answer()
        if first[:1] == b"\xfb":
            self.infile_name = first[1:].decode()
            for at in range(0, len(infile), 1 << 20):
                self.send_packet(infile[at:at + (1 << 20)])
            self.send_packet(b"")
            first = self.read_answer()
        if first[:1] == b"\0":
            return self._take_ok(result, first)
        result.columns = self._definitions(Reader(first).lenenc())
        while not self._is_end(packet := self.read_answer()):
            result.rows.append(read_row(packet, result.columns))
        return self._take_end(result, packet)

    def _take_end(self, result, packet):
        if self.capabilities & DEPRECATE_EOF:
            return self._take_ok(result, packet)
        result.status = struct.unpack_from("<H", packet, 3)[0]
        return result

    @staticmethod
    def _take_ok(result, packet):
        ok = Reader(packet)
        ok.take(1)
        result.affected, result.insert_id, result.status = ok.lenenc(), ok.lenenc(), ok.integer(2)
        result.info = ok.rest()[2:].decode("utf-8", "replace")
        return result


def random_text(size):
    """Text that no layer can shrink or guess."""
    return os.urandom((size + 1) // 2).hex()[:size]
