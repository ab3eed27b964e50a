"""tests/clients/django: named cases by Django's ORM and its migrations, with PyMySQL."""

import os

from .suite import HERE, fresh_database, run_cases
from .venv import environment, python_with

VERSION = "5.2.1"
NAME = f"Django {VERSION}"
DATABASE = "mgc_django"
_CASES = os.path.join(HERE, "django", "cases.py")
_LIMIT_SECONDS = 300


def prepare():
    return python_with("django", f"Django=={VERSION}", "pymysql==1.1.1")


def run(target, server, python):
    fresh_database(server, DATABASE)
    return run_cases([python, _CASES, target.host, str(target.port), target.user, target.password, DATABASE],
                     f"django-{target.way}.log", _LIMIT_SECONDS, env=environment())
