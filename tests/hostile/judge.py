"""Is what came out of a row what the row says, and what must hold always?"""

import base64
import collections
import fnmatch
import json
import os
import re
import shlex
import stat

# What a terminal obeys, or what turns text around.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


# --- what must hold for every run -------------------------------------------

def windows(text, size):
    return {text[i:i + size] for i in range(len(text) - size + 1)}


def leaks(data, secrets):
    """No output has more than 4 bytes in a row of a secret's own part."""
    lines = []
    texts = [data] + [base64.b64decode(each) for each in
                      re.findall(rb'_b64":\s*"([A-Za-z0-9+/=]*)"', data)]
    for secret in secrets:
        if any(part.encode() in text for text in texts
               for part in windows(secret.rpartition("_")[2], 5)):
            lines.append("a secret in the clear: " + secret[:12] + "...")
    return lines


def speaks_to_a_terminal(name, data):
    text = data.decode("utf-8", "replace")
    lines = [f"{name}: a control character: {text[max(0, m.start() - 30):m.end() + 30]!r}"
             for m in list(CONTROL.finditer(text))[:3]]
    for line in text.splitlines():
        if line.lstrip().startswith("::") or "##vso[" in line or \
                "##[" in line:
            lines.append(f"{name}: a command to a CI system: {line[:100]!r}")
    return lines


def conserved(tally, name):
    if tally["seen"] == tally["scanned"] + tally["skipped"] + tally["failed"]:
        return []
    return [f"{name}: seen is not scanned + skipped + failed: {tally}"]


def coherent(report, status, allowed=False):
    """A report that agrees with itself and with the exit status."""
    coverage = report["coverage"]
    lines = conserved(coverage, "coverage")
    lines += conserved(coverage["files"], "files")
    lines += conserved(coverage["objects"], "objects")
    if report["exit"] != status:
        lines.append(f"the report says exit {report['exit']}")
    if report["complete"] != coverage["complete"]:
        lines.append("complete in one place, not in the other")
    if bool(coverage["gap_counts"]) == report["complete"] and not allowed:
        lines.append(f"complete: {report['complete']}, with the gaps "
                     f"{coverage['gap_counts']}")
    if coverage["failed"] > sum(coverage["gap_counts"].values()):
        lines.append("more units failed than there are gaps")
    if coverage["skipped"] != sum(each["count"] for each in coverage["skips"]):
        lines.append("skipped is not the sum of the skips")
    if status == 0 and not report["complete"]:
        lines.append("exit 0 with something unread")
    return lines


def snapshot(top):
    """Everything below a folder: what it is, its size, when it changed."""
    seen = {}
    stack = [top]
    while stack:
        folder = stack.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            continue
        for entry in entries:
            try:
                st = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            seen[entry.path] = (stat.S_IFMT(st.st_mode), st.st_size,
                                st.st_mtime_ns, st.st_ino)
            if entry.is_dir(follow_symlinks=False) and len(seen) < 20000:
                stack.append(entry.path)
    return seen


# --- what the row expects ----------------------------------------------------

class Expected:
    """`CLASS PATH [xN|x+] [-- DETAIL]` or `PATH[:LINE[:COLUMN]] RULE [xN]`"""

    def __init__(self, line, names):
        for name, value in names.items():
            line = line.replace("{" + name + "}", value)
        line, _, self.detail = line.partition(" -- ")
        line, _, number = line.rpartition(" x")
        if not line or not re.fullmatch(r"\d+|\+", number):
            line, number = (line + " x" + number if line else number), "1"
        self.text = line.strip()
        self.number = number
        self.first, _, self.second = self.text.partition(" ")

    def is_enough(self, count):
        return count >= 1 if self.number == "+" else count == int(self.number)


def matches(value, pattern):
    return fnmatch.fnmatchcase(value, "" if pattern == '""' else pattern)


def compare(kind, expected, got, fits):
    """Every one that came was expected, as often as expected."""
    counts = collections.Counter()
    lines = []
    for each in got:
        for i, want in enumerate(expected):
            if fits(want, each) and (want.number == "+" or
                                     counts[i] < int(want.number)):
                counts[i] += 1
                break
        else:
            lines.append(f"{kind}, not expected: {json.dumps(each)[:300]}")
    for i, want in enumerate(expected):
        if not want.is_enough(counts[i]):
            lines.append(f"{kind}, expected: {want.text} {want.detail} "
                         f"x{want.number}; got {counts[i]}")
    return lines


def gap_fits(want, gap):
    return matches(gap["class"], want.first) and \
        matches(gap["path"], want.second or "*") and \
        want.detail in (gap.get("detail") or "")


