"""Named cases for the MatrixOne Python SDK. What they make is named mgc_sdk…, and removed.

usage: cases.py HOST PORT USER PASSWORD DATABASE
"""

import sys

from matrixone import Client, SnapshotLevel
from matrixone.exceptions import MatrixOneError
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

from named_cases import equal, refused, run_all

_HOST, _PORT, _USER, _PASSWORD, _DATABASE = sys.argv[1:]
_SNAPSHOTS = ("mgc_sdk_table", "mgc_sdk_database", "mgc_sdk_twice")
_ACCOUNT = "mgc_sdk_account"
_Base = declarative_base()


class _Thing(_Base):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)
    name = Column(String(40))


def _connect(**more):
    client = Client(sql_log_mode="off")
    client.connect(**{"host": _HOST, "port": int(_PORT), "user": _USER, "password": _PASSWORD, "database": _DATABASE,
                      "ssl_mode": None, **more})
    return client


def _filled(client):
    for sql in ("drop table if exists t", "create table t (id int primary key, name varchar(20))",
                "insert into t values (1, 'one'), (2, 'two'), (3, 'three')"):
        client.execute(sql)
    return client


def _clean(client):
    for name in _SNAPSHOTS:
        client.execute(f"drop snapshot if exists {name}")
    client.execute(f"drop database if exists {_DATABASE}_copy")


def _count(client, table="t"):
    return client.execute(f"select count(*) from {table}").fetchone()[0]


def version():
    equal(True, "MatrixOne" in _connect().version())
    equal(True, _connect().get_backend_version() is not None)


def login_with_account_and_role():
    equal((0, "sys"), tuple(_connect(account="sys").execute(
        "select current_account_id(), current_account_name()").fetchone()))
    equal("moadmin", _connect(account="sys", role="moadmin").execute("select current_role_name()").fetchone()[0])


def wrong_password():
    refused(Exception, lambda: _connect(password="wrong").version())


def execute_with_parameters():
    client = _filled(_connect())
    equal([("two",)], [tuple(row) for row in client.execute("select name from t where id = ?", (2,)).fetchall()])


def insert_and_batch_insert():
    client = _filled(_connect())
    client.insert("t", {"id": 4, "name": "four"})
    client.batch_insert("t", [{"id": n, "name": f"n{n}"} for n in range(5, 20)])
    equal(19, _count(client))


def create_and_drop_table():
    client = _connect()
    client.execute("drop table if exists made")
    client.create_table("made", {"id": "int", "name": "varchar(20)"}, primary_key="id")
    equal(0, _count(client, "made"))
    client.drop_table("made")


def ORM():
    client = _connect()
    client.drop_all(_Base)
    client.create_all(_Base)
    client.batch_insert(_Thing, [{"id": n, "name": f"thing {n}"} for n in range(1, 11)])
    equal("thing 7", client.query(_Thing).filter(_Thing.id == 7).first().name)
    equal(2, client.query(_Thing).filter(_Thing.id < 3).count())
    client.drop_all(_Base)


def session_commits():
    client = _filled(_connect())
    with client.session() as session:
        session.execute("insert into t values (4, 'four')")
    equal(4, _count(client))


def session_rolls_back():
    client = _filled(_connect())

    def fails():
        with client.session() as session:
            session.execute("insert into t values (4, 'four')")
            raise KeyError

    refused(Exception, fails)
    equal(3, _count(client))


def flush_table():
    client = _filled(_connect())
    equal("OK", client.moctl.flush_table(_DATABASE, "t")["result"][0]["returnStr"])


def flush_of_a_table_that_is_not_there():
    refused(MatrixOneError, _connect().moctl.flush_table, _DATABASE, "no_such_table")


def increment_checkpoint():
    equal("OK", _connect().moctl.increment_checkpoint()["result"][0]["returnStr"])


def global_checkpoint():
    equal("OK", _connect().moctl.global_checkpoint()["result"][0]["returnStr"])


def snapshot_of_a_table():
    client = _filled(_connect())
    _clean(client)
    made = client.snapshots.create("mgc_sdk_table", SnapshotLevel.TABLE, database=_DATABASE, table="t")
    equal(("mgc_sdk_table", _DATABASE, "t"), (made.name, made.database, made.table))
    client.execute("delete from t where id = 1")
    equal(3, client.execute("select count(*) from t {snapshot = 'mgc_sdk_table'}").fetchone()[0])
    _clean(client)


