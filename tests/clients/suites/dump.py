"""mariadb-dump and restore: what either way dumps, and what comes back from it, has to be the same."""

import hashlib
import os
import re
import subprocess

from lib.process import program

from .suite import FAIL, HERE, PASS, WORK, Outcome

NAME = "mariadb-dump, restore"
SOURCE, COPY = "mgc_dumpsource", "mgc_dumpcopy"
# What is dumped, by the kind of the server.
_SCHEMAS = {"mariadb": "dump_source.sql", "matrixone": "dump_source_matrixone.sql"}
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
    "flush logs": ["--flush-logs"],
    "lock all tables": ["--lock-all-tables"],
    "position in the binary log": ["--master-data=2"],
    "position, single transaction, flush logs": ["--master-data=2", "--single-transaction", "--flush-logs"],
    "compact": ["--compact"],
    "all databases' tables to be dropped first": ["--add-drop-database", "--databases"],
}
_NOT_RESTORABLE = {"xml", "replace, no create", "all databases' tables to be dropped first"}
# Differs from one dump to the next: where the binary log is, and in --xml estimates of tables and keys.
_VARIES = re.compile(rb"^(?:-- (?:CHANGE MASTER|SET GLOBAL gtid).*|\s*<options .*)\n| Cardinality=\"\d+\"", re.MULTILINE)


def prepare():
    return list(_VARIANTS)


def _connect(target):
    return ["--skip-ssl", f"-h{target.host}", f"-P{target.port}", f"-u{target.user}", f"-p{target.password}", "--protocol=tcp"]


def _dump(target, options, database):
    return subprocess.run(
        [program("mariadb-dump"), "--no-defaults", *_connect(target), "--skip-comments", *options, database],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=_LIMIT_SECONDS, check=True,
    ).stdout


def _restore(target, dump, database):
    subprocess.run(
        [program("mariadb"), "--no-defaults", *_connect(target), "--max-allowed-packet=256M",
         "--default-character-set=utf8mb4", "--init-command=set sql_mode = ''", database],
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
    if _VARIES.sub(b"", again).replace(COPY.encode(), SOURCE.encode()) != _VARIES.sub(b"", dump):
        raise ValueError("the copy dumps to something else than its source")
    return dump


def run(target, server, variants):
    if target.way == "direct":  # once: a dump shows when a trigger was made
        schema = os.path.join(HERE, _SCHEMAS[server.kind])
        server.sql(f"drop database if exists {SOURCE}; create database {SOURCE};\nuse {SOURCE};\nsource {schema}")
    return {variant: _outcome(target, server, variant) for variant in variants}


def _outcome(target, server, variant):
    name = f"dump-{list(_VARIANTS).index(variant)}-{target.way}"
    try:
        dump = _round_trip(target, server, variant)
    except (subprocess.SubprocessError, ValueError) as error:
        said = (getattr(error, "stderr", None) or b"").decode("utf-8", "replace")
        with open(os.path.join(WORK, name + ".log"), "w", encoding="utf-8") as log:
            log.write(f"{error}\n{said}")
        return Outcome(FAIL, error=" ".join((said or str(error)).split())[:400])
    fixed = _VARIES.sub(b"", dump)
    with open(os.path.join(WORK, name + ".out"), "wb") as out:
        out.write(fixed)
    return Outcome(PASS, hashlib.sha256(fixed).hexdigest())
