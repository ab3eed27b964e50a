"""tests/clients/connector_python: named cases by mysql-connector-python, in Python alone and by its C library."""

import os

from .suite import HERE, fresh_database, run_cases
from .venv import environment, python_with

VERSION = "9.3.0"
_CASES = os.path.join(HERE, "connector_python", "cases.py")
_LIMIT_SECONDS = 300


class _Kind:
    def __init__(self, kind, name):
        self._kind, self.NAME = kind, f"mysql-connector-python {VERSION}, {name}"

    @staticmethod
    def prepare():
        return python_with("connector", f"mysql-connector-python=={VERSION}")

    def run(self, target, server, python):
        database = f"mgc_connector_{self._kind}"
        fresh_database(server, database)
        return run_cases([python, _CASES, self._kind, target.host, str(target.port), target.user, target.password, database],
                         f"connector-{self._kind}-{target.way}.log", _LIMIT_SECONDS, env=environment())


PURE = _Kind("pure", "Python alone")
BY_C = _Kind("c", "C library of MySQL 9")
