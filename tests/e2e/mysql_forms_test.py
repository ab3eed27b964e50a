"""MySQL's statements that MatrixOne refuses and the gateway answers because tools and drivers send them."""

import unittest

from lib.case import GatewayTest
from lib.wire import ServerError

REFRESH = 0x07
OK, ERR = 0x00, 0xFF


class MysqlFormsTest(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        self.wire = self.session(database=self.name)

    def code_of(self, sql):
        with self.assertRaises(ServerError) as failed:
            self.wire.query(sql)
        return failed.exception.code

    def refresh(self, bits):
        self.wire.command(REFRESH, bytes([bits]))
        return self.wire.read_packet()[0]

    def test_what_has_nothing_to_flush(self):
        for sql in ("FLUSH /*!40101 LOCAL */ TABLES", "flush logs", "FLUSH STATUS", "flush privileges", "flush hosts"):
            with self.subTest(sql):
                self.wire.query(sql)
        self.assertEqual(OK, self.refresh(0x02))
        self.assertEqual(ERR, self.refresh(0x80))

    def test_no_lock_is_pretended(self):
        self.assertEqual(1235, self.code_of("FLUSH TABLES WITH READ LOCK"))

    def test_there_is_no_replication(self):
        for sql in ("SHOW MASTER STATUS", "SHOW BINARY LOG STATUS", "SHOW SLAVE STATUS", "SHOW REPLICA STATUS"):
            with self.subTest(sql):
                self.assertEqual([], self.wire.rows(sql))
        self.assertEqual(1381, self.code_of("SHOW BINARY LOGS"))

    def test_every_transaction_is_read_write(self):
        self.wire.query("SET SESSION TRANSACTION READ WRITE")
        self.wire.query("SET TRANSACTION READ WRITE")

    def test_a_savepoint_since_which_nothing_was_changed(self):
        self.wire.query("create table t (a int primary key)")
        self.wire.query("begin")
        self.wire.query("insert into t values (1)")
        self.wire.query("savepoint a")
        self.assertEqual(1062, self.code_of("insert into t values (2), (1)"))
        self.wire.query("select * from t")
        self.wire.query("ROLLBACK TO SAVEPOINT a")
        self.wire.query("release savepoint a")
        self.wire.query("commit")
        self.assertEqual([["1"]], self.wire.rows("select a from t"))

    def test_a_change_since_the_savepoint_is_not_pretended_away(self):
        self.only_on("matrixone")  # the simulator's MariaDB can roll back to a savepoint
        self.wire.query("create table t (a int primary key)")
        self.wire.query("begin")
        self.wire.query("savepoint a")
        self.wire.query("insert into t values (1)")
        self.assertEqual(20101, self.code_of("ROLLBACK TO SAVEPOINT a"))
        self.assertEqual([["1"]], self.wire.rows("select a from t"))
        self.wire.query("rollback")

    def test_transactions_can_be_prepared(self):
        self.wire.query("create table t (a int primary key)")
        begin, _, _ = self.wire.prepare("BEGIN")
        for sql, rows in (("ROLLBACK", []), ("COMMIT", [["1"]])):
            end, parameters, columns = self.wire.prepare(sql)
            self.assertEqual((0, 0), (parameters, len(columns)))
            self.wire.execute(begin)
            self.wire.query("insert into t values (1)")
            self.wire.execute(end)
            self.assertEqual(rows, self.wire.rows("select a from t"))


class SwitchedOffTest(GatewayTest):
    settings = "[compat]\nflush = false\nreplication_status = false\n"

    def test_the_servers_own_error_comes(self):
        self.only_on("matrixone")
        wire = self.session()
        for sql in ("flush logs", "flush tables", "show master status"):
            with self.subTest(sql), self.assertRaises(ServerError) as failed:
                wire.query(sql)
            self.assertEqual(1064, failed.exception.code)


if __name__ == "__main__":
    unittest.main()
