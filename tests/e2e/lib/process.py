"""A child process whose output goes to a log file, waited for by what it prints, ended by its own pid."""

import contextlib
import ctypes
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import time
import weakref

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
_LIBC = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1
_IN_MODIFY = 2  # <sys/inotify.h>
_EVENTS_BYTES = 4096
_PAUSE_SECONDS = 0.02


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
    """Asks again and again until condition() is true; the timeout only bounds a run that has already failed.

    Only for what tells nobody that it changed: a server's list of sessions, /proc, an age. The pause leaves the
    processor to those that are waited for; no outcome depends on it. What a process prints and its end have waits of
    their own, Process.wait_for() and Process.wait()."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise StartError(f"timed out waiting for {what}")
        time.sleep(_PAUSE_SECONDS)  # the interval at which it asks, the only sleep of the tests
    return value


def wait_for_end(pidfd, timeout):
    """Whether the process of a pidfd ends within the time; it need not be a child."""
    return bool(_first_ready(timeout, pidfd))


def _first_ready(timeout, *descriptors):
    """Those that can be read, as soon as there is one."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, select.POLLIN)
    return [descriptor for descriptor, _ in poll.poll(max(0, timeout) * 1000)]


@contextlib.contextmanager
def _growth_of(path):
    """A descriptor that can be read once there is more in the file (inotify(7))."""
    descriptor = _LIBC.inotify_init1(os.O_CLOEXEC)
    try:
        if descriptor < 0 or _LIBC.inotify_add_watch(descriptor, os.fsencode(path), _IN_MODIFY) < 0:
            raise OSError(ctypes.get_errno(), f"cannot watch {path}")
        yield descriptor
    finally:
        if descriptor >= 0:
            os.close(descriptor)


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
        self._pidfd = os.pidfd_open(self.pid)
        weakref.finalize(self, os.close, self._pidfd)

    @property
    def pid(self):
        return self.child.pid

    def output(self):
        with open(self.log, "rb") as log:
            log.seek(self._begin)
            return log.read().decode("utf-8", "replace")

    def running(self):
        return self.child.poll() is None

    def wait_for(self, pattern, timeout=60, behind=0):
        """Returns the match of `pattern` in the output once it is there, not looking at the first `behind` characters."""
        deadline, name = time.monotonic() + timeout, self.arguments[0]
        with _growth_of(self.log) as growth:
            while True:
                ended, said = not self.running(), self.output()
                if found := re.search(pattern, said[behind:], re.MULTILINE):
                    return found
                if ended:
                    raise StartError(f"{name} ended with {self.child.returncode}:\n{said[-2000:]}")
                ready = _first_ready(deadline - time.monotonic(), growth, self._pidfd)
                if not ready:
                    raise StartError(f"timed out waiting for '{pattern}' from {name}; it said:\n{said[-2000:]}")
                if growth in ready:
                    os.read(growth, _EVENTS_BYTES)

    def wait(self, timeout):
        """Returns the exit status once it has ended by itself."""
        if not wait_for_end(self._pidfd, timeout):
            raise StartError(f"{self.arguments[0]} did not end in time; it said:\n{self.output()[-2000:]}")
        return self.child.wait()

    def stop(self, timeout=20):
        """SIGTERM, then SIGKILL if it does not end; returns the exit status."""
        if self.running():
            self.child.terminate()
            if not wait_for_end(self._pidfd, timeout):
                self.child.kill()
        return self.child.wait()
