"""Rows of the matrix that are more than one command and its report. A probe
gets the tree and the program and returns what is wrong, line by line."""

import base64
import fcntl
import hashlib
import html.parser
import json
import os
import re
import signal
import subprocess
import tempfile
import termios
import time

import judge
import trees

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


def json_report(program, args, tree, lines):
    """The report; what was wrong with the run goes to `lines`."""
    done = program.run([*args, "--format", "json"], tree.path)
    lines += program.too_much(done)
    lines += judge.leaks(done.out + done.err, tree.secrets)
    if not done.out:
        lines.append(f"no report, exit {done.status}: {done.err[:300]!r}")
        return None
    report = json.loads(done.out)
    lines += judge.coherent(report, done.status)
    return report


def expect(lines, what, got, wanted):
    if got != wanted:
        lines.append(f"{what}: {got!r}, expected {wanted!r}")


# --- files and names ---

def path_bytes(each):
    if "path_bytes_b64" in each:
        return base64.b64decode(each["path_bytes_b64"])
    return each["path"].encode()


def names_come_back(tree, program):
    lines = []
    report = json_report(program, ["scan", "."], tree, lines)
    if report:
        found = {path_bytes(each) for each in report["findings"]}
        wanted = set(trees.NAMES) | ({b"ok.env"} if tree.canary else set())
        expect(lines, "not found", wanted - found, set())
        expect(lines, "found, but what?", found - wanted, set())
    return lines


def same_folder_by_other_names(tree, program):
    lines = []

    def findings(*args):
        report = json_report(program, ["scan", *args], tree, lines)
        return report and [
            (each["path"], each["start"], each["fingerprint"])
            for each in report["findings"]], report

    first, _ = findings(".")
    os.mkdir(tree.at("x"))
    for name in (tree.path, tree.path + "/", "./x/..", "x/../", "././/."):
        expect(lines, name, findings(name)[0], first)
    twice, report = findings(".", ".")
    expect(lines, "twice", sorted(set(map(str, twice))),
           sorted(set(map(str, first))))
    expect(lines, "twice: findings", len(twice), len(first))
    del report
    return lines


# --- encodings, and how to hide ---

def too_many_in_one_file(tree, program):
    lines = []
    report = json_report(program, ["scan", "."], tree, lines)
    if report:
        listed = [each for each in report["findings"]
                  if each["path"] == "many.txt"]
        expect(lines, "listed", len(listed), 1000)
        expect(lines, "unlisted", report["coverage"]["unlisted"], 99001)
        expect(lines, "exit", report["exit"], 1)
        expect(lines, "canary", len(report["findings"]) > 1000, tree.canary)
    return lines


def too_many_in_a_report(tree, program):
    lines = []
    report = json_report(program, ["scan", "."], tree, lines)
    if report:
        listed = report["findings"]
        graver = [each for each in listed
                  if not each["path"].startswith("many")]
        expect(lines, "listed", len(listed), 100000)
        expect(lines, "counted", len(listed) - len(graver) +
               report["coverage"]["unlisted"], 101 * 1000)
        expect(lines, "exit", report["exit"], 1)
        expect(lines, "the graver one", [
            each["path"] for each in graver if each["path"] == "zz.txt"],
            ["zz.txt"])
        expect(lines, "canary", any(map(judge.is_canary, graver)),
               tree.canary)
    return lines


# --- parsers and regular expressions ---

def refused(program, args, tree, lines, needle=b""):
    """Exit 2 with one line that says why, and nothing on standard output."""
    done = program.run(args, tree.path)
    name = " ".join(args)
    lines += [f"{name}: {each}" for each in program.too_much(done)]
    expect(lines, name, done.status, 2)
    if not done.err.startswith(b"rskan: ") or needle not in done.err:
        lines.append(f"{name}: says {done.err[:200]!r}")
    if done.out:
        lines.append(f"{name}: prints {done.out[:200]!r}")
    lines += judge.leaks(done.out + done.err, tree.secrets)


def evil_rules_are_refused(tree, program):
    lines = []
    for name in trees.EVIL_REGEX:
        args = ["--rules", f"evil/evil-{name}.yaml"]
        refused(program, ["rules", "--check", *args], tree, lines, b"regex")
        refused(program, ["scan", ".", *args], tree, lines, b"regex")
    done = program.run(["rules", "--check", "--rules", "evil-fine.yaml"], tree.path)
    expect(lines, "a rule that is fine", (done.status, done.err), (0, b""))
    return lines


def engines_agree(tree, program):
    lines = []
    fast = program.run(["scan", ".", "--format", "json"], tree.path)
    slow = program.run(["scan", ".", "--format", "json", "--engine", "pcre2"],
                       tree.path)
    lines += program.too_much(fast) + program.too_much(slow)
    expect(lines, "status", slow.status, fast.status)
    if fast.out != slow.out:
        lines.append("another report from the other engine")
    return lines


CONFIGURATIONS = {
    "a NUL": b"fail-on: high\0\n", "a control character": b"fail-on: \x01\n",
    "no UTF-8": b"fail-on: \xff\xfe\n", "a key twice":
    b"fail-on: high\nfail-on: low\n", "a second document":
    b"fail-on: high\n---\nfail-on: none\n", "an alias":
    b"a: &a high\nfail-on: *a\n", "a tag": b"fail-on: !!str high\n",
    "an unknown key": b"allow: ['.*']\n", "a list": b"- fail-on: none\n",
    "a scalar": b"none\n", "depth 33": b"disable: " + b"[" * 33 + b"]" * 33,
    "endless depth": b"[" * 100000, "over 1 MiB": b"#" * ((1 << 20) + 1),
    "one brace": b"{", "half a string": b'fail-on: "hi', "a merge key":
    b"<<: {fail-on: none}\n", "100,001 nodes":
    b"disable: [" + b"a," * 100001 + b"]", "no reason":
    b"disable: [{rule: hardcoded-resync-key}]\n", "1e999":
    b"fail-on: 1e999\n", "out of the tree":
    b"rules: [../outside]\n", "absolute":
    b"rules: [/etc/passwd]\n", "a device": b"rules: [/dev/zero]\n",
    "an anchor bomb":
    b"".join(b"k%d: &n%d v\n" % (i, i) for i in range(20000)),
}


