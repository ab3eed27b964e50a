"""The seeds' Python, run in an environment with MatrixOne's SDK: the one that tests/clients uses."""

import os
import re
import subprocess
import sys

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path += [os.path.join(_HERE, "..", "clients"), os.path.join(_HERE, "..", "e2e")]

from suites import matrixone_sdk, suite  # noqa: E402

_LIMIT_SECONDS = 300


def run(script, server, *arguments):
    """(exit status, what it printed) of a script here, given the server's address, user and password."""
    os.makedirs(suite.WORK, exist_ok=True)
    done = subprocess.run(
        [matrixone_sdk.prepare(), os.path.join(_HERE, script), server.host, str(server.port), server.user,
         server.password, *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=_LIMIT_SECONDS)
    # The SDK tells on standard output too when it connects.
    return done.returncode, re.sub(r"(?m)^[-\d]+ [:,\d]+\|matrixone\|.*\n", "", done.stdout)
