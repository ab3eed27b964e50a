"""Server-side cursors: MariaDB has them, for MatrixOne the gateway keeps them. The same tests hold for both."""

import struct
import unittest

from lib.case import GatewayTest
from lib.wire import CLOSE, CURSOR_EXISTS, DEPRECATE_EOF, FETCH, LAST_ROW_SENT, RESET, USUAL, ServerError, random_text

_CAPABILITIES = (USUAL, USUAL & ~DEPRECATE_EOF)


class CursorTest(GatewayTest):
    def numbers(self, count, width=10):
        """A table of `count` rows (n, text)."""
        name = self.database()
        wire = self.session(database=name)
        wire.query("create table numbers (n int primary key, t text)")
        self.texts = {n: random_text(width) for n in range(count)}
        for at in range(0, count, 500):
            rows = ",".join(f"({n}, '{self.texts[n]}')" for n in range(at, min(count, at + 500)))
            wire.query(f"insert into numbers values {rows}")
        return name

    def open(self, database, sql="select n from numbers order by n", **options):
        wire = self.session(database=database, **options)
        statement, _, _ = wire.prepare(sql)
        return wire, statement, wire.open_cursor(statement)

    def fetch_all(self, wire, statement, columns, step):
        got = []
        while True:
            part = wire.fetch(statement, step, columns)
            got += part.rows
            if part.status & LAST_ROW_SENT:
                return got
            self.assertEqual(step, len(part.rows))
            self.assertTrue(part.status & CURSOR_EXISTS)

    def assert_error(self, code, call, *arguments):
        with self.assertRaises(ServerError) as refused:
            call(*arguments)
        self.assertEqual(code, refused.exception.code)

    def test_rows_come_in_the_parts_that_are_fetched(self):
        name = self.numbers(10)
        for capabilities in _CAPABILITIES:
            for step in (1, 3, 5, 10, 11):
                with self.subTest(step=step, capabilities=capabilities):
                    wire, statement, opened = self.open(name, capabilities=capabilities)
                    self.assertTrue(opened.status & CURSOR_EXISTS)
                    self.assertEqual([[n] for n in range(10)], self.fetch_all(wire, statement, opened.columns, step))
                    self.assertEqual([["7"]], wire.rows("select 3 + 4"))

    def test_a_result_without_rows_ends_with_the_first_fetch(self):
        wire, statement, opened = self.open(self.numbers(1), "select n from numbers where n < 0")
        self.assertEqual([], self.fetch_all(wire, statement, opened.columns, 5))

    def test_a_statement_that_gives_no_rows_has_no_cursor(self):
        name = self.numbers(3)
        wire, statement, opened = self.open(name, "update numbers set t = 'x' where n < 2")
        self.assertEqual(2, opened.affected)
        self.assertFalse(opened.status & CURSOR_EXISTS)
        self.assert_error(1421, wire.fetch, statement, 1, [])

    def test_parameters_are_bound(self):
        wire = self.session(database=self.numbers(9))
        statement, _, _ = wire.prepare("select n from numbers where n > ? order by n")
        for least in (3, 6):
            opened = wire.open_cursor(statement, [least])
            self.assertEqual([[n] for n in range(least + 1, 9)], self.fetch_all(wire, statement, opened.columns, 2))

    def test_other_commands_may_come_between_fetches(self):
        name = self.numbers(5000, 200)
        wire, statement, opened = self.open(name, "select n, t from numbers order by n")
        got = wire.fetch(statement, 7, opened.columns).rows
        self.assertEqual([["5000"]], wire.rows("select count(*) from numbers"))
        got += wire.fetch(statement, 7, opened.columns).rows
        wire.ping()
        got += self.fetch_all(wire, statement, opened.columns, 1000)
        self.assertEqual([[n, self.texts[n]] for n in range(5000)], got)

    def test_several_cursors_are_read_in_turns(self):
        wire = self.session(database=self.numbers(2000, 100))
        open_cursors = []
        for order in ("", " desc"):
            statement, _, _ = wire.prepare(f"select n from numbers order by n{order}")
            open_cursors.append((statement, wire.open_cursor(statement).columns))
        got = [[], []]
        for _ in range(4):
            for rows, (statement, columns) in zip(got, open_cursors):
                rows += wire.fetch(statement, 500, columns).rows
        self.assertEqual([[n] for n in range(2000)], got[0])
        self.assertEqual(got[0][::-1], got[1])

    def test_a_cursor_ends_with_its_statements_reset_close_or_next_execution(self):
        wire, statement, opened = self.open(self.numbers(2000, 100))
        wire.fetch(statement, 1, opened.columns)
        wire.reset_statement(statement)
        self.assert_error(1421, wire.fetch, statement, 1, opened.columns)
        wire.open_cursor(statement)
        wire.fetch(statement, 1, opened.columns)
        opened = wire.open_cursor(statement)
        self.assertEqual([[0]], wire.fetch(statement, 1, opened.columns).rows)
        wire.close_statement(statement)
        self.assert_error(1243, wire.fetch, statement, 1, opened.columns)
        self.assertEqual([["1"]], wire.rows("select 1"))

    def test_a_plain_execution_gives_all_rows_at_once(self):
        wire, statement, opened = self.open(self.numbers(100))
        wire.fetch(statement, 1, opened.columns)
        self.assertEqual(100, len(wire.execute(statement).rows))

    def test_an_error_at_execution_opens_nothing(self):
        wire = self.session(database=self.numbers(1))
        statement, _, _ = wire.prepare("insert into numbers values (?, 'x')")
        self.assert_error(1062, wire.open_cursor, statement, [0])
        self.assertEqual([["1"]], wire.rows("select count(*) from numbers"))

    def test_long_rows_stream_through_a_cursor(self):
        name = self.numbers(0)
        wire = self.session(database=name)
        wire.query("alter table numbers modify t longtext")
        text = random_text(1 << 20)
        for n in range(3):
            wire.query(f"insert into numbers values ({n}, '{text}')")
        statement, _, _ = wire.prepare("select t, n from numbers order by n")
        opened = wire.open_cursor(statement)
        got = wire.fetch(statement, 1, opened.columns).rows
        wire.ping()
        got += self.fetch_all(wire, statement, opened.columns, 1)
        self.assertEqual([[text, n] for n in range(3)], got)

    def test_a_cursor_on_what_the_session_has_not_prepared_is_an_error(self):
        wire = self.session()
        self.assert_error(1243, wire.fetch, 4711, 1, [])


