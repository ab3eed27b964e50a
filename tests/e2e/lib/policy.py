"""The base of the tests of policies: a gateway with a policy file that a test may write anew."""

import os
import tempfile
import time

from .case import GatewayTest, directory, service_settings, shared_upstream, start_gateway
from .wire import ServerError, Wire

_LIMIT_SECONDS = 20


class PolicyTest(GatewayTest):
    """`rules` is the policy file's text, `with_service` gives the gateway credentials of its own."""

    rules = ""
    policy_keys = ""
    with_service = False

    @classmethod
    def setUpClass(cls):
        directory()
        cls.upstream = cls.direct = shared_upstream()

    def setUp(self):
        self.path = os.path.join(tempfile.mkdtemp(dir=directory()), "policies.toml")
        self.write(self.rules)
        settings = f'[policies]\nfile = "{self.path}"\n' + self.policy_keys + self.settings
        if self.with_service:
            settings += service_settings()
        self.gateway = start_gateway(self, settings=settings)
        self.through = self.upstream.at(self.gateway)
        self.wire = self.session()

    def write(self, rules):
        """In one step, as an operator's editor or a config map does it."""
        with open(self.path + ".new", "w", encoding="utf-8") as out:
            out.write(rules)
        os.rename(self.path + ".new", self.path)

    def admin(self):
        wire = Wire(self.direct)
        self.addCleanup(wire.socket.close)
        return wire

    def hits(self, rule):
        for row in self.wire.rows("show gateway policies"):
            if row[1] == rule:
                return int(row[6])
        return None

    def log(self):
        return self.gateway.process.output()

    def assert_denied(self, sql, code=1142, wire=None):
        return self.assert_refused(code, sql, wire)

    def refusal(self, call, *arguments):
        with self.assertRaises(ServerError) as refused:
            call(*arguments)
        return refused.exception

    @staticmethod
    def wait_until(what, holds):
        end = time.monotonic() + _LIMIT_SECONDS
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {what}")
            time.sleep(0.05)
