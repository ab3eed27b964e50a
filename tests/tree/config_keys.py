#!/usr/bin/env python3
"""Every key that the gateway reads from a file stands in that file of conf/ with a comment, and the other way round.

Usage: config_keys.py ROOT. The unit tests of the readers say what each key means; this finds one that they forgot.
"""
import pathlib
import re
import sys
import tomllib

READ = re.compile(r'\.read(?:_set)?\("(\w+)"|\b(?:strings_of|read_\w+)\(s, "(\w+)"|\.find\("(\w+)"\)')
KEY = re.compile(r"(\w+) = ")
# Sections and lists of sections, which are found and not read.
NO_KEYS = {"rule", "match"}
FILES = {"conf/mogate.toml": "proxy/config", "conf/policies.toml": "proxy/policy"}


def keys(tables):
    """Those of all sections; a section in a section bears a name that the operator chose."""
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from keys(value)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for one in value:
                yield from keys(one)
        else:
            yield name


def explained(lines):
    """Keys one of whose groups of lines, up to the blank one before, has a comment."""
    commented = False
    for line in lines:
        if not line.strip():
            commented = False
        commented = commented or line.startswith("#")
        found = KEY.match(line)
        if found and commented:
            yield found.group(1)


def check(root, name, folder):
    text = (root / name).read_text(encoding="utf-8")
    sources = sorted((root / folder).glob("*.cc"))
    found = (READ.findall(source.read_text(encoding="utf-8")) for source in sources)
    known = {key for keys_of_one in found for groups in keys_of_one for key in groups if key} - NO_KEYS
    named = set(keys(tomllib.loads(text)))
    yield from (f"{name} does not name {key}" for key in sorted(known - named))
    yield from (f"{name} names {key}, which is not read" for key in sorted(named - known))
    yield from (f"{name} does not explain {key}" for key in sorted(named - set(explained(text.splitlines()))))
    if not known:
        yield f"nothing in {folder} reads a key"


def main(root):
    root = pathlib.Path(root)
    problems = [problem for name, folder in FILES.items() for problem in check(root, name, folder)]
    print("\n".join(problems) if problems else "all keys are named and explained")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
