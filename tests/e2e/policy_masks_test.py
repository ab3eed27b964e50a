"""Masked columns: by result metadata in text and binary rows, and nothing that would hide where a value comes from."""

import unittest

from lib.policy import PolicyTest
from lib.wire import DEPRECATE_EOF, USUAL


class Masks(PolicyTest):
    with_service = True
    rules = """
[[rule]]
name = "no salaries"
action = "mask"
columns = ["*.emp.salary", "*.emp.iban"]
method = "partial"
keep_first = 2
keep_last = 2
"""

    def setUp(self):
        super().setUp()
        self.name = self.database()
        with self.admin() as admin:
            admin.query(f"create table {self.name}.emp (id int primary key, salary int not null, iban varchar(30), note varchar(9))")
            admin.query(f"insert into {self.name}.emp values (1, 5000, 'DE001234', 'a'), (2, 6000, null, null)")
        self.wire.use(self.name)

    def test_text_rows_show_masked_values_and_the_rest_as_it_is(self):
        self.assertEqual([["1", None, "DE****34", "a"], ["2", None, None, None]], self.wire.rows("select * from emp order by id"))
        self.assertEqual([[None, "1"]], self.wire.rows("select e.salary, e.id from emp e where id = 1"))
        self.assertEqual([["DE****34"]], self.wire.rows(f"select iban from (select iban, id from {self.name}.emp) x where id = 1"))

    def test_binary_rows_do_too(self):
        statement, _, _ = self.wire.prepare("select id, salary, iban from emp where id <= ? order by id")
        rows = self.wire.execute(statement, [2]).rows
        self.assertEqual([["1", "None", "DE****34"], ["2", "None", "None"]],
                         [[cell.decode() if isinstance(cell, bytes) else str(cell) for cell in row] for row in rows])

    def test_also_without_and_with_deprecate_eof(self):
        for capabilities in (USUAL & ~DEPRECATE_EOF, USUAL | DEPRECATE_EOF):
            other = self.session(database=self.name, capabilities=capabilities)
            self.assertEqual([["1", None]], other.rows("select id, salary from emp where id = 1"))
            self.assert_refused(20101, "select max(id), salary from emp group by salary", other)
            self.assertEqual([["1"]], other.rows("select 1"))

    def test_what_hides_the_origin_is_refused_before_it_runs(self):
        for sql in ("select salary + 0 from emp", "select iban as x from emp", "select concat(iban, '') from emp",
                    "select 1 union select salary from emp", "select (select iban from emp limit 1)",
                    f"create table {self.name}.copy as select * from emp", "create view v as select iban from emp",
                    "prepare p from 'select upper(iban) from emp'", "select 1; select max(salary) from emp"):
            with self.subTest(sql):
                self.assertIn("mask", self.assert_refused(20101, sql))
        self.assertEqual(20101, self.refusal(self.wire.prepare, "select salary * 2 from emp").code)

    def test_what_the_server_does_not_tell_the_origin_of_is_refused_in_its_answer(self):
        message = self.assert_refused(20101, "select id, 1 + 1, salary from emp")
        self.assertIn("does not say where it comes from", message)

    def test_a_statement_that_was_prepared_by_name_is_masked_when_it_runs(self):
        self.wire.query("prepare p from 'select id, iban from emp where id = 1'")
        self.assertEqual([["1", "DE****34"]], self.wire.rows("execute p"))

    def test_other_statements_are_as_ever(self):
        self.wire.query("insert into emp values (3, 1, 'x', 'y')")
        self.wire.query("update emp set salary = 2 where id = 3")
        self.assertEqual([["3"]], self.wire.rows("select count(*) from emp"))
        self.assertEqual([["3", "y"]], self.wire.rows("select id, note from emp where id = 3"))
        self.wire.command(3, b"select 1; select id from emp where id = 3; select 2")
        self.assertEqual([[["1"]], [["3"]], [["2"]]], [self.wire.read_result().rows for _ in range(3)])


if __name__ == "__main__":
    unittest.main()
