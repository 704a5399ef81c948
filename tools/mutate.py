#!/usr/bin/env python3
"""Would the tests see it, were the code a little wrong?

    tools/mutate.py [--sample N] [--seconds N] [--sanitize] [--verbose] [FILE...]

Changes one token of one file of the decision core (tests/mutation.txt) at a
time, as tools/mutants.py says, and runs the tests named for the file until one
fails: the mutant is killed. One that no test kills has survived.

All mutants of all files are compiled into one build (build/mutate), asleep; a
test program takes a list of them, wakes one after the other and runs the tests
that come through its function, each in a fork() (tests/mutation/driver.c). So a
mutant costs no compiler, no linker, no start of a program. Commands of the table
(`cli:CASE`, `contained:WORD`) run the program with a mutant that has survived.

Results are kept (build/mutate/results.json) while the file and its tests are
what they were. --sample N tries a fixed N of each file's: those whose names have
the least SHA-256. --sanitize runs what has survived once more, with ASan and
UBSan (build/mutate-sanitized). Prints the score and the survivors; fails when
the score is under 90 %, or a survivor is not in tests/mutation.txt with a
reason, or one that is was killed, without a sanitizer.
"""

import argparse
import collections
import filecmp
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time

from mutants import firsts_of, mutants_of, woven

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TABLE = os.path.join(ROOT, "tests", "mutation.txt")
RESULTS = os.path.join(ROOT, "build", "mutate", "results.json")
# Its own for each copy of the repository, that several can be tried at a time;
# as long as "/tmp/rskan", which the tests have.
TEMPORARY = "/tmp/rs" + hashlib.sha256(ROOT.encode()).hexdigest()[:3]
PER_FILE = 1000  # numbers of mutants
LEAST = 90       # percent
AT_ONCE = 100    # mutants that one start of a test program tries

File = collections.namedtuple("File", "name tests reasons mutants base bad")


def read_table():
    """file: (tests, {key: reason})"""
    table = collections.OrderedDict()
    with open(TABLE, encoding="utf-8") as file:
        for line in file:
            if line.startswith("#") or not line.strip():
                continue
            if line[0] != "\t":
                name, *tests = line.split()
                reasons = {}
                table[name] = (tests, reasons)
                continue
            key, dashes, reason = line.strip().rpartition(" -- ")
            if not dashes:
                sys.exit(f"{TABLE}: no reason: {line.strip()}")
            reasons[key] = reason
    return table


def reason_of(file, key):
    """The line of the table for a mutant; a * in it stands for anything."""
    for line in file.reasons:
        pattern = ".*".join(re.escape(part) for part in line.split("*"))
        if line == key or "*" in line and re.fullmatch(pattern, key):
            return line
    return None


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    """Only what has changed: the build goes by dates."""
    if os.path.exists(path) and read(path) == text:
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


# ---- the build ----

