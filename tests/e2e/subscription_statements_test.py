"""The statements about subscriptions as far as no subscription is needed: who may send them, what they answer before
anything is done, which of MatrixOne's own they leave alone, and the names of their tables."""

import os
import unittest

from lib.case import GatewayTest
from lib.wire import ServerError, Wire

_SYNTAX, _INTERNAL = 1064, 20101
_ACCOUNT, _SECRET = f"mogate_subs_{os.getpid()}", "subs-secret"
_URI = f"mysql://acc#root:{_SECRET}@127.0.0.1:6001"
_CREATE = f"CREATE SUBSCRIPTION s DATABASE d FROM '{_URI}'"
_COLUMNS = [("subscription_name", 253), ("upstream_conn", 253), ("database", 253), ("tables", 252),
            ("sync_interval", 3), ("status", 1), ("create_time", 7), ("update_time", 7)]
_CHANGES = ("PAUSE SUBSCRIPTION s", "RESUME SUBSCRIPTION s", "SYNC SUBSCRIPTION s", "SYNC SUBSCRIPTION s VERIFY",
            "DROP SUBSCRIPTION IF EXISTS s", "ALTER SUBSCRIPTION s SET SYNC_INTERVAL = 5")


class SubscriptionCase(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.wire = self.session()

    def refused(self, sql, wire=None):
        """The error; the session goes on."""
        wire = wire or self.wire
        with self.assertRaises(ServerError) as refused:
            wire.query(sql)
        self.assertNotIn(_SECRET, refused.exception.message)
        self.assertEqual([["1"]], wire.rows("select 1"))
        return refused.exception

    def audit(self, of):
        return [line for line in self.gateway.process.output().splitlines() if " audit " in line and of in line]


class WithoutServiceTest(SubscriptionCase):
    def test_each_statement_says_what_the_configuration_lacks(self):
        for sql in ("SHOW SUBSCRIPTIONS", "SHOW SUBSCRIPTION TASKS FOR s", _CREATE, *_CHANGES):
            with self.subTest(sql):
                error = self.refused(sql)
                self.assertEqual(_INTERNAL, error.code)
                self.assertIn("user and password_file in [service]", error.message)
        self.assertTrue(self.audit('statement="CREATE SUBSCRIPTION"'))
        self.assertNotIn(_SECRET, self.gateway.process.output())

    def test_show_is_prepared_with_seed_003s_columns(self):
        _, parameters, columns = self.wire.prepare("SHOW SUBSCRIPTIONS LIKE ?")
        self.assertEqual((1, _COLUMNS), (parameters, columns))
        _, _, columns = self.wire.prepare("SHOW SUBSCRIPTION TASKS")
        self.assertEqual(11, len(columns))

    def test_create_is_prepared_with_parameters(self):
        statement, parameters, columns = self.wire.prepare(
            "CREATE SUBSCRIPTION s DATABASE d FROM ? SYNC_INTERVAL = ? WAIT ?")
        self.assertEqual((3, []), (parameters, columns))
        for values, says in (((_URI, 0, 1), "invalid SYNC_INTERVAL 0"), ((_SECRET, 5, 1), "invalid upstream uri"),
                             ((_URI, 5, 1), "[service]")):
            with self.subTest(says), self.assertRaises(ServerError) as refused:
                self.wire.execute(statement, values)
            self.assertIn(says, refused.exception.message)
            self.assertNotIn(_SECRET, refused.exception.message)

    def test_matrixones_own_statements_reach_it(self):
        with Wire(self.direct) as direct:
            for sql in ("SHOW SUBSCRIPTIONS ALL", "SHOW CCPR SUBSCRIPTIONS", "SHOW SUBSCRIPTIONS WHERE 1"):
                with self.subTest(sql):
                    self.assertEqual(self.answer(direct, sql), self.answer(self.wire, sql))

    @staticmethod
    def answer(wire, sql):
        try:
            return wire.one(sql).columns
        except ServerError as error:
            return error.code, error.message

    def test_the_tables_of_subscriptions_are_found_in_mo_catalog(self):
        self.only_on("simulator")  # elsewhere they may hold somebody's subscriptions
        with Wire(self.direct) as direct:
            direct.query("create database mogate; create table mogate.mo_sync_configs (task_id int, subscription_name "
                         "varchar(20)); create table mogate.mo_sync_tasks (task_id int, table_name varchar(20)); insert "
                         "into mogate.mo_sync_configs values (7, 's'); insert into mogate.mo_sync_tasks values (7, 't')")
        self.addCleanup(self.drop_state)
        join = ("select c.subscription_name, t.table_name, 'mo_catalog.mo_sync_tasks' from mo_catalog.mo_sync_configs c "
                "join `mo_catalog` . `MO_SYNC_TASKS` t on c.task_id = t.task_id where t.task_id = ")
        wanted = ["s", "t", "mo_catalog.mo_sync_tasks"]
        self.assertEqual([wanted], self.wire.rows(join + "7"))
        statement, _, _ = self.wire.prepare(join + "?")
        self.assertEqual([wanted], self.wire.execute(statement, (7,)).rows)
        self.wire.use("mo_catalog")
        self.assertEqual([["t"]], self.wire.rows("select table_name from mo_sync_tasks"))
        self.wire.query("use mogate")
        self.assertEqual([["t"]], self.wire.rows("select table_name from mo_sync_tasks"))

    def drop_state(self):
        with Wire(self.direct) as direct:
            direct.query("drop database mogate")


class AccountCase(SubscriptionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if cls.upstream.kind == "mariadb":
            return
        with Wire(cls.direct) as sys:
            sys.query(f"create account {_ACCOUNT} admin_name 'boss' identified by '{_SECRET}'")
        cls.addClassCleanup(cls.drop_account)

    @classmethod
    def drop_account(cls):
        with Wire(cls.direct) as sys:
            sys.query(f"drop account if exists {_ACCOUNT}")

    def boss(self):
        wire = Wire(self.through, user=f"{_ACCOUNT}:boss", password=_SECRET)
        self.addCleanup(wire.socket.close)
        return wire


class BeforeAnythingIsDoneTest(AccountCase):
    def test_what_does_not_parse_is_said_without_the_password(self):
        for sql, says in (("CREATE SUBSCRIPTION s FROM 'x'", "expected DATABASE"),
                          (_CREATE + " SYNC_INTERVAL x", "expected a number of seconds"),
                          (_CREATE + " ENGINE FAST", "expected AUTO, PHYSICAL or LOGICAL"),
                          (f"CREATE SUBSCRIPTION s DATABASE d FORM '{_URI}'", "expected FROM"),
                          ("PAUSE SUBSCRIPTION", "expected a subscription's name"),
                          ("SHOW SUBSCRIPTION s", "expected TASKS")):
            with self.subTest(sql):
                error = self.refused(sql)
                self.assertEqual(_SYNTAX, error.code)
                self.assertIn(says, error.message)

    def test_what_cannot_go_well_is_refused(self):
        for sql, says in ((_CREATE + " SYNC_INTERVAL 0", "it takes 1 to 86400 seconds"),
                          (_CREATE + " SYNC_INTERVAL 5 ENGINE PHYSICAL", "ENGINE = PHYSICAL takes 10 seconds or more"),
                          (f"CREATE SUBSCRIPTION s DATABASE d FROM '{_SECRET}'", "invalid upstream uri")):
            with self.subTest(sql):
                error = self.refused(sql)
                self.assertEqual(_INTERNAL, error.code)
                self.assertIn(says, error.message)

    def test_explain_shows_what_is_done_where_and_no_password(self):
        rows = self.wire.rows("EXPLAIN GATEWAY " + _CREATE)
        self.assertEqual({"upstream", "service"}, {row[1] for row in rows})
        self.assertNotIn(_SECRET, str(rows))
        self.assertIn("acc#root:***", rows[0][2])

    def test_an_accounts_admin_may_see_but_not_change_them(self):
        boss = self.boss()
        for sql in (_CREATE, *_CHANGES, "EXPLAIN GATEWAY " + _CREATE):
            with self.subTest(sql):
                error = self.refused(sql, boss)
                self.assertEqual(_INTERNAL, error.code)
                self.assertIn("needs account sys with role moadmin", error.message)
        self.assertTrue(self.audit(f"account={_ACCOUNT}"))
        self.assertIn("account_id = ", boss.rows("EXPLAIN GATEWAY SHOW SUBSCRIPTIONS")[0][2])


class NativeShowTest(SubscriptionCase):
    settings = '[subscriptions]\nshow_subscriptions = "native"\n'

    def test_show_subscriptions_is_matrixones_where_the_configuration_says_so(self):
        with Wire(self.direct) as direct:
            for sql in ("SHOW SUBSCRIPTIONS", "SHOW SUBSCRIPTIONS LIKE 'x'"):
                with self.subTest(sql):
                    self.assertEqual(WithoutServiceTest.answer(direct, sql), WithoutServiceTest.answer(self.wire, sql))
        self.assertIn("[service]", self.refused("SHOW SUBSCRIPTION TASKS").message)


class ForAccountsTest(AccountCase):
    settings = "[subscriptions]\nfor_accounts = true\n"

    def test_an_accounts_admin_may_change_them_where_the_configuration_says_so(self):
        for sql in (_CREATE, *_CHANGES):
            with self.subTest(sql):
                self.assertIn("[service]", self.refused(sql, self.boss()).message)


if __name__ == "__main__":
    unittest.main()
