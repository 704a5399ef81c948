#!/usr/bin/env python3
"""Runs the tests that are folders: tests/cli and tests/fixtures.

    tools/run-cases.py cli      [options] [NAME...]
    tools/run-cases.py fixtures [options] [NAME...]

    --rskan FILE   the program to test (default: build/dev/rskan)
    --bless        write what came out as what is expected
    --with "ARGS"  fixtures: more arguments, which must not change a result
    --jobs N       cases at a time (default: the cores)

A NAME picks the cases with that folder, or those folders, in their path. What a
folder may hold is told in docs/testing.md.
"""

import argparse
import concurrent.futures
import difflib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TIMEOUT = 120
SKIPPED = 77

# Cuts a sample secret in a fixture, so that no scanner of this repository
# takes it for a real one; taken out when the fixture is copied.
SEAM = b"@:@"


class Result:
    def __init__(self, name, status, lines=()):
        self.name = name
        self.status = status  # "ok", "not ok", "skip", "blessed"
        self.lines = list(lines)


def environment(options, case, home):
    keep = ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
            "LLVM_PROFILE_FILE")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env.update(
        RSKAN=options.rskan, CASE=case, HOME=home, TMPDIR=home,
        TZ="UTC", LC_ALL="C",
        GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_SYSTEM="/dev/null",
        GIT_CONFIG_NOSYSTEM="1", GIT_CEILING_DIRECTORIES=tempfile.gettempdir(),
        GIT_CONFIG_COUNT="2",
        GIT_CONFIG_KEY_0="init.defaultBranch", GIT_CONFIG_VALUE_0="main",
        GIT_CONFIG_KEY_1="gc.auto", GIT_CONFIG_VALUE_1="0")
    for who in ("AUTHOR", "COMMITTER"):
        env[f"GIT_{who}_NAME"] = "A Person"
        env[f"GIT_{who}_EMAIL"] = "person@example.com"
        env[f"GIT_{who}_DATE"] = "2026-01-31T12:00:00Z"
    return env


def run(command, cwd, env, stdin=None):
    """(exit status as a shell says it, stdout, stderr)"""
    with subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err += b"run-cases: took over %d seconds\n" % TIMEOUT
    status = process.returncode
    return (128 - status if status < 0 else status), out, err


def program_version(rskan):
    try:
        out = subprocess.run([rskan, "--version"], capture_output=True,
                             stdin=subprocess.DEVNULL, check=False).stdout
    except OSError as error:
        sys.exit(f"run-cases: {rskan}: {error.strerror}")
    found = re.search(rb"\d+\.\d+\.\d+[-+.\w]*", out)
    return found.group() if found else None


def normalise(data, options, folder):
    """What differs between machines and releases gets a name."""
    data = data.replace(os.fsencode(folder), b"[TMP]")
    if options.version:
        data = re.sub(rb"(?<![\w.])" + re.escape(options.version) +
                      rb"(?![\w.])", b"[VERSION]", data)
    return data


def copy_tree(source, target):
    """dot-env becomes .env, and a seam in a secret is closed."""
    for folder, _, files in os.walk(source):
        inner = os.path.relpath(folder, source)
        parts = [undot(part) for part in inner.split(os.sep)]
        there = os.path.normpath(os.path.join(target, *parts))
        os.makedirs(there, exist_ok=True)
        for name in files:
            copy_file(os.path.join(folder, name),
                      os.path.join(there, undot(name)))


def undot(name):
    return "." + name[4:] if name.startswith("dot-") else name


def copy_file(source, target):
    if os.path.islink(source):
        os.symlink(os.readlink(source), target)
        return
    with open(source, "rb") as file:
        data = file.read()
    with open(target, "wb") as file:
        file.write(data.replace(SEAM, b""))
    shutil.copymode(source, target)


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def write(path, data):
    """Writes, or takes away when `data` is None. True when it changed."""
    if read(path) == data:
        return False
    if data is None:
        os.unlink(path)
    else:
        with open(path, "wb") as file:
            file.write(data)
    return True


def diff(name, expected, got):
    def lines(data):
        return data.decode("utf-8", "backslashreplace").splitlines()

    if expected == got:
        return []
    text = list(difflib.unified_diff(lines(expected), lines(got),
                                     f"{name} (expected)", f"{name} (got)",
                                     lineterm=""))
    return text or [f"{name}: differs in line endings or the last newline"]