class Build:
    """A copy of the sources with all mutants in it, and what is made of it."""

    def __init__(self, folder, sanitize):
        self.folder = os.path.join(ROOT, "build", folder)
        self.copy = os.path.join(self.folder, "source")
        self.stand_in = os.path.join(self.folder, "criterion")
        self.sanitize = sanitize
        self.commands = {}

    def prepare(self, files):
        self.copy_sources({f.name for f in files})
        self.stand_in_for_criterion()
        for file in files:  # cmake wants them there
            there = os.path.join(self.copy, file.name)
            if not os.path.exists(there):
                write(there, "")
        self.configure()
        for file in files:
            self.weave(file)

    def copy_sources(self, but):
        names = subprocess.run(
            ["git", "-C", ROOT, "ls-files", "-z", "-co", "--exclude-standard"],
            check=True, capture_output=True).stdout.split(b"\0")
        for name in (os.fsdecode(n) for n in names if n):
            here = os.path.join(ROOT, name)
            there = os.path.join(self.copy, name)
            if (name in but or name == "tests/fuzz/replay.c" or
                    os.path.islink(here) or not os.path.isfile(here)):
                continue
            if re.match(r"tests/unit/.*\.[ch]$", name):
                # What a killed test leaves behind is swept away.
                write(there, read(here).replace('"/tmp/rskan-',
                                                f'"{TEMPORARY}/'))
                continue
            if os.path.exists(there) and filecmp.cmp(here, there, False):
                continue
            os.makedirs(os.path.dirname(there), exist_ok=True)
            shutil.copyfile(here, there)
            shutil.copymode(here, there)
        write(os.path.join(self.copy, "tests/fuzz/replay.c"),
              '#define RSK_FUZZ_DRIVER\n#include "../mutation/driver.c"\n')

    def stand_in_for_criterion(self):
        """A package of that name, found before the real one."""
        os.makedirs(self.stand_in, exist_ok=True)
        flags = ["-fsanitize=address,undefined"] if self.sanitize else []
        subprocess.run(
            ["cc", "-O1", "-g", "-D_GNU_SOURCE", *flags, "-c",
             os.path.join(ROOT, "tests/mutation/driver.c"),
             "-o", os.path.join(self.stand_in, "driver.o")], check=True)
        subprocess.run(["ar", "rcs", "libcriterion.a", "driver.o"],
                       check=True, cwd=self.stand_in)
        write(os.path.join(self.stand_in, "criterion.pc"),
              "Name: criterion\nDescription: stands in for it\nVersion: 2\n"
              f"Cflags: -I{self.copy}/tests/mutation\n"
              f"Libs: -L{self.stand_in} -lcriterion\n")

    def configure(self):
        if not os.path.exists(os.path.join(self.folder, "build.ninja")):
            environment = dict(os.environ, PKG_CONFIG_PATH=self.stand_in)
            subprocess.run(
                ["cmake", "-S", self.copy, "-B", self.folder, "-G", "Ninja",
                 "-DCMAKE_BUILD_TYPE=Debug",
                 f"-DCMAKE_C_FLAGS_DEBUG=-O1 -g1 -w -I{self.copy}/tests",
                 "-DRSK_FAULTS=ON", f"-DRSK_SANITIZE={self.sanitize}"],
                check=True, stdout=subprocess.DEVNULL, env=environment)
        path = os.path.join(self.folder, "compile_commands.json")
        with open(path, encoding="utf-8") as file:
            for entry in json.load(file):
                name = os.path.relpath(entry["file"], self.copy)
                self.commands[name] = entry["command"]

    def weave(self, file):
        """Without those that do not compile: the compiler names them."""
        source = read(os.path.join(ROOT, file.name))
        there = os.path.join(self.copy, file.name)
        known = there + ".bad"  # what did not, when it was this source
        every = woven(file.name, source, file.mutants, file.base, set())
        digest = hashlib.sha256(every.encode()).hexdigest()
        if os.path.exists(known):
            old, *numbers = read(known).split()
            if old == digest:
                file.bad.update(int(n) for n in numbers)
                return
        write(there, every)
        while wrong := self.compile(file) - file.bad:
            file.bad.update(wrong)
            write(there, woven(file.name, source, file.mutants, file.base,
                               file.bad))
        write(known, " ".join([digest, *map(str, sorted(file.bad))]))

    def compile(self, file):
        """Which mutants do not compile."""
        done = subprocess.run(
            shlex.split(self.commands[file.name]) + ["-fsyntax-only"],
            check=False, cwd=self.folder, capture_output=True, text=True)
        found = {int(n) for n in re.findall(
            r"^mutant-(\d+):\d+:\d+: (?:fatal )?error", done.stderr, re.M)}
        if done.returncode and not found - file.bad:
            sys.exit(f"{file.name}: does not compile:\n{done.stderr[:2000]}")
        return found

    def make(self, targets):
        done = subprocess.run(["ninja", "-C", self.folder, *targets],
                              check=False, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stdout[-4000:])

    def program(self, test):
        return os.path.join(self.folder, "tests", test)


