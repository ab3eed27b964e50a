"""The PROXY protocol: read from trusted peers only, before anything else, and written towards the backend."""

import os
import re
import socket
import ssl
import struct
import tempfile
import threading
import unittest

from lib import certificates
from lib.case import GatewayTest, directory, shared_upstream, start_gateway
from lib.early_hello import EarlyHello
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.process import StartError, wait_until
from lib.proxy_header import LOCAL, MARK, Proxied, binary_header, read_binary_header, text_header
from lib.upstream import Upstream
from lib.wire import ServerError, Wire, connect

_TRUST = 'proxy_protocol_from = ["127.0.0.0/8", "unix"]\n'
_LOG = '[log]\nlevel = "debug"\n'
_BAD_HANDSHAKE = 1043
_HEADERS = {
    "192.0.2.7:40001": text_header("192.0.2.7", 40001),
    "[2001:db8::7]:40002": text_header("2001:db8::7", 40002, "2001:db8::99"),
    "192.0.2.8:40003": binary_header("192.0.2.8", 40003),
    "[2001:db8::8]:40004": binary_header("2001:db8::8", 40004, "2001:db8::99"),
    "192.0.2.9:40005": binary_header("192.0.2.9", 40005, more=b"\x04\x07\xd0" + bytes(2000)),
}
_OWN = (LOCAL, b"PROXY UNKNOWN\r\n", LOCAL[:-1] + b"\x03abc", MARK + b"\x21\x31" + struct.pack(">H", 216) + bytes(216))


class ProxyHeaderTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        directory()
        cls.upstream = cls.direct = shared_upstream()
        cls.gateway = start_gateway(cls, settings="[timeouts]\nhandshake = 20\n" + _LOG, gateway_keys=_TRUST)
        cls.through = cls.upstream.at(cls.gateway)

    def assert_works(self):
        with Proxied(self.through, LOCAL) as session:
            self.assertEqual([["1"]], session.rows("select 1"))

    def shown_of(self, header):
        """The client's address as the log has it."""
        session = Proxied(self.through, header)
        number = session.connection_id
        self.assertEqual([["1"]], session.rows("select 1"))
        own = session.socket.getsockname()
        session.socket.close()
        shown = self.gateway.process.wait_for(rf"session {number} of (\S+) ended", timeout=20).group(1)
        return "own" if shown == f"{own[0]}:{own[1]}" else shown


class TrustedPeerTest(ProxyHeaderTest):
    def test_the_headers_address_is_the_clients(self):
        for address, header in _HEADERS.items():
            with self.subTest(address):
                self.assertEqual(address, self.shown_of(header))

    def test_a_header_without_addresses_keeps_the_peers_own(self):
        for header in _OWN:
            with self.subTest(header):
                self.assertEqual("own", self.shown_of(header))

    def test_show_gateway_sessions_has_the_headers_address(self):
        self.only_on("simulator", "matrixone")
        with Proxied(self.through, text_header("192.0.2.7", 40001)) as session:
            self.assertEqual(["192.0.2.7:40001"], [row[5] for row in session.rows("SHOW GATEWAY SESSIONS")])

    def test_a_header_may_come_in_any_two_pieces(self):
        for header in (text_header("192.0.2.7", 40001), binary_header("2001:db8::8", 40004, "2001:db8::99", more=b"\x04\0\x01x")):
            for cut in range(1, len(header)):
                with self.subTest(header=header[:8], cut=cut), connect(self.through.host, self.through.port) as stream:
                    stream.sendall(header[:cut])
                    stream.sendall(header[cut:])
                    self.assertEqual(b"\x0a", stream.recv(65536)[4:5])

    def test_a_header_that_is_cut_off_at_any_byte_gets_no_greeting(self):
        for header in (text_header("192.0.2.7", 40001), binary_header("192.0.2.8", 40003, more=b"\x04\0\x01x")):
            for cut in range(len(header)):
                with self.subTest(header=header[:8], cut=cut), connect(self.through.host, self.through.port) as stream:
                    stream.sendall(header[:cut])
                    stream.shutdown(socket.SHUT_WR)
                    self.assertEqual(b"", self._hear(stream))
        self.assert_works()

    @staticmethod
    def _hear(stream):
        try:
            return stream.recv(65536)
        except ConnectionResetError:  # what the gateway saw and did not take
            return b""

    def test_what_is_no_header_is_refused_at_once(self):
        login = struct.pack("<I", 32 | 1 << 24) + bytes(32)
        for sent in (login, b"\0", b"GET / HTTP/1.1\r\n", b"PROXY TCP4 192.0.2.7 192.0.2.99 1 x\r\n", b"PROXY " + b"x" * 200,
                     MARK + b"\x31\x11\0\x0c", MARK + b"\x21\x11\0\x02ab", MARK + b"\x21\x11\xff\xff", MARK + b"\x22\0\0\0"):
            with self.subTest(sent), self.assertRaises(ServerError) as refused:
                Proxied(self.through, sent)
            self.assertEqual(_BAD_HANDSHAKE, refused.exception.code)
            self.assertIn("PROXY header", refused.exception.message)
        self.assert_works()

    def test_the_log_says_who_is_trusted_and_sent_none(self):
        with self.assertRaises(ServerError):
            Proxied(self.through, b"\0")
        self.gateway.process.wait_for(r"warning 127\.0\.0\.1:\d+ is in proxy_protocol_from and sent no PROXY header$", timeout=20)

    def test_a_client_of_a_trusted_unix_socket_sends_one_too(self):
        path = os.path.join(tempfile.mkdtemp(prefix="mogate-"), "s")
        self.addCleanup(os.rmdir, os.path.dirname(path))
        start_gateway(self, listen=[f"unix:{path}", "127.0.0.1:0"], gateway_keys=_TRUST)
        with Proxied(self.upstream.on(path), text_header("192.0.2.7", 40001)) as session:
            self.assertEqual([["1"]], session.rows("select 1"))
        with self.assertRaises(ServerError):
            Proxied(self.upstream.on(path), b"\x20\0\0\x01")


