"""Virtual environments with packages from PyPI, one for each set of them."""

import os
import subprocess
import sys

from .suite import HERE, WORK

_LIMIT_SECONDS = 600


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


def environment():
    """For programs that use tests/clients/named_cases.py."""
    return {**os.environ, "PYTHONPATH": HERE}
