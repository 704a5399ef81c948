"""Rows of the matrix that are more than one command and its report. A probe
gets the tree and the program and returns what is wrong, line by line."""

import base64
import json
import os

import judge
import trees


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
    b"rules: [{path: ../outside, reason: x}]\n", "absolute":
    b"rules: [{path: /etc/passwd, reason: x}]\n", "an anchor bomb":
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