class HeaderDeadlineTest(ProxyHeaderTest):
    def test_a_header_that_does_not_come_in_time_is_refused(self):
        gateway = start_gateway(self, settings="[timeouts]\nhandshake = 0.3\n", gateway_keys=_TRUST)
        header = binary_header("192.0.2.8", 40003)
        for cut in (0, 1, 12, 15, 16, len(header) - 1):
            with self.subTest(cut=cut), self.assertRaises(ServerError) as refused:
                Proxied(self.upstream.at(gateway), header[:cut])
            self.assertEqual(_BAD_HANDSHAKE, refused.exception.code)
            self.assertIn("no PROXY header in time", refused.exception.message)

    def test_a_header_in_time_does_not_start_the_deadline_anew(self):
        gateway = start_gateway(self, settings="[timeouts]\nhandshake = 0.3\n", gateway_keys=_TRUST)
        session = Proxied(self.upstream.at(gateway), LOCAL, login=False)
        self.addCleanup(session.socket.close)
        self.assertEqual([_BAD_HANDSHAKE], session.ends())


class TlsBehindHeaderTest(ProxyHeaderTest):
    """The header, the SSL request and the ClientHello in one segment: each layer takes its own bytes."""

    def setUp(self):
        folder = tempfile.mkdtemp(dir=directory())
        self.authority = certificates.Authority(folder, "authority")
        certificate, key = self.authority.issue("localhost")
        self.tls = start_gateway(
            self, settings=f'[client_tls]\nmode = "required"\ncertificate = "{certificate}"\nkey = "{key}"\n', gateway_keys=_TRUST)

    def test_everything_in_one_segment(self):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        for header in (*_HEADERS.values(), *_OWN):
            with self.subTest(header):
                hello = EarlyHello(context)
                with Proxied(self.upstream.at(self.tls), header + hello.first, login=False) as greeted:
                    self.assertTrue(hello.finish(greeted.socket).startswith("TLS"))

    def test_a_login_with_tls(self):
        context = ssl.create_default_context(cafile=self.authority.certificate)
        with Proxied(self.upstream.at(self.tls), text_header("192.0.2.7", 40001), tls=context) as session:
            self.assertEqual([["1"]], session.rows("select 1"))


class UntrustedPeerTest(ProxyHeaderTest):
    def test_a_header_is_a_protocol_error(self):
        for keys in ("", 'proxy_protocol_from = ["127.0.0.2", "::1", "unix"]\n'):
            gateway = start_gateway(self, gateway_keys=keys)
            for header in (*_HEADERS.values(), *_OWN):
                with self.subTest(header=header, keys=keys), Proxied(self.upstream.at(gateway), header, login=False) as greeted:
                    greeted.sequence = ord("Y") if header.startswith(b"PROXY") else 0x0B
                    with self.assertRaises(ServerError) as refused:
                        greeted.read_answer()
                    self.assertEqual(_BAD_HANDSHAKE, refused.exception.code)
                    self.assertIn("PROXY header", refused.exception.message)
                    self.assertEqual([], greeted.ends())
            with Wire(self.upstream.at(gateway)) as session:
                self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_network_that_is_none_is_said_with_file_and_line(self):
        for network in ("10.0.0.0/33", "10.0.0", "all", "localhost"):
            with self.subTest(network), self.assertRaises(StartError) as refused:
                start_gateway(self, gateway_keys=f'proxy_protocol_from = ["{network}"]\n')
            self.assertRegex(str(refused.exception), r"mogate\.toml:4: gateway\.proxy_protocol_from must be a list of networks")


