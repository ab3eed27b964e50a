"""Subscriptions with ENGINE = PHYSICAL when clusters and MatrixOne's own replication fail: they come into step again,
and DROP leaves nothing.

Two simulators, or MOGATE_TEST_UPSTREAM and MOGATE_TEST_DOWNSTREAM, both 4.x.
"""

import unittest

from lib.faults import Outage
from lib.physical import PhysicalFleetTest
from lib.wire import Wire

class Outages(PhysicalFleetTest):
    def outage(self, server, roads):
        away = Outage(server, roads)
        away.begin()
        try:
            away.wait_until_noticed()
        finally:
            away.end()

    def test_of_the_upstream_end_with_equal_tables(self):
        with Wire(self.through, timeout=150) as wire:
            wire.query(self.create() + " WAIT 120")
        self.outage(self.source, [self.up_road])
        with Wire(self.source) as up:
            up.query(f"insert into {self.database}.t values (2, 2)")
        self.heal()
        with Wire(self.source) as self.up, Wire(self.target) as self.down:
            self.assert_equal_tables()

    def test_of_the_upstream_while_it_is_dropped_leave_nothing_once_it_is_back(self):
        with Wire(self.through, timeout=150) as wire:
            wire.query(self.create() + " WAIT 120")
        ((task, *_),) = self.log_of_it()
        away = Outage(self.source, [self.up_road])
        away.begin()
        try:
            with Wire(self.through) as wire:
                answer = wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 2")[0]
            self.assertIn("is removed as soon as that answers", answer.info)
            self.assertEqual([], self.log_of_it())
        finally:
            away.end()
        self.wait_until("the end of what is left upstream",
                        lambda: not self.publications() and not self.replication_snapshots(task))


class Replication(PhysicalFleetTest):
    """What somebody, or MatrixOne, did to it."""

    def setUp(self):
        super().setUp()
        with Wire(self.through, timeout=150) as wire:
            wire.query(self.create() + " WAIT 120")
        ((self.task, *_),) = self.log_of_it()

    def change_and_heal(self):
        self.up.query("insert into t values (9, 9)")
        self.heal()
        self.assert_equal_tables()

    def test_that_was_paused_is_resumed(self):
        self.down.query(f"pause ccpr subscription '{self.task}'")
        self.change_and_heal()

    def test_whose_publication_was_dropped_gets_another(self):
        ((publication,),) = self.publications()
        self.up.query(f"drop publication {publication}")
        self.wait_until("the error", lambda: self.log_of_it()[0][1] == "1" or self.publications())
        self.change_and_heal()

    def test_leaves_no_snapshots_behind(self):
        self.wait_until("more iterations", lambda: int(self.log_of_it()[0][3]) > 2)
        self.up.query(f"create snapshot `ccpr_{self.task}_0` for database {self.database}")
        self.change_and_heal()
        names = [name.rpartition("_")[2] for (name,) in self.replication_snapshots(self.task)]
        self.assertNotIn("0", names)
        self.assertLessEqual(len(names), 3)


if __name__ == "__main__":
    unittest.main()
