#!/usr/bin/env python3
"""Are all branches of the decision core taken by the tests?

    cmake --preset coverage && cmake --build --preset coverage
    tools/check-coverage.py [--run] [FILE...]

--run runs the tests first: the unit tests of the rooms concerned, the corpora,
the command line cases, the matrix and what is contained. Not the faults: they
would also hit what gcov reads and writes, which then forgets what it had. So
branches that only they take count as not taken. What the core is stands in
tests/coverage.txt:

    src/model/coverage.c           every branch is taken, or
    	return skips[skip].name; -- why no test can take one of this line's
    src/pack/pack.c 85             at least so many percent are

Assertions hold: the branch of one that does not need not be taken. A line that
is listed and whose branches are all taken is an error, too.
"""

import argparse
import collections
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "coverage")
TABLE = os.path.join(ROOT, "tests", "coverage.txt")
TESTS = ("^test_(base|model|report|pack|scan|source|cage)_|^fuzz_|^cli$|"
         "^hostile$|^contained$")


class Entry:
    def __init__(self, least):
        self.least = least
        self.excepted = {}  # text of a line: reason


def read_table():
    entries = collections.OrderedDict()
    entry = None
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            if line[0] != "\t":
                name, *least = line.split()
                entry = entries[name] = Entry(int(least[0]) if least else 100)
                continue
            text, dashes, reason = line.strip().rpartition(" -- ")
            if not dashes or not reason:
                sys.exit(f"{TABLE}: no reason: {line.strip()}")
            entry.excepted[text] = reason
    return entries


def run_tests():
    for folder, _, names in os.walk(BUILD):
        for name in names:
            if name.endswith(".gcda"):
                os.unlink(os.path.join(folder, name))
    subprocess.run(["ctest", "--test-dir", BUILD, "-R", TESTS, "-j2"],
                   check=False, stdout=subprocess.DEVNULL)


def counts_of(name):
    """Line number: the counts of its branches, over all builds of the file."""
    room, base = name.split("/")[1], os.path.basename(name)
    found = None
    for folder, _, names in os.walk(BUILD):
        if f"rsk_{room}.dir" in folder and base + ".gcda" in names:
            found = os.path.join(folder, base + ".gcda")
    if not found:
        sys.exit(f"{name}: no test ran it: build the preset coverage, --run")
    out = subprocess.run(["gcov", "-b", "--json-format", "--stdout", found],
                         check=True, capture_output=True).stdout
    lines = {}
    for unit in json.loads(out)["files"]:
        if os.path.abspath(os.path.join(BUILD, unit["file"])) != os.path.join(
                ROOT, name) and not unit["file"].endswith(name):
            continue
        for line in unit["lines"]:
            if line["branches"]:
                lines[line["line_number"]] = [
                    b["count"] for b in line["branches"]]
    return lines


def check(name, entry):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        source = file.read().split("\n")
    total = taken = excepted = 0
    missed, used = [], set()
    for number, branches in sorted(counts_of(name).items()):
        text = source[number - 1].strip()
        total += len(branches)
        taken += sum(1 for count in branches if count)
        lacking = sum(1 for count in branches if not count)
        if not lacking:
            continue
        if text.startswith("assert("):
            excepted += lacking  # holds, or the program is wrong
            continue
        if text in entry.excepted:
            used.add(text)
            excepted += lacking
            continue
        missed.append(f"{name}:{number}: {text}")
    percent = 100 * (taken + excepted) / total if total else 100
    print(f"{name:28} {taken:4} of {total:4} branches, {excepted:2} excepted: "
          f"{percent:.1f} %")
    wrong = percent < entry.least
    if wrong or entry.least == 100:
        for line in missed:
            print(f"  {line}")
    for text in sorted(set(entry.excepted) - used):
        print(f"  {name}: listed, and taken all the same: {text}")
        wrong = True
    return not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", action="store_true")
    parser.add_argument("file", nargs="*")
    args = parser.parse_args()
    entries = read_table()
    if args.run:
        run_tests()
    chosen = [name for name in entries if not args.file or name in args.file]
    good = sum(check(name, entries[name]) for name in chosen)
    print(f"{good} passed, {len(chosen) - good} failed")
    sys.exit(0 if good == len(chosen) else 1)


if __name__ == "__main__":
    main()
