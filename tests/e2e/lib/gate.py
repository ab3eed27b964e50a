"""A relay between gateway and upstream that reads the commands that pass, and stops at one of them."""

import re
import socket
import threading

_QUERY = 0x03
_WAIT_SECONDS = 60


class Trap:
    """One statement that the gate stops at: in front of the server, or with the server's answer behind it."""

    def __init__(self, patterns, before, occurrence):
        self._patterns, self.before = [re.compile(one, re.IGNORECASE | re.DOTALL) for one in patterns], before
        self._occurrence, self._name = occurrence, patterns[-1]
        self._reached, self._open, self._ends = threading.Event(), threading.Event(), ()

    def wait(self):
        """Until the statement is there and, unless `before`, the server has answered it."""
        if not self._reached.wait(_WAIT_SECONDS):
            raise AssertionError(f"'{self._name}' never came")
        return self

    def is_sprung_by(self, text):
        """Whether this statement is the one; takes note of those that have to come before it."""
        if not self._patterns[0].search(text):
            return False
        self._occurrence -= 1
        if self._occurrence <= 0:
            del self._patterns[0]
        return not self._patterns

    def release(self):
        self._open.set()

    def cut(self):
        """Ends the connection that the statement came on; what is held back goes nowhere."""
        for end in self._ends:
            end_connection(end)
        self._open.set()

    def _hold(self, ends):
        self._ends = ends
        self._reached.set()
        self._open.wait(_WAIT_SECONDS)


class Gate:
    """Lets everything through but what it was told to stop at. `host` and `port` are where it listens."""

    host = "127.0.0.1"

    def __init__(self, upstream):
        self.upstream = upstream
        self.statements = []  # the texts that were let through to the server
        self.opened = 0  # how many connections came so far
        self.refused = 0  # and how many of them found no server
        self._traps, self._lock, self._sockets = [], threading.Lock(), set()
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self.address = f"{self.host}:{self.port}"
        _start(self._accept)

    def stop_at(self, *patterns, before=False, occurrence=1):
        """Stops at the next statement that the pattern is found in; of several patterns, at the first one for the last behind
        one for each of the others. `occurrence`: that many for the first pattern."""
        trap = Trap(patterns, before, occurrence)
        with self._lock:
            self._traps.append(trap)
        return trap

    def connections(self):
        """How many are open now."""
        with self._lock:
            return sum(end.fileno() >= 0 for end in self._sockets) // 2

    def stop(self):
        with self._lock:
            traps, self._traps = self._traps, []
            ends = list(self._sockets)
        for end in ends:
            end_connection(end)
        for trap in traps:
            trap.release()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = self._reach()
            if server is None:
                self.refused += 1
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets |= {client, server}
                self.opened += 1
            way = _Way(self, client, server)
            _start(way.commands)
            _start(way.answers)

    def _reach(self):
        try:
            return socket.create_connection((self.upstream.host, self.upstream.port))
        except OSError:  # it is down
            return None

    def trap_for(self, text):
        with self._lock:
            for trap in self._traps:
                if trap.is_sprung_by(text):
                    self._traps.remove(trap)
                    return trap
        return None


class _Way:
    """One connection through the gate."""

    def __init__(self, gate, client, server):
        self.gate, self.client, self.server = gate, client, server
        self.trap = None  # holds back the answer that comes next

    def commands(self):
        data = b""
        while piece := _receive(self.client):
            data += piece
            while len(data) >= 4 and len(data) >= (size := 4 + int.from_bytes(data[:3], "little")):
                frame, data = data[:size], data[size:]
                self._command(frame)
        self._end()

    def _command(self, frame):
        if frame[3] != 0 or frame[4:5] != bytes([_QUERY]):
            return _send(self.server, frame)
        text = frame[5:].decode("utf-8", "replace")
        trap = self.gate.trap_for(text)
        if trap and trap.before:
            trap._hold((self.client, self.server))
        elif trap:
            self.trap = trap
        if _send(self.server, frame):
            self.gate.statements.append(text)
        return None

    def answers(self):
        while piece := _receive(self.server):
            trap, self.trap = self.trap, None
            if trap:
                trap._hold((self.client, self.server))
            _send(self.client, piece)
        self._end()

    def _end(self):
        for end in (self.client, self.server):
            end_connection(end)


def _start(target):
    threading.Thread(target=target, daemon=True).start()


def _receive(end):
    try:
        return end.recv(65536)
    except OSError:
        return b""


def _send(end, data):
    try:
        end.sendall(data)
        return True
    except OSError:
        return False


def end_connection(end):
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    end.close()
