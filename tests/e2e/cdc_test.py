"""CDC tasks: rows really copied to another MatrixOne, over text and prepared statements, by admins and nobody else.

MOGATE_TEST_DOWNSTREAM=host:port is where they are copied to: else a second simulator, or the same server.
"""

import os
import unittest

from lib.case import GatewayTest, directory, service_settings, shared_downstream, shared_upstream
from lib.process import wait_until
from lib.upstream import Upstream
from lib.wire import USUAL, ServerError, Wire

_COLUMNS = ["task-id", "task-name", "source-uri", "sink-uri", "state", "err-msg", "checkpoint", "timestamp"]
_NO_PRIVILEGE, _INTERNAL, _SYNTAX, _DUPLICATE = 20101, 20101, 1064, 1062
# A task looks for something to do every ten seconds or so, and machines of tests are slow.
_ARRIVAL = 240
_ACCOUNT = f"mogate_cdc_{os.getpid()}"
_SECRET = "cdc-top-secret"


def _is_old(server):
    with Wire(server) as wire:
        return "MatrixOne-v3" in wire.version or "MatrixOne-v2" in wire.version


class CdcCase(GatewayTest):
    @classmethod
    def setUpClass(cls):
        directory()
        if shared_upstream().is_matrixone:
            cls.settings = service_settings() + cls._uris()
        super().setUpClass()
        cls.sink_server = shared_downstream() if cls.upstream.is_matrixone else None

    @classmethod
    def _uris(cls):
        sink = shared_downstream()
        return (f'[uris.analytics]\nuser = "{sink.user}"\npassword_file = "{directory()}/service_password"\n'
                f'address = "{sink.address}"\naccounts = ["sys"]\n[log]\nlevel = "debug"\n')

    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.source = self.database()
        self.sink = self.source.replace("mogate_e2e_", "mogate_snk_")
        self.task = self.source
        self.wire = self.session(database=self.source)
        self.wire.query("create table t (id int primary key, name varchar(20), amount decimal(10, 2), at datetime)")
        self.wire.query("insert into t values " + ", ".join(
            f"({n}, 'name {n}', {n}.25, '2024-01-01 09:00:00')" for n in range(1, 101)))
        self.addCleanup(self._drop_sink)

    def _drop_sink(self):
        with Wire(self.sink_server) as last:
            last.query(f"drop database if exists {self.sink}")

    def dropped_at_the_end(self, task, wire=None):
        """A task and the PITR that WITH PITR made for it."""

        def drop():
            last = wire or self.session()
            last.query(f"DROP CDC TASK IF EXISTS {task} WAIT 60")
            last.query(f"drop pitr if exists mogate_cdc_{task}")

        self.addCleanup(drop)
        return task

    def create(self, wire=None, more="WITH PITR"):
        """A task from the table t of the source to the sink's t2."""
        task = self.dropped_at_the_end(self.task)
        (wire or self.wire).query(f"CREATE CDC TASK {task} FROM 'gateway:' TO MATRIXONE 'analytics' "
                                  f"TABLE t:{self.sink}.t2 {more}")
        return task

    def copied(self, sink=None):
        """What the sink has; None: no table yet."""
        with Wire(self.sink_server) as wire:
            try:
                return sorted(wire.rows(f"select * from {self.sink}.t2"))
            except ServerError as error:
                self.assertIn(error.code, (1049, 1064, 1146), error.message)
                return None

    def equal_in_time(self, wire=None):
        wanted = sorted((wire or self.wire).rows(f"select * from {self.source}.t"))
        wait_until(lambda: self.copied() == wanted, _ARRIVAL, "the same rows at the sink")

    def state(self, task=None, wire=None):
        return self.shown(task, wire)["state"]

    def shown(self, task=None, wire=None):
        result = (wire or self.wire).one(f"SHOW CDC TASKS LIKE '{task or self.task}'")
        self.assertEqual(_COLUMNS, [name for name, _ in result.columns])
        self.assertEqual(1, len(result.rows), result.rows)
        return dict(zip(_COLUMNS, result.rows[0]))

    def change(self):
        """An insert, an update and a delete."""
        self.wire.query("insert into t values (1001, 'new', 1.5, '2024-02-02 10:00:00'); "
                        "update t set name = 'changed' where id between 10 and 20; delete from t where id = 50")


