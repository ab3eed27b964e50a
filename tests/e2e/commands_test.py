"""Commands of the protocol that MatrixOne lacks or answers wrongly, and that MariaDB has."""

import struct
import unittest

from lib.case import GatewayTest
from lib.process import wait_until
from lib.wire import DEPRECATE_EOF, MULTI_STATEMENTS, QUERY, SET_OPTION, USUAL, ServerError, Wire

_CAPABILITIES = (USUAL, USUAL & ~DEPRECATE_EOF)


class CommandTest(GatewayTest):
    def test_statistics_are_one_line_of_figures(self):
        text = self.session().statistics()
        for figure in ("Uptime: ", "Threads: ", "Questions: ", "Slow queries: ", "Queries per second avg: "):
            self.assertIn(figure, text)

    def test_field_list_gives_the_columns_that_the_pattern_picks(self):
        name = self.database()
        for capabilities in _CAPABILITIES:
            with self.subTest(capabilities=capabilities):
                wire = self.session(database=name, capabilities=capabilities)
                wire.query("drop table if exists t")
                wire.query("create table t (id int, name varchar(10), nested bigint)")
                for pattern, names in (("", ["id", "name", "nested"]), ("n%", ["name", "nested"]), ("x", [])):
                    self.assertEqual(names, [found for found, _ in wire.field_list("t", pattern)])
                self.assertEqual([["1"]], wire.rows("select 1"))

    def test_field_list_of_an_unknown_table_is_an_error(self):
        wire = self.session(database=self.database())
        for table in ("no_such", "no`such"):
            with self.assertRaises(ServerError) as refused:
                wire.field_list(table)
            self.assertEqual(1146, refused.exception.code)

    def test_several_statements_are_switched_on_and_off(self):
        for capabilities in _CAPABILITIES:
            with self.subTest(capabilities=capabilities):
                wire = self.session(capabilities=capabilities & ~MULTI_STATEMENTS)
                with self.assertRaises(ServerError) as refused:
                    wire.query("select 1; select 2")
                self.assertEqual(1064, refused.exception.code)
                wire.set_option(0)
                self.assertEqual([[["1"]], [["2"]]], [result.rows for result in wire.query("select 1; select 2")])
                wire.set_option(1)
                with self.assertRaises(ServerError):
                    wire.query("select 1; select 2")

    def test_a_packet_of_sets_needs_no_leave_for_several_statements(self):
        self.only_on("simulator", "matrixone")  # Django sends one; MySQL refuses it
        wire = self.session(capabilities=USUAL & ~MULTI_STATEMENTS)
        self.assertEqual(2, len(wire.query("SET @a = 1; /* and */ set @b = 2")))
        self.assertEqual([["1", "2"]], wire.rows("select @a, @b"))
        with self.assertRaises(ServerError) as refused:
            wire.query("set @a = 1; select 2")
        self.assertEqual(1064, refused.exception.code)

    def test_an_unknown_option_is_refused(self):
        wire = self.session()
        wire.command(SET_OPTION, struct.pack("<H", 7))
        with self.assertRaises(ServerError) as refused:
            wire.read_answer()
        self.assertEqual(1047, refused.exception.code)
        wire.ping()

    def test_kill_ends_another_session_by_the_id_of_its_greeting(self):
        by_command, by_text = Wire.process_kill, lambda wire, number: wire.query(f"/* now */ KILL {number}")
        for kill in (by_command, by_text):
            with self.subTest(kill=kill):
                victim, killer = self.session(), self.session()
                kill(killer, victim.connection_id)
                victim.ends()
                self.assertEqual([["1"]], killer.rows("select 1"))

    def test_a_second_connection_cancels_a_running_statement(self):
        running, killer = self.session(), self.session()
        running.command(QUERY, b"select sleep(60)")
        wait_until(lambda: any("sleep(60)" in str(row) for row in killer.rows("show full processlist")), 20,
                   "the statement to run")
        killer.query(f"KILL QUERY {running.connection_id}")
        # MariaDB's sleep() answers 1 when it was interrupted (0 when not), MatrixOne gives the error.
        try:
            self.assertEqual([["1"]], running.read_result().rows)
        except ServerError as interrupted:
            self.assertEqual((1317, "70100"), (interrupted.code, interrupted.sqlstate))

    def test_process_kill_of_nobody_is_an_error(self):
        wire = self.session()
        with self.assertRaises(ServerError):
            wire.process_kill(0x7FFFFFF)
        wire.ping()

    def test_short_packets_are_malformed_and_end_nothing(self):
        self.only_on("simulator", "matrixone")
        wire = self.session()
        for command in (0x0C, SET_OPTION):
            wire.command(command, b"\1")
            with self.assertRaises(ServerError) as refused:
                wire.read_answer()
            self.assertEqual(1835, refused.exception.code)
        wire.ping()


if __name__ == "__main__":
    unittest.main()
