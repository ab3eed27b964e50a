"""`[login] mode = "bridge"`: clients prove themselves by caching_sha2_password, also those that have no other plugin."""

import hashlib
import os
import ssl
import subprocess
import unittest

import pymysql

from lib import auth, certificates
from lib.breaker import Breaker
from lib.case import GatewayTest, directory, start_gateway
from lib.process import program, wait_until
from lib.upstream import Upstream
from lib.wire import PLUGIN_AUTH, USUAL, Closed, ServerError, Wire

_DENIED, _RESET_CONNECTION = 1045, 0x1F
_BRIDGE = '[login]\nmode = "bridge"\n'
_ONLY_SHA2 = {"plugin": auth.SHA2, "knows": (auth.SHA2,)}
_ONLY_NATIVE = {"plugin": auth.NATIVE, "knows": (auth.NATIVE,)}
_KEY, _CLEAR = ["full", "key"], ["full"]


def setUpModule():
    global authority, tls_settings
    authority = certificates.Authority(directory(), "bridge")
    certificate, key = authority.issue("localhost")
    tls_settings = f'[client_tls]\nmode = "preferred"\ncertificate = "{certificate}"\nkey = "{key}"\n'


def context():
    return ssl.create_default_context(cafile=authority.certificate)


class BridgeTest(GatewayTest):
    settings = _BRIDGE

    def fresh(self, settings="", address=None):
        """The same login at a gateway of this test's own, which remembers nobody yet."""
        return self.upstream.at(start_gateway(self, address, _BRIDGE + settings))

    def at(self, server, **options):
        wire = Wire(server, **{**_ONLY_SHA2, **options})
        self.addCleanup(wire.socket.close)
        return wire

    def assert_denied(self, code=_DENIED, server=None, **options):
        with self.assertRaises(ServerError) as refused:
            self.at(server or self.through, **options)
        self.assertEqual(code, refused.exception.code)
        return refused.exception

    def assert_works(self, session):
        self.assertEqual([["1"]], session.rows("select 1"))

    def user(self, name, password):
        """A user of this test alone; gives what it is called."""
        name = f"mogate_{name}_{os.getpid()}"
        drop = f"drop user if exists {name}"
        with Wire(self.direct) as admin:
            admin.query(drop)
            admin.query(f"create user {name} identified by '{password}'")
            if self.upstream.is_matrixone:
                admin.query(f"grant public to {name}")
        self.addCleanup(self._run, drop)
        return name

    def _run(self, sql):
        with Wire(self.direct) as admin:
            admin.query(sql)

    def failed_logins(self, server):
        with Wire(server, **_ONLY_SHA2) as watcher:
            return int(dict(watcher.rows("show gateway status"))["failed_logins"])