class CopyTest(CdcCase):
    def test_all_rows_each_change_and_those_of_a_pause_arrive(self):
        task = self.create()
        self.equal_in_time()
        self.change()
        self.equal_in_time()
        self.wire.query(f"PAUSE CDC TASK {task} WAIT 60")
        self.assertEqual("paused", self.state())
        before = self.copied()
        self.wire.query("insert into t values (2000, 'meanwhile', null, null); update t set name = 'too' where id = 1; "
                        "delete from t where id = 2")
        # A second pause is no error, and nothing is copied meanwhile.
        self.wire.query(f"PAUSE CDC TASK {task} WAIT 60")
        self.assertEqual(before, self.copied())
        self.wire.query(f"RESUME CDC TASK {task} WAIT 60")
        self.equal_in_time()
        self.wire.query(f"RESUME CDC TASK {task}")
        self.wire.query(f"RESTART CDC TASK {task} WAIT 120")
        self.wire.query("insert into t values (3000, 'after the restart', null, null)")
        self.equal_in_time()
        self.wire.query(f"DROP CDC TASK {task} WAIT 60")
        self.assertEqual([], self.wire.rows(f"SHOW CDC TASKS LIKE '{task}'"))

    def test_a_whole_database_arrives(self):
        self.wire.query("create table u (a int primary key); insert into u values (1), (2), (3)")
        task = self.dropped_at_the_end(self.task)
        self.wire.query(f"CREATE CDC TASK {task} FROM 'gateway:' TO MATRIXONE 'analytics' "
                        f"DATABASE {self.source}:{self.sink} WITH PITR")

        def both():
            with Wire(self.sink_server) as wire:
                try:
                    return [wire.rows(f"select count(*) from {self.sink}.{table}") for table in ("t", "u")]
                except ServerError:
                    return None

        wait_until(lambda: both() == [[["100"]], [["3"]]], _ARRIVAL, "both tables at the sink")

    def test_a_task_that_a_new_column_stops_is_shown_and_healed_or_made_anew(self):
        task = self.create()
        self.equal_in_time()
        self.wire.query("alter table t add column late int")
        self.wire.query("insert into t values (4000, 'wider', null, null, 7)")
        wait_until(lambda: self.state() == "failed", _ARRIVAL, "the task to fail")
        self.assertNotEqual("", self.shown()["err-msg"])
        self.assert_refused(_INTERNAL, f"PAUSE CDC TASK {task}", text="has failed")
        if _is_old(self.direct):
            for verb in ("RESUME", "RESTART"):
                message = self.assert_refused(_INTERNAL, f"{verb} CDC TASK {task}", text="cannot bring it back")
                self.assertIn("DROP CDC TASK", message)
            self.wire.query(f"DROP CDC TASK {task} WAIT 60")
            self._drop_sink()
            self.create()
        else:
            with Wire(self.sink_server) as sink:
                sink.query(f"alter table {self.sink}.t2 add column late int")
            self.wire.query(f"RESUME CDC TASK {task} WAIT 120")
        self.equal_in_time()
        self.assertEqual("running", self.state())


