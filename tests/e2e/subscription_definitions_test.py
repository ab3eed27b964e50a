"""Definitions of tables that change upstream, one after another and with a gateway killed between: they are not part of a
transaction, and nothing may be left over or in the way.

Two simulators, or MOGATE_TEST_UPSTREAM and MOGATE_TEST_DOWNSTREAM.
"""

import unittest

from lib.faults import SharedTrap
from lib.fleet import FleetTest
from lib.wire import Wire

_INTERNAL = 20101


class DefinitionsTest(FleetTest):
    def setUp(self):
        super().setUp()
        for name in ("one", "other"):
            self.up.query(f"create table {name} (a int primary key)")
            self.up.query(f"insert into {name} values (1), (2)")
        self.subscribe()

    def between_cycles(self, *changes):
        with Wire(self.through) as wire:
            wire.query(f"PAUSE SUBSCRIPTION {self.name}")
            for change in changes:
                self.up.query(change)
            wire.query(f"RESUME SUBSCRIPTION {self.name} WAIT 60")

    def assert_same_tables(self):
        self.assertEqual(self.tables(self.up), self.tables(self.down))
        self.assert_equal_tables()

    def kill_at(self, pattern, before, change):
        trap = SharedTrap([self.fleet[0].road], pattern, before)
        self.up.query(change)
        self.kill_at_trap(trap)

    def kill_at_trap(self, trap):
        self.assertTrue(trap.reached())
        self.fleet[0].kill()
        trap.cut()
        self.fleet[0].start()

    def test_a_table_takes_the_name_of_one_that_is_gone(self):
        self.between_cycles("drop table other", "rename table one to other")
        self.assert_same_tables()

    def test_a_table_is_renamed_and_then_truncated(self):
        self.between_cycles("rename table one to moved")
        self.between_cycles("truncate table moved")
        self.assert_same_tables()

    def test_a_table_is_dropped_and_the_gateway_killed(self):
        for before in (True, False):
            with self.subTest(before=before):
                self.up.query("create table if not exists gone (a int primary key)")
                self.settle()
                self.kill_at("^drop table", before, "drop table gone")
                self.heal()
                self.assert_same_tables()

    def test_a_table_is_renamed_the_gateway_killed_and_the_table_truncated(self):
        self.kill_at("^rename table", False, "rename table one to moved")
        self.up.query("truncate table moved")
        self.heal()
        self.assert_same_tables()

    def test_a_table_is_changed_and_renamed_and_the_gateway_killed(self):
        trap = SharedTrap([self.fleet[0].road], "^rename table", False)
        with Wire(self.through) as wire:
            wire.query(f"PAUSE SUBSCRIPTION {self.name}")
            for change in ("insert into one values (3)", "rename table one to moved"):
                self.up.query(change)
            wire.query(f"RESUME SUBSCRIPTION {self.name}")
        self.kill_at_trap(trap)
        self.heal()
        self.assert_same_tables()

    def test_a_table_is_renamed_the_gateway_killed_and_the_table_dropped(self):
        self.kill_at("^rename table", False, "rename table one to moved")
        self.up.query("drop table moved")
        self.heal()
        self.assert_same_tables()

    def test_a_table_in_the_way_is_an_error_every_time(self):
        self.down.query(f"create table {self.database}.taken (a int primary key)")
        self.up.query("create table taken (a int primary key)")
        for _ in range(3):
            with Wire(self.through) as wire:
                self.refused(f"SYNC SUBSCRIPTION {self.name} WAIT 60", _INTERNAL, "is not the subscription's", wire)
        self.down.query(f"drop table {self.database}.taken")
        self.heal()
        self.assert_same_tables()


if __name__ == "__main__":
    unittest.main()
