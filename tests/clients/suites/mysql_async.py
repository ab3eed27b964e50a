"""tests/clients/mysql_async: named cases by the Rust crate mysql_async, from the registry of cargo."""

import os
import subprocess

from .suite import HERE, WORK, fresh_database, run_cases

NAME = "mysql_async 0.31.3 (Rust)"
DATABASE = "mgc_rust"
_MANIFEST = os.path.join(HERE, "mysql_async", "Cargo.toml")
_TARGET = os.path.join(WORK, "mysql_async")
_COMPILE_SECONDS = 1200
_LIMIT_SECONDS = 300


def prepare():
    """The compiled cases. --locked: with the versions in Cargo.lock, which Debian's compiler takes."""
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--manifest-path", _MANIFEST, "--target-dir", _TARGET], check=True,
        timeout=_COMPILE_SECONDS,
        env={**os.environ, "CARGO_HOME": os.path.join(WORK, "cargo"), "CARGO_PROFILE_DEV_DEBUG": "0"})
    return os.path.join(_TARGET, "debug", "mysql_async_cases")


def run(target, server, program):
    fresh_database(server, DATABASE)
    return run_cases([program, target.host, str(target.port), target.user, target.password, DATABASE],
                     f"mysql_async-{target.way}.log", _LIMIT_SECONDS)
