#!/usr/bin/env python3
"""Reads every include of the tree and every file's length, and holds them against DESIGN 1.

Usage: include_rules.py ROOT. Prints path:line: what is wrong; exit status 1 if anything is.
"""
import pathlib
import re
import sys

# What each layer may include of ours. Order is the order of dependence.
LAYERS = {
    "protocol": {"protocol"},
    "rewrite": {"rewrite", "protocol"},
    "policies": {"policies", "rewrite", "protocol"},
    "proxy": {"proxy", "policies", "rewrite", "protocol"},
}
OURS = set(LAYERS) | {"tests"}

# I/O belongs in proxy/ (and in tests, which are outside the layers).
PROXY_ONLY = re.compile(r"^(boost/(asio|beast)[/.]|openssl/(ssl|bio)\.h$|spdlog/|sys/socket\.h$|sys/epoll\.h$|netdb\.h$)")
MYSQL = re.compile(r"(^|/)mysql\.h$")
# A pure layer sees no thread, file or stream either, and reads no clock: time is given to it.
IMPURE = re.compile(r"^(thread|mutex|condition_variable|fstream|iostream|filesystem|"
                    r"unistd\.h|sys/.*|pthread\.h|toml\+\+/.*|CLI/.*)$")
CLOCK = re.compile(r"_clock::now\s*\(|\b(clock_gettime|gettimeofday)\s*\(")
PURE_LAYERS = {"protocol", "rewrite", "policies"}

MAX_LINES = 500
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)[">]')
SUFFIXES = {".h", ".cc"}


def layer_files(root):
    for layer in LAYERS:
        for path in sorted((root / layer).rglob("*")):
            if path.suffix in SUFFIXES:
                yield layer, path


def includes(lines):
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(1), found.group(2)


def check_include(layer, quote, name):
    top = name.split("/", 1)[0]
    if quote == '"' and top not in OURS:
        return f"an include of our own names its folder from the root: {name}"
    if top in OURS and "/" in name and top not in LAYERS[layer]:
        return f"{layer}/ may not include {name}"
    if layer != "proxy" and PROXY_ONLY.search(name):
        return f"{name} belongs in proxy/ only"
    if layer in PURE_LAYERS and (IMPURE.search(name) or MYSQL.search(name)):
        return f"{layer}/ is pure: {name} may not be included"
    return None


def check_file(layer, path, where, with_mysql):
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, quote, name in includes(lines):
        problem = check_include(layer, quote, name)
        if problem:
            yield f"{where}:{number}: {problem}"
        if MYSQL.search(name):
            with_mysql.append(str(where))
            if path.suffix != ".cc":
                yield f"{where}:{number}: mysql.h is included in one .cc, never in a header"
    if layer in PURE_LAYERS:
        for number, line in enumerate(lines, 1):
            if CLOCK.search(line):
                yield f"{where}:{number}: {layer}/ is pure: time is given to it, it reads no clock"
    if len(lines) > MAX_LINES:
        yield f"{where}:{len(lines)}: longer than {MAX_LINES} lines"


def check(root):
    problems = []
    with_mysql = []
    for layer, path in layer_files(root):
        problems += check_file(layer, path, path.relative_to(root), with_mysql)
    if len(with_mysql) > 1:
        problems.append("mysql.h is included in more than one file: " + ", ".join(with_mysql))
    return problems


def main(root):
    root = pathlib.Path(root).resolve()
    count = sum(1 for _ in layer_files(root))
    if count == 0:
        print(f"no sources under {root}")
        return 1
    problems = check(root)
    print("\n".join(problems) if problems else f"{count} files keep the rules")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "."))
