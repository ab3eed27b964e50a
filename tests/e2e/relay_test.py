"""Every command that MatrixOne has, relayed as it is: the same login, bytes and errors as without a gateway."""

import unittest

from lib.case import GatewayTest
from lib.process import wait_until
from lib.rows import Reader
from lib.wire import DEPRECATE_EOF, USUAL, Closed, ServerError, Wire

_CAPABILITIES = (("with DEPRECATE_EOF", USUAL), ("without DEPRECATE_EOF", USUAL & ~DEPRECATE_EOF))


class LoginTest(GatewayTest):
    def test_a_wrong_password_gives_the_servers_own_error(self):
        errors = []
        for server in (self.direct, self.through):
            with self.assertRaises(ServerError) as refused:
                Wire(server, password="wrong")
            errors.append((refused.exception.code, refused.exception.sqlstate, refused.exception.message))
        self.assertEqual(*errors)
        self.assertEqual((1045, "28000"), errors[0][:2])

    def test_a_database_may_be_named_at_login(self):
        name = self.database()
        self.assertEqual([[name]], self.session(database=name).rows("select database()"))

    def test_an_unknown_database_at_login_is_refused(self):
        with self.assertRaises(ServerError) as refused:
            self.session(database="mogate_e2e_no_such")
        self.assertEqual(1049, refused.exception.code)

    def test_the_version_is_the_backends_from_the_second_login_on(self):
        self.session()
        with Wire(self.direct, login=False) as direct, Wire(self.through, login=False) as through:
            self.assertEqual(direct.version, through.version)

    def test_the_connection_id_of_the_greeting_is_connection_id(self):
        self.only_on("simulator", "matrixone")
        first, second = self.session(), self.session()
        self.assertNotEqual(first.connection_id, second.connection_id)
        for session in (first, second):
            self.assertEqual([[str(session.connection_id)]], session.rows("select connection_id()"))

    def test_the_processlist_shows_the_connection_id_of_the_greeting(self):
        self.only_on("simulator", "matrixone")
        session = self.session()
        listed = session.one("show processlist")
        at = [name.lower() for name, _ in listed.columns].index("conn_id" if self._has_conn_id(listed) else "id")
        self.assertIn(str(session.connection_id), [row[at] for row in listed.rows])

    @staticmethod
    def _has_conn_id(listed):
        return any(name.lower() == "conn_id" for name, _ in listed.columns)