def hostile_configurations(tree, program):
    lines = []
    for name, data in CONFIGURATIONS.items():
        tree.write(".rskan.yaml", data)
        before = len(lines)
        refused(program, ["scan", "."], tree, lines)
        refused(program, ["audit", "."], tree, lines)
        refused(program, ["scan", ".", "--config", ".rskan.yaml"], tree, lines)
        lines[before:] = [f"{name}: {each}" for each in lines[before:]]
        done = program.run(["scan", ".", "--no-config"], tree.path)
        expect(lines, f"{name}: --no-config", done.status,
               1 if tree.canary else 0)
    return lines


ENTRY = trees.baseline([1]).splitlines()[1].encode()
HEAD = trees.baseline([]).encode()
BASELINES = {
    "a NUL": HEAD + b"\0", "U+0000": HEAD + ENTRY.replace(b"old", b"\\u0000"),
    "a member twice": HEAD + ENTRY.replace(b"{", b'{"rule":"x",'),
    "a member twice, escaped": HEAD + ENTRY.replace(
        b"{", b'{"r\\u0075le":"x",'),
    "trailing garbage": HEAD + ENTRY + b"}", "two in a line":
    HEAD + ENTRY + ENTRY, "1e999": HEAD + ENTRY.replace(b'"old"', b"1e999"),
    "depth 33": HEAD + ENTRY.replace(b'"old"', b"[" * 33 + b"]" * 33),
    "endless depth": HEAD + b"[" * 60000, "a byte order mark":
    b"\xef\xbb\xbf" + HEAD, "a raw control character":
    HEAD + ENTRY.replace(b"old", b"o\x01d"), "a raw line feed":
    HEAD + ENTRY.replace(b"old", b"o\nd"), "no UTF-8":
    HEAD + ENTRY.replace(b"old", b"o\xffd"), "a surrogate":
    HEAD + ENTRY.replace(b"old", b"\\ud800"), "a list": b"[" + HEAD + b"]",
    "another format": HEAD.replace(b"/1", b"/2"), "no format": b"{}\n",
    "another tool's": b'{"findings": []}\n', "an unknown member":
    HEAD + ENTRY.replace(b'"in"', b'"regex":".*","in"'), "a missing member":
    HEAD + ENTRY.replace(b'"in":"tree",', b""),
    "half a line": HEAD + ENTRY[:50], "no fingerprint":
    HEAD + ENTRY.replace(b"0" * 31 + b"1", b"*"), "empty": b"",
}


def hostile_baselines(tree, program):
    """Exit 2 with line and column, and nothing is scanned; by the option as
    by the configuration."""
    lines = []
    tree.write(".rskan.yaml", "baseline: known.jsonl\n")
    for name, data in BASELINES.items():
        tree.write("known.jsonl", data)
        before = len(lines)
        for args in (["scan", "."], ["audit", "."], ["baseline", "."],
                     ["scan", ".", "--no-config", "--baseline",
                      "known.jsonl"]):
            refused(program, args, tree, lines, b"known.jsonl:")
        done = program.run(["scan", "."], tree.path)
        if not re.match(rb"rskan: known\.jsonl:[0-9]+:[0-9]+: ", done.err):
            lines.append(f"no place: {done.err[:200]!r}")
        lines[before:] = [f"{name}: {each}" for each in lines[before:]]
        with open(tree.at("known.jsonl"), "rb") as file:
            expect(lines, name + ": the file", file.read(), data)
    with open(tree.at("known.jsonl"), "wb") as file:
        file.truncate((64 << 20) + 1)
    refused(program, ["scan", "."], tree, lines, b"limit")
    os.unlink(tree.at("known.jsonl"))
    for make in (os.mkfifo, lambda path: os.symlink("ok.env", path), os.mkdir):
        make(tree.at("known.jsonl"))
        refused(program, ["scan", "."], tree, lines, b"regular")
        refused(program, ["baseline", "."], tree, lines, b"regular")
        try:
            os.unlink(tree.at("known.jsonl"))
        except OSError:
            os.rmdir(tree.at("known.jsonl"))
    done = program.run(["scan", ".", "--no-config"], tree.path)
    expect(lines, "--no-config", done.status, 1 if tree.canary else 0)
    return lines


