"""What is measured. Each workload is run(peer) -> {figure: value} for one round."""

import os
import re
import signal
import subprocess

from lib.process import Process, program, wait_until

from .load import Load, sysbench_run
from .measure import CpuMeter, pin, rss_kib

ROW_KB = {"1 KB rows": (1024, 200_000), "100 KB rows": (100 * 1024, 2_000)}


class Bench:
    """Lengths and places that all workloads share."""

    def __init__(self, backend, quick):
        self.backend = backend
        self.seconds = 0.5 if quick else 2
        self.idle = 200 if quick else 2000
        self.cpus = os.sched_getaffinity(0)
        self.one_cpu = {max(self.cpus)}

    def place(self, peer, pinned):
        """Client, proxy and backend on one CPU, or all of them on any; returns the CPUs for the client."""
        cpus = self.one_cpu if pinned else self.cpus
        for pid in (self.backend.pid, peer.pid):
            if pid:
                pin(pid, cpus)
        return cpus

    def backend_is_quiet(self):
        sessions = self.backend.sql("select count(*) from information_schema.processlist where user = 'tester'")
        return int(sessions) == 0


def _figures(result, meter):
    rate = result["queries"] / result["seconds"]
    return {"qps": rate, "p50_us": result["p50_us"], **meter.per(result["queries"])}


def _query_load(bench, peer, connections, pinned):
    cpus = bench.place(peer, pinned)
    with Load("query", peer.port, cpus, connections=connections, seconds=bench.seconds) as load:
        meter = CpuMeter(peer.pid)
        return _figures(load.run(), meter)


def select_1(connections, pinned):
    return lambda bench, peer: _query_load(bench, peer, connections, pinned)


def point_select(connections, prepared):
    def run(bench, peer):
        # Pinned: unpinned, the scheduler's choice of CPUs decides the figure at one connection.
        cpus = bench.place(peer, pinned=True)
        # The few connects at the beginning are in it; they are under 1 % of the queries.
        meter = CpuMeter(peer.pid)
        return _figures(sysbench_run(peer.port, cpus, connections, prepared, max(1, int(bench.seconds))), meter)

    return run


def connects(bench, peer):
    cpus = bench.place(peer, pinned=True)
    with Load("connects", peer.port, cpus, seconds=bench.seconds) as load:
        meter = CpuMeter(peer.pid)
        return _figures(load.run(), meter)


def bulk(rows):
    size, count = ROW_KB[rows]

    def run(bench, peer):
        cpus = bench.place(peer, pinned=True)
        sql = f"select repeat('x', {size}) from sbtest.seq_1_to_{count}"
        with Load("query", peer.port, cpus, count=1, sql=sql) as load:
            meter = CpuMeter(peer.pid)
            result = load.run()
            gigabytes = result["bytes"] / 1e9
            cost = meter.per(gigabytes)
        figures = {"gb_per_s": gigabytes / result["seconds"]}
        if cost:
            figures["cpu_s_per_gb"] = cost["cpu_us"] / 1e6
        return figures

    return run


def idle(bench, peer):
    """A new process, so that memory that an earlier load left behind is not counted as free."""
    peer.restart()
    cpus = bench.place(peer, pinned=True)
    with Load("query", peer.port, cpus, count=100) as warm_up:
        warm_up.run()
    without = rss_kib(peer.pid) if peer.pid else 0
    with Load("hold", peer.port, cpus, connections=bench.idle):
        figures = {"rss_kib": (rss_kib(peer.pid) - without) / bench.idle} if peer.pid else {}
        figures.update(_query_load(bench, peer, 1, pinned=True))
    wait_until(bench.backend_is_quiet, 60, "the backend to end its sessions")
    return figures


def syscalls(connections, count):
    """A short run of its own: strace slows what it watches, so no time is taken here."""

    def run(bench, peer):
        if not peer.pid:
            return {}
        cpus = bench.place(peer, pinned=False)
        log = peer.path(f"strace-{connections}.log")
        open(log, "wb").close()
        with Load("query", peer.port, cpus, connections=connections, count=count) as load:
            tracer = _attach(peer.pid, log)
            try:
                queries = load.run()["queries"]
            finally:
                tracer.child.send_signal(signal.SIGINT)
                tracer.wait(60)
        return {"syscalls": _total_calls(tracer.output()) / queries}

    return run


def _attach(pid, log):
    children = subprocess.run(["pgrep", "-P", str(pid)], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
    worker = int(children[0]) if children else pid
    tracer = Process([program("strace"), "-f", "-c", "-p", str(worker)], log)
    tracer.wait_for(r"Process \d+ attached")
    return tracer


def _total_calls(table):
    # The last line of strace -c: "100.00    0.123456           3     12345        67 total".
    return int(re.search(r"^\s*100\.00\s+\S+\s+\S+\s+(\d+).*total$", table, re.MULTILINE).group(1))
