"""Every extended statement with the answer it has to give, in the order in which they are run.

On a real MatrixOne (MOGATE_TEST_UPSTREAM) those that would change more than the objects named mgx… are left out.
"""

from dataclasses import dataclass

SYS, ADMIN, PLAIN = "sys", "mgx_acc:boss", "mgx_acc:clerk"
ACCOUNT, PASSWORD = "mgx_acc", "mgx-secret"
NEW_ACCOUNT = "mgx_new"
NO_PRIVILEGE, INTERNAL, SYNTAX, NO_DATABASE = 20101, 20101, 1064, 1046
MO_CTL = ("method", "target", "result", "elapsed_ms")
SNAPSHOT = ("SNAPSHOT_NAME", "TIMESTAMP", "SNAPSHOT_LEVEL", "ACCOUNT_NAME", "DATABASE_NAME", "TABLE_NAME")
PLAN = ("step", "session", "native_sql", "on_failure")
ANY = object()


@dataclass(frozen=True)
class Case:
    sql: str
    who: str = SYS
    # One of these: nothing is an OK.
    columns: tuple = None
    rows: tuple = None  # of tuples; ANY stands for a value that differs from run to run
    error: int = None
    database: str = None
    simulator_only: bool = False
    at_least: int = None  # that many rows, whatever they are


def ok(sql, who=SYS, **options):
    return Case(sql, who, **options)


def error(code, sql, who=SYS, **options):
    return Case(sql, who, error=code, **options)


def ctl(sql, *done, who=SYS, **options):
    return Case(sql, who, MO_CTL, tuple((method, target, "OK", ANY) for method, target in done), **options)


def snapshot(sql, *rows, who=SYS, **options):
    return Case(sql, who, SNAPSHOT, tuple((name, ANY, *scope) for name, *scope in rows), **options)


def some(sql, columns, at_least=1, who=SYS, **options):
    return Case(sql, who, columns, at_least=at_least, **options)


def value(sql, expected, who=SYS, **options):
    return Case(sql, who, ANY, ((expected,),), **options)


_T = ("Flush", "mgx_db.t")
_U = ("Flush", "mgx_db.u")
_DOT = ("Flush", "mgx_db.dot.ted")
_CHECKPOINT, _GLOBAL = ("Checkpoint", "cluster"), ("GlobalCheckpoint", "cluster")

SET_UP = (
    ok("create database mgx_db"),
    ok("create table mgx_db.t (id int primary key, name varchar(20), amount decimal(10, 2))"),
    ok("create table mgx_db.u (id int primary key)"),
    ok("create table mgx_db.`dot.ted` (id int primary key)"),
    ok("insert into mgx_db.t values (1, 'one', 1.50), (2, 'two', 2.50), (3, 'three', null)"),
    ok("insert into mgx_db.u values (1), (2)"),
    ok(f"create account {ACCOUNT} admin_name 'boss' identified by '{PASSWORD}'"),
    ok(f"create user clerk identified by '{PASSWORD}'", ADMIN),
    ok("create database mgx_own", ADMIN),
    ok("create table mgx_own.t (id int primary key, name varchar(20))", ADMIN),
    ok("insert into mgx_own.t values (1, 'one'), (2, 'two')", ADMIN),
)

TEAR_DOWN = (
    *(f"drop snapshot if exists {name}" for name in
      ("mgx_t", "mgx_t2", "mgx_t3", "mgx_d", "mgx_a", "mgx_c", "mgx_if", "mgx_quoted", "mgx_tx")),
    f"drop account if exists {NEW_ACCOUNT}",
    f"drop account if exists {ACCOUNT}",
    "drop database if exists mgx_db",
)

