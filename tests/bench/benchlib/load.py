"""Runs the load generators: ours (with its two waits, see load/main.cc) and sysbench."""

import json
import os
import re
import subprocess

from lib.gateway import built
from lib.mariadb import PASSWORD, USER
from lib.process import program

SYSBENCH_ROWS = 10000
_LIMIT_SECONDS = 300


class Load:
    """`with Load(...) as load`: its sessions are open when the body begins, and until it ends."""

    def __init__(self, mode, port, cpus, **options):
        flags = [f"--{name}={value}" for name, value in options.items()]
        self.child = subprocess.Popen(
            [built("tests/bench/mogate_bench_load", "release"), mode, f"--port={port}", f"--user={USER}",
             f"--password={PASSWORD}", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus),
        )

    def __enter__(self):
        if self.child.stdout.readline().strip() != "ready":
            self.child.wait(_LIMIT_SECONDS)
            raise RuntimeError("the load generator could not open its sessions")
        return self

    def run(self):
        """Lets it go; returns its figures."""
        self._tell("go")
        line = self.child.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended early")
        return json.loads(line)

    def _tell(self, word):
        self.child.stdin.write(word + "\n")
        self.child.stdin.flush()

    def __exit__(self, *_):
        # The end of its input ends every wait of the load generator.
        self.child.stdin.close()
        try:
            self.child.wait(_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.child.stdout.close()


def _sysbench(port, command, *options, cpus=None):
    done = subprocess.run(
        [program("sysbench"), "oltp_point_select", "--mysql-host=127.0.0.1", f"--mysql-port={port}",
         f"--mysql-user={USER}", f"--mysql-password={PASSWORD}", "--mysql-db=sbtest", "--mysql-ssl=off",
         "--tables=1", f"--table-size={SYSBENCH_ROWS}", *options, command],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_LIMIT_SECONDS,
        preexec_fn=lambda: cpus and os.sched_setaffinity(0, cpus),
    )
    return done.stdout


def sysbench_prepare(port):
    _sysbench(port, "prepare")


def sysbench_run(port, cpus, connections, prepared, seconds):
    text = _sysbench(
        port, "run", f"--threads={connections}", f"--time={seconds}", "--percentile=50",
        f"--db-ps-mode={'auto' if prepared else 'disable'}", cpus=cpus,
    )

    def figure(pattern):
        return float(re.search(pattern, text).group(1))

    return {
        "queries": figure(r"total:\s+(\d+)"),
        "seconds": figure(r"total time:\s+([\d.]+)s"),
        "p50_us": 1000 * figure(r"50th percentile:\s+([\d.]+)"),
    }
