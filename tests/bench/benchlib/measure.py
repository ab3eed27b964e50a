"""Reads what a process has cost, from /proc, and pins processes to CPUs."""

import os

_TICKS = os.sysconf("SC_CLK_TCK")


def _read(path):
    """What a file of /proc says; nothing if its thread has just ended."""
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def tree(pid):
    """The process and its children: nginx works in a child."""
    pids = [pid]
    for task in os.listdir(f"/proc/{pid}/task"):
        for child in _read(f"/proc/{pid}/task/{task}/children").split():
            pids += tree(int(child))
    return pids


def _tasks(pid):
    return [f"/proc/{p}/task/{task}" for p in tree(pid) for task in os.listdir(f"/proc/{p}/task")]


def cpu_seconds(pid):
    """User and system time of all threads, in seconds, as the scheduler counts it (ns)."""
    return sum(int((_read(f"{task}/schedstat") or "0").split()[0]) for task in _tasks(pid)) / 1e9


def user_seconds(pid):
    """User time alone; the kernel gives it in ticks, so only the share over seconds means something."""
    return sum(int(_read(f"/proc/{p}/stat").rpartition(")")[2].split()[11]) for p in tree(pid)) / _TICKS


def rss_kib(pid):
    lines = [line for p in tree(pid) for line in _read(f"/proc/{p}/status").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def pin(pid, cpus):
    """All threads of the process; threads that they start later inherit it."""
    for task in _tasks(pid):
        try:
            os.sched_setaffinity(int(task.rpartition("/")[2]), cpus)
        except ProcessLookupError:  # a thread of an ended session
            pass


class CpuMeter:
    """CPU of a peer between two points; direct has no process, so everything is None."""

    def __init__(self, pid):
        self.pid = pid
        if pid:
            self.cpu, self.user = cpu_seconds(pid), user_seconds(pid)

    def per(self, count):
        """Microseconds of CPU, and of user CPU, per unit."""
        if not self.pid or not count:
            return {}
        cpu = cpu_seconds(self.pid) - self.cpu
        user = user_seconds(self.pid) - self.user
        return {"cpu_us": cpu / count * 1e6, "user_us": user / count * 1e6}
