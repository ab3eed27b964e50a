"""PyMySQL's own test suite, from its source distribution on PyPI."""

import json
import os
import subprocess
import sys
import tarfile
import xml.etree.ElementTree

from .suite import FAIL, PASS, SKIP, WORK, Outcome, run_logged

# The last release whose source distribution has the suite in it.
VERSION = "0.10.1"
PYTEST = "pytest==8.3.4"
# Wants the processlist to show the greeting's connection id: MatrixOne can be told it (SET CONNECTION ID, see
# tests/e2e/relay_test.py), MariaDB cannot.
LEFT_OUT = "pymysql/tests/test_issues.py::TestNewIssues::test_issue_36"
DATABASES = ("test1", "test2")
_LIMIT_SECONDS = 600

NAME = "PyMySQL"


def _venv(name):
    return os.path.join(WORK, "venv", "bin", name)


def _tree():
    return os.path.join(WORK, f"PyMySQL-{VERSION}")


def prepare():
    if not os.path.exists(_venv("pytest")):
        subprocess.run([sys.executable, "-m", "venv", os.path.join(WORK, "venv")], check=True)
        subprocess.run([_venv("pip"), "install", "-q", PYTEST], check=True)
    if not os.path.isdir(_tree()):
        subprocess.run(
            [_venv("pip"), "download", "-q", "--no-deps", "--no-binary", "pymysql", "-d", WORK, f"pymysql=={VERSION}"],
            check=True,
        )
        with tarfile.open(_tree() + ".tar.gz") as archive:
            archive.extractall(WORK)


def _write_databases(target):
    common = {"host": target.host, "port": target.port, "user": target.user, "passwd": target.password}
    first = {**common, "db": DATABASES[0], "use_unicode": True, "local_infile": True}
    with open(os.path.join(_tree(), "pymysql", "tests", "databases.json"), "w", encoding="utf-8") as out:
        json.dump([first, {**common, "db": DATABASES[1]}], out)


def _outcome(case):
    if case.find("skipped") is not None:
        return Outcome(SKIP)
    failed = case.find("failure") is not None or case.find("error") is not None
    return Outcome(FAIL if failed else PASS)


def run(target, server, _prepared):
    for name in DATABASES:
        server.sql(f"drop database if exists {name}; create database {name} character set utf8mb4")
    _write_databases(target)
    report = os.path.join(WORK, f"pymysql-{target.way}.xml")
    if os.path.exists(report):
        os.remove(report)
    run_logged(
        [_venv("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}",
         f"--deselect={LEFT_OUT}", os.path.join("pymysql", "tests")],
        f"pymysql-{target.way}.log", _LIMIT_SECONDS, cwd=_tree(),
    )
    if not os.path.exists(report):
        return {}
    cases = xml.etree.ElementTree.parse(report).iter("testcase")
    return {f"{case.get('classname')}.{case.get('name')}": _outcome(case) for case in cases}