class WaysTest(BridgeTest):
    def test_the_greeting_offers_caching_sha2_password(self):
        with Wire(self.through, login=False) as greeted:
            self.assertEqual(auth.SHA2, greeted.greeted_plugin)

    def test_a_client_sends_its_password_once_and_is_remembered(self):
        for name, settings, options, full in (
                ("without TLS", "", {}, _KEY), ("with TLS", tls_settings, {"tls": context()}, _CLEAR)):
            with self.subTest(name):
                server = self.fresh(settings)
                for steps in (full, ["fast"], ["fast"]):
                    session = self.at(server, **options)
                    self.assertEqual(steps, session.auth_steps)
                    self.assert_works(session)

    def test_what_is_remembered_is_of_both_ways(self):
        server = self.fresh(tls_settings)
        self.assertEqual(_CLEAR, self.at(server, tls=context()).auth_steps)
        self.assertEqual(["fast"], self.at(server).auth_steps)

    def test_a_client_that_begins_with_another_plugin_is_asked_to_switch(self):
        server = self.fresh()
        switch = [f"switch to {auth.SHA2}"]
        for steps in (_KEY, ["fast"]):
            session = self.at(server, plugin="sha256_password")
            self.assertEqual(switch + steps, session.auth_steps)
            self.assert_works(session)

    def test_over_a_unix_socket_the_password_comes_in_the_clear_or_encrypted(self):
        for name, knows_that_it_is_private in (("clear", True), ("encrypted", False)):
            with self.subTest(name):
                path = os.path.join(directory(), f"{name}.sock")
                start_gateway(self, settings=_BRIDGE, listen=[f"unix:{path}", "127.0.0.1:0"])
                session = Wire(Upstream("", path, 0, self.upstream.user, self.upstream.password), **_ONLY_SHA2,
                               private=knows_that_it_is_private)
                self.assertEqual(_CLEAR if knows_that_it_is_private else _KEY, session.auth_steps)
                self.assert_works(session)
                session.socket.close()

    def test_a_user_without_a_password(self):
        self.only_on("mariadb")
        name = self.user("empty", "")
        for options in ({}, {"plugin": "sha256_password"}):
            with self.subTest(options):
                session = self.at(self.through, user=name, password="", **options)
                self.assertNotIn("full", session.auth_steps)
                self.assert_works(session)
        self.assert_denied(user=name, password="x")

    def test_passwords_of_any_kind(self):
        for number, password in enumerate(("p", "\u00fcml\u00e4\u00fct", "q" * 16, "x" * 120, "a b%$", "111")):
            with self.subTest(password=password):
                name = self.user(f"pw{number}", password)
                for steps in (_KEY, ["fast"]):
                    session = self.at(self.through, user=name, password=password)
                    self.assertEqual(steps, session.auth_steps)
                    self.assert_works(session)

    def test_the_session_is_as_any_other(self):
        database = self.database()
        session = self.at(self.through, database=database)
        self.assertEqual([[database]], session.rows("select database()"))
        session.query("create table t (a int)")
        self.assertEqual(2, session.one("insert into t values (1), (2)").affected)
        statement, _, _ = session.prepare("select a from t where a > ?")
        self.assertEqual([[2]], session.execute(statement, [1]).rows)

    def test_the_user_forms_of_matrixone(self):
        self.only_on("simulator", "matrixone")
        with Wire(self.direct) as admin:
            admin.query("drop account if exists mogate_br")
            admin.query("create account mogate_br admin_name 'boss' identified by 'boss-secret'")
        self.addCleanup(self._run, "drop account if exists mogate_br")
        for form in ("mogate_br:boss", "mogate_br#boss", "mogate_br:boss:accountadmin", "mogate_br#boss#accountadmin",
                     "mogate_br%3Aboss"):
            with self.subTest(form):
                for steps in (_KEY, ["fast"]):
                    session = self.at(self.through, user=form, password="boss-secret")
                    self.assertEqual(steps, session.auth_steps)
                    self.assertEqual([["mogate_br", "boss"]],
                                     session.rows("select current_account_name(), current_user_name()"))
        self.assert_denied(user="mogate_br:boss", password="wrong")

    def test_early_connect_makes_no_difference(self):
        server = self.upstream.at(start_gateway(self, settings="early_connect = true\n" + _BRIDGE))
        for steps in (_KEY, ["fast"]):
            session = self.at(server)
            self.assertEqual(steps, session.auth_steps)
            self.assert_works(session)
        self.assert_denied(server=server, password="wrong")


class NativeClientTest(BridgeTest):
    def test_a_client_that_begins_with_the_native_plugin_passes_through(self):
        session = self.at(self.through, **_ONLY_NATIVE)
        self.assertEqual([f"switch to {auth.NATIVE}"], session.auth_steps)
        self.assert_works(session)
        self.assert_denied(password="wrong", **_ONLY_NATIVE)

    def test_it_is_asked_to_switch_where_that_is_configured(self):
        server = self.fresh("switch_native_clients = true\n")
        session = self.at(server, plugin=auth.NATIVE, knows=(auth.NATIVE, auth.SHA2))
        self.assertEqual([f"switch to {auth.SHA2}", *_KEY], session.auth_steps)
        self.assert_works(session)
        with self.assertRaises(auth.UnknownPlugin):
            self.at(server, **_ONLY_NATIVE)

    def test_a_client_without_plugins_logs_in_where_the_backend_is_connected_early(self):
        early = self.upstream.at(start_gateway(self, settings="early_connect = true\n" + _BRIDGE))
        self.assert_works(self.at(early, **_ONLY_NATIVE, capabilities=USUAL & ~PLUGIN_AUTH))
        self.assert_denied(1251, **_ONLY_NATIVE, capabilities=USUAL & ~PLUGIN_AUTH)