def snapshot_of_a_database():
    client = _filled(_connect())
    _clean(client)
    client.snapshots.create("mgc_sdk_database", SnapshotLevel.DATABASE, database=_DATABASE)
    equal(True, client.snapshots.exists("mgc_sdk_database"))
    equal(True, "mgc_sdk_database" in [one.name for one in client.snapshots.list()])
    client.snapshots.delete("mgc_sdk_database")
    equal(False, client.snapshots.exists("mgc_sdk_database"))


def snapshot_made_twice():
    client = _filled(_connect())
    _clean(client)
    arguments = ("mgc_sdk_twice", SnapshotLevel.DATABASE)
    client.snapshots.create(*arguments, database=_DATABASE)
    refused(MatrixOneError, client.snapshots.create, *arguments, database=_DATABASE)
    _clean(client)


def restore_of_a_table():
    client = _filled(_connect())
    _clean(client)
    client.snapshots.create("mgc_sdk_table", SnapshotLevel.TABLE, database=_DATABASE, table="t")
    client.execute("delete from t where id > 1")
    equal(True, client.restore.restore_table("mgc_sdk_table", "sys", _DATABASE, "t"))
    equal(3, _count(client))
    _clean(client)


def restore_of_a_database():
    client = _filled(_connect())
    _clean(client)
    client.snapshots.create("mgc_sdk_database", SnapshotLevel.DATABASE, database=_DATABASE)
    client.execute("drop table t")
    equal(True, client.restore.restore_database("mgc_sdk_database", "sys", _DATABASE))
    equal(3, _count(client, f"{_DATABASE}.t"))
    _clean(client)


def clone_of_a_database():
    client = _filled(_connect())
    _clean(client)
    client.clone.clone_database(f"{_DATABASE}_copy", _DATABASE)
    equal(3, _count(client, f"{_DATABASE}_copy.t"))
    _clean(client)


def clone_of_a_database_at_a_snapshot():
    client = _filled(_connect())
    _clean(client)
    client.snapshots.create("mgc_sdk_database", SnapshotLevel.DATABASE, database=_DATABASE)
    client.execute("delete from t where id > 1")
    client.clone.clone_database_with_snapshot(f"{_DATABASE}_copy", _DATABASE, "mgc_sdk_database")
    equal(3, _count(client, f"{_DATABASE}_copy.t"))
    _clean(client)


def publications():
    client = _filled(_connect())
    client.account.drop_account(_ACCOUNT, if_exists=True)
    client.account.create_account(_ACCOUNT, "boss", "mgc-secret")
    try:
        client.pubsub.create_database_publication("mgc_sdk_publication", _DATABASE, _ACCOUNT)
        equal(True, "mgc_sdk_publication" in [one.name for one in client.pubsub.list_publications()])
        client.pubsub.drop_publication("mgc_sdk_publication")
    finally:
        client.account.drop_account(_ACCOUNT)


def subscriptions_are_listed():
    equal(True, isinstance(_connect().pubsub.list_subscriptions(), list))


def accounts():
    client = _connect()
    client.account.drop_account(_ACCOUNT, if_exists=True)
    client.account.create_account(_ACCOUNT, "boss", "mgc-secret")
    try:
        equal(True, _ACCOUNT in [one.name for one in client.account.list_accounts()])
        boss = _connect(user=f"{_ACCOUNT}#boss", password="mgc-secret", database="information_schema")
        equal("boss", boss.account.get_current_user().name.split("@")[0])
    finally:
        client.account.drop_account(_ACCOUNT)


def CDC_tasks_are_listed():
    equal([], [task for task in _connect().cdc.list() if task.task_name.startswith("mgc_sdk")])


def metadata_is_scanned():
    client = _filled(_connect())
    client.moctl.flush_table(_DATABASE, "t")
    equal(True, len([*client.metadata.scan(_DATABASE, "t")]) > 0)


if __name__ == "__main__":
    run_all([case for name, case in list(globals().items())
             if callable(case) and getattr(case, "__module__", "") == "__main__" and not name.startswith("_")])
