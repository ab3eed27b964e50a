"""What the suites are run against: a MariaDB or a simulator of their own, or a MatrixOne that MOGATE_TEST_UPSTREAM names."""

import os
import subprocess

from lib import upstream
from lib.mariadb import PASSWORD, USER, MariaDb
from lib.process import program

_LIMIT_SECONDS = 120
# A binary log, because dump tools ask for the position in it.
_OPTIONS = ("--event-scheduler=OFF", "--log-bin=binlog", "--server-id=1", "--log-bin-trust-function-creators=1")


class _MatrixOne:
    """A real one or the simulator."""

    def __init__(self, server):
        self.kind, self._process = server.kind, server.process
        self.host, self.port, self.user, self.password = server.host, server.port, server.user, server.password
        self.address = server.address

    def sql(self, text):
        """Runs statements and returns the tab-separated answer."""
        done = subprocess.run(
            [program("mariadb"), "--no-defaults", "--skip-ssl", f"-h{self.host}", f"-P{self.port}", f"-u{self.user}",
             f"-p{self.password}", "-N", "-B"],
            input=text, check=True, stdout=subprocess.PIPE, text=True, timeout=_LIMIT_SECONDS,
        )
        return done.stdout

    def stop(self):
        if self._process:  # a real one is somebody else's
            self._process.stop()


def kind_for(suite):
    """Which kind of server a suite gets; None: there is none for it."""
    accepted = getattr(suite, "BACKENDS", ("mariadb", "matrixone"))
    if os.environ.get("MOGATE_TEST_UPSTREAM"):
        return "matrixone" if "matrixone" in accepted else None
    return accepted[0]


def start(directory, kind):
    os.makedirs(directory, exist_ok=True)
    if kind != "mariadb":
        os.environ["MOGATE_TEST_BACKEND"] = "simulator"
        return _MatrixOne(upstream.start(directory))
    server = MariaDb(directory, *_OPTIONS)
    server.kind, server.host, server.user, server.password = "mariadb", "127.0.0.1", USER, PASSWORD
    return server


def service_settings(directory, server):
    """The gateway's [service] keys for that server: the user of the suites."""
    path = os.path.join(directory, "service_password")
    with open(path, "w", encoding="utf-8") as out:
        out.write(server.password)
    return f'[service]\nuser = "{server.user}"\npassword_file = "{path}"\n'