class RefusedTest(BridgeTest):
    def test_a_wrong_password_and_an_unknown_user_take_the_same_steps(self):
        self.at(self.through)  # is remembered
        steps = []
        for user, password in ((self.upstream.user, "wrong"), ("mogate_nobody", "wrong")):
            watched = []

            class Watched(Wire):
                def read_answer(self):
                    watched.append(list(self.auth_steps))
                    return super().read_answer()

            with self.subTest(user), self.assertRaises(ServerError):
                Watched(self.through, user=user, password=password, **_ONLY_SHA2)
            steps.append(watched)
        self.assertEqual(steps[0], steps[1])

    def test_the_error_is_the_servers_own(self):
        with self.assertRaises(ServerError) as native:
            Wire(self.direct, password="wrong")
        self.assertEqual(native.exception.message, self.assert_denied(password="wrong").message)

    def test_a_wrong_password_does_not_make_the_gateway_forget_the_right_one(self):
        server = self.fresh()
        self.at(server)
        self.assert_denied(server=server, password="wrong")
        self.assertEqual(["fast"], self.at(server).auth_steps)

    def test_an_unknown_database_is_the_servers_error_and_the_password_stays_remembered(self):
        server = self.fresh()
        self.at(server)
        self.assert_denied(1049, server=server, database="mogate_no_such_db")
        self.assertEqual(["fast"], self.at(server).auth_steps)

    def test_refusals_count_as_failed_logins(self):
        self.only_on("simulator", "matrixone")
        server = self.fresh()
        before = self.failed_logins(server)
        self.assert_denied(server=server, password="wrong")
        self.assertEqual(before + 1, self.failed_logins(server))


class ChangedPasswordTest(BridgeTest):
    def _alter(self, name, password):
        self._run(f"alter user {name} identified by '{password}'")

    def test_a_password_that_was_changed_is_asked_for_once_more(self):
        name = self.user("changed", "old")
        self.assertEqual(_KEY, self.at(self.through, user=name, password="old").auth_steps)
        self._alter(name, "new")
        self.assertEqual(_KEY, self.at(self.through, user=name, password="new").auth_steps)
        self.assertEqual(["fast"], self.at(self.through, user=name, password="new").auth_steps)

    def test_the_old_password_is_asked_for_once_more_and_refused(self):
        name = self.user("kept", "old")
        self.at(self.through, user=name, password="old")
        self._alter(name, "new")
        for _ in range(2):
            self.assert_denied(user=name, password="old")
        self.assertEqual(_KEY, self.at(self.through, user=name, password="new").auth_steps)

    def test_a_password_that_was_changed_and_changed_back(self):
        name = self.user("back", "old")
        self.at(self.through, user=name, password="old")
        self._alter(name, "new")
        self.at(self.through, user=name, password="new")
        self._alter(name, "old")
        self.assertEqual(_KEY, self.at(self.through, user=name, password="old").auth_steps)


class LifetimeTest(BridgeTest):
    def test_nothing_is_remembered_where_the_lifetime_is_0(self):
        server = self.fresh("cache_lifetime = 0\n")
        for _ in range(2):
            self.assertEqual(_KEY, self.at(server).auth_steps)

    def test_what_is_too_old_is_asked_for_again(self):
        server = self.fresh("cache_lifetime = 0.2\n")
        self.assertEqual(_KEY, self.at(server).auth_steps)
        wait_until(lambda: self.at(server).auth_steps == _KEY, 20, "the password to be asked for again")