def skip_fits(want, skip):
    return matches(skip[0], want.first) and \
        matches(skip[1], want.second or "*")


def finding_fits(want, finding):
    place = "%s:%d:%d" % (finding["path"], finding["start"]["line"],
                          finding["start"]["column"])
    return matches(finding["rule"], want.second or "*") and \
        (matches(place, want.first) or matches(finding["path"], want.first)
         or matches(place.rpartition(":")[0], want.first))


def in_canary(finding):
    return finding["path"].split("/")[-1] == "ok.env"


def is_canary(finding):
    """Without its key, the file is worth a hint at most."""
    return in_canary(finding) and "secret" in finding


def expectations(row, key, tree):
    return [Expected(line, tree.names) for line in row.lines(key)]


def judge_report(row, tree, report, variant):
    coverage = report["coverage"]
    lines = []
    found = [each for each in report["findings"] if not in_canary(each)]
    canaries = sum(map(is_canary, report["findings"]))
    if variant == "canary" and not canaries:
        lines.append("the canary in ok.env was not found")
    if variant != "canary" and canaries:
        lines.append("a canary where there is none")
    if row.find != "any":
        lines += compare("finding", expectations(row, "find", tree), found,
                         finding_fits)
    if row.gap != "any":
        lines += compare("gap", expectations(row, "gap", tree),
                         coverage["gaps"], gap_fits)
    if row.skip != "any":
        skips = [(each["reason"], path) for each in coverage["skips"]
                 for path in each["paths"]]
        lines += compare("skip", expectations(row, "skip", tree), skips,
                         skip_fits)
    for note in row.lines("note"):
        if not any(note in each for each in coverage["notes"]):
            lines.append(f"no note: {note}; there are {coverage['notes']}")
    return lines


def judge_words(row, done):
    """Refused as a whole: one line that says why, and no report."""
    lines = []
    if done.out:
        lines.append(f"refused, and yet a report: {done.out[:100]!r}")
    if not done.err.startswith(b"rskan: ") or \
            row.says.encode() not in done.err:
        lines.append(f"does not say '{row.says}': {done.err[:300]!r}")
    return lines


def status_wanted(row, variant):
    words = row.exit.split()
    return {int(word) for word in
            (words[-1] if variant == "alone" else words[0]).split("/")}


def judge_one(row, tree, program, variant, args):
    """The JSON report, then the other formats and numbers of threads."""
    done = program.run([*args, "--format", "json"], tree.path,
                       stdin=tree.stdin)
    lines = program.too_much(done)
    wanted = status_wanted(row, variant)
    if done.status not in wanted:
        lines.append(f"exit {done.status}, expected {sorted(wanted)}: " +
                     done.err.decode("utf-8", "replace")[:300])
    lines += leaks(done.out + done.err, tree.secrets)
    lines += speaks_to_a_terminal("json", done.out)
    if done.status is None:
        return lines
    if done.out:
        report = json.loads(done.out)
        lines += coherent(report, done.status,
                          "--allow-incomplete" in args)
        lines += judge_report(row, tree, report, variant)
    elif not row.says:
        lines.append("no report: " + done.err.decode("utf-8", "replace"))
    if row.says:
        lines += judge_words(row, done)
    if lines or row.once or variant == "alone":
        return lines
    return other_ways(row, tree, program, args, done)


def other_ways(row, tree, program, args, first):
    lines = []
    for extra in (["--format", "json", "--jobs", "5"],
                  ["--format", "text", "--verbose"], ["--format", "sarif"],
                  ["--format", "jsonl"]):
        done = program.run([*args, *extra], tree.path, stdin=tree.stdin)
        name = " ".join(extra)
        problems = program.too_much(done)
        if done.status != first.status:
            problems.append(f"exit {done.status}, {first.status} in json")
        if extra[1] == "json" and done.out != first.out and \
                row.fixed != "no":
            problems.append("another report with another number of threads")
        problems += leaks(done.out + done.err, tree.secrets)
        problems += speaks_to_a_terminal("output", done.out)
        problems += speaks_to_a_terminal("stderr", done.err)
        lines += [f"{name}: {each}" for each in problems]
    return lines


def judge(row, tree, program, variant):
    before = snapshot(program.top)
    lines = []
    for command in row.lines("run"):
        args = [tree.fill(word) for word in shlex.split(command)]
        lines += [f"{command}: {each}" for each in
                  judge_one(row, tree, program, variant, args)]
    after = snapshot(program.top)
    changed = {path for path in before.keys() | after.keys()
               if before.get(path) != after.get(path)} - program.touched
    lines += [f"written, changed or gone: {path}" for path in sorted(changed)]
    return lines
