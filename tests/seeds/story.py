"""Plays a seed's own text: its blocks of SQL with the tables that it shows, and its command lines with what they print.

A block stands in a test as it stands in the seed. What is masked: hosts, ports, times, uuids, and how long something took.
On a MatrixOne that others use too (MOGATE_TEST_UPSTREAM) the names of a seed are replaced by as long ones of ours, so that
tables keep their widths, and what others have there is overlooked. MOGATE_TEST_OWN_CLUSTER=1 says that it is nobody else's:
then whole accounts and clusters are restored too.
"""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

from lib.case import GatewayTest, directory, service_settings, shared_downstream  # noqa: E402, F401 (for the stories)
from lib.case import shared_upstream, start_gateway  # noqa: E402, F401 (for the stories)
from lib.certificates import Authority  # noqa: E402, F401 (for the stories)
from lib.gateway import built  # noqa: E402
from lib.process import StartError, program, wait_until  # noqa: E402
from lib.replica import set_up_two_sides, subscription_settings  # noqa: E402, F401 (for the stories)
from lib.upstream import Upstream  # noqa: E402
from lib.wire import Wire  # noqa: E402, F401 (for the stories)

_STATEMENT_SECONDS = 240
_PROMPT = "mysql> "
_HELD = re.compile(r"(\d+ rows? in set|Empty set)( \([\d.]+ sec\))?$")
_ECHO = re.compile(r"^-{14}\n(.*?)\n-{14}\n", re.MULTILINE | re.DOTALL)
_SYSTEM = {"Database", "information_schema", "mo_catalog", "mo_debug", "mo_task", "mysql", "system", "system_metrics"}
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")


class _Statement:
    def __init__(self):
        self.text, self.shown = "", []

    @property
    def ended(self):
        return self.text.rstrip().endswith(";")


def statements_of(block):
    """The statements of a block, each with the lines that the seed shows as its answer."""
    found = []
    for line in block.strip("\n").splitlines():
        prompted = line.startswith(_PROMPT)
        if not prompted and (line.startswith(("+-", "| ")) or _HELD.match(line)):
            found[-1].shown.append(line)
        elif line.strip() and not line.removeprefix(_PROMPT).startswith("-- "):
            if prompted or not found or found[-1].ended:
                found.append(_Statement())
            found[-1].text += line.removeprefix(_PROMPT) + "\n"
    return found


def commands_of(block):
    """The command lines of a block, each with the lines that the seed shows as its output."""
    found = []
    for line in block.strip("\n").splitlines():
        # "> ./mo_cdc" and "(base) admin@192 mo-backup % ./mo_br"
        begun = re.match(r"(?:.*[>%] )?(\./mo_.*)", line)
        if begun:
            found.append([begun.group(1), []])
        elif found and found[-1][0].endswith("\\"):
            found[-1][0] += "\n" + line
        elif line.strip():
            found[-1][1].append(line)
    return found


def _table(lines):
    """A table's frame and its rows, whose order the seed does not promise; how long it took is left out."""
    lines = [_HELD.sub(r"\1", line) for line in lines]
    rows = [line for line in lines if line.startswith("| ")]
    return [line for line in lines if not line.startswith("| ")], rows[:1], sorted(rows[1:])