FLUSH = (
    ctl("FLUSH TABLE mgx_db.t", _T),
    ctl("flush /* the list */ tables mgx_db.t, `mgx_db`.`u`", _T, _U),
    ctl("FLUSH TABLE t", _T, database="mgx_db"),
    ctl("FLUSH TABLE mgx_db.`dot.ted`", _DOT),
    ctl("FLUSH TABLE mgx_db.t WITH CHECKPOINT", _T, _CHECKPOINT),
    ctl("FLUSH DATABASE mgx_db", _DOT, _T, _U),
    ctl("FLUSH DATABASE mgx_db WITH CHECKPOINT", _DOT, _T, _U, _CHECKPOINT),
    ok("FLUSH TABLES"),
    error(1235, "FLUSH TABLES WITH READ LOCK"),
    error(1146, "FLUSH TABLE mgx_db.t, mgx_db.no_such"),
    error(1049, "FLUSH TABLE mgx_no_such_db.t"),
    error(1049, "FLUSH DATABASE mgx_no_such_db"),
    error(NO_DATABASE, "FLUSH TABLE t"),
    error(SYNTAX, "FLUSH TABLE mgx_db.t WITH NOTHING"),
    error(SYNTAX, "FLUSH TABLE mgx_db.t mgx_db.u"),
)

CHECKPOINTS = (
    ctl("CHECKPOINT", _CHECKPOINT),
    ctl("INCREMENTAL CHECKPOINT", _CHECKPOINT),
    ctl("CHECKPOINT INCREMENTAL", _CHECKPOINT),
    ctl("GLOBAL CHECKPOINT", _GLOBAL),
    ctl("checkpoint global", _GLOBAL),
    ctl("CHECKPOINT TIMEOUT 60", _CHECKPOINT),
    ctl("GLOBAL CHECKPOINT TIMEOUT 60", _GLOBAL),
    error(SYNTAX, "CHECKPOINT TIMEOUT soon"),
    error(SYNTAX, "GLOBAL CHECKPOINT LOCAL"),
)

_TABLE, _DATABASE = ("table", "sys", "mgx_db", "t"), ("database", "sys", "mgx_db", "")

SNAPSHOTS = (
    snapshot("SNAPSHOT TABLE mgx_db.t AS mgx_t WITH FLUSH", ("mgx_t", *_TABLE)),
    snapshot("SNAPSHOT DATABASE mgx_db AS mgx_d WITH FLUSH", ("mgx_d", *_DATABASE)),
    snapshot("SNAPSHOT ACCOUNT AS mgx_a", ("mgx_a", "account", "sys", "", "")),
    snapshot("SNAPSHOT CREATE mgx_c FOR CLUSTER", ("mgx_c", "cluster", ANY, "", "")),
    snapshot("SNAPSHOT CREATE mgx_t2 FOR TABLE mgx_db.t", ("mgx_t2", *_TABLE)),
    snapshot("SNAPSHOT CREATE IF NOT EXISTS mgx_if FOR DATABASE mgx_db", ("mgx_if", *_DATABASE)),
    snapshot("SNAPSHOT CREATE IF NOT EXISTS mgx_if FOR DATABASE mgx_db", ("mgx_if", *_DATABASE)),
    snapshot("SNAPSHOT TABLE t AS `mgx_quoted`", ("mgx_quoted", *_TABLE), database="mgx_db"),
    error(INTERNAL, "SNAPSHOT TABLE mgx_db.t AS mgx_t"),
    error(SYNTAX, "SNAPSHOT NOTHING AS mgx_x"),
    error(SYNTAX, "SNAPSHOT TABLE mgx_db.t AS"),
    snapshot("SNAPSHOT SHOW LIKE 'mgx_t'", ("mgx_t", *_TABLE)),
    snapshot("SNAPSHOT SHOW LIKE 'mgx_%' DATABASE mgx_db", ("mgx_quoted", *_TABLE), ("mgx_if", *_DATABASE),
             ("mgx_t2", *_TABLE), ("mgx_d", *_DATABASE), ("mgx_t", *_TABLE)),
    snapshot("SNAPSHOT SHOW LIKE 'mgx_%' TABLE mgx_db.t", ("mgx_quoted", *_TABLE), ("mgx_t2", *_TABLE),
             ("mgx_t", *_TABLE)),
    snapshot("SNAPSHOT SHOW LIKE 'mgx_%' CLUSTER", ("mgx_c", "cluster", ANY, "", "")),
    some("SNAPSHOT SHOW", SNAPSHOT, at_least=7),
    ok("SNAPSHOT DROP mgx_quoted"),
    error(INTERNAL, "SNAPSHOT DROP mgx_quoted"),
    ok("SNAPSHOT DROP IF EXISTS mgx_quoted"),
)

