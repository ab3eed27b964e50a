"""tests/clients/jdbc: named cases by either JDBC driver; drivers and pool come from Maven's registry."""

import glob
import os
import subprocess

from .suite import HERE, WORK, fresh_database, run_cases

_SOURCES = os.path.join(HERE, "jdbc")
_BUILT = os.path.join(WORK, "jdbc")
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
_LIMIT_SECONDS = 600
# Results that are fetched in pieces must not need more.
_MEMORY = "-Xmx512m"


def _run(*arguments):
    subprocess.run(arguments, check=True, timeout=_LIMIT_SECONDS)


def _prepare():
    """Compiles the cases against the drivers that pom.xml names."""
    libraries, classes = os.path.join(_BUILT, "lib"), os.path.join(_BUILT, "classes")
    if not glob.glob(os.path.join(libraries, "*.jar")):
        _run("mvn", "-q", "-B", f"-Dmaven.repo.local={os.path.join(WORK, 'maven')}", "-f",
             os.path.join(_SOURCES, "pom.xml"), f"{_PLUGIN}:copy-dependencies", f"-DoutputDirectory={libraries}")
    _run("javac", "-cp", os.path.join(libraries, "*"), "-d", classes, *glob.glob(os.path.join(_SOURCES, "*.java")))
    return classes + os.pathsep + os.path.join(libraries, "*")


class _Driver:
    def __init__(self, name, scheme):
        self.NAME, self._scheme = name, scheme

    @staticmethod
    def prepare():
        return _prepare()

    def run(self, target, server, class_path):
        database = f"mgc_jdbc_{self._scheme}"
        fresh_database(server, database)
        return run_cases(
            ["java", _MEMORY, "-cp", class_path, "Cases", self._scheme, target.host, str(target.port), target.user,
             target.password, database],
            f"jdbc-{self._scheme}-{target.way}.log", _LIMIT_SECONDS)


MARIADB = _Driver("MariaDB Connector/J 3.5.3", "mariadb")
MYSQL = _Driver("MySQL Connector/J 9.3.0", "mysql")
