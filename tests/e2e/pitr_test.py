"""PITRs and restores to a moment: the gateway's statements over text and prepared statements, by admins and nobody else."""

import os
import re
import unittest

from lib.case import GatewayTest, directory, service_settings, shared_upstream
from lib.process import wait_until
from lib.upstream import Upstream
from lib.wire import USUAL, ServerError, Wire

_COLUMNS = ["PITR_NAME", "CREATED_TIME", "MODIFIED_TIME", "PITR_LEVEL", "ACCOUNT_NAME", "DATABASE_NAME", "TABLE_NAME",
            "PITR_LENGTH", "PITR_UNIT"]
_NO_PRIVILEGE, _INTERNAL, _INVALID, _SYNTAX = 20101, 20101, 20301, 1064
_ACCOUNT = f"mogate_pitr_{os.getpid()}"
_SECRET = "pitr-top-secret"


class PitrCase(GatewayTest):
    @classmethod
    def setUpClass(cls):
        directory()
        if shared_upstream().is_matrixone:
            cls.settings = service_settings()
        super().setUpClass()

    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        # MatrixOne cuts names at 64 characters.
        self.pitr = f"p_{self.name}"[:60]
        self.wire = self.session(database=self.name)
        self.wire.query("create table t (a int primary key, b varchar(20)); insert into t values (1, 'one'), (2, 'two')")
        self.addCleanup(self._drop)

    def _drop(self):
        with Wire(self.direct) as last:
            last.query(f"drop pitr if exists {self.pitr}")

    def now(self, wire=None):
        """A moment of the server's clock that lies between what was and what will be done."""
        wire = wire or self.wire

        def clock():
            return wire.rows("select now(6)")[0][0]

        before = clock()
        # Of the moment's own second nothing is cut off, whatever the server rounds to.
        moment = wait_until(lambda: (now := clock())[:19] > before[:19] and now, 20, "the next second")
        wait_until(lambda: clock()[:19] > moment[:19], 20, "the next second")
        return moment

    def rows(self):
        return sorted(self.wire.rows(f"select * from {self.name}.t"))


