"""The base of the e2e tests: one upstream for a file of tests, a gateway for each class, a database for each test."""

import functools
import os
import re
import shutil
import tempfile
import unittest

from . import upstream
from .gateway import Gateway
from .wire import ServerError, Wire


@functools.cache
def directory():
    path = tempfile.mkdtemp(prefix="mogate-e2e-")
    unittest.addModuleCleanup(shutil.rmtree, path, ignore_errors=True)
    return path


@functools.cache
def shared_upstream():
    server = upstream.start(os.path.join(directory(), "upstream"))
    unittest.addModuleCleanup(server.stop)
    return server


@functools.cache
def shared_downstream():
    server = upstream.start_downstream(os.path.join(directory(), "downstream"), shared_upstream())
    if server is not shared_upstream():
        unittest.addModuleCleanup(server.stop)
    return server


def needs_matrixone():
    """Skips the class whose setUpClass() begins with it where MariaDB stands behind the gateway."""
    if not shared_upstream().is_matrixone:
        raise unittest.SkipTest("needs simulator or matrixone")


def service_settings():
    """The gateway's [service] keys: the user of the tests, who can end a RESTORE."""
    server = shared_upstream()
    path = os.path.join(directory(), "service_password")
    with open(path, "w", encoding="utf-8") as out:
        out.write(server.password)
    return f'[service]\nuser = "{server.user}"\npassword_file = "{path}"\n'


def start_gateway(test, address=None, settings="", gateway_keys="", **options):
    """A gateway that ends with the test (or class) and has to end well."""
    folder = tempfile.mkdtemp(prefix="gateway-", dir=directory())
    gateway = Gateway(folder, address or shared_upstream().address, extra=settings, gateway_keys=gateway_keys,
                      **options)

    def stop():
        status = gateway.stop()
        if status != 0:
            raise AssertionError(f"the gateway ended with {status}:\n{gateway.process.output()[-4000:]}")

    (test.addCleanup if isinstance(test, unittest.TestCase) else test.addClassCleanup)(stop)
    return gateway


class GatewayTest(unittest.TestCase):
    settings = ""

    @classmethod
    def setUpClass(cls):
        # In this order, because the cleanups of the module run in the opposite one.
        directory()
        cls.upstream = shared_upstream()
        cls.gateway = start_gateway(cls, settings=cls.settings)
        cls.through = cls.upstream.at(cls.gateway)
        cls.direct = cls.upstream

    def session(self, **options):
        wire = Wire(self.through, **options)
        self.addCleanup(wire.socket.close)
        return wire

    def database(self):
        """A database of this test alone."""
        name = "mogate_e2e_" + re.sub(r"\W", "_", self.id().rpartition(".")[2])[:40] + f"_{os.getpid()}"
        with Wire(self.direct) as admin:
            admin.query(f"drop database if exists {name}")
            admin.query(f"create database {name}")

        def drop():
            with Wire(self.direct) as last:
                last.query(f"drop database if exists {name}")

        self.addCleanup(drop)
        return name

    def only_on(self, *kinds):
        if self.upstream.kind not in kinds:
            self.skipTest(f"needs {' or '.join(kinds)}")

    def assert_refused(self, code, sql, wire=None, text=""):
        """That the error has this number and text, and the session goes on; self.wire unless another is given. Returns the
        message."""
        wire = wire or self.wire
        with self.assertRaises(ServerError) as refused:
            wire.query(sql)
        self.assertEqual(code, refused.exception.code, f"{sql}: {refused.exception.message}")
        self.assertIn(text, refused.exception.message)
        self.assertEqual([["1"]], wire.rows("select 1"))
        return refused.exception.message

    @staticmethod
    def is_unset(session, variable):
        """MatrixOne 3.0 has an error for a user variable that nobody has set."""
        try:
            return session.rows(f"select {variable}") == [[None]]
        except ServerError as error:
            return "does not exist" in error.message
