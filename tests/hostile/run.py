#!/usr/bin/env python3
"""Runs the matrix of hostile input: tests/hostile/rows/*.ini.

    tests/hostile/run.py [options] [ROW...]

    --rskan FILE   the program to test (default: build/dev/rskan)
    --big          also the rows that take gigabytes or minutes (or BIG=1)
    --jobs N       rows at a time (default: the cores)
    --keep         leave the trees where they are, and say where

A ROW is a number of the matrix, `32`, which picks all its parts, or one part,
`32-HEAD`. What a row may say is told in docs/testing.md.
"""

import argparse
import concurrent.futures
import configparser
import glob
import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import probes   # noqa: E402
import trees    # noqa: E402
from program import NOBODY, Program, holds, parse  # noqa: E402

KEYS = {"what", "tree", "run", "exit", "gap", "skip", "find", "note", "canary",
        "as", "needs", "big", "probe", "held", "never", "once", "files",
        "stack", "memory", "seconds", "fixed", "says"}


class Outcome:
    seconds = 0.0

    def __init__(self, row, variant, status, lines=(), note=""):
        self.row, self.variant = row, variant
        self.status = status  # "ok", "not ok", "skip", "held"
        self.lines, self.note = list(lines), note


class Row:
    def __init__(self, name, values, table):
        unknown = set(values) - KEYS
        if unknown:
            sys.exit(f"{table}: row {name}: no such key: {sorted(unknown)}")
        self.name, self.values = name, values
        self.number = int(name.split("-")[0])

    def __getattr__(self, key):
        return self.values.get(key.rstrip("_"), "")

    def lines(self, key):
        return [line.strip() for line in self.values.get(key, "").splitlines()
                if line.strip()]

    def variants(self):
        """With the healthy neighbour and without it."""
        return [""] if self.canary == "no" else ["canary", "alone"]


def read_rows():
    rows = []
    for table in sorted(glob.glob(os.path.join(HERE, "rows", "*.ini"))):
        parser = configparser.RawConfigParser(
            delimiters=("=",), comment_prefixes=("#",), strict=True)
        parser.optionxform = str
        with open(table, encoding="utf-8") as file:
            parser.read_file(file)
        rows += [Row(name, dict(parser[name]), os.path.basename(table))
                 for name in parser.sections()]
    return rows


# --- what a row needs, and where it is held otherwise -----------------------

def missing(row, options):
    """Why this row cannot run here; None when it can."""
    if row.never:
        return row.never
    if row.big and not options.big:
        return "big: script/test --big"
    for need in row.needs.split():
        if need == "root" and os.geteuid() != 0:
            return "needs root"
        if need == "release" and options.sanitized:
            return "not under a sanitizer"
        if need == "uncounted" and options.counted:
            return "not in a build that counts branches"
        if need.startswith("tool:") and not shutil.which(need[5:]):
            return f"needs {need[5:]}"
    return None


def held_elsewhere(row):
    """`held` names files, and after a colon what must be in them."""
    lines = []
    for place in row.lines("held"):
        path, _, text = place.partition(": ")
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                found = text in file.read()
        except OSError:
            found = False
        if not found:
            lines.append(f"{path}: no '{text}': where is this held now?")
    return lines


# --- one row ----------------------------------------------------------------

def in_fresh_folder(options, body):
    top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-hostile-"))
    os.chmod(top, 0o755)
    try:
        return body(top)
    finally:
        if options.keep:
            print(f"# kept: {top}")
        else:
            # Deeper than Python's own removal can go, and unreadable folders.
            subprocess.run(["chmod", "-R", "u+rwX", top], check=False,
                           stderr=subprocess.DEVNULL)
            subprocess.run(["rm", "-rf", top], check=False)


def run_variant(row, variant, options):
    def body(top):
        program = Program(options.rskan, top, options.sanitized, row)
        if not row.tree:
            tree = trees.Tree(top, "none", False)
        else:
            tree = trees.build(row.tree, top, variant == "canary")
        if row.as_ == "nobody" and os.geteuid() == 0:
            tree.give_to(NOBODY)
            program.user = NOBODY
        if row.probe:
            return getattr(probes, row.probe)(tree, program)
        return judge.judge(row, tree, program, variant)

    try:
        lines = in_fresh_folder(options, body)
    except trees.Unbuildable as reason:
        return Outcome(row, variant, "skip", note=str(reason))
    except Exception as error:  # pylint: disable=broad-exception-caught
        lines = ["".join(traceback.format_exception(error))[-2000:]]
    return Outcome(row, variant, "not ok" if lines else "ok", lines)


def run_row(row, options):
    if row.held:
        lines = held_elsewhere(row)
        return [Outcome(row, "", "not ok" if lines else "held", lines,
                        "held by " + ", ".join(row.lines("held")))]
    reason = missing(row, options)
    if reason:
        return [Outcome(row, "", "skip", note=reason)]
    return [timed(run_variant, row, variant, options)
            for variant in row.variants()]


def timed(function, *args):
    begin = time.monotonic()
    outcome = function(*args)
    outcome.seconds = time.monotonic() - begin
    return outcome


# --- the table --------------------------------------------------------------

def show(number, outcome):
    word = "not ok" if outcome.status == "not ok" else "ok"
    note = f" # {outcome.status}: {outcome.note}" if outcome.note else ""
    variant = f" ({outcome.variant})" if outcome.variant else ""
    print(f"{word} {number} - {outcome.row.name}: "
          f"{outcome.row.what}{variant}{note} [{outcome.seconds:.1f} s]")
    for line in outcome.lines:
        print("# " + line[:2000].replace("\n", "\n# "))


def print_totals(rows, outcomes):
    count = {word: sum(each.status == word for each in outcomes)
             for word in ("ok", "not ok", "skip", "held")}
    state = {}
    rank = ["skip", "held", "ok", "not ok"]
    for each in outcomes:
        old = state.get(each.row.number, "skip")
        state[each.row.number] = max(old, each.status, key=rank.index)
    of = {word: sum(each == word for each in state.values()) for word in rank}
    print("matrix: %d of 82 rows: %d run here, %d held by other tests, "
          "%d not to be had here, %d broken; %d parts in %d runs" % (
              len(state), of["ok"], of["held"], of["skip"], of["not ok"],
              len(rows), count["ok"] + count["not ok"]))
    print("%d passed, %d failed, %d skipped" %
          (count["ok"] + count["held"], count["not ok"], count["skip"]))
    return count["not ok"]


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--big", action="store_true",
                        default=os.environ.get("BIG") == "1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true")
    options = parse(parser, b"__asan_init", b"__tsan_init")
    # The section of its counters (preset coverage).
    options.counted = holds(options.rskan, b"__llvm_prf_cnts")
    return options


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    options = arguments()
    every = read_rows()
    absent = set(range(1, 83)) - {row.number for row in every}
    rows = [row for row in every if not options.rows or
            row.name in options.rows or str(row.number) in options.rows]
    if not rows:
        sys.exit("run.py: no such row")

    outcomes = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for each in pool.map(lambda row: run_row(row, options), rows):
            for outcome in each:
                outcomes.append(outcome)
                show(len(outcomes), outcome)
    failed = print_totals(rows, outcomes)
    if absent and not options.rows:
        print(f"# no such rows yet: {sorted(absent)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
