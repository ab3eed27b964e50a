"""Every extended statement by PyMySQL through the gateway, in front of the simulator or MOGATE_TEST_UPSTREAM."""

import os
import sys

import pymysql
import pymysql.constants.CLIENT as flags
from lib import upstream
from lib.gateway import Gateway

import extended_cases as cases
from suites.suite import FAIL

NAME = "extended statements (PyMySQL)"
_TIMEOUT_SECONDS = 300


class Sessions:
    """One connection for each user and database, kept."""

    def __init__(self, port, server):
        self.port, self.server, self.open = port, server, {}

    def of(self, who, database=None):
        if (who, database) not in self.open:
            user, password = ((self.server.user, self.server.password) if who == cases.SYS
                              else (who, cases.PASSWORD))
            self.open[who, database] = pymysql.connect(
                host="127.0.0.1", port=self.port, user=user, password=password, database=database, autocommit=True,
                client_flag=flags.MULTI_STATEMENTS, read_timeout=_TIMEOUT_SECONDS)
        return self.open[who, database]

    def close(self):
        for connection in self.open.values():
            connection.close()


def _same(expected, row):
    return len(expected) == len(row) and all(e is cases.ANY or e == value or (value is None and e == "")
                                             for e, value in zip(expected, row))


def _wrong_answer(case, cursor):
    rows, columns = cursor.fetchall(), tuple(column[0] for column in cursor.description or ())
    if case.columns is None:
        return f"an OK was expected, not {columns}" if columns else ""
    if case.columns is not cases.ANY and columns != case.columns:
        return f"columns {columns}"
    if case.at_least is not None:
        return "" if len(rows) >= case.at_least else f"{len(rows)} rows"
    if len(rows) != len(case.rows) or not all(map(_same, case.rows, rows)):
        return f"rows {rows}"
    return ""


def _wrong(case, sessions):
    """What is not as expected, or nothing."""
    try:
        with sessions.of(case.who, case.database).cursor() as cursor:
            cursor.execute(case.sql)
            return "it was not refused" if case.error else _wrong_answer(case, cursor)
    except pymysql.MySQLError as error:
        return "" if error.args[0] == case.error else f"error {error}"
    except ValueError as error:  # a value that is not of its column's type
        return f"PyMySQL: {error}"


def _multi_statements(sessions):
    """Ours among native statements: results in order, and the first error ends it."""
    with sessions.of(cases.SYS).cursor() as cursor:
        cursor.execute("select 1; FLUSH TABLE mgx_db.t; select 2; CHECKPOINT; select 3")
        got = [cursor.fetchall()[0][0]]
        while cursor.nextset():
            got.append(cursor.fetchall()[0][0])
        return "" if got == [1, "Flush", 2, "Checkpoint", 3] else str(got)


def _transaction_refused_unharmed(sessions):
    connection = sessions.of(cases.SYS)
    connection.begin()
    with connection.cursor() as cursor:
        cursor.execute("insert into mgx_db.u values (77)")
        try:
            cursor.execute("SNAPSHOT TABLE mgx_db.u AS mgx_tx")
            return "it was not refused"
        except pymysql.MySQLError as error:
            if error.args[0] != cases.INTERNAL or "transaction" not in error.args[1]:
                return str(error)
        connection.commit()
        cursor.execute("select count(*) from mgx_db.u where id = 77")
        return "" if cursor.fetchone() == (1,) else "the transaction is gone"


_SCENES = {"several statements in a packet": _multi_statements,
           "SNAPSHOT in a transaction is refused and leaves it alone": _transaction_refused_unharmed}


def _remove_traces(server):
    sessions = Sessions(server.port, server)
    try:
        with sessions.of(cases.SYS).cursor() as cursor:
            for sql in cases.TEAR_DOWN:
                cursor.execute(sql)
    finally:
        sessions.close()


def _run_all(server, sessions):
    """{name: what is wrong} for everything that ran."""
    found = {}
    for case in (*cases.SET_UP, *cases.CASES):
        if case.simulator_only and server.kind != "simulator":
            continue
        name = f"{case.who}: {case.sql}" if case.who != cases.SYS else case.sql
        found[f"{len(found) + 1} {name}"] = _wrong(case, sessions)
    for name, scene in _SCENES.items():
        found[name] = scene(sessions)
    return found


def _service(directory, server):
    path = os.path.join(directory, "service_password")
    with open(path, "w", encoding="utf-8") as out:
        out.write(server.password)
    return f'[service]\nuser = "{server.user}"\npassword_file = "{path}"\n'


def run(directory):
    """A row of the table of tests/clients/run; there is no direct way to compare with."""
    print(f"clients: {NAME}", file=sys.stderr, flush=True)
    os.makedirs(directory, exist_ok=True)
    os.environ["MOGATE_TEST_BACKEND"] = "simulator"
    server = upstream.start(os.path.join(directory, "upstream"))
    gateway = None
    try:
        gateway = Gateway(os.path.join(directory, "gateway"), server.address, extra=_service(directory, server))
        sessions = Sessions(gateway.port, server)
        _remove_traces(server)
        try:
            found = _run_all(server, sessions)
        finally:
            sessions.close()
            _remove_traces(server)
        if not gateway.process.running():
            found["the gateway itself"] = FAIL
    finally:
        for process in filter(None, (gateway, server)):
            process.stop()
    bad = {name: wrong for name, wrong in found.items() if wrong}
    return (NAME, len(found), "-", len(found) - len(bad), bad)
