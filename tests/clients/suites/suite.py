"""What every suite has in common: where it runs, and how two runs of it are compared."""

import os
import re
import subprocess
import xml.etree.ElementTree
from dataclasses import dataclass

from lib.gateway import build_directory

WORK = os.path.join(build_directory(), "clients")
PASS, FAIL, SKIP, MISSING = "pass", "fail", "skip", "missing"
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
_ERROR_LENGTH = 400
_CASE = re.compile(r"^(PASS|FAIL|SKIP) ([^:\n]+)(?:: (.*))?$", re.MULTILINE)


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
    # Why it failed, in the client's words.
    error: str = ""


def fresh_database(server, name):
    server.sql(f"drop database if exists {name}; create database {name}")


def read_cases(text):
    """{name: outcome} of what a program of ours printed: "PASS name", "FAIL name: why" or "SKIP name: why" a case."""
    return {name: Outcome(word.lower(), error=why or "") for word, name, why in _CASE.findall(text)}


def run_cases(arguments, log, timeout, **options):
    """read_cases() of a command's output; one that ends badly, or prints no case, is one failed test more."""
    status, text = run_logged(arguments, log, timeout, **options)
    outcomes = read_cases(text)
    if status != 0 or not outcomes:
        outcomes["(the program itself)"] = Outcome(FAIL, error=f"exit status {status}: {text[-300:]!r}")
    return outcomes


def _of_junit(case):
    if case.find("skipped") is not None:
        return Outcome(SKIP)
    for bad in (*case.iter("failure"), *case.iter("error")):
        return Outcome(FAIL, error=" ".join(bad.get("message", "").split())[:_ERROR_LENGTH])
    return Outcome(PASS)


def read_junit(path):
    """{name: outcome} of a JUnit report as pytest writes it; none if it wrote none."""
    if not os.path.exists(path):
        return {}
    cases = xml.etree.ElementTree.parse(path).iter("testcase")
    return {f"{case.get('classname')}.{case.get('name')}": _of_junit(case) for case in cases}


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


def gained(direct, through):
    """Names of the tests that pass through the gateway only."""
    return [name for name, outcome in through.items()
            if outcome.status == PASS and direct.get(name, Outcome(MISSING)).status != PASS]


def regressions(direct, through):
    """Tests that pass directly and do not pass, or show something else, through the gateway."""
    bad = {}
    for name, outcome in direct.items():
        if outcome.status != PASS:
            continue
        other = through.get(name, Outcome(MISSING))
        if other.status != PASS:
            bad[name] = f"{other.status} {other.error}".rstrip()
        elif other.output != outcome.output:
            bad[name] = "other output"
    return bad
