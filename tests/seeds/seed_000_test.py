"""Seed 000: flush and checkpoint for backups and maintenance, by MatrixOne's Python SDK, by statements and by mo_br."""

import re
import unittest

import sdk
from story import Authority, Story, directory

_FLUSHED = "{'method': 'Flush', 'result': [{'returnStr': 'OK'}]}"
_CHECKPOINT = "{'method': 'Checkpoint', 'result': [{'returnStr': 'OK'}]}"
_TABLES = ("users", "orders", "sessions", "logs")


class Seed000(Story):
    names = {"db1": "sd0", "test": "sd0t", "production": "seed0_prod", "backup_snapshot": "seed0_snapshot1",
             "backup_production": "seed0_prod_backup", "acc1": "sd01"}
    databases, snapshots, accounts = ("db1", "test", "production", "backup_production"), ("backup_snapshot",), ("acc1",)

    def setUp(self):
        super().setUp()
        tables = "\n".join(f"create table production.{table} (id int primary key);\n"
                           f"insert into production.{table} values (1), (2);" for table in _TABLES)
        self.sql(f"create database db1;\ncreate table db1.users (id int primary key);\n"
                 f"insert into db1.users values (1);\ncreate database test;\ncreate database production;\n{tables}")

    def run_sdk(self, story, server=None, *more):
        ours = [] if self.upstream.kind == "simulator" else [f"{name}={other}" for name, other in self.names.items()]
        return sdk.run("seed_000_sdk.py", server or self.through, story, *ours, *more)

    def printed_by(self, *story):
        status, printed = self.run_sdk(*story)
        self.assertEqual(0, status, printed)
        return printed.splitlines()

    def rows(self, sql, at=None):
        """A result's rows without how long it took."""
        ((_, lines),) = self.answers(sql, at)
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
        return [row[:-1] if cells[0][-1] == "elapsed_ms" else row for row in cells[1:]]

    def flushed(self, *tables):
        return [["Flush", self.ours(table), "OK"] for table in tables]


class BySdk(Seed000):
    def test_basic_use(self):
        self.assertEqual([f"Flush table result: {_FLUSHED}", f"Checkpoint result: {_CHECKPOINT}"],
                         self.printed_by("basic_use"))

    def test_the_full_example(self):
        self.assertEqual([f"Flush result: {_FLUSHED}", f"Checkpoint result: {_CHECKPOINT}"],
                         self.printed_by("full_example"))
        self.assertEqual([["2"]], self.rows("select count(*) from test.test_table;"))

    def test_error_handling(self):
        printed = "\n".join(self.printed_by("error_handling"))
        self.assertRegex(printed, "mo_ctl operation failed: .*" + self.ours("db1") + ".no_such_users' does not exist")
        self.assertNotIn("Success", printed)

    def test_preparing_a_backup(self):
        self.assertEqual([self.ours("Snapshot: backup_snapshot database production")],
                         self.printed_by("prepare_for_backup"))

    def test_maintenance(self):
        self.assertEqual(["System maintenance completed"], self.printed_by("system_maintenance"))

    def test_it_needs_account_sys(self):
        self.sql("create account acc1 admin_name 'admin' identified by '111';")
        admin = self.as_user("acc1:admin")
        self.sql("create database own;\ncreate table own.t (a int);", at=admin)
        printed = "\n".join(self.printed_by("not_sys", admin))
        refused = "mo_ctl operation failed: .*do not have privilege to execute the statement"
        self.assertEqual(2, len(re.findall(refused, printed)), printed)
        self.assertNotIn("Success", printed)


    def test_without_a_login_of_its_own_the_gateway_refuses_a_snapshot_in_a_transaction(self):
        status, printed = self.run_sdk("transaction")
        self.assertNotEqual(0, status)
        self.assertIn("cannot run in a transaction", printed)
        self.assertEqual([["2"]], self.rows("select count(*) from production.users;"))


