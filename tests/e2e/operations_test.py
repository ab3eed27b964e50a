"""What the gateway itself runs: it shows, can be killed, goes on without its client, and leaves nothing half done."""

import os
import signal
import tempfile
import unittest

from lib import auth
from lib.case import GatewayTest, directory, start_gateway
from lib.gate import Gate
from lib.process import wait_until
from lib.wire import ServerError, Wire

_INTERRUPTED, _SHUTDOWN, _INTERNAL, _LOST = 1317, 1053, 20101, 2013
_BRIDGE = '[login]\nmode = "bridge"\n'
_ADMIN = "ADMIN_NAME 'boss' IDENTIFIED BY 'top-secret'"


class OperationsTest(GatewayTest):
    settings = ""

    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.gate = Gate(self.upstream)
        self.addCleanup(self.gate.stop)
        self.name = self.database()
        with Wire(self.direct, database=self.name) as admin:
            admin.query("create table a (x int primary key); insert into a values (1), (2); create table b (x int)")
        self.start(self.settings)

    def start(self, settings):
        self.gateway = start_gateway(self, self.gate.address, settings)
        self.through = self.upstream.at(self.gateway)

    def run_admin(self, sql):
        with Wire(self.direct) as admin:
            return admin.rows(sql)

    def new_account(self):
        """A name; the account is dropped at the end."""
        name = f"mogate_new_{os.getpid()}_{self.id().rpartition('.')[2][-20:]}"
        self.addCleanup(self.run_admin, f"drop account if exists {name}")
        return name

    def snapshot(self):
        self.run_admin(f"create snapshot {self.name} for database {self.name}")
        self.addCleanup(self.run_admin, f"drop snapshot if exists {self.name}")
        return self.name

    def restore_to(self, account):
        return f"SNAPSHOT RESTORE {self.name} TO NEW ACCOUNT {account} {_ADMIN}"

    def accounts(self, name):
        return self.run_admin(f"select account_name, comments from mo_catalog.mo_account where account_name = '{name}'")

    def operations(self):
        with Wire(self.through) as watcher:
            result = watcher.one("SHOW GATEWAY OPERATIONS")
            return [dict(zip((name for name, _ in result.columns), row)) for row in result.rows]

    def begun(self, sql, **options):
        """A session in the middle of a statement."""
        session = self.session(**options)
        session.command(0x03, sql.encode())
        return session

    def error_of(self, session):
        with self.assertRaises(ServerError) as failed:
            session.read_result()
        return failed.exception

    def maintenance(self):
        return f"FLUSH TABLE {self.name}.a, {self.name}.b WITH CHECKPOINT"

    def audit(self):
        return [line for line in self.gateway.process.output().splitlines()
                if " audit " in line and '"SHOW GATEWAY"' not in line]


class ShownTest(OperationsTest):
    def test_with_its_step_while_it_runs(self):
        trap = self.gate.stop_at(rf"flush.*{self.name}\.b")
        session = self.begun(self.maintenance())
        trap.wait()
        (shown,) = self.operations()
        self.assertEqual(str(session.connection_id), shown["id"])
        self.assertEqual(["sys", self.upstream.user, "FLUSH TABLE", "2", "3", "running"],
                         [shown[key] for key in ("account", "user", "statement", "step", "steps", "state")])
        self.assertIn(f"{self.name}.b", shown["native_sql"])
        self.assertTrue(shown["elapsed_s"].isdigit())
        trap.release()
        self.assertEqual(["OK"] * 3, [row[2] for row in session.read_result().rows])
        self.assertEqual([], self.operations())

    def test_without_its_secrets(self):
        self.snapshot()
        trap = self.gate.stop_at("CREATE ACCOUNT")
        session = self.begun(self.restore_to(self.new_account()))
        trap.wait()
        self.assertIn("IDENTIFIED BY '***'", self.operations()[0]["native_sql"])
        trap.release()
        session.read_result()
        self.assertNotIn("top-secret", str(self.audit()))

    def test_to_sys_alone(self):
        with Wire(self.through) as session:
            session.query("set role public")
            with self.assertRaises(ServerError) as refused:
                session.query("SHOW GATEWAY OPERATIONS")
            self.assertEqual(_INTERNAL, refused.exception.code)


