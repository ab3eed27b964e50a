"""Seed 003: a database, or a table, of another cluster's account is kept in step by a subscription.

Two simulators, or MOGATE_TEST_UPSTREAM (with the account) and MOGATE_TEST_DOWNSTREAM (behind the gateway).
"""

import unittest

from story import Story, Wire, set_up_two_sides, start_gateway, subscription_settings, wait_until

_SOURCE = "127.0.0.1:6001"
_SECONDS = 120  # only bounds a run that has failed

_SHOWN = ["subscription_name", "upstream_conn", "database", "tables", "sync_interval", "status", "create_time",
          "update_time"]
_CONFIGS = ["task_id", "subscription_name", "sync_level", "account_id", "db_name", "table_name", "upstream_conn",
            "sync_config", "state", "created_at", "updated_at"]
_TASKS = ["job_id", "task_id", "account_id", "db_id", "db_name", "table_id", "table_name", "watermark", "snapshot_ts",
          "iteration_state", "cn_uuid", "iteration_lsn", "error_message", "created_at", "updated_at"]
_TIME = r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$"
_COMPLETE = "2"

_TABLES = """
CREATE DATABASE tpcc;
CREATE TABLE tpcc.warehouse (
    w_id INT PRIMARY KEY,
    w_name VARCHAR(10),
    w_tax DECIMAL(4, 4),
    w_ytd DECIMAL(12, 2)
);
CREATE TABLE tpcc.orders (
    o_id INT,
    o_d_id INT,
    o_w_id INT,
    o_entry_d DATETIME,
    o_carrier_id INT,
    o_ol_cnt INT,
    PRIMARY KEY (o_w_id, o_d_id, o_id)
);
CREATE TABLE tpcc.history (
    h_c_id INT,
    h_date DATETIME,
    h_amount DECIMAL(6, 2),
    h_data VARCHAR(24)
);
INSERT INTO tpcc.warehouse VALUES (1, 'east', 0.1250, 300000.00), (2, 'west', 0.0500, 300000.00);
INSERT INTO tpcc.orders VALUES
    (1, 1, 1, '2025-11-19 09:00:00', 7, 5),
    (2, 1, 1, '2025-11-19 09:01:00', NULL, 11),
    (3, 2, 1, '2025-11-19 09:02:00', 2, 8);
INSERT INTO tpcc.history VALUES (1, '2025-11-19 09:00:00', 10.00, 'a'), (1, '2025-11-19 09:00:00', 10.00, 'a');
"""

# After each the tables are equal.
_CHANGES = (
    "INSERT INTO tpcc.orders VALUES (4, 2, 1, '2025-11-19 09:03:00', NULL, 6), (1, 1, 2, NULL, NULL, 9);",
    "UPDATE tpcc.orders SET o_carrier_id = 9 WHERE o_carrier_id IS NULL;",
    "DELETE FROM tpcc.orders WHERE o_w_id = 1 AND o_d_id = 1;",
    "INSERT INTO tpcc.history VALUES (2, '2025-11-19 10:00:00', 99.90, 'b'), (1, '2025-11-19 09:00:00', 10.00, 'a');",
    "DELETE FROM tpcc.history WHERE h_c_id = 2;",
    "UPDATE tpcc.history SET h_data = 'c''d' WHERE h_c_id = 1;",
    "UPDATE tpcc.warehouse SET w_ytd = w_ytd + 10.5 WHERE w_id = 2;",
)