# ---- tests ----

def is_command(test):
    return ":" in test


def ask_program(build, test, file, numbers):
    """{number: the killer} for those that it kills."""
    first = firsts_of(file.mutants)
    environment = dict(os.environ, TMPDIR=TEMPORARY, RSK_CORPUS=os.path.join(
        ROOT, "tests/fuzz/corpus", test.removeprefix("fuzz_")))
    done = subprocess.run(
        [build.program(test),
         *(f"{file.base + first[n]}:{file.base + n}" for n in numbers)],
        check=False, cwd=ROOT, env=environment, capture_output=True,
        text=True, stdin=subprocess.DEVNULL)
    sweep()
    if done.returncode:
        sys.exit(f"{file.name}: {test}: {done.stderr}")
    lines = (line.split(" ", 2) for line in done.stdout.splitlines())
    return {int(number) - file.base: who for number, what, who in lines
            if what == "killed"}


COMMANDS = {
    "cli": ["tools/run-cases.py", "cli", "--jobs", "1"],
    "fixtures": ["tools/run-cases.py", "fixtures", "--jobs", "1"],
    "contained": ["tests/hostile/contained.py", "--only"],
    "hostile": ["tests/hostile/run.py"],
}


def ask_command(build, test, file, numbers):
    """The same, with the whole program, and one start for each mutant."""
    kind, what = test.split(":", 1)
    program = os.path.join(build.folder, "mutant")
    command = [*COMMANDS[kind], *what.split(","), "--rskan", program]
    killers = {}
    for number in [None, *numbers]:
        name = "" if number is None else (
            f"RSK_MUTANT={file.base + number} ")
        write(program, f"#!/bin/sh\n{name}exec {build.folder}/rskan \"$@\"\n")
        os.chmod(program, 0o755)
        try:
            failed = subprocess.run(
                command, check=False, cwd=ROOT, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                timeout=120).returncode != 0
        except subprocess.TimeoutExpired:
            failed = True
        if failed and number is None:
            sys.exit(f"{test} does not pass as it is")
        if failed:
            killers[number] = what
    return killers


def sweep():
    # Tests leave trees behind that are deeper than shutil can take.
    subprocess.run(["rm", "-rf", TEMPORARY], check=True)
    os.makedirs(TEMPORARY, exist_ok=True)


# ---- results ----

def choose(mutants, sample):
    """A fixed choice, by a hash of what they are: their numbers."""
    order = sorted(range(len(mutants)), key=lambda i: hashlib.sha256(
        mutants[i].key.encode()).digest())
    return sorted(order[:sample] if sample else order)