class KilledTest(OperationsTest):
    def kill(self, trap, session):
        """KILL QUERY while the answer to a step is on its way, so that it meets the plan between two steps."""
        trap.wait()
        with Wire(self.through) as killer:
            killer.query(f"KILL QUERY {session.connection_id}")
        trap.release()
        error = self.error_of(session)
        self.assertEqual(_INTERRUPTED, error.code, error.message)
        self.assertEqual([["1"]], session.rows("select 1"))
        self.assertEqual([], self.operations())
        return error.message

    def test_nothing_further_is_begun_and_the_error_says_so(self):
        trap = self.gate.stop_at(rf"flush.*{self.name}\.a")
        said = self.kill(trap, self.begun(self.maintenance()))
        self.assertIn("step 2 of 3 was not begun, step 1 stays done", said)
        self.assertFalse([sql for sql in self.gate.statements if f"{self.name}.b" in sql and "mo_ctl" in sql])

    def test_an_account_that_was_begun_is_dropped(self):
        self.snapshot()
        account = self.new_account()
        for pattern in ("CREATE ACCOUNT", "CREATE DATABASE"):
            with self.subTest(pattern):
                trap = self.gate.stop_at(pattern)
                said = self.kill(trap, self.begun(self.restore_to(account)))
                self.assertRegex(said, "(was|were) undone")
                self.assertEqual([], self.accounts(account))

    def test_what_cannot_be_undone_is_named(self):
        self.snapshot()
        account = self.new_account()
        self.run_admin(f"create account {account} {_ADMIN}")
        trap = self.gate.stop_at("CREATE DATABASE")
        with Wire(self.direct) as admin:
            admin.query(f"create database {self.name}_2")
            self.addCleanup(self.run_admin, f"drop database if exists {self.name}_2")
            admin.query(f"create snapshot {self.name}_acc for account")
            self.addCleanup(self.run_admin, f"drop snapshot if exists {self.name}_acc")
        said = self.kill(trap, self.begun(f"SNAPSHOT RESTORE {self.name}_acc TO ACCOUNT {account}"))
        self.assertRegex(said, rf"step 1 stays done: database `\w+` in account {account}")


class DesertedTest(OperationsTest):
    def leave(self, trap, session):
        trap.wait()
        session.socket.close()
        wait_until(lambda: "client gone" in str(self.operations()), 20, "the client to be missed")
        trap.release()
        wait_until(lambda: not self.operations(), 20, "the operation to end")

    def test_a_plan_that_changes_something_runs_to_its_end(self):
        self.leave(self.gate.stop_at(rf"flush.*{self.name}\.a"), self.begun(self.maintenance()))
        self.assertTrue([sql for sql in self.gate.statements if "'checkpoint'" in sql])
        self.assertRegex(self.audit()[-1], r'statement="FLUSH TABLE" outcome="ok \(the client was gone\)"')

    def test_or_is_undone(self):
        self.snapshot()
        account = self.new_account()
        trap = self.gate.stop_at("CREATE DATABASE", before=True)
        session = self.begun(self.restore_to(account))
        trap.wait()
        self.run_admin(f"drop snapshot {self.name}")
        self.leave(trap, session)
        self.assertEqual([], self.accounts(account))
        self.assertRegex(self.audit()[-1], r"step 1 was undone\) \(the client was gone\)")

    def test_one_that_only_reads_ends_at_once(self):
        trap = self.gate.stop_at("show snapshots")
        session = self.begun("SNAPSHOT SHOW")
        trap.wait()
        self.assertEqual(1, len(self.operations()))
        session.socket.close()
        wait_until(lambda: not self.operations(), 20, "the operation to end")
        trap.cut()


