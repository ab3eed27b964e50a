"""Named cases for mysql-connector-python, by its own protocol code or by its C extension.

usage: cases.py pure|c HOST PORT USER PASSWORD DATABASE
"""

import os
import sys
import tempfile
import threading
from datetime import date, datetime, timedelta
from decimal import Decimal

import mysql.connector
from mysql.connector import errors, pooling
from mysql.connector.constants import ClientFlag

from lib.process import wait_until
from named_cases import equal, refused, run_all

_KIND, _HOST, _PORT, _USER, _PASSWORD, _DATABASE = sys.argv[1:]
OPTIONS = {"host": _HOST, "port": int(_PORT), "user": _USER, "password": _PASSWORD, "database": _DATABASE,
           "use_pure": _KIND == "pure", "ssl_disabled": True, "connection_timeout": 30,
           "charset": "utf8mb4", "collation": "utf8mb4_general_ci"}


def connect(**more):
    return mysql.connector.connect(**{**OPTIONS, **more})


def rows(connection, sql, parameters=(), **options):
    with connection.cursor(**options) as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def value(connection, sql):
    return rows(connection, sql)[0][0]


def run(connection, *statements):
    with connection.cursor() as cursor:
        for sql in statements:
            cursor.execute(sql)


def table(connection, name, columns):
    run(connection, f"drop table if exists {name}", f"create table {name} ({columns})")


def plain_query():
    with connect() as connection:
        equal([(1, "two", None)], rows(connection, "select 1, 'two', null"))


def query_with_parameters():
    with connect() as connection:
        equal([("it's ä日😀", 5)], rows(connection, "select %s, %s", ("it's ä日😀", 5)))


def prepared_cursor():
    with connect(autocommit=True) as connection:
        table(connection, "prepared_t", "id int primary key, name varchar(40)")
        with connection.cursor(prepared=True) as cursor:
            for number in range(50):
                cursor.execute("insert into prepared_t values (%s, %s)", (number, f"name {number}"))
        equal([("name 7",)], rows(connection, "select name from prepared_t where id = %s", (7,), prepared=True))


def prepared_cursor_with_a_long_parameter():
    with connect(autocommit=True) as connection:
        table(connection, "long_t", "id int primary key, data longblob")
        data = os.urandom(200_000)
        with connection.cursor(prepared=True) as cursor:
            cursor.execute("insert into long_t values (%s, %s)", (1, data))
        equal(data, bytes(rows(connection, "select data from long_t where id = %s", (1,), prepared=True)[0][0]))


def row_of_17_MB():
    with connect(autocommit=True) as connection:
        table(connection, "large_t", "id int primary key, data longblob")
        data = bytes(range(256)) * (17 << 12)
        with connection.cursor() as cursor:
            cursor.execute("insert into large_t values (1, %s)", (data,))
        equal(True, bytes(value(connection, "select data from large_t")) == data)


def dictionary_and_buffered_cursors():
    with connect() as connection:
        equal([{"a": 1, "b": "x"}], rows(connection, "select 1 as a, 'x' as b", dictionary=True))
        equal([(1,), (2,)], rows(connection, "select 1 union all select 2", buffered=True))


def unread_result_is_reported():
    with connect() as connection:
        cursor = connection.cursor()
        cursor.execute("select 1 union all select 2")
        cursor.fetchone()
        refused(errors.InternalError, connection.cursor)
        equal(2, len([*cursor]) + 1)


def values_of_each_type():
    stored = (-(1 << 63), Decimal("123456.789"), 1.5, date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 58, 123456),
              timedelta(hours=30, seconds=5), "text", b"\x00\xff\x27", None)
    with connect(autocommit=True) as connection:
        table(connection, "value_t", "a bigint, b decimal(12,3), c double, d date, e datetime(6), f time, "
                                     "g varchar(20), h varbinary(20), i int")
        with connection.cursor() as cursor:
            cursor.execute("insert into value_t values (%s,%s,%s,%s,%s,%s,%s,%s,%s)", stored)
        for prepared in (False, True):
            (found,) = rows(connection, "select * from value_t", prepared=prepared)
            equal(stored, tuple(bytes(v) if isinstance(v, bytearray) else v for v in found))


def several_statements():
    with connect() as connection, connection.cursor() as cursor:
        found = []
        cursor.execute("select 1; select 'two'; select 3", **_MULTI)
        while True:
            found.append(cursor.fetchall())
            if not cursor.nextset():
                break
        equal([[(1,)], [("two",)], [(3,)]], found)


# Version 9.2 dropped the parameter, and runs several statements without it.
_MULTI = {"multi": True} if mysql.connector.version.VERSION < (9, 2) else {}


def executemany():
    with connect(autocommit=True) as connection:
        table(connection, "many_t", "id int primary key, name varchar(20)")
        with connection.cursor() as cursor:
            cursor.executemany("insert into many_t values (%s, %s)", [(n, f"n{n}") for n in range(1000)])
            equal(1000, cursor.rowcount)
        equal(1000, value(connection, "select count(*) from many_t"))


def commit_and_rollback():
    with connect() as connection:
        table(connection, "tx_t", "id int primary key")
        connection.commit()
        for end, expected in (("rollback", 0), ("commit", 1)):
            connection.start_transaction()
            equal(True, connection.in_transaction)
            run(connection, "insert into tx_t values (1)")
            getattr(connection, end)()
            equal(False, connection.in_transaction)
            equal(expected, value(connection, "select count(*) from tx_t"))
            connection.rollback()


def autocommit_on_and_off():
    with connect() as connection:
        for wanted in (True, False):
            connection.autocommit = wanted
            equal(wanted, connection.autocommit)


