#!/usr/bin/env python3
"""Would the tests see it, were the code a little wrong?

    tools/mutate.py [--sample N] [--seconds N] [FILE...]

Changes one token of one file of the decision core (tests/mutation.txt) at a
time, compiles that file, links the tests named for it, and runs them until one
fails: the mutant is killed. One that no test kills has survived. What is done:

    relational   < becomes <=, == becomes !=, ...
    off-by-one   a number, or a limit, is one more or one less
    negate       a condition is turned around
    drop         a statement does nothing
    swap         a limit is another; && is ||; + is -

A copy of the sources is mutated, built with ASan and UBSan in build/mutate. It
resumes where it was stopped (build/mutate/results.json). --sample N tries a fixed N of each file's.
Prints the score and the survivors; fails when the score is under 90 %, or a
survivor is not in tests/mutation.txt with a reason, or one that is was killed.
"""

import argparse
import collections
import filecmp
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILD = os.path.join(ROOT, "build", "mutate")
COPY = os.path.join(BUILD, "source")  # what is mutated, never the sources
TABLE = os.path.join(ROOT, "tests", "mutation.txt")
RESULTS = os.path.join(BUILD, "results.json")
LEAST = 90  # percent

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
  | (?P<number>\b\d\w*\b)
  | (?P<word>\b[A-Za-z_]\w*\b)
  | (?P<op><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^!<>=~?:;,.(){}\[\]])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

RELATIONAL = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="],
              ">=": [">", "<"], "==": ["!="], "!=": ["=="]}
SWAPS = {"&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "++": ["--"],
         "--": ["++"], "+=": ["-="], "-=": ["+="], "|=": ["="], "&": ["|"]}
# What is after these is an operand: + and - there stand between two.
OPERAND = re.compile(r"^(\w+|\)|\])$")

Mutant = collections.namedtuple("Mutant", "key text")


def tokens_of(source):
    return [(m.lastgroup, m.group(), m.start(), m.end())
            for m in TOKEN.finditer(source)
            if m.lastgroup not in ("comment", "directive")]


def in_function(tokens):
    """Which tokens are inside a function's braces."""
    depth, inside, flags = 0, False, []
    for i, (_, text, _, _) in enumerate(tokens):
        if text == "{":
            if depth == 0:
                inside = i > 0 and tokens[i - 1][1] == ")"
            depth += 1
        flags.append(depth > 0 and inside)
        if text == "}":
            depth -= 1
    return flags


def closing(tokens, i):
    depth = 0
    for k in range(i, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[k][1], 0)
        if depth == 0:
            return k
    return i


def asserts(tokens):
    """Token numbers inside assert(...): not the program's doing."""
    found = set()
    for i, token in enumerate(tokens[:-1]):
        if token[1] == "assert":
            found.update(range(i, closing(tokens, i + 1) + 1))
    return found


def edits(tokens, i):
    """(kind, begin, end, new text) for what may be done at a token."""
    group, text, begin, end = tokens[i]
    before = tokens[i - 1][1] if i else ""
    for new in RELATIONAL.get(text, []) if group == "op" else []:
        yield "relational", begin, end, new
    if group == "op" and text in SWAPS and (
            text not in "+-&" or OPERAND.match(before)):
        for new in SWAPS[text]:
            yield "swap", begin, end, new
    if group == "number":
        yield "off-by-one", begin, end, f"({text} + 1)"
        if text not in ("0", "1"):
            yield "off-by-one", begin, end, f"({text} - 1)"
    if group == "word" and re.match(r"RSK_MAX_\w+$|RSK_SMALL_BYTES$", text):
        yield "off-by-one", begin, end, f"({text} + 1)"
        yield "swap", begin, end, f"({text} / 2)"
    if text in ("if", "while") and tokens[i + 1][1] == "(":
        last = closing(tokens, i + 1)
        yield ("negate", tokens[i + 1][2], tokens[last][3], None)
    if text in (";", "{", "}") and i + 1 < len(tokens):
        if not in_parentheses(tokens, i):
            yield from drop(tokens, i + 1)


def in_parentheses(tokens, i):
    """Inside the head of a for loop?"""
    depth = 0
    for k in range(i, -1, -1):
        depth += {")": 1, "(": -1}.get(tokens[k][1], 0)
        if depth < 0:
            return True
        if tokens[k][1] in ("{", "}") and k < i:
            return False
    return False


def drop(tokens, i):
    """A call or an assignment that begins at token i, up to its ';'."""
    if tokens[i][0] != "word" or tokens[i][1] in (
            "return", "if", "for", "while", "do", "else", "switch", "case",
            "default", "goto", "break", "continue", "struct", "enum", "const",
            "static", "size_t", "int", "char", "bool", "unsigned", "uint8_t",
            "uint16_t", "uint32_t", "uint64_t", "int64_t", "va_list", "DIR",
            "FILE", "void", "assert", "ssize_t", "long", "mode_t", "va_start",
            "va_end", "va_copy"):
        return
    if tokens[i + 1][0] == "word" or tokens[i + 1][1] in ("*", ":"):
        return  # a declaration, a label
    k = i
    while k < len(tokens) and tokens[k][1] not in (";", "{", "}"):
        k += 1
    if k < len(tokens) and tokens[k][1] == ";":
        yield "drop", tokens[i][2], tokens[k][2], ""


def one_line(text):
    return " ".join(text.split())


