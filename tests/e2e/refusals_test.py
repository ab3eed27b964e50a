"""What MatrixOne refuses, or answers OK and does wrongly, and what the gateway says in its place.

Each row has the native statement with the native answer as recorded on 4.2 and 3.0 (asked again here), and the gateway's
statement with its error. Between the gateway and the server stands a tap: what the gateway refuses by itself sends nothing
but questions. Rows with `passed_on` are the server's own statements, whose refusal arrives unchanged.
"""

import os
import re
import unittest
from dataclasses import dataclass

from lib.case import GatewayTest, needs_matrixone, service_settings, shared_upstream, start_gateway
from lib.tap import Tap
from lib.upstream import Upstream
from lib.wire import ServerError, Wire

_INTERNAL, _PRIVILEGE, _SYNTAX = 20101, 20101, 1064
_NO_PRIVILEGE = "do not have privilege to execute the statement"
_NEEDS_SYS = _NO_PRIVILEGE + " (needs account sys with role moadmin)"
_NEEDS_ADMIN = _NO_PRIVILEGE + " (needs role accountadmin, or account sys with role moadmin)"
_OK = (0, "OK")
_ROOT, _BOSS, _CLERK = "root", "boss", "clerk"
_PASSWORD = "ref-secret"
_D, _ACCOUNT = f"mogate_ref_{os.getpid()}", f"mogate_refa_{os.getpid()}"
_CDC = ("create cdc D_x 'mysql://root:111@HOST' 'matrixone' 'mysql://root:111@HOST' 'D.lone:D_sink.lone' "
        "{'Level' = 'table'}")
_TASK = "CREATE CDC TASK D_x FROM 'mysql://root:111@HOST' TO MATRIXONE 'mysql://root:111@HOST' "


@dataclass(frozen=True)
class Row:
    native: str  # "" where there is no native statement, or none that may be tried
    answered: tuple  # (number, part of the text); _OK: it is taken, to no good
    ours: str
    code: int
    says: str
    who: str = _ROOT
    before: tuple = None  # what 3.0 answered instead
    passed_on: bool = False  # to the server, whose refusal it is
    passed_on_by_old: bool = None  # where 3.0 differs


def restore(what, name, more=""):
    """Of the native statement: each generation has its own grammar."""
    return f"restore {what} FROM_SNAPSHOT {name}{more}"


