"""A relay between gateway and upstream that misbehaves on demand: refuses, says nothing, or cuts in mid-answer."""

import socket
import struct
import threading

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Breaker:
    """Lets everything through until it is told otherwise. `host` and `port` are where it listens."""

    host = "127.0.0.1"

    def __init__(self, upstream):
        self.upstream = upstream
        self.silent = False  # new connections are accepted and never answered
        self.budget = None  # how many more bytes of answers go through before everything is cut
        self.passed = 0  # bytes of answers so far
        self.held = threading.Event()  # cleared: answers are kept back
        self.held.set()
        self._lock = threading.Lock()
        self._sockets = []
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

    @staticmethod
    def _start(target, *arguments):
        threading.Thread(target=target, args=arguments, daemon=True).start()

    def listen_again(self):
        self._listener = socket.create_server((self.host, self.port))
        self._start(self._accept, self._listener)

    def refuse(self):
        """New connections are refused; those that are there go on."""
        # A thread that is in accept() keeps a closed socket listening; shutdown() wakes it up.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def cut(self, reset=False):
        """Ends every connection: by FIN, or by RST as when a process is killed with bytes unread."""
        with self._lock:
            ended, self._sockets = self._sockets, []
        for end in ended:
            self._end(end, reset)

    def stop(self):
        self.held.set()
        self.cut()
        try:
            self.refuse()
        except OSError:  # refuses already
            pass

    @staticmethod
    def _end(end, reset):
        try:
            if reset:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            # Wakes the thread that reads it: a socket that is in use does not close.
            end.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()

    def _end_pair(self, ends):
        with self._lock:
            mine = [end for end in ends if end in self._sockets]
            for end in mine:
                self._sockets.remove(end)
        for end in mine:
            self._end(end, False)

    def _accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._sockets.append(client)
            if self.silent:
                continue
            try:
                self._join(client)
            except OSError:  # cut() of the connection before took this one too
                self._end_pair((client,))

    def _join(self, client):
        server = socket.create_connection((self.upstream.host, self.upstream.port))
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._sockets.append(server)
        self._start(self._pump, client, server, False)
        self._start(self._pump, server, client, True)

    def _requests(self):
        """What looks at each connection's requests on their way; None: nobody."""
        return None

    def _pump(self, source, sink, answers):
        watcher = None if answers else self._requests()
        try:
            while data := source.recv(65536):
                if watcher:
                    watcher.take(data)
                if answers:
                    self.held.wait()
                    data = self._take(data)
                sink.sendall(data)
                if answers and self.budget == 0:
                    return self.cut()
        except OSError:
            pass
        self._end_pair((source, sink))

    def _take(self, data):
        if self.budget is not None:
            data = data[:self.budget]
            self.budget -= len(data)
        self.passed += len(data)
        return data
