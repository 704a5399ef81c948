#!/usr/bin/env python3
"""The sample in README.md is what the program prints for tests/fixtures/shop.

    tools/sample.py RSKAN           writes it
    tools/sample.py --check RSKAN   exits 1 when the README shows another
"""

import importlib.util
import os
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CASE = os.path.join(ROOT, "tests", "fixtures", "shop", "audit")
README = os.path.join(ROOT, "README.md")
BEGIN = "<!-- sample: written by tools/sample.py, checked by a test -->\n"
END = "<!-- end of sample -->\n"
COMMAND = ["audit", "--today", "2026-06-15", "shop"]


def runner():
    """tools/run-cases.py, which knows how a fixture is made."""
    spec = importlib.util.spec_from_file_location(
        "run_cases", os.path.join(ROOT, "tools", "run-cases.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run(rskan, command):
    """What it prints for the shop. Outside of this repository, so that its
    configuration is not read."""
    cases = runner()
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "shop")
        os.mkdir(tree)
        options = type("Options", (), {"rskan": rskan})
        env = cases.environment(options, CASE, folder)
        trouble = cases.fill_fixture(CASE, tree, env)
        if trouble:
            sys.exit(trouble.decode())
        out = subprocess.run([os.path.abspath(rskan), *command],
                             cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             capture_output=True, check=False)
    if out.returncode != 1 or out.stderr:
        sys.exit(f"sample: exit {out.returncode}\n{out.stderr.decode()}")
    return out.stdout.decode()


def sample(rskan):
    """The first screen."""
    return run(rskan, COMMAND).split("== ")[0] + "...\n"


def main():
    check = sys.argv[1:2] == ["--check"]
    rskan = sys.argv[2 if check else 1]
    with open(README, encoding="utf-8") as file:
        old = file.read()
    head, rest = old.split(BEGIN)
    tail = rest.split(END)[1]
    shown = "```console\n$ rskan " + " ".join(COMMAND) + "\n" + sample(rskan)
    new = head + BEGIN + "\n" + shown + "```\n\n" + END + tail
    if check and new != old:
        print("the sample in README.md is stale: tools/sample.py build/rskan")
        return 1
    if not check:
        with open(README, "w", encoding="utf-8") as file:
            file.write(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
