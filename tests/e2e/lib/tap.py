"""A relay between gateway and upstream that writes down which statements the gateway sends."""

import re
import threading

from .breaker import Breaker
from .wire import PREPARE, QUERY

# What changes nothing at the server: questions, the gateway's own set-up of a session, and statements that it only
# prepares, to learn whether the user may run them.
_READ = re.compile(r"(?is)\s*(?!select\s+mo_ctl)(select|show|desc|set|(prepare|deallocate\s+prepare)\s+`__mogate_probe`)")


class Tap(Breaker):
    """`sent` are the texts of COM_QUERY and COM_STMT_PREPARE, in the order in which they passed."""

    def __init__(self, upstream):
        self._texts, self._guard = [], threading.Lock()
        super().__init__(upstream)

    def sent(self):
        with self._guard:
            return list(self._texts)

    def clear(self):
        with self._guard:
            self._texts.clear()

    def changes(self):
        """What was sent beside questions."""
        return [text for text in self.sent() if not _READ.match(text)]

    def _requests(self):
        return _Packets(self._note)

    def _note(self, packet):
        if packet[:1] in (bytes([QUERY]), bytes([PREPARE])):
            with self._guard:
                self._texts.append(packet[1:].decode("utf-8", "replace"))


class _Packets:
    """Cuts a stream into packets; only those that begin a command are told."""

    def __init__(self, tell):
        self._tell, self._rest = tell, b""

    def take(self, data):
        self._rest += data
        while len(self._rest) >= 4:
            size, sequence = int.from_bytes(self._rest[:3], "little"), self._rest[3]
            if len(self._rest) < 4 + size:
                return
            packet, self._rest = self._rest[4:4 + size], self._rest[4 + size:]
            if sequence == 0:
                self._tell(packet)
