"""Rows and statements of 40 MiB stream through: the gateway's memory does not grow with them."""

import os
import unittest

from lib.case import GatewayTest
from lib.wire import USUAL, DEPRECATE_EOF

_MIB = 1 << 20
_LARGE = 40 * _MIB
# Both directions' buffers, the allocator's slack and what a first use of code pages costs.
_ALLOWED_KIB = 4096


class LargeTest(GatewayTest):
    def setUp(self):
        self.name = self.database()
        self.wire = self.session(database=self.name)
        self.wire.query("create table t (a int primary key, b longtext)")
        # Warm: code pages and buffers that any session uses once are there.
        self.wire.query(f"insert into t values (0, '{'w' * _MIB}')")
        self.wire.query("select * from t")

    def _peak_kib(self):
        with open(f"/proc/{self.gateway.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))

    def _watch(self):
        # 5 sets the peak back to what is resident now.
        with open(f"/proc/{self.gateway.pid}/clear_refs", "w", encoding="ascii") as out:
            out.write("5")
        return self._peak_kib()

    def assert_flat(self, before):
        if not os.environ.get("MOGATE_SANITIZE"):
            self.assertLess(self._peak_kib() - before, _ALLOWED_KIB)

    def test_a_statement_of_40_mib_streams(self):
        before = self._watch()
        self.wire.query(b"insert into t values (1, '" + b"s" * _LARGE + b"')")
        self.assert_flat(before)
        self.assertEqual([[str(_LARGE)]], self.wire.rows("select length(b) from t where a = 1"))

    def test_a_row_of_40_mib_streams(self):
        self.wire.query(b"insert into t values (1, '" + b"r" * _LARGE + b"')")
        before = self._watch()
        ((row,),) = self.wire.rows("select b from t where a = 1")
        self.assert_flat(before)
        self.assertEqual("r" * _LARGE, row)

    def test_many_rows_to_a_slow_client_wait_in_the_backend(self):
        for n in range(1, 33):
            self.wire.query(f"insert into t values ({n}, '{'m' * _MIB}')")
        before = self._watch()
        slow = self.session(database=self.name)
        slow.command(0x03, b"select b from t order by a")
        # Another session works meanwhile, so the slow one has had its turn.
        for _ in range(20):
            self.wire.query("select 1")
        result = slow.read_result()
        self.assert_flat(before)
        self.assertEqual(33, len(result.rows))

    def test_long_data_of_40_mib_streams(self):
        insert, _, _ = self.wire.prepare("insert into t values (?, ?)")
        before = self._watch()
        for _ in range(40):
            self.wire.send_long_data(insert, 1, b"l" * _MIB)
        self.wire.execute(insert, [1, None], long_data={1})
        self.assert_flat(before)
        self.assertEqual([[str(_LARGE)]], self.wire.rows("select length(b) from t where a = 1"))

    def test_payloads_around_a_full_frame_arrive_whole(self):
        overhead = len(b"\x03select length('')")
        for payload in (0xFFFFFE, 0xFFFFFF, 0x1000000, 2 * 0xFFFFFF):
            with self.subTest(payload=payload):
                size = payload - overhead
                self.assertEqual([[str(size)]], self.wire.rows(b"select length('" + b"f" * size + b"')"))

    def test_rows_around_a_full_frame_arrive_whole(self):
        for at, size in enumerate((0xFFFFFF - 5, 0xFFFFFF - 4, 0xFFFFFF - 3, 0x1000000), start=10):
            self.wire.query(f"insert into t values ({at}, '')")
            self.wire.query(b"update t set b = '" + b"g" * size + b"' where a = %d" % at)
            for capabilities in (USUAL, USUAL & ~DEPRECATE_EOF):
                with self.subTest(size=size, capabilities=hex(capabilities)):
                    session = self.session(database=self.name, capabilities=capabilities)
                    ((row,),) = session.rows(f"select b from t where a = {at}")
                    self.assertEqual(size, len(row))
                    self.assertEqual([["1"]], session.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
