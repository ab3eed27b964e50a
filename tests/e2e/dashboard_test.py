"""The dashboard in a browser: of a gateway under load, and with figures that a gateway seldom has."""

import html
import http.server
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import unittest
import urllib.error
import urllib.request

from lib.breaker import Breaker
from lib.case import GatewayTest, directory, start_gateway
from lib.gate import Gate
from lib.process import wait_until
from lib.wire import Wire

_BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
# Of the page's own clock, which stands still while it waits for answers: five looks.
_PAGE_MILLISECONDS = 9000


def browse(url):
    """What the page shows: (its elements by id as text, all of it as text)."""
    profile = tempfile.mkdtemp(dir=directory())
    run = subprocess.run(
        [_BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={profile}",
         f"--virtual-time-budget={_PAGE_MILLISECONDS}", "--enable-logging=stderr", "--dump-dom", url],
        capture_output=True, text=True, timeout=180, check=True, env={**os.environ, "HOME": profile})
    complaints = [line for line in run.stderr.splitlines() if "CONSOLE" in line]
    if complaints:
        raise AssertionError(f"the page complains: {complaints}")
    dom = re.sub(r"<(script|style)\b.*?</\1>", "", run.stdout, flags=re.DOTALL)
    cards = {name: as_text(body) for name, body in
             re.findall(r'<div class="card[^"]*" id="(\w+)">(.*?)(?=<div class="card|</section>)', dom, re.DOTALL)}
    return cards, as_text(dom)


def as_text(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


@unittest.skipUnless(_BROWSER, "needs chromium")
class UnderLoadTest(GatewayTest):
    def setUp(self):
        self.only_on("simulator", "matrixone")

    def test_it_shows_what_happens(self):
        gate = Gate(self.upstream)
        self.addCleanup(gate.stop)
        gateway = start_gateway(self, gate.address)
        through = self.upstream.at(gateway)
        name = self.database()
        with Wire(self.direct, database=name) as admin:
            admin.query("create table a (x int primary key)")
        ended = threading.Event()

        def load():
            with Wire(through) as session:
                while not ended.is_set():
                    session.query("select 'a literal', 42")

        worker = threading.Thread(target=load)
        worker.start()
        self.addCleanup(worker.join)
        self.addCleanup(ended.set)
        trap = gate.stop_at(rf"flush.*{name}\.a")
        session = Wire(through)
        self.addCleanup(session.socket.close)
        session.command(0x03, f"FLUSH TABLE {name}.a".encode())
        trap.wait()
        cards, page = browse(f"http://127.0.0.1:{gateway.http_port}/")
        trap.release()
        session.read_result()
        self.assertIn("mogate ready ", page)
        self.assertRegex(page, r"Sessions 2 Running [12] Statements/s [1-9]")
        self.assertIn(f"{gate.address} up", cards["backends"])
        self.assertRegex(cards["accounts"], r"sys 2 [1-9]")
        self.assertRegex(cards["operations"], rf"FLUSH TABLE sys 1/1 \d+ s running .*{name}\.a")
        self.assertRegex(cards["kinds"], r"SELECT [1-9]")
        self.assertIn(f"sys {self.upstream.user}", cards["sessions"])
        self.assertRegex(cards["digests"], r"select \?, \.\.\. [1-9]")
        self.assertNotIn("a literal", page)
        self.assertEqual("Subscriptions (0) none", cards["subscriptions"])

    def test_it_says_that_no_backend_answers(self):
        breaker = Breaker(self.upstream)
        self.addCleanup(breaker.stop)
        gateway = start_gateway(self, f"{breaker.host}:{breaker.port}")
        breaker.refuse()
        ready = f"http://127.0.0.1:{gateway.http_port}/readyz"

        def status():
            try:
                return urllib.request.urlopen(ready, timeout=20).status
            except urllib.error.HTTPError as error:
                return error.code

        wait_until(lambda: status() == 503, 20, "the backend to be missed")
        cards, page = browse(f"http://127.0.0.1:{gateway.http_port}/")
        self.assertIn("mogate no backend answers ", page)
        self.assertIn("down", cards["backends"])


class Stub(http.server.BaseHTTPRequestHandler):
    """A gateway's page with figures of the test's."""

    page, policy, topics = "", "", {}

    def do_GET(self):
        topic = self.path.removeprefix("/api/")
        body = self.page if self.path == "/" else json.dumps(self.topics.get(topic, []))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8" if self.path == "/" else "application/json")
        if self.path == "/":
            self.send_header("Content-Security-Policy", self.policy)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def family(name, *samples):
    return {"name": name, "type": "gauge", "help": "", "samples": [{"labels": labels, "value": value}
                                                                   for labels, value in samples]}


@unittest.skipUnless(_BROWSER, "needs chromium")
class FiguresTest(GatewayTest):
    def shown(self, metrics, **topics):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.gateway.http_port}/", timeout=20) as answer:
            page, policy = answer.read().decode(), answer.headers["Content-Security-Policy"]
        handler = type("Given", (Stub,), {"page": page, "policy": policy, "topics": {"metrics": metrics, **topics}})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return browse(f"http://127.0.0.1:{server.server_address[1]}/")

    def test_subscriptions_with_their_lag(self):
        own = {"account": "acc", "subscription": "copy"}
        cards, _ = self.shown([
            family("mogate_subscription_state", ({**own, "state": "error"}, 1), ({**own, "state": "normal"}, 0)),
            family("mogate_subscription_lag_seconds", (own, 75)), family("mogate_subscription_tables", (own, 3)),
            family("mogate_subscription_rows_total", (own, 1234567)), family("mogate_subscription_bytes_total", (own, 2048)),
            family("mogate_subscription_retries_total", (own, 4)), family("mogate_subscription_divergences_total", (own, 5)),
            family("mogate_subscription_errors_total", (own, 6))])
        self.assertIn("copy acc error 75 s 3 1,234,567 2.0 KiB 4 5 6", cards["subscriptions"])

    def test_policies_with_their_hits(self):
        cards, _ = self.shown([family("mogate_policy_hits_total", ({"rule": "no-drop", "action": "deny"}, 12)),
                               family("mogate_policy_denied_total", ({"rule": "no-drop"}, 10)),
                               family("mogate_policy_dry_run_total", ({"rule": "no-drop", "action": "deny"}, 2))])
        self.assertIn("no-drop deny 12 10 2", cards["policies"])

    def test_markup_in_a_name_stays_text(self):
        cards, page = self.shown([family("mogate_policy_hits_total", ({"rule": "<b id='x'>&amp;", "action": "deny"}, 1))],
                                 digests=[{"text": "<script>alert(1)</script>", "count": 1, "errors": 0, "rows": 0,
                                           "total_s": "0", "p50_ms": "0", "p99_ms": "0"}])
        self.assertIn("<b id='x'>&amp;", cards["policies"])
        self.assertIn("alert(1)", page)


if __name__ == "__main__":
    unittest.main()
