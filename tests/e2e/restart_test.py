"""What a service manager hears, and SIGUSR2: a new process takes over the sockets, and no client notices."""

import contextlib
import os
import re
import shlex
import signal
import tempfile
import threading
import unittest
import urllib.request
import uuid

from lib.case import GatewayTest, directory, shared_upstream
from lib.gateway import Gateway
from lib.process import ROOT, wait_until
from lib.service import Service, ServiceManager
from lib.wire import Closed, ServerError, Wire

_RESTARTS = 3
_CLIENTS = 4


class ServiceTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        directory()
        cls.upstream = cls.direct = shared_upstream()

    def start(self, settings="", manager=None, **options):
        self.folder = tempfile.mkdtemp(prefix="gateway-", dir=directory())
        self.manager = ServiceManager(manager or os.path.join(self.folder, "notify"))
        self.addCleanup(self.manager.close)
        self.unix = os.path.join(self.folder, "mogate.sock")
        options.setdefault("listen", ("127.0.0.1:0", f"unix:{self.unix}"))
        self.gateway = Gateway(self.folder, self.upstream.address, extra=settings, env=self.manager.env, **options)
        self.service = Service(self.gateway, self.manager)
        self.addCleanup(self.gateway.stop)  # it has ended by then
        self.addCleanup(self.service.stop)
        self.through = self.upstream.at(self.gateway)

    def configure(self, old, new):
        with open(self.gateway.config, encoding="utf-8") as file:
            text = file.read()
        self.assertIn(old, text)
        with open(self.gateway.config, "w", encoding="utf-8") as file:
            file.write(text.replace(old, new))

    def said(self, pattern):
        return wait_until(lambda: re.search(pattern, self.gateway.process.output()), 60, pattern)


class NotifyTest(ServiceTest):
    def test_it_says_that_it_is_ready_once_it_listens(self):
        for manager in (None, f"@mogate-{uuid.uuid4()}"):
            with self.subTest(manager=manager):
                self.start(manager=manager)
                self.manager.wait_for("^READY=1$")
                with Wire(self.through) as session:
                    self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_reload_begins_and_ends(self):
        self.start()
        self.manager.wait_for("^READY=1$")
        os.kill(self.gateway.pid, signal.SIGHUP)
        self.assertRegex(self.manager.wait_for("^RELOADING=1$"), r"(?m)^MONOTONIC_USEC=\d+$")
        self.manager.wait_for("^READY=1$")

    def test_the_end_is_announced(self):
        self.start()
        os.kill(self.gateway.pid, signal.SIGTERM)
        self.manager.wait_for("^STOPPING=1$")
        self.assertEqual(0, self.gateway.process.wait(60))

    def test_the_units_command_is_one_that_the_program_takes(self):
        with open(os.path.join(ROOT, "conf", "mogate.service"), encoding="utf-8") as unit:
            command = re.search(r"^ExecStart=(.*)$", unit.read(), re.MULTILINE)[1]
        self.start()
        words = shlex.split(command.replace("/etc/mogate/mogate.toml", self.gateway.config))
        self.assertEqual(self.gateway.process.arguments[1:], words[1:])


class SecondSignalTest(ServiceTest):
    def test_a_second_sigterm_ends_what_the_first_one_waits_for(self):
        self.start()
        session = self.session()
        session.command(0x03, b"select sleep(50)")
        with Wire(self.direct) as watcher:
            wait_until(lambda: "sleep(50)" in str(watcher.rows("show processlist")), 30, "the statement to run")
        os.kill(self.gateway.pid, signal.SIGTERM)
        self.manager.wait_for("^STOPPING=1$")
        os.kill(self.gateway.pid, signal.SIGTERM)
        self.assertEqual([1053], session.ends())
        self.assertEqual(0, self.gateway.process.wait(20))


