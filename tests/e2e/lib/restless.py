"""A writer that changes the tables of a database all the time: rows, keys and definitions, of every kind that a copy could
stumble over. What it does is drawn from a seed; what the server refuses (a key that is there already) is no matter."""

import collections
import random
import sys
import threading

from .wire import Closed, ServerError, Wire

_PAUSE_SECONDS = 0.01  # between two changes: the processor is others' too
_WORKING_SECONDS = 60
_MOST_ROWS = 300
_TABLES = {
    "pk": "(id int primary key, a varchar(60), b decimal(10, 2), n int)",
    "composite": "(x int, y varchar(20), v int, primary key (x, y))",
    "nokey": "(a int, b text)",
    "uniq": "(id int primary key, code varchar(40) unique, v int)",
    "parent": "(id int primary key, name varchar(20))",
    "child": "(id int auto_increment primary key, p int, v int, foreign key (p) references parent (id))",
    "wide": "(id bigint primary key, bytes blob, words text, at datetime(6), kind enum('a', 'b', 'c'), r double)",
    "moving": "(id int primary key, v varchar(20))",
    "fresh": "(id int primary key, v int)",
}
_ROWS = ("insert", "insert", "insert", "update", "update", "delete", "move_key", "swap_keys", "swap_unique", "family",
         "transaction")
_RARE = ("truncate", "delete_all", "add_column", "drop_column", "widen", "add_index", "drop_index", "rename", "rename_over",
         "drop_and_create", "drop_for_long")