class BySdkInATransaction(Seed000):
    """The snapshot, which MatrixOne refuses there, runs beside the transaction where the gateway may log in for the user."""

    @classmethod
    def more_settings(cls):
        cls.authority = Authority(directory(), "seed")
        certificate, key = cls.authority.issue("localhost")
        return (f'[login]\nmode = "bridge"\n'
                f'[client_tls]\nmode = "preferred"\ncertificate = "{certificate}"\nkey = "{key}"\n')

    def test_snapshot_flush_checkpoint_and_clone_in_one(self):
        self.assertEqual([_FLUSHED, _CHECKPOINT],
                         self.printed_by("transaction", None, f"CA={self.authority.certificate}"))
        # The transaction's own row was not yet committed when the snapshot was taken; it is now.
        self.assertEqual([["3"]], self.rows("select count(*) from production.users;"))
        self.assertEqual([["2"]], self.rows("select count(*) from backup_production.users;"))
        ((name, _, *scope),) = self.rows("SNAPSHOT SHOW LIKE 'backup_snapshot';")
        self.assertEqual([self.ours(word) for word in ("backup_snapshot", "database", "sys", "production", "")],
                         [name, *scope])


class ByStatements(Seed000):
    def test_basic_use(self):
        self.assertEqual(self.flushed("db1.users"), self.rows("FLUSH TABLE db1.users;"))
        self.assertEqual([["Checkpoint", "cluster", "OK"]], self.rows("CHECKPOINT;"))

    def test_the_full_example(self):
        self.sql("""
use test;
CREATE TABLE IF NOT EXISTS test_table (
    id INT AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100)
);
INSERT INTO test_table (name) VALUES ('test1'), ('test2');
""")
        self.assertEqual([*self.flushed("test.test_table"), ["Checkpoint", "cluster", "OK"]],
                         self.rows("FLUSH TABLE test.test_table WITH CHECKPOINT;"))

    def test_error_handling(self):
        self.refused("FLUSH TABLE db1.no_such_users;", r"ERROR 1146 \(42S02\).* no such table db1.no_such_users")
        self.refused("FLUSH TABLE no_such_db1.users;", r"ERROR 1049 \(42000\).*no_such_db1")

    def test_preparing_a_backup_is_one_statement(self):
        statement = "SNAPSHOT DATABASE production AS backup_snapshot WITH FLUSH;"
        # Every table of the database is flushed, then comes the checkpoint, then the snapshot.
        steps = [row[2] for row in self.rows(f"EXPLAIN GATEWAY {statement}")]
        native = [step for step in steps if not step.startswith("SELECT") or "mo_ctl" in step]
        self.assertEqual([self.ours(f"SELECT mo_ctl('dn', 'flush', 'production.{table}')") for table in sorted(_TABLES)]
                         + ["SELECT mo_ctl('dn', 'checkpoint', '')",
                            self.ours("CREATE SNAPSHOT `backup_snapshot` FOR DATABASE `production`"),
                            self.ours("SHOW SNAPSHOTS WHERE snapshot_name = 'backup_snapshot'")], native)
        ((name, _, *scope),) = self.rows(statement)
        self.assertEqual([self.ours(word) for word in ("backup_snapshot", "database", "sys", "production", "")],
                         [name, *scope])
        # The snapshot is a backup: what is lost later comes back.
        self.sql("delete from production.users where id = 1;\nSNAPSHOT RESTORE backup_snapshot;")
        self.assertEqual([["2"]], self.rows("select count(*) from production.users;"))

    def test_maintenance_is_one_statement(self):
        self.assertEqual([*self.flushed("production.users", "production.sessions", "production.logs"),
                          ["Checkpoint", "cluster", "OK"]],
                         self.rows("FLUSH TABLE production.users, production.sessions, production.logs WITH CHECKPOINT;"))

    def test_it_needs_account_sys(self):
        self.sql("create account acc1 admin_name 'admin' identified by '111';")
        admin = self.as_user("acc1:admin")
        self.sql("create database own;\ncreate table own.t (a int);", at=admin)
        for statement in ("FLUSH TABLE own.t;", "CHECKPOINT;", "SNAPSHOT DATABASE own AS seed0_x WITH FLUSH;"):
            self.refused(statement, "do not have privilege to execute the statement.* account sys", at=admin)


class ByMoBr(Seed000):
    def test_preparing_a_backup(self):
        for server in (self.through, self.direct):
            self.shell("""
./mo_br snapshot create --host "127.0.0.1" --port 6001 --user "root" --password "111" --level "database" --sname "backup_snapshot" --db "production" --flush
""", server)
            ((name, _, *scope),) = self.rows("SNAPSHOT SHOW LIKE 'backup_snapshot';")
            self.assertEqual([self.ours(word) for word in ("backup_snapshot", "database", "sys", "production", "")],
                             [name, *scope])
            self.shell("""
./mo_br snapshot delete --host "127.0.0.1" --port 6001 --user "root" --password "111" --sname "backup_snapshot"
""", server)


if __name__ == "__main__":
    unittest.main()
