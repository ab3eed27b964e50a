"""COM_RESET_CONNECTION, which MatrixOne lacks: what a session changed is put back, its database stays."""

import unittest

from lib.case import GatewayTest
from lib.wire import ServerError

RESET_CONNECTION = 0x1F
OK, ERR = 0x00, 0xFF


class ResetTest(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        self.wire = self.session(database=self.name)

    def reset(self):
        self.wire.command(RESET_CONNECTION)
        return self.wire.read_packet()

    def test_a_session_that_changed_nothing_is_reset(self):
        self.assertEqual(OK, self.reset()[0])
        self.assertEqual([[self.name]], self.wire.rows("select database()"))

    def test_puts_session_and_user_variables_back(self):
        wanted = self.wire.rows("select @@foreign_key_checks, @@time_zone, @@autocommit, @@lock_wait_timeout")
        self.wire.query("/* a comment */ set foreign_key_checks = 0, @a = 1, @`b c` = 2")
        self.wire.query("/*!40103 SET TIME_ZONE='+09:00' */")
        self.wire.query("set autocommit = 0; set lock_wait_timeout = 7")
        self.wire.query("set names utf8mb4")
        self.assertEqual(OK, self.reset()[0])
        self.assertEqual(wanted, self.wire.rows("select @@foreign_key_checks, @@time_zone, @@autocommit, @@lock_wait_timeout"))
        self.assertEqual([[None, None]], self.wire.rows("select @a, @`b c`"))

    def test_survives_variables_that_do_not_exist(self):
        with self.assertRaises(ServerError):
            self.wire.query("set sql_mode = '', no_such_variable = 1")
        with self.assertRaises(ServerError):
            self.wire.query("set no_such_variable = 1")
        self.assertEqual(OK, self.reset()[0])
        self.assertNotEqual([[""]], self.wire.rows("select @@sql_mode"))

    def test_rolls_back_and_keeps_the_database(self):
        other = self.name + "_b"
        self.wire.query("create table t (a int)")
        self.wire.query(f"create database {other}")
        self.addCleanup(lambda: self.session().query(f"drop database {other}"))
        self.wire.query("begin")
        self.wire.query("insert into t values (1)")
        self.wire.query(f"use {other}")
        self.assertEqual(OK, self.reset()[0])
        self.assertEqual([[other]], self.wire.rows("select database()"))
        self.assertEqual([["0"]], self.wire.rows(f"select count(*) from {self.name}.t"))

    def test_forgets_prepared_statements_of_both_kinds(self):
        self.wire.query("prepare s from 'select 1'")
        statement, _, _ = self.wire.prepare("select 2")
        self.assertEqual([["2"]], [[str(v) for v in row] for row in self.wire.execute(statement).rows])
        self.assertEqual(OK, self.reset()[0])
        with self.assertRaises(ServerError):
            self.wire.query("execute s")
        with self.assertRaises(ServerError):
            self.wire.execute(statement)
        self.assertEqual([["3"]], self.wire.rows("select 3"))

    def test_drops_temporary_tables_and_no_others(self):
        if "v3." in self.wire.rows("select version()")[0][0]:
            self.skipTest("needs DROP TEMPORARY TABLE")
        self.wire.query("create table t (a int)")
        self.wire.query("insert into t values (1)")
        self.wire.query("create temporary table t (a int, b int)")
        self.wire.query("create temporary table u (a int)")
        self.assertEqual(OK, self.reset()[0])
        self.assertEqual([["1"]], self.wire.rows("select * from t"))
        with self.assertRaises(ServerError):
            self.wire.query("select * from u")

    def test_refuses_what_it_cannot_know(self):
        try:
            self.wire.query("call no_such_procedure()")
        except ServerError:
            pass
        answer = self.reset()
        self.assertEqual(ERR, answer[0])
        self.assertIn(b"CALL", answer)
        self.assertEqual([["1"]], self.wire.rows("select 1"))

    def test_takes_the_role_of_the_login(self):
        self.only_on("matrixone")
        before = self.wire.rows("select current_role_name()")
        self.wire.query("set role public")
        self.assertEqual([["public"]], self.wire.rows("select current_role_name()"))
        self.assertEqual(OK, self.reset()[0])
        self.assertEqual(before, self.wire.rows("select current_role_name()"))


if __name__ == "__main__":
    unittest.main()
