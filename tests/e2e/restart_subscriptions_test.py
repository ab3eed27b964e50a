"""A seamless restart of the gateway that runs the subscriptions: the new process runs them, the old one answers about them."""

import os
import re
import tempfile
import unittest

from lib.case import directory
from lib.gateway import Gateway
from lib.process import wait_until
from lib.replica import ReplicaTest, set_up_two_sides, subscription_settings
from lib.service import Service, ServiceManager
from lib.wire import Wire

_RUNS = "subscriptions: this gateway runs them"


class RestartTest(ReplicaTest):
    @classmethod
    def setUpClass(cls):
        set_up_two_sides(cls)

    def setUp(self):
        folder = tempfile.mkdtemp(prefix="gateway-", dir=directory())
        manager = ServiceManager(os.path.join(folder, "notify"))
        self.addCleanup(manager.close)
        self.gateway = Gateway(folder, self.target.address, extra=subscription_settings(self.target), env=manager.env)
        self.service = Service(self.gateway, manager)
        self.addCleanup(self.gateway.stop)
        self.addCleanup(self.service.stop)
        self.through = self.target.at(self.gateway)

    def test_the_new_process_runs_them_while_the_old_one_still_has_a_session(self):
        self.gateway.process.wait_for(_RUNS)
        session = self.session(timeout=100)
        self.service.restart()
        wait_until(lambda: len(re.findall(_RUNS, self.gateway.process.output())) == 2, 60, "the lease to go over")
        self.assertEqual([], session.rows("show subscriptions"))
        with Wire(self.through) as fresh:
            self.assertEqual([], fresh.rows("show subscriptions"))


if __name__ == "__main__":
    unittest.main()
