"""kill -9 of the gateway before and after each step of each plan: the next run of the same statement either mends what was
left, or names it with what removes it, and works once just that was done."""

import os
import re
import tempfile
import unittest

from lib.case import GatewayTest, directory, needs_matrixone
from lib.gate import Gate
from lib.gateway import Gateway
from lib.process import wait_until
from lib.wire import ServerError, Wire

_PASSWORD = "p4ss-word"
_DEADLOCK = 20701  # "deadlock detected"
_ADMIN = f"ADMIN_NAME 'boss' IDENTIFIED BY '{_PASSWORD}'"
_SETTINGS = "[restore]\nallow_unbounded = true\n"
# What an error says has to be run.
_WAY_OUT = re.compile(r"\b(DROP (?:ACCOUNT|SNAPSHOT|PITR|CDC TASK) `?\w+`?)")
_DROP_IN_ACCOUNT = re.compile(r"database (\w+) already exists in account (\w+): drop it there first")


class World:
    """A database with two tables, snapshots of all of it, and an account beside it. Each plan leaves it to the next."""

    def __init__(self, test):
        self.test, self.name = test, f"mogate_kill_{os.getpid()}"
        self.d, self.other, self.new = self.name, self.name + "_other", self.name + "_new"
        self.copied = self.name + "_2"
        self.drop()
        self.run(f"create database {self.d}", f"create table {self.d}.t (x int primary key)",
                 f"create table {self.d}.u (x int)", f"insert into {self.d}.t values (1), (2)",
                 f"create snapshot {self.name}_d for database {self.d}",
                 f"create account {self.other} {_ADMIN}")
        self.run_as(self.other, "create database mine", "create table mine.t (x int)", "insert into mine.t values (7)")
        self.run(f"create snapshot {self.name}_o for account {self.other}")

    def drop_cdc(self):
        for sql in (f"drop cdc task {self.name}", f"drop pitr mogate_cdc_{self.name}"):
            try:
                self.run(sql)
            except ServerError:
                pass  # there is none

    def drop(self):
        self.drop_cdc()
        self.run(f"drop snapshot if exists {self.name}_d", f"drop snapshot if exists {self.name}_o",
                 f"drop snapshot if exists {self.name}_s", f"drop account if exists {self.other}",
                 f"drop account if exists {self.new}", f"drop database if exists {self.d}")

    def run(self, *statements):
        with Wire(self.test.direct) as admin:
            return [admin.query(sql) for sql in statements][-1][0].rows

    def run_as(self, account, *statements, user="boss"):
        with Wire(self.test.direct, user=f"{account}:{user}", password=_PASSWORD) as session:
            return [session.query(sql) for sql in statements][-1][0].rows

    def accounts(self, name):
        return self.run(f"select comments from mo_catalog.mo_account where account_name = '{name}'")


class Plan:
    """One statement, what must hold before it and after it."""

    def __init__(self, world):
        self.w = world

    def prepare(self):
        pass

    def is_for(self, _version):
        return True


class Maintenance(Plan):
    def sql(self):
        return f"FLUSH TABLE {self.w.d}.t, {self.w.d}.u WITH CHECKPOINT"

    def check(self, test, result):
        test.assertEqual(["OK"] * 3, [row[2] for row in result.rows])


class SnapshotWithFlush(Plan):
    def prepare(self):
        self.w.run(f"drop snapshot if exists {self.w.name}_s")

    def sql(self):
        return f"SNAPSHOT DATABASE {self.w.d} AS {self.w.name}_s WITH FLUSH"

    def check(self, test, result):
        test.assertEqual([f"{self.w.name}_s"], [row[0] for row in result.rows])


class RestoreTable(Plan):
    def prepare(self):
        self.w.run(f"delete from {self.w.d}.t where x = 1")

    def sql(self):
        return f"SNAPSHOT RESTORE {self.w.name}_d TABLE {self.w.d}.t"

    def check(self, test, _result):
        test.assertEqual([["1"], ["2"]], self.w.run(f"select x from {self.w.d}.t order by x"))


