"""Scripts for the plain mariadb client: each file in cli/ is one test, its whole output is the result."""

import glob
import os
import re

from lib.process import program

from .suite import FAIL, PASS, Outcome, run_logged

NAME = "mariadb CLI"
DATABASE = "clitest"
_SCRIPTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "cli")
_LIMIT_SECONDS = 60
# MariaDB's extended metadata is no part of the protocol that MatrixOne speaks, so the gateway does not offer it.
_EXTENDED_METADATA = re.compile(r" \((format|type)=\w+\)$", re.MULTILINE)


def prepare():
    return sorted(glob.glob(os.path.join(_SCRIPTS, "*.sql")))


def run(target, server, scripts):
    return {os.path.basename(script): _run_script(target, server, script) for script in scripts}


def _run_script(target, server, script):
    server.sql(f"drop database if exists {DATABASE}; create database {DATABASE}")
    name = os.path.basename(script)
    # --force: errors are part of what is compared, and so is the metadata.
    with open(script, encoding="utf-8") as text:
        status, output = run_logged(
            [program("mariadb"), "--no-defaults", f"-h{target.host}", f"-P{target.port}", f"-u{target.user}",
             f"-p{target.password}", "--protocol=tcp", "--local-infile=1", "-t", "-v", "--force", "--show-warnings",
             "--column-type-info", DATABASE],
            f"cli-{name}-{target.way}.log", _LIMIT_SECONDS, stdin=text, cwd=_SCRIPTS,
        )
    return Outcome(PASS if status >= 0 and output else FAIL, _EXTENDED_METADATA.sub("", output))
