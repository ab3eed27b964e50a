"""The Python of seed 000, by the SDK of today: what it calls otherwise is said at each place.

usage: seed_000_sdk.py HOST PORT USER PASSWORD STORY NAME=OURS...
"""

import sys
from types import SimpleNamespace

from matrixone import Client
from matrixone.exceptions import MatrixOneError
# Where the seed's MoCtlError comes from: the SDK raises another class of that name than matrixone.exceptions has.
from matrixone.moctl import MoCtlError, MoCtlManager

_HOST, _PORT, _USER, _PASSWORD, _STORY = sys.argv[1:6]
_OURS = dict(pair.split("=") for pair in sys.argv[6:])


def ours(name):
    return _OURS.get(name, name)


def connect(database, **more):
    client = Client(sql_log_mode="off")
    client.connect(**{"host": _HOST, "port": int(_PORT), "user": _USER, "password": _PASSWORD,
                      "database": ours(database), **more})
    return client


def checkpoint(client):
    # The seed's moctl.checkpoint() was never released: it is increment_checkpoint().
    return client.moctl.increment_checkpoint()


def basic_use():
    client = connect("test")
    result = client.moctl.flush_table(ours("db1"), "users")
    print(f"Flush table result: {result}")
    result = checkpoint(client)
    print(f"Checkpoint result: {result}")
    client.disconnect()


def full_example():
    client = Client(sql_log_mode="off")
    try:
        client.connect(host=_HOST, port=int(_PORT), user=_USER, password=_PASSWORD, database=ours("test"))
        client.execute("""
            CREATE TABLE IF NOT EXISTS test_table (
                id INT AUTO_INCREMENT PRIMARY KEY,
                name VARCHAR(100)
            )
        """)
        client.execute("INSERT INTO test_table (name) VALUES ('test1'), ('test2')")
        result = client.moctl.flush_table(ours("test"), "test_table")
        print(f"Flush result: {result}")
        result = checkpoint(client)
        print(f"Checkpoint result: {result}")
    except MoCtlError as e:
        print(f"mo_ctl operation failed: {e}")
    except Exception as e:
        print(f"Error: {e}")
    finally:
        client.disconnect()


def error_handling():
    client = connect("test")
    try:
        result = client.moctl.flush_table(ours("db1"), "no_such_users")
        print(f"Success: {result}")
    except MoCtlError as e:
        print(f"mo_ctl operation failed: {e}")
    except Exception as e:
        print(f"Other error: {e}")
    client.disconnect()


def prepare_for_backup():
    """Before a backup"""
    client = connect("test")
    client.moctl.flush_table(ours("production"), "users")
    client.moctl.flush_table(ours("production"), "orders")
    checkpoint(client)
    snapshot = client.snapshots.create(
        name=ours("backup_snapshot"),
        level="database",
        database=ours("production")
    )
    print(f"Snapshot: {snapshot.name} {snapshot.level.value} {snapshot.database}")
    client.disconnect()


def system_maintenance():
    """Maintenance"""
    client = connect("test")
    important_tables = ['users', 'sessions', 'logs']
    for table in important_tables:
        client.moctl.flush_table(ours("production"), table)
    checkpoint(client)
    print("System maintenance completed")
    client.disconnect()


class _Executor:
    """Today's transactions have no moctl of their own: this is what MoCtlManager asks of a client."""

    def __init__(self, session):
        self.session = session

    def execute(self, sql):
        return SimpleNamespace(rows=self.session.execute(sql).fetchall())


def transaction():
    """Together with snapshots and clones. A bridge gateway needs TLS, or PyMySQL the package cryptography."""
    client = connect("test", **({"host": "localhost", "ssl_ca": _OURS["CA"]} if "CA" in _OURS else {}))
    # client.transaction() is client.session() today.
    with client.session() as tx:
        tx.moctl = MoCtlManager(_Executor(tx))
        tx.execute(f"insert into {ours('production')}.users values (3)")
        tx.snapshots.create(
            name=ours("backup_snapshot"),
            level="database",
            database=ours("production")
        )
        print(tx.moctl.flush_table(ours("production"), "users"))
        print(tx.moctl.increment_checkpoint())
        tx.clone.clone_database_with_snapshot(
            ours("backup_production"),
            ours("production"),
            ours("backup_snapshot")
        )
    client.disconnect()


def not_sys():
    """As a user of another account."""
    client = connect("own")
    for operation in (lambda: client.moctl.flush_table(ours("own"), "t"), lambda: checkpoint(client)):
        try:
            print(f"Success: {operation()}")
        except MatrixOneError as e:
            print(f"mo_ctl operation failed: {e}")
    client.disconnect()


if __name__ == "__main__":
    globals()[_STORY]()
