"""Rules of a policy file act on text, multi-statements and prepared statements alike; comments, case and quotes are no
way around them."""

import json
import os
import tempfile
import unittest

from lib.case import directory
from lib.policy import PolicyTest
from lib.wire import ServerError

_DROP_DB = 6

_DENY = """
[[rule]]
name = "allow that one"
action = "allow"
match = { text = "^drop table if exists .*allowed$" }

[[rule]]
name = "no drop"
action = "deny"
code = 1142
message = "DROP is for the administrators"
match = { kind = ["DROP", "TRUNCATE"] }
"""


class Deny(PolicyTest):
    rules = _DENY

    def setUp(self):
        super().setUp()
        self.name = self.database()
        self.wire.use(self.name)
        self.wire.query("create table t (a int primary key)")
        self.wire.query("insert into t values (1)")

    def test_refuses_it_however_it_is_written_and_the_session_goes_on(self):
        for sql in ("drop table t", "/* x */ DROP/**/TABLE `t`", "/*! truncate t */", "select 1; drop table t",
                    "prepare p from 'drop table t'", "drop table t; select 1"):
            with self.subTest(sql):
                message = self.assert_denied(sql)
                self.assertEqual("DROP is for the administrators", message)
        self.assertEqual([["1"]], self.wire.rows("select a from t"))

    def test_refuses_a_prepared_statement_when_it_is_prepared(self):
        error = self.refusal(self.wire.prepare, "drop table t")
        self.assertEqual((1142, "DROP is for the administrators"), (error.code, error.message))

    def test_nothing_of_a_packet_runs_when_one_statement_is_refused(self):
        self.assert_denied("insert into t values (2); drop table t")
        self.assertEqual([["1"]], self.wire.rows("select a from t"))

    def test_what_a_rule_before_allows_runs(self):
        self.wire.query("drop table if exists allowed")

    def test_the_commands_of_the_protocol_are_statements_too(self):
        self.assert_denied("select 1; truncate t")
        self.wire.command(_DROP_DB, self.name.encode())
        self.assertEqual(1142, self.refusal(self.wire.read_answer).code)
        self.assertEqual([["1"]], self.wire.rows("select a from t"))

    def test_a_statement_over_the_inspect_limit_is_judged_as_well(self):
        self.assert_denied("drop table t /*" + "x" * (2 << 20) + "*/")
        self.wire.query("insert into t values (3) /*" + "x" * (2 << 20) + "*/")
        self.assertEqual([["1"], ["3"]], self.wire.rows("select a from t order by a"))


class Detours(PolicyTest):
    rules = _DENY

    def test_a_variable_that_holds_the_statement_is_read(self):
        self.wire.query("set @a = 'drop table t'")
        self.assert_denied("prepare p from @a")
        self.wire.query("set @a = 'select 5'")
        self.wire.query("prepare p from @a")
        self.assertEqual([["5"]], self.wire.rows("execute p"))

    def test_detours_are_refused_to_restricted_sessions(self):
        for sql in ("call p()", 'select /*+ {"rewrites": {}} */ 1', "create procedure p() 'begin end'", "execute nobody"):
            with self.subTest(sql), self.assertRaises(ServerError) as refused:
                self.wire.query(sql)
            self.assertIn("mogate", refused.exception.message)
        self.assertEqual([["1"]], self.wire.rows("select 1"))

    def test_the_gateways_own_statements_are_judged_too(self):
        self.assert_denied("SNAPSHOT SHOW; DROP SNAPSHOT nobody")
        self.assertEqual([], self.wire.rows("SNAPSHOT SHOW LIKE 'nobody'"))


class ReadOnly(PolicyTest):
    rules = """
[[rule]]
name = "audits only look"
action = "read_only"
match = { user = "*" }
"""

    def test_refuses_writes_and_lets_reads_through(self):
        name = self.database()
        self.wire.use(name)
        with self.admin() as admin:
            admin.query(f"create table {name}.t (a int primary key)")
            admin.query(f"insert into {name}.t values (1)")
        for sql in ("insert into t values (2)", "update t set a = 2 where a = 1", "delete from t where a = 1", "drop table t",
                    "create table u (a int)", "begin; delete from t where a = 1"):
            self.assert_denied(sql, 1290)
        self.assertEqual(1290, self.refusal(self.wire.prepare, "insert into t values (?)").code)
        self.wire.query("begin")
        self.assertEqual([["1"]], self.wire.rows("select a from t"))
        self.wire.query("commit")


class Rewrite(PolicyTest):
    rules = r"""
[[rule]]
name = "old numbers are new numbers"
action = "rewrite"
rewrite_to = 'select \1 + 100'
match = { text = '''select (\d+)''' }
"""

    def test_changes_text_parts_of_multi_statements_and_prepared_ones(self):
        self.assertEqual([["101"]], self.wire.rows("select/* x */1"))
        self.assertEqual([["105", "7"]], self.wire.rows("SELECT 5, 7"))
        statement, _, _ = self.wire.prepare("select 2")
        self.assertEqual([["102"]], [[str(cell) for cell in row] for row in self.wire.execute(statement).rows])


class Quietly(PolicyTest):
    rules = """
[[rule]]
name = "would deny"
action = "deny"
dry_run = true
match = { kind = "SELECT" }

[[rule]]
name = "counts"
log = true
match = { text = "^select \\\\? \\\\+ \\\\?$" }
"""

    def test_a_dry_run_counts_and_logs_and_does_nothing(self):
        before = self.hits("would deny")
        self.assertEqual([["3"]], self.wire.rows("select 1 + 2"))
        self.assertEqual(before + 1, self.hits("would deny"))
        self.assertEqual(1, self.hits("counts"))
        self.gateway.process.wait_for(r'policy="would deny" action=deny outcome=dry_run .*statement="select \? \+ \?"')
        self.gateway.process.wait_for(r'policy="counts" action=none outcome=applied')
        self.assertNotIn("select 1 + 2", self.log())


class Audited(PolicyTest):
    rules = _DENY + """
[[rule]]
name = "who writes"
audit = true
match = { kind = "dml" }
"""

    def setUp(self):
        self.audit = os.path.join(tempfile.mkdtemp(dir=directory()), "audit.log")
        self.settings = f'[audit]\nfile = "{self.audit}"\n'
        super().setUp()

    def entries(self, **wanted):
        with open(self.audit, encoding="utf-8") as lines:
            return [line for line in map(json.loads, lines) if wanted.items() <= line.items()]

    def test_refusals_and_what_a_rule_wants_to_be_are_in_the_audit_log(self):
        self.assert_denied("/* x */ drop table secrets")
        self.refusal(self.wire.query, "insert into nowhere.at_all values ('password')")
        self.wait_until("the refusal", lambda: self.entries(outcome="denied", rule="no drop", code=1142))
        self.wait_until("the write", lambda: self.entries(outcome="ok", rule="who writes", statement="INSERT"))
        with open(self.audit, encoding="utf-8") as log:
            self.assertNotIn("password", log.read())


if __name__ == "__main__":
    unittest.main()
