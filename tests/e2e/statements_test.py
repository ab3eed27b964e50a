"""Extended statements on the wire: prepared, in packets of several, and what the guards keep from the server.

Each form with its answer is in tests/clients/extended_cases.py.
"""

import unittest

from lib.case import GatewayTest
from lib.wire import DEPRECATE_EOF, PREPARE, USUAL, ServerError, Wire

_MO_CTL = ["method", "target", "result", "elapsed_ms"]
_NO_PRIVILEGE = 20101
_CAPABILITIES = (("with DEPRECATE_EOF", USUAL), ("without DEPRECATE_EOF", USUAL & ~DEPRECATE_EOF))


class StatementCase(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        self.wire = self.session(database=self.name)
        self.wire.query("create table t (a int primary key, b varchar(20)); insert into t values (1, 'one'), (2, 'two')")
        self.t = f"{self.name}.t"

    def snapshot(self, suffix=""):
        """A name; it is dropped at the end if it is there."""
        name = self.name + suffix

        def drop():
            with Wire(self.direct) as last:
                last.query(f"drop snapshot if exists {name}")

        self.addCleanup(drop)
        return name

    def assert_refused(self, code, sql, wire=None, sqlstate=None):
        with self.assertRaises(ServerError) as refused:
            (wire or self.wire).query(sql)
        self.assertEqual(code, refused.exception.code, refused.exception.message)
        if sqlstate:
            self.assertEqual(sqlstate, refused.exception.sqlstate)
        self.assertEqual([["1"]], (wire or self.wire).rows("select 1"))


class PreparedTest(StatementCase):
    def test_flush_table_is_prepared_and_executed_again_and_again(self):
        for name, capabilities in _CAPABILITIES:
            with self.subTest(name):
                wire = self.session(database=self.name, capabilities=capabilities)
                statement, parameters, columns = wire.prepare(f"FLUSH TABLE {self.t}")
                self.assertEqual((0, _MO_CTL), (parameters, [column for column, _ in columns]))
                for _ in range(3):
                    result = wire.execute(statement)
                    self.assertEqual(["Flush", self.t, "OK"], result.rows[0][:3])
                    self.assertIsInstance(result.rows[0][3], int)

    def test_a_parameter_may_stand_for_a_string(self):
        name = self.snapshot()
        self.wire.query(f"SNAPSHOT TABLE {self.t} AS {name}")
        statement, parameters, _ = self.wire.prepare("SNAPSHOT SHOW LIKE ?")
        self.assertEqual(1, parameters)
        self.assertEqual([name], [row[0] for row in self.wire.execute(statement, [name]).rows])
        self.assertEqual([], self.wire.execute(statement, ["no such snapshot"]).rows)

    def test_a_parameter_may_stand_for_a_number(self):
        statement, parameters, _ = self.wire.prepare("CHECKPOINT TIMEOUT ?")
        self.assertEqual(1, parameters)
        self.assertEqual(["Checkpoint", "cluster", "OK"], self.wire.execute(statement, [60]).rows[0][:3])

    def test_its_ids_do_not_meet_those_of_the_server(self):
        ours, _, _ = self.wire.prepare(f"FLUSH TABLE {self.t}")
        native, _, _ = self.wire.prepare("select a from t where b = ?")
        self.assertNotEqual(ours, native)
        for _ in range(2):
            self.assertEqual([[2]], self.wire.execute(native, ["two"]).rows)
            self.assertEqual("Flush", self.wire.execute(ours).rows[0][0])
        self.wire.close_statement(ours)
        self.assertEqual([[1]], self.wire.execute(native, ["one"]).rows)
        with self.assertRaises(ServerError):
            self.wire.execute(ours)

    def test_one_that_does_not_parse_is_refused_when_prepared(self):
        self.wire.command(PREPARE, b"SNAPSHOT TABLE t AS")
        with self.assertRaises(ServerError) as refused:
            self.wire.read_answer()
        self.assertEqual((1064, "42000"), (refused.exception.code, refused.exception.sqlstate))
        self.assertEqual([["1"]], self.wire.rows("select 1"))


class PacketOfSeveralTest(StatementCase):
    def test_results_come_in_order(self):
        results = self.wire.query(f"select 1; FLUSH TABLE {self.t}; insert into t values (3, 'x;y'); CHECKPOINT; select 2")
        self.assertEqual(["1", "Flush", None, "Checkpoint", "2"],
                         [result.rows[0][0] if result.rows else None for result in results])
        self.assertEqual(1, results[2].affected)

    def test_the_first_error_ends_it(self):
        with self.assertRaises(ServerError) as error:
            self.wire.query(f"insert into t values (3, ''); FLUSH TABLE {self.name}.no_such; insert into t values (4, '')")
        self.assertEqual(1146, error.exception.code)
        self.assertEqual([["3"]], self.wire.rows("select count(*) from t"))

    def test_nothing_runs_if_a_part_of_ours_does_not_parse(self):
        self.assert_refused(1064, "insert into t values (3, ''); SNAPSHOT NOTHING; insert into t values (4, '')")
        self.assertEqual([["2"]], self.wire.rows("select count(*) from t"))

    def test_empty_parts_and_comments_between_are_skipped(self):
        results = self.wire.query("select 1;; /* between */ ; CHECKPOINT; -- the end\n")
        self.assertEqual(["1", "Checkpoint"], [result.rows[0][0] for result in results if result.rows])

    def test_a_client_that_did_not_ask_for_several_statements_is_refused(self):
        wire = self.session(database=self.name, capabilities=USUAL & ~0x10000)
        with self.assertRaises(ServerError):
            wire.query("insert into t values (3, ''); select 2")
        self.assertEqual([["2"]], wire.rows("select count(*) from t"))


class GuardTest(StatementCase):
    def test_an_empty_packet_is_an_error_and_the_server_lives(self):
        self.wire.sequence = 0
        self.wire.send_packet(b"")
        with self.assertRaises(ServerError):
            self.wire.read_answer()
        with Wire(self.through) as other:
            self.assertEqual([["1"]], other.rows("select 1"))

    def test_pipelined_commands_are_answered_one_after_the_other(self):
        packets = b"".join((len(sql) + 1).to_bytes(3, "little") + b"\0\x03" + sql
                           for sql in (b"select 11", b"select 12", b"FLUSH TABLE " + self.t.encode(), b"select 13"))
        self.wire.socket.sendall(packets)
        got = []
        for _ in range(4):
            self.wire.sequence = 1
            got.append(self.wire.read_result().rows[0][0])
        self.assertEqual(["11", "12", "Flush", "13"], got)

    def test_one_statement_may_not_read_two_snapshots(self):
        first, second = self.snapshot("_1"), self.snapshot("_2")
        self.wire.query(f"SNAPSHOT TABLE {self.t} AS {first}; SNAPSHOT TABLE {self.t} AS {second}")
        with self.assertRaises(ServerError):
            self.wire.query(f"select * from t{{snapshot = '{first}'}} union all select * from t{{snapshot = '{second}'}}")
        self.assertEqual([["2"]], self.wire.rows(f"select count(*) from t{{snapshot = '{first}'}}"))

    def test_a_snapshot_may_not_be_written(self):
        name = self.snapshot()
        self.wire.query(f"SNAPSHOT TABLE {self.t} AS {name}")
        with self.assertRaises(ServerError):
            self.wire.query(f"delete from t{{snapshot = '{name}'}} where a = 1")
        self.assertEqual([["2"]], self.wire.rows("select count(*) from t"))

    def test_the_sqlstate_follows_the_number(self):
        self.assert_refused(1062, "insert into t values (1, 'again')", sqlstate="23000")
        self.assert_refused(1064, "selct 1", sqlstate="42000")

    def test_secrets_are_masked_in_a_plan(self):
        name = self.snapshot()
        self.wire.query(f"SNAPSHOT ACCOUNT AS {name}")
        plan = self.wire.rows(f"EXPLAIN GATEWAY SNAPSHOT RESTORE {name} DATABASE {self.name} TO NEW ACCOUNT mogate_e2e_x "
                              "ADMIN_NAME 'boss' IDENTIFIED BY 'top-secret'")
        self.assertIn("mogate_e2e_x", str(plan))
        self.assertNotIn("top-secret", str(plan))

    def test_in_a_transaction_a_snapshot_is_refused_and_the_transaction_goes_on(self):
        name = self.snapshot()
        self.wire.query("begin")
        self.wire.query("insert into t values (3, 'three')")
        self.assert_refused(_NO_PRIVILEGE, f"SNAPSHOT TABLE {self.t} AS {name}")
        self.wire.query("commit")
        self.assertEqual([["3"]], self.wire.rows("select count(*) from t"))

    def test_kill_takes_the_id_of_the_greeting(self):
        victim = self.session()
        self.assertEqual([["1"]], victim.rows("select 1"))
        self.wire.query(f"KILL {victim.connection_id}")
        victim.ends()
        self.assertEqual([["1"]], self.wire.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
