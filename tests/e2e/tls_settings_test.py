"""Client certificates, versions and ciphers of TLS, on either leg, and what is refused at start."""

import os
import ssl
import tempfile
import unittest

from lib import certificates
from lib.case import GatewayTest, directory, start_gateway
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.process import StartError
from lib.proxy_header import LOCAL, Proxied, text_header
from lib.upstream import Upstream
from lib.wire import ServerError, Wire

_V12, _V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
_NAMES = {_V12: "1.2", _V13: "1.3"}


def setUpModule():
    global authority, stranger, certificate, key, client, foreign, secure
    folder = directory()
    authority, stranger = (certificates.Authority(folder, name) for name in ("authority", "stranger"))
    certificate, key = authority.issue("localhost")
    client, foreign = authority.issue("client.example"), stranger.issue("client.example")
    server = MariaDb(os.path.join(folder, "secure"), f"--ssl-cert={certificate}", f"--ssl-key={key}",
                     f"--ssl-ca={authority.certificate}")
    unittest.addModuleCleanup(server.stop)
    secure = Upstream("mariadb", "127.0.0.1", server.port, USER, PASSWORD, server)


def _lines(keys):
    return "".join(f'{name} = "{value}"\n' for name, value in keys.items())


class TlsSettingsTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        pass

    def client_leg(self, **keys):
        """The gateway with these keys of [client_tls], as its clients see it."""
        self.gateway = start_gateway(self, secure.address, '[client_tls]\nmode = "required"\n'
                                     + _lines({"certificate": certificate, "key": key, **keys}))
        return secure.at(self.gateway)

    def backend_leg(self, **keys):
        self.gateway = start_gateway(self, secure.address, '[backend_tls]\nmode = "required"\n' + _lines(keys))
        return secure.at(self.gateway)

    @staticmethod
    def context(own=None, version=None, ciphers=None):
        context = ssl.create_default_context(cafile=authority.certificate)
        if own:
            context.load_cert_chain(*own)
        if version:
            context.minimum_version = context.maximum_version = version
        if ciphers:
            context.set_ciphers(ciphers)
        return context

    def assert_works(self, server, context=None):
        with Wire(server, tls=context) as session:
            self.assertEqual([["1"]], session.rows("select 1"))

    def assert_refused(self, server, context):
        """By an alert that says why, and not by a connection that breaks."""
        with self.assertRaises(ssl.SSLError) as refused:
            Wire(server, tls=context)
        return refused.exception.reason

    def at_start(self, section, keys):
        with self.assertRaises(StartError) as refused:
            start_gateway(self, secure.address, f'[{section}]\nmode = "required"\n' + _lines(keys))
        return str(refused.exception)


class ClientCertificateTest(TlsSettingsTest):
    def test_every_setting_with_a_certificate_that_is_good_one_that_is_not_and_none(self):
        for setting, takes_none, takes_foreign in (("off", True, True), ("optional", True, False), ("required", False, False)):
            server = self.client_leg(verify_client=setting, ca=authority.certificate)
            for version in (_V12, _V13):
                with self.subTest(setting=setting, version=version):
                    self.assert_works(server, self.context(client, version))
                    for own, taken in ((None, takes_none), (foreign, takes_foreign)):
                        if taken:
                            self.assert_works(server, self.context(own, version))
                        else:
                            self.assertIn("ALERT", self.assert_refused(server, self.context(own, version)))
                    self.assert_works(server, self.context(client, version))

    def test_the_log_says_whose_certificate_was_refused_and_why(self):
        server = self.client_leg(verify_client="required", ca=authority.certificate)
        self.assert_refused(server, self.context(foreign))
        self.gateway.process.wait_for(r"TLS with 127\.0\.0\.1:\d+ failed: certificate verify failed: unable to get local", timeout=20)
        self.assert_refused(server, self.context())
        self.gateway.process.wait_for(r"TLS with 127\.0\.0\.1:\d+ failed: peer did not return a certificate", timeout=20)