class FormsTest(CdcCase):
    def test_every_statement_is_prepared_and_executed(self):
        for capabilities in (USUAL, USUAL & ~0x1000000):
            with self.subTest(hex(capabilities)):
                wire = self.session(database=self.source, capabilities=capabilities)
                task = self.dropped_at_the_end(self.task)
                statement, parameters, _ = wire.prepare(
                    f"CREATE CDC TASK {task} FROM ? TO MATRIXONE ? TABLE t:{self.sink}.t2 WITH PITR")
                self.assertEqual(2, parameters)
                wire.execute(statement, ["gateway:", "analytics"])
                statement, parameters, columns = wire.prepare("SHOW CDC TASKS LIKE ?")
                self.assertEqual((1, _COLUMNS), (parameters, [name for name, _ in columns]))
                (row,) = wire.execute(statement, [task]).rows
                self.assertEqual([task, "running"], [row[1], row[4]])
                for verb in ("PAUSE", "RESUME", "RESTART", "DROP"):
                    statement, parameters, _ = wire.prepare(f"{verb} CDC TASK {task} WAIT ?")
                    self.assertEqual(1, parameters)
                    wire.execute(statement, [120])
                self.assertEqual([], wire.rows(f"SHOW CDC TASKS LIKE '{task}'"))
                wire.query(f"drop pitr if exists mogate_cdc_{task}")

    def test_several_in_a_packet(self):
        task = self.dropped_at_the_end(self.task)
        results = self.wire.query(
            f"select 1; CREATE CDC TASK {task} FROM 'gateway:' TO MATRIXONE 'analytics' TABLE t:{self.sink}.t2 WITH PITR; "
            f"SHOW CDC TASKS LIKE '{task}'; PAUSE CDC TASK {task} WAIT 120; select 2; DROP CDC TASK {task} WAIT 60")
        self.assertEqual(["1", None, None, "2", None],
                         [one.rows[0][0] if one.rows else None for one in results[:2] + results[3:]])
        self.assertEqual(task, results[2].rows[0][1])

    def test_without_autocommit(self):
        wire = self.session(database=self.source)
        wire.query("set autocommit = 0")
        task = self.create(wire)
        self.assertEqual("running", self.state(wire=wire))
        wire.query(f"DROP CDC TASK {task} WAIT 60")
        self.assertEqual([["0"]], wire.rows("select @@autocommit"))

    def test_in_a_transaction_they_are_refused_and_it_goes_on(self):
        wire = self.session(database=self.source)
        wire.query("begin")
        wire.query("insert into t (id) values (5000)")
        for sql in (f"CREATE CDC TASK {self.task} FROM 'gateway:' TO MATRIXONE 'analytics' TABLE t WITH PITR",
                    *(f"{verb} CDC TASK {self.task}" for verb in ("PAUSE", "RESUME", "RESTART", "DROP"))):
            with self.assertRaises(ServerError) as refused:
                wire.query(sql)
            self.assertIn("transaction", refused.exception.message)
        self.assertEqual([["0"]], self.wire.rows("select count(*) from t where id = 5000"))
        wire.query("commit")
        self.assertEqual([["1"]], self.wire.rows("select count(*) from t where id = 5000"))
        self.assertEqual([], self.wire.rows(f"SHOW CDC TASKS LIKE '{self.task}'"))

    def test_a_plan_is_explained_and_nothing_runs(self):
        sql = (f"CREATE CDC TASK {self.task} FROM 'mysql://root:{_SECRET}@127.0.0.1:1' TO MATRIXONE "
               f"'mysql://root:{_SECRET}@127.0.0.1:2' TABLE t:{self.sink}.t2 WITH PITR")
        plan = self.wire.rows(f"EXPLAIN GATEWAY {sql}")
        native = [row[2] for row in plan]
        self.assertTrue(any(text.startswith("CREATE PITR") for text in native), native)
        self.assertTrue(any(text.startswith("CREATE CDC") for text in native), native)
        self.assertNotIn(_SECRET, str(plan))
        self.assertIn("******", str(plan))
        self.assertEqual([], self.wire.rows(f"SHOW CDC TASKS LIKE '{self.task}'"))
        self.assertEqual([], self.wire.rows(f"SHOW PITR LIKE 'mogate_cdc_{self.task}'"))


class RefusalTest(CdcCase):
    def uri(self, password=None, port=None, user="root"):
        password = self.direct.password if password is None else password
        return f"mysql://{user}:{password}@{self.direct.host}:{port or self.direct.port}"

    def test_what_is_wrong_is_said(self):
        c = f"CREATE CDC TASK {self.task} FROM 'gateway:' TO MATRIXONE 'analytics' "
        for name, code, sql, text in (
                ("no PITR", _INTERNAL, c + "TABLE t", f"CREATE PITR `pitr_{self.task}` FOR TABLE `{self.source}` `t`"),
                ("no such table", 1146, c + "TABLE no_such WITH PITR", "no_such"),
                ("no such database", 1049, c + "DATABASE mogate_no_such WITH PITR", "mogate_no_such"),
                ("an unknown option", 20301, c + "TABLE t OPTIONS (Speed = 'high') WITH PITR", "unknown option speed"),
                ("an unknown name for a uri", _INTERNAL,
                 f"CREATE CDC TASK {self.task} FROM 'nowhere' TO MATRIXONE 'analytics' TABLE t WITH PITR", "[uris]"),
                ("no uri", _INTERNAL,
                 f"CREATE CDC TASK {self.task} FROM 'mysql://a@b' TO MATRIXONE 'analytics' TABLE t WITH PITR",
                 "expected mysql://user:password@host:port"),
                ("no such task", _INTERNAL, "PAUSE CDC TASK mogate_no_such", "no cdc task found"),
                ("too little", _SYNTAX, "RESUME CDC TASK", ""),
                ("too long a wait", _SYNTAX, "DROP CDC TASK x WAIT 4000", "3600")):
            with self.subTest(name):
                self.assert_refused(code, sql, text=text)
        self.wire.query("DROP CDC TASK IF EXISTS mogate_no_such")
        self.assertEqual([], self.wire.rows(f"SHOW PITR LIKE 'mogate_cdc_{self.task}'"))

    def test_a_name_that_is_there_is_said_to_be(self):
        task = self.create()
        again = f"FROM 'gateway:' TO MATRIXONE 'analytics' TABLE t:{self.sink}.t2"
        self.assert_refused(_DUPLICATE, f"CREATE CDC TASK {task} {again}", text="already exists")
        self.wire.query(f"CREATE CDC TASK IF NOT EXISTS {task} {again}")

    def test_passwords_are_in_no_answer_and_in_no_log(self):
        self.dropped_at_the_end(self.task)
        said = []
        for source, sink in ((self.uri(_SECRET), self.uri()), (self.uri(), self.uri(_SECRET)),
                             (self.uri(_SECRET, port=1), self.uri(_SECRET)), (f"mysql//root:{_SECRET}@a:1", self.uri()),
                             (self.uri(), f"mysql://root:{_SECRET}@a:b:c")):
            with self.assertRaises(ServerError) as refused:
                self.wire.query(f"CREATE CDC TASK {self.task} FROM '{source}' TO MATRIXONE '{sink}' "
                                f"TABLE t:{self.sink}.t2 WITH PITR")
            said.append(refused.exception.message)
        self.assertNotIn(_SECRET, "\n".join(said))
        self.assertEqual([], self.wire.rows(f"SHOW PITR LIKE 'mogate_cdc_{self.task}'"))
        self.wire.query(f"CREATE CDC TASK {self.task} FROM '{self.uri()}' TO MATRIXONE "
                        f"'mysql://{self.sink_server.user}:{self.sink_server.password}@{self.sink_server.address}' "
                        f"TABLE t:{self.sink}.t2 WITH PITR")
        shown = self.shown()
        self.assertEqual((f"mysql://root:******@{self.direct.address}",
                          f"mysql://{self.sink_server.user}:******@{self.sink_server.address}"),
                         (shown["source-uri"], shown["sink-uri"]))
        log = self.gateway.process.output()
        self.assertNotIn(_SECRET, log)
        self.assertNotIn(f"root:{self.direct.password}@", log)


