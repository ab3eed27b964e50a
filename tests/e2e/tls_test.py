"""TLS on both legs: each off, preferred or required, against peers with and without it."""

import os
import ssl
import unittest

from lib import certificates
from lib.case import GatewayTest, directory, start_gateway
from lib.early_hello import EarlyHello
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.process import StartError
from lib.upstream import Upstream
from lib.wire import SSL, ServerError, Wire, random_text

_MODES = ("off", "preferred", "required")


def _server(name, *options):
    server = MariaDb(os.path.join(directory(), name), *options)
    unittest.addModuleCleanup(server.stop)
    return Upstream("mariadb", "127.0.0.1", server.port, USER, PASSWORD, server)


def setUpModule():
    global authority, stranger, certificate, key, plain, secure
    folder = directory()
    authority, stranger = (certificates.Authority(folder, name) for name in ("authority", "stranger"))
    certificate, key = authority.issue("localhost")
    plain = _server("plain")
    secure = _server("secure", f"--ssl-cert={certificate}", f"--ssl-key={key}", f"--ssl-ca={authority.certificate}")


def _client_leg(mode):
    return f'[client_tls]\nmode = "{mode}"\ncertificate = "{certificate}"\nkey = "{key}"\n'


def _backend_leg(mode, **keys):
    return f'[backend_tls]\nmode = "{mode}"\n' + "".join(f'{name} = "{value}"\n' for name, value in keys.items())


class TlsTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        pass

    def gateway_for(self, server, settings):
        return server.at(start_gateway(self, server.address, settings))

    @staticmethod
    def context(ca=None, **versions):
        context = ssl.create_default_context(cafile=ca or authority.certificate)
        for name, value in versions.items():
            setattr(context, name, value)
        return context

    @staticmethod
    def backend_cipher(session):
        return session.rows("show session status like 'Ssl_cipher'")[0][1]


class ClientLegTest(TlsTest):
    def test_a_client_hello_in_the_same_segment_as_the_ssl_request_is_taken(self):
        server = self.gateway_for(plain, _client_leg("preferred"))
        hello = EarlyHello(self.context())
        with Wire(server, login=False) as greeted:
            greeted.socket.sendall(hello.first)
            self.assertTrue(hello.finish(greeted.socket).startswith("TLS"))

    def test_every_mode_with_a_client_that_wants_tls_and_one_that_does_not(self):
        for mode in _MODES:
            server = self.gateway_for(plain, _client_leg(mode))
            with self.subTest(mode=mode):
                with Wire(server, login=False) as greeted:
                    self.assertEqual(mode != "off", bool(greeted.server_capabilities & SSL))
                if mode == "required":
                    with self.assertRaises(ServerError) as refused:
                        Wire(server)
                    self.assertEqual(3159, refused.exception.code)
                else:
                    with Wire(server) as session:
                        self.assertEqual([["1"]], session.rows("select 1"))
                if mode != "off":
                    with Wire(server, tls=self.context()) as session:
                        self.assertEqual([["1"]], session.rows("select 1"))

    def test_both_tls_versions_that_are_safe_are_spoken(self):
        server = self.gateway_for(plain, _client_leg("required"))
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            with self.subTest(version), Wire(server, tls=self.context(maximum_version=version,
                                                                      minimum_version=version)) as session:
                self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_client_that_does_not_trust_the_certificate_harms_nobody(self):
        server = self.gateway_for(plain, _client_leg("preferred"))
        with self.assertRaises(ssl.SSLError):
            Wire(server, tls=self.context(stranger.certificate))
        with Wire(server, tls=self.context()) as session:
            self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_wrong_password_is_the_servers_error(self):
        server = self.gateway_for(plain, _client_leg("required"))
        with self.assertRaises(ServerError) as refused:
            Wire(server, password="wrong", tls=self.context())
        self.assertEqual(1045, refused.exception.code)

    def test_bytes_behind_the_ssl_request_in_the_clear_are_not_taken_for_bytes_inside(self):
        server = self.gateway_for(plain, _client_leg("preferred"))
        session = Wire(server, login=False)
        self.addCleanup(session.socket.close)
        request = (0x1AEA85 | SSL).to_bytes(4, "little") + bytes(28)
        injected = b"\x01\0\0\x02\x0e"
        session.socket.sendall(b"\x20\0\0\x01" + request + injected)
        self.assertNotIn(b"\0\0\0\x02\0\0\0", [bytes(one) for one in session.ends() if isinstance(one, bytes)])

    def test_a_missing_certificate_is_said_at_start(self):
        with self.assertRaisesRegex(StartError, "client_tls"):
            start_gateway(self, plain.address, '[client_tls]\nmode = "required"\n')


class BackendLegTest(TlsTest):
    def test_every_mode_with_a_backend_that_has_tls_and_one_that_does_not(self):
        for mode in _MODES:
            for server, has_tls in ((plain, False), (secure, True)):
                with self.subTest(mode=mode, backend_has_tls=has_tls):
                    through = self.gateway_for(server, _backend_leg(mode))
                    if mode == "required" and not has_tls:
                        with self.assertRaises(ServerError) as refused:
                            Wire(through)
                        self.assertIn("TLS", refused.exception.message)
                        continue
                    with Wire(through) as session:
                        self.assertEqual(mode != "off" and has_tls, self.backend_cipher(session) != "")

    def test_a_backend_whose_certificate_is_not_trusted_is_refused(self):
        with self.assertRaises(ServerError) as refused:
            Wire(self.gateway_for(secure, _backend_leg("required", ca=stranger.certificate, host="localhost")))
        self.assertIn("TLS", refused.exception.message)

    def test_a_backend_whose_certificate_names_another_host_is_refused(self):
        with self.assertRaises(ServerError):
            Wire(self.gateway_for(secure, _backend_leg("required", ca=authority.certificate, host="other.example")))

    def test_a_trusted_certificate_is_accepted(self):
        through = self.gateway_for(secure, _backend_leg("required", ca=authority.certificate, host="localhost"))
        with Wire(through) as session:
            self.assertNotEqual("", self.backend_cipher(session))


class BothLegsTest(TlsTest):
    def test_large_packets_pass_through_tls_on_either_leg_and_both(self):
        text = random_text(3 << 20)
        for client in ("off", "required"):
            for backend in ("off", "required"):
                with self.subTest(client=client, backend=backend):
                    through = self.gateway_for(secure, _client_leg(client) + _backend_leg(backend))
                    with Wire(through, tls=self.context() if client == "required" else None) as session:
                        self.assertEqual([[text]], session.rows(f"select '{text}'"))
                        self.assertEqual([[str(n)] for n in range(1, 20001)],
                                         session.rows("select seq from mysql.seq_1_to_20000"))


if __name__ == "__main__":
    unittest.main()
