"""Unix sockets and IPv6, towards clients and towards the backend."""

import os
import shutil
import socket
import stat
import struct
import tempfile
import unittest

from lib.case import GatewayTest, directory, start_gateway
from lib.gateway import Gateway, built
from lib.process import Process, StartError
from lib.wire import ServerError, Wire, connect, random_text


class SocketCase(GatewayTest):
    def setUp(self):
        # A path that is short enough for a socket.
        self.folder = tempfile.mkdtemp(prefix="mogate-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.path = os.path.join(self.folder, "s")


class UnixSocketTest(SocketCase):
    def listen(self, *more, **options):
        return start_gateway(self, listen=[f"unix:{self.path}", "127.0.0.1:0", *more], **options)

    def refusal(self, **options):
        with self.assertRaises(StartError) as refused:
            self.listen(**options)
        return str(refused.exception)

    def wire(self):
        session = Wire(self.upstream.on(self.path))
        self.addCleanup(session.socket.close)
        return session

    def test_a_session_works_as_over_tcp(self):
        gateway = self.listen()
        self.assertIn(f"listening on unix:{self.path}\n", gateway.process.output())
        text = random_text(3 << 20)
        with self.wire() as session, Wire(self.upstream.at(gateway)) as other:
            self.assertEqual([[text]], session.rows(f"select '{text}'"))
            self.assertEqual([["1"]], other.rows("select 1"))

    def test_a_wrong_password_is_the_servers_error(self):
        self.listen()
        with self.assertRaises(ServerError) as refused:
            Wire(self.upstream.on(self.path), password="wrong")
        self.assertIn(refused.exception.code, (1045, 20101))

    def test_clients_are_handed_round_the_threads(self):
        gateway = self.listen(threads=3)
        sessions = [self.wire() for _ in range(6)]
        for session in sessions:
            self.assertEqual([["1"]], session.rows("select 1"))
        self.assertEqual([2, 2, 2], sorted(self._sockets_in_use(gateway)))

    @staticmethod
    def _sockets_in_use(gateway):
        """How many client sockets each of the gateway's epolls watches: those of sessions, not those that listen."""
        folder = f"/proc/{gateway.pid}"
        clients = set()
        for fd in os.listdir(f"{folder}/fd"):
            link = os.readlink(f"{folder}/fd/{fd}")
            if link.startswith("socket:["):
                clients.add((fd, link[8:-1]))
        with open("/proc/net/unix", encoding="utf-8") as table:
            connected = {row.split()[6] for row in table if row.split()[5] == "03"}
        ours = {fd for fd, inode in clients if inode in connected}
        counts = []
        for fd in os.listdir(f"{folder}/fd"):
            if "eventpoll" in os.readlink(f"{folder}/fd/{fd}"):
                with open(f"{folder}/fdinfo/{fd}", encoding="utf-8") as info:
                    watched = [line.split()[1] for line in info if line.startswith("tfd:")]
                count = len(ours.intersection(watched))
                counts += [count] if watched else []
        return [count for count in counts if count]

    def test_the_file_has_the_mode_that_was_asked_for(self):
        for keys, mode in (("", 0o660), ('socket_mode = "0600"', 0o600), ('socket_mode = "0777"', 0o777)):
            with self.subTest(mode=oct(mode)):
                gateway = self.listen(gateway_keys=keys)
                self.assertEqual(mode, stat.S_IMODE(os.stat(self.path).st_mode))
                gateway.stop()

    def test_the_file_is_gone_at_the_end(self):
        gateway = self.listen()
        self.assertTrue(os.path.exists(self.path))
        self.assertEqual(0, gateway.stop())
        self.assertFalse(os.path.exists(self.path))

    def test_the_file_of_a_gateway_that_was_killed_is_replaced(self):
        folder = tempfile.mkdtemp(dir=directory())
        killed = Gateway(folder, self.upstream.address, listen=[f"unix:{self.path}", "127.0.0.1:0"])
        killed.process.child.kill()
        killed.process.wait(20)
        self.assertTrue(os.path.exists(self.path))
        self.listen()
        self.assertEqual([["1"]], self.wire().rows("select 1"))

    def test_the_file_of_a_gateway_that_runs_is_left_to_it(self):
        self.listen()
        self.assertIn("Address already in use", self.refusal())
        self.assertEqual([["1"]], self.wire().rows("select 1"))

    def test_a_file_that_is_no_socket_is_left_alone(self):
        with open(self.path, "w", encoding="utf-8") as out:
            out.write("kept")
        self.assertIn("Address already in use", self.refusal())
        with open(self.path, encoding="utf-8") as kept:
            self.assertEqual("kept", kept.read())

    def test_a_file_that_another_process_put_there_meanwhile_is_left_to_it(self):
        gateway = self.listen()
        os.unlink(self.path)
        with socket.socket(socket.AF_UNIX) as other:
            other.bind(self.path)
            self.assertEqual(0, gateway.stop())
            self.assertTrue(os.path.exists(self.path))

    def test_a_directory_that_is_not_there_is_said_at_start(self):
        self.path = os.path.join(self.folder, "missing", "s")
        self.assertIn(f"unix:{self.path}: No such file or directory", self.refusal())

    def test_idle_sessions_are_told_of_the_end(self):
        gateway = self.listen(threads=2)
        sessions = [self.wire() for _ in range(4)]
        gateway.process.child.terminate()
        for session in sessions:
            self.assertEqual([1053], session.ends())

    def test_check_disturbs_no_gateway_that_runs(self):
        gateway = self.listen()
        checked = tempfile.mkdtemp(dir=directory())
        config = os.path.join(checked, "mogate.toml")
        shutil.copy(gateway.config, config)
        process = self._check(config)
        self.assertEqual((0, f"{config}: ok\n"), (process.child.returncode, process.output()))
        self.assertEqual([["1"]], self.wire().rows("select 1"))

    @staticmethod
    def _check(config):
        process = Process([built("mogate"), "check", "--config", config], config + ".log")
        process.wait(60)
        return process

    def test_show_gateway_sessions_names_the_socket_and_the_clients_process(self):
        self.only_on("simulator", "matrixone")
        self.listen()
        (row,) = self.wire().rows("SHOW GATEWAY SESSIONS")
        self.assertEqual(f"unix:{self.path} pid {os.getpid()}", row[5])

    def test_the_log_names_the_socket_and_the_clients_process(self):
        gateway = self.listen(settings='[log]\nlevel = "debug"\n[timeouts]\nidle = 0.2\n')
        self.assertEqual([4031], self.wire().ends())
        gateway.process.wait_for(f"of unix:{self.path} pid {os.getpid()} ended: client timed out", timeout=20)


class BackendSocketTest(SocketCase):
    def test_a_backend_is_reached_by_its_unix_socket(self):
        self.only_on("mariadb")
        if self.upstream.process is None:
            self.skipTest("needs a server of its own")
        gateway = start_gateway(self, f"unix:{self.upstream.process.socket}")
        with Wire(self.upstream.at(gateway)) as session:
            self.assertEqual([["localhost"]], session.rows("select substring_index(host, ':', 1) from "
                                                           "information_schema.processlist where id = connection_id()"))

    def test_a_backends_socket_that_nobody_listens_on_is_2003(self):
        gateway = start_gateway(self, f"unix:{self.path}")
        with self.assertRaises(ServerError) as refused:
            Wire(self.upstream.at(gateway))
        self.assertEqual(2003, refused.exception.code)


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


@unittest.skipUnless(has_ipv6(), "this machine has no IPv6")
class Ipv6Test(GatewayTest):
    def _gateway(self, address, keys=""):
        return start_gateway(self, listen=[address], settings=keys + '[log]\nlevel = "debug"\n')

    def _address_in_log(self, gateway, host):
        """What the log says of a session from here."""
        with connect(host, gateway.port) as plain:
            port = plain.getsockname()[1]
            plain.sendall(struct.pack("<I", 0xFFFFFF))  # no login
            return gateway.process.wait_for(rf"of (\S+):{port} ended", timeout=20).group(1)

    def test_the_loopback_address_takes_clients(self):
        gateway = self._gateway("[::1]:0")
        self.assertIn("listening on [::1]:", gateway.process.output())
        with Wire(self.upstream.on("::1", gateway.port)) as session:
            self.assertEqual([["1"]], session.rows("select 1"))
        self.assertEqual("[::1]", self._address_in_log(gateway, "::1"))
        with self.assertRaises(ConnectionRefusedError):
            connect("127.0.0.1", gateway.port)

    def test_the_unspecified_address_takes_both_families_and_shows_each_as_it_is(self):
        gateway = self._gateway("[::]:0")
        for host, shown in (("::1", "[::1]"), ("127.0.0.1", "127.0.0.1")):
            with self.subTest(host=host):
                with Wire(self.upstream.on(host, gateway.port)) as session:
                    self.assertEqual([["1"]], session.rows("select 1"))
                self.assertEqual(shown, self._address_in_log(gateway, host))

    def test_both_unspecified_addresses_can_stand_side_by_side(self):
        first = self._gateway("0.0.0.0:0")
        port = first.port
        first.stop()
        gateway = start_gateway(self, listen=[f"0.0.0.0:{port}", f"[::]:{port}"])
        for host in ("::1", "127.0.0.1"):
            with Wire(self.upstream.on(host, gateway.port)) as session:
                self.assertEqual([["1"]], session.rows("select 1"))

    def test_a_backend_is_reached_over_ipv6(self):
        # A client can be asked for a second proof once, not by each of two gateways.
        inner = self._gateway("[::1]:0", keys="early_connect = true\n")
        outer = start_gateway(self, f"[::1]:{inner.port}")
        with Wire(self.upstream.at(outer)) as session:
            self.assertEqual([["1"]], session.rows("select 1"))


if __name__ == "__main__":
    unittest.main()
