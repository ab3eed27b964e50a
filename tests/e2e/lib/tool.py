"""mo_br and mo_cdc: the gateway's binary under another name."""

import contextlib
import os
import pty
import select
import signal
import subprocess

from .gateway import built

DONE, REFUSED, USAGE, UNREACHABLE, DEADLINE, LOST, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
_LIMIT_SECONDS = 120


def _environment(more=None):
    """Without the variables that a developer may have set."""
    return {key: value for key, value in os.environ.items() if not key.startswith("MOGATE_")} | (more or {})


@contextlib.contextmanager
def start(name, *arguments, env=None):
    """Without a terminal. Ends with the block."""
    with subprocess.Popen([name, *map(str, arguments)], executable=built("mogate"), env=_environment(env), text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          start_new_session=True) as child:
        try:
            yield child
        finally:
            child.kill()


def run(name, *arguments, **options):
    """Gives exit code, stdout and stderr."""
    with start(name, *arguments, **options) as child:
        out, err = child.communicate(timeout=_LIMIT_SECONDS)
    return child.returncode, out, err


def run_on_terminal(name, arguments, answers):
    """On a terminal of its own; `answers` are typed, each once its prompt is there. Gives exit code and the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(built("mogate"), [name, *map(str, arguments)], _environment())
    screen, answers = "", list(answers)
    with os.fdopen(terminal, "r+b", buffering=0) as both:
        while part := _read_terminal(both, pid):
            screen += part.decode()
            if answers and screen.endswith(answers[0][0]):
                both.write(answers.pop(0)[1].encode() + b"\n")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen


def _read_terminal(both, pid):
    """Empty once the other end is closed, which a child that says nothing is made to do at the limit."""
    if not select.select([both], [], [], _LIMIT_SECONDS)[0]:
        os.kill(pid, signal.SIGKILL)
    try:
        return both.read(4096)
    except OSError:
        return b""
