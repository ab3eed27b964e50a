"""The manual's examples are what the gateway understands: docs/statements.md, each `mysql>` line. No server is asked."""

import os
import re
import subprocess
import unittest

from lib.process import ROOT

_EXAMPLE = re.compile(r"^mysql> (.*?)(?:;|\\G)$", re.MULTILINE)
# What the examples need around them, and MatrixOne answers itself.
_NATIVE = re.compile(r"(?:UPDATE|DELETE|SELECT)\b")
_MOGATE = os.path.join(os.environ.get("MOGATE_BUILD", os.path.join(ROOT, "build", "dev")), "mogate")


class ManualTest(unittest.TestCase):
    def test_each_example_is_a_statement_of_the_gateway(self):
        with open(os.path.join(ROOT, "docs", "statements.md"), encoding="utf-8") as manual:
            examples = _EXAMPLE.findall(manual.read())
        self.assertGreater(len(examples), 20)
        for sql in examples:
            with self.subTest(sql):
                ran = subprocess.run([_MOGATE, "explain", sql], capture_output=True, text=True, timeout=20, check=False)
                forwarded = "forwarded as it came" in ran.stdout
                self.assertEqual(bool(_NATIVE.match(sql)), forwarded, ran.stdout + ran.stderr)
                self.assertNotIn("1064", ran.stderr)


if __name__ == "__main__":
    unittest.main()
