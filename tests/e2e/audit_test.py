"""The audit log, the slow log, and what they must not hold."""

import json
import os
import re
import signal
import tempfile
import unittest

from lib.case import GatewayTest, directory, service_settings, shared_upstream, start_gateway
from lib.process import wait_until
from lib.wire import ServerError, Wire

_TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class LogTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        pass

    def start(self, settings, **options):
        self.upstream = self.direct = shared_upstream()
        self.folder = tempfile.mkdtemp(dir=directory())
        self.gateway = start_gateway(self, settings=settings.replace("FOLDER", self.folder), **options)
        self.through = self.upstream.at(self.gateway)

    def path(self, name):
        return os.path.join(self.folder, name)

    def lines(self, name):
        with open(self.path(name), encoding="utf-8") as log:
            return [json.loads(line) for line in log]

    def line(self, name, wanted):
        """The only line that has these values, once it is there."""
        def found():
            return [line for line in self.lines(name) if wanted.items() <= line.items()]

        wait_until(found, 20, f"{wanted} in {name}")
        (line,) = found()
        return line


class AuditTest(LogTest):
    def setUp(self):
        self.start('[audit]\nfile = "FOLDER/audit"\n' + service_settings())
        self.only_on("simulator", "matrixone")
        self.name = self.database()
        with Wire(self.direct, database=self.name) as admin:
            admin.query("create table t (x int primary key)")

    def test_a_statement_stands_there_with_who_what_and_how_it_ended(self):
        with Wire(self.through) as session:
            session.query(f"/*traceparent='{_TRACE}'*/ FLUSH TABLE {self.name}.t")
            entry = self.line("audit", {"statement": "FLUSH TABLE"})
            self.assertEqual(("sys", self.upstream.user, "moadmin", "ok", session.connection_id, _TRACE),
                             tuple(entry[key] for key in ("account", "user", "role", "outcome", "session", "traceparent")))
        self.assertEqual(f"FLUSH TABLE {self.name}.t", entry["text"].strip())
        self.assertIn("mo_ctl", entry["plan"][0])
        self.assertGreater(entry["elapsed_ms"], 0)
        self.assertRegex(entry["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertRegex(entry["client"], r"^127\.0\.0\.1:\d+$")
        self.assertEqual(0o600, os.stat(self.path("audit")).st_mode & 0o777)

    def test_what_is_refused_and_what_fails_is_told_apart(self):
        with Wire(self.through) as session:
            with self.assertRaises(ServerError):
                session.query("SNAPSHOT DROP nothing_of_that_name")
            session.query("set role public")
            with self.assertRaises(ServerError):
                session.query("CHECKPOINT")
        failed = self.line("audit", {"statement": "SNAPSHOT DROP", "outcome": "error"})
        self.assertGreater(failed["code"], 0)
        self.assertTrue(failed["message"])
        self.assertEqual(20101, self.line("audit", {"statement": "CHECKPOINT", "outcome": "refused"})["code"])

    def test_no_secret_is_in_it(self):
        statements = (f"SNAPSHOT RESTORE none TO NEW ACCOUNT a ADMIN_NAME 'x' IDENTIFIED BY 's3cret'",
                      "CREATE CDC TASK c FROM 'mysql://u:s3cret@127.0.0.1:1' TO MYSQL 'mysql://v:s3cret@127.0.0.1:1' DATABASE d",
                      "EXPLAIN GATEWAY SNAPSHOT RESTORE none TO NEW ACCOUNT a ADMIN_NAME 'x' IDENTIFIED BY 's3cret'",
                      "SNAPSHOT DROP none /* s3cret */")
        with Wire(self.through) as session:
            for sql in statements:
                try:
                    session.query(sql)
                except ServerError:
                    pass
        self.line("audit", {"statement": "SNAPSHOT DROP"})
        with open(self.path("audit"), encoding="utf-8") as log:
            text = log.read()
        self.assertIn("IDENTIFIED BY '***'", text)
        self.assertNotIn("s3cret", text + self.gateway.process.output())

    def test_a_prepared_statement_is_in_it(self):
        with Wire(self.through) as session:
            statement, _, _ = session.prepare("SNAPSHOT SHOW LIKE ?")
            session.execute(statement, ["x"])
        self.assertEqual("SNAPSHOT SHOW LIKE ?", self.line("audit", {"statement": "SNAPSHOT SHOW"})["text"])

    def test_a_file_that_was_renamed_is_opened_anew_on_sighup(self):
        with Wire(self.through) as session:
            session.query("SNAPSHOT SHOW")
            self.line("audit", {"statement": "SNAPSHOT SHOW"})
            os.rename(self.path("audit"), self.path("old"))
            self.gateway.process.child.send_signal(signal.SIGHUP)
            wait_until(lambda: os.path.exists(self.path("audit")), 20, "the new file")
            session.query("SHOW GATEWAY STATUS")
        self.line("audit", {"statement": "SHOW GATEWAY"})
        self.assertEqual(["SNAPSHOT SHOW"], [line["statement"] for line in self.lines("old")])


class FullDiskTest(LogTest):
    def test_a_full_disk_stops_no_session_and_is_said(self):
        self.start('[audit]\nfile = "/dev/full"\n')
        self.only_on("simulator", "matrixone")
        with Wire(self.through) as session:
            for _ in range(3):
                session.query("SNAPSHOT SHOW")
            dropped = lambda: [row[2] for row in session.rows("SHOW GATEWAY METRICS")
                               if row[:2] == ["mogate_log_lines_dropped_total", "log=audit"]]
            wait_until(lambda: int(dropped()[0]) >= 3, 20, "the lines to be dropped")
        self.assertEqual(1, len(re.findall("/dev/full cannot be written", self.gateway.process.output())))

    def test_a_file_that_cannot_be_opened_is_said_at_start(self):
        with self.assertRaisesRegex(RuntimeError, "audit.file: /nowhere/at/all: No such file"):
            self.start('[audit]\nfile = "/nowhere/at/all"\n')


class SlowLogTest(LogTest):
    def sleep(self, settings="", text=""):
        self.start(f'[slow_log]\nthreshold = 0.05\nfile = "FOLDER/slow"\n{settings}')
        with Wire(self.through) as session:
            session.query("select 'quick s3cret'")
            session.query(f"select /*traceparent='{_TRACE}'*/ sleep(0.1), 'my s3cret'{text}")
        entry = self.line("slow", {"traceparent": _TRACE})
        self.assertGreaterEqual(entry["elapsed_ms"], 50)
        self.assertEqual(("sys", self.upstream.user, "SELECT", 1),
                         tuple(entry[key] for key in ("account", "user", "statement", "rows")))
        return entry

    def test_a_slow_statement_is_shown_without_its_literals(self):
        entry = self.sleep()
        self.assertEqual("select sleep (?), ?", entry["text"])
        self.assertRegex(entry["digest"], "^[0-9a-f]{16}$")
        self.assertNotIn("s3cret", str(self.lines("slow")))

    def test_with_them_where_that_is_asked_for_but_without_secrets(self):
        text = self.sleep("literals = true\n", text=", 'password=top'")["text"]
        self.assertIn("'my s3cret'", text)
        self.assertNotIn("top", text)

    def test_without_a_file_it_is_in_the_log(self):
        self.start("[slow_log]\nthreshold = 0.05\n")
        with Wire(self.through) as session:
            session.query("select sleep(0.1)")
        self.gateway.process.wait_for(r'slow session=\d+ account=sys statement=SELECT .* text="select sleep \(\?\)"')


if __name__ == "__main__":
    unittest.main()