class LimitTest(GatewayTest):
    settings = "[cursors]\nmemory_bytes = 100\nlimit_bytes = 20000\n"

    def setUp(self):
        self.only_on("simulator", "matrixone")

    numbers, open, assert_error = CursorTest.numbers, CursorTest.open, CursorTest.assert_error
    fetch_all = CursorTest.fetch_all

    def test_rows_within_the_limit_are_kept_in_a_file(self):
        wire, statement, opened = self.open(self.numbers(500))
        wire.ping()
        self.assertEqual([[n] for n in range(500)], self.fetch_all(wire, statement, opened.columns, 100))

    def test_rows_over_the_limit_are_an_error_of_the_cursor_alone(self):
        wire, statement, opened = self.open(self.numbers(500, 200), "select n, t from numbers")
        wire.fetch(statement, 1, opened.columns)
        self.assertEqual([["1"]], wire.rows("select 1"))
        self.assert_error(1041, wire.fetch, statement, 1, opened.columns)
        self.assert_error(1421, wire.fetch, statement, 1, opened.columns)
        wire.open_cursor(statement)
        self.assertEqual(500, len(self.fetch_all(wire, statement, opened.columns, 50)))


class RawTest(GatewayTest):
    def test_short_packets_are_malformed_and_end_nothing(self):
        wire = self.session()
        statement, _, _ = wire.prepare("select 1")
        for payload in (b"", b"\1", struct.pack("<I", statement), struct.pack("<I", statement) + b"\1\0"):
            wire.command(FETCH, payload)
            with self.assertRaises(ServerError):
                wire.read_answer()
        wire.command(RESET, b"\1\0")
        with self.assertRaises(ServerError):
            wire.read_answer()
        wire.command(CLOSE, b"\1")
        self.assertEqual([["1"]], wire.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
