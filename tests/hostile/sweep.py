#!/usr/bin/env python3
"""Corrupts one file of a repository at a time and looks at what rskan makes
of it.

    tests/hostile/sweep.py [--rskan FILE] [--mutants N] [--seed N] [--jobs N]
                           [--keep FOLDER] [--only KIND] [--one NUMBER]

Of each kind (loose objects, packs, their indexes, refs, the index,
configuration, ignore files, policy, rules, a baseline) as many mutants as of the others:
bits, bytes, cut, zeroed, doubled, inserted; checksums made right again for
most, loose objects changed before they are deflated. Never a signal, a hang,
a secret in the clear; never fewer keys found in a report that says it is
complete. Mutant number i of a seed is always the same: --one runs it alone,
--keep leaves the bytes of those that fail.
"""

import argparse
import collections
import concurrent.futures
import hashlib
import json
import os
import random
import shutil
import sys
import tempfile
import threading
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import trees    # noqa: E402
from program import Program, parse  # noqa: E402

KINDS = ("loose", "pack", "idx", "refs", "index", "config", "ignore",
         "policy", "rules", "baseline")
POLICY = """fail-on: low
disable:
  - rule: unpinned-resync-package
    reason: not of interest here
exclude:
  - paths: ["third_party/**"]
    reason: not our code
suppressions:
  - rule: hardcoded-resync-key
    path: docs/none.md
    reason: there is none
"""


def make_repository(top):
    """Keys in packed and loose objects, in messages, staged, and in files."""
    tree = trees.Tree(top, "sweep", True)
    tree.write(".gitignore", "node_modules/\n*.log\n!keep.log\n")
    tree.write(".rskan.yaml", POLICY)
    tree.write("extra/evil-extra.yaml",
               trees.rule_file("extra", "BEGIN(?<secret>[a-z]{5,20})"))
    tree.repository()
    for i in range(6):
        tree.write(f"src/f{i}.txt", f"k{i}={tree.secret()}\n" +
                   trees.noise(400 * i).hex())
        tree.commit(f"c{i} " + (tree.secret() if i == 3 else ""))
        tree.write(f"src/f{i}.txt", f"none {i}\n" +
                   trees.noise(400 * i).hex())
        tree.commit(f"d{i}")
    tree.git("tag", "-a", "v1", "-m", "tag " + tree.secret())
    tree.git("branch", "other", "HEAD~3")
    tree.git("repack", "-q", "-a", "-d", "-f", "--depth=20")
    tree.git("pack-refs", "--all")
    tree.write("src/new.txt", f"k={tree.secret()}\n")
    tree.commit("loose")
    tree.git("branch", "fresh")
    tree.write("src/gone.txt", f"k={tree.secret()}\n")
    tree.commit("gone")
    tree.git("rm", "-q", "src/gone.txt")
    tree.git("commit", "-q", "-m", "rm")
    tree.write("src/staged.txt", f"k={tree.secret()}\n")
    tree.git("add", ".")
    return tree


def targets(path):
    """kind -> files"""
    found = collections.defaultdict(list)
    git = os.path.join(path, ".git")
    for folder, _, names in os.walk(os.path.join(git, "objects")):
        for name in names:
            kind = {"pack": "pack", "idx": "idx"}.get(name.split(".")[-1])
            if kind is None and len(os.path.basename(folder)) == 2:
                kind = "loose"
            if kind:
                found[kind].append(os.path.join(folder, name))
    for name in ("HEAD", "packed-refs", "refs/heads/main",
                 "refs/heads/fresh"):
        found["refs"].append(os.path.join(git, name))
    found["index"] = [os.path.join(git, "index")]
    found["config"] = [os.path.join(git, "config")]
    found["ignore"] = [os.path.join(path, ".gitignore"),
                       os.path.join(git, "info", "exclude")]
    found["policy"] = [os.path.join(path, ".rskan.yaml")]
    found["rules"] = [os.path.join(path, "extra", "evil-extra.yaml")]
    return {kind: sorted(files) for kind, files in found.items()}


# --- mutants ------------------------------------------------------------------

EDGES = [0, 1, 2, 0x7f, 0x80, 0xff]