def in_fresh_folder(body):
    top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-"))
    work, home = os.path.join(top, "work"), os.path.join(top, "home")
    try:
        os.mkdir(work)
        os.mkdir(home)
        return body(work, home)
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", top], check=False,
                       stderr=subprocess.DEVNULL)
        shutil.rmtree(top, ignore_errors=True)


def folder(path):
    """The names in a folder, sorted; none in what is no folder."""
    return sorted(os.listdir(path)) if os.path.isdir(path) else []


# --- tests/cli: a script, and what it prints ------------------------------

def cli_cases():
    top = os.path.join(ROOT, "tests", "cli")
    for name in folder(top):
        if os.path.exists(os.path.join(top, name, "cmd")):
            yield os.path.join(top, name)


def run_cli(case, options):
    def body(work, home):
        if os.path.isdir(os.path.join(case, "tree")):
            copy_tree(os.path.join(case, "tree"), work)
        status, out, err = run(["sh", "-eu", os.path.join(case, "cmd")],
                               work, environment(options, case, home))
        return {"exit": b"%d\n" % status if status else None,
                "stdout": normalise(out, options, work) or None,
                "stderr": normalise(err, options, work) or None}

    name = os.path.relpath(case, os.path.join(ROOT, "tests"))
    got = in_fresh_folder(body)
    if got["exit"] == b"%d\n" % SKIPPED:
        why = (got["stdout"] or b"").decode("utf-8", "replace").strip()
        return Result(name, "skip", [why] if why else [])
    return judge(name, case, got, options)


def judge(name, case, got, options):
    """Compares each named output with the file of that name."""
    if options.bless:
        changed = [file for file, data in got.items()
                   if write(os.path.join(case, file), data)]
        return Result(name, "blessed" if changed else "ok", changed)
    lines = []
    for file, data in got.items():
        expected = read(os.path.join(case, file))
        lines += diff(file, expected or b"", data or b"")
    return Result(name, "not ok" if lines else "ok", lines)


# --- tests/fixtures: a tree, and what is found in it ----------------------

def fixture_cases():
    top = os.path.join(ROOT, "tests", "fixtures")
    for group in folder(top):
        for name in folder(os.path.join(top, group)):
            case = os.path.join(top, group, name)
            if os.path.isdir(case):
                yield case


def fill_fixture(case, work, env):
    """Copies tree/ or input.*, then runs the script `git`, if any."""
    if os.path.isdir(os.path.join(case, "tree")):
        copy_tree(os.path.join(case, "tree"), work)
    for name in os.listdir(case):
        if name.startswith("input."):
            copy_file(os.path.join(case, name), os.path.join(work, name))
    script = os.path.join(case, "git")
    if not os.path.exists(script):
        return b""
    status, out, err = run(["sh", "-eu", script], work, env)
    return b"git: exit %d\n%s" % (status, out + err) if status else b""


def one_finding(finding):
    """path:line:col: severity rule [masked], and what is not as usual."""
    start = finding["start"]
    text = "%s:%d:%d: %s %s" % (finding["path"], start["line"],
                                start["column"], finding["severity"],
                                finding["rule"])
    if finding.get("secret"):
        text += " " + finding["secret"]["masked"]
    usual = {"confidence": "high", "origin": "tree", "at_head": True}
    for key, value in usual.items():
        if finding.get(key, value) != value:
            text += f" {key}={json.dumps(finding[key])}".replace('"', "")
    return text


def compact(out):
    """jsonl, or one json report with its checklist, as lines to review."""
    text = out.decode("utf-8")
    try:
        reports = [json.loads(text)] if text.strip() else []
    except json.JSONDecodeError:
        reports = [json.loads(line) for line in text.splitlines()]
    lines = []
    for report in reports:
        # One jsonl line has an item's name and a number under these names.
        answers, findings = report.get("checklist"), report.get("findings")
        if isinstance(answers, list):
            lines += [f"{each['id']}: {each['answer']}" for each in answers]
        if "rule" in report:
            lines.append(one_finding(report))
        if isinstance(findings, list):
            lines += [one_finding(each) for each in findings]
    return "".join(line + "\n" for line in lines).encode()