def digest_of(tree, name):
    with open(tree.at(name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def known_lines(tree, name):
    with open(tree.at(name), encoding="utf-8") as file:
        return file.readlines()


def baseline_holds(tree, program):
    """A scan writes none; what is not listed is never hidden."""
    lines = []
    os.makedirs(tree.at("src"))
    done = program.run(["baseline", "--no-history", "--baseline", "known",
                        "."], tree.path)
    expect(lines, "written", (done.status, done.err), (0, b""))
    before = digest_of(tree, "known")

    def new(*args):
        report = json_report(program, ["scan", ".", *args], tree, lines)
        return report, sorted(each["path"] for each in report["findings"])

    for args in (["scan", "."], ["audit", "."], ["keys", "."]):
        done = program.run([*args, "--baseline", "known"], tree.path)
        expect(lines, " ".join(args), digest_of(tree, "known"), before)
        expect(lines, "unlisted nothing", done.status, 0)
    expect(lines, "without", new()[0]["exit"], 1)

    # A line less, a finding more.
    tree.write("less", "".join(each for each in known_lines(tree, "known")
                               if '"a.js"' not in each))
    expect(lines, "a line less", new("--baseline", "less")[1], ["a.js"])
    # A rule by another name, and an entry with another's fingerprint.
    tree.write("renamed", "".join(known_lines(tree, "known")).replace(
        '"rule":"hardcoded-resync-key"', '"rule":"renamed-rule"'))
    report, found = new("--baseline", "renamed")
    expect(lines, "a rule renamed", {"a.js", "b.js"} <= set(found), True)
    # Moved it is the same; the same once more is new.
    os.rename(tree.at("a.js"), tree.at("src/moved.js"))
    expect(lines, "moved", new("--baseline", "known")[1], [])
    with open(tree.at("src/moved.js"), "rb") as file:
        tree.write("copy.js", file.read())
    expect(lines, "copied", len(new("--baseline", "known")[1]), 1)
    os.unlink(tree.at("copy.js"))
    # Rotated in place it is new, and the old one is told to be gone.
    with open(tree.at("b.js"), "rb") as file:
        old = file.read()
    tree.write("b.js", f'const b = "{tree.secret()}";\n')
    report, found = new("--baseline", "known")
    expect(lines, "rotated", found, ["b.js"])
    expect(lines, "gone", [each["path"] for each in
                           report["baseline"]["gone_entries"]], ["b.js"])
    expect(lines, "a note", any("--prune" in each for each in
                                report["coverage"]["notes"]), True)
    tree.write("b.js", old)
    expect(lines, "as before", new("--baseline", "known")[1], [])
    expect(lines, "never rewritten", digest_of(tree, "known"), before)
    return lines


def large_baseline(tree, program):
    """How long it takes is measured in bench/; here, that it is right."""
    lines = []
    tree.write("known", trees.baseline(range(100000)))
    report = json_report(program, ["scan", ".", "--baseline", "known"], tree,
                         lines)
    if report:
        expect(lines, "entries", report["baseline"]["entries"], 100000)
        expect(lines, "hides", report["baseline"]["hides"], 0)
        expect(lines, "gone", report["baseline"]["gone"], 100000)
        expect(lines, "listed", len(report["baseline"]["gone_entries"]), 1000)
        expect(lines, "exit", report["exit"], 1 if tree.canary else 0)
    return lines


def yaml_bombs_as_rules(tree, program):
    lines = []
    for name in ("flow.yml", "flowmap.yml", "anchors.yml", "alias.yml",
                 "deep.json"):
        refused(program, ["scan", ".", "--rules", name], tree, lines)
        refused(program, ["scan", ".", "--config", name], tree, lines)
        refused(program, ["rules", "--check", "--rules", name], tree, lines)
    return lines


# --- git ---

def merge_is_named(tree, program):
    lines = []
    report = json_report(program, ["history", "."], tree, lines)
    if report:
        expect(lines, "first commit", [
            each["commit"]["oid"] for each in report["findings"]
            if each["path"] == "evil.txt"], [tree.names["merge"]])
    return lines


def ranges(tree, program):
    lines = []
    for text, wanted in {
            "nosuch..HEAD": 3, "HEAD~1..HEAD": 0, "HEAD..HEAD": 0,
            "HEAD": 2, "": 2, "..": 0, "HEAD..nosuch": 3,
            "\x1b[2J..HEAD": 3, "HEAD..\x1b]0;x\x07": 3, "a" * 5000: 2,
            "a" * 5000 + "..HEAD": 3, "HEAD~99999999999..HEAD": 3,
            "HEAD^{commit}..HEAD": 3, "--output=x..HEAD": 3,
            "0" * 40 + "..HEAD": 3, "@{1}..HEAD": 3}.items():
        done = program.run(["history", ".", "--range", text], tree.path)
        name = repr(text[:40])
        lines += [f"{name}: {each}" for each in program.too_much(done)]
        lines += judge.speaks_to_a_terminal(name, done.out + done.err)
        expect(lines, f"{name}: {done.err[:100]!r}", done.status, wanted)
        if wanted and not done.err.startswith(b"rskan: "):
            lines.append(f"{name}: without a word")
    return lines


HOSTILE_ENVIRONMENT = {
    "GIT_DIR": "/nowhere", "GIT_WORK_TREE": "/", "GIT_OBJECT_DIRECTORY":
    "/nowhere", "GIT_ALTERNATE_OBJECT_DIRECTORIES": "/nowhere",
    "GIT_CONFIG_GLOBAL": "/dev/zero", "GIT_CONFIG_SYSTEM": "/dev/zero",
    "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor",
    "GIT_CONFIG_VALUE_0": "touch PWNED", "GIT_EXTERNAL_DIFF": "touch PWNED",
    "GIT_CEILING_DIRECTORIES": "/", "GIT_SSH_COMMAND": "touch PWNED",
    "GIT_NAMESPACE": "x", "GIT_SHALLOW_FILE": "/dev/zero",
    "GIT_GRAFT_FILE": "/dev/zero", "GIT_REPLACE_REF_BASE": "refs/heads/",
    "GIT_ATTR_SOURCE": "HEAD", "HOME": "/nowhere", "XDG_CONFIG_HOME":
    "/nowhere", "PAGER": "touch PWNED", "LD_BIND_NOW": "1",
    "COLUMNS": "-1", "LINES": "x", "TERM": "\x1b[2J",
}


def hostile_environment(tree, program):
    lines = []
    for command in ("scan", "history", "audit", "staged"):
        args = [command, ".", "--format", "json"]
        usual = program.run(args, tree.path)
        other = program.run(args, tree.path, env=HOSTILE_ENVIRONMENT)
        lines += program.too_much(other)
        expect(lines, command, other.status, usual.status)
        if other.out != usual.out:
            lines.append(f"{command}: another report")
    expect(lines, "PWNED", os.path.exists(tree.at("PWNED")), False)
    return lines


def other_index(tree, program):
    lines = []
    os.rename(tree.at(".git/index"), tree.at(".git/other"))
    tree.write(".git/index", b"junk")
    done = program.run(["staged", ".", "--format", "json"], tree.path,
                       env={"GIT_INDEX_FILE": ".git/other"})
    lines += program.too_much(done)
    paths = sorted(each["path"] for each in
                   json.loads(done.out or b'{"findings":[]}')["findings"])
    expect(lines, "found", paths,
           ["a.txt"] + (["ok.env"] if tree.canary else []))
    for path in ("/dev/zero", ".git", "/etc/passwd"):
        done = program.run(["staged", "."], tree.path,
                           env={"GIT_INDEX_FILE": path})
        lines += program.too_much(done)
        if done.status in (0, 1):
            lines.append(f"GIT_INDEX_FILE={path}: exit {done.status}")
    return lines


# --- faults ---

def listing(path):
    return sorted(os.listdir(path))


def outputs_that_fail(tree, program):
    lines = []
    out = os.path.join(program.top, "out")
    os.mkdir(out)
    old = os.path.join(out, "report.json")
    with open(old, "w", encoding="utf-8") as file:
        file.write("old")
    scan = ["scan", tree.path, "--format", "json", "--output"]

    def fails(name, target, command=(), user=None):
        program.user = user
        before = listing(out)
        done = program.run_command([*command, program.rskan, *scan, target],
                                   out)
        program.user = None
        lines.extend(f"{name}: {each}" for each in program.too_much(done))
        expect(lines, name, done.status, 4)
        if not done.err.startswith(b"rskan: "):
            lines.append(f"{name}: without a word: {done.err[:200]!r}")
        expect(lines, f"{name}: left behind", listing(out), before)
        with open(old, encoding="utf-8") as report:
            expect(lines, f"{name}: the old report", report.read(), "old")

    fails("/dev/full", "/dev/full")
    fails("a folder", out)
    fails("no such folder", os.path.join(out, "no", "r.json"))
    fails("below a file", os.path.join(old, "r.json"))
    fails("a long name", os.path.join(out, "n" * 300))
    fails("a size limit", old, ["prlimit", "--fsize=100"])
    fails("/proc", "/proc/r.json")
    if os.geteuid() == 0:
        os.chmod(out, 0o755)
        fails("not ours", os.path.join(out, "r.json"), user=65534)
    done = program.run_command(
        ["sh", "-c", '"$0" scan "$1" --format json >/dev/full',
         program.rskan, tree.path], out)
    expect(lines, ">/dev/full", done.status, 4)
    return lines


def closed_descriptors(tree, program):
    lines = []
    usual = program.run(["scan", "."], tree.path).status
    for name, script, wanted in (
            ("a closed pipe", '{ "$0" scan . --format json; echo $? >&2; } |'
             " true", b"4"),
            ("one that takes ten bytes",
             '{ "$0" scan . --verbose --format json; echo $? >&2; } |'
             " head -c 10 >/dev/null", None),
            ("no standard output", '"$0" scan . >&-; echo $? >&2', b"4"),
            ("no standard error",
             'exec 3>&2 2>&-; "$0" scan . >/dev/null; echo $? >&3',
             b"%d" % usual),
            ("no standard input", '"$0" scan . >/dev/null <&-; echo $? >&2',
             b"%d" % usual),
            ("nothing at all, a report in a file",
             'exec 3>&2; "$0" scan . --output "$HOME/r" <&- >&- 2>&-; '
             'echo $? >&3; head -c 1 "$HOME/r" >&3; rm "$HOME/r"', None),
            ("standard input closed, and read", '"$0" scan - <&-; '
             "echo $? >&2", None)):
        done = program.run_command(["sh", "-c", script, program.rskan],
                                   tree.path)
        lines += [f"{name}: {each}" for each in program.too_much(done)]
        last = done.err.split(b"\n")[-2:][0] if done.err else b""
        if wanted and last != wanted:
            lines.append(f"{name}: {done.err[-200:]!r}, expected {wanted!r}")
        if last in (b"139", b"134", b"141", b"11"):
            lines.append(f"{name}: a signal: {done.err[-200:]!r}")
    return lines


def signals(tree, program):
    lines = []
    report = os.path.join(program.home, "report.json")
    args = [program.rskan, "scan", tree.path, "--format", "json", "--output",
            report]
    for number in range(24):
        word = ("INT", "TERM", "KILL")[number % 3]
        name = f"SIG{word} after {number * 3} ms"
        with open(report, "w", encoding="utf-8") as file:
            file.write("old")
        script = ('"$@" & p=$!; sleep 0.%03d; kill -%s $p 2>/dev/null; '
                  "wait $p; echo $?; echo $$" % (number * 3, word))
        # A shell has its children ignore SIGINT, which they may keep up.
        done = program.run_command(
            ["python3", "-c", "import os, signal, sys; "
             "signal.signal(signal.SIGINT, signal.SIG_DFL); "
             "os.execvp(sys.argv[1], sys.argv[1:])", "bash", "-mc", script,
             "sh", *args], tree.path)
        words = done.out.split()
        status = int(words[0]) if words else -1
        allowed = {0, 1, {"INT": 130, "TERM": 143, "KILL": 137}[word]}
        if status not in allowed:
            lines.append(f"{name}: exit {status}: {done.err[-200:]!r}")
        with open(report, encoding="utf-8") as file:
            text = file.read()
        if text != "old" and not text.endswith("}\n"):
            lines.append(f"{name}: a report in part: {text[-50:]!r}")
        # ThreadSanitizer copies the program's constants to a file to map them.
        left = [each for each in listing(program.home)
                if each != "report.json" and not each.startswith("tsan.rodata")]
        # Nobody can tidy up after SIGKILL.
        if left and word != "KILL":
            lines.append(f"{name}: left behind: {left}")
        for each in left:
            os.unlink(os.path.join(program.home, each))
    os.unlink(report)
    return lines


def little_of_everything(tree, program):
    """Too little to work is an error, never another report."""
    lines = []
    for command in ("scan", "history"):
        args = [command, ".", "--format", "json"]
        usual = program.run(args, tree.path)
        for limit in ("--nofile=3", "--nofile=4", "--nofile=6", "--nofile=8",
                      "--nofile=12", "--nofile=20", "--nproc=1",
                      "--as=20000000", "--as=64000000", "--as=128000000",
                      "--as=200000000", "--as=400000000", "--data=1000000",
                      "--data=20000000", "--stack=16384", "--stack=24576",
                      "--stack=32768", "--stack=45056", "--stack=65536",
                      "--stack=131071", "--stack=131072", "--stack=262144",
                      "--memlock=0", "--cpu=60", "--fsize=0"):
            done = program.run_command(
                ["prlimit", limit, program.rskan, *args], tree.path)
            name = f"{command} {limit}"
            report = json.loads(done.out) if done.out and \
                done.status in (0, 1, 3) else None
            if report:
                lines += [f"{name}: {each}" for each in
                          judge.coherent(report, done.status)]
            if done.status in (0, 1) and done.out != usual.out and \
                    not (report and not report["complete"]):
                lines.append(f"{name}: exit {done.status}, another report")
            # Too little to load the program at all is the loader's word.
            loader = b"error while loading" in done.err or \
                b"prlimit:" in done.err or done.status == 127
            if done.status not in (0, 1, 2, 3, 4) and not loader:
                lines.append(f"{name}: exit {done.status}: "
                             f"{done.err[-200:]!r}")
            if done.status == 4 and "stack" in limit and \
                    b"stack is too small" not in done.err:
                lines.append(f"{name}: exit 4 without a word")
    return lines


def surroundings(tree, program):
    lines = []
    args = ["scan", ".", "--format", "json"]
    usual = program.run(args, tree.path)
    for env in ({"TZ": "Pacific/Kiritimati"}, {"TZ": ":/etc/passwd"},
                {"LC_ALL": "tr_TR.UTF-8"}, {"LC_ALL": "de_DE.UTF-8"},
                {"LC_ALL": "\x1b[2J"}, {"HOME": ""}, {"TMPDIR": "/nowhere"},
                {"COLUMNS": "3"}, {"NO_COLOR": "1"}, {"TERM": "xterm"},
                {"RSKAN_OPTIONS": "--fail-on none"}, {"LANGUAGE": "tr"},
                {"MALLOC_PERTURB_": "165"}):
        done = program.run(args, tree.path, env=env)
        if (done.status, done.out) != (usual.status, usual.out):
            lines.append(f"{env}: another report, exit {done.status}")
    for script in ("umask 077", "umask 777", "trap '' CHLD", "trap '' PIPE",
                   "trap '' TERM INT HUP", "cd ../tree", "ulimit -c 0",
                   "exec 5<. 6<. 7<."):
        done = program.run_command(
            ["sh", "-c", script + '; exec "$0" "$@"', program.rskan, *args],
            tree.path)
        if (done.status, done.out) != (usual.status, usual.out):
            lines.append(f"{script}: another report, exit {done.status}")
    return lines


def without_proc(tree, program):
    lines = []
    args = [program.rskan, "scan", ".", "--format", "json"]
    usual = program.run_command(args, tree.path)
    for folder in ("/proc", "/dev", "/sys"):
        done = program.run_command(
            ["unshare", "-m", "sh", "-c",
             'mount -t tmpfs none "$0" && exec "$@"', folder, *args],
            tree.path)
        if b"mount:" in done.err or b"unshare:" in done.err:
            raise trees.Unbuildable("no mount namespaces here")
        # Without /proc less can be locked in, which a note says.
        if done.status != usual.status or \
                without_notes(done.out) != without_notes(usual.out):
            lines.append(f"no {folder}: exit {done.status}: "
                         f"{done.err[-200:]!r}")
    return lines


def without_notes(out):
    report = json.loads(out or b'{"coverage": {}}')
    report["coverage"].pop("notes", None)
    return report


def children_of(pid):
    """The processes below one, also those of its threads."""
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            path = f"/proc/{pid}/task/{task}/children"
            with open(path, encoding="ascii") as file:
                found += map(int, file.read().split())
    except OSError:
        pass
    return found


class Struck:
    """A run whose scanning process gets a signal, some time after its birth.
    `hit`: was there still one to be hit?"""

    def __init__(self, program, args, cwd, number, after):
        env = program.environment()
        # The leak checker's own process would be a child too, and its parent
        # waits for ever when that is killed. And a signal from here is no
        # finding of a sanitizer, which would take it for one while the child
        # is being born.
        for options in ("ASAN_OPTIONS", "TSAN_OPTIONS"):
            env[options] = env.get(options, "") + \
                ":detect_leaks=0:handle_segv=0:handle_sigbus=0:handle_abort=0"
        self.name = f"signal {number} after {after * 1000:.0f} ms"
        self.out = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [program.rskan, *args], cwd=cwd, env=env,
            stdin=subprocess.DEVNULL, stdout=self.out,
            stderr=subprocess.DEVNULL)
        self.hit = self.strike(number, after)

    def strike(self, number, after):
        pid = self.process.pid
        while self.process.poll() is None and not children_of(pid):
            pass
        time.sleep(after)
        hit = False
        for child in children_of(pid):
            try:
                os.kill(child, number)
                hit = True
            except OSError:
                pass
        return hit

    def wait(self, seconds):
        """(exit status, None after a hang; standard output)"""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = None
        with self.out:
            self.out.seek(0)
            return status, self.out.read()


def wrong_after(struck, seconds, usual):
    status, out = struck.wait(seconds)
    if status not in (0, 1, 3, 4):
        return [f"{struck.name}: exit {status}"]
    if status == 4:
        return []
    report = json.loads(out)
    lines = judge.coherent(report, status)
    if report["complete"] and out != usual.out:
        lines.append("complete, and another report")
    return [f"{struck.name}: {each}" for each in lines]


ENDS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT,
        signal.SIGXCPU)