def mutate(rng, data):
    """(the operation's name, the new bytes)"""
    data = bytearray(data or b"\0")
    size = len(data)
    name = rng.choice(["bit", "bit", "bytes", "cut", "zero", "double",
                       "insert", "head", "number", "swap", "grow"])
    at = rng.randrange(size)
    some = rng.randrange(1, 64)
    if name == "bit":
        data[at] ^= 1 << rng.randrange(8)
    elif name == "bytes":
        for _ in range(rng.randrange(1, 8)):
            data[rng.randrange(size)] = rng.choice(
                EDGES + [rng.randrange(256)])
    elif name == "cut":
        del data[at:]
    elif name == "zero":
        data[at:at + some] = bytes(len(data[at:at + some]))
    elif name == "double":
        data[at:at] = data[at:at + some]
    elif name == "insert":
        data[at:at] = rng.randbytes(rng.randrange(1, 16))
    elif name == "head":
        data[rng.randrange(min(1100, size))] = rng.choice(
            EDGES + [rng.randrange(256)])
    elif name == "number":
        data[at:at + 4] = rng.choice(
            [b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff",
             b"\x80\0\0\0", b"\0\0\0\1"])
    elif name == "swap":
        to = rng.randrange(size)
        data[at:at + some], data[to:to + some] = \
            data[to:to + some], data[at:at + some]
    else:
        data += rng.randbytes(some)
    return name, bytes(data)


SIZES = [0, 1, 5, 12, 40, 63, 1 << 31, 1 << 32, 1 << 40, (1 << 63) - 1]


def mutate_loose(rng, data):
    """Most are changed inside of the stream, a third lie about the size."""
    raw = zlib.decompress(data)
    head, body = raw.split(b"\0", 1)
    choice = rng.random()
    if choice < 0.3:
        return mutate(rng, data)
    if choice < 0.6:
        kind = rng.choice([head.split()[0], b"blob", b"tree", b"commit",
                           b"tag", b"blog"])
        size = rng.choice(SIZES + [len(body) - 1, len(body) + 1, len(body)])
        return "lie", zlib.compress(b"%s %d\0" % (kind, size) + body)
    name, raw = mutate(rng, raw)
    return "inner " + name, zlib.compress(raw)


def mutate_file(rng, kind, data):
    if kind == "loose":
        return mutate_loose(rng, data)
    name, data = mutate(rng, data)
    if kind in ("pack", "idx", "index") and len(data) > 40 and \
            rng.random() < 0.8:
        data = data[:-20] + hashlib.sha1(data[:-20]).digest()
        name += " checked"
    return name, data


# --- the program on each -------------------------------------------------------

COMMANDS = {
    "index": (["staged", "."], ["scan", "."]),
    "ignore": (["scan", "."],), "policy": (["scan", "."],),
    "config": (["history", "."], ["audit", "."]),
    "rules": (["scan", ".", "--rules", "extra/evil-extra.yaml"],),
    "baseline": (["scan", ".", "--baseline", "../known.jsonl"],
                 ["history", ".", "--baseline", "../known.jsonl"]),
}


def commands_for(kind):
    return COMMANDS.get(kind, (["history", "."],))


class Seen:
    """What a run said: the keys it found, by what is shown of them."""

    def __init__(self, done):
        self.done = done
        self.report = json.loads(done.out) if done.out else None
        self.keys = set()
        if self.report:
            # What a mutant of an added rule finds is its own affair.
            self.keys = {each["secret"]["masked"]
                         for each in self.report["findings"]
                         if "secret" in each and
                         not each["rule"].startswith("evil")}

    def complete(self):
        return self.report is not None and self.report["complete"]

    def hides(self):
        """What policy takes out of sight is listed, and so is what git has
        us leave out; git add -N has nothing that a commit would take."""
        report = self.report
        skips = {each["reason"]: each["count"]
                 for each in report["coverage"]["skips"]}
        return (report["policy"], len(report["suppressed"]),
                skips.get("ignored", 0), skips.get("excluded", 0))


