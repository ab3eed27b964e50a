"""The policy file is read anew by SIGHUP, RELOAD GATEWAY and when it changes: all of it or nothing, and running sessions take
it with their next command."""

import os
import signal
import threading
import unittest

from lib.policy import PolicyTest
from lib.wire import ServerError, Wire

_LOADED, _KEPT = "policies are loaded anew", "policies are not loaded anew, the old ones stay: "


def deny(word):
    return f'[[rule]]\nname = "no {word}"\naction = "deny"\ncode = 1142\nmatch = {{ text_with_literals = "{word}" }}\n'


class Reload(PolicyTest):
    policy_keys = "watch = false\n"
    rules = deny("first")

    def assert_now(self, denied, free):
        self.assert_denied(f"select '{denied}'")
        self.assertEqual([[free]], self.wire.rows(f"select '{free}'"))

    def test_by_a_signal_for_a_session_that_runs(self):
        self.assert_now("first", "second")
        prepared, _, _ = self.wire.prepare("select 'second'")
        self.write(deny("second"))
        self.assert_now("first", "second")
        os.kill(self.gateway.pid, signal.SIGHUP)
        self.gateway.process.wait_for(_LOADED + ": 1 rules")
        self.assert_now("second", "first")
        self.assertEqual(1142, self.refusal(self.wire.execute, prepared).code)

    def test_by_a_statement_which_says_what_is_wrong(self):
        self.write(deny("second"))
        self.wire.query("RELOAD GATEWAY")
        self.assert_now("second", "first")
        self.write(deny("third") + '[[rule]]\nname = "x"\naction = "forbid"\n')
        error = self.refusal(self.wire.query, "reload gateway")
        self.assertRegex(error.message, r'policies\.toml:8: rule\.action must be one of "none", "allow"')
        self.assert_now("second", "third")
        os.unlink(self.path)
        self.assertIn("cannot be read", self.refusal(self.wire.query, "reload gateway").message)
        self.assert_now("second", "third")

    def test_counters_go_on_for_rules_of_the_same_name(self):
        self.assert_denied("select 'first'")
        self.assert_denied("select 'first'")
        self.write(deny("second") + deny("first"))
        self.wire.query("reload gateway")
        self.assertEqual((0, 2), (self.hits("no second"), self.hits("no first")))

    def test_many_times_under_load_no_query_fails_that_should_not(self):
        failures, done = [], threading.Event()

        def run():
            with Wire(self.through) as wire:
                while not done.is_set():
                    try:
                        wire.rows("select 1")
                        wire.query("select 'first'")
                        failures.append("was not denied")
                    except ServerError as error:
                        if error.code != 1142:
                            failures.append(error)

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            for turn in range(30):
                self.write(deny("first") + (deny(f"other{turn}") if turn % 3 else "[[broken"))
                try:
                    self.wire.query("reload gateway")
                except ServerError:
                    self.assertEqual(0, turn % 3)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        self.assertEqual([], failures)


class Watch(PolicyTest):
    rules = deny("first")

    def is_denied(self, word):
        try:
            self.wire.rows(f"select '{word}'")
        except ServerError as error:
            return error.code == 1142
        return False

    def test_by_a_change_of_the_file(self):
        self.write(deny("second"))
        self.wait_until("the new rules", lambda: self.is_denied("second"))
        self.assertFalse(self.is_denied("first"))
        self.write("[[broken")
        self.gateway.process.wait_for(_KEPT + r"\S+policies\.toml:1: ")
        self.assertTrue(self.is_denied("second"))


if __name__ == "__main__":
    unittest.main()
