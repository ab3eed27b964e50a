"""The proxies that are compared: each one process on 127.0.0.1 in front of the same MariaDB, one thread."""

import os
import socket

from lib.gateway import Gateway, built
from lib.process import Process, free_port, program, wait_until


def _accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


class Peer:
    """start() gives a new process each time; port and pid are those of the newest."""

    pid = None

    def __init__(self, directory, backend_port):
        self.directory = os.path.join(directory, self.name)
        self.backend_port = backend_port
        os.makedirs(self.directory, exist_ok=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def restart(self):
        self.stop()
        self.start()

    def _run(self, arguments):
        self.process = Process(arguments, self.path("log"))
        self.pid = self.process.pid

    def _write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)
        return self.path(name)

    def stop(self):
        if self.pid:
            self.process.stop()
            self.pid = None


class Direct(Peer):
    name = "direct"

    def start(self):
        self.port = self.backend_port


class Floor(Peer):
    name = "floor"

    def start(self):
        open(self.path("log"), "wb").close()
        self._run([built("tests/bench/mogate_bench_floor", "release"), self.backend_port])
        self.port = int(self.process.wait_for(r"listening on \S+:(\d+)").group(1))


class HaProxy(Peer):
    name = "HAProxy"

    def start(self):
        self.port = free_port()
        config = self._write(
            "haproxy.cfg",
            "global\n nbthread 1\n maxconn 8000\n"
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 1h\n timeout server 1h\n"
            f"listen bench\n bind 127.0.0.1:{self.port}\n server mariadb 127.0.0.1:{self.backend_port}\n",
        )
        self._run([program("haproxy"), "-db", "-f", config])
        wait_until(lambda: _accepts(self.port), 30, "HAProxy")


class Nginx(Peer):
    name = "nginx"

    def start(self):
        self.port = free_port()
        config = self._write(
            "nginx.conf",
            "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
            f"daemon off;\nworker_processes 1;\npid {self.path('pid')};\nerror_log {self.path('error.log')};\n"
            "worker_rlimit_nofile 16384;\nevents { worker_connections 8192; }\n"
            f"stream {{ server {{ listen 127.0.0.1:{self.port}; proxy_pass 127.0.0.1:{self.backend_port}; "
            "tcp_nodelay on; proxy_timeout 1h; } }\n",
        )
        self._run([program("nginx"), "-p", self.directory, "-c", config, "-e", self.path("error.log")])
        wait_until(lambda: _accepts(self.port), 30, "nginx")


class Mogate(Peer):
    name = "mogate"
    rules = 0

    def start(self):
        extra = ""
        if self.rules:
            path = self._write("policies.toml", "".join(policy_rule(i) for i in range(self.rules)))
            extra = f'[policies]\nfile = "{path}"\n'
        gateway = Gateway(self.directory, f"127.0.0.1:{self.backend_port}", preset="release", extra=extra)
        self.process, self.port, self.pid = gateway.process, gateway.port, gateway.pid


class Mogate100Rules(Mogate):
    name = "mogate-100-rules"
    rules = 100


class Mogate1000Rules(Mogate):
    name = "mogate-1000-rules"
    rules = 1000


def policy_rule(number):
    """One of a mixture of which three quarters may concern the session that measures, and none refuses what it sends."""
    match = (f'user = "team{number}_*", kind = "write"', f'text = "from secret_{number}( |$)"', f'tables = "vault{number}.*"',
             f'kind = ["DROP", "TRUNCATE"], schema = "shop{number}"')[number % 4]
    return f'[[rule]]\nname = "rule {number}"\naction = "deny"\nmatch = {{ {match} }}\n\n'


ALL = (Direct, Floor, HaProxy, Nginx, Mogate, Mogate100Rules, Mogate1000Rules)
