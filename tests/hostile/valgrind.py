#!/usr/bin/env python3
"""Valgrind over the matrix: every tree of tests/hostile/rows that is not big.

    cmake --preset valgrind && cmake --build --preset valgrind
    tests/hostile/valgrind.py [--rskan FILE] [--jobs N] [--keep] [ROW...]

What a row runs must come out under valgrind as the row says. Beyond that each
tree, once, goes through `scan`, `history`, `audit` and `staged`, which may say
what they want as long as it agrees with itself. No process may do what
valgrind objects to: neither the one that scans nor the one that watches it.
tests/hostile/valgrind.supp has what libraries do, with the reason.

The program must be one that does not lock itself in (-DRSK_UNLOCKED=ON), or
the process that scans ends before it has read anything: that valgrind sees
into it is tried first, by a fault on demand.
"""

import argparse
import concurrent.futures
import glob
import json
import os
import shlex
import shutil
import sys
import tempfile
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import run      # noqa: E402
import trees    # noqa: E402
from program import NOBODY, Program  # noqa: E402

COMMANDS = ("scan .", "history .", "audit .", "staged .")
SECONDS, MEMORY = 1800, 8192  # it is slow, and keeps a shadow of all memory


class Watched(Program):
    """A program whose processes are all watched by valgrind."""

    def __init__(self, rskan, top, logs, row=None):
        super().__init__(rskan, top, True, row)
        self.touched.add(self.home)  # by a file of valgrind's own
        self.logs = logs
        self.seconds, self.memory = SECONDS, MEMORY
        self.runs = 0

    def run(self, args, cwd, stdin=None, env=None):
        self.runs += 1
        return self.run_command(
            ["valgrind", "-q", "--vgdb=no", "--num-callers=20",
             "--suppressions=" + os.path.join(HERE, "valgrind.supp"),
             f"--log-file={self.logs}/%p", self.rskan, *args],
            cwd, stdin, env)

    def too_much(self, done):
        return super().too_much(done) + self.objections()

    def objections(self):
        """What the logs since the last time say, and they are gone."""
        lines = []
        for log in sorted(glob.glob(os.path.join(self.logs, "*"))):
            with open(log, encoding="utf-8", errors="replace") as file:
                # "--17-- ..." is about system calls that it does not know.
                text = [line for line in file if line.startswith("==")]
            os.unlink(log)
            if text:
                lines.append("valgrind: " + "".join(text)[:3000])
        return lines


def coherent(tree, program, command):
    """One of the commands for all trees: what is wrong with its end."""
    args = shlex.split(command)
    done = program.run([*args, "--format", "json"], tree.path)
    lines = program.too_much(done)
    lines += judge.leaks(done.out + done.err, tree.secrets)
    if done.status is None:
        return lines
    if done.out:
        lines += judge.coherent(json.loads(done.out), done.status)
    elif done.status not in (2, 3) or not done.err.startswith(b"rskan: "):
        lines.append(f"exit {done.status}, and no report: {done.err[:300]!r}")
    return lines


def in_watched_tree(row, options, body):
    """body(tree, program); (what was wrong, how many runs it took)"""
    def with_tree(top):
        with tempfile.TemporaryDirectory(prefix="rskan-valgrind-") as logs:
            os.chmod(logs, 0o777)
            program = Watched(options.rskan, top, logs, row)
            tree = trees.build(row.tree, top, row.canary != "no")
            if row.as_ == "nobody" and os.geteuid() == 0:
                tree.give_to(NOBODY)
                program.user = NOBODY
            return body(tree, program), program.runs
    return run.in_fresh_folder(options, with_tree)


def watch(row, commands, options):
    """What the row runs, as it says; then the commands for all trees."""
    def body(tree, program):
        lines = [] if row.probe else judge.judge(
            row, tree, program, row.variants()[0])
        for command in commands:
            lines += [f"{command}: {each}"
                      for each in coherent(tree, program, command)]
        return lines

    row.values["once"] = "yes"
    runs = 0
    try:
        lines, runs = in_watched_tree(row, options, body)
    except trees.Unbuildable as reason:
        return run.Outcome(row, "", "skip", note=str(reason))
    except Exception as error:  # pylint: disable=broad-exception-caught
        lines = ["".join(traceback.format_exception(error))[-2000:]]
    return run.Outcome(row, "", "not ok" if lines else "ok", lines,
                       f"{runs} runs")


def sees_into_it(options):
    """Does valgrind see what the process that scans does?"""
    row = run.Row("0", {"tree": "plain"}, "")
    fault = {"RSKAN_FAULT": "segv:ok.env"}

    def body(tree, program):
        done = program.run(["scan", "."], tree.path, env=fault)
        return done.status == 3 and \
            any("Invalid write" in each for each in program.objections())

    return in_watched_tree(row, options, body)[0]


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--rskan", default=os.path.join(
        ROOT, "build", "valgrind", "rskan"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    options.rskan = os.path.abspath(options.rskan)
    options.big, options.sanitized = False, True
    return options


def tasks(options):
    """(row, the commands for all trees if it is the first with its tree)"""
    seen = set()
    for row in run.read_rows():
        if not row.tree or row.big or options.rows and \
                row.name not in options.rows and \
                str(row.number) not in options.rows:
            continue
        commands = () if row.tree in seen else [
            each for each in COMMANDS if each not in row.lines("run")]
        seen.add(row.tree)
        if commands or not row.probe:
            yield row, commands


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    options = arguments()
    if not shutil.which("valgrind"):
        print("needs valgrind")
        sys.exit(77)
    if not sees_into_it(options):
        sys.exit(f"valgrind.py: {options.rskan} is no build of the preset "
                 "valgrind: what is in the process that scans is not seen")

    count = {"ok": 0, "not ok": 0, "skip": 0}
    every = list(tasks(options))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        done = pool.map(lambda task: run.timed(watch, *task, options), every)
        for number, outcome in enumerate(done, 1):
            run.show(number, outcome)
            sys.stdout.flush()
            count[outcome.status] += 1
    print(f"valgrind: {len({row.tree for row, _ in every})} trees")
    print("%d passed, %d failed, %d skipped" % tuple(count.values()))
    sys.exit(1 if count["not ok"] else 0)


if __name__ == "__main__":
    main()
