#!/usr/bin/env python3
"""Holds include_rules.py against small trees with one fault each: it must find that fault and no other."""
import pathlib
import tempfile
import unittest

import include_rules

CLEAN = {
    "protocol/a.h": '#include "protocol/b.h"\n#include <openssl/sha.h>\n#include <string>\n',
    "rewrite/sql/a.cc": '#include "protocol/a.h"\n#include "rewrite/sql/b.h"\n',
    "policies/a.cc": '#include "rewrite/a.h"\n#include <chrono>\n',
    "proxy/net/a.cc": '#include "policies/a.h"\n#include <boost/asio.hpp>\n#include <openssl/ssl.h>\n'
                      '#include <spdlog/spdlog.h>\nauto t = std::chrono::steady_clock::now();\n',
    "proxy/backend/client.cc": "#include <mysql.h>\n",
    "tests/e2e/a.cc": '#include "proxy/net/a.h"\n#include <mysql.h>\n',
}


def problems_of(extra):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**CLEAN, **extra}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return include_rules.check(root)


class IncludeRules(unittest.TestCase):
    def expect(self, path, text, words):
        problems = problems_of({path: text})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn(path, problems[0])
        self.assertIn(words, problems[0])

    def test_a_clean_tree_has_no_problems(self):
        self.assertEqual(problems_of({}), [])

    def test_no_layer_includes_a_higher_one(self):
        for layer, above in [("protocol", "rewrite"), ("protocol", "proxy"), ("rewrite", "policies"),
                             ("rewrite", "proxy"), ("policies", "proxy"), ("proxy", "tests")]:
            with self.subTest(layer=layer, above=above):
                self.expect(f"{layer}/x.h", f'#include "{above}/y.h"\n', f"may not include {above}/y.h")
                self.expect(f"{layer}/x.h", f" # include <{above}/y.h>\n", f"may not include {above}/y.h")

    def test_io_libraries_stay_in_proxy(self):
        for name in ["boost/asio.hpp", "boost/asio/ip/tcp.hpp", "boost/beast/http.hpp", "openssl/ssl.h",
                     "spdlog/spdlog.h", "sys/socket.h"]:
            for layer in ["protocol", "rewrite", "policies"]:
                with self.subTest(name=name, layer=layer):
                    self.expect(f"{layer}/x.cc", f"#include <{name}>\n", "belongs in proxy/ only")

    def test_pure_layers_have_no_threads_files_or_clock(self):
        for layer in ["protocol", "rewrite", "policies"]:
            self.expect(f"{layer}/x.cc", "#include <thread>\n", "is pure")
            self.expect(f"{layer}/x.cc", "#include <fstream>\n", "is pure")
            self.expect(f"{layer}/x.cc", "auto t = std::chrono::system_clock::now();\n", "reads no clock")

    def test_mysql_h_is_in_one_source_file(self):
        problems = problems_of({"proxy/other.cc": "#include <mariadb/mysql.h>\n"})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("more than one file", problems[0])
        problems = problems_of({"proxy/backend/client.cc": "\n", "proxy/other.h": "#include <mysql.h>\n"})
        self.assertEqual(len(problems), 1, problems)
        self.assertIn("never in a header", problems[0])

    def test_our_own_includes_name_the_folder(self):
        self.expect("protocol/x.cc", '#include "x.h"\n', "names its folder")
        self.expect("protocol/x.cc", '#include "../rewrite/x.h"\n', "names its folder")

    def test_files_end_before_the_limit(self):
        self.assertEqual(problems_of({"proxy/x.cc": "//\n" * include_rules.MAX_LINES}), [])
        self.expect("proxy/x.cc", "//\n" * (include_rules.MAX_LINES + 1), "longer than")

    def test_an_empty_tree_is_an_error(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(include_rules.main(folder), 1)


if __name__ == "__main__":
    unittest.main()
