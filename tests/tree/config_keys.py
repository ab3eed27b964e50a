#!/usr/bin/env python3
"""Every key that proxy/config reads stands in conf/mogate.toml with a comment, and the other way round.

Usage: config_keys.py ROOT. The unit tests of config say what each key means; this finds one that they forgot.
"""
import pathlib
import re
import sys
import tomllib

READ = re.compile(r'\.read(?:_set)?\("(\w+)"')
KEY = re.compile(r"(\w+) = ")


def keys(tables):
    """Those of all sections; a section in a section bears a name that the operator chose."""
    for name, value in tables.items():
        if isinstance(value, dict):
            yield from keys(value)
        else:
            yield name


def unexplained(lines):
    """Keys whose group of lines, up to the blank one before, has no comment."""
    commented = False
    for line in lines:
        if not line.strip():
            commented = False
        commented = commented or line.startswith("#")
        found = KEY.match(line)
        if found and not commented:
            yield found.group(1)


def main(root):
    root = pathlib.Path(root)
    text = (root / "conf/mogate.toml").read_text(encoding="utf-8")
    sources = sorted((root / "proxy/config").glob("*.cc"))
    known = {key for source in sources for key in READ.findall(source.read_text(encoding="utf-8"))}
    named = set(keys(tomllib.loads(text)))
    problems = [f"conf/mogate.toml does not name {key}" for key in sorted(known - named)]
    problems += [f"conf/mogate.toml names {key}, which is not read" for key in sorted(named - known)]
    problems += [f"conf/mogate.toml does not explain {key}" for key in unexplained(text.splitlines())]
    print("\n".join(problems) if problems else f"{len(known)} keys are named and explained")
    return 1 if problems or not known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
