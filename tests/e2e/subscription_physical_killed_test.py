"""Subscriptions with ENGINE = PHYSICAL whose gateway is killed between two steps of CREATE or DROP: another one goes on, and
nothing is left.

Two simulators, or MOGATE_TEST_UPSTREAM and MOGATE_TEST_DOWNSTREAM, both 4.x.
"""

import unittest

from lib.physical import PhysicalFleetTest
from lib.wire import Wire

# The side, the statement, and whether it is killed before the statement or with its answer on the way.
_STEPS_OF_CREATE = (
    ("up", "^create publication", False),
    ("down", "^create database `.* from", False),
    ("up", "^create snapshot if not exists", False),
)
_STEPS_OF_DROP = (
    ("down", "^drop ccpr", False),
    ("up", "^drop publication", False),
    ("up", "^drop snapshot", True),
)


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


if __name__ == "__main__":
    unittest.main()