def killed_workers(tree, program):
    """Whoever ends the process that scans gets the whole report all the
    same, or one that says what was not seen."""
    lines, hits = [], 0
    args = ["scan", ".", "--format", "json"]
    usual = program.run(args, tree.path)
    for turn in range(15):
        struck = Struck(program, args, tree.path, ENDS[turn % len(ENDS)],
                        turn * 0.004)
        hits += struck.hit
        lines += wrong_after(struck, program.seconds, usual)
    if not hits:
        raise trees.Unbuildable("no process could be hit in time")
    return lines


def stopped_workers(tree, program):
    """One that never goes on is given up, after the time that an input may
    take, or where it was at none, after the longer one. All of them wait at
    the same time: that costs nothing but patience."""
    lines = []
    args = ["scan", ".", "--format", "json"]
    usual = program.run(args, tree.path)
    every = [Struck(program, args, tree.path, signal.SIGSTOP, turn * 0.004)
             for turn in range(15)]
    for struck in every:
        lines += wrong_after(struck, program.seconds, usual)
    if not any(struck.hit for struck in every):
        raise trees.Unbuildable("no process could be hit in time")
    return lines


def cores_in(folder):
    return sorted(name for name in os.listdir(folder)
                  if name.startswith("core"))


def has_read(pipe):
    """Has the other side taken all that was written?"""
    left = bytearray(4)
    fcntl.ioctl(pipe, termios.FIONREAD, left)
    return not any(left)


