"""A child process whose output goes to a log file, waited for by what it prints, ended by its own pid."""

import ctypes
import os
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_POLL_SECONDS = 0.02


class StartError(RuntimeError):
    """The process ended, or did not say in time that it is ready."""


def program(name):
    """Path of an installed program; servers live in sbin, which a plain user's PATH may lack."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin")
    if found is None:
        raise StartError(f"{name} is not installed")
    return found


def free_port():
    """A port that was free a moment ago: for servers that cannot bind port 0. Callers retry on a clash."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, timeout, what):
    """Polls until condition() is true; the timeout only bounds a run that has already failed."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise StartError(f"timed out waiting for {what}")
        time.sleep(_POLL_SECONDS)


def _die_with_parent():
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    def __init__(self, arguments, log, env=None, cwd=None, stdin=subprocess.DEVNULL):
        self.arguments = [str(a) for a in arguments]
        self.log = log
        with open(log, "ab") as out:
            self._begin = out.tell()  # a restarted process must not be taken for the one before it
            self.child = subprocess.Popen(
                self.arguments,
                stdin=stdin,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                preexec_fn=_die_with_parent,
            )

    @property
    def pid(self):
        return self.child.pid

    def output(self):
        with open(self.log, "rb") as log:
            log.seek(self._begin)
            return log.read().decode("utf-8", "replace")

    def running(self):
        return self.child.poll() is None

    def wait_for(self, pattern, timeout=60):
        """Returns the match of `pattern` in the log once it is there."""

        def look():
            ended = not self.running()
            found = re.search(pattern, self.output(), re.MULTILINE)
            if found is None and ended:
                raise StartError(f"{self.arguments[0]} ended with {self.child.returncode}:\n{self.output()[-2000:]}")
            return found

        return wait_until(look, timeout, f"'{pattern}' from {self.arguments[0]}; it said:\n{self.output()[-2000:]}")

    def stop(self, timeout=20):
        """SIGTERM, then SIGKILL if it does not end; returns the exit status."""
        if self.running():
            self.child.terminate()
            try:
                self.child.wait(timeout)
            except subprocess.TimeoutExpired:
                self.child.kill()
        return self.child.wait()
