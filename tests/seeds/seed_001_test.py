"""Seed 001: the SDK's MoCtlManager, each operation with the answer that its documentation shows."""

import ast
import json
import unittest

import sdk
from story import Story

_SHOWN = """
{'method': 'Flush', 'result': [{'returnStr': 'OK'}]}
{'method': 'Checkpoint', 'result': [{'returnStr': 'OK'}]}
{'method': 'GlobalCheckpoint', 'result': [{'returnStr': 'OK'}]}
""".strip().splitlines()
_NATIVE = ("select mo_ctl('dn', 'flush', 'db1.t')", "select mo_ctl('dn', 'checkpoint', '')",
           "select mo_ctl('dn', 'globalcheckpoint', '')")


class Seed001(Story):
    names = {"db1": "sd1", "acc1": "sd11"}
    databases, accounts = ("db1",), ("acc1",)

    def setUp(self):
        super().setUp()
        self.sql("create database db1;\ncreate table db1.t (a int primary key);\ninsert into db1.t values (1);")

    def test_by_the_sdk(self):
        for form in ("name", "account"):
            with self.subTest(form):
                status, printed = sdk.run("seed_001_sdk.py", self.through, form, self.ours("db1"), "t")
                self.assertEqual(0, status, printed)
                self.assertEqual(_SHOWN, printed.splitlines())

    def test_by_statements(self):
        wire = self.session()
        for statement, shown in zip((self.ours("FLUSH TABLE db1.t"), "INCREMENTAL CHECKPOINT", "GLOBAL CHECKPOINT"),
                                    _SHOWN):
            shown = ast.literal_eval(shown)
            method, _, result, _ = wire.rows(statement)[0]
            self.assertEqual(shown, {"method": method, "result": [{"returnStr": result}]})

    def test_by_mo_ctl_itself(self):
        wire = self.session()
        for statement, shown in zip(_NATIVE, _SHOWN):
            ((answer,),) = wire.rows(self.ours(statement))
            self.assertEqual(ast.literal_eval(shown), json.loads(answer))

    def test_only_account_sys_may(self):
        self.sql("create account acc1 admin_name 'admin' identified by '111';")
        admin = self.as_user("acc1:admin")
        status, printed = sdk.run("seed_001_sdk.py", admin, "name", self.ours("db1"), "t")
        self.assertNotEqual(0, status)
        self.assertNotIn("returnStr", printed)
        for statement in ("FLUSH TABLE db1.t;", "INCREMENTAL CHECKPOINT;", "GLOBAL CHECKPOINT;",
                          *(one + ";" for one in _NATIVE)):
            self.refused(statement, "do not have privilege to execute the statement", at=admin)


if __name__ == "__main__":
    unittest.main()
