"""mariadb-dump and restore: what either way dumps, and what comes back from it, has to be the same."""

import hashlib
import os
import re
import subprocess

from lib.process import program

from .suite import FAIL, PASS, WORK, Outcome

NAME = "mariadb-dump, restore"
SOURCE, COPY = "dumpsource", "dumpcopy"
_SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "dump_source.sql")
_LIMIT_SECONDS = 120
# Each test is one way to call the dump tool.
_VARIANTS = {
    "plain": [],
    "routines, triggers, events": ["--routines", "--triggers", "--events"],
    "single transaction, quick": ["--single-transaction", "--quick"],
    "complete inserts, hex blobs": ["--complete-insert", "--hex-blob", "--skip-extended-insert"],
    "lock tables": ["--lock-tables", "--add-locks"],
    "replace, no create": ["--replace", "--no-create-info"],
    "xml": ["--xml"],
}
_NOT_RESTORABLE = {"xml", "replace, no create"}


def prepare():
    return list(_VARIANTS)


def _connect(target):
    return [f"-h{target.host}", f"-P{target.port}", f"-u{target.user}", f"-p{target.password}", "--protocol=tcp"]


def _dump(target, options, database):
    return subprocess.run(
        [program("mariadb-dump"), "--no-defaults", *_connect(target), "--skip-comments", *options, database],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=_LIMIT_SECONDS, check=True,
    ).stdout


def _restore(target, dump, database):
    subprocess.run(
        [program("mariadb"), "--no-defaults", *_connect(target), "--max-allowed-packet=256M", database],
        input=dump, stderr=subprocess.PIPE, timeout=_LIMIT_SECONDS, check=True,
    )


def _round_trip(target, server, variant):
    options = _VARIANTS[variant]
    dump = _dump(target, options, SOURCE)
    if variant in _NOT_RESTORABLE:
        return dump
    server.sql(f"drop database if exists {COPY}; create database {COPY}")
    _restore(target, dump, COPY)
    again = _dump(target, options, COPY)
    # The dump names its own database where a view or a routine does.
    if again.replace(COPY.encode(), SOURCE.encode()) != dump:
        raise ValueError("the copy dumps to something else than its source")
    return dump


def run(target, server, variants):
    if target.way == "direct":  # once: a dump shows when a trigger was made
        server.sql(f"drop database if exists {SOURCE}; create database {SOURCE};\nuse {SOURCE};\nsource {_SCHEMA}")
    return {variant: _outcome(target, server, variant) for variant in variants}


def _outcome(target, server, variant):
    name = f"dump-{list(_VARIANTS).index(variant)}-{target.way}"
    try:
        dump = _round_trip(target, server, variant)
    except (subprocess.SubprocessError, ValueError) as error:
        with open(os.path.join(WORK, name + ".log"), "w", encoding="utf-8") as log:
            log.write(f"{error}\n{(getattr(error, 'stderr', None) or b'').decode('utf-8', 'replace')}")
        return Outcome(FAIL)
    # --xml has estimates of the tables' sizes and of their keys' cardinalities in it.
    fixed = b"\n".join(line for line in dump.split(b"\n") if not line.lstrip().startswith(b"<options "))
    fixed = re.sub(rb' Cardinality="\d+"', b"", fixed)
    with open(os.path.join(WORK, name + ".out"), "wb") as out:
        out.write(fixed)
    return Outcome(PASS, hashlib.sha256(fixed).hexdigest())
