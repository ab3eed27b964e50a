"""tests/clients/matrixone_sdk: named cases by MatrixOne's Python SDK, against a MatrixOne or the simulator."""

import os

from .suite import HERE, fresh_database, run_cases
from .venv import environment, python_with

VERSION = "0.1.16"
NAME = f"MatrixOne Python SDK {VERSION}"
BACKENDS = ("simulator", "matrixone")
DATABASE = "mgc_sdk"
_CASES = os.path.join(HERE, "matrixone_sdk", "cases.py")
_LIMIT_SECONDS = 400


def prepare():
    return python_with("sdk", f"matrixone-python-sdk=={VERSION}", "SQLAlchemy==2.0.41", "PyMySQL==1.1.1",
                       "setuptools==66.1.1")


def run(target, server, python):
    fresh_database(server, DATABASE)
    return run_cases([python, _CASES, target.host, str(target.port), target.user, target.password, DATABASE],
                     f"sdk-{target.way}.log", _LIMIT_SECONDS, env=environment())
