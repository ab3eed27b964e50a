"""Seed 002: a CDC task that copies a table to another MatrixOne: all of it, then each change, over an interruption too.

Played by mo_cdc on the gateway and on MatrixOne itself, and by the gateway's statements in its place.
MOGATE_TEST_DOWNSTREAM=host:port is the analysing MatrixOne (else a second simulator, or the same server).
"""

import json
import re
import unittest

from story import Story, directory, shared_downstream

_SINK = "10.222.xx.xx:6001"
_ARRIVAL_SECONDS = 180  # a task looks for something to do every ten seconds or so
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ [+-]\d{4} [A-Z]+")


class Activities:
    names = {"production_db": "seed2_prod_db", "analytics_db": "seed2_ana_db", "activity_sync": "seed2_actsync",
             "pitr_activity": "seed2_pitr_ac"}
    databases, pitrs = ("production_db",), ("pitr_activity",)
    by_statements = False  # else by command lines

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.downstream = shared_downstream()

    def clean_up(self):
        self.sql("DROP CDC TASK IF EXISTS activity_sync WAIT 60;")
        super().clean_up()
        self.sql("drop database if exists analytics_db;", at=self.downstream)

    def ours(self, text):
        return super().ours(text).replace(_SINK, self.downstream.address)

    def either(self, commands, statements):
        """The seed's command lines, or in their place the gateway's statements."""
        if self.by_statements:
            return self.sql(statements.replace("127.0.0.1:6001", self.direct.address))
        return self.shell(commands, self.tool_goes_to())

    def compare_output(self, command, shown, printed):
        def masked(lines):
            return [_TIMESTAMP.sub("TIME", _UUID.sub("UUID", line)) for line in lines]

        address = self.tool_goes_to().address
        self.assertEqual(masked(line.replace("127.0.0.1:6001", address) for line in shown), masked(printed), command)

    def shown_task(self, block):
        """The seed's JSON; SHOW CDC TASKS has the same under the same names."""
        if not self.by_statements:
            return self.shell(block, self.tool_goes_to())
        result = self.session().one(self.ours("SHOW CDC TASKS LIKE 'activity_sync'"))
        (task,) = json.loads(self.ours(block[block.index("["):]).replace("127.0.0.1:6001", self.direct.address))
        (row,) = result.rows
        self.assertEqual(list(task), [name for name, _ in result.columns])
        self.assertEqual({**task, "task-id": row[0], "timestamp": row[7]}, dict(zip(task, row)))
        self.assertRegex(row[0], _UUID)
        self.assertRegex(row[7], _TIMESTAMP)

    def test_the_story(self):
        self.sql('''
create pitr pitr_activity for account range 2 "h";
''')
        self.sql("""
CREATE DATABASE production_db;
CREATE TABLE production_db.user_activities (
    activity_id INT PRIMARY KEY,
    user_id INT,
    activity_type VARCHAR(50),
    timestamp DATETIME,
    device VARCHAR(20)
);
INSERT INTO production_db.user_activities VALUES
    (1, 1001, 'login', '2024-01-01 09:00:00', 'mobile'),
    (2, 1002, 'like', '2024-01-01 10:15:00', 'desktop'),
    (3, 1003, 'comment', '2024-01-02 14:30:00', 'mobile');
""")
        self.sql("""
CREATE DATABASE analytics_db;
""", at=self.downstream)
        self.either(r"""
./mo_cdc task create \
    --task-name "activity_sync" \
    --source-uri "mysql://root:111@127.0.0.1:6001" \
    --sink-type "matrixone" \
    --sink-uri "mysql://root:111@10.222.xx.xx:6001" \
    --level table \
    --tables "production_db.user_activities:analytics_db.analytics_activities"
""", f"""
CREATE CDC TASK activity_sync FROM '{self.source}' TO MATRIXONE '{self.sink}'
    TABLE production_db.user_activities:analytics_db.analytics_activities;
""")
        self.shown_task(r"""
> ./mo_cdc task show \
    --task-name "activity_sync" \
    --source-uri "mysql://root:111@127.0.0.1:6001"
[
  {
    "task-id": "0195dbb6-e31e-7572-bfdb-812fd02714a1",
    "task-name": "activity_sync",
    "source-uri": "mysql://root:******@127.0.0.1:6001",
    "sink-uri": "mysql://root:******@10.222.xx.xx:6001",
    "state": "running",
    "err-msg": "",
    "checkpoint": "{\n}",
    "timestamp": "2025-03-28 15:46:06.077697 +0800 CST"
  }
]
""")
        self.sql_in_time("""
mysql> SELECT * FROM analytics_db.analytics_activities;
+-------------+---------+---------------+---------------------+---------+
| activity_id | user_id | activity_type | timestamp           | device  |
+-------------+---------+---------------+---------------------+---------+
|           1 |    1001 | login         | 2024-01-01 09:00:00 | mobile  |
|           2 |    1002 | like          | 2024-01-01 10:15:00 | desktop |
|           3 |    1003 | comment       | 2024-01-02 14:30:00 | mobile  |
+-------------+---------+---------------+---------------------+---------+
3 rows in set (0.02 sec)
""", self.downstream, _ARRIVAL_SECONDS)
        self.sql("""
INSERT INTO production_db.user_activities VALUES
    (4, 1004, 'share', '2024-01-03 16:45:00', 'desktop');
UPDATE production_db.user_activities SET activity_type = 'logout' WHERE activity_id = 1;
""")
        self.sql_in_time("""
mysql> SELECT * FROM analytics_db.analytics_activities;
+-------------+---------+---------------+---------------------+---------+
| activity_id | user_id | activity_type | timestamp           | device  |
+-------------+---------+---------------+---------------------+---------+
|           2 |    1002 | like          | 2024-01-01 10:15:00 | desktop |
|           3 |    1003 | comment       | 2024-01-02 14:30:00 | mobile  |
|           4 |    1004 | share         | 2024-01-03 16:45:00 | desktop |
|           1 |    1001 | logout        | 2024-01-01 09:00:00 | mobile  |
+-------------+---------+---------------+---------------------+---------+
4 rows in set (0.01 sec)
""", self.downstream, _ARRIVAL_SECONDS)
        self.either(r"""
./mo_cdc task pause \
    --task-name "activity_sync" \
    --source-uri "mysql://root:111@127.0.0.1:6001"
""", "PAUSE CDC TASK activity_sync;")
        self.sql("""
INSERT INTO production_db.user_activities VALUES
    (5, 1005, 'login', '2024-01-04 08:00:00', 'mobile');

mysql> select * from production_db.user_activities;
+-------------+---------+---------------+---------------------+---------+
| activity_id | user_id | activity_type | timestamp           | device  |
+-------------+---------+---------------+---------------------+---------+
|           4 |    1004 | share         | 2024-01-03 16:45:00 | desktop |
|           1 |    1001 | logout        | 2024-01-01 09:00:00 | mobile  |
|           5 |    1005 | login         | 2024-01-04 08:00:00 | mobile  |
|           2 |    1002 | like          | 2024-01-01 10:15:00 | desktop |
|           3 |    1003 | comment       | 2024-01-02 14:30:00 | mobile  |
+-------------+---------+---------------+---------------------+---------+
5 rows in set (0.01 sec)
""")
        self.either(r"""
> ./mo_cdc task resume \
    --task-name "activity_sync" \
    --source-uri "mysql://root:111@127.0.0.1:6001"
""", "RESUME CDC TASK activity_sync;")
        self.sql_in_time("""
mysql> -- 下游应包含中断期间的数据
SELECT * FROM analytics_db.analytics_activities;
+-------------+---------+---------------+---------------------+---------+
| activity_id | user_id | activity_type | timestamp           | device  |
+-------------+---------+---------------+---------------------+---------+
|           4 |    1004 | share         | 2024-01-03 16:45:00 | desktop |
|           1 |    1001 | logout        | 2024-01-01 09:00:00 | mobile  |
|           5 |    1005 | login         | 2024-01-04 08:00:00 | mobile  |
|           2 |    1002 | like          | 2024-01-01 10:15:00 | desktop |
|           3 |    1003 | comment       | 2024-01-02 14:30:00 | mobile  |
+-------------+---------+---------------+---------------------+---------+
5 rows in set (0.01 sec)
""", self.downstream, _ARRIVAL_SECONDS)

    source, sink = "mysql://root:111@127.0.0.1:6001", f"mysql://root:111@{_SINK}"


class ByMoCdcOnTheGateway(Activities, Story):
    def tool_goes_to(self):
        return self.through


class ByMoCdcOnMatrixOne(Activities, Story):
    def tool_goes_to(self):
        return self.direct


class ByStatements(Activities, Story):
    by_statements = True


class ByStatementsWithoutPasswords(Activities, Story):
    """The cluster itself is 'gateway:', the other one a name of the configuration."""

    by_statements = True
    source, sink = "gateway:", "analytics"

    @classmethod
    def more_settings(cls):
        server = shared_downstream()
        return (f'[uris.analytics]\nuser = "{server.user}"\npassword_file = "{directory()}/service_password"\n'
                f'address = "{server.address}"\naccounts = ["sys"]\n')


if __name__ == "__main__":
    unittest.main()