def end_with_a_secret(tree, program, number, whom):
    """A scan of standard input that waits for more, with a key in memory,
    is ended by a signal that makes cores: the process that scans, or the one
    that watches it. What is wrong with that."""
    lines = []
    with subprocess.Popen(
            [*program.limits(), program.rskan, "scan", "-", "--jobs", "1"],
            cwd=tree.path, env=program.environment(), user=program.user,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE) as process:
        process.stdin.write(f"KEY={tree.secret()}\n".encode())
        process.stdin.flush()
        end = time.monotonic() + program.seconds
        while not has_read(process.stdin) and time.monotonic() < end:
            time.sleep(0.01)
        children = children_of(process.pid)
        for pid in {"child": children, "parent": [process.pid],
                    "both": [process.pid, *children]}[whom]:
            # Who else runs as this user may not look into it, nor at what it
            # was started with.
            if program.user and not program.sanitized and \
                    os.stat(f"/proc/{pid}/mem").st_uid != 0:
                lines.append("others of this user may read its memory")
            os.kill(pid, number)
        out, err = process.communicate(timeout=program.seconds)
    return lines + judge.leaks(out + err, tree.secrets)


def no_core(tree, program):
    """With core files allowed, also where the kernel hands them to a program:
    to that, what cannot be dumped (PR_SET_DUMPABLE) is not given either."""
    lines = []
    program.run_command(["sh", "-c", "kill -SEGV $$"], tree.path)
    cores = cores_in(tree.path)
    for name in cores:
        os.unlink(os.path.join(tree.path, name))
    for whom in ("child", "parent", "both"):
        for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT,
                       signal.SIGXCPU):
            lines += [f"{number.name} to {whom}: {each}" for each in
                      end_with_a_secret(tree, program, number, whom)]
    expect(lines, "core files", cores_in(tree.path), [])
    if not cores and not lines:
        raise trees.Unbuildable("no process here leaves a core file")
    return lines