DIFFS_AND_RESTORES = (
    ok("update mgx_db.t set name = 'deux' where id = 2"),
    ok("delete from mgx_db.t where id = 3"),
    ok("insert into mgx_db.t values (4, 'four', 4)"),
    snapshot("SNAPSHOT TABLE mgx_db.t AS mgx_t3", ("mgx_t3", *_TABLE)),
    some("SNAPSHOT DIFF mgx_t mgx_t3 TABLE mgx_db.t", ("flag", "id", "name", "amount"), at_least=3),
    some("SNAPSHOT DIFF mgx_t3 mgx_t TABLE t", ("flag", "id", "name", "amount"), at_least=3, database="mgx_db"),
    some("SNAPSHOT DIFF mgx_t mgx_t3 TABLE mgx_db.t LIMIT 1", ("flag", "id", "name", "amount"), at_least=1),
    Case("SNAPSHOT DIFF mgx_t mgx_t2 TABLE mgx_db.t", columns=("flag", "id", "name", "amount"), rows=()),
    error(INTERNAL, "SNAPSHOT DIFF mgx_t mgx_no_such TABLE mgx_db.t"),
    ok("SNAPSHOT RESTORE mgx_t TABLE mgx_db.t"),
    value("select group_concat(name order by id) from mgx_db.t", "one,two,three"),
    ok("delete from mgx_db.t where id > 1"),
    ok("SNAPSHOT RESTORE mgx_d DATABASE mgx_db TABLE t"),
    value("select count(*) from mgx_db.t", 3),
    ok("delete from mgx_db.t where id > 1"),
    ok("drop table mgx_db.u"),
    ok("SNAPSHOT RESTORE mgx_d"),
    value("select count(*) from mgx_db.t", 3),
    value("select count(*) from mgx_db.u", 2),
    # Both native grammars, whichever of them the server has.
    ok("delete from mgx_db.t where id > 1"),
    ok('restore table mgx_db.t {snapshot = "mgx_t"}'),
    value("select count(*) from mgx_db.t", 3),
    ok("delete from mgx_db.t where id > 1"),
    ok("restore account sys database mgx_db table t from snapshot mgx_t"),
    value("select count(*) from mgx_db.t", 3),
    error(INTERNAL, "SNAPSHOT RESTORE mgx_no_such"),
    error(SYNTAX, "SNAPSHOT RESTORE mgx_t TO"),
    error(SYNTAX, "RESTORE TABLE t {snapshot = 'mgx_t'"),
    ok("SNAPSHOT RESTORE mgx_c", simulator_only=True),
)

