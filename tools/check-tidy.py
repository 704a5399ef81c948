#!/usr/bin/env python3
"""clang-tidy over the sources; a file that passed is not looked at again
until it, a header it includes, its flags or .clang-tidy change.

    tools/check-tidy.py BUILD-FOLDER [FILE...]
"""

import concurrent.futures
import hashlib
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RELEASE = "14"  # other releases know other checks
INCLUDE = re.compile(rb'^#\s*include\s*"([^"]+)"', re.M)


# With optimisation on, the C library's <ctype.h> puts nested macros where we
# wrote a call; it is our functions that are measured.
PLAIN = "--extra-arg=-D__NO_CTYPE"


def find_tool():
    for name in (f"clang-tidy-{RELEASE}", "clang-tidy"):
        try:
            said = subprocess.run([name, "--version"], capture_output=True,
                                  text=True, check=False).stdout
        except OSError:
            continue
        if re.search(rf"version {RELEASE}\.", said):
            return name
    print(f"no clang-tidy of release {RELEASE}")
    sys.exit(77)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def with_headers(path):
    """`path` and the headers of ours that it reaches."""
    seen, todo = set(), [path]
    while todo:
        file = todo.pop()
        if file in seen or not os.path.exists(file):
            continue
        seen.add(file)
        for name in INCLUDE.findall(read(file)):
            name = os.fsdecode(name)
            todo += [os.path.join(ROOT, "src", name),
                     os.path.join(os.path.dirname(file), name)]
    return sorted(seen)


def key_of(entry):
    state = hashlib.sha256(RELEASE.encode())
    state.update(entry["command"].encode())
    state.update(read(os.path.join(ROOT, ".clang-tidy")))
    for path in with_headers(entry["file"]):
        state.update(path.encode() + b"\0" + read(path) + b"\0")
    return state.hexdigest()


def check(tool, build, entry):
    """What clang-tidy says of one file; empty when nothing."""
    kept = os.path.join(build, "tidy", key_of(entry))
    if os.path.exists(kept):
        return ""
    done = subprocess.run(
        [tool, "--quiet", "-p", build, PLAIN, entry["file"]], check=False,
        text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    if done.returncode == 0:
        with open(kept, "w", encoding="utf-8"):
            pass
        return ""
    return done.stdout or done.stderr


def entries(build, names):
    wanted = [os.path.abspath(name) for name in names]
    with open(os.path.join(build, "compile_commands.json"),
              encoding="utf-8") as file:
        for entry in json.load(file):
            path = entry["file"]
            if path in wanted or not wanted and \
                    path.startswith(os.path.join(ROOT, "src") + os.sep):
                yield entry


def main():
    build = os.path.abspath(sys.argv[1])
    tool = find_tool()
    todo = list(entries(build, sys.argv[2:]))
    os.makedirs(os.path.join(build, "tidy"), exist_ok=True)

    failed = []
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = pool.map(lambda entry: check(tool, build, entry), todo)
        for entry, text in zip(todo, said):
            if text:
                failed.append(os.path.relpath(entry["file"], ROOT))
                print(text)
    for name in failed:
        print(f"clang-tidy: {name}")
    print("%d passed, %d failed" % (len(todo) - len(failed), len(failed)))
    sys.exit(1 if failed or not todo else 0)


if __name__ == "__main__":
    main()
