"""What the tests of subscriptions by MatrixOne's own replication share."""

from .faults import SharedTrap
from .fleet import FleetTest
from .wire import Wire


class PhysicalTest:
    """Beside ReplicaTest."""

    prefix = "phys_"
    options = "ENGINE = PHYSICAL SYNC_INTERVAL = 10"

    def setUp(self):
        super().setUp()
        self.wire = self.session(timeout=150)

    def subscribe(self, what="", more="WAIT 120"):
        self.wire.query(f"CREATE SUBSCRIPTION {self.name} DATABASE {self.database} {what} FROM '{self.uri()}' "
                        f"{self.options} {more}")

    def log_of_it(self):
        """MatrixOne's own row of it: what it does, and what it is called."""
        with Wire(self.target) as down:
            return down.rows("select task_id, state, iteration_state, iteration_lsn from mo_catalog.mo_ccpr_log where "
                             f"db_name = '{self.database}' and drop_at is null")

    def publications(self):
        with Wire(self.source) as up:
            return up.rows(f"select pub_name from mo_catalog.mo_pubs where database_name = '{self.database}'")

    def replication_snapshots(self, task):
        with Wire(self.source) as up:
            return up.rows(f"select sname from mo_catalog.mo_snapshots where sname like 'ccpr\\_{task}\\_%'")

    def assert_nothing_is_left(self, task):
        self.assertEqual([], self.log_of_it())
        self.assertEqual([], self.publications())
        self.assertEqual([], self.replication_snapshots(task))
        with Wire(self.target) as down:
            self.assertEqual([], down.rows(f"select * from mogate.mo_sync_tasks where db_name = '{self.database}'"))
            self.assertEqual([], down.rows(f"select * from mogate.mo_sync_configs where db_name = '{self.database}'"))


class PhysicalFleetTest(PhysicalTest, FleetTest):
    def setUp(self):
        super().setUp()
        self.up.query("create table t (a int primary key, b int)")
        self.up.query("insert into t values (1, 1)")

    def kill_at(self, side, pattern, before, sql):
        """The gateway is killed at a statement that `sql` leads to, and another one started."""
        (member,) = self.running()
        road = self.up_road if side == "up" else member.road
        trap = SharedTrap([road], pattern, before)
        with Wire(self.through) as wire:
            wire.begin_command()
            wire.send_packet(b"\x03" + sql.encode())
            self.assertTrue(trap.reached(), pattern)
            member.kill()
        trap.cut()
        member.start()
        member.wait_until_in_charge()

    def create(self):
        return f"CREATE SUBSCRIPTION {self.name} DATABASE {self.database} FROM '{self.uri()}' {self.options}"