def fixture_report(status, out, err):
    try:
        lines = compact(out)
    except (ValueError, KeyError, AttributeError) as error:
        lines = b"no report: %r\n%s" % (error, out[:2000])
    if err:
        lines += b"".join(b"stderr: " + line + b"\n"
                          for line in err.splitlines())
    if status:
        lines += b"exit %d\n" % status
    return lines


def run_fixture(case, options):
    def body(work, home):
        env = environment(options, case, home)
        trouble = fill_fixture(case, work, env)
        if trouble:
            return trouble
        args = read(os.path.join(case, "args")) or b"scan --format jsonl"
        command = [options.rskan, *shlex.split(args.decode()),
                   "--fail-on", "none", *shlex.split(options.extra)]
        status, out, err = run(command, work, env)
        return fixture_report(status, normalise(out, options, work),
                              normalise(err, options, work))

    name = os.path.relpath(case, os.path.join(ROOT, "tests"))
    expected = os.path.join(case, "expected.txt")
    if not options.bless and not os.path.exists(expected):
        return Result(name, "not ok",
                      [f"no expected.txt: tools/bless.sh {name}"])
    return judge(name, case, {"expected.txt": in_fresh_folder(body)}, options)


def count_labels(cases):
    """The folder of a fixture is its label: tests/fixtures/RULE/NAME holds
    what RULE must find, NAME = near-... what it must not. How does what is
    expected, and came out, agree with that?"""
    rules = {os.path.splitext(name)[0]
             for _, _, names in os.walk(os.path.join(ROOT, "rules"))
             for name in names}
    found = missed = wrong = silent = 0
    for case in cases:
        rule = os.path.basename(os.path.dirname(case))
        if rule not in rules:
            continue
        text = (read(os.path.join(case, "expected.txt")) or b"").decode()
        fires = any(f" {rule}" in line and "suppressed" not in line
                    for line in text.splitlines())
        if os.path.basename(case).startswith("near"):
            wrong, silent = wrong + fires, silent + (not fires)
        else:
            found, missed = found + fires, missed + (not fires)
    print("labels: %d to be found, %d near misses; precision %.3f, "
          "recall %.3f" % (found + missed, wrong + silent,
                           found / max(1, found + wrong),
                           found / max(1, found + missed)))


# --- both -----------------------------------------------------------------

SUITES = {"cli": (cli_cases, run_cli), "fixtures": (fixture_cases, run_fixture)}


def is_picked(case, names):
    path = os.path.relpath(case, os.path.join(ROOT, "tests")) + "/"
    for name in names:
        name = os.path.normpath(name).removeprefix("tests/")
        if "/" + name + "/" in "/" + path:
            return True
    return not names


def show(number, result):
    if result.status == "blessed":
        print(f"blessed {result.name}: {' '.join(result.lines)}")
        return
    word = "ok" if result.status == "skip" else result.status
    note = " # skip" if result.status == "skip" else ""
    print(f"{word} {number} - {result.name}{note}")
    for line in result.lines:
        print(f"# {line}")


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("suite", choices=sorted(SUITES))
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--bless", action="store_true")
    parser.add_argument("--with", dest="extra", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_intermixed_args()
    options.rskan = os.path.abspath(options.rskan)
    options.version = program_version(options.rskan)
    return options


def main():
    sys.stdout.reconfigure(errors="backslashreplace")
    options = arguments()
    list_cases, run_case = SUITES[options.suite]
    cases = [case for case in list_cases() if is_picked(case, options.names)]
    count = {"ok": 0, "not ok": 0, "skip": 0, "blessed": 0}

    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda case: run_case(case, options), cases)
        for number, result in enumerate(results, 1):
            show(number, result)
            count[result.status] += 1

    print("%d passed, %d failed, %d skipped" %
          (count["ok"] + count["blessed"], count["not ok"], count["skip"]))
    if options.suite == "fixtures" and not options.names:
        count_labels(cases)
    if not cases and not (options.bless and options.names):
        sys.exit(f"run-cases: no case in tests/{options.suite}")
    sys.exit(1 if count["not ok"] else 0)


if __name__ == "__main__":
    main()
