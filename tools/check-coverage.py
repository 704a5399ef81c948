#!/usr/bin/env python3
"""Are all branches of the decision core taken by the tests?

    cmake --preset coverage && cmake --build --preset coverage
    tools/check-coverage.py [--run] [--mcdc] [FILE...]

Counted is each outcome, true and false, of each condition, and each label of a
switch, by clang; tests/coverage/counts.c keeps the counts of all processes of
all tests. --run forgets them and runs the tests: the unit tests, the corpora,
the cases, all of hostile input, what is contained, and the faults. What the
core is stands in tests/coverage.txt:

    src/cage/lock.c
    	FUNCTION: never true: CONDITION -- why no test can take it
    	FUNCTION: never false: CONDITION -- open

What a macro of the system brings is not ours: so assertions need not fail. An
exception that is taken, or of what is not there, is an error, too. "open" is
what a test could take and none does: it is told when it is taken by now.

MC/DC, that each condition alone changes the outcome of its decision, is counted
as well; --mcdc lists the conditions for which this was not seen.
"""

import argparse
import collections
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "coverage")
COUNTS = os.path.join(BUILD, "counts")
TABLE = os.path.join(ROOT, "tests", "coverage.txt")
EXPANSION = 1  # the kind of a region
TESTS = ("^test_|^fuzz_|^cli$|^fixtures$|^reports$|^hostile|^limits$|"
         "^contained$|^faults$")


# ---- the table -------------------------------------------------------------

def read_table():
    """File to {(function, outcome, condition): reason}."""
    table = collections.OrderedDict()
    excepted = None
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            if line[0] != "\t":
                excepted = table.setdefault(line.strip(), {})
                continue
            match = re.fullmatch(
                r"\t(\w+): never (true|false): (.+?) -- (.+)\n", line)
            if not match:
                sys.exit(f"{TABLE}: not understood: {line.strip()}")
            function, outcome, condition, reason = match.groups()
            excepted[function, outcome, condition] = reason
    return table


# ---- what was counted ------------------------------------------------------

def tool(name):
    """The tool of the release that built."""
    with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as file:
        release = re.search(r"^CMAKE_C_COMPILER:.*clang(-\d+)?$", file.read(),
                            re.M)
    if not release:
        sys.exit(f"{BUILD} is not a build of clang: build the preset coverage")
    return name + (release.group(1) or "")


def run_tests():
    for name in os.listdir(COUNTS):
        os.unlink(os.path.join(COUNTS, name))
    subprocess.run(["ctest", "--test-dir", BUILD, "-R", TESTS, "-j2",
                    "--output-on-failure"], check=False)


def programs():
    for name in sorted(os.listdir(COUNTS)):
        for folder in (BUILD, os.path.join(BUILD, "tests")):
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK):
                yield path


def export(chosen, what):
    """llvm-cov's account of the core: `what` of tests/coverage/counts.c."""
    with tempfile.TemporaryDirectory(prefix="rskan-coverage.") as work:
        profiles = []
        rskan = os.path.join(BUILD, "rskan")
        for path in [rskan] if what == "numbers" else programs():
            profile = os.path.join(work, os.path.basename(path))
            subprocess.run([path], check=True,
                           env={**os.environ, "RSK_COUNTS_TO": profile,
                                "RSK_COUNTS_OF": what})
            if os.path.exists(profile):
                profiles.append(profile)
        merged = os.path.join(work, "merged.profdata")
        subprocess.run([tool("llvm-profdata"), "merge", "-o", merged,
                        *profiles], check=True)
        out = subprocess.run(
            [tool("llvm-cov"), "export", "-instr-profile", merged, rskan,
             *(os.path.join(ROOT, name) for name in chosen)],
            check=True, capture_output=True).stdout
    return json.loads(out)["data"][0]


# The numbers of the counters; a branch that has another is derived from some.
NUMBERS = {((i + 1) * 0x9e3779b97f4a7c15 & (1 << 64) - 1) >> 14
           for i in range(1 << 16)}


class Branch:
    """A condition, or a label of a switch: was it true, was it false?"""

    def __init__(self, source, function, at):
        self.line = at[0]
        self.function = function
        self.condition = text_at(source, at)
        self.taken = {"true": False, "false": False}

    def see(self, ended, every, number):
        for outcome, i in (("true", 4), ("false", 5)):
            self.taken[outcome] |= ended[i] > 0 or (
                every[i] > 0 and number[i] in NUMBERS)


