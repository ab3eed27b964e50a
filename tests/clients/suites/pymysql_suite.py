"""PyMySQL's own test suite, from its source distribution on PyPI."""

import json
import os

from .venv import PYTEST, python_with, run_pytest, source_of

# The last release whose source distribution has the suite in it.
VERSION = "0.10.1"
# Wants the processlist to show the greeting's connection id: MatrixOne can be told it (SET CONNECTION ID, see
# tests/e2e/relay_test.py), MariaDB cannot.
LEFT_OUT = "pymysql/tests/test_issues.py::TestNewIssues::test_issue_36"
DATABASES = ("mgc_test1", "mgc_test2")
_LIMIT_SECONDS = 600

NAME = "PyMySQL"


def prepare():
    python = python_with("pymysql", *PYTEST)
    return python, source_of(python, "PyMySQL", VERSION)


def _write_databases(target, tree):
    common = {"host": target.host, "port": target.port, "user": target.user, "passwd": target.password}
    first = {**common, "db": DATABASES[0], "use_unicode": True, "local_infile": True}
    with open(os.path.join(tree, "pymysql", "tests", "databases.json"), "w", encoding="utf-8") as out:
        json.dump([first, {**common, "db": DATABASES[1]}], out)


def run(target, server, prepared):
    python, tree = prepared
    for name in DATABASES:
        server.sql(f"drop database if exists {name}; create database {name} character set utf8mb4")
    _write_databases(target, tree)
    return run_pytest(python, f"pymysql-{target.way}", _LIMIT_SECONDS, f"--deselect={LEFT_OUT}",
                      os.path.join("pymysql", "tests"), cwd=tree)