class KeyTest(BridgeTest):
    def _key_file(self, *options):
        path = os.path.join(directory(), f"{self.id()}.pem")
        subprocess.run([program("openssl"), options[0], "-out", path, *options[1:]], check=True, capture_output=True, timeout=60)
        return path

    def _key_of(self, server):
        class Curious(Wire):
            def send_password(self, password, salt):
                self.send_packet(auth.REQUEST_KEY)
                self.key = self.read_answer()[1:]
                raise Closed("that is all")

        session = Curious(server, login=False)
        self.addCleanup(session.socket.close)
        with self.assertRaises(Closed):
            session.plugin, session.knows = auth.SHA2, (auth.SHA2,)
            session._log_in(server.user, server.password, None, None)
        return session.key

    def test_the_key_is_the_one_in_the_file(self):
        path = self._key_file("genrsa", "2048")
        public = subprocess.run([program("openssl"), "rsa", "-in", path, "-pubout"], check=True, capture_output=True,
                                timeout=60).stdout
        server = self.fresh(f'rsa_key = "{path}"\n')
        self.assertEqual(public, self._key_of(server))
        self.assert_works(self.at(server))

    def test_a_key_that_is_made_at_start_is_another_one_each_time(self):
        self.assertNotEqual(self._key_of(self.fresh()), self._key_of(self.fresh()))

    def test_a_file_that_holds_no_key_is_said_at_start(self):
        path = self._key_file("ecparam", "-name", "prime256v1", "-genkey", "-noout")
        with self.assertRaisesRegex(Exception, "rsa_key"):
            self.fresh(f'rsa_key = "{path}"\n')

    def test_the_key_is_not_given_inside_tls(self):
        server = self.fresh(tls_settings)

        class Confused(Wire):
            def send_password(self, password, salt):
                self.send_packet(auth.REQUEST_KEY)

        with self.assertRaises(ServerError) as refused:
            Confused(server, tls=context(), **_ONLY_SHA2)
        self.assertEqual(_DENIED, refused.exception.code)

    def test_a_password_in_the_clear_is_not_taken_without_tls(self):
        class Careless(Wire):
            def send_password(self, password, salt):
                self.send_packet(password.encode() + b"\0")

        with self.assertRaises(ServerError) as refused:
            Careless(self.fresh(), **_ONLY_SHA2)
        self.assertEqual(_DENIED, refused.exception.code)


class ChangeUserTest(BridgeTest):
    def test_the_other_user_proves_itself_and_is_remembered(self):
        name = self.user("other", "other-secret")
        session = self.at(self.through)
        for steps in (_KEY, ["fast"]):
            session.change_user(name, "other-secret")
            self.assertEqual([f"switch to {auth.SHA2}", *steps], session.auth_steps)
            self.assert_works(session)
            session.change_user(self.upstream.user, self.upstream.password)
            self.assert_works(session)

    def test_a_refusal_ends_the_session(self):
        session = self.at(self.through)
        with self.assertRaises(ServerError) as refused:
            session.change_user(self.upstream.user, "wrong")
        self.assertEqual(_DENIED, refused.exception.code)
        self.assertEqual([], session.ends())


