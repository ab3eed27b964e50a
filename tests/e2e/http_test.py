"""The HTTP port: health, figures, its rules of who may ask and how."""

import base64
import http.client
import json
import os
import re
import signal
import socket
import ssl
import tempfile
import unittest

from lib import certificates
from lib.breaker import Breaker
from lib.case import GatewayTest, directory, start_gateway
from lib.process import ROOT, wait_until
from lib.wire import ServerError, Wire

_TOKEN = "a-token-of-many-characters"


def get(port, path, method="GET", headers=None, context=None, host="localhost"):
    """(status, body, headers) of one request."""
    if context:
        connection = http.client.HTTPSConnection(host, port, timeout=20, context=context)
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())
    finally:
        connection.close()


class HttpTest(GatewayTest):
    def ask(self, path, **options):
        return get(self.gateway.http_port, path, **options)

    def value(self, series):
        """Of one line of /metrics; None if it is not there."""
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.ask("/metrics")[1], re.MULTILINE)
        return float(found.group(1)) if found else None


class HealthTest(HttpTest):
    def test_a_gateway_that_serves_is_alive_and_ready(self):
        for path in ("/healthz", "/readyz"):
            self.assertEqual((200, "ok\n"), self.ask(path)[:2], path)

    def test_one_whose_backend_is_away_is_alive_but_not_ready(self):
        breaker = Breaker(self.upstream)
        self.addCleanup(breaker.stop)
        gateway = start_gateway(self, f"{breaker.host}:{breaker.port}")
        ready = lambda: get(gateway.http_port, "/readyz")[:2]
        self.assertEqual((200, "ok\n"), ready())
        breaker.refuse()
        wait_until(lambda: ready() == (503, "no backend answers\n"), 20, "the backend to be missed")
        self.assertEqual(200, get(gateway.http_port, "/healthz")[0])
        self.assertIn('mogate_backend_up{backend="', get(gateway.http_port, "/metrics")[1])
        breaker.listen_again()
        wait_until(lambda: ready() == (200, "ok\n"), 20, "the backend to be found again")

    def test_one_that_ends_is_not_ready(self):
        gateway = start_gateway(self)
        session = Wire(self.upstream.at(gateway))
        self.addCleanup(session.socket.close)
        port = gateway.http_port
        session.command(0x03, b"select sleep(2)")
        wait_until(lambda: '"state":"running"' in get(port, "/api/sessions")[1], 20, "the statement to run")
        gateway.process.child.send_signal(signal.SIGTERM)
        gateway.process.wait_for("ending: ")
        self.assertEqual((503, "the gateway ends\n"), get(port, "/readyz")[:2])
        self.assertEqual(200, get(port, "/healthz")[0])
        session.read_result()


