"""What every suite has in common: where it runs, and how two runs of it are compared."""

import os
import subprocess
from dataclasses import dataclass

from lib.gateway import build_directory

WORK = os.path.join(build_directory(), "clients")
PASS, FAIL, SKIP, MISSING = "pass", "fail", "skip", "missing"


@dataclass(frozen=True)
class Target:
    """One way to the server: "direct" or "through" the gateway."""

    way: str
    host: str
    port: int
    user: str
    password: str


@dataclass(frozen=True)
class Outcome:
    status: str
    # What a client saw, where the suite has no expectation of its own: both ways must show the same.
    output: str = ""


def run_logged(arguments, log, timeout, stdin=subprocess.DEVNULL, **options):
    """Runs a command with all its output in the work folder; returns (exit status, output)."""
    with open(os.path.join(WORK, log), "w+", encoding="utf-8", errors="replace") as out:
        try:
            status = subprocess.run(
                arguments, stdout=out, stderr=subprocess.STDOUT, stdin=stdin, timeout=timeout, check=False, **options,
            ).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\ntimed out after {timeout} s\n")
            status = -1
        out.seek(0)
        return status, out.read()


def regressions(direct, through):
    """Tests that pass directly and do not pass, or show something else, through the gateway."""
    bad = {}
    for name, outcome in direct.items():
        if outcome.status != PASS:
            continue
        other = through.get(name, Outcome(MISSING))
        if other.status != PASS:
            bad[name] = other.status
        elif other.output != outcome.output:
            bad[name] = "other output"
    return bad