class StatementTest(GatewayTest):
    def test_rows_of_text_are_what_they_are_directly(self):
        statements = ("select 1", "select null, '', 'ä日😀', 1.5", "select 'a' as `strange name;`, 2 as b",
                      "select 1 from (select 1) as t where 1 = 0", "select cast('2024-02-29 01:02:03' as datetime)")
        for name, capabilities in _CAPABILITIES:
            for sql in statements:
                with self.subTest(name, sql=sql), Wire(self.direct, capabilities=capabilities) as direct:
                    expected, result = direct.one(sql), self.session(capabilities=capabilities).one(sql)
                    self.assertEqual((expected.columns, expected.rows), (result.columns, result.rows))

    def test_an_ok_carries_affected_rows_and_insert_id(self):
        name = self.database()
        answers = []
        # MatrixOne gives the last of the new ids, MySQL the first.
        for table, server in (("d", self.direct), ("t", self.through)):
            with Wire(server, database=name) as session:
                session.query(f"create table {table} (a int auto_increment primary key, b int)")
                done = session.one(f"insert into {table} (b) values (7), (8), (9)")
                answers.append((done.affected, done.insert_id, done.status, done.info))
                self.assertEqual([["1", "7"], ["2", "8"], ["3", "9"]],
                                 session.rows(f"select a, b from {table} order by a"))
        self.assertEqual(*answers)
        self.assertEqual(3, answers[0][0])

    def test_an_error_keeps_code_and_text_and_the_session_goes_on(self):
        session = self.session(database=self.database())
        for sql, code in (("selct 1", 1064), ("select * from no_such_table", (1146, 1064)),
                          ("select no_such_column from (select 1 as a) as t", (1054, 20301))):
            with self.subTest(sql), Wire(self.direct) as direct:
                with self.assertRaises(ServerError) as through:
                    session.query(sql)
                self.assertIn(through.exception.code, code if isinstance(code, tuple) else (code,))
                self.assertEqual([["1"]], session.rows("select 1"))
                if code == 1064:
                    with self.assertRaises(ServerError) as native:
                        direct.query(sql)
                    self.assertEqual(native.exception.message, through.exception.message)

    def test_leading_comments_and_hints_reach_the_server(self):
        session = self.session()
        for sql in ("/* a; comment */ select 1", "-- first\nselect 1", "# first\nselect 1", "select /*+ hint */ 1",
                    "  \n\t select 1 ;", "/*!40101 select 1 */"):
            with self.subTest(sql), Wire(self.direct) as direct:
                self.assertEqual(direct.rows(sql), session.rows(sql))

    def test_a_packet_of_several_statements_gives_all_results(self):
        session = self.session(database=self.database())
        results = session.query("create table t (a int); insert into t values (1), (2); select a from t order by a; "
                                "select 'x;y' as s")
        self.assertEqual([[], [], [["1"], ["2"]], [["x;y"]]], [result.rows for result in results])
        self.assertEqual(2, results[1].affected)

    def test_an_error_ends_a_packet_of_several_statements(self):
        session = self.session(database=self.database())
        session.query("create table t (a int primary key)")
        with self.assertRaises(ServerError):
            session.query("insert into t values (1); insert into t values (1); insert into t values (2)")
        self.assertEqual([["1"]], session.rows("select a from t"))

    def test_a_procedure_gives_several_results(self):
        self.only_on("mariadb")
        session = self.session(database=self.database())
        session.query("create procedure p() begin select 1; select 2, 3; end")
        results = session.query("call p()")
        self.assertEqual([[["1"]], [["2", "3"]], []], [result.rows for result in results])

    def test_a_transaction_is_the_sessions_own(self):
        name = self.database()
        writer, reader = self.session(database=name), self.session(database=name)
        writer.query("create table t (a int)")
        writer.query("begin")
        writer.query("insert into t values (1)")
        self.assertEqual([["0"]], reader.rows("select count(*) from t"))
        writer.query("commit")
        self.assertEqual([["1"]], reader.rows("select count(*) from t"))

    def test_many_rows_arrive_whole(self):
        name = self.database()
        session = self.session(database=name)
        session.query("create table t (a int primary key, b varchar(300))")
        for start in range(0, 4000, 1000):
            session.query("insert into t values " + ", ".join(f"({n}, repeat('x', {n % 300}))"
                                                               for n in range(start, start + 1000)))
        for wire_name, capabilities in _CAPABILITIES:
            with self.subTest(wire_name):
                rows = self.session(database=name, capabilities=capabilities).rows("select a, b from t order by a")
                self.assertEqual([[str(n), "x" * (n % 300)] for n in range(4000)], rows)


class CommandTest(GatewayTest):
    def test_ping_is_answered(self):
        session = self.session()
        for _ in range(3):
            self.assertEqual(b"\0", session.ping()[:1])

    def test_init_db_changes_the_database(self):
        name, session = self.database(), self.session()
        session.use(name)
        self.assertEqual([[name]], session.rows("select database()"))

    def test_init_db_of_an_unknown_database_is_an_error(self):
        session = self.session()
        with self.assertRaises(ServerError) as refused:
            session.use("mogate_e2e_no_such")
        self.assertEqual(1049, refused.exception.code)
        self.assertEqual([["1"]], session.rows("select 1"))

    def test_quit_closes_both_sockets(self):
        session = self.session()
        if self.upstream.is_matrixone:
            backend_id = str(session.connection_id)
        else:
            ((backend_id,),) = session.rows("select connection_id()")
        session.quit()
        with self.assertRaises(Closed):
            session.read_exactly(1)
        with Wire(self.direct) as watcher:
            wait_until(lambda: not self._listed(watcher, backend_id), 20, "the backend's connection to be gone")

    @staticmethod
    def _listed(watcher, backend_id):
        return any(backend_id in row for row in watcher.rows("show processlist"))

    def test_local_infile_is_read_from_the_client(self):
        session = self.session(database=self.database())
        session.query("create table t (a int primary key, b varchar(20))")
        data = "".join(f"{n},row {n}\n" for n in range(5000)).encode()
        session.query("load data local infile 'of_the_client.csv' into table t fields terminated by ','", infile=data)
        self.assertTrue(session.infile_name.endswith("of_the_client.csv"))
        self.assertEqual([["5000"]], session.rows("select count(*) from t"))
        self.assertEqual([["row 4999"]], session.rows("select b from t where a = 4999"))
        self.assertEqual([["1"]], session.rows("select 1"))


