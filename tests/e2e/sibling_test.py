"""What MatrixOne refuses inside an open transaction runs beside it, over a second connection of the same user, where the
gateway can log in for the client (`bridge`); else it is refused, and the transaction goes on in either case."""

import unittest

from lib import auth
from lib.case import GatewayTest, needs_matrixone, start_gateway
from lib.gate import Gate
from lib.process import wait_until
from lib.wire import ServerError, Wire

_IN_TRANSACTION = 0x1
_INTERRUPTED, _INTERNAL = 1317, 20101
_BESIDE = "ran beside the open transaction and is not part of it"
_BRIDGE = '[login]\nmode = "bridge"\n[restore]\nallow_unbounded = true\n'
_SHA2 = {"plugin": auth.SHA2, "knows": (auth.SHA2,)}


class SiblingCase(GatewayTest):
    login, options = _BRIDGE, _SHA2

    @classmethod
    def setUpClass(cls):
        needs_matrixone()
        super().setUpClass()

    def setUp(self):
        self.gate = Gate(self.upstream)
        self.addCleanup(self.gate.stop)
        self.gateway = start_gateway(self, self.gate.address, self.login)
        self.through = self.upstream.at(self.gateway)
        self.name = self.database()
        self.wire = self.session(database=self.name, **self.options)
        self.wire.query("create table t (a int primary key); insert into t values (1), (2)")

    def run_admin(self, *statements):
        with Wire(self.direct) as admin:
            return [admin.query(sql) for sql in statements][-1][0].rows

    def names(self):
        """What the tests make, dropped at the end."""
        self.addCleanup(self.run_admin, f"drop snapshot if exists {self.name}", f"drop pitr if exists {self.name}",
                        f"drop database if exists {self.name}_copy")
        return self.name

    def begin(self):
        self.wire.query("begin")
        self.wire.query("insert into t values (3)")

    def assert_open(self):
        """The transaction is there, with what it did."""
        result = self.wire.one("select count(*) from t")
        self.assertEqual([["3"]], result.rows)
        self.assertTrue(result.status & _IN_TRANSACTION)
        self.assertEqual([["2"]], self.run_admin(f"select count(*) from {self.name}.t"))

    def snapshots(self):
        return self.run_admin(f"select sname from mo_catalog.mo_snapshots where sname = '{self.name}'")


class BesideTest(SiblingCase):
    def test_statements_that_a_transaction_refuses(self):
        name = self.names()
        self.begin()
        for sql in (f"create snapshot {name} for table {name} t", f"drop snapshot {name}",
                    "SNAPSHOT TABLE t AS " + name, f"SNAPSHOT SHOW LIKE '{name}'", "show snapshots",
                    f"SNAPSHOT DROP {name}",
                    f"create pitr {name} for database {name} range 1 'h'", f"alter pitr {name} range 2 'h'", "show pitr",
                    f"drop pitr {name}", "SHOW CDC TASKS LIKE 'none of this name'", "show cdc all"):
            with self.subTest(sql):
                result = self.wire.one(sql)
                self.assertTrue(result.status & _IN_TRANSACTION)
                if not result.columns:
                    self.assertIn(_BESIDE, result.info)
                self.assert_open()
        self.wire.query("rollback")
        self.assertEqual([["2"]], self.wire.rows("select count(*) from t"))

    def test_what_was_made_stays_when_the_transaction_goes(self):
        name = self.names()
        self.begin()
        self.wire.query(f"SNAPSHOT TABLE t AS {name}")
        self.wire.query("rollback")
        self.assertEqual([[name]], self.snapshots())

    def test_the_transaction_sees_it(self):
        """Seed 000: snapshot, flush, checkpoint and clone in one transaction."""
        name = self.names()
        self.begin()
        self.wire.query(f"create snapshot {name} for database {name}")
        self.wire.query(f"select mo_ctl('dn', 'flush', '{name}.t')")
        self.wire.query("CHECKPOINT")
        self.wire.query(f"create database {name}_copy clone {name} {{snapshot = '{name}'}}")
        self.wire.query("commit")
        self.assertEqual([["2"]], self.run_admin(f"select count(*) from {name}_copy.t"))
        self.assertEqual([["3"]], self.run_admin(f"select count(*) from {name}.t"))

    def test_an_error_leaves_the_transaction_open(self):
        name = self.names()
        self.begin()
        self.wire.query(f"create snapshot {name} for table {name} t")
        for sql in (f"create snapshot {name} for table {name} t", f"SNAPSHOT TABLE t AS {name}", "SNAPSHOT DROP none_such"):
            with self.subTest(sql):
                with self.assertRaises(ServerError) as failed:
                    self.wire.query(sql)
                self.assertEqual(_INTERNAL, failed.exception.code)
                self.assert_open()

    def test_with_the_role_of_the_session(self):
        self.wire.query("set role public")
        self.wire.query("begin")
        with self.assertRaises(ServerError) as failed:
            self.wire.query(f"SNAPSHOT TABLE {self.name}.t AS {self.name}")
        self.assertIn("do not have privilege", failed.exception.message)
        self.assertEqual([], self.snapshots())

    def test_a_prepared_statement_of_the_gateways(self):
        name = self.names()
        statement, _, columns = self.wire.prepare(f"SNAPSHOT SHOW LIKE '{name}'")
        self.begin()
        self.wire.query(f"SNAPSHOT TABLE t AS {name}")
        self.assertEqual(6, len(columns))
        self.assertEqual(name, self.wire.execute(statement).rows[0][0])
        self.assert_open()

    def test_the_plan_says_where_it_runs(self):
        self.begin()
        plan = self.wire.rows("EXPLAIN GATEWAY SNAPSHOT DROP IF EXISTS s")
        self.assertEqual(["sibling"], [row[1] for row in plan])
        self.assert_open()

    def test_the_connection_is_closed_behind_it(self):
        self.begin()
        before = self.gate.connections()
        self.wire.query("show snapshots")
        wait_until(lambda: self.gate.connections() == before, 20, "the second connection to close")
        self.assert_open()

    def test_without_a_transaction_there_is_none(self):
        before = self.gate.opened
        self.wire.query("show snapshots")
        self.wire.query("SNAPSHOT SHOW")
        self.assertEqual(before, self.gate.opened)


