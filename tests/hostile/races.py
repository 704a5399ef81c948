#!/usr/bin/env python3
"""Changes what is being scanned while it is scanned.

    tests/hostile/races.py [--rskan FILE] [--rounds N] [--only NAME]

Files are cut, grown, removed, renamed, swapped for symbolic links out of the
tree, for FIFOs and for folders, made unreadable; folders become symbolic
links; git repacks and prunes; the whole tree is removed. Whatever happens:
no signal, no hang, a report that agrees with itself or a reason; what nobody
touches is found; exit 0 only when all was seen; and nothing from outside the
tree is ever in a report.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import trees    # noqa: E402
from program import Program, parse  # noqa: E402

FILES = 40


class Scene:
    """A tree with a key that stays, files that change, and a key outside."""

    def __init__(self, options, git=False):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-race-"))
        os.chmod(self.top, 0o755)
        self.tree = trees.Tree(self.top, "race", True)
        self.program = Program(options.rskan, self.top, options.sanitized)
        self.tree.write("a.env", f"KEY={self.tree.secret()}\n")
        self.tree.write("z.env", f"KEY={self.tree.secret()}\n")
        self.moving = self.tree.secret()
        for i in range(FILES):
            self.tree.write(f"d{i % 4}/f{i}.txt", self.text(i))
        self.away = self.tree.secret()
        os.makedirs(self.tree.outside, exist_ok=True)
        for name in ("away.txt", *(f"f{i}.txt" for i in range(FILES))):
            with open(os.path.join(self.tree.outside, name), "w",
                      encoding="utf-8") as file:
                file.write(f"k={self.away}\n")
        if git:
            self.tree.git("init", "-q")
            for i in range(6):
                self.tree.write(f"d0/f{i}.txt", self.text(i) + f"{i}\n")
                self.tree.commit(f"c{i}")

    def text(self, i):
        return f"line {i}\n" * (1 + i * 200) + f"k={self.moving}\n"

    def path(self, i):
        return os.path.join(self.tree.path, f"d{i % 4}", f"f{i}.txt")

    def inside(self, *names):
        return os.path.join(self.tree.path, *names)

    def restore(self, i):
        os.makedirs(os.path.dirname(self.path(i)), exist_ok=True)
        swap_in(self.path(i), lambda path: write(path, self.text(i)))


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def swap_in(path, make):
    """Put something else in its place, in one step."""
    other = path + ".new"
    if os.path.lexists(other):
        os.unlink(other)
    make(other)
    os.rename(other, path)


# --- what happens meanwhile: one step, number i --------------------------------

def cut(scene, i):
    os.truncate(scene.path(i), i % 7)
    scene.restore(i)


def append(scene, i):
    with open(scene.path(i), "a", encoding="utf-8") as file:
        file.write("more\n" * 1000)
    if os.path.getsize(scene.path(i)) > 1 << 22:
        scene.restore(i)


def unlink(scene, i):
    os.unlink(scene.path(i))
    scene.restore(i)


def rename(scene, i):
    os.rename(scene.path(i), scene.inside("d0", "moved.txt"))
    os.rename(scene.inside("d0", "moved.txt"), scene.path(i))


def link_file(scene, i):
    away = os.path.join(scene.tree.outside, "away.txt")
    swap_in(scene.path(i), lambda path: os.symlink(away, path))
    scene.restore(i)


def link_folder(scene, i):
    folder = scene.inside(f"d{i % 4}")
    os.rename(folder, scene.inside("aside"))
    os.symlink(scene.tree.outside, folder)
    os.unlink(folder)
    os.rename(scene.inside("aside"), folder)


def fifo(scene, i):
    swap_in(scene.path(i), os.mkfifo)
    scene.restore(i)


def folder_instead(scene, i):
    os.unlink(scene.path(i))
    os.mkdir(scene.path(i))
    os.rmdir(scene.path(i))
    scene.restore(i)


def hard_to_read(scene, i):
    os.chmod(scene.path(i), 0)
    os.chmod(scene.path(i), 0o644)


def repack(scene, i):
    flags = [["-a", "-d", "-q"], ["-a", "-d", "-q", "-f", "--depth=10"],
             ["-d", "-q"]][i % 3]
    scene.tree.git("repack", *flags)
    scene.tree.git("prune-packed", "-q")
    scene.tree.git("hash-object", "-w", "--stdin", stdin=f"new {i}\n")


def collect(scene, i):
    scene.tree.write("d1/f1.txt", f"k={scene.moving} {i}\n")
    scene.tree.commit("again")
    scene.tree.git("gc", "-q", "--prune=now")


def cut_pack(scene, i):
    folder = scene.inside(".git", "objects", "pack")
    packs = [name for name in os.listdir(folder) if name.endswith(".pack")]
    if not packs:
        scene.tree.git("repack", "-a", "-d", "-q")
        return
    path = os.path.join(folder, packs[0])
    with open(path, "rb") as file:
        data = file.read()
    os.chmod(path, 0o644)
    os.truncate(path, max(1, len(data) - 1 - i * 17 % len(data)))
    with open(path, "r+b") as file:
        file.write(data)


def rewrite_refs(scene, i):
    scene.tree.git("update-ref", f"refs/heads/r{i % 5}", "HEAD")
    scene.tree.git("pack-refs", "--all", "--prune")
    scene.tree.git("update-ref", "-d", f"refs/heads/r{i % 5}")


def rewrite_index(scene, i):
    scene.tree.write("d2/f2.txt", f"k={scene.moving} {i}\n")
    scene.tree.git("add", "d2/f2.txt")


RACES = {
    "cut": (cut, ["scan"]), "append": (append, ["scan"]),
    "unlink": (unlink, ["scan"]), "rename": (rename, ["scan"]),
    "link-file": (link_file, ["scan"]),
    "link-folder": (link_folder, ["scan"]), "fifo": (fifo, ["scan"]),
    "folder": (folder_instead, ["scan"]),
    "unreadable": (hard_to_read, ["scan"]),
    "repack": (repack, ["history"]), "gc": (collect, ["history"]),
    "cut-pack": (cut_pack, ["history"]),
    "refs": (rewrite_refs, ["history"]),
    "index": (rewrite_index, ["staged"]),
}
TREE_KEYS = {"a.env", "z.env"}


# --- one race ---------------------------------------------------------------------

def meddle(scene, step, stop, trouble):
    i = 0
    while not stop.is_set():
        try:
            step(scene, i % FILES)
        except (OSError, trees.Unbuildable) as error:
            trouble.append(str(error))
        i += 1
    trouble.append(i)


def look(scene, name, done):
    """What is wrong with one report."""
    lines = scene.program.too_much(done)
    lines += judge.leaks(done.out + done.err, scene.tree.secrets)
    if scene.away[-4:].encode() in done.out:
        lines.append("something from outside the tree")
    if done.status not in (0, 1, 3):
        lines.append(f"exit {done.status}: {done.err[:200]!r}")
    if not done.out:
        if done.status != 3 or not done.err.startswith(b"rskan: "):
            lines.append(f"no report, exit {done.status}: {done.err[:200]!r}")
        return lines
    report = json.loads(done.out)
    lines += judge.coherent(report, done.status)
    found = {each["path"] for each in report["findings"]}
    if RACES[name][1] == ["scan"] and not TREE_KEYS <= found:
        lines.append(f"not found: {sorted(TREE_KEYS - found)}")
    if RACES[name][1] == ["history"] and report["complete"] and not found:
        lines.append("complete, and nothing found")
    return lines


def race(name, options):
    step, args = RACES[name]
    scene = Scene(options, git=args != ["scan"])
    stop, trouble = threading.Event(), []
    thread = threading.Thread(target=meddle,
                              args=(scene, step, stop, trouble))
    thread.start()
    lines, gaps = [], 0
    try:
        for number in range(options.rounds):
            done = scene.program.run([*args, ".", "--format", "json"],
                                     scene.tree.path)
            lines += [f"{name}, round {number}: {each}"
                      for each in look(scene, name, done)]
            gaps += b'"complete":false' in done.out or not done.out
    finally:
        stop.set()
        thread.join()
        shutil.rmtree(scene.top, ignore_errors=True)
    print(f"{name}: {options.rounds} scans, {trouble[-1]} changes meanwhile, "
          f"{gaps} incomplete")
    return lines


def vanish(options):
    """The whole tree goes away."""
    lines = []
    for number in range(options.rounds):
        scene = Scene(options, git=number % 2 == 1)
        command = "history" if number % 2 else "scan"
        with subprocess.Popen(["sh", "-c", f"sleep 0.0{number % 10}; "
                               f"rm -rf '{scene.tree.path}'"]) as remover:
            done = scene.program.run(
                [command, scene.tree.path, "--format", "json"], scene.top)
            remover.wait()
        lines += scene.program.too_much(done)
        lines += judge.leaks(done.out + done.err, scene.tree.secrets)
        if done.out:
            # What went before it was listed was never there to be seen.
            lines += judge.coherent(json.loads(done.out), done.status)
        elif done.status not in (2, 3):
            lines.append(f"vanish: exit {done.status} without a report")
        shutil.rmtree(scene.top, ignore_errors=True)
    print(f"vanish: {options.rounds} scans")
    return lines


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--rounds", type=int, default=int(
        os.environ.get("RSKAN_ROUNDS", "200"
                       if os.environ.get("BIG") == "1" else "12")))
    parser.add_argument("--only", choices=[*RACES, "vanish"])
    return parse(parser)


def main():
    options = arguments()
    failed = passed = 0
    for name in [options.only] if options.only else [*RACES, "vanish"]:
        lines = vanish(options) if name == "vanish" else race(name, options)
        for line in lines[:20]:
            print("# " + line)
        failed += bool(lines)
        passed += not lines
    print(f"{passed} passed, {failed} failed, 0 skipped")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
