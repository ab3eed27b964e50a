"""SQLAlchemy's own dialect suite (test/dialect/test_suite.py), with PyMySQL, from its source distribution on PyPI."""

import os

from .suite import fresh_database
from .venv import PYTEST, python_with, run_pytest, source_of

VERSION = "2.0.41"
NAME = f"SQLAlchemy {VERSION} dialect suite"
DATABASE = "mgc_sqlalchemy"
# The suite's own names for a second and a third schema.
_SCHEMAS = ("test_schema", "test_schema_2")
_LIMIT_SECONDS = 1200


def prepare():
    python = python_with("sqlalchemy", *PYTEST, "pymysql==1.1.1", "typing_extensions==4.13.2", "greenlet==3.2.2")
    return python, source_of(python, "sqlalchemy", VERSION)


def run(target, server, prepared):
    python, tree = prepared
    for name in (DATABASE, *_SCHEMAS):
        fresh_database(server, name)
    uri = f"mysql+pymysql://{target.user}:{target.password}@{target.host}:{target.port}/{DATABASE}?charset=utf8mb4"
    outcomes = run_pytest(
        python, f"sqlalchemy-{target.way}", _LIMIT_SECONDS, "-p", "no:logging", "--maxfail=100000", f"--dburi={uri}",
        os.path.join("test", "dialect", "test_suite.py"), cwd=tree)
    for name in (DATABASE, *_SCHEMAS):
        server.sql(f"drop database if exists {name}")
    return outcomes
