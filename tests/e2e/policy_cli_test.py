"""mogate check reads the policies too, mogate try says what they would do."""

import os
import subprocess
import tempfile
import unittest

from lib.gateway import built

_RULES = """
[[rule]]
name = "no drop"
action = "deny"
code = 1142
match = { user = "app*", kind = "DROP" }

[[rule]]
name = "slow"
action = "timeout"
seconds = 5
"""


class Cli(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.policies = os.path.join(folder.name, "policies.toml")
        self.config = os.path.join(folder.name, "mogate.toml")
        self.write(self.policies, _RULES)
        self.write(self.config, f'[policies]\nfile = "{self.policies}"\n')

    @staticmethod
    def write(path, text):
        with open(path, "w", encoding="utf-8") as out:
            out.write(text)

    def run_mogate(self, *arguments):
        done = subprocess.run([built("mogate"), *arguments], capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def test_check_takes_good_files_and_says_line_and_key_of_bad_ones(self):
        self.assertEqual(0, self.run_mogate("check", "--config", self.config)[0])
        self.write(self.policies, _RULES.replace('"deny"', '"forbid"'))
        code, _, errors = self.run_mogate("check", "--config", self.config)
        self.assertEqual(1, code)
        self.assertRegex(errors, r'policies\.toml:4: rule\.action must be one of "none", "allow", "deny"')
        self.assertEqual(1, self.run_mogate("serve", "--config", self.config)[0])

    def test_try_shows_the_rules_that_would_act(self):
        arguments = ("try", "--config", self.config, "--user", "app1", "--sql")
        code, out, _ = self.run_mogate(*arguments, "select 1; /* x */ DROP TABLE t")
        self.assertEqual(2, code)
        self.assertIn('"no drop" deny, refuses', out)
        self.assertIn("ERROR 1142 (42000)", out)
        code, out, _ = self.run_mogate(*arguments, "select 1")
        self.assertEqual(0, code)
        self.assertIn("timeout    5000 ms", out)
        self.assertIn("kind     SELECT", out)
        self.assertEqual(1, self.run_mogate("try", "--policies", "/nonexistent", "--sql", "select 1")[0])


if __name__ == "__main__":
    unittest.main()
