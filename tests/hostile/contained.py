#!/usr/bin/env python3
"""A bad input costs itself alone, and finds nothing to take.

    tests/hostile/contained.py [--rskan FILE] [--only WORD]

Needs a build with faults on demand (src/base/fault.h), such as the preset dev.
One input ends, blocks, starves or takes over the process that reads it: the
report must have it as a gap of the right class and everything else as before,
for any number of threads. And what a taken-over process tries beyond reading
must fail, so that the report is the usual one. Then the same for many inputs,
up to the attempts after which a scan gives up, and beyond. No process and no
file may be left, and nothing may be changed.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import trees    # noqa: E402
from program import Program, holds, parse  # noqa: E402

# fault: the class of the gap that the input becomes
DEADLY = {"segv": "crash", "abort": "crash", "stack": "crash",
          "exit": "crash", "broken": "crash", "hang": "timeout",
          "memory": "memory"}
OID = re.compile("[0-9a-f]{40}|$")
FORBIDDEN = ("open", "create", "write", "connect", "exec", "fork", "trace",
             "kill", "code")


def attempts():
    """RSK_CAGE_ATTEMPTS"""
    with open(os.path.join(ROOT, "src/base/limits.h"),
              encoding="utf-8") as file:
        return int(re.search(r"RSK_CAGE_ATTEMPTS +(\d+)", file.read())[1])


class Scene:
    """A repository with good and bad inputs, as files and as objects."""

    def __init__(self, options):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-bad-"))
        os.chmod(self.top, 0o755)
        self.tree = trees.Tree(self.top, "contained", True)
        self.program = Program(options.rskan, self.top, options.sanitized)
        # What starves takes all there is.
        self.program.memory = 16384
        tree = self.tree
        for i in range(5):
            tree.write(f"f{i}.env", f"KEY={tree.secret()}\n")
        tree.write("evil.js", f"const a = '{tree.secret()}';\n")
        tree.write("evil2.js", f"const b = '{tree.secret()}';\n")
        tree.write("sub/evil3.ts", f"const c: string = '{tree.secret()}';\n")
        tree.repository()
        tree.write("gone.txt", f"k={tree.secret()}\n")
        tree.commit("all")
        tree.git("rm", "-q", "gone.txt")
        tree.git("commit", "-q", "-m", "rm")
        tree.git("repack", "-a", "-d", "-q")
        tree.write("loose.txt", f"k={tree.secret()}\n")
        tree.commit("loose")
        tree.write("new.env", f"KEY={tree.secret()}\n")
        tree.git("add", "-f", "new.env")
        self.state = self.look()

    def look(self):
        """All there is: name, content."""
        digest = hashlib.sha256()
        for folder, folders, names in os.walk(self.tree.path):
            folders.sort()
            for name in sorted(names):
                path = os.path.join(folder, name)
                digest.update(path.encode() + b"\0")
                with open(path, "rb") as file:
                    digest.update(file.read())
        return digest.digest()

    def revision(self, name):
        return self.git("rev-parse", name)

    def oid(self, name):
        """Of what the last commit that touched a file made of it, or took."""
        last = self.git("rev-list", "-1", "HEAD", "--", name)
        there = self.git("ls-tree", "--name-only", last, "--", name)
        return self.revision(f"{last}{'' if there else '^'}:{name}")

    def git(self, *args):
        return subprocess.run(
            ["git", "-C", self.tree.path, *args], check=True,
            capture_output=True, text=True).stdout.strip()

    def run(self, args, fault=None):
        return self.program.run(
            [*args, "--format", "json"], self.tree.path,
            env={"RSKAN_FAULT": fault} if fault else None)


class Trial:
    """One run with a fault, against the usual one."""

    def __init__(self, scene, args, fault):
        self.done = scene.run(args, fault)
        self.problems = scene.program.too_much(self.done)
        self.problems += judge.leaks(self.done.out + self.done.err,
                                     scene.tree.secrets)
        if scene.look() != scene.state:
            self.problems.append("something in the tree has changed")
        try:
            self.report = json.loads(self.done.out)
        except ValueError:
            self.report = None
            self.problems.append(
                f"exit {self.done.status}, no report: {self.done.err[:200]}")

    def gaps(self):
        """(class, the object's id in the detail, or the path)."""
        return sorted((each["class"], OID.search(each["detail"])[0] or
                       each["path"])
                      for each in self.report["coverage"]["gaps"])

    def expect(self, what, got, wanted):
        if got != wanted:
            self.problems.append(f"{what}: {got!r}, not {wanted!r}")


def costs_itself_alone(scene, args, fault, wanted):
    """`wanted`: {path or object of a gap: (its class, the file it is of)}."""
    usual = json.loads(scene.run(args).out)
    trial = Trial(scene, args, fault)
    if not trial.report:
        return trial.problems
    trial.expect("the gaps", trial.gaps(), sorted(
        (kind, name) for name, (kind, _) in wanted.items()))
    trial.expect("complete", trial.report["complete"], False)
    kept = {each["fingerprint"] for each in trial.report["findings"]}
    files = {path for _, path in wanted.values()}
    lost = [each for each in usual["findings"]
            if each["fingerprint"] not in kept and each["path"] not in files]
    trial.expect("lost as well", lost, [])
    trial.expect("exit", trial.done.status,
                 1 if trial.report["findings"] else 3)
    return trial.problems


def changes_nothing(scene, args, fault):
    usual = scene.run(args)
    trial = Trial(scene, args, fault)
    trial.expect("the report", trial.done.out == usual.out, True)
    trial.expect("exit", trial.done.status, usual.status)
    return trial.problems


def same_for_any_jobs(scene, fault):
    outs = {scene.run(["scan", ".", "--jobs", jobs], fault).out
            for jobs in ("1", "2", "16")}
    return [] if len(outs) == 1 else ["--jobs makes a difference"]


# --- many of them -------------------------------------------------------------

def many(options, number, fault):
    """A folder with so many bad files and one good one: a report."""
    top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-bad-"))
    try:
        tree = trees.Tree(top, "many", True)
        program = Program(options.rskan, top, options.sanitized)
        program.seconds = 600
        tree.write("ok.env", f"KEY={tree.secret()}\n")
        for i in range(number):
            tree.write(f"d{i}/evil.js", f"let a{i} = 1;\n")
        done = program.run(["scan", ".", "--format", "json"], tree.path,
                           env={"RSKAN_FAULT": fault + ":evil.js"})
        problems = program.too_much(done)
        if not done.out:
            return [f"exit {done.status}: {done.err[:300]}"], None
        return problems, json.loads(done.out)
    finally:
        shutil.rmtree(top, ignore_errors=True)


def up_to_the_limit(options, number):
    problems, report = many(options, number, "segv")
    most = attempts()
    if not report:
        return problems
    gaps = report["coverage"]["gap_counts"]
    if number < most:
        if gaps != {"crash": number}:
            problems.append(f"gaps: {gaps}")
        if len(report["findings"]) != 1 or report["exit"] != 1:
            problems.append("the good file is lost")
    else:
        if gaps != {"crash": 1} or report["exit"] != 3:
            problems.append(f"gaps: {gaps}, exit {report['exit']}")
        text = report["coverage"]["gaps"][0].get("detail", "")
        if f"given up after {most} attempts" not in text:
            problems.append(f"said: {text}")
    return problems


# --- all ----------------------------------------------------------------------

def rows(scene, options):
    for fault, kind in DEADLY.items():
        for jobs in ("1", "2", "16"):
            yield (f"{fault}, --jobs {jobs}", costs_itself_alone, scene,
                   ["scan", ".", "--jobs", jobs], fault + ":evil.js",
                   {"evil.js": (kind, "evil.js")})
        yield (f"{fault} in code", costs_itself_alone, scene, ["scan", "."],
               fault + ":code:evil3.ts",
               {"sub/evil3.ts": (kind, "sub/evil3.ts")})
        yield (f"{fault} in staged", costs_itself_alone, scene,
               ["staged", "."], fault + ":new.env",
               {scene.revision(":new.env"): (kind, "new.env")})
        for name in ("gone.txt", "loose.txt"):
            oid = scene.oid(name)
            yield (f"{fault} in the object of {name}", costs_itself_alone,
                   scene, ["history", "."], f"{fault}:{oid}",
                   {oid: (kind, name)})
        yield (f"{fault}: same bytes for any jobs", same_for_any_jobs, scene,
               fault + ":evil.js")
    yield ("three at once", costs_itself_alone, scene, ["scan", "."],
           "segv:evil.js,exit:evil2.js,hang:evil3.ts",
           {"evil.js": ("crash", "evil.js"),
            "evil2.js": ("crash", "evil2.js"),
            "sub/evil3.ts": ("timeout", "sub/evil3.ts")})
    for fault in FORBIDDEN:
        for command in ("scan", "audit"):
            yield (f"{fault} is refused in {command}", changes_nothing, scene,
                   [command, "."], fault + ":evil.js")
    most = attempts()
    for number in (most - 1, most, most + 1, 10 * most):
        yield (f"{number} bad files", up_to_the_limit, options, number)


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--only", default="")
    options = parse(parser)
    if not holds(options.rskan, b"RSKAN_FAULT"):
        print("1..0 # skip: a build without faults on demand")
        sys.exit(77)
    return options


def main():
    options = arguments()
    scene = Scene(options)
    passed = failed = 0
    try:
        for name, function, *args in rows(scene, options):
            if options.only not in name:
                continue
            problems = function(*args)
            print(f"{'not ok' if problems else 'ok'} - {name}", flush=True)
            for line in problems:
                print("# " + line)
            failed += bool(problems)
            passed += not problems
    finally:
        shutil.rmtree(scene.top, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