class Load:
    """Clients that connect, ask and leave, over and over."""

    def __init__(self, server):
        self.server, self.over, self.failures, self.rounds = server, threading.Event(), [], [0] * _CLIENTS
        self.threads = [threading.Thread(target=self._run, args=(i,)) for i in range(_CLIENTS)]

    def _run(self, me):
        while not self.over.is_set():
            try:
                with Wire(self.server) as session:
                    if session.rows("select 1") != [["1"]]:
                        raise AssertionError("a wrong answer")
                self.rounds[me] += 1
            except Exception as error:  # whatever it is, the test shows it
                self.failures.append(repr(error))
                return

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def goes_on(self):
        """Each of them has done something since."""
        before = list(self.rounds)
        wait_until(lambda: self.failures or all(a > b for a, b in zip(self.rounds, before)), 60, "each client's answer")


class RestartTest(ServiceTest):
    def test_no_connection_and_no_query_fails_under_load(self):
        self.start(threads=2)
        for server in (self.through, self.upstream.on(self.unix)):
            with self.subTest(server=server.host), Load(server) as load:
                load.goes_on()
                for _ in range(_RESTARTS):
                    before = self.service.restart()
                    load.goes_on()
                    self.assertTrue(self.service.ended(before), "the old process stays without a session")
            self.assertEqual([], load.failures)

    def test_a_session_goes_on_in_the_old_process_with_its_transaction(self):
        self.start()
        database = self.database()
        session = self.session(database=database)
        session.query("create table t (a int)")
        session.query("begin")
        session.query("insert into t values (1)")
        before = self.service.restart()
        session.query("insert into t values (2)")
        session.query("commit")
        with Wire(self.through, database=database) as fresh:
            self.assertEqual([["2"]], fresh.rows("select count(*) from t"))
            self.assertNotEqual(session.connection_id, fresh.connection_id)
        session.command(0x01)
        session.ends()
        self.assertTrue(self.service.ended(before))

    def test_what_is_left_is_drained_when_the_time_is_over(self):
        self.start("[timeouts]\nhandover = 0.2\n")
        idle = self.session()
        before = self.service.restart()
        self.assertEqual([1053], idle.ends())
        self.assertTrue(self.service.ended(before))

    def test_a_configuration_that_is_wrong_leaves_the_old_process_serving(self):
        self.start()
        good = "threads = 1"
        for bad in ("threads = 'many'", "threads = 1\nlisten = ['127.0.0.1:0']", "threads = 1\n\n[nonsense]\na = 1\n"):
            with self.subTest(bad=bad):
                self.configure(good, bad)
                os.kill(self.gateway.pid, signal.SIGUSR2)
                self.assertIn("READY=1", self.manager.wait_for("^STATUS=goes on"))
                for server in (self.through, self.upstream.on(self.unix)):
                    with Wire(server) as session:
                        self.assertEqual([["1"]], session.rows("select 1"))
                self.configure(bad, good)
        self.service.restart()

    def test_more_and_fewer_threads_take_all_clients(self):
        self.start(threads=3)
        for old, new in (("3", "1"), ("1", "4"), ("4", "2")):
            with self.subTest(old=old, new=new), Load(self.through) as load:
                self.configure(f"threads = {old}", f"threads = {new}")
                self.service.restart()
                load.goes_on()
            self.assertEqual([], load.failures)

    def test_the_unix_sockets_file_is_there_until_the_last_process_ends(self):
        self.start()
        made = os.stat(self.unix).st_ino
        self.service.ended(self.service.restart())
        self.assertEqual(made, os.stat(self.unix).st_ino)
        os.kill(self.service.main, signal.SIGTERM)
        self.service.ended(self.service.main)
        self.assertFalse(os.path.exists(self.unix))

    def test_the_http_port_goes_over(self):
        self.start()
        address = self.said(r"http on (\S+)")[1]
        kept = self.session()
        self.service.restart()
        with urllib.request.urlopen(f"http://{address}/healthz", timeout=60) as answer:
            self.assertEqual(200, answer.status)
        self.assertEqual([["1"]], kept.rows("select 1"))

    def test_a_drain_while_two_processes_serve_ends_both(self):
        self.start()
        old = self.session()
        before = self.service.restart()
        new = self.session()
        for pid in (before, self.service.main):
            os.kill(pid, signal.SIGTERM)
        for session in (old, new):
            with contextlib.suppress(Closed, ServerError):
                self.assertEqual([1053], session.ends())
        for pid in (before, self.service.main):
            self.assertTrue(self.service.ended(pid))


if __name__ == "__main__":
    unittest.main()
