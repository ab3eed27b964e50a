"""Extended statements on a session with autocommit = 0, as PyMySQL and the Python SDK open theirs.

The gateway's own reads begin a transaction there, in which MatrixOne refuses most of what is planned.
"""

import unittest

from lib.case import GatewayTest
from lib.wire import ServerError, Wire


class AutocommitOffTest(GatewayTest):
    settings = "[restore]\nallow_unbounded = true\n"

    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        self.wire = self.session(database=self.name)
        self.wire.query("create table t (a int primary key)")
        self.wire.query("insert into t values (1)")
        self.wire.query("set autocommit = 0")

        def drop():
            with Wire(self.direct) as last:
                last.query(f"drop snapshot if exists {self.name}")
                last.query(f"drop pitr if exists {self.name}")

        self.addCleanup(drop)

    def test_plans_of_several_steps_run_one_after_the_other(self):
        created = self.wire.rows(f"SNAPSHOT TABLE {self.name}.t AS {self.name}")
        shown = self.wire.rows(f"SNAPSHOT SHOW LIKE '{self.name}'")
        self.assertEqual((1, self.name), (len(created), created[0][0]))
        self.assertEqual(created, shown)
        self.wire.query(f"SNAPSHOT RESTORE {self.name}")
        self.assertEqual([["1"]], self.wire.rows("select a from t"))
        self.wire.query("commit")
        self.wire.query(f"SNAPSHOT DROP {self.name}")
        self.assertEqual([], self.wire.rows(f"SNAPSHOT SHOW LIKE '{self.name}'"))

    def test_pitrs_which_are_asked_for_first(self):
        self.wire.query(f"CREATE PITR {self.name} FOR TABLE t RANGE 2 HOURS")
        self.wire.query(f"ALTER PITR {self.name} RANGE 3 DAYS")
        self.assertEqual([["3", "d"]], [row[-2:] for row in self.wire.rows(f"SHOW PITR LIKE '{self.name}' TABLE t")])

    def test_a_transaction_of_the_clients_is_refused_and_goes_on(self):
        self.wire.query("insert into t values (2)")
        with self.assertRaises(ServerError) as refused:
            self.wire.query(f"SNAPSHOT TABLE {self.name}.t AS {self.name}")
        self.assertEqual(20101, refused.exception.code)
        self.wire.query("rollback")
        self.assertEqual([["1"]], self.wire.rows("select a from t"))

    def test_a_step_that_fails_leaves_no_transaction_to_the_undo_of_the_others(self):
        self.only_on("matrixone")  # CLONE refuses external tables there; the simulator has none
        account = self.name[-60:]
        self.wire.query("create external table e (x int) infile{\"filepath\"='/tmp/none.csv'}")
        self.wire.query("commit")
        self.wire.query(f"SNAPSHOT DATABASE {self.name} AS {self.name}")
        with self.assertRaises(ServerError) as failed:
            self.wire.query(f"SNAPSHOT RESTORE {self.name} TO NEW ACCOUNT {account} ADMIN_NAME 'boss' IDENTIFIED BY 'secret1'")
        self.assertIn("step 1 was undone", failed.exception.message)
        left = f"select account_name from mo_catalog.mo_account where account_name = '{account}'"
        self.assertEqual([], self.wire.rows(left))


if __name__ == "__main__":
    unittest.main()