class UnixSocketTest(TlsSettingsTest):
    def test_what_stays_on_the_host_needs_no_tls_even_where_it_is_required(self):
        path = os.path.join(tempfile.mkdtemp(prefix="mogate-"), "s")
        self.addCleanup(os.rmdir, os.path.dirname(path))
        local, context = secure.on(path), self.context()
        keys = {"certificate": certificate, "key": key}
        start_gateway(self, secure.address, '[client_tls]\nmode = "required"\n' + _lines(keys),
                      gateway_keys='proxy_protocol_from = ["unix"]', listen=[f"unix:{path}", "127.0.0.1:0"])
        for header, needs_tls in ((LOCAL, False), (text_header("192.0.2.7", 40001), True)):
            with self.subTest(header), Proxied(local, header, tls=context) as session:
                self.assertEqual([["1"]], session.rows("select 1"))
            with self.subTest(header):
                if needs_tls:
                    with self.assertRaises(ServerError) as refused:
                        Proxied(local, header)
                    self.assertEqual(3159, refused.exception.code)
                else:
                    with Proxied(local, header) as session:
                        self.assertEqual([["1"]], session.rows("select 1"))


class VersionTest(TlsSettingsTest):
    def test_clients_of_each_version(self):
        for least, most in ((_V12, _V12), (_V12, _V13), (_V13, _V13)):
            server = self.client_leg(min_version=_NAMES[least], max_version=_NAMES[most])
            for version in (_V12, _V13):
                with self.subTest(least=least, most=most, version=version):
                    if least <= version <= most:
                        self.assert_works(server, self.context(version=version))
                    else:
                        self.assertEqual("TLSV1_ALERT_PROTOCOL_VERSION",
                                         self.assert_refused(server, self.context(version=version)))

    def test_towards_the_backend(self):
        for least, most, spoken in (("1.2", "1.2", "TLSv1.2"), ("1.2", "1.3", "TLSv1.3"), ("1.3", "1.3", "TLSv1.3")):
            with self.subTest(least=least, most=most):
                with Wire(self.backend_leg(min_version=least, max_version=most)) as session:
                    self.assertEqual(spoken, session.rows("show session status like 'Ssl_version'")[0][1])

    def test_a_backend_of_another_version_is_refused(self):
        server = MariaDb(os.path.join(directory(), "old"), f"--ssl-cert={certificate}", f"--ssl-key={key}", "--tls-version=TLSv1.2")
        self.addCleanup(server.stop)
        gateway = start_gateway(self, server.address, '[backend_tls]\nmode = "required"\nmin_version = "1.3"\n')
        with self.assertRaises(ServerError) as refused:
            Wire(secure.at(gateway))
        self.assertEqual(2026, refused.exception.code)
        self.assertIn("alert protocol version", refused.exception.message)


class CipherTest(TlsSettingsTest):
    def test_those_that_were_chosen_are_spoken(self):
        for version, keys, name in ((_V12, {"ciphers": "ECDHE-ECDSA-AES128-GCM-SHA256"}, "ECDHE-ECDSA-AES128-GCM-SHA256"),
                                    (_V13, {"ciphersuites": "TLS_AES_128_GCM_SHA256"}, "TLS_AES_128_GCM_SHA256")):
            with self.subTest(name), Wire(self.client_leg(**keys), tls=self.context(version=version)) as session:
                self.assertEqual(name, session.socket.cipher()[0])
            with self.subTest(name), Wire(self.backend_leg(max_version=_NAMES[version], **keys)) as session:
                self.assertEqual(name, session.rows("show session status like 'Ssl_cipher'")[0][1])

    def test_a_client_that_knows_none_of_them_is_refused(self):
        server = self.client_leg(ciphers="ECDHE-ECDSA-AES128-GCM-SHA256")
        context = self.context(version=_V12, ciphers="ECDHE-ECDSA-AES256-GCM-SHA384")
        self.assertEqual("SSLV3_ALERT_HANDSHAKE_FAILURE", self.assert_refused(server, context))
        self.gateway.process.wait_for("failed: no shared cipher", timeout=20)

    def test_by_default_only_authenticated_encryption_is_spoken(self):
        server = self.client_leg()
        for ciphers in ("ECDHE-ECDSA-AES256-SHA384", "ECDHE-ECDSA-AES128-SHA@SECLEVEL=0"):
            with self.subTest(ciphers):
                self.assert_refused(server, self.context(version=_V12, ciphers=ciphers))
        for ciphers in ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-CHACHA20-POLY1305"):
            with self.subTest(ciphers):
                self.assert_works(server, self.context(version=_V12, ciphers=ciphers))