def locked_in(tree, program):
    """Nothing of the tree is opened before the process is locked in."""
    lines = []
    for args in (["scan", "."], ["history", "."],
                 ["scan", ".", "--require-sandbox"]):
        log = os.path.join(program.top, "trace")
        done = program.run_command(
            ["strace", "-f", "-qq", "-o", log, program.rskan, *args],
            tree.path)
        with open(log, encoding="utf-8", errors="replace") as file:
            calls = file.read()
        os.unlink(log)
        if "--require-sandbox" in args and done.status == 4:
            raise trees.Unbuildable("this kernel has no Landlock or seccomp")
        for call in ("landlock_restrict_self", "SECCOMP_",
                     "PR_SET_NO_NEW_PRIVS"):
            if call not in calls:
                lines.append(f"{args}: no {call}")
        first = calls.find("ok.env")
        if 0 <= first < calls.find("SECCOMP_"):
            lines.append(f"{args}: ok.env was opened before")
    return lines


# --- output ---

def formats_of(program, tree):
    """What `rskan help scan` lists behind --format."""
    text = program.run(["help", "scan"], tree.path).out.decode()
    line = next(each for each in text.splitlines() if "--format" in each)
    return line.split("  ")[-1].partition("[")[0].replace(
        " or ", ", ").replace(",", " ").split()