# D is a database of ours, A an account of ours; the snapshots are D_t (of table t), D_d, D_a, D_c (cluster) and D_o (of A).
FLUSHES = (
    Row("select mo_ctl('dn','flush','NODB.t')", (0, "ExpectedEOB"), "FLUSH TABLE NODB.t", 1049, "Unknown database NODB"),
    Row("select mo_ctl('dn','flush','D.nope')", (1146, "no such table D.nope"), "FLUSH TABLE D.t, D.nope", 1146,
        "no such table D.nope"),
    Row("select mo_ctl('dn','flush','NODB.t')", (0, "ExpectedEOB"), "FLUSH DATABASE NODB", 1049, "Unknown database NODB"),
    Row("select mo_ctl('dn','flush','t')", (_INTERNAL, "handleFlush: table id parse fail"), "FLUSH TABLE t", 1046,
        "No database selected"),
    Row("select mo_ctl('dn','flush','')", (_INTERNAL, "handleFlush: table id parse fail"), "FLUSH TABLE ''", _SYNTAX,
        "expected a table name"),
    Row("select mo_ctl('dn','flush','D.')", (1146, "no such table D."), "FLUSH TABLE D.", _SYNTAX, "expected a table name"),
    Row("select mo_ctl('dn','flush','a.b.c.d')", (_INTERNAL, 'expected "TableId" or "DbName.TableName[.AccountId]"'),
        "FLUSH TABLE a.b.c.d", _SYNTAX, 'near ".c.d"'),
    Row("select mo_ctl('dn','flush','D.t.abc')", (_INTERNAL, "handleFlush: invalid account id"), "FLUSH TABLE D.t.abc",
        _SYNTAX, 'near ".abc"'),
    Row("select mo_ctl('dn','checkpoint','abc')", (1105, 'time: invalid duration "abc"'), "CHECKPOINT TIMEOUT abc",
        _SYNTAX, "expected a number of seconds"),
    Row("select mo_ctl('dn','checkpoint','1')", (1105, 'time: missing unit in duration "1"'), "CHECKPOINT TIMEOUT '1'",
        _SYNTAX, "expected a number of seconds"),
    Row("select mo_ctl('dn','globalcheckpoint','x')", (1105, 'time: invalid duration "x"'), "GLOBAL CHECKPOINT TIMEOUT x",
        _SYNTAX, "expected a number of seconds"),
    Row("flush table D.t", (_SYNTAX, "syntax error"), "FLUSH TABLE D.t WITH", _SYNTAX, "expected CHECKPOINT"),
    Row("checkpoint", (_SYNTAX, "syntax error"), "CHECKPOINT NOW", _SYNTAX, "expected the end of the statement"),
    Row("select mo_ctl('dn','flush','own.t')", (_PRIVILEGE, _NO_PRIVILEGE), "FLUSH TABLE own.t", _PRIVILEGE, _NEEDS_SYS,
        _BOSS),
    Row("select mo_ctl('dn','checkpoint','')", (_PRIVILEGE, _NO_PRIVILEGE), "CHECKPOINT", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row("select mo_ctl('dn','globalcheckpoint','')", (_PRIVILEGE, _NO_PRIVILEGE), "GLOBAL CHECKPOINT", _PRIVILEGE,
        _NEEDS_SYS, _CLERK),
    # Outside the select list MatrixOne checks nothing.
    Row("select 1 where mo_ctl('dn','ping','') like '%'", _OK, "select 1 where mo_ctl('dn','ping','') like '%'", _PRIVILEGE,
        _NO_PRIVILEGE, _BOSS),
    Row("select count(*) from own.t having mo_ctl('dn','ping','') is not null", _OK,
        "select count(*) from own.t having mo_ctl('dn','ping','') is not null", _PRIVILEGE, _NO_PRIVILEGE, _BOSS),
    Row("", _OK, "prepare p from 'select 1 where mo_ctl(''dn'',''ping'','''') like ''%'''", _PRIVILEGE, _NO_PRIVILEGE,
        _BOSS),
)

SNAPSHOTS = (
    Row("create snapshot D_d for database D", (_INTERNAL, "snapshot D_d already exists"),
        "SNAPSHOT CREATE D_d FOR DATABASE D", _INTERNAL, "snapshot D_d already exists; DROP SNAPSHOT `D_d` removes it"),
    Row("create snapshot D_x for database NODB", (_INTERNAL, "database NODB does not exist"),
        "SNAPSHOT DATABASE NODB AS D_x", 1049, "Unknown database NODB"),
    Row("create snapshot D_x for table D nope", (_INTERNAL, "table D.nope does not exist"), "SNAPSHOT TABLE D.nope AS D_x",
        1146, "no such table D.nope"),
    Row("create snapshot D_x for table NODB nope", (_INTERNAL, "table NODB.nope does not exist"),
        "SNAPSHOT TABLE NODB.nope AS D_x", 1049, "Unknown database NODB"),
    Row("create snapshot D_x for account NOACC", (_INTERNAL, "account NOACC does not exist"),
        "SNAPSHOT ACCOUNT NOACC AS D_x", _INTERNAL, "account NOACC does not exist"),
    Row("create snapshot D_x for database mysql", (_INTERNAL, "can not create snapshot for system database mysql"),
        "SNAPSHOT DATABASE mysql AS D_x", _INTERNAL, "for system database mysql: FOR ACCOUNT has it in it"),
    Row("create snapshot D_x for table mo_catalog mo_user",
        (_INTERNAL, "can not create pitr for system table mo_catalog.mo_user"), "SNAPSHOT TABLE mo_catalog.mo_user AS D_x",
        _INTERNAL, "can not create snapshot for system database mo_catalog"),
    Row("create snapshot 'D_x' for account", (_SYNTAX, "syntax error"), "SNAPSHOT ACCOUNT AS 'D_x'", _SYNTAX,
        "expected a snapshot name"),
    Row("create snapshot D_x for table D.t", (_SYNTAX, 'near ".t"'), "SNAPSHOT CREATE D_x FOR TABLE t", 1046,
        "No database selected"),
    Row("create snapshot D_x", (_SYNTAX, "syntax error"), "SNAPSHOT CREATE D_x", _SYNTAX, "expected FOR"),
    Row("create snapshot D_x for nothing", (_SYNTAX, "syntax error"), "SNAPSHOT CREATE D_x FOR NOTHING", _SYNTAX,
        "expected CLUSTER, ACCOUNT, DATABASE or TABLE"),
    Row("create snapshot s1, s2 for account", (_SYNTAX, "syntax error"), "SNAPSHOT CREATE s1, s2 FOR ACCOUNT", _SYNTAX,
        "expected FOR"),
    # 4.2 cuts the name off without a word.
    Row("create snapshot LONG for table D t", _OK, "SNAPSHOT TABLE D.t AS LONG", 20301, "at most 64 bytes",
        before=(_INTERNAL, "Src length 66 is larger than Dest length 64")),
    Row("show snapshots like 'x'", (_SYNTAX, "syntax error"), "SNAPSHOT SHOW LIKE x", _SYNTAX,
        "expected a pattern in quotes"),
    Row("drop snapshot D_nope", (_INTERNAL, "snapshot D_nope does not exist"), "SNAPSHOT DROP D_nope", _INTERNAL,
        "snapshot D_nope does not exist in this account; SNAPSHOT SHOW lists those that do"),
    Row("drop snapshot 'D_d'", (_SYNTAX, "syntax error"), "SNAPSHOT DROP 'D_d'", _SYNTAX, "expected a snapshot name"),
    Row("create snapshot D_x for cluster", (_INTERNAL, "only sys tenant can create cluster level snapshot"),
        "SNAPSHOT CLUSTER AS D_x", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row("create snapshot D_x for account sys", (_INTERNAL, "only sys tenant can create tenant level snapshot for other tenant"),
        "SNAPSHOT ACCOUNT sys AS D_x", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row("create snapshot D_x for account", (_PRIVILEGE, _NO_PRIVILEGE), "SNAPSHOT ACCOUNT AS D_x", _PRIVILEGE, _NEEDS_ADMIN,
        _CLERK),
    Row("show snapshots", (_PRIVILEGE, _NO_PRIVILEGE), "SNAPSHOT SHOW", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
    Row("drop snapshot D_own", (_PRIVILEGE, _NO_PRIVILEGE), "SNAPSHOT DROP D_own", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
    # Both sides would be read at the first snapshot.
    Row("select * from D.t{snapshot = 'D_t'} minus select * from D.t{snapshot = 'D_a'}", _OK,
        "select * from D.t{snapshot = 'D_t'} minus select * from D.t{snapshot = 'D_a'}", 20105, "SNAPSHOT DIFF"),
    # It would change the table of today.
    Row("", _OK, "delete from D.t{snapshot = 'D_t'} where id = 1", 20105, "not supported"),
)

RESTORES = (
    Row(restore("database D", "D_none"), (_INTERNAL, "find 0 snapshot records by name(D_none), expect only 1"),
        "SNAPSHOT RESTORE D_none DATABASE D", _INTERNAL, "find 0 snapshot records by name(D_none), expect only 1"),
    Row(restore("database D", "D_t"), (_INTERNAL, "can't restore db from table level snapshot"),
        "SNAPSHOT RESTORE D_t DATABASE D", _INTERNAL, "snapshot D_t holds only table D.t"),
    Row(restore("database D", "D_c"), (_INTERNAL, "can't restore db from cluster level snapshot"),
        "SNAPSHOT RESTORE D_c DATABASE D", _INTERNAL,
        "SNAPSHOT RESTORE `D_c` ACCOUNT `sys` restores all of the account, CLONE makes a copy of a part"),
    Row(restore("table D.t", "D_c"), (_INTERNAL, "can't restore db from cluster level snapshot"),
        "SNAPSHOT RESTORE D_c TABLE D.t", _INTERNAL, "CLONE makes a copy of a part"),
    Row(restore("account sys", "D_d"), (_INTERNAL, "can't restore account from db or table level snapshot"),
        "SNAPSHOT RESTORE D_d ACCOUNT sys", _INTERNAL, "snapshot D_d holds only database D"),
    Row(restore("account NOACC", "D_o"), (_INTERNAL, "accountName(NOACC) does not match snapshot.accountName(A)"),
        "SNAPSHOT RESTORE D_o ACCOUNT NOACC", _INTERNAL, "snapshot D_o holds only account A"),
    Row(restore("database D_fk", "D_d"), (_INTERNAL, "databaseName(D_fk) does not match snapshot.databaseName(D)"),
        "SNAPSHOT RESTORE D_d DATABASE D_fk", _INTERNAL, "snapshot D_d holds only database D"),
    Row(restore("table D.lone", "D_t"), (_INTERNAL, "tableName(lone) does not match snapshot.tableName(t)"),
        "SNAPSHOT RESTORE D_t TABLE D.lone", _INTERNAL, "snapshot D_t holds only table D.t"),
    Row(restore("table D.nope", "D_a"), (_INTERNAL, "table nope not exists at snapshot D_a"),
        "SNAPSHOT RESTORE D_a TABLE D.nope", 1146, "no such table D.nope in snapshot D_a"),
    Row(restore("database NODB", "D_a"), (1049, "Unknown database NODB"), "SNAPSHOT RESTORE D_a DATABASE NODB", 1049,
        "Unknown database NODB in snapshot D_a"),
    Row(restore("database mysql", "D_a"), (_INTERNAL, "can't restore db: mysql"), "SNAPSHOT RESTORE D_a DATABASE mysql",
        _INTERNAL, "it is a system database"),
    Row(restore("cluster", "D_t"), (_INTERNAL, "snapshot D_t is not cluster level snapshot"),
        "SNAPSHOT RESTORE D_t CLUSTER", _INTERNAL, "snapshot D_t is not cluster level snapshot"),
    Row(restore("database A.own", "D_o"), (_INTERNAL, "can't restore database from other account's snapshot"),
        "SNAPSHOT RESTORE D_o ACCOUNT A DATABASE own", _INTERNAL,
        "restore the whole account A, or name TO ACCOUNT, or do it as an admin of A"),
    Row(restore("table A.own.t", "D_o"), (_INTERNAL, "can't restore table from other account's snapshot"),
        "SNAPSHOT RESTORE D_o ACCOUNT A DATABASE own TABLE t", _INTERNAL,
        "restore the whole account A, or name TO ACCOUNT, or do it as an admin of A"),
    Row(restore("account A", "D_o", " to account NOACC"), (_INTERNAL, "no such account, account name: NOACC"),
        "SNAPSHOT RESTORE D_o TO ACCOUNT NOACC", _INTERNAL, "no such account, account name: NOACC"),
    # Natively all of these restore into sys, or lose the account's admin.
    Row("", _OK, "SNAPSHOT RESTORE D_a TO ACCOUNT NOACC", _INTERNAL, "no such account, account name: NOACC"),
    Row("", _OK, "SNAPSHOT RESTORE D_a TO NEW ACCOUNT A ADMIN_NAME 'x' IDENTIFIED BY 'y'", _INTERNAL, "the tenant A exists"),
    Row("", _OK, "SNAPSHOT RESTORE D_a TO NEW ACCOUNT NOACC ADMIN_NAME 'x' IDENTIFIED BY 'y' WITH USERS", _INTERNAL,
        "MatrixOne would restore into sys itself"),
    Row("", _OK, "SNAPSHOT RESTORE D_a DATABASE D TABLE t TO NEW ACCOUNT NOACC ADMIN_NAME 'x' IDENTIFIED BY 'y'", _INTERNAL,
        "a single table cannot be restored to a new account"),
    Row("", _OK, "SNAPSHOT RESTORE D_fk DATABASE D_fk TO NEW ACCOUNT NOACC ADMIN_NAME 'x' IDENTIFIED BY 'y'", _INTERNAL,
        "a foreign key of D_fk.c leads into another database (D.p), which CLONE cannot carry"),
    Row("", _OK, "SNAPSHOT RESTORE D_a TO ACCOUNT A WITH USERS", _SYNTAX, "expected"),
    Row(restore("account sys", "D_own"), (_INTERNAL, "non-sys account can't restore sys account"),
        "SNAPSHOT RESTORE D_own ACCOUNT sys", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row(restore("account A", "D_own", " to account sys"),
        (_INTERNAL, "non-sys account can't restore snapshot to another account"),
        "SNAPSHOT RESTORE D_own TO ACCOUNT sys", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row(restore("cluster", "D_own"), (_INTERNAL, "non-sys account can't restore cluster level snapshot"),
        "SNAPSHOT RESTORE D_own CLUSTER", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row(restore("database own", "D_own"), (_PRIVILEGE, _NO_PRIVILEGE), "SNAPSHOT RESTORE D_own DATABASE own", _PRIVILEGE,
        _NEEDS_ADMIN, _CLERK),
)

DIFFS_AND_CLONES = (
    Row("data branch diff D.t{snapshot = 'D_none'} against D.t",
        (_INTERNAL, "find 0 snapshot records by name(D_none), expect only 1"), "SNAPSHOT DIFF D_none D_t TABLE D.t",
        _INTERNAL, "find 0 snapshot records by name(D_none), expect only 1"),
    Row("data branch diff D.nope against D.t", (1146, 'table "nope" does not exist'), "SNAPSHOT DIFF D_t D_a TABLE D.nope",
        _INTERNAL, "snapshot D_t holds only table D.t", before=(1146, "no such table D.nope")),
    Row("data branch diff D.t", (_SYNTAX, "syntax error"), "SNAPSHOT DIFF D_t TABLE D.t", _SYNTAX, "expected"),
    # 3.0 checks no privilege.
    Row("data branch diff own.t against own.t", (_PRIVILEGE, _NO_PRIVILEGE), "SNAPSHOT DIFF D_own D_own TABLE own.t",
        _PRIVILEGE, _NEEDS_ADMIN, _CLERK, before=_OK),
    Row("data branch diff own.t against own.t", (_PRIVILEGE, _NO_PRIVILEGE), "data branch diff own.t against own.t",
        _PRIVILEGE, _NO_PRIVILEGE, _CLERK, before=_OK, passed_on=True, passed_on_by_old=False),
    Row("", _OK, "data branch delete table own.t", _PRIVILEGE, _NO_PRIVILEGE, _CLERK, passed_on=True,
        passed_on_by_old=False),
    # No version checks CLONE.
    Row("", _OK, "create table own.copy clone own.t", _PRIVILEGE, _NO_PRIVILEGE, _CLERK),
    Row("", _OK, "create database copy clone own", _PRIVILEGE, _NO_PRIVILEGE, _CLERK),
)

PITRS = (
    Row("create pitr D_p for table D t range 2 'h'", (_INTERNAL, "pitr D_p already exists"),
        "CREATE PITR D_p FOR TABLE D.t RANGE 2 HOURS", _INTERNAL, "pitr D_p already exists; ALTER PITR `D_p` changes"),
    Row("create pitr D_q for table D t range 2 'h'", (_INTERNAL, "database `D` table `t` already has a pitr"),
        "CREATE PITR D_q FOR TABLE D.t RANGE 2 HOURS", _INTERNAL, "TABLE `D` `t` already has a pitr, D_p; ALTER PITR `D_p`"),
    Row("create pitr D_q for table D nope range 2 'h'", (_INTERNAL, "table D.nope does not exist"),
        "CREATE PITR D_q FOR TABLE D.nope RANGE 2 HOURS", 1146, "no such table D.nope"),
    Row("create pitr D_q for database NODB range 2 'h'", (_INTERNAL, "database NODB does not exist"),
        "CREATE PITR D_q FOR DATABASE NODB RANGE 2 HOURS", 1049, "Unknown database NODB"),
    Row("create pitr D_q for account NOACC range 2 'h'", (_INTERNAL, "account NOACC does not exist"),
        "CREATE PITR D_q FOR ACCOUNT NOACC RANGE 2 HOURS", _INTERNAL, "account NOACC does not exist"),
    Row("create pitr D_q for database D range 0 'h'", (_INTERNAL, "invalid pitr value 0"),
        "CREATE PITR D_q FOR DATABASE D RANGE 0 HOURS", _INTERNAL, "RANGE takes 1 to 100"),
    Row("create pitr D_q for database D range 101 'h'", (_INTERNAL, "invalid pitr value 101"),
        "CREATE PITR D_q FOR DATABASE D RANGE 101 HOURS", _INTERNAL, "RANGE takes 1 to 100"),
    Row("create pitr D_q for database D range 2 'w'", (_INTERNAL, "invalid pitr unit w"),
        "CREATE PITR D_q FOR DATABASE D RANGE 2 WEEKS", _SYNTAX, "expected HOURS, DAYS, MONTHS or YEARS"),
    Row("alter pitr D_nope range 2 'h'", (_INTERNAL, "pitr D_nope does not exist"), "ALTER PITR D_nope RANGE 2 HOURS",
        _INTERNAL, "pitr D_nope does not exist; SHOW PITR lists those that do"),
    Row("create pitr D_q for cluster range 2 'h'", (_INTERNAL, "only sys tenant can create cluster level pitr"),
        "CREATE PITR D_q FOR CLUSTER RANGE 2 HOURS", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row("create pitr D_q for account sys range 2 'h'",
        (_INTERNAL, "only sys tenant can create tenant level pitr for other tenant"),
        "CREATE PITR D_q FOR ACCOUNT sys RANGE 2 HOURS", _PRIVILEGE, _NEEDS_SYS, _BOSS),
    Row("create pitr D_q for table own t range 2 'h'", (_PRIVILEGE, _NO_PRIVILEGE),
        "CREATE PITR D_q FOR TABLE own.t RANGE 2 HOURS", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
    Row("drop pitr D_p", (_PRIVILEGE, _NO_PRIVILEGE), "ALTER PITR D_p RANGE 3 DAYS", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
    Row("restore database D table t from pitr D_p '2020-01-01 00:00:00'",
        (_INTERNAL, "input timestamp 2020-01-01 00:00:00 is less than the pitr valid time"),
        "SNAPSHOT RESTORE D_p AT '2020-01-01 00:00:00'", _INTERNAL, "is before pitr D_p was made"),
    Row("restore database D table t from pitr D_p '2100-01-01 00:00:00'",
        (_INTERNAL, "input timestamp 2100-01-01 00:00:00 is bigger than now timestamp"),
        "SNAPSHOT RESTORE D_p AT '2100-01-01 00:00:00'", _INTERNAL, "is later than now"),
    Row("restore database D table t from pitr D_p 'bad'", (1105, 'parsing time "bad" as "2006-01-02 15:04:05"'),
        "SNAPSHOT RESTORE D_p AT 'bad'", 20301, "expected 'YYYY-MM-DD HH:MM:SS[.ffffff]'"),
    Row("restore database D table t from pitr D_nope '2026-01-01 00:00:00'", (_INTERNAL, "pitr D_nope does not exist"),
        "SNAPSHOT RESTORE D_nope AT '2026-01-01 00:00:00'", _INTERNAL, "pitr D_nope does not exist"),
    Row("", _OK, "SNAPSHOT RESTORE D_p DATABASE D AT '2026-01-01 00:00:00'", _INTERNAL,
        "does not cover what is to be restored"),
)

CDC_TASKS = (
    # 3.0 also takes the PITR of another database's table of that name for it.
    Row(_CDC, (_INTERNAL,
               "no valid PITR configuration found for pattern: D.lone:D_sink.lone, minimum required length: 2 hours"),
        _TASK + "TABLE D.lone:D_sink.lone", _INTERNAL,
        "needs a PITR of at least 2 hours over TABLE `D` `lone`: run CREATE PITR"),
    Row(_CDC.replace("mysql://root:111@HOST' 'm", "root:111@HOST' 'm"), (_INTERNAL, "invalid uri format: root:111@HOST"),
        _TASK.replace("mysql://root:111@HOST' TO", "root:111@HOST' TO") + "TABLE D.t", _INTERNAL,
        "invalid source uri: expected mysql://user:password@host:port"),
    Row(_CDC.replace("mysql://root:111@HOST' 'm", "mysql://root@HOST' 'm"),
        (_INTERNAL, "invalid uri format: mysql://root@HOST"),
        _TASK.replace("mysql://root:111@HOST' TO", "mysql://root@HOST' TO") + "TABLE D.t", _INTERNAL,
        "invalid source uri: expected mysql://user:password@host:port"),
    Row(_CDC.replace("'matrixone'", "'kafka'"), (_INTERNAL, "unsupported sink type: kafka"),
        _TASK.replace("MATRIXONE", "KAFKA") + "TABLE D.t", _SYNTAX, "expected MATRIXONE or MYSQL"),
    Row(_CDC.replace("{'Level' = 'table'}", "{'level' = 'table'}"), (_INTERNAL, "invalid level: "), _TASK + "COLUMN D.t",
        _SYNTAX, "expected ACCOUNT, DATABASE or TABLE"),
    Row(_CDC.replace("D.lone:D_sink.lone", "a.b.c"), (_INTERNAL, "invalid tables format: a.b.c"), _TASK + "TABLE a.b.c", _SYNTAX,
        'near ".c"', before=(_INTERNAL, "invalid level: table")),
    Row("", _OK, _TASK + "TABLE D.nope WITH PITR", 1146, "no such table D.nope"),
    Row("", _OK, _TASK + "TABLE NODB.t WITH PITR", 1049, "Unknown database NODB"),
    Row("", _OK, _TASK + "TABLE D.t OPTIONS (nofull2 = 'true')", 20301, "unknown option nofull2 of a CDC task"),
    Row("", _OK, _TASK + "DATABASE mysql WITH PITR", _INTERNAL, "CDC of the system database mysql is refused"),
    *(Row(f"{verb} cdc task D_nope", (_INTERNAL, "no cdc task found, accountId: 0, taskName: D_nope"),
          f"{verb.upper()} CDC TASK D_nope", _INTERNAL, "no cdc task found, accountId: 0, taskName: D_nope")
      for verb in ("pause", "resume", "drop")),
    Row("resume cdc task D_nope 'restart'", (_INTERNAL, "no cdc task found, accountId: 0, taskName: D_nope"),
        "RESTART CDC TASK D_nope", _INTERNAL, "no cdc task found, accountId: 0, taskName: D_nope"),
    Row("drop cdc all", (_PRIVILEGE, _NO_PRIVILEGE), "SHOW CDC TASKS", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
    Row(_CDC, (_PRIVILEGE, _NO_PRIVILEGE), _TASK + "TABLE own.t WITH PITR", _PRIVILEGE, _NEEDS_ADMIN, _CLERK),
)

# The server's words do not tell what is to be done.
_UNCLASSIFIED = "unclassified statement appears in uncommitted transaction"
IN_A_TRANSACTION = (
    ("create snapshot D_x for table D t", "SNAPSHOT TABLE D.t AS D_x"),
    ("drop snapshot D_t", "SNAPSHOT DROP D_t"),
    ("show snapshots", "SNAPSHOT SHOW"),
    (restore("table D.t", "D_t"), "SNAPSHOT RESTORE D_t"),
    ("create pitr D_q for database D range 2 'h'", "CREATE PITR D_q FOR DATABASE D RANGE 2 HOURS"),
    ("restore database D table t from pitr D_p '2026-01-01 00:00:00'", "SNAPSHOT RESTORE D_p AT '2026-01-01 00:00:00'"),
    ("show cdc all", "SHOW CDC TASKS"),
    (_CDC, _TASK + "TABLE D.t"),
    ("pause cdc task D_nope", "PAUSE CDC TASK D_nope"),
    ("drop cdc task D_nope", "DROP CDC TASK D_nope"))


class RefusalTest(GatewayTest):
    @classmethod
    def setUpClass(cls):
        needs_matrixone()
        cls.upstream = cls.direct = shared_upstream()
        cls.tap = Tap(cls.upstream)
        cls.addClassCleanup(cls.tap.stop)
        cls.gateway = start_gateway(cls, f"127.0.0.1:{cls.tap.port}", settings=service_settings())
        cls.through = cls.upstream.at(cls.gateway)
        cls._clean()
        cls.addClassCleanup(cls._clean)
        with Wire(cls.upstream) as root:
            cls.old = "-v3." in root.version
            for sql in ("create database D", "create table D.t (id int primary key, name varchar(10))",
                        "insert into D.t values (1, 'a'), (2, 'b')", "create table D.lone (a int)",
                        "create table D.p (id int primary key)", "create database D_fk",
                        "create table D_fk.c (id int primary key, p int, foreign key (p) references D.p (id))",
                        "create snapshot D_t for table D t", "create snapshot D_d for database D",
                        "create snapshot D_fk for database D_fk",
                        "create snapshot D_a for account", "create snapshot D_c for cluster",
                        "create pitr D_p for table D t range 2 'h'",
                        f"create account A admin_name 'boss' identified by '{_PASSWORD}'",
                        "create snapshot D_o for account A"):
                root.query(cls._words(sql))
        with Wire(cls._login(_BOSS, cls.direct)) as boss:
            for sql in ("create database own", "create table own.t (a int primary key)", "create role r",
                        "grant connect on account * to r",
                        f"create user clerk identified by '{_PASSWORD}' default role r", "grant r to clerk",
                        "create snapshot D_own for account"):
                boss.query(cls._words(sql))

    @classmethod
    def _clean(cls):
        with Wire(cls.upstream) as root:
            for name in ("D_t", "D_d", "D_fk", "D_a", "D_c", "D_o", "D_x", "LONG"):
                root.query(cls._words(f"drop snapshot if exists {name}")[:len("drop snapshot if exists ") + 64])
            if root.rows(cls._words("show cdc task D_x")):
                root.query(cls._words("drop cdc task D_x"))
            for sql in ("drop pitr if exists D_p", "drop pitr if exists D_q", "drop account if exists A",
                        "drop database if exists D_fk", "drop database if exists D"):
                root.query(cls._words(sql))

    @classmethod
    def _words(cls, text):
        """With our names, and in the grammar of the server's generation."""
        text = re.sub(r"\bD(?=\b|_)", _D, text)
        text = re.sub(r"\bA\b", _ACCOUNT, text).replace("NODB", _D + "_none").replace("NOACC", _ACCOUNT + "_none")
        text = text.replace("LONG", "n" * 66).replace("HOST", cls.upstream.address)
        return cls._in_generation(text)

    @classmethod
    def _in_generation(cls, text):
        """`restore database a.d FROM_SNAPSHOT s` is written with braces, before 4.0 as `restore account a database d …`."""
        found = re.fullmatch(r"restore (\w+) ?([\w.]*) FROM_SNAPSHOT (\w+)(.*)", text)
        if not found:
            return text
        level, names, snapshot, more = found.groups()
        if not cls.old:
            return f"restore {level} {names} {{snapshot = '{snapshot}'}}{more}"
        names = names.split(".")
        parts = {"cluster": [], "account": ["account"], "database": ["account", "database"],
                 "table": ["account", "database", "table"]}[level]
        if level != "cluster" and len(names) < len(parts):
            names.insert(0, _ACCOUNT if names[0] == "own" else "sys")
        what = " ".join(f"{part} {name}" for part, name in zip(parts, names)) or "cluster"
        return f"restore {what} from snapshot {snapshot}{more}"

    @classmethod
    def _login(cls, who, server):
        if who == _ROOT:
            return server
        return Upstream(server.kind, server.host, server.port, f"{_ACCOUNT}:{who}", _PASSWORD)

    def _error(self, wire, sql):
        try:
            wire.query(sql)
        except ServerError as error:
            return error.code, error.message
        return _OK

    def _native(self, row):
        """That the server answers as it was recorded."""
        if not row.native:
            return
        code, text = row.before if self.old and row.before else row.answered
        with Wire(self._login(row.who, self.direct)) as wire:
            got = self._error(wire, self._words(row.native))
        self.assertEqual(code, got[0], got[1])
        self.assertIn(self._words(text), got[1])

    def _play(self, rows):
        for row in rows:
            with self.subTest(f"{row.who}: {row.ours}"):
                self._native(row)
                with Wire(self._login(row.who, self.through)) as wire:
                    wire.query("select 1")
                    self.tap.clear()
                    code, text = self._error(wire, self._words(row.ours))
                    self.assertEqual(row.code, code, text)
                    self.assertIn(self._words(row.says), text)
                    passed_on = row.passed_on_by_old if self.old and row.passed_on_by_old is not None else row.passed_on
                    self.assertEqual(int(passed_on), len(self.tap.changes()), self.tap.changes())
                    self.assertEqual([["1"]], wire.rows("select 1"))

    def test_flushes_checkpoints_and_mo_ctl(self):
        self._play(FLUSHES)

    def test_snapshots(self):
        self._play(SNAPSHOTS)

    def test_restores(self):
        self._play(RESTORES)

    def test_diffs_and_clones(self):
        self._play(DIFFS_AND_CLONES)

    def test_pitrs(self):
        self._play(PITRS)

    def test_cdc_tasks(self):
        with Wire(self.direct) as wire:
            # On a server that others use too, a PITR of theirs may cover the whole account.
            covered = any(row[3] in ("account", "cluster") for row in wire.rows("show pitr"))
        self._play(CDC_TASKS[1:] if covered else CDC_TASKS)

    def test_in_a_transaction(self):
        for native, ours in IN_A_TRANSACTION:
            with self.subTest(ours):
                if native:
                    with Wire(self.direct) as wire:
                        wire.query("begin")
                        wire.query(f"insert into {_D}.lone values (1)")
                        code, text = self._error(wire, self._words(native))
                        self.assertEqual(_INTERNAL, code, text)
                        self.assertIn(_UNCLASSIFIED, text)
                        wire.query("rollback")
                with Wire(self.through) as wire:
                    wire.query("begin")
                    wire.query(f"insert into {_D}.lone values (1)")
                    self.tap.clear()
                    code, text = self._error(wire, self._words(ours))
                    self.assertEqual(_INTERNAL, code, text)
                    self.assertIn("cannot run in a transaction, COMMIT or ROLLBACK first", text)
                    self.assertEqual([], self.tap.changes())
                    self.assertEqual([["1"]], wire.rows(f"select count(*) from {_D}.lone"))
                    wire.query("rollback")


if __name__ == "__main__":
    unittest.main()