OF_AN_ACCOUNT = (
    snapshot("SNAPSHOT ACCOUNT AS mgx_own", ("mgx_own", "account", ACCOUNT, "", ""), who=ADMIN),
    snapshot("SNAPSHOT TABLE mgx_own.t AS mgx_own_t", ("mgx_own_t", "table", ACCOUNT, "mgx_own", "t"), who=ADMIN),
    ok("delete from mgx_own.t where id = 2", ADMIN),
    ok("SNAPSHOT RESTORE mgx_own_t TABLE mgx_own.t", ADMIN),
    value("select count(*) from mgx_own.t", 2, ADMIN),
    ok("drop database mgx_own", ADMIN),
    ok("SNAPSHOT RESTORE mgx_own", ADMIN),
    value("select count(*) from mgx_own.t", 2, ADMIN),
    error(NO_PRIVILEGE, "FLUSH TABLE mgx_own.t", ADMIN),
    error(NO_PRIVILEGE, "CHECKPOINT", ADMIN),
    error(NO_PRIVILEGE, "SNAPSHOT CLUSTER AS mgx_theirs", ADMIN),
    error(NO_PRIVILEGE, "SNAPSHOT ACCOUNT sys AS mgx_theirs", ADMIN),
    error(NO_PRIVILEGE, "SNAPSHOT TABLE mgx_own.t AS mgx_theirs WITH FLUSH", ADMIN),
    error(NO_PRIVILEGE, "SHOW GATEWAY SESSIONS", ADMIN),
    error(NO_PRIVILEGE, "EXPLAIN GATEWAY CHECKPOINT", ADMIN),
    some("EXPLAIN GATEWAY SNAPSHOT ACCOUNT AS mgx_theirs", PLAN, who=ADMIN),
    ok("SNAPSHOT DROP mgx_own_t", ADMIN),
    # Of the sys account: an account of its own from the account's snapshot, with the admin that the statement names.
    snapshot(f"SNAPSHOT ACCOUNT {ACCOUNT} AS mgx_t2_acc", ("mgx_t2_acc", "account", ACCOUNT, "", "")),
    ok(f"SNAPSHOT RESTORE mgx_t2_acc ACCOUNT {ACCOUNT} TO NEW ACCOUNT {NEW_ACCOUNT} ADMIN_NAME 'boss' "
       f"IDENTIFIED BY '{PASSWORD}'"),
    value("select count(*) from mgx_own.t", 2, f"{NEW_ACCOUNT}:boss"),
    ok("SNAPSHOT DROP mgx_t2_acc"),
    ok("SNAPSHOT DROP mgx_own", ADMIN),
)

_OF_A_PLAIN_USER = (
    "FLUSH TABLE mgx_db.t", "FLUSH DATABASE mgx_db", "CHECKPOINT", "GLOBAL CHECKPOINT", "SNAPSHOT ACCOUNT AS mgx_x",
    "SNAPSHOT TABLE mgx_own.t AS mgx_x", "SNAPSHOT CREATE mgx_x FOR DATABASE mgx_own", "SNAPSHOT SHOW",
    "SNAPSHOT DROP mgx_t", "SNAPSHOT RESTORE mgx_t", "SNAPSHOT DIFF mgx_t mgx_t2 TABLE mgx_db.t",
    "SHOW GATEWAY STATUS", "EXPLAIN GATEWAY CHECKPOINT",
    "select 1 where mo_ctl('dn', 'checkpoint', '') like '%OK%'", "restore account sys {snapshot = 'mgx_a'}",
)

GATEWAY = (
    some("SHOW GATEWAY STATUS", ANY),
    some("SHOW GATEWAY SESSIONS", ANY),
    some("EXPLAIN GATEWAY FLUSH TABLE mgx_db.t, mgx_db.u WITH CHECKPOINT", PLAN, at_least=3),
    some("EXPLAIN GATEWAY SNAPSHOT TABLE mgx_db.t AS mgx_x WITH FLUSH", PLAN, at_least=3),
    some("EXPLAIN GATEWAY SNAPSHOT RESTORE mgx_t TABLE mgx_db.t", PLAN),
    error(SYNTAX, "EXPLAIN GATEWAY FLUSH TABLE mgx_db."),
    error(SYNTAX, "SHOW GATEWAY NOTHING"),
    *(error(NO_PRIVILEGE, sql, PLAIN) for sql in _OF_A_PLAIN_USER),
    # What only looks like ours is the server's.
    value("select 'FLUSH TABLE mgx_db.t'", "FLUSH TABLE mgx_db.t"),
    value("/* CHECKPOINT */ select 1", 1),
)

CASES = (*FLUSH, *CHECKPOINTS, *SNAPSHOTS, *DIFFS_AND_RESTORES, *OF_AN_ACCOUNT, *GATEWAY)
