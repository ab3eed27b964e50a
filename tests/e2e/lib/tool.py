"""mo_br and mo_cdc: the gateway's binary under another name."""

import os
import pty
import subprocess

from .gateway import built

DONE, REFUSED, USAGE, UNREACHABLE, DEADLINE, LOST, INTERRUPTED = 0, 1, 2, 3, 4, 5, 130
_LIMIT_SECONDS = 120


def start(name, *arguments, **options):
    """No terminal, and none of the variables that a developer may have set."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MOGATE_")}
    environment.update(options.pop("env", {}))
    return subprocess.Popen([name, *map(str, arguments)], executable=built("mogate"), env=environment, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            start_new_session=True, **options)


def run(name, *arguments, **options):
    """Gives exit code, stdout and stderr."""
    with start(name, *arguments, **options) as child:
        out, err = child.communicate(timeout=_LIMIT_SECONDS)
    return child.returncode, out, err


def run_on_terminal(name, arguments, answers):
    """On a terminal of its own; `answers` are typed, each once its prompt is there. Gives exit code and the screen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(built("mogate"), [name, *map(str, arguments)])
    screen, answers = "", list(answers)
    with os.fdopen(terminal, "r+b", buffering=0) as both:
        while True:
            try:
                part = both.read(4096)
            except OSError:  # the other end is closed
                part = b""
            if not part:
                break
            screen += part.decode()
            if answers and screen.endswith(answers[0][0]):
                both.write(answers.pop(0)[1].encode() + b"\n")
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), screen
