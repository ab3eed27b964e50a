"""Virtual environments with packages from PyPI, and test suites out of source distributions there."""

import os
import subprocess
import sys
import tarfile

from .suite import HERE, WORK, read_junit, run_logged

_LIMIT_SECONDS = 600
_TEST_SECONDS = 60  # one test of a suite
PYTEST = ("pytest==8.3.4", "pytest-timeout==2.3.1")


def python_with(name, *requirements):
    """The python of the environment of that name, which is made unless it has just these (pinned) requirements."""
    folder = os.path.join(WORK, f"venv-{name}")
    python, stamp = os.path.join(folder, "bin", "python"), os.path.join(folder, "requirements")
    wanted = "\n".join(requirements)
    if not os.path.exists(stamp) or open(stamp, encoding="utf-8").read() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, timeout=_LIMIT_SECONDS)
        subprocess.run([python, "-m", "pip", "install", "-q", *requirements], check=True, timeout=_LIMIT_SECONDS)
        with open(stamp, "w", encoding="utf-8") as out:
            out.write(wanted)
    return python


def source_of(python, package, version):
    """The unpacked source distribution: wheels have no tests in them."""
    tree = os.path.join(WORK, f"{package}-{version}")
    if not os.path.isdir(tree):
        subprocess.run(
            [python, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", package, "-d", WORK,
             f"{package}=={version}"], check=True, timeout=_LIMIT_SECONDS)
        with tarfile.open(tree + ".tar.gz") as archive:
            archive.extractall(WORK)
    return tree


def run_pytest(python, log, timeout, *arguments, **options):
    """{name: outcome} of pytest with PYTEST installed."""
    report = os.path.join(WORK, log + ".xml")
    if os.path.exists(report):
        os.remove(report)
    run_logged([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--timeout={_TEST_SECONDS}",
                f"--junitxml={report}", *arguments], log + ".log", timeout, **options)
    return read_junit(report)


def environment():
    """For programs that use tests/clients/named_cases.py, or tests/e2e/lib."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join((HERE, os.path.join(HERE, "..", "e2e")))}
