"""The statements of the tour, and what each has to answer."""

import re
from dataclasses import dataclass

SYS = "sys"
ACCOUNT = "mogate_demo"
ADMIN, PLAIN = f"{ACCOUNT}:boss", f"{ACCOUNT}:clerk"
PASSWORD = "demo-secret"
TABLE = "mogate_demo.orders"
BEFORE, AFTER = "mogate_demo_before", "mogate_demo_after"
_NO_PRIVILEGE = 20101


@dataclass(frozen=True)
class Step:
    who: str
    sql: str
    shows: tuple = ()  # patterns that the answer has to contain
    error: int = 0
    heading: str = ""

    def wrong(self, status, output):
        """What is not as expected, or nothing."""
        if self.error:
            return "" if re.search(rf"ERROR {self.error}\b", output) else f"ERROR {self.error} was expected"
        if status != 0:
            return "an error"
        return next((f"'{pattern}' is missing" for pattern in self.shows if not re.search(pattern, output)), "")


def _refused(sql, heading=""):
    return Step(PLAIN, sql, error=_NO_PRIVILEGE, heading=heading)


def _count(n, heading=""):
    return Step(SYS, f"SELECT COUNT(*) AS orders FROM {TABLE}", (rf"\|\s+{n} \|",), heading=heading)


STEPS = (
    Step(SYS, "CREATE DATABASE mogate_demo", heading="a table is made and filled"),
    Step(SYS, f"CREATE TABLE {TABLE} (id INT PRIMARY KEY, customer VARCHAR(30), amount DECIMAL(10, 2))"),
    Step(SYS, f"INSERT INTO {TABLE} VALUES (1, 'Ada', 12.50), (2, 'Bo', 250.00), (3, 'Cy', 999.00), (4, 'Di', 8.25), "
              "(5, 'Ed', 120.00)", ("5 rows affected",)),
    _count(5),
    Step(SYS, f"FLUSH TABLE {TABLE}", (r"method", rf"Flush +\| {re.escape(TABLE)} +\| OK"),
         heading="what needs select mo_ctl(…) natively"),
    Step(SYS, "GLOBAL CHECKPOINT", (r"GlobalCheckpoint +\| \S+ +\| OK",)),
    Step(SYS, f"SNAPSHOT TABLE {TABLE} AS {BEFORE} WITH FLUSH", (BEFORE, r"\| table"),
         heading="a snapshot, a mistake, and what it has changed"),
    Step(SYS, f"DELETE FROM {TABLE} WHERE amount > 100", ("3 rows affected",)),
    _count(2),
    Step(SYS, f"SNAPSHOT TABLE {TABLE} AS {AFTER}", (AFTER,)),
    Step(SYS, f"SNAPSHOT DIFF {BEFORE} {AFTER} TABLE {TABLE}",
         (r"DELETE +\| +2 +\| Bo", r"DELETE +\| +3 +\| Cy", r"DELETE +\| +5 +\| Ed", "3 rows in set")),
    Step(SYS, f"EXPLAIN GATEWAY SNAPSHOT RESTORE {BEFORE} TABLE {TABLE}", (r"native_sql", "RESTORE"),
         heading="the way back: first what would be sent, then for good"),
    Step(SYS, f"SNAPSHOT RESTORE {BEFORE} TABLE {TABLE}", ("Query OK",)),
    _count(5),
    Step(SYS, f"CREATE ACCOUNT {ACCOUNT} ADMIN_NAME 'boss' IDENTIFIED BY '{PASSWORD}'",
         heading="an account of its own, and a user in it without rights"),
    Step(ADMIN, f"CREATE USER clerk IDENTIFIED BY '{PASSWORD}'"),
    _refused(f"FLUSH TABLE {TABLE}", "the same as that user"),
    _refused("GLOBAL CHECKPOINT"),
    _refused("SELECT 1 WHERE mo_ctl('dn', 'checkpoint', '') LIKE '%OK%'"),
    _refused("SNAPSHOT ACCOUNT AS mogate_demo_theirs"),
    _refused(f"SNAPSHOT RESTORE {BEFORE} TABLE {TABLE}"),
    _refused("EXPLAIN GATEWAY GLOBAL CHECKPOINT"),
    _count(5, "and nothing has happened"),
)

CLEAN_UP = (
    f"DROP SNAPSHOT IF EXISTS {BEFORE}",
    f"DROP SNAPSHOT IF EXISTS {AFTER}",
    "DROP DATABASE IF EXISTS mogate_demo",
    f"DROP ACCOUNT IF EXISTS {ACCOUNT}",
)
