#!/usr/bin/python3
"""Replays recordings of real MatrixOnes (tests/golden/transcripts) against the simulator.

    replay_test.py SIMULATOR GENERATION

Columns (names and wire types), rows, affected rows, status flags and errors have to be the recorded ones. What differs
from run to run stands as {"any": true}; a table's id as {"id": n}: the same n has to be the same id throughout, and
another n another id. Rows without ORDER BY are compared in any order. {"mark": "T1"} keeps the time between two
statements for {T1} in later ones; {time} stands for any time in an error's text. {uri} is the server's own for CDC,
{bad} the same with a wrong password, {address} its host and port.
"""

import datetime
import json
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))

from lib.process import Process  # noqa: E402
from lib.wire import Closed, ServerError, Wire  # noqa: E402

GOLDEN = os.path.join(HERE, "..", "golden", "transcripts")
LISTENING = r"listening on 127\.0\.0\.1:(\d+)"
ORDERED = re.compile(r"order by|^show snapshots|^show pitr|^data branch", re.IGNORECASE)
TIME = re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( \+0000 UTC)?")
CONNECT = "<connect "
NEVER = 1000 * 3600


class Server:
    def __init__(self, port):
        self.host, self.port, self.user, self.password = "127.0.0.1", port, "root", "111"


class Ids:
    """Recorded ids and those of this run: one to one."""

    def __init__(self):
        self.here, self.there = {}, {}

    def same(self, recorded, value):
        return self.here.setdefault(recorded, value) == value and self.there.setdefault(value, recorded) == recorded


def same_cell(recorded, value, ids):
    if not isinstance(recorded, dict):
        return recorded == value
    if "hex" in recorded:
        return isinstance(value, bytes) and value.hex() == recorded["hex"]
    return "any" in recorded or ids.same(recorded["id"], value)


def sort_key(row):
    return [str(value) if not isinstance(value, dict) else "" for value in row]


def same_rows(recorded, rows, ids, ordered):
    if recorded == "any":
        return True
    if not ordered:
        fixed = [i for i in range(len(recorded[0]) if recorded else 0)
                 if not any(isinstance(row[i], dict) for row in recorded)]
        recorded, rows = (sorted(r, key=lambda row: [str(row[i]) for i in fixed]) for r in (recorded, rows))
    return len(recorded) == len(rows) and all(
        len(a) == len(b) and all(same_cell(x, y, ids) for x, y in zip(a, b)) for a, b in zip(recorded, rows))


def shown(result):
    return {"columns": [list(c) for c in result.columns], "rows": result.rows} if result.columns else \
        {"affected": result.affected, "status": result.status}


def difference(recorded, answer, ids, sql):
    """What is not as recorded, or nothing. `answer` is a Result or a ServerError."""
    if isinstance(answer, ServerError):
        got = [answer.code, answer.sqlstate, answer.message]
        masked = [answer.code, answer.sqlstate, TIME.sub("{time}", answer.message)]
        return "" if recorded.get("error") in (got, masked) else f"answered {got}"
    if "error" in recorded:
        return f"answered {shown(answer)}"
    if "columns" in recorded:
        if [list(c) for c in answer.columns] != recorded["columns"]:
            return f"columns {[list(c) for c in answer.columns]}"
        if not same_rows(recorded["rows"], answer.rows, ids, ORDERED.search(sql)):
            return f"rows {answer.rows}"
        return ""
    if answer.columns or (answer.affected, answer.status) != (recorded["affected"], recorded["status"]):
        return f"answered {shown(answer)}"
    return ""


class Replay:
    def __init__(self, server):
        self.server, self.ids, self.sessions = server, Ids(), {}
        address = f"{server.host}:{server.port}"
        self.words = {"{address}": address, "{uri}": f"mysql://{server.user}:{server.password}@{address}",
                      "{bad}": f"mysql://{server.user}:bad@{address}"}

    def close(self):
        for wire in self.sessions.values():
            wire.socket.close()
        self.sessions.clear()

    def connect(self, line):
        name = line["session"]
        if name not in self.sessions:
            self.sessions[name] = Wire(self.server, line["user"], line.get("password"))
        return self.sessions[name]

    def mark(self, name):
        self.words["{" + name + "}"] = f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M:%S.%f}"

    def filled(self, text):
        for word, meaning in self.words.items():
            text = text.replace(word, meaning)
        return text

    def answers(self, line):
        sql = self.filled(line["sql"])
        try:
            wire = self.connect(line)
            return [] if sql.startswith(CONNECT) else wire.query(sql)
        except ServerError as error:
            return [error]

    def step(self, line):
        if "mark" in line:
            return self.mark(line["mark"]) or ""
        if "error" in line:
            line["error"][2] = self.filled(line["error"][2])
        recorded = [line, *line.get("more", ())]
        answers = self.answers(line)
        if len(recorded) != len(answers):
            return f"{len(answers)} answers: {[str(a) for a in answers]}"
        return next(filter(None, (difference(r, a, self.ids, line["sql"]) for r, a in zip(recorded, answers))), "")


def replay_topic(server, path):
    """(lines, those that differ)"""
    replay, count, wrong = Replay(server), 0, 0
    with open(path, encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            line = json.loads(text)
            try:
                problem = replay.step(line)
            except Closed as closed:
                problem = f"connection closed ({closed})"
                replay.sessions.pop(line["session"], None)
            count += 1
            if problem:
                wrong += 1
                recorded = {k: v for k, v in line.items() if k not in ("session", "user", "sql")}
                print(f"{os.path.basename(path)}:{number} [{line['user']}] {line['sql']}\n    recorded {recorded}\n"
                      f"    {problem}", flush=True)
    replay.close()
    return count, wrong


def replay_group(simulator, generation, topics):
    """Topics that were recorded on one cluster one after the other."""
    with tempfile.TemporaryDirectory(prefix="mogate-replay-") as directory:
        # Whatever a CDC task is asked to do, it is not done before the next statement.
        process = Process([simulator, "--data", os.path.join(directory, "data"), "--generation", generation,
                           "--cdc-delay", str(NEVER)], os.path.join(directory, "log"))
        try:
            server = Server(int(process.wait_for(LISTENING, timeout=120).group(1)))
            return [replay_topic(server, os.path.join(GOLDEN, generation, topic + ".jsonl")) for topic in topics]
        finally:
            process.stop()


def main(simulator, generation):
    with open(os.path.join(GOLDEN, generation, "topics"), encoding="utf-8") as groups:
        results = [result for line in groups for result in replay_group(simulator, generation, line.split())]
    lines, wrong = (sum(column) for column in zip(*results))
    print(f"{lines} recorded statements, {wrong} answered otherwise")
    return 1 if wrong or not lines else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
