#!/usr/bin/env python3
"""The Kubernetes example's configuration has no key that mogate does not, and its probes and paths fit it.

Usage: deploy_test.py ROOT"""
import pathlib
import re
import sys
import textwrap
import tomllib
import unittest

ROOT = pathlib.Path(sys.argv.pop() if len(sys.argv) > 1 else ".")


class KubernetesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.example = (ROOT / "deploy/kubernetes/mogate.yaml").read_text(encoding="utf-8")
        inside = re.search(r"^  mogate\.toml: \|\n((?:    .*\n|\n)+)", cls.example, re.MULTILINE)[1]
        number = re.search(r"s/= NODE/= ", cls.example)
        assert number, "nobody writes the node's number"
        cls.config = tomllib.loads(textwrap.dedent(inside).replace("= NODE", "= 1"))
        cls.known = tomllib.loads((ROOT / "conf/mogate.toml").read_text(encoding="utf-8"))

    def test_every_key_is_one_of_mogate(self):
        for section, keys in self.config.items():
            for key in keys:
                self.assertIn(key, self.known[section], section)

    def test_files_of_the_configuration_are_mounted(self):
        mounted = re.findall(r"mountPath: ([^,}]+)", self.example)
        files = [value for keys in self.config.values() for value in keys.values() if str(value).startswith("/")]
        self.assertTrue(files)
        for file in files:
            self.assertIn(str(pathlib.PurePosixPath(file).parent), mounted)

    def test_a_drain_has_the_time_that_it_needs(self):
        grace = int(re.search(r"terminationGracePeriodSeconds: (\d+)", self.example)[1])
        before = int(re.search(r'"/bin/sleep", "(\d+)"', self.example)[1])
        self.assertLess(before + self.config["timeouts"]["drain"] + 5, grace)

    def test_ports_are_those_that_mogate_listens_on(self):
        ports = dict(re.findall(r"name: (\w+), containerPort: (\d+)", self.example))
        self.assertTrue(self.config["gateway"]["listen"][0].endswith(":" + ports["mysql"]))
        self.assertTrue(self.config["http"]["listen"].endswith(":" + ports["http"]))


if __name__ == "__main__":
    unittest.main()
