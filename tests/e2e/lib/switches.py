"""Faults at named points of a simulator, set while it runs.

    server.switches.fail("data branch diff", message="internal error: boom", skip=2)
    with server.switches.stall("commit", contains="mo_sync_tasks") as commit:   # until the block ends
        commit.wait_for_stall()
    server.switches.down("create snapshot", after=True)                         # killed when it is done, unanswered
    server.switches.wait_until_down()
    server.switches.up()                                                        # with all that was committed

A point is "login", "row" (before each row of a result), "load packet" (before each packet of LOAD DATA LOCAL), or the
words that statements begin with. A switch acts `times` times (0: always) after `skip` hits; `contains` names a part of
the statement's text; `after` means when the statement is done but not yet answered.
"""

import socket

from .process import wait_until

_PORT = r"switches on 127\.0\.0\.1:(\d+)"
_TIMEOUT = 60


class Switch:
    def __init__(self, switches, number):
        self._switches, self.number = switches, number

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()

    def remove(self):
        """Stalls that it caused end."""
        self._switches.command("remove", self.number)

    def _report(self):
        return self._switches.reports()[self.number]

    @property
    def hits(self):
        return self._report()[0]

    @property
    def acted(self):
        return self._report()[1]

    def wait_for_stall(self, timeout=_TIMEOUT):
        wait_until(lambda: self._report()[2], timeout, "a stalled statement")

    def wait_until_acted(self, timeout=_TIMEOUT):
        wait_until(lambda: self.acted, timeout, "a switch to act")


class Switches:
    def __init__(self, process):
        """`process`: a Process that runs the simulator and has said that it listens."""
        self._port = int(process.wait_for(_PORT).group(1))

    def command(self, *words):
        with socket.create_connection(("127.0.0.1", self._port), timeout=_TIMEOUT) as control:
            control.sendall("\t".join(str(word) for word in words).encode() + b"\n")
            with control.makefile() as lines:
                state, *answer = lines.readline().rstrip("\n").split("\t")
        if state != "ok":
            raise RuntimeError(f"{words}: {state} {answer}")
        return answer

    def _set(self, point, action, *, skip=0, times=1, contains="", after=False, **more):
        words = {"point": point, "action": action, "skip": skip, "times": times, "contains": contains,
                 "after": int(after), **more}
        number, = self.command("set", *(f"{name}={value}" for name, value in words.items()))
        return Switch(self, int(number))

    def fail(self, point, code=20101, message="internal error: a switch", **where):
        return self._set(point, "fail", code=code, message=message, **where)

    def stall(self, point, seconds=0, **where):
        """0: until the switch is removed or release() is called."""
        return self._set(point, "stall", ms=int(seconds * 1000), **where)

    def cut(self, point, **where):
        return self._set(point, "cut", **where)

    def down(self, point, **where):
        """As kill -9 of the server; up() starts it again with what was committed."""
        return self._set(point, "down", **where)

    def exit(self, point, **where):
        """Ends the process for good; its data is lost."""
        return self._set(point, "exit", **where)

    def clear(self):
        self.command("remove", 0)

    def release(self):
        self.command("release")

    def reports(self):
        """{number: (hits, acted, stalled now)}"""
        parts = ([int(part) for part in word.split(":")] for word in self.command("report"))
        return {number: tuple(rest) for number, *rest in parts}

    def is_down(self):
        return self.command("state") == ["down"]

    def wait_until_down(self, timeout=_TIMEOUT):
        wait_until(self.is_down, timeout, "the simulator to be down")

    def go_down(self):
        """Now: connections are cut, new ones refused."""
        self.command("down")

    def up(self):
        self.command("up")
