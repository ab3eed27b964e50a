"""Subscriptions while a writer never rests and everything fails that can: both sides are equal after each fault, and nothing
is left over at the end.

Two simulators, or MOGATE_TEST_UPSTREAM and MOGATE_TEST_DOWNSTREAM. MOGATE_FAULTS is how many faults, MOGATE_FAULT_SEED what
they are drawn from.
"""

import os
import random
import re
import signal
import sys
import time
import unittest

from lib.faults import Outage, SharedTrap
from lib.fleet import FleetTest
from lib.process import wait_until
from lib.restless import Writer
from lib.wire import Wire

_FAULTS = int(os.environ.get("MOGATE_FAULTS", "20"))
_SEED = int(os.environ.get("MOGATE_FAULT_SEED", "1"))

# The side, the statement, and the change of the writer that makes it come (None: every cycle has it).
_POINTS = (
    ("up", "create snapshot", None),
    ("up", "from mo_catalog.mo_snapshots", None),
    ("up", "from mo_catalog.mo_tables", None),
    ("up", "show create table", None),
    ("up", "data branch diff", None),
    ("up", r"select count\(\*\)", "truncate"),
    ("up", r"^select `", "truncate"),
    ("up", "drop snapshot", None),
    ("down", "create database", None),
    ("down", "update mogate.mo_sync_configs set cycle_number", None),
    ("down", "update mogate.mo_sync_configs set ended", None),
    ("down", "update mogate.mo_sync_lease", None),
    ("down", "update mogate.mo_sync_tasks set iteration_state = 1", None),
    ("down", "update mogate.mo_sync_tasks set watermark", None),
    ("down", "iteration_state = 4", "drop_for_long"),
    ("down", "delete from mogate.mo_sync_tasks", "drop_for_long"),
    ("down", "insert into mogate.mo_sync_tasks", "drop_and_create"),
    ("down", "^begin", None),
    ("down", "^commit", None),
    ("down", "^insert into `", "insert"),
    ("down", "^delete from `", "delete"),
    ("down", "load data", "truncate"),
    ("down", "^drop table", "drop_for_long"),
    ("down", "^create table `", "drop_and_create"),
    ("down", "^alter table", "add_column"),
    ("down", "^rename table", "rename"),
)
_KINDS = ("kill", "cut", "upstream away", "downstream away", "stall", "lease lost", "frozen", "hand over")


def say(text):
    print(time.strftime("%H:%M:%S"), text, file=sys.stderr, flush=True)


