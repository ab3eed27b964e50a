"""What stands behind the gateway: MariaDB, the simulator, or a real MatrixOne that somebody else runs.

MOGATE_TEST_BACKEND=mariadb|simulator|simulator-3.0 chooses what is started. MOGATE_TEST_UPSTREAM=host:port is used as it is, with
MOGATE_TEST_USER and MOGATE_TEST_PASSWORD (root, 111); tests then leave nothing behind but what is theirs to drop.
MOGATE_TEST_DOWNSTREAM=host:port is another one, where CDC tasks copy to.
"""

import os

from .gateway import Simulator
from .mariadb import PASSWORD, USER, MariaDb


class Upstream:
    def __init__(self, kind, host, port, user, password, process=None):
        self.kind, self.host, self.port, self.user, self.password = kind, host, port, user, password
        self.process = process

    @property
    def is_matrixone(self):
        """A real one or the simulator."""
        return self.kind != "mariadb"

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def at(self, gateway):
        """The same login at another address."""
        return self.on(gateway.host, gateway.port)

    def on(self, host, port=0):
        """The same login at another address; without a port `host` is a unix socket's path."""
        return Upstream(self.kind, host, port, self.user, self.password)

    def stop(self):
        if self.process:
            self.process.stop()


def _given(variable):
    """The server that somebody else runs, or None."""
    host, _, port = os.environ.get(variable, "").rpartition(":")
    return host and Upstream("matrixone", host, int(port), os.environ.get("MOGATE_TEST_USER", "root"),
                             os.environ.get("MOGATE_TEST_PASSWORD", "111"))


def _simulator(directory):
    _, _, generation = os.environ.get("MOGATE_TEST_BACKEND", "").partition("-")
    # MatrixOne's replication goes round in 10 s and looks for a flush each minute.
    simulator = Simulator(directory, "--generation", generation or "4.2", "--ccpr-cycle", "100", "--ccpr-flush-poll",
                          "200")
    return Upstream("simulator", "127.0.0.1", simulator.port, "root", "111", simulator)


def start(directory, *mariadb_options):
    given = _given("MOGATE_TEST_UPSTREAM")
    if given:
        return given
    if os.environ.get("MOGATE_TEST_BACKEND", "mariadb").startswith("simulator"):
        return _simulator(directory)
    server = MariaDb(directory, "--max-connections=1200", *mariadb_options)
    return Upstream("mariadb", "127.0.0.1", server.port, USER, PASSWORD, server)


def start_downstream(directory, upstream):
    """A second server; where only one real one is given, that one."""
    return _given("MOGATE_TEST_DOWNSTREAM") or (_simulator(directory) if upstream.kind == "simulator" else upstream)