class Replica(Story):
    names = {"myaccount": "seed3_acc", "tpcc": "sd3t", "sync_tpcc": "seed3_dbs", "sync_orders": "seed3_table"}
    databases = ("tpcc",)
    subscription = ""

    @classmethod
    def setUpClass(cls):
        set_up_two_sides(cls)
        cls.gateway = start_gateway(cls, cls.target.address, settings=subscription_settings(cls.target))
        cls.through = cls.target.at(cls.gateway)

    def setUp(self):
        super().setUp()
        self.owner = self.make_owner()
        self.sql(_TABLES, at=self.owner)
        self.up, self.wire = Wire(self.owner), self.session()
        self.addCleanup(self.up.socket.close)

    def make_owner(self):
        """Whoever has the tables upstream."""
        self.sql("CREATE ACCOUNT myaccount ADMIN_NAME 'root' IDENTIFIED BY 'password';", at=self.source)
        return self.as_user("myaccount#root", "password", self.source)

    def clean_up(self):
        self.sql(f"DROP SUBSCRIPTION IF EXISTS {self.subscription} WAIT 60;")
        super().clean_up()
        self.sql("drop account if exists myaccount;", at=self.source)

    def ours(self, text):
        return super().ours(text).replace(_SOURCE, self.source.address)

    def rows(self, wire, table):
        return sorted(wire.rows(self.ours(f"select * from tpcc.{table}")), key=repr)

    def tables(self):
        return sorted(name for (name,) in self.wire.rows(self.ours("show tables from tpcc")))

    def assert_equal_tables(self, tables):
        self.assertEqual(sorted(tables), self.tables())
        for table in tables:
            self.assertEqual(self.rows(self.up, table), self.rows(self.wire, table), table)

    def assert_each_change_arrives(self, tables):
        self.sql(f"SYNC SUBSCRIPTION {self.subscription} WAIT {_SECONDS};")
        self.assert_equal_tables(tables)
        for change in _CHANGES:
            with self.subTest(change):
                self.sql(change, at=self.owner)
                self.sql(f"SYNC SUBSCRIPTION {self.subscription} WAIT {_SECONDS};")
                self.assert_equal_tables(tables)

    def shown(self):
        """The subscription's row of the seed's SHOW SUBSCRIPTIONS, which has just the seed's columns."""
        result = self.wire.one("SHOW SUBSCRIPTIONS")
        self.assertEqual(_SHOWN, [name for name, _ in result.columns])
        (row,) = [row for row in result.rows if row[0] == self.ours(self.subscription)]
        for time in row[6:]:
            self.assertRegex(time, _TIME)
        return row[:6]

    def uri(self):
        return self.ours(f"mysql://myaccount#root:******@{_SOURCE}")

    def config(self):
        """The seed's columns of mo_sync_configs, and what its JSON says."""
        columns = ", ".join(_CONFIGS)
        result = self.wire.one(f"select {columns}, json_extract(sync_config, '$.sync_interval') "
                               f"from mo_catalog.mo_sync_configs where state <> 3 and subscription_name = "
                               f"'{self.ours(self.subscription)}'")
        (row,) = result.rows
        return dict(zip([*_CONFIGS, "interval"], row))

    def tasks(self):
        """By table the seed's columns of mo_sync_tasks, which belong to the subscription."""
        columns = ", ".join("t." + name for name in _TASKS)
        rows = self.wire.rows(f"select {columns} from mo_catalog.mo_sync_configs c join mo_catalog.mo_sync_tasks t "
                              f"on c.task_id = t.task_id where c.state <> 3 and c.subscription_name = "
                              f"'{self.ours(self.subscription)}'")
        return {row[_TASKS.index("table_name")]: dict(zip(_TASKS, row)) for row in rows}

    def assert_state(self, level, table, tables):
        config, tasks = self.config(), self.tasks()
        self.assertEqual((self.ours(self.subscription), level, "0", self.ours("tpcc"), table, self.uri(), "60", "0"),
                         tuple(config[name] for name in ("subscription_name", "sync_level", "account_id", "db_name",
                                                         "table_name", "upstream_conn", "interval", "state")))
        self.assertEqual(sorted(tables), sorted(tasks))
        for name, task in tasks.items():
            with self.subTest(name):
                self.assertEqual((self.ours("tpcc"), "0", _COMPLETE, None),
                                 tuple(task[key] for key in ("db_name", "account_id", "iteration_state",
                                                             "error_message")))
                self.assertGreater(int(task["iteration_lsn"]), 0)
                self.assertEqual(task["snapshot_ts"], task["watermark"])
                self.assertRegex(task["watermark"], _TIME)
                self.assertEqual([[task["db_id"], task["table_id"]]], self.up.rows(self.ours(
                    "select reldatabase_id, rel_id from mo_catalog.mo_tables where account_id = current_account_id() "
                    f"and reldatabase = 'tpcc' and relname = '{name}'")))

    def assert_dropped(self, tables):
        """Nothing is left upstream, and nothing but the tables here, which follow no more."""
        names = [row[0] for row in self.wire.rows("SHOW SUBSCRIPTIONS")]
        self.assertNotIn(self.ours(self.subscription), names)
        wait_until(lambda: not self.up.rows("select sname from mo_catalog.mo_snapshots where sname like 'mogate\\_%'"),
                   _SECONDS, "the end of the snapshots upstream")
        self.assertEqual({}, self.tasks())
        self.assert_equal_tables(tables)
        # A gateway sees within a second what any of them was told.
        self.sql_in_time("INSERT INTO tpcc.orders VALUES (99, 9, 9, NULL, NULL, 1);", self.through, _SECONDS)
        self.assertEqual(len(self.rows(self.up, "orders")) + 1, len(self.rows(self.wire, "orders")))