class Faults(FleetTest):
    def setUp(self):
        super().setUp()
        self.random = random.Random(_SEED)
        self.writer = Writer(self.source, self.database, _SEED)
        self.addCleanup(self.writer.stop)

    def one_row(self, sql):
        with Wire(self.target) as wire:
            return wire.rows(sql)[0]

    # The faults: each gets the statement that is stopped at, if it came, and the gateway that sent it.

    def kill(self, trap, member):
        member.kill()
        other_first = len(self.running()) > 0 and self.random.random() < 0.5
        self.random.choice([trap.cut, trap.release])()  # what was sent may arrive later
        if other_first:
            self.running()[0].wait_until_in_charge()
        member.start()

    def cut(self, trap, _member):
        trap.cut()

    def upstream_away(self, trap, _member):
        self.away(Outage(self.source, [self.up_road]), trap)

    def downstream_away(self, trap, _member):
        self.away(Outage(self.target, [member.road for member in self.fleet]), trap)

    def away(self, outage, trap):
        outage.begin()
        try:
            trap.cut()
            outage.wait_until_noticed()
        finally:
            outage.end()

    def stall(self, trap, _member):
        self.writer.wait_for_more(self.random.randrange(5, 60))
        trap.release()

    def lease_lost(self, trap, _member):
        self.on(self.target).query("update mogate.mo_sync_lease set holder = 'another', "
                                   "expires = date_add(now(6), interval 3 second) where id = 1")
        if self.random.random() < 0.5:
            wait_until(lambda: self.one_row("select holder from mogate.mo_sync_lease where expires > now(6) "
                                            "union all select ''")[0] not in ("another", ""), 60,
                       "the lease to be taken again")
        trap.release()

    def frozen(self, trap, member):
        """For longer than the lease, while another gateway runs."""
        (other,) = [one for one in self.fleet if one is not member]
        if not other.runs:
            other.start()
        seen = len(other.log())
        member.signal(signal.SIGSTOP)
        try:
            if self.random.random() < 0.5:
                trap.release()
            if not self.in_charge(other):
                other.wait_until_in_charge(seen if "runs them" in other.log() else 0)
        finally:
            member.signal(signal.SIGCONT)
        trap.release()

    def hand_over(self, trap, member):
        """An orderly end while the other one is there."""
        (other,) = [one for one in self.fleet if one is not member]
        if not other.runs:
            other.start()
        trap.release()
        self.assertEqual(0, member.gateway.stop(), member.log()[-3000:])
        member.gateway = None

    # What is looked at after each.

    def definition(self, wire, table):
        text = wire.rows(f"show create table {self.database}.{table}")[0][1]
        return re.sub(r"AUTO_INCREMENT=\d+|CONSTRAINT `\S+`|\s+", " ", text, flags=re.IGNORECASE).strip()

    def check(self):
        with Wire(self.source) as self.up, Wire(self.target) as self.down:
            self.assertEqual(self.tables(self.up), self.tables(self.down))
            self.assert_equal_tables()
            for table in self.tables(self.up):
                self.assertEqual(self.definition(self.up, table), self.definition(self.down, table))
            self.assertLessEqual(len(self.snapshots_of_it()), 2)

    def snapshots_of_it(self):
        ((uid,),) = self.down.rows(f"select uid from mogate.mo_sync_configs where subscription_name = '{self.name}'")
        return [name for name in self.our_snapshots() if uid in name]

    def evidence(self):
        logs = "".join(f"--- {member.folder}:\n{member.whole_log()[-6000:]}\n" for member in self.fleet)
        with Wire(self.target) as wire:
            state = [wire.rows(f"select * from mogate.{table}") for table in ("mo_sync_configs", "mo_sync_tasks",
                                                                            "mo_sync_lease")]
        return f"{logs}--- state:\n" + "\n".join(str(row) for table in state for row in table)

    def fault(self, number, kind):
        side, pattern, change = self.random.choice(_POINTS)
        before = self.random.random() < 0.5
        roads = [self.up_road] if side == "up" else [member.road for member in self.fleet]
        trap = SharedTrap(roads, pattern, before)
        if change:
            self.writer.want("drop_and_create" if change == "drop_for_long" else change)
            self.writer.want(change)
        self.writer.resume()
        came = trap.reached()
        trap.forget()
        say(f"seed {_SEED} fault {number}/{_FAULTS}: {kind} {'before' if before else 'after'} {side}: {pattern}"
            f"{'' if came else ' (which did not come)'}")
        getattr(self, kind.replace(" ", "_"))(trap, self.sender(trap))
        trap.release()

    def sender(self, trap):
        by_road = [member for member in self.running() if member.road is trap.gate]
        return (by_road or [m for m in self.running() if self.in_charge(m)] or self.running())[0]

    def in_charge(self, member):
        """As it says itself; the lease tells nothing but a number."""
        others = max((o.gateway.process.log for o in self.running() if o is not member), default="")
        return len(self.running()) == 1 or self._last_taken(member) > self._last_taken_by_log(others)

    @staticmethod
    def _last_taken_by_log(path):
        with open(path, encoding="utf-8", errors="replace") as log:
            return max((line[:30] for line in log if "this gateway runs them" in line), default="")

    def _last_taken(self, member):
        return self._last_taken_by_log(member.gateway.process.log)

    def kinds(self):
        """Each as often as any other."""
        deck = []
        while True:
            deck = deck or self.random.sample(_KINDS, len(_KINDS))
            yield deck.pop()

    def test_end_with_equal_tables_and_leave_nothing(self):
        self.writer.create()
        self.writer.resume()
        self.subscribe()
        for number, kind in zip(range(1, _FAULTS + 1), self.kinds()):
            with self.subTest(seed=_SEED, fault=number, kind=kind):
                self.fault(number, kind)
                self.writer.pause()
                try:
                    self.heal()
                    self.check()
                except Exception as error:
                    say(f"failed: {error}"[:1000])
                    raise AssertionError(f"{error}\n{self.evidence()}") from error
        say(f"changes: {self.writer.done} refused: {self.writer.refused}")
        self.assert_nothing_is_left_after_drop()

    def assert_nothing_is_left_after_drop(self):
        with Wire(self.target) as self.down, Wire(self.source) as self.up:
            ((task, uid),) = self.down.rows(
                f"select task_id, uid from mogate.mo_sync_configs where subscription_name = '{self.name}'")
            tables = self.tables(self.down)
            with Wire(self.through) as wire:
                wire.query(f"DROP SUBSCRIPTION {self.name} WAIT 60")
            self.assertEqual([], [name for name in self.our_snapshots() if uid in name])
            for table in ("mo_sync_configs", "mo_sync_secrets", "mo_sync_tasks"):
                self.assertEqual([], self.down.rows(f"select * from mogate.{table} where task_id = {task}"), table)
            self.assertEqual(tables, self.tables(self.down))
            self.assertEqual([], [name for (name,) in self.down.rows("show tables from mogate")
                                  if not name.startswith("mo_sync_")])


if __name__ == "__main__":
    unittest.main()