def text_at(source, at):
    first, begin, last, end = at
    lines = source[first - 1:last]
    lines[-1] = lines[-1][:end - 1]
    lines[0] = lines[0][begin - 1:]
    return " ".join(" ".join(lines).split())


def placed(function, branch):
    """Where it stands in the file itself: what a macro of ours brings stands
    where that is expanded. None: it is of a macro of the system."""
    at, file = branch[0:4], branch[6]
    while file != 0:
        at, file = next((region[0:4], region[5])
                        for region in function["regions"]
                        if region[7] == EXPANSION and region[6] == file)
    return at if at[0:2] != at[2:4] else None


def gather(exports, name, source):
    """All branches of a file, and its decisions: (line, function, text, which
    conditions have been shown)."""
    branches, decisions = {}, {}
    for functions in zip(*(data["functions"] for data in exports)):
        function = functions[0]
        if function["filenames"][0] != os.path.join(ROOT, name):
            continue
        plain = function["name"].rpartition(":")[2]
        for same in zip(*(each["branches"] for each in functions)):
            at = placed(function, same[0])
            if at:
                branches.setdefault(
                    (plain, *same[0][0:4], same[0][6]),
                    Branch(source, plain, at)).see(*same)
        for record in function["mcdc_records"]:
            at = record[0:4]
            if at[0:2] != at[2:4]:
                decisions[(plain, *at)] = (
                    at[0], plain, text_at(source, at), record[6])
    return list(branches.values()), sorted(decisions.values())


# ---- the verdict -----------------------------------------------------------

class Tally:
    def __init__(self):
        self.total = self.taken = self.excepted = self.open = 0
        self.conditions = self.shown = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    def __str__(self):
        return (f"{self.taken:4} of {self.total:4} branches, "
                f"{self.excepted:2} excepted, {self.open:3} open; MC/DC {self.shown:3} of "
                f"{self.conditions:3}")


def check(name, excepted, exports, mcdc):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        source = file.read().split("\n")
    branches, decisions = gather(exports, name, source)
    tally, wrong, used = Tally(), [], set()
    for branch in sorted(branches, key=lambda b: b.line):
        for outcome, taken in branch.taken.items():
            key = branch.function, outcome, branch.condition
            tally.total += 1
            if taken:
                tally.taken += 1
            elif key in excepted:
                used.add(key)
                if excepted[key] == "open":
                    tally.open += 1
                else:
                    tally.excepted += 1
            else:
                wrong.append(f"{name}:{branch.line}: {branch.function}: "
                             f"never {outcome}: {branch.condition}")
    by_now = []
    for key in sorted(set(excepted) - used):
        line = f"{key[0]}: never {key[1]}: {key[2]}"
        if excepted[key] == "open":
            by_now.append(f"{name}: open, and taken by now: {line}")
        else:
            wrong.append(f"{name}: listed, and not so: {line}")
    lacking = []
    for line, function, text, shown in decisions:
        tally.conditions += len(shown)
        tally.shown += sum(shown)
        which = [str(i + 1) for i, was in enumerate(shown) if not was]
        if which:
            lacking.append(f"{name}:{line}: {function}: condition "
                           f"{', '.join(which)} of {text}")
    print(f"{name:28} {tally}{'' if not wrong else ' FAILED'}")
    for line in wrong + by_now + (lacking if mcdc else []):
        print(f"  {line}")
    return tally, not wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--mcdc", action="store_true")
    parser.add_argument("file", nargs="*")
    args = parser.parse_args()
    table = read_table()
    os.umask(0)
    if args.run:
        run_tests()
    chosen = [name for name in table if not args.file or name in args.file]
    exports = [export(chosen, what) for what in ("ended", "all", "numbers")]
    whole, good = Tally(), 0
    for name in chosen:
        tally, passed = check(name, table[name], exports, args.mcdc)
        whole.add(tally)
        good += passed
    print(f"{'all':28} {whole}")
    print(f"{good} passed, {len(chosen) - good} failed")
    sys.exit(0 if good == len(chosen) else 1)


if __name__ == "__main__":
    main()
