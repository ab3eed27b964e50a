"""A MatrixOne to read from, another one to copy to, and a gateway in front of that one, with the key of subscriptions."""

import os
import secrets

from .case import GatewayTest, directory, shared_downstream, shared_upstream, start_gateway
from .process import wait_until
from .wire import ServerError, Wire

_IN_STEP_SECONDS = 120


def subscription_settings(server, more=""):
    """[service] of `server`, and a key file: the same one for all gateways of a file of tests."""
    folder = directory()
    password, key = os.path.join(folder, "target_password"), os.path.join(folder, "subscription_key")
    for path, text in ((password, server.password), (key, secrets.token_hex(32))):
        if not os.path.exists(path):
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as out:
                out.write(text)
    return (f'[service]\nuser = "{server.user}"\npassword_file = "{password}"\n'
            f'[subscriptions]\nkey_file = "{key}"\nstatement_timeout = 30\n{more}')


def set_up_two_sides(case):
    """`source` is another server than `target`, and both are MatrixOnes; for setUpClass."""
    directory()
    case.upstream = case.source = shared_upstream()
    case.direct = case.target = shared_downstream()
    if not case.source.is_matrixone or case.source.address == case.target.address:
        raise case.skipTest(case, "needs two simulators, or two MatrixOnes")


class ReplicaTest(GatewayTest):
    """`source` is written to directly; `target` is what the gateway stands in front of."""

    prefix = "mogate_sub_"  # of the databases

    @classmethod
    def setUpClass(cls):
        set_up_two_sides(cls)
        cls.gateway = start_gateway(cls, cls.target.address, settings=subscription_settings(cls.target))
        cls.through = cls.target.at(cls.gateway)

    def setUp(self):
        self.name = self.id().rpartition(".")[2].removeprefix("test_")[:40] + f"_{os.getpid()}"
        self.database = f"{self.prefix}{self.name}"[:60]
        self.up = self.on(self.source)
        self.down = self.on(self.target)
        for server in (self.up, self.down):
            server.query(f"drop database if exists {self.database}")
        self.up.query(f"create database {self.database}")
        self.up.use(self.database)
        self.wire = self.session()
        self.addCleanup(self.clean_up)

    def on(self, server, **options):
        wire = Wire(server, **options)
        self.addCleanup(wire.socket.close)
        return wire

    def clean_up(self):
        with Wire(self.through) as last:
            last.query(f"DROP SUBSCRIPTION IF EXISTS {self.name} WAIT 60")
        for server in (self.source, self.target):
            with Wire(server) as last:
                last.query(f"drop database if exists {self.database}")

    def uri(self, server=None):
        server = server or self.source
        return f"mysql://sys#{server.user}:{server.password}@{server.address}"

    def subscribe(self, what="", more="SYNC_INTERVAL = 1 WAIT 90"):
        self.wire.query(f"CREATE SUBSCRIPTION {self.name} DATABASE {self.database} {what} FROM '{self.uri()}' {more}")

    def tables(self, wire):
        return sorted(name for (name,) in wire.rows(f"show tables from {self.database}"))

    def rows(self, wire, table):
        return sorted(wire.rows(f"select * from {self.database}.{table}"), key=repr)

    def sync(self):
        self.wire.query(f"SYNC SUBSCRIPTION {self.name} WAIT {_IN_STEP_SECONDS}")

    def assert_equal_tables(self, tables=None):
        tables = tables or self.tables(self.up)
        self.assertEqual(tables, [t for t in self.tables(self.down) if t in tables])
        for table in tables:
            self.assertEqual(self.rows(self.up, table), self.rows(self.down, table), table)

    def assert_in_step(self, tables=None):
        """After a cycle that begins now."""
        self.sync()
        self.assert_equal_tables(tables)

    def our_snapshots(self, wire=None):
        return [name for (name,) in (wire or self.up).rows(
            "select sname from mo_catalog.mo_snapshots where sname like 'mogate\\_%'")]

    def refused(self, sql, code, text, wire=None):
        with self.assertRaises(ServerError) as caught:
            (wire or self.wire).query(sql)
        self.assertEqual((caught.exception.code, text in caught.exception.message), (code, True),
                         caught.exception.message)
        return caught.exception.message

    def task_rows(self):
        result = self.wire.one(f"SHOW SUBSCRIPTION TASKS FOR {self.name}")
        names = [name for name, _ in result.columns]
        return [dict(zip(names, row)) for row in result.rows]

    def wait_until(self, what, condition, seconds=_IN_STEP_SECONDS):
        wait_until(condition, seconds, what)