def any_jobs(tree, program):
    lines = []
    usual = program.run(["scan", ".", "--format", "json"], tree.path)
    for jobs in (1, 2, 3, 8, 64):
        for _ in range(2):
            done = program.run(["scan", ".", "--format", "json", "--jobs",
                                str(jobs)], tree.path)
            lines += program.too_much(done)
            if (done.status, done.out) != (usual.status, usual.out):
                lines.append(f"--jobs {jobs}: another report")
    for folder in sorted(os.listdir(tree.path)):
        if folder.startswith("d"):
            for name in sorted(os.listdir(tree.at(folder).decode()),
                               reverse=True):
                path = os.path.join(tree.path, folder, name)
                os.rename(path, path + "~")
                os.rename(path + "~", path)
    done = program.run(["scan", ".", "--format", "json"], tree.path)
    if done.out != usual.out:
        lines.append("folders in another order: another report")
    return lines


def secret_arguments(tree, program):
    """What was typed is repeated in complaints."""
    lines = []
    key = tree.secret()
    for args in (["scan", key], ["scan", f"./{key}/x"], ["history", key],
                 ["scan", ".", "--config", key], ["scan", ".", "--rules", key],
                 ["scan", ".", "--output", f"/nowhere/{key}"],
                 ["history", ".", "--range", f"{key}..HEAD"],
                 ["scan", ".", "--policy-from", key],
                 ["scan", ".", "--secret-key-file", key]):
        done = program.run(args, tree.path)
        lines += program.too_much(done)
        if done.status not in (2, 3, 4):
            lines.append(f"{args[:3]}: exit {done.status}")
        lines += [f"{' '.join(args[:2])[:20]} {args[-1][:10]}: {each}"
                  for each in judge.leaks(done.out + done.err, tree.secrets)]
    return lines


def html_is_inert(tree, program):
    if "html" not in formats_of(program, tree):
        raise trees.Unbuildable("there is no HTML format")
    lines = []
    done = program.run(["audit", ".", "--format", "html"], tree.path)
    lines += program.too_much(done) + judge.leaks(done.out, tree.secrets)
    page = Page()
    page.feed(done.out.decode())
    lines += page.lines
    if not page.policy:
        lines.append("no Content-Security-Policy")
    return lines


class Page(html.parser.HTMLParser):
    """Own elements only: no handler, no address that leads away."""

    def __init__(self):
        super().__init__()
        self.lines, self.policy, self.scripts = [], False, 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "meta" and (values.get("http-equiv") or "").lower() == \
                "content-security-policy":
            self.policy = True
        self.scripts += tag == "script"
        if tag in ("img", "iframe", "object", "embed", "base", "link") or \
                self.scripts > 1:
            self.lines.append(f"an element <{tag} {attrs}>")
        for name, value in attrs:
            if name.startswith("on"):
                self.lines.append(f"a handler: {name}={value}")
            if name in ("src", "href", "action") and value and \
                    not value.startswith(("#", "https://")):
                self.lines.append(f"an address: {name}={value[:80]}")


def exit_table(tree, program):
    """Findings, gaps, output and usage in every mix: 4 > 2 > 1 > 3 > 0."""
    lines = []
    fifo = os.path.join(program.home, "fifo")
    os.mkfifo(fifo)
    for gap in ([], [fifo]):
        for none in ([], ["--fail-on", "none"]):
            for allow in ([], ["--allow-incomplete", "special"]):
                for usage in ([], ["--nonsense"]):
                    for output in ([], ["--output", "/dev/full"]):
                        args = ["scan", *gap, ".", *none, *allow, *usage,
                                *output]
                        wanted = 2 if usage else 4 if output else \
                            1 if tree.canary and not none else \
                            3 if gap and not allow else 0
                        done = program.run(args, tree.path)
                        lines += program.too_much(done)
                        expect(lines, " ".join(args), done.status, wanted)
    os.unlink(fifo)
    return lines