class EndedTest(SiblingCase):
    def stopped_at(self, sql, pattern, before=False):
        self.begin()
        trap = self.gate.stop_at(pattern, before=before)
        self.wire.command(0x03, sql.encode())
        return trap.wait()

    def operations(self):
        with Wire(self.through, **_SHA2) as watcher:
            return watcher.rows("SHOW GATEWAY OPERATIONS")

    def test_by_kill_query(self):
        name = self.names()
        trap = self.stopped_at(f"SNAPSHOT TABLE t AS {name} WITH FLUSH", "mo_ctl.*flush")
        self.assertEqual(str(self.wire.connection_id), self.operations()[0][0])
        with Wire(self.through, **_SHA2) as killer:
            killer.query(f"KILL QUERY {self.wire.connection_id}")
        trap.release()
        with self.assertRaises(ServerError) as killed:
            self.wire.read_result()
        self.assertEqual(_INTERRUPTED, killed.exception.code)
        self.assert_open()
        self.assertEqual([], self.snapshots())

    def test_a_native_one_by_its_clients_end(self):
        trap = self.stopped_at("show snapshots", "show snapshots", before=True)
        self.assertEqual("SHOW SNAPSHOTS", self.operations()[0][4])
        self.wire.socket.close()
        wait_until(lambda: not self.operations(), 20, "the operation to end")
        trap.cut()
        self.assertEqual([["2"]], self.run_admin(f"select count(*) from {self.name}.t"))

    def test_one_of_the_gateways_goes_on_without_its_client_and_without_the_transaction(self):
        name = self.names()
        trap = self.stopped_at(f"SNAPSHOT TABLE t AS {name} WITH FLUSH", "mo_ctl.*flush")
        self.wire.socket.close()
        wait_until(lambda: "client gone" in str(self.operations()), 20, "the client to be missed")
        self.run_admin(f"insert into {name}.t values (3)")  # nobody holds the key any more
        trap.release()
        wait_until(lambda: not self.operations(), 20, "the operation to end")
        self.assertEqual([[name]], self.snapshots())


class PassthroughTest(SiblingCase):
    login, options = "", {}

    def test_it_is_refused_before_anything_runs(self):
        name = self.names()
        self.begin()
        for sql in (f"create snapshot {name} for table {name} t", "show snapshots", "SNAPSHOT SHOW",
                    f"SNAPSHOT TABLE t AS {name}", f"drop pitr if exists {name}", "show cdc all"):
            with self.subTest(sql):
                del self.gate.statements[:]
                with self.assertRaises(ServerError) as refused:
                    self.wire.query(sql)
                self.assertEqual(_INTERNAL, refused.exception.code)
                self.assertIn("cannot run in a transaction, COMMIT or ROLLBACK first", refused.exception.message)
                self.assertTrue(all(text.startswith("select ") for text in self.gate.statements), self.gate.statements)
                self.assert_open()


if __name__ == "__main__":
    unittest.main()
