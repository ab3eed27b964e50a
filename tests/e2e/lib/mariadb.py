"""A private MariaDB on 127.0.0.1 with its own data directory."""

import os
import subprocess

from .process import Process, StartError, free_port, program

USER = "tester"
PASSWORD = "tester-secret"
_PORT_TRIES = 5


class MariaDb:
    def __init__(self, directory, *options):
        self.directory = os.path.abspath(directory)
        self.data = os.path.join(self.directory, "data")
        self.socket = os.path.join(self.directory, "s")
        self.options = options
        os.makedirs(self.directory, exist_ok=True)
        if not os.path.isdir(os.path.join(self.data, "mysql")):
            self._initialise()
        self._start()
        self.sql(
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';"
            f"GRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION"
        )

    def _initialise(self):
        subprocess.run(
            [
                program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={self.data}",
                # A MariaDB that starts removes temporary tables in its directory, those of others too.
                f"--tmpdir={self.directory}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *self._run_as(),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    @staticmethod
    def _run_as():
        return ["--user=root"] if os.geteuid() == 0 else []

    def _start(self):
        for attempt in range(_PORT_TRIES):
            self.port = free_port()
            self.process = Process(self._arguments(), os.path.join(self.directory, f"mariadbd-{self.port}.log"))
            try:
                self.process.wait_for(r"ready for connections")
                return
            except StartError:
                if attempt + 1 == _PORT_TRIES or "Address already in use" not in self.process.output():
                    self.stop()
                    raise

    def _arguments(self):
        return [
            program("mariadbd"),
            "--no-defaults",
            *self._run_as(),
            f"--datadir={self.data}",
            f"--tmpdir={self.directory}",
            f"--socket={self.socket}",
            f"--pid-file={self.directory}/pid",
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--local-infile=1",
            "--max-allowed-packet=256M",
            "--innodb-buffer-pool-size=64M",
            "--innodb-log-file-size=32M",
            "--innodb-flush-log-at-trx-commit=0",
            "--character-set-server=utf8mb4",
            *self.options,
        ]

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def sql(self, text):
        """Runs statements as root over the unix socket and returns the tab-separated answer."""
        done = subprocess.run(
            [program("mariadb"), "--no-defaults", "-uroot", f"--socket={self.socket}", "-N", "-B"],
            input=text,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    def stop(self):
        return self.process.stop()
