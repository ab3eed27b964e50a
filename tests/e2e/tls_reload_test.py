"""SIGHUP: the certificates of both legs are loaded anew, all of them or none, and no session notices."""

import os
import pathlib
import shutil
import signal
import ssl
import tempfile
import threading
import unittest

from lib import certificates
from lib.case import GatewayTest, directory, start_gateway
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.upstream import Upstream
from lib.wire import ServerError, Wire

_LOADED, _KEPT = "certificates are loaded anew", "certificates are not loaded anew, the old ones stay"


def setUpModule():
    global authority, stranger, secure
    folder = directory()
    authority, stranger = (certificates.Authority(folder, name) for name in ("authority", "stranger"))
    certificate, key = authority.issue("localhost")
    server = MariaDb(os.path.join(folder, "secure"), f"--ssl-cert={certificate}", f"--ssl-key={key}")
    unittest.addModuleCleanup(server.stop)
    secure = Upstream("mariadb", "127.0.0.1", server.port, USER, PASSWORD, server)


class ReloadTest(GatewayTest):
    """A gateway with TLS on both legs, whose files are copies that a test may spoil."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=directory())
        self.install(authority.issue("localhost"))
        self.trust("clients.pem", authority)
        self.trust("backend.pem", authority)
        self.gateway = start_gateway(
            self, secure.address, f'[client_tls]\nmode = "required"\ncertificate = "{self.path("own.pem")}"\n'
            f'key = "{self.path("own.key")}"\nca = "{self.path("clients.pem")}"\nverify_client = "optional"\n'
            f'[backend_tls]\nmode = "required"\nca = "{self.path("backend.pem")}"\nhost = "localhost"\n', threads=2)
        self.through = secure.at(self.gateway)

    def path(self, name):
        return os.path.join(self.folder, name)

    def install(self, pair):
        for source, name in zip(pair, ("own.pem", "own.key")):
            shutil.copy(source, self.path(name))

    def trust(self, name, who):
        shutil.copy(who.certificate, self.path(name))

    def reload(self, outcome=_LOADED):
        before = len(self.gateway.process.output())
        os.kill(self.gateway.pid, signal.SIGHUP)
        self.gateway.process.wait_for(outcome, timeout=20, behind=before)

    @staticmethod
    def context(own=None):
        context = ssl.create_default_context(cafile=authority.certificate)
        if own:
            context.load_cert_chain(*own)
        return context

    def shown(self):
        """The certificate that a new client sees."""
        with Wire(self.through, tls=self.context()) as session:
            self.assertEqual([["1"]], session.rows("select 1"))
            return session.socket.getpeercert(binary_form=True)

    @staticmethod
    def binary(pair):
        with open(pair[0], encoding="utf-8") as text:
            return ssl.PEM_cert_to_DER_cert(text.read())


class NewFilesTest(ReloadTest):
    def test_new_sessions_get_the_new_certificate_and_running_ones_go_on(self):
        running = Wire(self.through, tls=self.context())
        self.addCleanup(running.socket.close)
        for _ in range(3):
            pair = authority.issue("localhost")
            self.install(pair)
            self.assertNotEqual(self.binary(pair), self.shown(), "nothing happens without the signal")
            self.reload()
            self.assertEqual(self.binary(pair), self.shown())
            self.assertEqual([["1"]], running.rows("select 1"))

    def test_whom_the_gateway_trusts_as_backend_changes(self):
        self.trust("backend.pem", stranger)
        self.reload()
        with self.assertRaises(ServerError) as refused:
            Wire(self.through, tls=self.context())
        self.assertEqual(2026, refused.exception.code)
        self.trust("backend.pem", authority)
        self.reload()
        self.shown()

    def test_a_client_that_is_no_longer_trusted_cannot_resume_its_tls_session(self):
        context = self.context(authority.issue("client.example"))
        with Wire(self.through, tls=context) as session:
            session.rows("select 1")
            ticket = session.socket.session
        resumed = Wire(self.through, login=False)
        self.addCleanup(lambda: resumed.socket.close())
        self._resume(resumed, context, ticket)
        self.assertTrue(resumed.socket.session_reused, "the gateway gives no tickets: this test shows nothing")
        self.trust("clients.pem", stranger)
        self.reload()
        refused = Wire(self.through, login=False)
        self.addCleanup(lambda: refused.socket.close())
        with self.assertRaises(ssl.SSLError):
            self._resume(refused, context, ticket)
            refused.socket.recv(1)

    @staticmethod
    def _resume(wire, context, ticket):
        wire.capabilities |= 0x800
        plain = context.wrap_socket
        context.wrap_socket = lambda stream, **options: plain(stream, session=ticket, **options)
        try:
            wire.start_tls(context)
        finally:
            del context.wrap_socket

    def test_logins_during_many_reloads_all_work(self):
        pairs = [authority.issue("localhost") for _ in range(2)]
        failures, done = [], threading.Event()

        def log_in():
            while not done.is_set():
                try:
                    self.shown()
                except Exception as failure:  # pylint: disable=broad-except
                    failures.append(failure)

        threads = [threading.Thread(target=log_in) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(20):
                self.install(pairs[turn % 2])
                self.reload()
        finally:
            done.set()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)


class BadFilesTest(ReloadTest):
    def assert_kept(self, before):
        self.reload(_KEPT)
        self.assertEqual(before, self.shown())

    def test_a_file_that_cannot_be_used_leaves_everything_as_it_was(self):
        before = self.shown()
        other = authority.issue("localhost")

        def cut(name):
            os.truncate(self.path(name), os.path.getsize(self.path(name)) // 2)

        spoil = {
            "a certificate that does not fit its key": lambda: shutil.copy(other[0], self.path("own.pem")),
            "a key that does not fit its certificate": lambda: shutil.copy(other[1], self.path("own.key")),
            "half a certificate": lambda: cut("own.pem"),
            "half a key": lambda: cut("own.key"),
            "no certificate": lambda: os.unlink(self.path("own.pem")),
            "no authority for clients": lambda: os.unlink(self.path("clients.pem")),
            "half an authority for the backend": lambda: cut("backend.pem"),
        }
        names = ("own.pem", "own.key", "clients.pem", "backend.pem")
        kept = {path: path.read_bytes() for path in map(pathlib.Path, map(self.path, names))}
        for what, do in spoil.items():
            with self.subTest(what):
                do()
                self.assert_kept(before)
            for path, content in kept.items():
                path.write_bytes(content)
        self.reload()

    def test_a_good_certificate_is_not_taken_beside_a_bad_file_of_the_other_leg(self):
        before = self.shown()
        pair = authority.issue("localhost")
        self.install(pair)
        os.unlink(self.path("backend.pem"))
        self.assert_kept(before)
        self.trust("backend.pem", authority)
        self.reload()
        self.assertEqual(self.binary(pair), self.shown())

    def test_the_log_names_the_file_and_the_line_of_the_configuration(self):
        os.unlink(self.path("backend.pem"))
        self.reload(_KEPT)
        with open(self.gateway.config, encoding="utf-8") as config:
            line = config.read().splitlines().index("[backend_tls]") + 1
        self.gateway.process.wait_for(rf"error {_KEPT}: \S+mogate\.toml:{line}: backend_tls: cannot load {self.path('backend.pem')}: ")


class WithoutTlsTest(ReloadTest):
    def setUp(self):
        self.gateway = start_gateway(self, secure.address)
        self.through = secure.at(self.gateway)

    def test_the_signal_does_no_harm(self):
        with Wire(self.through) as session:
            self.reload()
            self.assertEqual([["1"]], session.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
