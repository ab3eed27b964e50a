"""mo_br (seed 004): every command on a server itself and on the gateway in front of it."""

import json
import os
import signal
import unittest

from lib import certificates, tool
from lib.breaker import Breaker
from lib.case import GatewayTest, directory
from lib.process import wait_until
from lib.wire import Wire

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?"
_CUTS = 12
_HEADS = ["SNAPSHOT NAME", "TIMESTAMP", "SNAPSHOT LEVEL", "ACCOUNT NAME", "DATABASE NAME", "TABLE NAME"]


class BrTest(GatewayTest):
    settings = "[restore]\nallow_unbounded = true\n"

    def setUp(self):
        self.only_on("simulator", "matrixone")
        self.servers = {"direct": self.direct, "gateway": self.through}

    def login(self, server, user=None, password=None):
        return ["--host", server.host, "--port", server.port, "--user", user or server.user,
                "--password", password or server.password]

    def br(self, server, *arguments, user=None, password=None, **options):
        return tool.run("mo_br", "snapshot", *arguments, *self.login(server, user, password), **options)

    def done(self, *arguments, **options):
        code, out, err = self.br(*arguments, **options)
        self.assertEqual((tool.DONE, ""), (code, err), out)
        return out

    def refused(self, code, *arguments, **options):
        got, out, err = self.br(*arguments, **options)
        self.assertEqual((code, ""), (got, out), err)
        return err

    def sql(self, text, user=None, password=None):
        with Wire(self.direct, user=user, password=password) as wire:
            return wire.query(text)[-1].rows

    def snapshot(self, name):
        self.addCleanup(self.sql, f"drop snapshot if exists {name}")
        return name

    def account(self, name, make=True):
        self.sql(f"drop account if exists {name}")
        if make:
            self.sql(f"create account {name} admin_name 'admin' identified by '111'")
        self.addCleanup(self.sql, f"drop account if exists {name}")
        return name

    def tables(self):
        name = self.database()
        self.sql(f"create table {name}.t (a int primary key); insert into {name}.t values (1), (2), (3);"
                 f"create table {name}.u (a int); insert into {name}.u values (1)")
        return name

    def count(self, table, **login):
        return int(self.sql(f"select count(*) from {table}", **login)[0][0])

    def restoring(self, name):
        return [row for row in self.sql("show processlist") if "RESTORE" in str(row) and name in str(row)]

    def each(self):
        for name, server in self.servers.items():
            with self.subTest(name):
                yield name, server


class SnapshotTest(BrTest):
    def test_show_is_seed_004s_table(self):
        for kind, server in self.each():
            name = self.snapshot(f"br_show_{kind}")
            self.assertEqual("", self.done(server, "create", "--level", "account", "--sname", name, "--account", "sys"))
            heads, row, end = self.done(server, "show", "--account", "sys", "--sname", name).split("\n")
            self.assertEqual("", end)
            cells = row.split("\t")
            self.assertEqual([name, "account", "sys", "", "", ""], [c.strip() for c in cells[:1] + cells[2:]])
            self.assertRegex(cells[1], _TIME)
            self.assertEqual(_HEADS, [head.strip() for head in heads.split("\t")])
            self.assertEqual([len(cell) for cell in cells[:-1]],
                             [len(head) for head in heads[:-1].split("\t")])  # the last head has a blank behind it

    def test_show_leaves_what_was_asked_for(self):
        database = self.tables()
        for kind, server in self.each():
            one, two = self.snapshot(f"br_f_{kind}"), self.snapshot(f"br_fx{kind}")
            self.done(server, "create", "--level", "database", "--db", database, "--sname", one)
            self.done(server, "create", "--level", "table", "--db", database, "--table", "t", "--sname", two, "--flush")
            shown = lambda *filters: [row["snapshot-name"] for row in json.loads(
                self.done(server, "show", "--db", database, "--output", "json", *filters))
                if row["snapshot-name"] in (one, two)]
            taken = json.loads(self.done(server, "show", "--sname", one, "--output", "json"))[0]["timestamp"]
            self.assertEqual([one], shown("--sname", one))
            self.assertEqual([two, one], shown("--sname", "br\\_f%"))
            self.assertEqual([two], shown("--table", "t"))
            self.assertEqual([one], shown("--to", taken))
            self.assertEqual([two, one], shown("--from", taken))
            self.assertEqual([], shown("--from", "2999-01-01"))
            self.assertEqual([], shown("--cluster", "sys"))
            self.assertEqual([], shown("--account", "nobody"))

    def test_a_deleted_snapshot_is_gone(self):
        for kind, server in self.each():
            name = self.snapshot(f"br_gone_{kind}")
            self.done(server, "create", "--level", "account", "--sname", name)
            self.assertEqual("", self.done(server, "delete", "--sname", name))
            self.assertIn("does not exist", self.refused(tool.REFUSED, server, "delete", "--sname", name))

    def test_options_with_one_dash_and_by_mogate_br(self):
        server = self.direct
        code, out, err = tool.run("mogate", "br", "snapshot", "show", "-host", server.host, "-port", server.port, "-user",
                                  server.user, "-password", server.password, "-output", "json")
        self.assertEqual((tool.DONE, ""), (code, err))
        self.assertIsInstance(json.loads(out), list)
        json.loads(self.done(server, "show", "--output", "table", "--output", "json"))  # the last one counts

    def test_an_account_that_asks_is_not_noted_as_refused(self):
        account = self.account(f"br_ask_{os.getpid()}")
        wire = self.session()
        before = dict(wire.rows("show gateway status"))["refused_statements"]
        self.done(self.through, "show", user=f"{account}:admin", password="111")
        self.assertEqual(before, dict(wire.rows("show gateway status"))["refused_statements"])


