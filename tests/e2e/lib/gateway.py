"""The gateway under test, and the simulator, each listening on a port that the kernel chose."""

import os

from .process import ROOT, Process
from .switches import Switches

LISTENING = r"listening on (\S+):(\d+)"
_HTTP = r"http on (\S+):(\d+)"
# With one thread there would be little for ThreadSanitizer to see.
_THREADS = 4 if os.environ.get("MOGATE_SANITIZE") == "thread" else 1


def build_directory(preset="dev"):
    """MOGATE_BUILD names another build tree: ctest of the sanitizer presets sets it."""
    return os.environ.get("MOGATE_BUILD") or os.path.join(ROOT, "build", preset)


def built(path, preset="dev"):
    return os.path.join(build_directory(preset), path)


_ANY_HTTP = 'listen = "127.0.0.1:0"'


class Gateway:
    def __init__(self, directory, upstream, preset="dev", extra="", gateway_keys="", listen=("127.0.0.1:0",),
                 threads=_THREADS, http=_ANY_HTTP, env=None):
        """`upstream` is host:port; `extra` is TOML that follows [backend], `gateway_keys` lines of [gateway], `http` those of
        [http]; of several addresses to listen on the first one with a port is that of the gateway."""
        os.makedirs(directory, exist_ok=True)
        self.config = os.path.join(directory, "mogate.toml")
        with open(self.config, "w", encoding="utf-8") as out:
            addresses = ", ".join(f'"{address}"' for address in listen)
            out.write(
                f'[gateway]\nlisten = [{addresses}]\nthreads = {threads}\n{gateway_keys}\n'
                f'[backend]\naddress = "{upstream}"\n{extra}\n[http]\n{http}\n'
            )
        self.process = Process(
            [built("mogate", preset), "serve", "--config", self.config], os.path.join(directory, "mogate.log"), env
        )
        self.port = int(self.process.wait_for(LISTENING).group(2))

    host = "127.0.0.1"

    @property
    def http_port(self):
        return int(self.process.wait_for(_HTTP).group(2))

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        return self.process.stop()


class Simulator:
    def __init__(self, directory, *options, preset="dev"):
        os.makedirs(directory, exist_ok=True)
        self.process = Process(
            [built("tests/simulator/mogate_simulator", preset), "--port", "0", "--data", directory, *options],
            os.path.join(directory, "simulator.log"),
        )
        self.port = int(self.process.wait_for(LISTENING, timeout=120).group(2))
        self.switches = Switches(self.process)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def stop(self):
        return self.process.stop(timeout=60)