class PreparedTest(GatewayTest):
    def _table(self, capabilities=USUAL):
        session = self.session(database=self.database(), capabilities=capabilities)
        session.query("create table t (a bigint primary key, b double, c varchar(100), d longtext)")
        return session

    def test_values_of_every_kind_come_back(self):
        rows = [[1, 1.5, "one", "x"], [-2**63, -0.25, "ä日😀", ""], [2**63 - 1, None, None, "y" * 70000]]
        for name, capabilities in _CAPABILITIES:
            with self.subTest(name):
                session = self._table(capabilities)
                insert, parameters, _ = session.prepare("insert into t values (?, ?, ?, ?)")
                self.assertEqual(4, parameters)
                for row in rows:
                    self.assertEqual(1, session.execute(insert, row).affected)
                select, _, columns = session.prepare("select a, b, c, d from t where a = ?")
                self.assertEqual(["a", "b", "c", "d"], [column for column, _ in columns])
                for row in rows:
                    self.assertEqual([row], session.execute(select, [row[0]]).rows)
                session.query("drop table t")

    def test_long_data_is_put_together(self):
        session = self._table()
        insert, _, _ = session.prepare("insert into t values (?, 0, 'long', ?)")
        for piece in (b"a" * 100000, b"", b"b" * 50000):
            session.send_long_data(insert, 1, piece)
        session.execute(insert, [1, None], long_data={1})
        self.assertEqual([["150000", "ab"]], session.rows("select length(d), substring(d, 100000, 2) from t"))

    def test_reset_forgets_long_data(self):
        session = self._table()
        insert, _, _ = session.prepare("insert into t values (?, 0, 'reset', ?)")
        session.send_long_data(insert, 1, b"forgotten")
        session.reset_statement(insert)
        session.execute(insert, [1, "kept"])
        self.assertEqual([["kept"]], session.rows("select d from t"))

    def test_a_closed_statement_is_gone_and_close_has_no_answer(self):
        session = self.session()
        statement, _, _ = session.prepare("select 1")
        session.close_statement(statement)
        self.assertEqual([["2"]], session.rows("select 2"))
        with self.assertRaises(ServerError):
            session.execute(statement)
        self.assertEqual([["3"]], session.rows("select 3"))

    def test_an_error_of_prepare_leaves_the_session_usable(self):
        session = self.session()
        with self.assertRaises(ServerError):
            session.prepare("selct ?")
        statement, _, _ = session.prepare("select 5")
        self.assertEqual(1, len(session.execute(statement).rows))

    def test_statements_are_executed_in_turn(self):
        session = self._table()
        one, _, _ = session.prepare("insert into t values (?, 1, 'one', '')")
        two, _, _ = session.prepare("insert into t values (?, 2, 'two', '')")
        for n in range(10):
            session.execute(one if n % 2 else two, [n])
        self.assertEqual([["one", "5"], ["two", "5"]], session.rows("select c, count(*) from t group by c order by c"))


class PacketTest(GatewayTest):
    def test_the_answer_to_a_query_is_the_servers_byte_by_byte(self):
        self.only_on("mariadb")
        with Wire(self.direct) as direct:
            session = self.session()
            for wire in (direct, session):
                wire.command(0x03, b"select 1 as a, 'x' as b union all select 2, null")
            while True:
                expected, packet = direct.read_packet(), session.read_packet()
                self.assertEqual(expected, packet)
                if packet[:1] == b"\xfe":
                    break
            self.assertEqual(direct.sequence, session.sequence)

    def test_the_login_ok_carries_the_servers_status(self):
        def status(wire):
            ok = Reader(wire.login_ok)
            ok.take(3)
            return ok.integer(2)

        with Wire(self.direct) as direct:
            self.assertEqual(status(direct), status(self.session()))


if __name__ == "__main__":
    unittest.main()
