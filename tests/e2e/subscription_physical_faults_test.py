"""Subscriptions with ENGINE = PHYSICAL when gateways, clusters and MatrixOne's own replication fail: they come into step again,
and DROP leaves nothing.

Two simulators, or MOGATE_TEST_UPSTREAM and MOGATE_TEST_DOWNSTREAM, both 4.x.
"""

import unittest

from lib.faults import Outage, SharedTrap
from lib.fleet import FleetTest
from lib.physical import PhysicalTest
from lib.wire import Wire

# The side, the statement, and whether it is killed before the statement or with its answer on the way.
_STEPS_OF_CREATE = (
    ("up", "^create publication", True),
    ("up", "^create publication", False),
    ("down", "^create database `.* from", True),
    ("down", "^create database `.* from", False),
    ("down", "set cycle_snapshot", True),
    ("up", "^create snapshot if not exists", False),
    ("up", "mo_ctl", True),
)
_STEPS_OF_DROP = (
    ("down", "^drop ccpr", True),
    ("down", "^drop ccpr", False),
    ("down", "^delete from mogate.mo_sync_tasks", False),
    ("up", "^drop publication", False),
    ("up", "^drop snapshot", True),
    ("down", "^delete from mogate.mo_sync_configs", True),
)


class PhysicalFleetTest(PhysicalTest, FleetTest):
    def setUp(self):
        super().setUp()
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("insert into t values (1, 1)")

    def kill_at(self, side, pattern, before, sql):
        """The gateway is killed at a statement that `sql` leads to, and another one started."""
        (member,) = self.running()
        road = self.up_road if side == "up" else member.road
        trap = SharedTrap([road], pattern, before)
        with Wire(self.through) as wire:
            wire.begin_command()
            wire.send_packet(b"\x03" + sql.encode())
            self.assertTrue(trap.reached(), pattern)
            member.kill()
        trap.cut()
        member.start()
        member.wait_until_in_charge()

    def create(self):
        return f"CREATE SUBSCRIPTION {self.name} DATABASE {self.database} FROM '{self.uri()}' {self.options}"


class Killed(PhysicalFleetTest):
    def test_in_create_it_is_gone_on_with(self):
        for side, pattern, before in _STEPS_OF_CREATE:
            with self.subTest(pattern, side=side, before=before):
                self.kill_at(side, pattern, before, self.create())
                self.heal()
                with Wire(self.target) as self.down:
                    self.assert_equal_tables()
                ((task, *_),) = self.log_of_it()
                with Wire(self.through) as wire:
                    wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")
                self.assert_nothing_is_left(task)
                with Wire(self.target) as down:
                    down.query(f"drop database {self.database}")

    def test_in_drop_nothing_is_left(self):
        for side, pattern, before in _STEPS_OF_DROP:
            with self.subTest(pattern, side=side, before=before):
                with Wire(self.through, timeout=150) as wire:
                    wire.query(self.create() + " WAIT 120")
                ((task, *_),) = self.log_of_it()
                self.kill_at(side, pattern, before, f"DROP SUBSCRIPTION {self.name} WAIT 60")
                self.wait_until("the end of what is left", lambda: not self.left())
                self.assert_nothing_is_left(task)
                with Wire(self.target) as down:
                    down.query(f"drop database {self.database}")

    def left(self):
        with Wire(self.target) as down:
            return down.rows(f"select * from mogate.mo_sync_configs where db_name = '{self.database}'")


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
        for value in (2, 3):
            self.outage(self.source, [self.up_road])
            with Wire(self.source) as up:
                up.query(f"insert into {self.database}.t values ({value}, {value})")
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