class OfADatabase(Replica):
    subscription = "sync_tpcc"

    def test_the_story(self):
        self.sql("""
-- Database级别：同步整个数据库
CREATE SUBSCRIPTION sync_tpcc
  DATABASE tpcc
  FROM 'mysql://myaccount#root:password@127.0.0.1:6001';
""")
        self.assert_each_change_arrives(["history", "orders", "warehouse"])
        self.sql("SHOW SUBSCRIPTIONS;")
        self.assertEqual([self.ours("sync_tpcc"), self.uri(), self.ours("tpcc"), "*", "60", "0"], self.shown())
        self.assert_state("database", None, ["history", "orders", "warehouse"])
        self.refused("DELETE FROM tpcc.orders WHERE o_id = 1;", "22401.*ccpr shared object is read-only")
        self.sql("DROP SUBSCRIPTION sync_tpcc;")
        self.assert_dropped(["history", "orders", "warehouse"])

    def test_tables_come_and_go_by_themselves(self):
        self.sql("""
CREATE SUBSCRIPTION sync_tpcc
  DATABASE tpcc
  FROM 'mysql://myaccount#root:password@127.0.0.1:6001'
  SYNC_INTERVAL = 1;
""")
        self.sql("""
CREATE TABLE tpcc.item (i_id INT PRIMARY KEY, i_name VARCHAR(24));
INSERT INTO tpcc.item VALUES (1, 'cup'), (2, 'jug');
TRUNCATE TABLE tpcc.warehouse;
DROP TABLE tpcc.history;
""", at=self.owner)
        wait_until(lambda: self.tables() == ["item", "orders", "warehouse"] and
                   self.rows(self.wire, "item") == [["1", "cup"], ["2", "jug"]] and
                   not self.rows(self.wire, "warehouse"), _SECONDS, "the new table, and the end of the others")
        self.assert_equal_tables(["item", "orders", "warehouse"])


class OfATable(Replica):
    subscription = "sync_orders"

    def test_the_story(self):
        self.sql("""
-- Table级别：同步单张表
CREATE SUBSCRIPTION sync_orders
  DATABASE tpcc
  TABLE orders
  FROM 'mysql://myaccount#root:password@127.0.0.1:6001'
  SYNC_INTERVAL = 60;
""")
        self.assert_each_change_arrives(["orders"])
        self.assertEqual([self.ours("sync_orders"), self.uri(), self.ours("tpcc"), "orders", "60", "0"], self.shown())
        self.assert_state("table", "orders", ["orders"])
        self.refused("DROP TABLE tpcc.orders;", "22401.*ccpr shared object is read-only")
        self.sql("DROP SUBSCRIPTION sync_orders;")
        self.assert_dropped(["orders"])


class Physical(Replica):
    """The same with a user of sys and ENGINE = PHYSICAL: MatrixOne's own replication carries the tables."""

    def make_owner(self):
        return self.source

    def clean_up(self):
        super().clean_up()
        self.sql("drop database if exists tpcc;", at=self.source)

    def uri(self):
        return self.ours(f"mysql://sys#root:******@{_SOURCE}")

    def assert_left_read_only(self, tables):
        """Nothing is left but the tables here, which MatrixOne goes on to refuse changes of."""
        self.assertNotIn(self.ours(self.subscription), [row[0] for row in self.wire.rows("SHOW SUBSCRIPTIONS")])
        for sql in (f"select pub_name from mo_catalog.mo_pubs where database_name = '{self.ours('tpcc')}'",
                    f"select sname from mo_catalog.mo_snapshots where database_name = '{self.ours('tpcc')}'"):
            wait_until(lambda text=sql: not self.up.rows(text), _SECONDS, "the end of what was upstream")
        self.assertEqual({}, self.tasks())
        self.assert_equal_tables(tables)
        self.refused("INSERT INTO tpcc.orders VALUES (99, 9, 9, NULL, NULL, 1);", "22401.*read-only")


class OfADatabasePhysically(Physical):
    subscription = "sync_tpcc"

    def test_the_story(self):
        self.sql("""
-- Database级别：同步整个数据库
CREATE SUBSCRIPTION sync_tpcc
  DATABASE tpcc
  FROM 'mysql://sys#root:111@127.0.0.1:6001'
  ENGINE = PHYSICAL;
""")
        self.assert_each_change_arrives(["history", "orders", "warehouse"])
        self.assertEqual([self.ours("sync_tpcc"), self.uri(), self.ours("tpcc"), "*", "60", "0"], self.shown())
        self.assert_state("database", None, ["history", "orders", "warehouse"])
        self.sql("DROP SUBSCRIPTION sync_tpcc;")
        self.assert_left_read_only(["history", "orders", "warehouse"])


class OfATablePhysically(Physical):
    subscription = "sync_orders"

    def test_the_story(self):
        self.sql("""
-- Table级别：同步单张表
CREATE SUBSCRIPTION sync_orders
  DATABASE tpcc
  TABLE orders
  FROM 'mysql://sys#root:111@127.0.0.1:6001'
  SYNC_INTERVAL = 60
  ENGINE = PHYSICAL;
""")
        self.assert_each_change_arrives(["orders"])
        self.assertEqual([self.ours("sync_orders"), self.uri(), self.ours("tpcc"), "orders", "60", "0"], self.shown())
        self.assert_state("table", "orders", ["orders"])
        self.sql("DROP SUBSCRIPTION sync_orders WAIT 60;")
        self.assert_left_read_only(["orders"])


if __name__ == "__main__":
    unittest.main()
