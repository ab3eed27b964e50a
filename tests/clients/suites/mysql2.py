"""tests/clients/mysql2: named cases by mysql2, from npm's registry."""

import glob
import os
import shutil
import subprocess

from .suite import HERE, WORK, fresh_database, run_cases

NAME = "mysql2 3.24.5 (npm)"
DATABASE = "mgc_mysql2"
_SOURCES = os.path.join(HERE, "mysql2")
_BUILT = os.path.join(WORK, "mysql2")
_LIMIT_SECONDS = 300
# MatrixOne can be told the gateway's id (SET CONNECTION ID), MariaDB cannot.
_NOT_ON_MARIADB = "the greeting's id is connection_id()"


def prepare():
    """A copy of the cases beside the packages that package-lock.json names."""
    os.makedirs(_BUILT, exist_ok=True)
    for source in glob.glob(os.path.join(_SOURCES, "*.js*")):
        shutil.copy(source, _BUILT)
    if not os.path.isdir(os.path.join(_BUILT, "node_modules")):
        subprocess.run(["npm", "ci", "--ignore-scripts", "--cache", os.path.join(WORK, "npm-cache")], cwd=_BUILT,
                       check=True, timeout=_LIMIT_SECONDS)


def run(target, server, _prepared):
    fresh_database(server, DATABASE)
    outcomes = run_cases(["node", "cases.js", target.host, str(target.port), target.user, target.password, DATABASE],
                         f"mysql2-{target.way}.log", _LIMIT_SECONDS, cwd=_BUILT)
    if server.kind == "mariadb":
        outcomes.pop(_NOT_ON_MARIADB, None)
    return outcomes