class MetricsTest(HttpTest):
    def setUp(self):
        self.gateway = start_gateway(self)
        self.through = self.upstream.at(self.gateway)

    def test_statements_are_counted_by_account_and_kind(self):
        with Wire(self.through) as session:
            for n in range(5):
                session.query(f"select {n}")
            with self.assertRaises(ServerError):
                session.query("select nothing_of_that_name")
            session.ping()
            wait_until(lambda: self.value('mogate_statements_total{account="sys",kind="PING"}') == 1, 20, "the last one")
            self.assertEqual(6, self.value('mogate_statements_total{account="sys",kind="SELECT"}'))
            self.assertEqual(1, self.value('mogate_statement_errors_total{account="sys",kind="SELECT"}'))
            self.assertEqual(1, self.value('mogate_logins_total{account="sys"}'))
            self.assertEqual(5, self.value('mogate_rows_total{account="sys"}'))
            self.assertEqual(7, self.value('mogate_statement_seconds_count{account="sys"}'))
            self.assertEqual(6, self.value('mogate_statement_kind_seconds_count{kind="SELECT"}'))
            self.assertEqual(1, self.value('mogate_sessions{account="sys",state="idle"}'))
            self.assertGreater(self.value('mogate_client_bytes_total{account="sys",direction="out"}'), 100)
            backend = f'{{backend="{self.upstream.address}"}}'
            self.assertEqual(7, self.value(f"mogate_backend_statements_total{backend}"))
            self.assertEqual(1, self.value(f"mogate_backend_up{backend}"))
        self.assertGreater(self.value("process_resident_memory_bytes"), 1 << 20)

    def test_each_family_is_described_once_and_holds_its_samples(self):
        with Wire(self.through) as session:
            session.query("select 1")
        described, current = set(), None
        for line in self.ask("/metrics")[1].splitlines():
            if line.startswith("# TYPE "):
                current = line.split()[2]
                self.assertNotIn(current, described)
                described.add(current)
            elif not line.startswith("#"):
                self.assertRegex(line, r'^\w+(\{(\w+="[^"]*",?)+\})? \S+$')
                self.assertTrue(line.startswith(current), line)

    def test_the_manual_and_the_grafana_dashboard_name_what_there_is(self):
        given = set(re.findall(r"^# TYPE (\w+)", self.ask("/metrics")[1], re.MULTILINE))
        with open(os.path.join(ROOT, "docs/operations.md"), encoding="utf-8") as manual:
            named = set(re.findall(r"`((?:mogate|process)_\w+)`", manual.read()))
        elsewhere = ("mogate_policy_", "mogate_subscription_")
        own = {name for name in given if not name.startswith(elsewhere)}
        self.assertEqual(own, {name for name in named if not name.startswith(elsewhere)})
        with open(os.path.join(ROOT, "conf/grafana.json"), encoding="utf-8") as dashboard:
            used = {name for panel in json.load(dashboard)["panels"] for target in panel["targets"]
                    for name in re.findall(r"\b(?:mogate|process)_\w+?(?=(?:_bucket)?\b)", target["expr"])}
        self.assertEqual(set(), {name for name in used if not name.startswith(elsewhere)} - own)
        self.assertIn("mogate_statement_seconds", used)

    def test_a_prepared_statement_counts_as_what_it_is(self):
        with Wire(self.through) as session:
            statement, _, _ = session.prepare("select 17")
            session.execute(statement)
            session.execute(statement)
            wait_until(lambda: self.value('mogate_statements_total{account="sys",kind="SELECT"}') == 2, 20, "both of them")
            self.assertEqual(1, self.value('mogate_statements_total{account="sys",kind="PREPARE"}'))
            digests = {d["text"]: d["count"] for d in json.loads(self.ask("/api/digests")[1])}
            self.assertEqual(2, digests["select ?"])

    def test_logins_that_fail_are_counted_without_their_name(self):
        with self.assertRaises(ServerError):
            Wire(self.through, user="nobody_of_that_name", password="wrong")
        wait_until(lambda: self.value("mogate_logins_failed_total") == 1, 20, "the login to be counted")
        self.assertNotIn("nobody_of_that_name", self.ask("/metrics")[1])

    def test_digests_have_no_literals(self):
        with Wire(self.through) as session:
            session.query("select 'my-secret', 42")
            session.query("SELECT  'other-secret',  43")
            (mine,) = wait_until(lambda: [d for d in json.loads(self.ask("/api/digests")[1])
                                          if d["text"] == "select ?, ..." and d["count"] == 2], 20, "the digest")
        self.assertEqual(("SELECT", 0, 2), (mine["statement"], mine["errors"], mine["rows"]))
        self.assertNotIn("secret", self.ask("/api/digests")[1])


class TopicsTest(HttpTest):
    def rows(self, topic):
        with Wire(self.through) as session:
            result = session.one(f"SHOW GATEWAY {topic}")
            return [dict(zip((name for name, _ in result.columns), row)) for row in result.rows]

    def test_show_gateway_says_what_the_port_says(self):
        self.only_on("simulator", "matrixone")
        with Wire(self.through) as session:
            session.query("select 1")
        (backend,) = self.rows("BACKENDS")
        self.assertEqual((self.upstream.address, "up"), (backend["backend"], backend["state"]))
        self.assertIn("select ?", [row["text"] for row in self.rows("DIGESTS")])
        values = {(row["name"], row["labels"]): row["value"] for row in self.rows("METRICS")}
        self.assertGreaterEqual(int(values["mogate_logins_total", "account=sys"]), 1)
        self.assertIn(("mogate_statement_seconds_p99", "account=sys"), values)

    def test_the_api_gives_each_topic_as_json(self):
        with Wire(self.through):
            for topic in ("status", "sessions", "operations", "backends", "digests", "metrics"):
                status, body, headers = self.ask(f"/api/{topic}")
                self.assertEqual((200, "application/json"), (status, headers["Content-Type"]))
                self.assertIsInstance(json.loads(body), list)
        for path in ("/api/", "/api/STATUS", "/api/none", "/none", "/metrics/x"):
            self.assertEqual(404, self.ask(path)[0], path)


