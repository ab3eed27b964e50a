"""go-sql-driver/mysql's own test suite, from the Go module proxy."""

import json
import os
import re
import shutil
import subprocess

from .suite import FAIL, PASS, SKIP, WORK, Outcome, run_logged

# The newest one that Debian 12's Go (1.19) compiles.
VERSION = "v1.8.1"
MODULE = "github.com/go-sql-driver/mysql"
# Dials an address outside loopback.
LEFT_OUT = {"TestConnectorReturnsTimeout"}
DATABASE = "gotest"
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


def run(target, server, names):
    server.sql(f"drop database if exists {DATABASE}; create database {DATABASE}")
    environment = {
        **os.environ,
        "MYSQL_TEST_USER": target.user,
        "MYSQL_TEST_PASS": target.password,
        "MYSQL_TEST_PROT": "tcp",
        "MYSQL_TEST_ADDR": f"{target.host}:{target.port}",
        "MYSQL_TEST_DBNAME": DATABASE,
        "MYSQL_TEST_CONCURRENT": "1",
    }
    # Go 1.19 has no -test.skip, so the wanted ones are named.
    wanted = "^(" + "|".join(names) + ")$"
    _, text = run_logged(
        ["./driver.test", "-test.v", "-test.run", wanted, f"-test.timeout={_LIMIT_SECONDS}s"],
        f"go-sql-driver-{target.way}.log", _LIMIT_SECONDS + 30, cwd=_tree(), env=environment,
    )
    found = re.findall(r"^\s*--- (PASS|FAIL|SKIP): (\S+)", text, re.MULTILINE)
    return {name: Outcome(_STATUS[word]) for word, name in found}