def nothing_to_scan(tree, program):
    lines = []
    for args, wanted, word in (
            (["scan", "."], 0, b"0 files"), (["audit", "."], 0, b"0 files"),
            (["scan", "nosuch"], 2, b"nosuch"),
            (["history", "nosuch"], 2, b"nosuch"),
            (["staged", "nosuch"], 2, b"nosuch"),
            (["audit", "nosuch"], 2, b"nosuch"),
            (["scan", "--nosuch"], 2, b"--nosuch"),
            (["scan", "--fail-on", "hihg"], 2, b"hihg"),
            (["scan", "--format", "jsn"], 2, b"jsn"),
            (["scan", "--jobs", "0"], 2, b"--jobs"),
            (["scan", "--jobs", "99999999999999999999"], 2, b"--jobs"),
            (["scan", "--jobs", "1e9"], 2, b"--jobs"),
            (["history", "--memory", "-1"], 2, b"--memory"),
            (["scan", "--disable", "nosuch"], 2, b"nosuch"),
            (["scan", "--allow-incomplete", "nosuch"], 2, b"nosuch"),
            (["scan", "--allow-incomplete", ""], 2, b"--allow-incomplete"),
            (["scan", ""], 2, b""), (["scan", "--", "--help"], 2, b"--help"),
            (["history", "--since", "yesterday"], 2, b"--since"),
            (["scan", "--policy-from", "HEAD"], None, b""), ([""], 2, b""),
            ([], 2, b""), (["sacn"], 2, b"sacn")):
        done = program.run(args, tree.path)
        name = " ".join(args) or "no arguments"
        lines += [f"{name}: {each}" for each in program.too_much(done)]
        if wanted is None:
            if done.status in (0, 1):
                lines.append(f"{name}: exit {done.status}")
        else:
            expect(lines, name, done.status, wanted)
        if word not in done.out + done.err:
            lines.append(f"{name}: {word} is not in "
                         f"{(done.out + done.err)[:200]!r}")
    rules = program.run(["rules"], tree.path).out.decode().split("\n")
    every = [line.split()[0] for line in rules if line and line[0] != " "]
    disable = [word for each in every for word in ("--disable", each)]
    done = program.run(["scan", ".", *disable], tree.path)
    if done.status not in (0, 2) or b"disabled" not in done.out + done.err:
        lines.append(f"all rules disabled: exit {done.status}, "
                     f"{(done.out + done.err)[:200]!r}")
    return lines


# --- policy ---

def policy_is_listed(tree, program):
    lines = []
    report = json_report(program, ["scan", "."], tree, lines)
    if not report:
        return lines
    told = json.dumps([report["policy"], report["suppressed"]])
    for reason in ("first", "second", "third", "critical", "low"):
        if reason not in told:
            lines.append(f"'{reason}' is not listed: {told[:1500]}")
    expect(lines, "suppressed", report["coverage"]["suppressed"], 1)
    expect(lines, "excluded", [
        each["count"] for each in report["coverage"]["skips"]
        if each["reason"] == "excluded"], [1])
    expect(lines, "exit", report["exit"], 0)
    text = program.run(["scan", ".", "--verbose"], tree.path).out
    for word in (b"first", b"second", b"third"):
        if word not in text:
            lines.append(f"{word} is not in the text report")
    return lines


def policy_from(tree, program):
    lines = []
    report = json_report(program, ["scan", "."], tree, lines)
    if report:
        expect(lines, "with the change", len(report["findings"]), 0)
        expect(lines, "it is listed", bool(report["policy"]), True)
    for command in ("scan", "audit"):
        report = json_report(
            program, [command, ".", "--policy-from", "HEAD"], tree, lines)
        if report:
            found = {each["path"] for each in report["findings"]}
            expect(lines, f"{command} --policy-from HEAD",
                   "app/key.txt" in found, True)
            expect(lines, f"{command}: exit", report["exit"], 1)
    return lines


# --- confinement ---

NEVER = {"connect", "socket", "bind", "listen", "accept", "accept4", "sendto",
         "sendmsg", "recvfrom", "ptrace", "unlinkat", "mkdir",
         "mkdirat", "symlink", "symlinkat", "link", "linkat", "chmod",
         "fchmodat", "chown", "fchownat", "mknod", "mknodat", "truncate",
         "utimensat", "setxattr", "mount", "execveat", "io_uring_setup",
         "process_vm_writev", "bpf", "keyctl"}


def system_calls(tree, program):
    """What the kernel was asked for in each command, from a trace."""
    lines = []
    for command in ("scan", "history", "audit", "staged"):
        log = os.path.join(program.top, "trace")
        done = program.run_command(
            ["strace", "-ff", "-qq", "-o", log, program.rskan, command, ".",
             "--format", "json"], tree.path)
        if b"ptrace" in done.err or b"strace:" in done.err:
            raise trees.Unbuildable("strace may not trace here")
        lines += program.too_much(done)
        for name in sorted(os.listdir(program.top)):
            if name.startswith("trace"):
                path = os.path.join(program.top, name)
                with open(path, encoding="utf-8", errors="replace") as file:
                    lines += [f"{command}: {each}" for each in
                              read_trace(tree, file.read().splitlines())]
                os.unlink(path)
    expect(lines, "PWNED", os.path.exists(
        os.path.join(tree.top, "PWNED")), False)
    return lines


SYSTEM = ("/lib", "/usr/lib", "/usr/share/locale", "/usr/local/lib",
          "/etc/ld.so", "/etc/localtime", "/usr/share/zoneinfo", "/proc/self",
          "/sys/devices/system/cpu", "/dev/null", "/proc/sys/kernel",
          "/sys/kernel", "/proc/meminfo", "/proc/cpuinfo", "/etc/ssl",
          "/usr/lib/ssl", "/sys/fs/cgroup", "/dev/urandom")


def read_trace(tree, calls):
    lines = []
    execs = 0
    for call in calls:
        name = call.split("(", 1)[0]
        execs += name == "execve"
        if name in NEVER:
            lines.append(f"a call of {name}: {call[:150]}")
        if name in ("openat", "open", "openat2", "creat"):
            if re.search(r"O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", call) and \
                    "/dev/null" not in call:
                lines.append(f"opened for writing: {call[:150]}")
            path = re.search(r'"([^"]*)"', call)
            path = path.group(1) if path else ""
            if path.startswith("/") and " = -1 " not in call and \
                    not path.startswith((tree.path, *SYSTEM)) and \
                    not tree.path.startswith(path):
                lines.append(f"opened outside of the tree: {call[:150]}")
    if execs > 1:
        lines.append(f"{execs} programs were started")
    return lines