class ShortcutTest(PitrCase):
    def test_the_unit_is_a_word(self):
        for made, shown in (("FOR TABLE t RANGE 2 HOURS", ["table", "sys", self.name, "t", "2", "h"]),
                            (f"FOR TABLE {self.name}.t RANGE 1 DAY", ["table", "sys", self.name, "t", "1", "d"]),
                            (f"FOR DATABASE {self.name} RANGE 3 MONTHS", ["database", "sys", self.name, "*", "3", "mo"]),
                            (f"FOR DATABASE {self.name} RANGE 1 YEAR", ["database", "sys", self.name, "*", "1", "y"]),
                            (f"FOR TABLE {self.name} t RANGE 4 'h'", ["table", "sys", self.name, "t", "4", "h"])):
            with self.subTest(made):
                self.wire.query(f"CREATE PITR {self.pitr} {made}")
                result = self.wire.one(f"SHOW PITR LIKE '{self.pitr}'")
                self.assertEqual(_COLUMNS, [name for name, _ in result.columns])
                ((name, _, _, *row),) = result.rows
                self.assertEqual([self.pitr, *shown], [name, *row])
                self.wire.query(f"ALTER PITR {self.pitr} RANGE 5 DAYS")
                self.assertEqual(["5", "d"], self.wire.rows(f"SHOW PITR LIKE '{self.pitr}'")[0][7:])
                self.wire.query(f"DROP PITR {self.pitr}")
                self.assertEqual([], self.wire.rows(f"SHOW PITR LIKE '{self.pitr}'"))

    def test_they_are_filtered_by_what_they_are_for(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS")
        for shown in (f"SHOW PITR DATABASE {self.name}", f"SHOW PITR LIKE '{self.pitr}' DATABASE {self.name}"):
            self.assertEqual([self.pitr], [row[0] for row in self.wire.rows(shown)])
        self.assertEqual([], self.wire.rows(f"SHOW PITR LIKE '{self.pitr}' TABLE {self.name}.t"))
        self.wire.query(f"CREATE PITR IF NOT EXISTS {self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS")
        self.assert_refused(_INTERNAL, f"CREATE PITR {self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS")

    def test_what_is_wrong_is_said(self):
        for sql, code, text in ((f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 WEEKS", _SYNTAX, "HOURS"),
                                (f"CREATE PITR {self.pitr} FOR TABLE t", _SYNTAX, "RANGE"),
                                (f"ALTER PITR {self.pitr} RANGE many DAYS", _SYNTAX, "number"),
                                (f"SNAPSHOT RESTORE {self.pitr} AT 'yesterday'", _INVALID, "YYYY-MM-DD HH:MM:SS"),
                                (f"SNAPSHOT RESTORE {self.pitr} AT '2024-01-01 00:00:00'", _INTERNAL, "does not exist")):
            with self.subTest(sql):
                self.assert_refused(code, sql, text=text)

    def test_they_are_prepared(self):
        for capabilities in (USUAL, USUAL & ~0x1000000):
            wire = self.session(database=self.name, capabilities=capabilities)
            statement, parameters, columns = wire.prepare(f"CREATE PITR {self.pitr} FOR TABLE t RANGE ? HOURS")
            self.assertEqual((1, []), (parameters, columns))
            wire.execute(statement, [3])
            statement, parameters, columns = wire.prepare("SHOW PITR LIKE ?")
            self.assertEqual((1, _COLUMNS), (parameters, [name for name, _ in columns]))
            (row,) = wire.execute(statement, [self.pitr]).rows
            self.assertEqual([self.pitr, "table", self.name, "t", 3, "h"], [row[0], row[3], *row[5:]])
            statement, _, _ = wire.prepare(f"ALTER PITR {self.pitr} RANGE ? DAYS")
            wire.execute(statement, [2])
            self.assertEqual(["2", "d"], wire.rows(f"SHOW PITR LIKE '{self.pitr}'")[0][7:])
            wire.query(f"DROP PITR {self.pitr}")


class RestoreTest(PitrCase):
    def test_a_table_and_a_database_go_back_to_a_moment(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS")
        self.wire.query("insert into t values (3, 'three')")
        wanted = self.rows()
        moment = self.now()
        for restore in (f"SNAPSHOT RESTORE {self.pitr} TABLE {self.name}.t AT '{moment}'",
                        f"SNAPSHOT RESTORE {self.pitr} DATABASE {self.name} TABLE t AT '{moment}'",
                        f"SNAPSHOT RESTORE {self.pitr} DATABASE {self.name} AT '{moment}'",
                        f"SNAPSHOT RESTORE {self.pitr} AT '{moment}'"):
            with self.subTest(restore):
                t = f"{self.name}.t"
                self.wire.query(f"delete from {t} where a = 1; update {t} set b = 'changed' where a = 2; "
                                f"insert into {t} values (9, 'later')")
                self.wire.query(restore)
                self.assertEqual(wanted, self.rows())

    def test_a_dropped_table_comes_back(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS")
        wanted, moment = self.rows(), self.now()
        self.wire.query("drop table t")
        self.wire.query(f"SNAPSHOT RESTORE {self.pitr} DATABASE {self.name} AT '{moment}'")
        self.assertEqual(wanted, self.rows())

    def test_prepared_and_in_a_packet_of_several(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        wanted, moment = self.rows(), self.now()
        self.wire.query("delete from t where a = 1")
        statement, parameters, _ = self.wire.prepare(f"SNAPSHOT RESTORE {self.pitr} AT ?")
        self.assertEqual(1, parameters)
        self.wire.execute(statement, [moment])
        self.assertEqual(wanted, self.rows())
        results = self.wire.query(f"delete from t where a = 2; SNAPSHOT RESTORE {self.pitr} AT '{moment}'; "
                                  "select count(*) from t")
        self.assertEqual([["2"]], results[2].rows)

    def test_the_time_is_the_sessions(self):
        """MatrixOne would read it in its own zone, whatever the session's is."""
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        wanted = self.rows()
        wire = self.session(database=self.name)
        wire.query("set time_zone = '+05:00'")
        moment = self.now(wire)
        self.wire.query("delete from t where a = 1")
        wire.query(f"SNAPSHOT RESTORE {self.pitr} AT '{moment}'")
        self.assertEqual(wanted, self.rows())

    def test_a_moment_out_of_reach_is_refused(self):
        before = self.now()
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        self.assert_refused(_INTERNAL, f"SNAPSHOT RESTORE {self.pitr} AT '{before}'", text="before pitr")
        self.assert_refused(_INTERNAL, f"SNAPSHOT RESTORE {self.pitr} AT '2999-01-01 00:00:00'", text="later than now")
        self.assert_refused(_INTERNAL, f"SNAPSHOT RESTORE {self.pitr} DATABASE {self.name} AT '{before}'",
                            text="does not cover")
        self.assertEqual([["1", "one"], ["2", "two"]], self.rows())

    def test_without_autocommit(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        wanted, moment = self.rows(), self.now()
        self.wire.query("delete from t where a = 1")
        wire = self.session(database=self.name)
        wire.query("set autocommit = 0")
        wire.query(f"SNAPSHOT RESTORE {self.pitr} AT '{moment}'")
        self.assertEqual(wanted, self.rows())

    def test_in_a_transaction_it_is_refused_and_that_goes_on(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        moment = self.now()
        wire = self.session(database=self.name)
        wire.query("begin")
        wire.query("insert into t values (3, 'three')")
        for sql in (f"SNAPSHOT RESTORE {self.pitr} AT '{moment}'", f"ALTER PITR {self.pitr} RANGE 3 HOURS",
                    f"CREATE PITR x_{self.pitr} FOR DATABASE {self.name} RANGE 2 HOURS"):
            with self.assertRaises(ServerError) as refused:
                wire.query(sql)
            self.assertIn("transaction", refused.exception.message)
        wire.query("commit")
        self.assertEqual(["3", "three"], self.rows()[2])
        self.assertEqual(["2", "h"], self.wire.rows(f"SHOW PITR LIKE '{self.pitr}'")[0][7:])

    def test_a_plan_is_explained_and_nothing_runs(self):
        self.wire.query(f"CREATE PITR {self.pitr} FOR TABLE t RANGE 2 HOURS")
        moment = self.now()
        self.wire.query("delete from t where a = 1")
        plan = self.wire.rows(f"EXPLAIN GATEWAY SNAPSHOT RESTORE {self.pitr} AT '{moment}'")
        self.assertRegex(plan[0][2], re.escape(f"RESTORE DATABASE `{self.name}` TABLE `t` FROM PITR"))
        self.assertIn("KILL QUERY", plan[0][3])
        self.assertEqual([["2", "two"]], self.rows())


class AccountTest(PitrCase):
    def setUp(self):
        super().setUp()
        with Wire(self.direct) as sys:
            sys.query(f"drop account if exists {_ACCOUNT}")
            sys.query(f"create account {_ACCOUNT} admin_name 'boss' identified by '{_SECRET}'")
        self.addCleanup(self._drop_account)
        self.admin = self.logged_in("boss")
        self.admin.query("create database own; create table own.t (a int primary key); insert into own.t values (1), (2)")

    def _drop_account(self):
        with Wire(self.direct) as sys:
            sys.query(f"drop account if exists {_ACCOUNT}")

    def logged_in(self, user):
        wire = Wire(Upstream(self.upstream.kind, self.gateway.host, self.gateway.port, f"{_ACCOUNT}:{user}", _SECRET))
        self.addCleanup(wire.socket.close)
        return wire

    def test_its_admin_restores_the_own_account(self):
        self.admin.query(f"CREATE PITR {self.pitr} FOR ACCOUNT RANGE 2 HOURS")
        self.addCleanup(self.admin.query, f"drop pitr if exists {self.pitr}")
        self.assertEqual([["account", _ACCOUNT]], [row[3:5] for row in self.admin.rows(f"SHOW PITR LIKE '{self.pitr}'")])
        moment = self.now(self.admin)
        self.admin.query("delete from own.t where a = 1; create database later")
        self.admin.query(f"SNAPSHOT RESTORE {self.pitr} TABLE own.t AT '{moment}'")
        self.assertEqual([["2"]], self.admin.rows("select count(*) from own.t"))
        self.admin.query("delete from own.t where a = 2")
        self.admin.query(f"SNAPSHOT RESTORE {self.pitr} AT '{moment}'")
        self.assertEqual([["2"]], self.admin.rows("select count(*) from own.t"))
        self.assertNotIn(["later"], self.admin.rows("show databases"))
        for sql in (f"SNAPSHOT RESTORE {self.pitr} CLUSTER AT '{moment}'",
                    f"SNAPSHOT RESTORE {self.pitr} ACCOUNT sys AT '{moment}'",
                    "CREATE PITR x FOR CLUSTER RANGE 2 HOURS", "CREATE PITR x FOR ACCOUNT sys RANGE 2 HOURS"):
            self.assert_refused(_NO_PRIVILEGE, sql, self.admin, "account sys")

    def test_its_admin_stays_its_admin_behind_show_pitr(self):
        """MatrixOne's current_account_id() is 0 then, until something was selected."""
        for sql in ("show pitr", f"SHOW PITR LIKE '{self.pitr}'", f"CREATE PITR {self.pitr} FOR TABLE own.t RANGE 2 HOURS"):
            with self.subTest(sql):
                self.admin.query(sql)
                self.assertEqual([], self.admin.rows("SNAPSHOT SHOW LIKE 'none'"))
        self.admin.query(f"drop pitr {self.pitr}")

    def test_a_plain_user_is_refused(self):
        self.admin.query(f"create role r; grant connect on account * to r; "
                         f"create user clerk identified by '{_SECRET}' default role r; grant r to clerk")
        clerk = self.logged_in("clerk")
        for sql in ("CREATE PITR x FOR TABLE own.t RANGE 2 HOURS", "ALTER PITR x RANGE 2 HOURS", "SHOW PITR LIKE 'x'",
                    "SNAPSHOT RESTORE x AT '2026-01-01 00:00:00'", "RESTORE DATABASE own FROM PITR x '2026-01-01 00:00:00'"):
            with self.subTest(sql):
                self.assert_refused(_NO_PRIVILEGE, sql, clerk, "do not have privilege to execute the statement")


if __name__ == "__main__":
    unittest.main()
