"""Faults on the way between gateways and two MatrixOnes: what is stopped at, and what is done to whom there."""

import os
import signal

from .gate import Gate, Trap, end_connection
from .gateway import Gateway
from .process import wait_until

_SECONDS = 60
# A statement that comes only when it is time for it; the fault happens without it then.
_POINT_SECONDS = 10


class SharedTrap(Trap):
    """One statement on any of several gates: the first that it passes takes it."""

    def __init__(self, gates, pattern, before):
        super().__init__((pattern,), before, 1)
        self._gates, self.gate = gates, None
        for gate in gates:
            gate.add(self)

    def _hold(self, ends):
        self.gate = next(gate for gate in self._gates if not gate.has(self))
        self.forget()
        super()._hold(ends)

    def forget(self):
        for gate in self._gates:
            gate.remove(self)

    def reached(self):
        return self._reached.wait(_POINT_SECONDS)


class Road(Gate):
    """A gate that may also be closed for all."""

    def __init__(self, server):
        self._closed = False
        super().__init__(server)

    def close(self):
        """Cuts all, and refuses until open()."""
        self._closed = True
        self.cut()

    def open(self):
        self._closed = False

    def cut(self):
        with self._lock:
            ends = list(self._sockets)
        for end in ends:
            end_connection(end)

    def _reach(self):
        return None if self._closed else super()._reach()

    def add(self, trap):
        with self._lock:
            self._traps.append(trap)

    def has(self, trap):
        with self._lock:
            return trap in self._traps

    def remove(self, trap):
        with self._lock:
            if trap in self._traps:
                self._traps.remove(trap)


class Member:
    """A gateway of the fleet: `road` is its own way to the MatrixOne behind it."""

    def __init__(self, folder, server, settings):
        self.folder, self.settings, self.road, self.gateway = folder, settings, Road(server), None

    def start(self):
        self.gateway = Gateway(self.folder, self.road.address, extra=self.settings)

    @property
    def runs(self):
        return self.gateway is not None

    def signal(self, number):
        os.kill(self.gateway.pid, number)

    def kill(self):
        self.signal(signal.SIGKILL)
        self.gateway.process.child.wait()
        self.gateway = None

    def log(self):
        return self.gateway.process.output() if self.gateway else ""

    def whole_log(self):
        """Of all the gateways that were this one."""
        path = os.path.join(self.folder, "mogate.log")
        if not os.path.exists(path):
            return ""
        with open(path, encoding="utf-8", errors="replace") as log:
            return log.read()

    def wait_until_in_charge(self, since=0):
        self.gateway.process.wait_for("this gateway runs them", _SECONDS, since)

    def stop(self):
        if self.gateway:
            self.gateway.stop()  # gives the lease up
        self.road.stop()


class Outage:
    """A server that is away: a simulator is killed and started again with what it had committed; one that somebody else
    runs cannot be reached for a while."""

    def __init__(self, server, roads):
        self.server, self.roads = server, roads

    def begin(self):
        self._refused = sum(road.refused for road in self.roads)
        if self.server.kind == "simulator":
            self.server.process.switches.go_down()
        else:
            for road in self.roads:
                road.close()

    def wait_until_noticed(self):
        wait_until(lambda: sum(road.refused for road in self.roads) > self._refused, _SECONDS,
                   "a connection to a server that is away")

    def end(self):
        if self.server.kind == "simulator":
            self.server.process.switches.up()
        for road in self.roads:
            road.open()
