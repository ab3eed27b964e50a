"""mariadb-admin: every command that changes nothing which a shared server would miss."""

import re

from lib.process import program

from .suite import FAIL, PASS, Outcome, run_logged

NAME = "mariadb-admin"
DATABASE = "mgc_admin"
_LIMIT_SECONDS = 30
_COMMANDS = {
    "ping": ["ping"],
    "status": ["status"],
    "version": ["version"],
    "extended-status": ["extended-status"],
    "variables": ["variables"],
    "processlist": ["processlist"],
    "processlist, verbose": ["--verbose", "processlist"],
    "create": ["create", DATABASE],
    "drop": ["--force", "drop", DATABASE],
    "flush-hosts": ["flush-hosts"],
    "flush-logs": ["flush-logs"],
    "flush-privileges": ["flush-privileges"],
    "flush-status": ["flush-status"],
    "flush-tables": ["flush-tables"],
    "flush-threads": ["flush-threads"],
    "refresh": ["refresh"],
    "reload": ["reload"],
    "kill of nobody": ["kill", "4294967294"],
    "debug": ["debug"],
    "several commands": ["ping", "status", "processlist"],
}
# What has to be said for the command to count: the tool's exit status alone says little.
_SAYS = {"ping": "is alive", "status": "Uptime", "version": "Server version", "variables": "max_allowed_packet",
         "processlist": "| Info", "several commands": "Uptime",
         "kill of nobody": "failed"}


def prepare():
    return program("mariadb-admin")


def _run(command, target, name):
    status, text = run_logged(
        [command, "--no-defaults", "--skip-ssl", "--protocol=tcp", f"-h{target.host}", f"-P{target.port}",
         f"-u{target.user}", f"-p{target.password}", "--connect-timeout=10", *_COMMANDS[name]],
        f"admin-{re.sub('[^a-z]+', '-', name)}-{target.way}.log", _LIMIT_SECONDS)
    expected_to_fail = name == "kill of nobody"
    if (status == 0) == expected_to_fail or _SAYS.get(name, "").lower() not in text.lower():
        return Outcome(FAIL, error=" ".join(text.split())[:300])
    return Outcome(PASS)


def run(target, server, command):
    server.sql(f"drop database if exists {DATABASE}")
    return {name: _run(command, target, name) for name in _COMMANDS}