class AccountTest(CdcCase):
    def setUp(self):
        super().setUp()
        with Wire(self.direct) as sys:
            sys.query(f"drop account if exists {_ACCOUNT}")
            sys.query(f"create account {_ACCOUNT} admin_name 'boss' identified by '{_SECRET}'")
        self.addCleanup(self._drop_account)
        self.admin = self.logged_in("boss")
        self.admin.query("create database own; create table own.t (id int primary key, name varchar(20)); "
                         "insert into own.t values (1, 'one'), (2, 'two')")

    def _drop_account(self):
        with Wire(self.direct) as sys:
            sys.query(f"drop account if exists {_ACCOUNT}")

    def logged_in(self, user):
        server = Upstream(self.upstream.kind, self.gateway.host, self.gateway.port, f"{_ACCOUNT}:{user}", _SECRET)
        wire = Wire(server)
        self.addCleanup(wire.socket.close)
        return wire

    def test_its_admin_has_tasks_of_its_own(self):
        self.admin.query(
            f"CREATE CDC TASK {self.task} FROM 'mysql://{_ACCOUNT}#boss:{_SECRET}@{self.direct.address}' TO MATRIXONE "
            f"'mysql://{self.sink_server.user}:{self.sink_server.password}@{self.sink_server.address}' "
            f"TABLE own.t:{self.sink}.t2 WITH PITR")
        try:
            wait_until(lambda: self.copied() == [["1", "one"], ["2", "two"]], _ARRIVAL, "the account's rows at the sink")
            self.assertEqual("running", self.state(wire=self.admin))
            self.assertEqual([], self.wire.rows(f"SHOW CDC TASKS LIKE '{self.task}'"))
            # The names of the configuration are account sys's.
            self.assert_refused(_INTERNAL, f"CREATE CDC TASK other FROM 'gateway:' TO MATRIXONE 'analytics' TABLE own.t",
                                self.admin, f"[service.accounts.{_ACCOUNT}]")
        finally:
            self.admin.query(f"DROP CDC TASK {self.task} WAIT 60")
            self.admin.query(f"drop pitr mogate_cdc_{self.task}")

    def test_a_plain_user_is_refused(self):
        self.admin.query(f"create role r; grant connect on account * to r; "
                         f"create user clerk identified by '{_SECRET}' default role r; grant r to clerk")
        clerk = self.logged_in("clerk")
        for sql in (f"CREATE CDC TASK {self.task} FROM 'gateway:' TO MATRIXONE 'analytics' TABLE own.t WITH PITR",
                    "SHOW CDC TASKS", *(f"{verb} CDC TASK x" for verb in ("PAUSE", "RESUME", "RESTART", "DROP"))):
            with self.subTest(sql):
                self.assert_refused(_NO_PRIVILEGE, sql, clerk, "do not have privilege to execute the statement")
                self.assert_refused(_NO_PRIVILEGE, f"EXPLAIN GATEWAY {sql}", clerk, "accountadmin")


if __name__ == "__main__":
    unittest.main()
