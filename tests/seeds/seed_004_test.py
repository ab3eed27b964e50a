"""Seed 004: snapshots by mo_br at the level of a table, a database, an account and the cluster, line by line.

Each example is played three times: by the seed's command lines on the gateway, by the same ones on MatrixOne itself, and by
the gateway's statements in their place. Said where they are: lines of the seed that no MatrixOne takes.
"""

import re
import unittest

from story import Story

_NUMBERS = ", ".join(f"({n})" for n in range(1, 101))


class Examples:
    by_statements = False  # else by command lines

    names = {"snapshot_read": "seed4_sn_read", "sp_01": "s4_01", "sp_02": "s4_02", "sp_03": "s4_03",
             "cluster_sp1": "seed4_sp_cl", "acc1": "sd41", "acc2": "sd42", "db1": "sd4"}
    databases, snapshots, accounts = ("snapshot_read",), ("sp_01", "sp_02", "sp_03", "cluster_sp1"), ("acc1", "acc2")

    def either(self, commands, statements, at=None):
        """The seed's command lines, or in their place the gateway's statements."""
        if self.by_statements:
            return self.sql(statements, at)
        return self.shell(commands, self.tool_goes_to())

    def compare_output(self, command, shown, printed):
        """Byte for byte but for the time; it is the only column whose width differs from run to run."""
        header, row = shown[0].split("\t"), shown[1].split("\t")
        rows = [line.split("\t") for line in printed[1:] if line.split()[0] == row[0].strip()]
        self.assertEqual(1, len(rows), printed)
        time = rows[0][1]
        self.assertRegex(time, r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ *$")
        header[1], row[1] = "TIMESTAMP".center(len(time)), time
        answered = [printed[0].split("\t"), rows[0]]
        # Snapshots of others on the same server make columns wider.
        if len(printed) > 2:
            header, row, *answered = ([cell.strip() for cell in line] for line in (header, row, *answered))
        self.assertEqual([header, row], answered, command)

    def shown_snapshot(self, block, statement, *row):
        """The seed's list of snapshots, and what SNAPSHOT SHOW says."""
        if not self.by_statements:
            return self.shell(block, self.tool_goes_to())
        ((_, lines),) = self.answers(statement)
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
        self.assertEqual(["SNAPSHOT_NAME", "TIMESTAMP", "SNAPSHOT_LEVEL", "ACCOUNT_NAME", "DATABASE_NAME",
                          "TABLE_NAME"], cells[0])
        self.assertEqual([[self.ours(cell) for cell in row]], [one[:1] + one[2:] for one in cells[1:]])

    def fill(self):
        # The seed has `create db if not exists`, which no MatrixOne takes.
        self.refused("create db if not exists snapshot_read;", "1064")
        self.sql(f"""
create database if not exists snapshot_read;
use snapshot_read;
create table test_snapshot_read (a int);
INSERT INTO test_snapshot_read (a) VALUES{_NUMBERS};

mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|      100 |
+----------+
""")

    def test_example_1_a_table(self):
        self.fill()
        self.either("""
./mo_br snapshot create --host "127.0.0.1" --port 6001 --user "dump" --password "111" --level "account" --sname "sp_01" --account "sys" 
""", "SNAPSHOT ACCOUNT sys AS sp_01;")
        self.shown_snapshot("""
./mo_br snapshot show --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys"
SNAPSHOT NAME	        TIMESTAMP        	SNAPSHOT LEVEL	ACCOUNT NAME	DATABASE NAME	TABLE NAME 
sp_01        	2024-05-10 02:06:08.01635	account       	sys         	             	          	
""", "SNAPSHOT SHOW LIKE 'sp_01' ACCOUNT sys;", "sp_01", "account", "sys", "", "")
        self.sql("""
delete from snapshot_read.test_snapshot_read where a <= 50;

mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|       50 |
+----------+
""")
        self.either("""
./mo_br snapshot restore --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys" --db "snapshot_read" --table "test_snapshot_read" --sname "sp_01"
""", "SNAPSHOT RESTORE sp_01 ACCOUNT sys DATABASE snapshot_read TABLE test_snapshot_read;")
        self.sql("""
mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|      100 |
+----------+
""")

    def test_example_2_a_database(self):
        # Its table and the first hundred rows are those of example 1, where the seed goes on: its CREATE TABLE fails.
        self.fill()
        self.refused("use snapshot_read; create table test_snapshot_read (a int);", "already exists")
        self.sql(f"""
use snapshot_read;
INSERT INTO test_snapshot_read (a) VALUES{_NUMBERS};
create table test_snapshot_read_1(a int);
INSERT INTO test_snapshot_read_1 (a) VALUES{_NUMBERS};

mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|      200 |
+----------+
1 row in set (0.00 sec)

mysql> select count(*) from snapshot_read.test_snapshot_read_1;
+----------+
| count(*) |
+----------+
|      100 |
+----------+
1 row in set (0.01 sec)
""")
        self.either("""
./mo_br snapshot create --host "127.0.0.1" --port 6001 --user "dump" --password "111" --level "account" --sname "sp_02" --account "sys"
""", "SNAPSHOT ACCOUNT sys AS sp_02;")
        # The seed has one blank more behind this `sys` than in example 1.
        self.shown_snapshot("""
./mo_br snapshot show --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys"
SNAPSHOT NAME	        TIMESTAMP         	SNAPSHOT LEVEL	ACCOUNT NAME	DATABASE NAME	TABLE NAME 
sp_02        	2024-05-10 02:47:15.638519	account       	sys         	             	          	
""", "SNAPSHOT SHOW LIKE 'sp_02' ACCOUNT sys;", "sp_02", "account", "sys", "", "")
        self.sql("""
delete from snapshot_read.test_snapshot_read where a <= 50;
delete from snapshot_read.test_snapshot_read_1 where a >= 50;

mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|      100 |
+----------+
1 row in set (0.00 sec)

mysql> select count(*) from snapshot_read.test_snapshot_read_1;
+----------+
| count(*) |
+----------+
|       49 |
+----------+
1 row in set (0.01 sec)
""")
        self.either("""
./mo_br snapshot restore --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys" --db "snapshot_read" --sname "sp_02"
""", "SNAPSHOT RESTORE sp_02 ACCOUNT sys DATABASE snapshot_read;")
        self.sql("""
mysql> select count(*) from snapshot_read.test_snapshot_read;
+----------+
| count(*) |
+----------+
|      200 |
+----------+
1 row in set (0.00 sec)

mysql> select count(*) from snapshot_read.test_snapshot_read_1;
+----------+
| count(*) |
+----------+
|      100 |
+----------+
1 row in set (0.00 sec)
""")

    # Example 3 restores account sys. Where others keep their databases in it, an account of ours takes its place: its
    # name where the seed has `sys`, and its admin's session without the two databases that only sys has.

    def in_account(self, block):
        if self.is_ours:
            return block
        block = block.replace('--account "sys"', '--account "acc1"').replace("ACCOUNT sys", "ACCOUNT acc1")
        block = re.sub(r"\| mo_(debug|task) +\|\n", "", block)
        return re.sub(r"(\d) rows", lambda rows: f"{int(rows.group(1)) - 2} rows", block)

    def test_example_3_an_account(self):
        sys = self.through
        if not self.is_ours:
            self.sql("create account acc1 admin_name 'admin' identified by '111';")
            sys = self.as_user("acc1:admin")
        self.sql(self.in_account("""
create database if not exists snapshot_read;

mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| information_schema |
| mo_catalog         |
| mo_debug           |
| mo_task            |
| mysql              |
| snapshot_read      |
| system             |
| system_metrics     |
+--------------------+
8 rows in set (0.00 sec)
"""), sys)
        # The seed does not show how sp_03 was made.
        self.either(self.in_account("""
./mo_br snapshot create --host "127.0.0.1" --port 6001 --user "dump" --password "111" --level "account" --sname "sp_03" --account "sys"
"""), self.in_account("SNAPSHOT ACCOUNT sys AS sp_03;"))
        self.sql(self.in_account("""
drop database snapshot_read;

mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| information_schema |
| mo_catalog         |
| mo_debug           |
| mo_task            |
| mysql              |
| system             |
| system_metrics     |
+--------------------+
7 rows in set (0.01 sec)
"""), sys)
        self.either(self.in_account("""
./mo_br snapshot restore --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys" --sname "sp_03"
"""), self.in_account("SNAPSHOT RESTORE sp_03 ACCOUNT sys;"))
        # Natively RESTORE ACCOUNT sys … TO ACCOUNT acc2 restores into sys, and the admin that CREATE ACCOUNT made is gone.
        # Here the snapshot's databases are cloned into the new account, so that what the seed shows holds.
        self.either(self.in_account("""
./mo_br snapshot restore --host "127.0.0.1" --port 6001 --user "dump" --password "111" --account "sys" --sname "sp_03" --new_account "acc2" --new_admin_name "admin" --new_admin_password "111";
"""), self.in_account(
            "SNAPSHOT RESTORE sp_03 ACCOUNT sys TO NEW ACCOUNT acc2 ADMIN_NAME 'admin' IDENTIFIED BY '111';"))
        self.sql(self.in_account("""
mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| information_schema |
| mo_catalog         |
| mo_debug           |
| mo_task            |
| mysql              |
| snapshot_read      |
| system             |
| system_metrics     |
+--------------------+
8 rows in set (0.00 sec)
"""), sys)
        self.sql("""
mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| information_schema |
| mo_catalog         |
| mysql              |
| snapshot_read      |
| system             |
| system_metrics     |
+--------------------+
6 rows in set (0.00 sec)
""", self.as_user("acc2:admin"))

    def test_example_4_the_cluster(self):
        if not self.is_ours:
            self.skipTest("restores the whole cluster: set MOGATE_TEST_OWN_CLUSTER=1 where it is nobody else's")
        accounts = [self.as_user("acc1:admin"), self.as_user("acc2:admin")]
        for account in accounts:
            self.sql(f"create account {account.user.split(':')[0]} admin_name 'admin' identified by '111';")
            self.sql("""
create database db1;

mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| db1                |
| information_schema |
| mo_catalog         |
| mysql              |
| system             |
| system_metrics     |
+--------------------+
6 rows in set (0.01 sec)
""", account)
        # The seed's list differs here from its two others: other widths, and an empty column more.
        self.either("""
./mo_br snapshot create --host "127.0.0.1" --port 6001 --user "root" --password "111" --level "cluster" --sname "cluster_sp1"
""", "SNAPSHOT CLUSTER AS cluster_sp1;")
        self.shown_snapshot("""
(base) admin@192 mo-backup % ./mo_br snapshot show --host "127.0.0.1" --port 6001 --user "dump" --password "111" --cluster "sys"
SNAPSHOT NAME	        TIMESTAMP         	SNAPSHOT LEVEL	ACCOUNT NAME	DATABASE NAME	TABLE NAME 
cluster_sp1  	2024-10-14 03:52:55.657359	cluster       	            	             	          	
""", "SNAPSHOT SHOW LIKE 'cluster_sp1' CLUSTER;", "cluster_sp1", "cluster", "", "", "")
        for account in accounts:
            self.sql("""
drop database db1;

mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| information_schema |
| mo_catalog         |
| mysql              |
| system             |
| system_metrics     |
+--------------------+
5 rows in set (0.01 sec)
""", account)
        self.either("""
./mo_br snapshot restore --host "127.0.0.1" --port 6001 --user "root" --password "111"  --sname "cluster_sp1"
""", "SNAPSHOT RESTORE cluster_sp1 CLUSTER;")
        for account in accounts:
            self.sql("""
mysql> show databases;
+--------------------+
| Database           |
+--------------------+
| db1                |
| information_schema |
| mo_catalog         |
| mysql              |
| system             |
| system_metrics     |
+--------------------+
6 rows in set (0.01 sec)
""", account)


class ByMoBrOnTheGateway(Examples, Story):
    def tool_goes_to(self):
        return self.through


class ByMoBrOnMatrixOne(Examples, Story):
    def tool_goes_to(self):
        return self.direct


class ByStatements(Examples, Story):
    by_statements = True


if __name__ == "__main__":
    unittest.main()