class ResetTest(BridgeTest):
    """COM_RESET_CONNECTION, which MatrixOne lacks."""

    def setUp(self):
        self.only_on("simulator", "matrixone")

    @staticmethod
    def _reset(session):
        session.command(_RESET_CONNECTION)
        return session.read_answer()

    def test_nothing_but_the_database_and_the_connection_id_is_left(self):
        database = self.database()
        session = self.at(self.through, database=database)
        session.query("create table t (a int)")
        session.query("set @left = 1")
        statement, _, _ = session.prepare("select 1")
        session.query("begin")
        session.query("insert into t values (1)")
        for _ in range(3):
            self.assertEqual(b"\0", self._reset(session)[:1])
        self.assertEqual([[database, str(session.connection_id)]],
                         session.rows("select database(), connection_id()"))
        self.assertTrue(self.is_unset(session, "@left"))
        with self.assertRaises(ServerError):
            session.execute(statement)
        wait_until(lambda: session.rows("select count(*) from t") == [["0"]], 20, "the transaction to be gone")

    def test_a_session_without_a_database_and_one_after_a_change_of_the_user(self):
        name = self.user("reset", "reset-secret")
        session = self.at(self.through)
        self._reset(session)
        self.assertIn(session.rows("select database()"), ([[None]], [[""]]))
        session.change_user(name, "reset-secret")
        self._reset(session)
        self.assertEqual([[name]], session.rows("select current_user_name()"))

    def test_a_user_whose_password_was_changed_is_refused(self):
        name = self.user("gone", "old")
        session = self.at(self.through, user=name, password="old")
        self._run(f"alter user {name} identified by 'new'")
        with self.assertRaises(ServerError) as refused:
            self._reset(session)
        self.assertEqual(_DENIED, refused.exception.code)
        self.assertEqual([], session.ends())


class FaultTest(BridgeTest):
    def setUp(self):
        self.breaker = Breaker(self.upstream)
        self.addCleanup(self.breaker.stop)
        self.through = self.fresh("[timeouts]\nconnect = 0.5\nhandshake = 1.0\n", f"127.0.0.1:{self.breaker.port}")

    def test_a_backend_that_is_away_or_silent_is_2003_on_either_way(self):
        for remembered in (False, True):
            for fault in ("refuses", "silent"):
                with self.subTest(fault, remembered=remembered):
                    if fault == "refuses":
                        self.breaker.refuse()
                    self.breaker.silent = fault == "silent"
                    self.assert_denied(2003)
                    if fault == "refuses":
                        self.breaker.listen_again()
                    self.breaker.silent = False
            self.assert_works(self.at(self.through))

    def test_a_login_cut_at_any_byte_of_the_backends_side_is_no_session(self):
        self.at(self.through)
        before = self.breaker.passed
        self.at(self.through).socket.close()
        size = self.breaker.passed - before
        for cut in (*range(1, 12), *range(12, size - 12, 7), *range(size - 12, size)):
            with self.subTest(cut=cut, of=size):
                self.breaker.budget = cut
                with self.assertRaises((ServerError, Closed, ConnectionError)) as ended:
                    session = self.at(self.through)
                    session.rows("select 1")
                self.breaker.budget = None
                if isinstance(ended.exception, ServerError):
                    self.assertIn(ended.exception.code, (2003, 2006, 2013))
        self.assertEqual(["fast"], self.at(self.through).auth_steps)

    def _at_step(self, steps):
        """A client that stops behind so many answers of the server's login."""
        class Stopping(Wire):
            left = 0

            def read_answer(self):
                packet = super().read_answer()
                self.left -= 1
                if self.left == 0:
                    raise InterruptedError
                return packet

        session = Stopping(self.through, login=False)
        self.addCleanup(session.socket.close)
        session.left = steps
        session.plugin, session.knows = "sha256_password", (auth.SHA2,)
        with self.assertRaises(InterruptedError):
            session._log_in(self.upstream.user, self.upstream.password, None, None)
        return session

    def test_a_client_that_does_not_go_on_gets_1043_at_every_step(self):
        # The switch, the demand for the password, the key.
        for steps in (1, 2, 3):
            with self.subTest(steps=steps):
                session = self._at_step(steps)
                self.assertEqual([1043], session.ends())

    def test_a_client_that_vanishes_at_any_step_leaves_nothing_behind(self):
        for steps in (1, 2, 3):
            self._at_step(steps).socket.close()
        self.assert_works(self.at(self.through))

    def test_answers_that_are_none_are_refused_at_every_step(self):
        for steps, packet in ((1, b"x"), (1, bytes(33)), (2, b""), (2, b"\x04"), (3, b""), (3, bytes(256)),
                              (3, bytes(300))):
            with self.subTest(steps=steps, packet=packet):
                session = self._at_step(steps)
                session.send_packet(packet)
                self.assertEqual([_DENIED], session.ends())

    def test_an_answer_over_the_handshakes_limit_is_refused_before_it_is_read(self):
        session = self._at_step(2)
        session.socket.sendall((1 << 20).to_bytes(3, "little") + bytes([session.sequence]))
        self.assertIn(session.ends(), ([1153], []))