def mutants_of(name):
    """Named so that lines that are added elsewhere do not matter."""
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        source = file.read()
    lines = source.split("\n")
    tokens = tokens_of(source)
    inside, skipped = in_function(tokens), asserts(tokens)
    seen = collections.Counter()
    for i in range(len(tokens)):
        if not inside[i] or i in skipped:
            continue
        for kind, begin, end, new in edits(tokens, i):
            if new is None:
                new = f"(!{source[begin:end]})"
            text = lines[source.count("\n", 0, begin)].strip()
            key = (f"{kind}: {one_line(source[begin:end])} -> "
                   f"{one_line(new)}: {text}")
            seen[key] += 1
            if seen[key] > 1:
                key += f" ({seen[key]})"
            yield Mutant(key, source[:begin] + new + source[end:])


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


def copy_sources():
    names = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], check=True,
                           capture_output=True).stdout.split(b"\0")
    for name in (os.fsdecode(n) for n in names if n):
        here, there = os.path.join(ROOT, name), os.path.join(COPY, name)
        if not os.path.isfile(here) or os.path.islink(here):
            continue
        if os.path.exists(there) and filecmp.cmp(here, there, shallow=False):
            continue
        os.makedirs(os.path.dirname(there), exist_ok=True)
        shutil.copyfile(here, there)
        shutil.copymode(here, there)


def configure():
    copy_sources()
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        subprocess.run(
            ["cmake", "-S", COPY, "-B", BUILD, "-G", "Ninja",
             "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O0",
             "-DRSK_SANITIZE=address,undefined"],
            check=True, stdout=subprocess.DEVNULL)


class Shadow:
    """The copy of a file, put back whatever happens."""

    def __init__(self, name):
        self.path = os.path.join(COPY, name)
        with open(self.path, encoding="utf-8") as file:
            self.text = file.read()

    def __enter__(self):
        return self

    def write(self, text):
        with open(self.path, "w", encoding="utf-8") as file:
            file.write(text)

    def __exit__(self, *_):
        self.write(self.text)


def build(tests):
    return subprocess.run(["ninja", "-C", BUILD, *(f"tests/{t}" for t in tests)],
                          check=False, stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def test_fails(test):
    program = os.path.join(BUILD, "tests", test)
    corpus = os.path.join(ROOT, "tests/fuzz/corpus", test.removeprefix("fuzz_"))
    command = [program, corpus] if test.startswith("fuzz_") else [
        program, "--timeout", "20", "-j1"]
    try:
        return subprocess.run(command, check=False, timeout=60, cwd=ROOT,
                              stdin=subprocess.DEVNULL,
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def judge(shadow, mutant, tests):
    shadow.write(mutant.text)
    if not build(tests):
        return "uncompilable"
    return "killed" if any(test_fails(test) for test in tests) else "survived"


def choose(mutants, sample):
    """A fixed choice: by a hash of what they are."""
    order = sorted(mutants, key=lambda m: hashlib.sha256(
        m.key.encode()).digest())
    return order[:sample] if sample else order


def load():
    try:
        with open(RESULTS, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def save(results):
    with open(RESULTS, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1, sort_keys=True)


def stamp(name, tests):
    """Results hold while the file and its tests are what they were."""
    digest = hashlib.sha256()
    for path in [name, *(f"tests/unit/{t}.c" for t in tests)]:
        full = os.path.join(ROOT, path)
        if os.path.exists(full):
            with open(full, "rb") as file:
                digest.update(file.read())
    return digest.hexdigest()[:16]


def run_file(name, tests, args, results):
    kept = results.setdefault(name, {})
    if kept.get("stamp") != stamp(name, tests):
        kept = results[name] = {"stamp": stamp(name, tests), "mutants": {}}
    chosen = choose(list(mutants_of(name)), args.sample)
    todo = [m for m in chosen if m.key not in kept["mutants"]]
    if todo and (not build(tests) or any(test_fails(t) for t in tests)):
        sys.exit(f"{name}: its tests do not pass as it is")
    with Shadow(name) as shadow:
        for mutant in todo:
            if time.monotonic() > args.until:
                break
            kept["mutants"][mutant.key] = judge(shadow, mutant, tests)
            save(results)
    return {m.key: kept["mutants"][m.key] for m in chosen
            if m.key in kept["mutants"]}


def show(name, outcome, reasons):
    count = collections.Counter(outcome.values())
    told = count["killed"] + count["survived"]
    print(f"{name:28} {count['killed']} of {told} killed"
          f" ({count['uncompilable']} do not compile)", flush=True)
    wrong = 0
    for key, what in sorted(outcome.items()):
        if what == "survived" and key not in reasons:
            print(f"  survived: {key}")
            wrong += 1
        if what == "killed" and key in reasons:
            print(f"  listed as surviving, and killed: {key}")
            wrong += 1
    return count, wrong


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seconds", type=int, default=10**9)
    parser.add_argument("file", nargs="*")
    args = parser.parse_args()
    args.until = time.monotonic() + args.seconds
    table, results = read_table(), load() if os.path.exists(BUILD) else {}
    configure()
    total, wrong = collections.Counter(), 0
    for name, (tests, reasons) in table.items():
        if args.file and name not in args.file:
            continue
        outcome = run_file(name, tests, args, results)
        count, bad = show(name, outcome, reasons)
        total += count
        wrong += bad
    told = total["killed"] + total["survived"]
    score = 100 * total["killed"] / told if told else 0
    print(f"mutation score: {total['killed']} of {told} = {score:.1f} %")
    print(f"{total['killed']} passed, {wrong} failed")
    sys.exit(1 if wrong or score < LEAST else 0)


if __name__ == "__main__":
    main()