def load():
    try:
        with open(RESULTS, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def save(results):
    with open(RESULTS, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1, sort_keys=True)


def digest_of(path):
    full = os.path.join(ROOT, path)
    if not os.path.exists(full):
        return ""
    return "@" + hashlib.sha256(read(full).encode()).hexdigest()[:12]


def try_file(build, file, args, results):
    """{key: outcome} of those that were chosen and tried by all tests.

    What is known of a mutant holds while the file is what it was, and of a test
    while that is; so a test that is new is tried on the survivors alone.
    """
    mark = digest_of(file.name)
    kept = results.setdefault(file.name, {})
    if kept.get("stamp") != mark:
        kept = results[file.name] = {"stamp": mark, "killed": {}, "tried": {}}
    killed, tried = kept["killed"], kept["tried"]
    marks = {t: t + digest_of(f"tests/unit/{t}.c") +
             "+sanitized" * args.sanitize for t in file.tests}
    known = {t + digest_of(f"tests/unit/{t}.c") for t in file.tests}
    chosen = [i for i in choose(file.mutants, args.sample)
              if i not in file.bad]
    for i in chosen:
        key = file.mutants[i].key
        if key in killed and killed[key].split()[0].replace(
                "+sanitized", "") not in known:
            del killed[key]
    for test in file.tests:
        todo = [i for i in chosen if file.mutants[i].key not in killed and
                marks[test] not in tried.get(file.mutants[i].key, [])]
        ask = ask_command if is_command(test) else ask_program
        begun = time.monotonic()
        for k in range(0, len(todo), AT_ONCE):
            if time.monotonic() > args.until:
                break
            some = todo[k:k + AT_ONCE]
            killers = ask(build, test, file, some)
            for i in some:
                key = file.mutants[i].key
                if i in killers:
                    killed[key] = f"{marks[test]} {killers[i]}"
                else:
                    tried.setdefault(key, []).append(marks[test])
            save(results)
        if args.verbose and todo:
            left = sum(file.mutants[i].key not in killed for i in todo)
            print(f"  {test}: {len(todo) - left} of {len(todo)} in "
                  f"{time.monotonic() - begun:.0f} s", flush=True)
    every = {marks[t] for t in file.tests}
    outcome = {}
    for i in chosen:
        key = file.mutants[i].key
        if key in killed:
            outcome[key] = killed[key]
        elif every <= set(tried.get(key, [])):
            outcome[key] = "survived"
    return outcome


def show(file, outcome):
    """(killed, survived, survivors without a reason and reasons without one)"""
    killed = [k for k, what in outcome.items() if what != "survived"]
    survived = [k for k, what in outcome.items() if what == "survived"]
    print(f"{file.name:28} {len(killed)} of {len(outcome)} killed, "
          f"{len(file.mutants) - len(file.bad)} there are"
          f" ({len(file.bad)} more do not compile)", flush=True)
    by_sanitizer = [k for k in killed if "+sanitized " in outcome[k]]
    used = {reason_of(file, k) for k in survived + by_sanitizer}
    wrong = [f"  survived: {k}" for k in survived if not reason_of(file, k)]
    wrong += [f"  listed as surviving, and killed: {k}" for k in killed
              if k in file.reasons and k not in by_sanitizer]
    there = {m.key for m in file.mutants}
    wrong += [f"  listed, and none is like it: {k}" for k in file.reasons
              if k not in used and k not in killed and
              ("*" in k or k not in there)]
    for line in sorted(wrong):
        print(line)
    return len(killed), len(survived), len(wrong)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=10**9)
    parser.add_argument("--sanitize", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("file", nargs="*")
    args = parser.parse_args()
    args.until = time.monotonic() + args.seconds
    files = []
    for number, (name, (tests, reasons)) in enumerate(read_table().items()):
        mutants = list(mutants_of(read(os.path.join(ROOT, name))))
        files.append(File(name, tests, reasons, mutants, number * PER_FILE,
                          set()))
    build = Build("mutate-sanitized" if args.sanitize else "mutate",
                  "address,undefined" if args.sanitize else "")
    sweep()
    begun = time.monotonic()
    build.prepare(files)
    picked = [f for f in files if not args.file or f.name in args.file]
    tests = {t for f in picked for t in f.tests}
    build.make(sorted({"rskan" if is_command(t) else f"tests/{t}"
                       for t in tests}))
    print(f"built in {time.monotonic() - begun:.0f} s", flush=True)
    os.makedirs(os.path.dirname(RESULTS), exist_ok=True)
    results, sums = load(), [0, 0, 0]
    for file in picked:
        outcome = try_file(build, file, args, results)
        sums = [a + b for a, b in zip(sums, show(file, outcome))]
    killed, survived, wrong = sums
    score = 100 * killed / (killed + survived) if killed else 0
    print(f"mutation score: {killed} of {killed + survived} = {score:.1f} %")
    print(f"{killed} passed, {wrong} failed")
    sys.exit(1 if wrong or score < LEAST else 0)


if __name__ == "__main__":
    main()