class Bench:
    """A repository, the program, and what it says when nothing is broken."""

    def __init__(self, options):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-sweep-"))
        os.chmod(self.top, 0o755)
        self.tree = make_repository(self.top)
        self.program = Program(options.rskan, self.top, options.sanitized)
        self.files = targets(self.tree.path)
        self.files["baseline"] = [self.make_baseline()]
        self.good = {}
        for kind in KINDS:
            for args in commands_for(kind):
                self.good[tuple(args)] = self.run(args)

    def make_baseline(self):
        """It lists every other finding, so that there are more to hide."""
        path = os.path.join(self.top, "known.jsonl")
        done = self.program.run(["baseline", ".", "--baseline", path],
                                self.tree.path)
        if done.status:
            sys.exit(f"sweep: no baseline: {done.err!r}")
        with open(path, "r+", encoding="utf-8") as file:
            lines = file.readlines()
            file.seek(0)
            file.truncate()
            file.writelines(lines[:1] + lines[1::2])
        return path

    def run(self, args):
        return Seen(self.program.run([*args, "--format", "json"],
                                     self.tree.path))

    def verdict(self, kind, name, args):
        seen = self.run(args)
        good = self.good[tuple(args)]
        problems = self.program.too_much(seen.done)
        problems += judge.leaks(seen.done.out + seen.done.err,
                                self.tree.secrets)
        if problems:
            return "broken", problems
        if seen.done.status not in (0, 1, 2, 3):
            return "broken", [f"exit {seen.done.status}"]
        if seen.report:
            problems = judge.coherent(seen.report, seen.done.status)
        elif not seen.done.err.startswith(b"rskan: "):
            problems = ["neither a report nor a reason"]
        lost = good.keys - seen.keys
        if seen.complete() and lost:
            # An index whose checksum is right says what git would commit.
            hidden = seen.hides() != good.hides() or \
                (args[0] == "staged" and "checked" in name)
            # A baseline hides what was listed before, whatever it says.
            if not hidden or kind == "baseline":
                problems.append(f"complete, without {sorted(lost)}")
        if problems:
            return "broken", problems
        if not seen.complete():
            return ("refused" if seen.done.status == 2 else "told"), []
        return "same", []

    def mutant(self, number, options):
        rng = random.Random(f"{options.seed} {number}")
        kinds = [options.only] if options.only else KINDS
        kind = kinds[number % len(kinds)]
        path = rng.choice(self.files[kind])
        with open(path, "rb") as file:
            data = file.read()
        state = os.stat(path)
        name, broken = mutate_file(rng, kind, data)
        replace(path, broken)
        try:
            results = [(args, *self.verdict(kind, name, args))
                       for args in commands_for(kind)]
        finally:
            replace(path, data)
            os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
        return kind, os.path.relpath(path, self.tree.path), name, broken, \
            results


def replace(path, data):
    """Objects are read-only files."""
    os.unlink(path)
    with open(path, "wb") as file:
        file.write(data)


# --- all of them ----------------------------------------------------------------

def run_some(numbers, options, told):
    bench = Bench(options)
    try:
        for number in numbers:
            told(number, bench.mutant(number, options))
    finally:
        shutil.rmtree(bench.top, ignore_errors=True)


class Tally:
    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.count = collections.defaultdict(collections.Counter)
        self.failed = 0

    def told(self, number, what):
        kind, path, name, broken, results = what
        with self.lock:
            for args, word, problems in results:
                self.count[kind][word] += 1
                if not problems:
                    continue
                self.failed += 1
                print(f"# mutant {number}: {path}, {name}, {' '.join(args)}:",
                      *problems, sep="\n#   ", flush=True)
                if self.options.keep:
                    keep(self.options.keep, f"{number}-{kind}", broken)

    def show(self):
        words = ("same", "told", "refused", "broken")
        print("%-8s" % "kind", *("%8s" % word for word in words))
        total = collections.Counter()
        for kind in KINDS:
            if kind in self.count:
                print("%-8s" % kind,
                      *("%8d" % self.count[kind][word] for word in words))
                total.update(self.count[kind])
        print("%-8s" % "all", *("%8d" % total[word] for word in words))
        print("%d passed, %d failed, 0 skipped" %
              (sum(total.values()) - self.failed, self.failed))


def keep(folder, name, data):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--mutants", type=int, default=int(
        os.environ.get("RSKAN_MUTANTS", "5000"
                       if os.environ.get("BIG") == "1" else "300")))
    parser.add_argument("--seed", default="1")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep")
    parser.add_argument("--only", choices=KINDS)
    parser.add_argument("--one", type=int)
    return parse(parser)


def main():
    options = arguments()
    tally = Tally(options)
    numbers = range(options.mutants) if options.one is None else [options.one]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        parts = [pool.submit(run_some, numbers[i::options.jobs], options,
                             tally.told) for i in range(options.jobs)]
        for part in parts:
            part.result()
    print(f"sweep: {len(numbers)} mutants, seed {options.seed}")
    tally.show()
    sys.exit(1 if tally.failed else 0)


if __name__ == "__main__":
    main()
