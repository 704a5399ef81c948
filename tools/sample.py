#!/usr/bin/env python3
"""The sample in README.md is what the program prints for tests/sample.

    tools/sample.py RSKAN           writes it
    tools/sample.py --check RSKAN   exits 1 when the README shows another
"""

import os
import subprocess
import sys
import tempfile
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
README = os.path.join(ROOT, "README.md")
BEGIN = "<!-- sample: written by tools/sample.py, checked by a test -->\n"
END = "<!-- end of sample -->\n"


def sample(rskan):
    """Outside of this repository, so that its configuration is not read."""
    with tempfile.TemporaryDirectory() as folder:
        tree = os.path.join(folder, "shop")
        shutil.copytree(os.path.join(ROOT, "tests", "sample"), tree)
        env = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        out = subprocess.run([os.path.abspath(rskan), "scan", "shop"],
                             cwd=folder, env=env, stdin=subprocess.DEVNULL,
                             capture_output=True, check=False)
    if out.returncode != 1 or out.stderr:
        sys.exit(f"sample: exit {out.returncode}\n{out.stderr.decode()}")
    return out.stdout.decode()


def main():
    check = sys.argv[1:2] == ["--check"]
    rskan = sys.argv[2 if check else 1]
    with open(README, encoding="utf-8") as file:
        old = file.read()
    head, rest = old.split(BEGIN)
    tail = rest.split(END)[1]
    shown = "```console\n$ rskan scan shop\n" + sample(rskan) + "```\n"
    new = head + BEGIN + "\n" + shown + "\n" + END + tail
    if check and new != old:
        print("the sample in README.md is stale: tools/sample.py build/rskan")
        return 1
    if not check:
        with open(README, "w", encoding="utf-8") as file:
            file.write(new)
    return 0


if __name__ == "__main__":
    sys.exit(main())