class CloneToAccount(Plan):
    def prepare(self):
        self.w.run_as(self.w.other, f"drop database if exists {self.w.d}")

    def sql(self):
        return f"SNAPSHOT RESTORE {self.w.name}_d TO ACCOUNT {self.w.other}"

    def check(self, test, _result):
        test.assertEqual([["2"]], self.w.run_as(self.w.other, f"select count(*) from {self.w.d}.t"))


class CloneToNewAccount(Plan):
    def prepare(self):
        self.w.run(f"drop account if exists {self.w.new}")

    def sql(self):
        return f"SNAPSHOT RESTORE {self.w.name}_d TO NEW ACCOUNT {self.w.new} {_ADMIN}"

    def check(self, test, _result):
        test.assertEqual([[""]], self.w.accounts(self.w.new))
        test.assertEqual([["2"]], self.w.run_as(self.w.new, f"select count(*) from {self.w.d}.t"))


class NewAccountWithUsers(CloneToNewAccount):
    def sql(self):
        return (f"SNAPSHOT RESTORE {self.w.name}_o TO NEW ACCOUNT {self.w.new} ADMIN_NAME 'chief' IDENTIFIED BY "
                f"'other-pass' WITH USERS")

    def check(self, test, _result):
        test.assertEqual([[""]], self.w.accounts(self.w.new))
        test.assertEqual([["7"]], self.w.run_as(self.w.new, "select x from mine.t"))


class CreateCdcTask(Plan):
    def uri(self):
        server = self.w.test.direct
        return f"mysql://{server.user}:{server.password}@{server.host}:{server.port}"

    def sql(self):
        return (f"CREATE CDC TASK {self.w.name} FROM '{self.uri()}' TO MATRIXONE '{self.uri()}' "
                f"TABLE {self.w.d}.t:{self.w.d}.t_copy WITH PITR")

    def prepare(self):
        self.w.drop_cdc()

    def check(self, test, _result):
        test.assertEqual(1, len(self.w.run(f"show cdc task {self.w.name}")))
        test.assertEqual(1, len(self.w.run(f"show pitr where pitr_name = 'mogate_cdc_{self.w.name}'")))


class RestartFailedCdcTask(CreateCdcTask):
    """On 4.2; before, a failed task does not come back and the statement is refused."""

    columns = 0

    def is_for(self, version):
        return "-v4" in version

    def sql(self):
        return f"RESTART CDC TASK {self.w.name} WAIT 60"

    def prepare(self):
        if self.columns == 0:
            self.w.drop_cdc()
            self.w.run(f"drop table if exists {self.w.d}.t_copy",
                       f"create pitr mogate_cdc_{self.w.name} for table {self.w.d} t range 2 'h'",
                       f"create cdc {self.w.name} '{self.uri()}' 'matrixone' '{self.uri()}' "
                       f"'{self.w.d}.t:{self.w.d}.t_copy' {{'Level'='table'}}")
            wait_until(self.is_copied, 60, "the first copy")
        self.columns += 1
        self.run_in_the_end(f"alter table {self.w.d}.t add column c{self.columns} int")
        self.run_in_the_end(f"insert into {self.w.d}.t values ({100 + self.columns}{', 0' * self.columns})")
        wait_until(lambda: self.state() == "failed", 120, "the task to fail")
        # So that it can be brought back.
        self.run_in_the_end(f"alter table {self.w.d}.t_copy add column c{self.columns} int")

    def run_in_the_end(self, sql):
        """An ALTER and a task that reads the table may be a deadlock, of which the ALTER is the victim."""

        def ran():
            try:
                self.w.run(sql)
            except ServerError as error:
                if error.code != _DEADLOCK:
                    raise
                return False
            return True

        wait_until(ran, 60, "the task to let go of the table")

    def is_copied(self):
        try:
            return self.w.run(f"select count(*) from {self.w.d}.t_copy") != [["0"]]
        except ServerError:
            return False

    def state(self):
        return self.w.run(f"show cdc task {self.w.name}")[0][4]

    def check(self, test, _result):
        test.assertEqual("running", self.state())


class KilledPlansTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        needs_matrixone()
        super().setUpClass()
        cls.world = World(cls)
        cls.addClassCleanup(cls.world.drop)
        ((cls.version,),) = cls.world.run("select version()")

    def setUp(self):
        self.gate = Gate(self.upstream)
        self.addCleanup(self.gate.stop)
        self.running = None
        self.start()
        self.addCleanup(lambda: self.running.stop())

    def start(self):
        self.running = Gateway(tempfile.mkdtemp(prefix="gateway-", dir=directory()), self.gate.address, extra=_SETTINGS)
        self.through = self.upstream.at(self.running)

    def run_plan(self, plan):
        with Wire(self.through) as session:
            return session.one(plan.sql())

    def stops(self, plan):
        """The patterns of the steps, and how many statements the first one is found in up to that step: the reads in front of
        it are always the same, while how often a step asks whether it is there differs. The plan has run to its end then."""
        with Wire(self.through) as session:
            explained = session.rows(f"EXPLAIN GATEWAY {plan.sql()}")
        patterns = [re.sub(r"(\\\*){3,}", ".*", re.escape(text)) for _, where, text, _ in explained if where == "client"]
        del self.gate.statements[:]
        plan.check(self, self.run_plan(plan))
        sent, at = list(self.gate.statements), len(self.gate.statements)
        for pattern in reversed(patterns):
            at = max(i for i in range(at) if re.search(pattern, sent[i]))
        return patterns, sum(bool(re.search(patterns[0], text)) for text in sent[:at + 1])

    def kill_at(self, plan, patterns, occurrence, before):
        """Kills the gateway at the step of the last pattern."""
        trap = self.gate.stop_at(*patterns, before=before, occurrence=occurrence)
        session = Wire(self.through)
        session.command(0x03, plan.sql().encode())
        trap.wait()
        self.running.process.child.kill()
        self.running.process.child.wait()
        trap.cut()
        session.socket.close()
        self.start()

    def mend(self, error):
        """Does what the error says, and nothing else."""
        there = _DROP_IN_ACCOUNT.search(error.message)
        way_out = _WAY_OUT.search(error.message)
        if there:
            self.world.run_as(there.group(2), f"drop database {there.group(1)}")
        elif way_out:
            self.world.run(way_out.group(1))
        else:
            self.fail(f"the error does not say what to do: {error}")

    def run_again(self, plan):
        try:
            return self.run_plan(plan)
        except ServerError as error:
            self.mend(error)
        return self.run_plan(plan)

    def kill_each_step_of(self, kind):
        plan = kind(self.world)
        if not plan.is_for(self.version):
            self.skipTest(f"not on {self.version}")
        plan.prepare()
        patterns, occurrence = self.stops(plan)
        for step in range(1, len(patterns) + 1):
            for before in (True, False):
                with self.subTest(step=step, when="before" if before else "after"):
                    plan.prepare()
                    self.kill_at(plan, patterns[:step], occurrence, before)
                    plan.check(self, self.run_again(plan))

    def test_maintenance(self):
        self.kill_each_step_of(Maintenance)

    def test_a_snapshot_with_flush(self):
        self.kill_each_step_of(SnapshotWithFlush)

    def test_restore_of_a_table(self):
        self.kill_each_step_of(RestoreTable)

    def test_clone_to_an_account(self):
        self.kill_each_step_of(CloneToAccount)

    def test_clone_to_a_new_account(self):
        self.kill_each_step_of(CloneToNewAccount)

    def test_a_new_account_with_users(self):
        self.kill_each_step_of(NewAccountWithUsers)

    def test_create_of_a_cdc_task(self):
        self.kill_each_step_of(CreateCdcTask)

    def test_restart_of_a_failed_cdc_task(self):
        """A failure takes MatrixOne 16 s and more: there this one alone takes minutes."""
        self.kill_each_step_of(RestartFailedCdcTask)


if __name__ == "__main__":
    unittest.main()