class ClientsTest(BridgeTest):
    """Clients that other people wrote."""

    def _connect(self, server, **options):
        connection = pymysql.connect(host=server.host, port=server.port, user=server.user,
                                     **{"password": server.password, **options})
        self.addCleanup(connection.close)
        with connection.cursor() as cursor:
            cursor.execute("select 1")
            self.assertEqual((1,), cursor.fetchone())

    def test_pymysql_by_rsa_and_fast(self):
        server = self.fresh()
        self._connect(server)
        self._connect(server)
        with self.assertRaises(pymysql.err.OperationalError) as refused:
            self._connect(server, password="wrong")
        self.assertEqual(_DENIED, refused.exception.args[0])

    def test_pymysql_over_tls(self):
        server = self.fresh(tls_settings)
        options = {"ssl": {"ca": authority.certificate, "check_hostname": False}}
        self._connect(server, **options)
        self._connect(server, **options)

    def test_the_mariadb_client(self):
        server = self.fresh()
        for _ in range(2):
            done = subprocess.run(
                [program("mariadb"), "--no-defaults", "--skip-ssl", f"-h{server.host}", f"-P{server.port}",
                 f"-u{server.user}", f"-p{server.password}", f"--default-auth={auth.SHA2}", "-Nse", "select 1"],
                capture_output=True, text=True, timeout=60)
            self.assertEqual((0, "1\n"), (done.returncode, done.stdout), done.stderr)


class SecretsTest(BridgeTest):
    def test_no_password_is_in_the_log_or_in_what_the_gateway_shows(self):
        gateway = start_gateway(self, settings=_BRIDGE + '[log]\nlevel = "debug"\n')
        server = self.upstream.at(gateway)
        name = self.user("quiet", "do-not-tell")
        self.at(server, user=name, password="do-not-tell").socket.close()
        with self.assertRaises(ServerError) as refused:
            self.at(server, user=name, password="do-not-tell-either")
        self.assertNotIn("do-not", refused.exception.message)
        self.assertNotIn("do-not", gateway.process.output())

    def test_no_password_is_left_in_memory_and_its_hash_in_the_cache_alone(self):
        if os.environ.get("MOGATE_SANITIZE"):
            self.skipTest("a sanitizer's memory is too large to be read")
        gateway = start_gateway(self, settings=_BRIDGE + tls_settings)
        server = self.upstream.at(gateway)
        passwords = {"shrt-scrt": {"tls": context()}, "a-secret-that-fits-in-no-string-object": {},
                     "another-secret-of-such-a-length-as-this": {"tls": context()}}
        for number, (password, options) in enumerate(passwords.items()):
            name = self.user(f"mem{number}", password)
            for _ in range(2):
                self.at(server, user=name, password=password, **options).socket.close()
            self.assert_denied(server=server, user=name, password=password + "-wrong", **options)
        hashes = [hashlib.sha1(password.encode()).digest() for password in passwords]
        wait_until(lambda: all(_memory_of(gateway.pid).count(one) == 1 for one in hashes), 20,
                   "the sessions' copies of the hashes to be wiped")
        for password in passwords:
            self.assertEqual(0, _memory_of(gateway.pid).count(password.encode()), password)


def _memory_of(pid):
    """What a process could be found to hold; less what the kernel keeps for itself."""
    found = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            addresses, rights = line.split()[:2]
            if not rights.startswith("rw"):
                continue
            begin, end = (int(address, 16) for address in addresses.split("-"))
            memory.seek(begin)
            try:
                found.append(memory.read(end - begin))
            except OSError:
                continue
    return b"".join(found)


if __name__ == "__main__":
    unittest.main()
