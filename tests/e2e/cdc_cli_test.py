"""mo_cdc (seed 002): every command on a server itself and on the gateway in front of it, with rows really copied.

MOGATE_TEST_DOWNSTREAM=host:port is where they are copied to.
"""

import json
import os
import unittest

from lib import tool
from lib.breaker import Breaker
from lib.case import GatewayTest, shared_downstream
from lib.process import wait_until
from lib.wire import ServerError, Wire

_KEYS = ["task-id", "task-name", "source-uri", "sink-uri", "state", "err-msg", "checkpoint", "timestamp"]
_ARRIVAL = 240  # a task looks for something to do every ten seconds or so, and machines of tests are slow
_TABLE = "activity_id int primary key, user_id int, activity_type varchar(50), timestamp datetime, device varchar(20)"


class CdcTest(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.servers = {"direct": self.direct, "gateway": self.through}

    @staticmethod
    def uri(server, user=None, password=None):
        return f"mysql://{user or server.user}:{password or server.password}@{server.address}"

    def cdc(self, server, *arguments, **options):
        return tool.run("mo_cdc", "task", *arguments, "--source-uri", self.uri(server), **options)

    def done(self, *arguments, **options):
        code, out, err = self.cdc(*arguments, **options)
        self.assertEqual((tool.DONE, ""), (code, err), out)
        return out

    def refused(self, code, *arguments, **options):
        got, out, err = self.cdc(*arguments, **options)
        self.assertEqual((code, ""), (got, out), err)
        return err

    def each(self):
        for name, server in self.servers.items():
            with self.subTest(name):
                yield name, server


class CopyTest(CdcTest):
    def setUp(self):
        super().setUp()
        code, _, err = self.cdc(self.direct, "show")
        if code != tool.DONE and "1064" in err:
            self.skipTest("this simulator has no CDC tasks")
        self.sink_server = shared_downstream()
        self.source = self.database()
        self.sink = self.source.replace("mogate_e2e_", "mogate_snk_")
        self.addCleanup(self.sql, self.sink_server, f"drop database if exists {self.sink}")

    @staticmethod
    def sql(server, text):
        with Wire(server) as wire:
            return wire.query(text)[-1].rows

    def create(self, server, task, *more):
        self.addCleanup(self._drop, task)
        return ("create", "--task-name", task, "--sink-type", "matrixone", "--sink-uri", self.uri(self.sink_server),
                "--level", "table", "--tables", f"{self.source}.t:{self.sink}.t2", *more)

    def _drop(self, task):
        self.cdc(self.direct, "drop", "--task-name", task, "--wait", "60")
        self.sql(self.direct, f"drop pitr if exists mogate_cdc_{task}")

    def copied(self):
        try:
            return sorted(self.sql(self.sink_server, f"select * from {self.sink}.t2"))
        except ServerError as error:
            self.assertIn(error.code, (1049, 1064, 1146), error.message)
            return None

    def equal_in_time(self):
        wanted = sorted(self.sql(self.direct, f"select * from {self.source}.t"))
        wait_until(lambda: self.copied() == wanted, _ARRIVAL, "the same rows at the sink")

    def shown(self, server, task):
        rows = json.loads(self.done(server, "show", "--task-name", task))
        self.assertEqual(1, len(rows), rows)
        self.assertEqual(_KEYS, list(rows[0]))
        return rows[0]

    def test_seed_002s_story(self):
        for kind, server in self.each():
            task = f"{self.source[-20:]}_{kind}"
            self.sql(self.direct, f"drop table if exists {self.source}.t; create table {self.source}.t ({_TABLE});"
                     f"insert into {self.source}.t values (1, 1001, 'login', '2024-01-01 09:00:00', 'mobile'),"
                     "(2, 1002, 'like', '2024-01-01 10:15:00', 'desktop')")
            self.sql(self.sink_server, f"drop database if exists {self.sink}; create database {self.sink}")
            self.assertEqual("", self.done(server, *self.create(server, task, "--with-pitr")))
            shown = self.shown(server, task)
            self.assertEqual((task, "running", ""), (shown["task-name"], shown["state"], shown["err-msg"]))
            self.assertEqual(f"mysql://root:******@{server.address}", shown["source-uri"])
            self.assertEqual(f"mysql://root:******@{self.sink_server.address}", shown["sink-uri"])
            self.assertIsInstance(json.loads(shown["checkpoint"]), dict)
            self.equal_in_time()
            self.sql(self.direct, f"insert into {self.source}.t values (4, 1004, 'share', '2024-01-03 16:45:00', 'desktop');"
                     f"update {self.source}.t set activity_type = 'logout' where activity_id = 1;"
                     f"delete from {self.source}.t where activity_id = 2")
            self.equal_in_time()
            self.assertEqual("", self.done(server, "pause", "--task-name", task, "--wait", "120"))
            self.assertEqual("paused", self.shown(server, task)["state"])
            self.sql(self.direct, f"insert into {self.source}.t values (5, 1005, 'login', '2024-01-04 08:00:00', 'mobile')")
            self.assertEqual("", self.done(server, "resume", "--task-name", task, "--wait", "120"))
            self.equal_in_time()
            self.assertEqual("", self.done(server, "restart", "--task-name", task, "--wait", "120"))
            self.assertEqual("running", self.shown(server, task)["state"])
            self.assertEqual("", self.done(server, "drop", "--task-name", task, "--wait", "120"))
            self.assertEqual([], json.loads(self.done(server, "show", "--task-name", task)))

    def test_all_tasks_of_an_account(self):
        self.only_on("simulator")  # others may have tasks on a real one
        self.sql(self.direct, f"create table {self.source}.t (a int primary key)")
        for kind, server in self.each():
            tasks = [f"{self.source[-20:]}_{kind}_{n}" for n in range(2)]
            for task in tasks:
                self.done(server, *self.create(server, task, "--with-pitr"))
            self.assertEqual("", self.done(server, "pause", "--all", "--wait", "120"))
            self.assertEqual(["paused"] * 2, [self.shown(server, task)["state"] for task in tasks])
            self.assertEqual("", self.done(server, "drop", "--all", "--wait", "120"))
            self.assertEqual([], json.loads(self.done(server, "show", "--all")))

    def test_what_is_refused_has_its_number_and_no_secret(self):
        self.sql(self.direct, f"create table {self.source}.t (a int primary key)")
        for kind, server in self.each():
            task = f"{self.source[-20:]}_{kind}"
            bad = list(self.create(server, task, "--with-pitr"))
            bad[bad.index("--sink-uri") + 1] = self.uri(self.sink_server, password="hush-hush")
            self.assertNotIn("hush-hush", self.refused(tool.REFUSED, server, *bad))
            self.done(server, *self.create(server, task, "--with-pitr"))
            self.assertRegex(self.refused(tool.REFUSED, server, *self.create(server, task, "--with-pitr")), r"^ERROR \d+ ")
            self.assertIn("no_such_task", self.refused(tool.REFUSED, server, "pause", "--task-name", "no_such_task"))
            self.done(server, "drop", "--task-name", task, "--wait", "120")


class ArgumentsTest(CdcTest):
    def test_usage(self):
        to = ["--sink-type", "matrixone", "--sink-uri", "mysql://root:hush@127.0.0.1:1"]
        for arguments, said in (
                (["create", "--task-name", "t", *to, "--level", "table", "--tables", "d"], "--tables"),
                (["create", "--task-name", "t", *to, "--level", "table"], "--tables"),
                (["create", "--task-name", "t", *to], "--level"),
                (["create", "--task-name", "t", *to[2:], "--level", "account"], "--sink-type"),
                (["create", *to, "--level", "account"], "--task-name"),
                (["pause"], "--task-name"),
                (["pause", "--task-name", "t", "--all"], "--all"),
                (["resume", "--task-name", "t", "--wait", "soon"], "--wait"),
                (["show", "--sauce", "hush"], "--sauce"),
        ):
            with self.subTest(arguments):
                err = self.refused(tool.USAGE, self.direct, *arguments)
                self.assertIn(said, err)
                self.assertNotIn("hush", err)

    def test_a_uri_that_is_none_is_not_repeated(self):
        for uri in ("root:hush@127.0.0.1:1", "mysql://root:hush@127.0.0.1", "hush"):
            code, out, err = tool.run("mo_cdc", "task", "show", "--source-uri", uri)
            self.assertEqual((tool.USAGE, ""), (code, out))
            self.assertIn("--source-uri", err)
            self.assertNotIn("hush", err)

    def test_passwords_of_uris_leave_the_list_of_processes(self):
        silent = Breaker(self.direct)
        silent.silent = True
        self.addCleanup(silent.stop)
        with tool.start("mo_cdc", "task", "create", "--source-uri", f"mysql://acc1#admin:hush-1@{silent.host}:{silent.port}",
                        "--task-name", "t", "--sink-type", "mysql", "--sink-uri=mysql://root:hush-2@127.0.0.1:1",
                        "--level", "account") as child:
            def arguments_of():
                with open(f"/proc/{child.pid}/cmdline", "rb") as file:
                    text = file.read()
                return text if b"task-name" in text and b"hush" not in text else None

            shown = wait_until(arguments_of, 30, "the passwords to go")
        self.assertIn(f"mysql://acc1#admin:x@{silent.host}:{silent.port}".encode(), shown)
        self.assertIn(b"--sink-uri=mysql://root:x@127.0.0.1:1", shown)

    def test_a_uri_without_a_password_takes_it_from_elsewhere(self):
        bare = f"mysql://{self.direct.user}@{self.direct.address}"
        arguments = ["task", "pause", "--task-name", "no_such_task", "--source-uri", bare]
        right = {"MOGATE_PASSWORD": self.direct.password}
        self.assertEqual(tool.REFUSED, tool.run("mo_cdc", *arguments, env=right)[0])
        self.assertEqual(tool.UNREACHABLE, tool.run("mo_cdc", *arguments, env={"MOGATE_PASSWORD": "p@ss:wrong"})[0])
        self.assertEqual(tool.USAGE, tool.run("mo_cdc", *arguments)[0])
        code, screen = tool.run_on_terminal("mo_cdc", arguments, [("Password of the source: ", self.direct.password)])
        self.assertEqual(tool.REFUSED, code, screen)


if __name__ == "__main__":
    unittest.main()