class _CutOnce(Breaker):
    """Cuts at the end of its budget; who connects again gets through."""

    def cut(self, reset=False):
        self.budget = None
        super().cut(reset)


class RestoreTest(BrTest):
    def test_a_table_and_a_database(self):
        for kind, server in self.each():
            database = self.tables()
            name = self.snapshot(f"br_part_{kind}")
            self.done(server, "create", "--level", "database", "--db", database, "--sname", name)
            self.sql(f"delete from {database}.t where a > 1; drop table {database}.u")
            self.assertEqual("", self.done(server, "restore", "--account", "sys", "--db", database, "--table", "t",
                                           "--sname", name))
            self.assertEqual(3, self.count(f"{database}.t"))
            self.assertEqual("", self.done(server, "restore", "--account", "sys", "--db", database, "--sname", name))
            self.assertEqual(1, self.count(f"{database}.u"))

    def test_an_account(self):
        for kind, server in self.each():
            account = self.account(f"br_acc_{kind}_{os.getpid()}")
            name = self.snapshot(f"br_acc_{kind}")
            admin = {"user": f"{account}:admin", "password": "111"}
            self.sql("create database d; create table d.t (a int); insert into d.t values (1), (2)", **admin)
            self.done(server, "create", "--level", "account", "--account", account, "--sname", name)
            self.sql("drop database d", **admin)
            self.done(server, "restore", "--account", account, "--sname", name)
            self.assertEqual(2, self.count("d.t", **admin))

    def test_a_new_account_whose_admin_logs_in(self):
        for kind, server in self.each():
            database = self.tables()
            account = self.account(f"br_new_{kind}_{os.getpid()}", make=False)
            name = self.snapshot(f"br_new_{kind}")
            self.done(server, "create", "--level", "database", "--db", database, "--sname", name)
            restore = ("restore", "--account", "sys", "--db", database, "--sname", name, "--new_account", account,
                       "--new_admin_name", "boss", "--new_admin_password", "s3cret")
            code, out, err = self.br(server, *restore)
            self.assertEqual((tool.DONE, ""), (code, out), err)
            self.assertIn("users, grants", err)
            self.assertEqual(3, self.count(f"{database}.t", user=f"{account}:boss", password="s3cret"))
            self.assertIn(account, self.refused(tool.REFUSED, server, *restore))

    def test_a_new_account_is_taken_back_wherever_the_connection_breaks(self):
        database = self.tables()
        account = self.account(f"br_half_{os.getpid()}", make=False)
        name = self.snapshot("br_half")
        self.done(self.direct, "create", "--level", "database", "--db", database, "--sname", name)
        between = _CutOnce(self.direct)
        self.addCleanup(between.stop)

        def restore(budget):
            between.budget, between.passed = budget, 0
            server = self.direct.on(between.host, between.port)
            code, _, err = self.br(server, "restore", "--sname", name, "--db", database, "--new_account", account,
                                   "--new_admin_name", "boss", "--new_admin_password", "s3cret")
            between.budget = None
            there = [row for row in self.sql("show accounts") if row[0] == account]
            self.sql(f"drop account if exists {account}")
            return code, err, bool(there)

        self.assertEqual((tool.DONE, True), restore(None)[::2])
        whole, undone = between.passed, 0
        # The steps' own answers are a few bytes each, at the end.
        for cut in [whole * part // _CUTS for part in range(1, _CUTS)] + [whole - left for left in (1, 5, 15, 25)]:
            with self.subTest(cut):
                code, err, there = restore(cut)
                self.assertIn(code, (tool.LOST, tool.UNREACHABLE), err)
                self.assertNotIn("s3cret", err)
                if there:  # the answer to CREATE ACCOUNT itself was lost
                    self.assertRegex(err, f"not known whether step 1 .*{account}")
                undone += "undone" in err
        self.assertNotEqual(0, undone)

    def test_a_restore_that_waits_is_ended_at_the_deadline_and_by_an_interrupt(self):
        for kind, server in self.each():
            database = self.tables()
            name = self.snapshot(f"br_late_{kind}")
            self.done(server, "create", "--level", "table", "--db", database, "--table", "t", "--sname", name)
            with Wire(self.direct) as holder:
                holder.query("begin")
                holder.query(f"update {database}.t set a = 9 where a = 3")
                err = self.refused(tool.DEADLINE, server, "restore", "--sname", name, "--deadline", "1")
                self.assertIn("--deadline", err)
                wait_until(lambda: not self.restoring(name), 60, "the end of the restore")
                with tool.start("mo_br", "snapshot", "restore", "--sname", name, *self.login(server)) as child:
                    wait_until(lambda: self.restoring(name), 60, "the restore")
                    child.send_signal(signal.SIGINT)
                    _, err = child.communicate(timeout=60)
                self.assertEqual((tool.INTERRUPTED, True), (child.returncode, "interrupted" in err), err)
                wait_until(lambda: not self.restoring(name), 60, "the end of the restore")
                holder.query("rollback")


class RefusalTest(BrTest):
    def test_the_servers_error_with_its_number(self):
        account = self.account(f"br_no_{os.getpid()}")
        for _, server in self.each():
            err = self.refused(tool.REFUSED, server, "create", "--level", "cluster", "--sname", "br_no",
                               user=f"{account}#admin", password="111")
            self.assertRegex(err, r"^ERROR 20101 \(HY000\): internal error: do not have privilege .*\n$")
            err = self.refused(tool.REFUSED, server, "restore", "--sname", "br_no", "--output", "json")
            self.assertEqual(20101, json.loads(err)["error"]["code"])

    def test_usage(self):
        for arguments, said in (
                (["create", "--sname", "s"], "--level"),
                (["create", "--level", "planet", "--sname", "s"], "planet"),
                (["create", "--level", "table", "--db", "d", "--sname", "s"], "--table"),
                (["restore"], "--sname"),
                (["restore", "--sname", "s", "--table", "t"], "--db"),
                (["show", "--from", "yesterday"], "--from"),
                (["show", "--no-such", "thing"], "--no-such"),
                (["shew"], "--help"),
        ):
            with self.subTest(arguments):
                self.assertIn(said, self.refused(tool.USAGE, self.direct, *arguments))

    def test_no_connection_and_no_login(self):
        for _, server in self.each():
            self.assertIn("1045", self.refused(tool.UNREACHABLE, server, "show", password="wrong"))
        nobody = Breaker(self.direct)
        nobody.refuse()
        self.assertIn(str(nobody.port), self.refused(tool.UNREACHABLE, self.direct.on(nobody.host, nobody.port), "show"))

    def test_a_connection_that_breaks_under_a_statement(self):
        between = Breaker(self.direct)
        self.addCleanup(between.stop)
        server = self.direct.on(between.host, between.port)
        database = self.tables()
        name = self.snapshot("br_cut")
        self.done(server, "create", "--level", "table", "--db", database, "--table", "t", "--sname", name)
        with Wire(self.direct) as holder:
            holder.query("begin")
            holder.query(f"update {database}.t set a = 9 where a = 3")
            with tool.start("mo_br", "snapshot", "restore", "--sname", name, *self.login(server)) as child:
                wait_until(lambda: self.restoring(name), 60, "the restore")
                between.cut()
                _, err = child.communicate(timeout=60)
            holder.query("rollback")
        self.assertEqual(tool.LOST, child.returncode, err)



class SecretTest(BrTest):
    def test_passwords_leave_the_list_of_processes(self):
        silent = Breaker(self.direct)
        silent.silent = True
        self.addCleanup(silent.stop)
        arguments = ("snapshot", "restore", "--sname", "s", "--host", silent.host, "--port", silent.port, "--user", "root",
                     "--password", "hush-1", "--new_account", "b", "--new_admin_name", "boss",
                     "--new_admin_password=hush-2")
        with tool.start("mo_br", *arguments) as child:
            def arguments_of():
                with open(f"/proc/{child.pid}/cmdline", "rb") as file:
                    text = file.read()
                return text if b"new_admin_password" in text and b"hush" not in text else None

            shown = wait_until(arguments_of, 30, "the passwords to go")
        self.assertIn(b"--password\0x\0", shown)
        self.assertIn(b"--new_admin_password=x\0", shown)

    def test_passwords_by_file_environment_and_terminal(self):
        server = self.direct
        login = ["snapshot", "show", "--output", "json", "--host", server.host, "--port", server.port, "--user", server.user]
        path = os.path.join(directory(), "password")
        with open(path, "w", encoding="utf-8") as out:
            out.write(server.password + "\n")
        self.assertEqual(tool.DONE, tool.run("mo_br", *login, "--password-file", path)[0])
        self.assertEqual(tool.DONE, tool.run("mo_br", *login, env={"MOGATE_PASSWORD": server.password})[0])
        self.assertEqual(tool.UNREACHABLE, tool.run("mo_br", *login, env={"MOGATE_PASSWORD": "wrong"})[0])
        code, _, err = tool.run("mo_br", *login)
        self.assertEqual(tool.USAGE, code)
        self.assertIn("MOGATE_PASSWORD", err)
        code, _, err = tool.run("mo_br", *login, "--password-file", path + ".none")
        self.assertEqual(tool.USAGE, code)
        for asked in (login, login + ["--password"]):
            code, screen = tool.run_on_terminal("mo_br", asked, [("Password of root: ", server.password)])
            self.assertEqual(tool.DONE, code, screen)
            self.assertNotIn(server.password, screen.split("[")[0])  # what stands before the list

    def test_no_secret_in_an_error(self):
        name = self.snapshot("br_secret")
        self.done(self.direct, "create", "--level", "account", "--sname", name)
        for _, server in self.each():
            for account in ("sys", "bad`name", "x" * 100):
                _, out, err = self.br(server, "restore", "--sname", name, "--db", "no_such", "--new_account", account,
                                      "--new_admin_name", "o'boss", "--new_admin_password", "hu'sh-3")
                self.assertNotIn("sh-3", out + err)


class TlsTest(BrTest):
    @classmethod
    def setUpClass(cls):
        authority = certificates.Authority(directory(), "br")
        certificate, key = authority.issue("localhost")
        cls.settings = ('[login]\nmode = "bridge"\n[client_tls]\nmode = "preferred"\n'
                        f'certificate = "{certificate}"\nkey = "{key}"\n')
        cls.ours, cls.other = authority.certificate, certificates.Authority(directory(), "other").certificate
        super().setUpClass()

    def test_a_server_with_tls(self):
        server = self.through.on("localhost", self.through.port)
        for options in ((), ("--tls", "off"), ("--tls", "required"), ("--tls-ca", self.ours)):
            with self.subTest(options):
                self.done(server, "show", *options)
        self.assertIn("2026", self.refused(tool.UNREACHABLE, server, "show", "--tls-ca", self.other))

    def test_a_server_without_tls(self):
        self.done(self.direct, "show")
        for options in (("--tls", "required"), ("--tls-ca", self.ours)):
            with self.subTest(options):
                self.assertIn("2026", self.refused(tool.UNREACHABLE, self.direct, "show", *options))


class OtherServerTest(GatewayTest):
    def test_a_server_that_is_neither_is_named(self):
        self.only_on("mariadb")
        code, _, err = tool.run("mo_br", "snapshot", "show", "--host", self.direct.host, "--port", self.direct.port,
                                "--user", self.direct.user, "--password", self.direct.password)
        self.assertEqual(tool.REFUSED, code)
        self.assertIn("neither a MatrixOne nor a gateway", err)


if __name__ == "__main__":
    unittest.main()
