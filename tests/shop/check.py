#!/usr/bin/env python3
"""What keeps the mended shop safe, line by line.

    tests/shop/check.py RSKAN

tests/fixtures/shop breaks every item of the checklist and shop-fixed is its
mended twin; their answers are in expected.txt there. Here each line that
protects shop-fixed (lines.tsv: item, its answer without the line, file, line)
is taken out alone, and exactly that item must answer otherwise.
"""

import importlib.util
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CASE = os.path.join(ROOT, "tests", "fixtures", "shop-fixed", "audit")


def runner():
    """tools/run-cases.py, which knows how a fixture is made."""
    spec = importlib.util.spec_from_file_location(
        "run_cases", os.path.join(ROOT, "tools", "run-cases.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def lines():
    with open(os.path.join(HERE, "lines.tsv"), encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                yield number, *line.rstrip("\n").split("\t", 3)


def take_out(folder, path, line):
    """Take the one line out of the file, before the history is made."""
    name = os.path.join(folder, path)
    with open(name, encoding="utf-8") as file:
        text = file.read().splitlines(keepends=True)
    places = [i for i, each in enumerate(text) if each.strip() == line.strip()]
    if len(places) != 1:
        sys.exit(f"lines.tsv: {path}: {len(places)} times: {line}")
    del text[places[0]]
    with open(name, "w", encoding="utf-8") as file:
        file.writelines(text)


def answers(cases, rskan, change=None):
    with tempfile.TemporaryDirectory() as work, \
            tempfile.TemporaryDirectory() as home:
        options = type("Options", (), {"rskan": rskan})
        env = cases.environment(options, CASE, home)
        cases.copy_tree(os.path.join(CASE, "tree"), work)
        if change:
            take_out(work, *change)
        subprocess.run(["sh", "-eu", os.path.join(CASE, "git")], cwd=work,
                       env=env, check=True, stdin=subprocess.DEVNULL,
                       capture_output=True)
        args = open(os.path.join(CASE, "args"), encoding="utf-8").read().split()
        done = subprocess.run([rskan, *args], cwd=work, env=env, check=False,
                              stdin=subprocess.DEVNULL, capture_output=True)
        if done.returncode not in (0, 1):
            sys.exit(f"exit {done.returncode}: {done.stderr.decode()}")
        report = json.loads(done.stdout)
        return {each["id"]: each["answer"] for each in report["checklist"]}


def main():
    rskan = os.path.abspath(sys.argv[1])
    cases = runner()
    usual = answers(cases, rskan)
    failed = n = 0
    items = set()
    for number, item, answer, path, line in lines():
        now = answers(cases, rskan, (path, line))
        want = {**usual, item: answer}
        n += 1
        items.add(item)
        if now == want and usual[item] != answer:
            continue
        failed += 1
        wrong = [f"{key} {usual[key]} -> {now[key]}, not {want[key]}"
                 for key in usual if now[key] != want[key]]
        print(f"lines.tsv:{number}: without '{line.strip()}' of {path}: "
              + ("; ".join(wrong) or "nothing changes"))
    missing = sorted(set(usual) - items)
    if missing:
        print(f"lines.tsv: no line for {', '.join(missing)}")
    print(f"{n} lines, {failed} failed")
    return 1 if failed or missing or not n else 0


if __name__ == "__main__":
    sys.exit(main())