class Writer:
    def __init__(self, server, database, seed):
        self._server, self._database, self._random = server, database, random.Random(seed)
        self.done, self.refused = collections.Counter(), collections.Counter()
        self._wanted, self._wire, self._moving, self._column, self._index = [], None, "moving", False, False
        self._next_id = 1
        self._state, self._running, self._idle, self._ended = threading.Condition(), False, True, False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def create(self):
        with Wire(self._server, database=self._database) as wire:
            for name, columns in _TABLES.items():
                wire.query(f"create table {name} {columns}")
        self._thread.start()

    def resume(self):
        with self._state:
            self._running = True
            self._state.notify_all()

    def pause(self):
        """Returns when nothing is under way."""
        with self._state:
            self._running = False
            if not self._state.wait_for(lambda: self._idle, _WORKING_SECONDS):
                raise AssertionError("the writer does not come to rest")

    def stop(self):
        with self._state:
            self._ended = True
            self._state.notify_all()
        self._thread.join(_WORKING_SECONDS)

    def want(self, change):
        """Makes this change before any other."""
        with self._state:
            self._wanted.append(change)

    def wait_for_more(self, changes):
        """Until it has made so many more."""
        with self._state:
            goal = self.done.total() + self.refused.total() + changes
            if not self._state.wait_for(lambda: self.done.total() + self.refused.total() >= goal, _WORKING_SECONDS):
                raise AssertionError(f"the writer stands still: {self.done} {self.refused}")

    def _run(self):
        while True:
            with self._state:
                self._idle = True
                self._state.notify_all()
                self._state.wait_for(lambda: self._running or self._ended)
                if self._ended:
                    return
                self._idle = False
            self._step()
            with self._state:
                self._state.wait_for(lambda: self._ended, _PAUSE_SECONDS)

    def _step(self):
        change = self._wanted.pop(0) if self._wanted else self._random.choice(
            _ROWS if self._random.random() < 0.97 else _RARE)
        try:
            self._wire = self._wire or Wire(self._server, database=self._database)
            getattr(self, "_" + change)()
            self.done[change] += 1
        except ServerError as error:
            self.refused[f"{change}: {error.code}"] += 1
            self._close_transaction()
        except (Closed, OSError):
            self._forget()

    def _close_transaction(self):
        try:
            self._wire.query("rollback")
        except (ServerError, Closed, OSError):
            self._forget()

    def _forget(self):
        if self._wire:
            self._wire.socket.close()
        self._wire = None

    # Values.

    def _id(self):
        return self._random.randrange(1, _MOST_ROWS)

    def _word(self, longest=20):
        return "".join(self._random.choice("abcxyz äß€,;%_#\t'\\") for _ in range(self._random.randrange(longest)))

    def _text(self, longest=20):
        # A simulator's servers hold 'a' and 'a ' for equal.
        quoted = self._word(longest).rstrip(" ").replace("\\", "\\\\").replace("'", "''")
        return "null" if self._random.random() < 0.1 else f"'{quoted}'"

    def _values(self, table):
        pick, number = self._random, self._random.randrange(1000)
        return {
            "pk": lambda: ("(id, a, b, n)", f"{self._id()}, {self._text()}, {pick.randrange(10**6) / 100}, {number}"),
            "composite": lambda: ("(x, y, v)", f"{pick.randrange(15)}, 'k{pick.randrange(15)}', {number}"),
            "nokey": lambda: ("(a, b)", f"{pick.randrange(9)}, {self._text(4)}"),
            "uniq": lambda: ("(id, code, v)", f"{self._id()}, 'c{self._id()}', {number}"),
            "parent": lambda: ("(id, name)", f"{pick.randrange(40)}, {self._text(10)}"),
            "child": lambda: ("(p, v)", f"{pick.randrange(40)}, {number}"),
            "wide": lambda: ("(id, bytes, words, at, kind, r)",
                             f"{self._id()}, x'{pick.randbytes(pick.randrange(1, 3000)).hex()}', {self._text(3000)}, "
                             f"'2026-01-0{pick.randrange(1, 9)} 10:11:12.{pick.randrange(10**6):06}', "
                             f"'{pick.choice('abc')}', {number / 8}"),
            "moving": lambda: ("(id, v)", f"{self._id()}, 'v{number}'"),
            "fresh": lambda: ("(id, v)", f"{self._id()}, {number}"),
        }[table]()

    def _table(self, *but):
        return self._random.choice([name for name in _TABLES if name not in but])

    def _name(self, table):
        return self._moving if table == "moving" else table

    def _key(self, table):
        return {"composite": "x", "nokey": "a"}.get(table, "id")

    def _value(self, table):
        return {"pk": "n", "nokey": "b", "parent": "name", "wide": "words"}.get(table, "v")

    # Changes of rows.

    def _insert(self, table=None):
        table = table or self._table()
        for _ in range(self._random.randrange(1, 4)):
            columns, values = self._values(table)
            try:
                self._wire.query(f"insert into {self._name(table)} {columns} values ({values})")
            except ServerError as error:
                self.refused[f"insert: {error.code}"] += 1

    def _update(self):
        table, limit = self._table(), self._random.randrange(15)
        self._wire.query(f"update {self._name(table)} set {self._value(table)} = '{self._random.randrange(1000)}' "
                         f"where {self._key(table)} % 15 = {limit}")

    def _delete(self):
        table = self._table("parent")
        self._wire.query(f"delete from {self._name(table)} where {self._key(table)} % 15 = {self._random.randrange(15)}")

    def _move_key(self):
        table = self._random.choice(["pk", "uniq", "wide"])
        self._wire.query(f"update {table} set id = {self._id()} where id = {self._id()}")

    def _swap_keys(self):
        one, other = self._id(), self._id()
        for sql in ("begin", f"update pk set id = -1 where id = {one}", f"update pk set id = {one} where id = {other}",
                    f"update pk set id = {other} where id = -1", "commit"):
            self._wire.query(sql)

    def _swap_unique(self):
        pair = self._wire.rows("select id, code from uniq where code is not null order by v limit 2")
        if len(pair) < 2:
            return
        (one, first), (other, second) = pair
        for sql in ("begin", f"update uniq set code = null where id = {one}",
                    f"update uniq set code = '{first}' where id = {other}",
                    f"update uniq set code = '{second}' where id = {one}", "commit"):
            self._wire.query(sql)

    def _family(self):
        parent = self._random.randrange(40)
        if self._random.random() < 0.5:
            self._wire.query(f"delete from child where p = {parent}")
            self._wire.query(f"delete from parent where id = {parent}")
        else:
            self._wire.query(f"insert into parent values ({parent}, 'p{parent}')")
            self._wire.query(f"insert into child (p, v) values ({parent}, 1), ({parent}, 2)")

    def _transaction(self):
        self._wire.query("begin")
        for table in ("pk", "nokey", "wide"):
            columns, values = self._values(table)
            self._wire.query(f"delete from {table} where {self._key(table)} % 20 = {self._random.randrange(20)}")
            self._wire.query(f"insert into {table} {columns} values ({values})")
        self._wire.query(self._random.choice(["commit", "commit", "rollback"]))

    # Rare ones: whole tables and their definitions.

    def _truncate(self):
        self._wire.query(f"truncate table {self._name(self._table('parent', 'child'))}")

    def _delete_all(self):
        self._wire.query(f"delete from {self._name(self._table('parent'))}")

    def _add_column(self):
        self._wire.query("alter table pk add column more int default 5")
        self._column = True

    def _drop_column(self):
        self._wire.query("alter table pk drop column more")

    def _widen(self):
        self._wire.query(f"alter table pk modify column a varchar({self._random.randrange(60, 200)})")

    def _add_index(self):
        self._wire.query("create index by_n on pk (n)")

    def _drop_index(self):
        self._wire.query("drop index by_n on pk")

    def _rename(self):
        self._moving = next(name for (name,) in self._wire.rows("show tables") if name in ("moving", "moved"))
        to = "moved" if self._moving == "moving" else "moving"
        self._wire.query(f"rename table {self._moving} to {to}")
        self._moving = to

    def _rename_over(self):
        """Another table takes the name of one that goes."""
        self._wire.query("drop table if exists spare")
        self._wire.query("create table spare (id int primary key, v int)")
        self._wire.query(f"insert into spare values (1, {self._id()}), (2, 2)")
        self._wire.query("drop table if exists fresh")
        self._wire.query("rename table spare to fresh")

    def _drop_and_create(self):
        self._wire.query("drop table if exists fresh")
        self._wire.query("create table fresh (id int primary key, v int)")
        self._insert("fresh")

    def _drop_for_long(self):
        """Until the next change of the kind."""
        self._wire.query("drop table if exists fresh")