class HeaderReader:
    """Stands before the backend: reads the header of each connection, notes it, and passes on what follows."""

    def __init__(self, upstream):
        self.upstream, self.headers = upstream, []
        self.came = threading.Event()  # with the first header
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _note(self, header):
        self.headers.append(header)
        self.came.set()

    def _serve(self, client):
        with client:
            try:
                self._note(read_binary_header(client))
            except AssertionError as wrong:
                self._note(str(wrong))
                return
            with connect(self.upstream.host, self.upstream.port) as server:
                back = threading.Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


class TowardsBackendTest(ProxyHeaderTest):
    def _start(self, settings="", **options):
        self.reader = HeaderReader(self.upstream)
        self.addCleanup(self.reader.stop)
        gateway = start_gateway(self, f"127.0.0.1:{self.reader.port}", "send_proxy_header = true\n" + settings, **options)
        self.assertTrue(self.reader.came.wait(20), "the gateway made no connection of its own")
        self.assertEqual(["LOCAL"], self.reader.headers)
        self.reader.headers.clear()
        return gateway

    def test_the_gateways_own_connection_is_local_and_a_sessions_has_the_clients_address(self):
        gateway = self._start()
        with Wire(self.upstream.at(gateway)) as session:
            host, port = session.socket.getsockname()
            self.assertEqual([["1"]], session.rows("select 1"))
            self.assertEqual([f"{host}:{port} 127.0.0.1:{gateway.port}"], self.reader.headers)

    def test_the_address_of_a_header_is_handed_on(self):
        gateway = self._start(gateway_keys=_TRUST)
        for address, header in _HEADERS.items():
            self.reader.headers.clear()
            with self.subTest(address), Proxied(self.upstream.at(gateway), header) as session:
                self.assertEqual([["1"]], session.rows("select 1"))
                destination = "2001:db8::99:3306" if ":" in address.rpartition(":")[0] else "192.0.2.99:3306"
                self.assertEqual([re.sub(r"[\[\]]", "", address) + " " + destination], self.reader.headers)

    def test_a_connection_before_the_greeting_has_one_too(self):
        gateway = self._start("early_connect = true\n")
        with Wire(self.upstream.at(gateway)) as session:
            host, port = session.socket.getsockname()
            self.assertEqual([f"{host}:{port} 127.0.0.1:{gateway.port}"], self.reader.headers)

    def test_a_unix_sockets_client_has_no_address(self):
        path = os.path.join(tempfile.mkdtemp(prefix="mogate-"), "s")
        self.addCleanup(os.rmdir, os.path.dirname(path))
        self._start(listen=[f"unix:{path}", "127.0.0.1:0"])
        with Wire(self.upstream.on(path)) as session:
            self.assertEqual([["1"]], session.rows("select 1"))
        self.assertEqual(["LOCAL"], self.reader.headers)

    def test_the_connection_of_a_kill_is_local(self):
        secret = os.path.join(tempfile.mkdtemp(dir=directory()), "secret")
        with open(secret, "w", encoding="utf-8") as out:
            out.write(self.upstream.password)
        gateway = self._start(f'[service]\nuser = "{self.upstream.user}"\npassword_file = "{secret}"\n')
        session = Wire(self.upstream.at(gateway))
        session.command(0x03, b"select sleep(30), 'of a client that goes'")
        with Wire(self.direct) as watcher:
            def runs():
                return any("a client that goes" in str(row) and "processlist" not in str(row)
                           for row in watcher.rows("show processlist"))

            wait_until(runs, 20, "the statement to run")
            session.socket.close()
            wait_until(lambda: not runs(), 20, "the statement to be killed")
        self.assertEqual("LOCAL", self.reader.headers[-1])
        self.assertEqual(2, len(self.reader.headers))

    def test_mariadb_takes_the_clients_address_from_it(self):
        self.only_on("mariadb")
        server = MariaDb(os.path.join(tempfile.mkdtemp(dir=directory()), "m"), "--proxy-protocol-networks=127.0.0.1")
        self.addCleanup(server.stop)
        gateway = start_gateway(self, server.address, "send_proxy_header = true\n", gateway_keys=_TRUST)
        through = Upstream("mariadb", "127.0.0.1", gateway.port, USER, PASSWORD)
        for address, header in _HEADERS.items():
            with self.subTest(address), Proxied(through, header) as session:
                shown = session.rows("select host from information_schema.processlist where id = connection_id()")
                self.assertEqual([[address.replace("[", "").replace("]", "")]], shown)


if __name__ == "__main__":
    unittest.main()