class RefusedBackendTest(TlsSettingsTest):
    def test_the_client_and_the_log_are_told_why(self):
        for keys, why in (({"ca": stranger.certificate}, "certificate verify failed: self-signed certificate in certificate chain"),
                          ({"ca": authority.certificate, "host": "other.example"}, "certificate verify failed: hostname mismatch")):
            with self.subTest(why):
                server = self.backend_leg(**keys)
                with self.assertRaises(ServerError) as refused:
                    Wire(server)
                self.assertEqual((2026, f"mogate: TLS connection to the backend failed: {why}"),
                                 (refused.exception.code, refused.exception.message))
                self.gateway.process.wait_for(rf"warning TLS with backend {secure.address} failed: {why}$", timeout=20)

    def test_a_backend_without_tls_is_named_as_such(self):
        plain = MariaDb(os.path.join(directory(), "plain"))
        self.addCleanup(plain.stop)
        gateway = start_gateway(self, plain.address, '[backend_tls]\nmode = "required"\n')
        with self.assertRaises(ServerError) as refused:
            Wire(secure.at(gateway))
        self.assertEqual((2026, "mogate: TLS connection to the backend failed: the server offers none"),
                         (refused.exception.code, refused.exception.message))

    def test_the_gateway_shows_its_own_certificate(self):
        server = self.backend_leg(certificate=client[0], key=client[1], ca=authority.certificate, host="localhost")
        secure.process.sql("CREATE OR REPLACE USER shown@'%' IDENTIFIED BY 'secret' REQUIRE SUBJECT '/CN=client.example'")
        with Wire(server, user="shown", password="secret") as session:
            self.assertEqual([["1"]], session.rows("select 1"))
        with self.assertRaises(ServerError) as refused:
            Wire(self.backend_leg(), user="shown", password="secret")
        self.assertEqual(1045, refused.exception.code)


class StartTest(TlsSettingsTest):
    """What the files' contents do not allow names the section's line; the values of keys are in the unit tests."""

    def test_a_file_that_cannot_be_used_is_said_with_file_and_line(self):
        missing, empty = os.path.join(directory(), "missing.pem"), os.path.join(directory(), "empty.pem")
        with open(empty, "w", encoding="utf-8"):
            pass
        good = {"certificate": certificate, "key": key}
        verify = {"verify_client": "required"}
        for section, keys in (("client_tls", {**good, "certificate": missing}), ("client_tls", {**good, "key": missing}),
                              ("client_tls", {**good, "key": client[1]}), ("client_tls", {**good, "certificate": empty}),
                              ("client_tls", {**good, **verify, "ca": missing}), ("client_tls", {**good, **verify, "ca": empty}),
                              ("backend_tls", {"ca": missing}), ("backend_tls", {"ca": empty}),
                              ("backend_tls", {**good, "key": client[1]})):
            with self.subTest(section=section, keys=keys):
                self.assertRegex(self.at_start(section, keys), rf"mogate\.toml:7: {section}: cannot load \S+\.pem")

    def test_a_list_of_ciphers_that_is_not_safe_is_said_with_file_and_line(self):
        for section in ("client_tls", "backend_tls"):
            self.assertRegex(self.at_start(section, {"ciphers": "ALL:COMPLEMENTOFALL:@SECLEVEL=0"}),
                             rf"mogate\.toml:9: {section}\.ciphers allows \S+, which is not safe")


if __name__ == "__main__":
    unittest.main()
