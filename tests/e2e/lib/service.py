"""What systemd is to a service: listens on NOTIFY_SOCKET, and follows the main process over restarts."""

import os
import re
import signal
import socket

from .process import StartError, wait_for_end

_TIMEOUT_SECONDS = 60


class ServiceManager:
    def __init__(self, path):
        """`path` may begin with "@": a name that is no file."""
        self.name = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.settimeout(_TIMEOUT_SECONDS)
        self.socket.bind("\0" + path[1:] if path.startswith("@") else path)

    @property
    def env(self):
        return {"NOTIFY_SOCKET": self.name}

    def close(self):
        self.socket.close()

    def wait_for(self, pattern):
        """The first message, as it came, that has a line like this; those before it are forgotten."""
        while True:
            message = self.socket.recv(65536).decode()
            if re.search(pattern, message, re.MULTILINE):
                return message


class Service:
    """A gateway, and whoever takes its place."""

    def __init__(self, gateway, manager):
        self.gateway, self.manager = gateway, manager
        self.main, self._pidfds = gateway.pid, {}
        self._follow(gateway.pid)

    def _follow(self, pid):
        self.main = pid
        self._pidfds[pid] = os.pidfd_open(pid)

    def restart(self):
        """The process id of before, once another one is the main process."""
        before = self.main
        os.kill(before, signal.SIGUSR2)
        message = self.manager.wait_for(r"^MAINPID=")
        self._follow(int(re.search(r"^MAINPID=(\d+)$", message, re.MULTILINE)[1]))
        self.manager.wait_for(r"^STATUS=serves")
        return before

    def ended(self, pid, timeout=_TIMEOUT_SECONDS):
        return wait_for_end(self._pidfds[pid], timeout)

    def stop(self):
        """As systemd does: all of them get the signal."""
        for pidfd in self._pidfds.values():
            if not wait_for_end(pidfd, 0):
                signal.pidfd_send_signal(pidfd, signal.SIGTERM)
        left = [pid for pid, pidfd in self._pidfds.items() if not wait_for_end(pidfd, 20)]
        for pid in left:
            signal.pidfd_send_signal(self._pidfds[pid], signal.SIGKILL)
        for pidfd in self._pidfds.values():
            os.close(pidfd)
        if left:
            raise StartError(f"did not end on SIGTERM: {left}\n{self.gateway.process.output()[-3000:]}")