class RulesTest(HttpTest):
    def test_only_get_is_answered(self):
        for method in ("POST", "HEAD", "PUT", "DELETE", "OPTIONS"):
            status, _, headers = self.ask("/healthz", method=method)
            self.assertEqual((405, "GET"), (status, headers["Allow"]), method)

    def test_a_page_of_another_name_cannot_ask_the_local_port(self):
        for name, status in (("localhost", 200), ("127.0.0.1:1", 200), ("[::1]", 200), ("evil.example", 403), ("", 403)):
            self.assertEqual(status, self.ask("/metrics", headers={"Host": name})[0], name)
            self.assertEqual(200, self.ask("/healthz", headers={"Host": name})[0], name)

    def send(self, data):
        with socket.create_connection(("127.0.0.1", self.gateway.http_port), timeout=20) as raw:
            raw.sendall(data)
            with raw.makefile("rb") as answer:
                return answer.readline().decode()

    def test_what_is_no_request_is_refused(self):
        self.assertTrue(self.send(b"hello\r\n\r\n").startswith("HTTP/1.1 400 "))
        self.assertTrue(self.send(b"GET / HTTP/1.1\r\nX: " + b"x" * 9000).startswith("HTTP/1.1 431 "))

    def test_clients_that_say_nothing_do_not_keep_others_out(self):
        silent = [socket.create_connection(("127.0.0.1", self.gateway.http_port), timeout=20) for _ in range(10)]
        self.addCleanup(lambda: [one.close() for one in silent])
        self.assertEqual(200, self.ask("/healthz")[0])

    def test_the_port_can_be_off(self):
        gateway = start_gateway(self, http="enabled = false")
        self.assertNotIn("http on", gateway.process.output())
        with Wire(self.upstream.at(gateway)) as session:
            self.assertEqual([["1"]], session.rows("select 1"))


class SecuredTest(HttpTest):
    def setUp(self):
        self.folder = tempfile.mkdtemp(dir=directory())
        self.authority = certificates.Authority(self.folder, "http")
        certificate, key = self.authority.issue("localhost")
        self.write(_TOKEN)
        self.gateway = start_gateway(
            self, http=f'listen = "0.0.0.0:0"\ncertificate = "{certificate}"\nkey = "{key}"\ntoken_file = "{self.token}"')
        self.context = ssl.create_default_context(cafile=self.authority.certificate)

    @property
    def token(self):
        return os.path.join(self.folder, "token")

    def write(self, token):
        with open(self.token, "w", encoding="utf-8") as out:
            out.write(token + "\n")

    def status(self, path, authorization=None):
        headers = {"Authorization": authorization} if authorization else {}
        return self.ask(path, headers=headers, context=self.context)[0]

    def test_the_token_opens_everything_but_health_which_is_open(self):
        basic = "Basic " + base64.b64encode(f"any:{_TOKEN}".encode()).decode()
        for path in ("/metrics", "/api/status"):
            self.assertEqual(401, self.status(path))
            self.assertEqual(401, self.status(path, "Bearer " + "x" * len(_TOKEN)))
            self.assertEqual(200, self.status(path, f"Bearer {_TOKEN}"))
            self.assertEqual(200, self.status(path, basic))
        for path in ("/healthz", "/readyz"):
            self.assertEqual(200, self.status(path))

    def test_a_request_that_comes_with_the_end_of_the_handshake_is_answered(self):
        """TLS 1.3 clients do not wait for the server's answer to their Finished: often both are read at once."""
        self.assertEqual([200] * 60, [self.status("/healthz") for _ in range(60)])

    def test_without_tls_nothing_is_answered(self):
        with socket.create_connection(("127.0.0.1", self.gateway.http_port), timeout=20) as raw:
            raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            self.assertNotIn(b"HTTP/1.1", raw.recv(4096))

    def test_a_new_token_is_taken_on_sighup_and_a_bad_one_is_not(self):
        self.write("short")
        self.hup("the old ones stay: http.token_file")
        self.assertEqual(200, self.status("/metrics", f"Bearer {_TOKEN}"))
        self.write("another-token-of-many-characters")
        self.hup("are loaded anew")
        self.assertEqual(401, self.status("/metrics", f"Bearer {_TOKEN}"))
        self.assertEqual(200, self.status("/metrics", "Bearer another-token-of-many-characters"))

    def hup(self, said):
        seen = len(self.gateway.process.output())
        self.gateway.process.child.send_signal(signal.SIGHUP)
        self.gateway.process.wait_for(said, behind=seen)


if __name__ == "__main__":
    unittest.main()