class Story(GatewayTest):
    # The seed's names and ours, of the same lengths.
    names = {}
    databases, accounts, snapshots, pitrs = (), (), (), ()

    @classmethod
    def more_settings(cls):
        """Of the gateway, beside [service]."""
        return ""

    @classmethod
    def setUpClass(cls):
        directory()
        cls.settings = service_settings() + cls.more_settings()
        super().setUpClass()
        cls.is_ours = cls.upstream.kind == "simulator" or bool(os.environ.get("MOGATE_TEST_OWN_CLUSTER"))
        cls.tools = tempfile.mkdtemp(prefix="tools-", dir=directory())
        for name in ("mo_br", "mo_cdc"):
            os.symlink(built("mogate"), os.path.join(cls.tools, name))

    def setUp(self):
        self.clean_up()
        self.addCleanup(self.clean_up)
        ((_, lines),) = self.answers("show databases;", self.direct)
        self.others = {line.strip("| ") for line in lines if line.startswith("| ")} - _SYSTEM

    def clean_up(self):
        for name in self.snapshots:
            self.sql(f"drop snapshot if exists {name};", at=self.direct)
        for name in self.pitrs:
            self.sql(f"drop pitr if exists {name};", at=self.direct)
        for name in self.accounts:
            self.sql(f"drop account if exists {name};", at=self.direct)
        for name in self.databases:
            self.sql(f"drop database if exists {name};", at=self.direct)

    # Names and addresses.

    def ours(self, text):
        """The seed's text with our names, unless the server is a simulator."""
        if self.upstream.kind == "simulator":
            return text
        for name, other in self.names.items():
            text = re.sub(rf"\b{name}\b", other, text)
        return text

    def as_user(self, user, password="111", server=None):
        server = server or self.through
        return Upstream(server.kind, server.host, server.port, self.ours(user), password)

    # SQL.

    def answers(self, block, at=None):
        """Each statement of the block with the lines of its answer, from one session of the mariadb client."""
        at = at or self.through
        statements = statements_of(self.ours(block))
        done = subprocess.run(
            [program("mariadb"), "--no-defaults", "--skip-ssl", f"-h{at.host}", f"-P{at.port}", f"-u{at.user}",
             f"-p{at.password}", "-t", "-vv"],
            input="".join(statement.text for statement in statements), stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, check=False, timeout=_STATEMENT_SECONDS)
        if done.returncode:
            self.fail(f"{block[:300]}\n{done.stdout[-2000:]}")
        parts = _ECHO.split(done.stdout)[2::2]
        lines = [[line for line in part.removesuffix("Bye\n").splitlines() if line] for part in parts]
        # The client says nothing about a change of the database.
        told = [statement for statement in statements if not statement.text.lower().startswith("use ")]
        self.assertEqual(len(told), len(lines), done.stdout)
        return list(zip(told, lines))

    def sql(self, block, at=None):
        """Runs the block's statements; where the seed shows what one answers, that is compared."""
        for statement, answered in self.answers(block, at):
            if not statement.shown:
                continue
            # Some blocks of the seeds leave out how many rows it were.
            if not any(_HELD.match(line) for line in statement.shown):
                answered = [line for line in answered if not _HELD.match(line)]
            if "show databases" in statement.text:
                answered = self._without_others(answered)
            self.assertEqual(_table(statement.shown), _table(answered), statement.text)

    def _without_others(self, lines):
        """Of a list of databases those that others had in account sys before the story began."""
        left = [line for line in lines if line.strip("| ") not in self.others]
        gone = len(lines) - len(left)
        return [re.sub(r"^\d+(?= rows? in set)", lambda count: str(int(count.group()) - gone), line) for line in left]

    def sql_in_time(self, block, at, seconds):
        """As sql(), once what is written somewhere else has arrived; the time only bounds a run that has failed."""
        def arrived():
            try:
                self.sql(block, at)
            except AssertionError:
                return False
            return True

        try:
            wait_until(arrived, seconds, "what is written elsewhere")
        except StartError:
            self.sql(block, at)  # which says what is missing

    def refused(self, sql, what, at=None):
        """That the server, or the gateway, refuses a statement."""
        at = at or self.through
        done = subprocess.run(
            [program("mariadb"), "--no-defaults", "--skip-ssl", f"-h{at.host}", f"-P{at.port}", f"-u{at.user}",
             f"-p{at.password}"], input=self.ours(sql), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            check=False, timeout=_STATEMENT_SECONDS)
        self.assertNotEqual(0, done.returncode, done.stdout)
        self.assertRegex(done.stdout, self.ours(what))

    # Command lines.

    def run_command(self, command, at=None):
        """(exit status, output, errors) of a command line in bash, as a user types it."""
        at = at or self.through
        command = self.ours(command).replace("127.0.0.1:6001", f"{at.host}:{at.port}")
        command = command.replace('--host "127.0.0.1" --port 6001', f'--host "{at.host}" --port {at.port}')
        done = subprocess.run(["/bin/bash", "-c", command], cwd=self.tools, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False,
                              timeout=_STATEMENT_SECONDS)
        return done.returncode, done.stdout, done.stderr

    def shell(self, block, at=None):
        """Runs the block's commands; where the seed shows what one prints, that is compared."""
        for command, shown in commands_of(block):
            status, out, errors = self.run_command(command, at)
            self.assertEqual(0, status, f"{command}\n{out}{errors}")
            if shown:
                self.compare_output(command, [self.ours(line) for line in shown], out.splitlines())
            else:
                self.assertEqual("", out, command)

    def compare_output(self, command, shown, printed):
        self.assertEqual(shown, printed, command)