def last_insert_id():
    with connect(autocommit=True) as connection:
        table(connection, "insert_t", "id int primary key auto_increment, n int")
        with connection.cursor() as cursor:
            cursor.execute("insert into insert_t (n) values (77)")
            equal([(77,)], rows(connection, f"select n from insert_t where id = {cursor.lastrowid}"))


def exception_classes_follow_SQLSTATE():
    with connect(autocommit=True) as connection:
        table(connection, "error_t", "id int primary key")
        run(connection, "insert into error_t values (1)")
        equal("23000", refused(errors.IntegrityError, run, connection, "insert into error_t values (1)").sqlstate)
        equal(1064, refused(errors.ProgrammingError, run, connection, "selct 1").errno)
        equal(1146, refused(errors.ProgrammingError, run, connection, "select * from no_such_t").errno)


def local_infile():
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("".join(f"{n},name {n}\n" for n in range(2000)))
        file.flush()
        with connect(autocommit=True, allow_local_infile=True) as connection:
            table(connection, "infile_t", "id int primary key, name varchar(20)")
            run(connection, f"load data local infile '{file.name}' into table infile_t fields terminated by ','")
            equal(2000, value(connection, "select count(*) from infile_t"))


def local_infile_not_allowed():
    with connect(autocommit=True) as connection:
        table(connection, "infile_no_t", "id int")
        refused(errors.Error, run, connection, "load data local infile '/etc/hostname' into table infile_no_t")
        connection.ping(reconnect=True)
        equal(1, value(connection, "select 1"))


def compression():
    with connect(autocommit=True, compress=True) as connection:
        table(connection, "compressed_t", "id int primary key, data longtext")
        text = "compress me " * 100_000
        with connection.cursor() as cursor:
            cursor.execute("insert into compressed_t values (1, %s)", (text,))
        equal(True, value(connection, "select data from compressed_t") == text)


def ping_and_reconnect():
    with connect() as connection:
        connection.ping()
        connection.reconnect()
        equal(1, value(connection, "select 1"))


def statistics():
    with connect() as connection:
        connection.cmd_statistics()
        equal(1, value(connection, "select 1"))


def reset_of_the_session():
    with connect() as connection:
        run(connection, "set @left_over = 5", "set session wait_timeout = 1234")
        connection.cmd_reset_connection()
        equal([(None, _DATABASE)], rows(connection, "select @left_over, database()"))
        equal(False, int(value(connection, "select @@wait_timeout")) == 1234)


def reset_session_with_variables():
    with connect() as connection:
        connection.reset_session(user_variables={"mine": 5}, session_variables={"wait_timeout": 1234})
        equal(5, int(value(connection, "select @mine")))


def change_of_user():
    with connect() as connection:
        run(connection, "set @left_over = 5")
        connection.cmd_change_user(_USER, _PASSWORD, _DATABASE)
        equal([(None, _DATABASE)], rows(connection, "select @left_over, database()"))


def change_of_user_to_a_wrong_password():
    connection = connect()
    equal(1045, refused(errors.Error, connection.cmd_change_user, _USER, "wrong", _DATABASE).errno)


def pool_with_reset():
    pool = pooling.MySQLConnectionPool(pool_size=2, pool_name="mogate", pool_reset_session=True, **OPTIONS)
    for number in range(6):
        with pool.get_connection() as connection:
            equal(None, value(connection, "select @round"))
            run(connection, f"set @round = {number}")


def change_of_database():
    with connect() as connection:
        connection.database = "information_schema"
        equal("information_schema", value(connection, "select database()"))
        connection.cmd_init_db(_DATABASE)
        equal(_DATABASE, connection.database)


def _sleep(connection, ended):
    try:
        ended.append(value(connection, "select sleep(40)"))
    except errors.Error as error:
        ended.append(error)


def _kill(command, survives):
    with connect() as victim, connect(autocommit=True) as killer:
        number, ended = victim.connection_id, []
        thread = threading.Thread(target=_sleep, args=(victim, ended), daemon=True)
        thread.start()
        wait_until(lambda: any("sleep(40)" in str(row) for row in rows(killer, "show full processlist")), 20,
                   "the statement to run")
        command(killer, number)
        thread.join(20)
        equal(1, len(ended))
        equal(survives, victim.is_connected())


def kill_query():
    _kill(lambda killer, number: run(killer, f"kill query {number}"), True)


def kill_by_command():
    _kill(lambda killer, number: killer.cmd_process_kill(number), False)


def stored_procedure():
    with connect() as connection:
        run(connection, "drop procedure if exists doubled",
            "create procedure doubled(in a int, out b int) begin set b = a * 2; end")
        with connection.cursor() as cursor:
            equal((21, 42), tuple(map(int, cursor.callproc("doubled", (21, 0)))))


def without_multiple_statements():
    with connect(client_flags=[-ClientFlag.MULTI_STATEMENTS]) as connection:
        refused(errors.Error, run, connection, "select 1; select 2")


def wrong_password():
    equal(1045, refused(errors.Error, connect, password="wrong").errno)


def unknown_database():
    equal(1049, refused(errors.Error, connect, database="no_such_database").errno)


def warnings_are_fetched():
    with connect(get_warnings=True) as connection, connection.cursor() as cursor:
        cursor.execute("drop table if exists no_such_table_for_a_warning")
        equal(True, cursor.warnings is None or len(cursor.warnings) == 1)


if __name__ == "__main__":
    run_all([case for name, case in list(globals().items())
             if callable(case) and getattr(case, "__module__", "") == "__main__" and not name.startswith("_")
             and name not in ("connect", "rows", "value", "run", "table")])