class LostConnectionTest(OperationsTest):
    """The backend's connection breaks under a plan: nobody can be asked what came of the step."""

    def break_under(self, pattern, account, **options):
        self.snapshot()
        trap = self.gate.stop_at(pattern, before=True)
        session = self.begun(self.restore_to(account), **options)
        trap.wait().cut()
        return self.error_of(session)

    def test_without_another_connection_the_error_says_what_is_left(self):
        account = self.new_account()
        error = self.break_under("CREATE DATABASE", account)
        self.assertEqual(_LOST, error.code)
        self.assertIn("it is not known whether step 2 of 3 was done", error.message)
        self.assertIn(f"run DROP ACCOUNT `{account}`", error.message)
        self.assertIn(f"run DROP ACCOUNT `{account}`", self.audit()[-1])
        with Wire(self.through) as again:
            with self.assertRaises(ServerError) as named:
                again.query(self.restore_to(account))
            self.assertIn("half made", named.exception.message)
            again.query(f"DROP ACCOUNT {account}")
            again.query(self.restore_to(account))
        self.assertEqual([[account, ""]], self.accounts(account))

    def test_nothing_was_done_before_the_first_step(self):
        account = self.new_account()
        error = self.break_under("CREATE ACCOUNT", account)
        self.assertIn(f"step 1 of 3 was done, and if so, DROP ACCOUNT `{account}` undoes it", error.message)
        self.assertEqual([], self.accounts(account))


class BridgeTest(LostConnectionTest):
    settings = _BRIDGE

    def session(self, **options):
        return super().session(plugin=auth.SHA2, knows=(auth.SHA2,), **options)

    def operations(self):
        with self.session() as watcher:
            return watcher.rows("SHOW GATEWAY OPERATIONS")

    def test_without_another_connection_the_error_says_what_is_left(self):
        """Here there is another one."""
        account = self.new_account()
        error = self.break_under("CREATE DATABASE", account)
        self.assertEqual(_LOST, error.code)
        self.assertIn("step 2 of 3 was done", error.message)
        self.assertIn("step 1 was undone", error.message)
        self.assertEqual([], self.accounts(account))

    def test_a_late_step_is_undone_over_another_connection(self):
        self.snapshot()
        account = self.new_account()
        trap = self.gate.stop_at("CREATE DATABASE", before=True)
        limit = 2 if self.upstream.kind == "simulator" else 45  # a busy real server takes long to drop an account
        self.start(_BRIDGE + f"[timeouts]\norchestration = {limit}\n")
        session = self.begun(self.restore_to(account))
        trap.wait()
        error = self.error_of(session)
        self.assertIn("did not answer in time", error.message)
        self.assertIn("step 1 was undone", error.message)
        trap.cut()
        self.assertEqual([], self.accounts(account))

    def test_the_gateways_end_waits_for_it_and_then_undoes_it(self):
        self.snapshot()
        account = self.new_account()
        trap = self.gate.stop_at("CREATE DATABASE", before=True)
        self.start(_BRIDGE + "[timeouts]\ndrain = 1\n")
        session = self.begun(self.restore_to(account))
        trap.wait()
        self.gateway.process.child.send_signal(signal.SIGTERM)
        error = self.error_of(session)
        self.assertEqual(_SHUTDOWN, error.code)
        self.assertIn("step 1 was undone", error.message)
        trap.cut()
        self.assertEqual([], self.accounts(account))


class DrainTest(OperationsTest):
    def test_an_operation_is_waited_for(self):
        trap = self.gate.stop_at(rf"flush.*{self.name}\.a")
        session = self.begun(self.maintenance())
        trap.wait()
        self.gateway.process.child.send_signal(signal.SIGTERM)
        self.gateway.process.wait_for("ending: ")
        trap.release()
        self.assertEqual(3, len(session.read_result().rows))
        self.assertEqual(0, self.gateway.process.child.wait(20))


if __name__ == "__main__":
    unittest.main()
