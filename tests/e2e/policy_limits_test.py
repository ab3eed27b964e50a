"""Rules that slow down, end or cut short: throttle, timeout, limit."""

import unittest

from lib.policy import PolicyTest
from lib.wire import Wire


class Throttle(PolicyTest):
    rules = """
[[rule]]
name = "few"
action = "throttle"
per_second = 0.01
burst = 3
message = "too often"
match = { text = "as few$" }

[[rule]]
name = "one at a time"
action = "throttle"
per_second = 10
burst = 1
max_wait = 20
match = { text = "as turn$" }
"""

    def test_refuses_what_is_over_the_burst_of_all_sessions_together(self):
        other = self.session()
        self.wire.rows("select 1 as few")
        other.rows("select 1 as few")
        statement, _, _ = other.prepare("select 1 as few")
        other.execute(statement)
        for wire in (self.wire, other):
            message = self.assert_refused(1226, "select 1 as few", wire)
            self.assertEqual("too often", message)
        self.assertEqual(1226, self.refusal(other.execute, statement).code)

    def test_holds_back_what_may_wait_for_its_turn(self):
        for _ in range(4):
            self.assertEqual([["1"]], self.wire.rows("select 1 as turn"))
        self.assertEqual(4, self.hits("one at a time"))

    def test_lets_a_client_go_that_vanishes_while_it_waits(self):
        self.write(self.rules.replace("per_second = 10", "per_second = 0.05"))
        self.wire.query("reload gateway")
        self.wire.rows("select 1 as turn")
        waiting = Wire(self.through)
        waiting.command(3, b"select 1 as turn")
        self.wait_until("it to wait", lambda: self.hits("one at a time") == 2)
        waiting.socket.close()
        self.wait_until("it to be gone", lambda: len(self.wire.rows("show gateway sessions")) == 1)


class Timeout(PolicyTest):
    with_service = True
    rules = """
[[rule]]
name = "a moment"
action = "timeout"
seconds = 0.3
match = { text = "sleep" }
"""

    def test_kills_the_statement_and_the_session_goes_on(self):
        statement, _, _ = self.wire.prepare("select sleep(30)")
        for run in (lambda: self.wire.query("select sleep(30)"), lambda: self.wire.execute(statement),
                    lambda: self.wire.query("select 1; select sleep(30)")):
            try:
                run()
                self.wire.read_result()
            except Exception as error:  # pylint: disable=broad-except
                self.assertIn("interrupt", str(error).lower() + getattr(error, "message", "").lower())
            self.assertEqual([["1"]], self.wire.rows("select 1"))


class Limit(PolicyTest):
    with_service = True
    rules = """
[[rule]]
name = "ten rows"
action = "limit"
max_rows = 10
message = "more than ten rows"
match = { kind = "SELECT" }

[[rule]]
name = "a kilobyte"
action = "limit"
max_bytes = 1000
message = "more than a kilobyte"
match = { text = "as wide$" }
"""

    def setUp(self):
        super().setUp()
        name = self.database()
        with self.admin() as admin:
            admin.query(f"create table {name}.t (a int primary key)")
            admin.query(f"insert into {name}.t values " + ", ".join(f"({a})" for a in range(300)))
        self.wire.use(name)

    def test_ends_a_result_that_is_too_long_in_an_error(self):
        self.assertEqual("more than ten rows", self.assert_refused(1317, "select * from t"))
        self.assertEqual("more than a kilobyte", self.assert_refused(1317, "select repeat('x', 2000) as wide"))
        self.assertEqual(10, len(self.wire.rows("select a from t order by a limit 10")))
        self.assertEqual([["300"]], self.wire.rows("select count(*) from t"))

    def test_ends_rows_of_prepared_statements_and_cursors_too(self):
        statement, _, _ = self.wire.prepare("select a from t where a < ?")
        self.assertEqual(5, len(self.wire.execute(statement, [5]).rows))
        self.assertEqual(1317, self.refusal(self.wire.execute, statement, [200]).code)
        self.assertEqual([["1"]], self.wire.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
