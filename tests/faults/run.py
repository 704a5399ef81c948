#!/usr/bin/env python3
"""What rskan does when its surroundings fail.

    tests/faults/run.py --rskan FILE --tools FOLDER [--big] [--part K/N]
                        [--only WORD] [SCENARIO...]

Each scenario (a command over a small tree or repository, in some format) is run
once undisturbed and then again and again, each time with one thing that goes
wrong: the n-th allocation, the n-th read, open, stat, folder read, write, sync
or rename; short reads and writes; a signal; no room, memory or descriptors.

Only this may come out:

  - the same report and the same exit status, or
  - exit 1 or 3 with a report that says that it is incomplete, or
  - exit 2, 3 or 4 with a message, or the signal that was sent.

And whatever comes out: no secret is in it, --output has the old file or a whole
new one, so has each file that is repaired, nothing temporary is left, no
process is left, nothing hangs.

--tools is the folder of fault_inject and librsk_alloc_faults.so. Without --big
a fixed selection is run: every n where there are few, else a stride, and one of
the errno values for each. Allocations can be made to fail in a build without
sanitizers only. --part 2/7 runs a seventh of it: parts 1 to 7 together are all,
and each is drawn evenly from every kind.
"""

import argparse
import collections
import concurrent.futures
import errno
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile

TIMEOUT = 60

# Put together here, so that no scanner of this repository reports it.
HIDDEN = "Zq7Hw2Kx9Lm4Nv8T" + "Rb3Y"
KEY = "rsk_live_" + HIDDEN
PASSED_ON = 4  # bytes of a secret that a report may show, at its end

ERRNOS = [getattr(errno, name) for name in (
    "EIO", "EACCES", "ENOENT", "ELOOP", "EMFILE", "ENFILE", "ENOMEM",
    "ENOSPC", "EINTR", "EAGAIN", "ESTALE", "EOVERFLOW")]

READS = "read,pread64"
OPENS = "open,openat,openat2"
STATS = "fstat,newfstatat,stat,lstat,statx,lseek"
FOLDERS = "getdents64"
WRITES = "write"
DELIVERS = "fsync,rename,renameat,renameat2,fchmod"
OTHERS = "readlink,readlinkat"
NAMELESS = "fcntl,dup,getrandom"  # of no file by name: no error is of one
MAPS = "mmap"
FORKS = "clone,clone3,fork,vfork,pipe2"
CAGES = ("prctl,seccomp,landlock_create_ruleset,landlock_add_rule,"
         "landlock_restrict_self,prlimit64,ppoll,poll,wait4,sendmsg,recvmsg")
ALL = ",".join((READS, OPENS, STATS, FOLDERS, WRITES, DELIVERS, OTHERS,
                NAMELESS))

# Names that need not be there: to say "there is no such file" of one of them, or
# of a folder above all, is to say that it is another tree, so another report is
# right.
OPTIONAL = re.compile(
    r"^/[^/]*$|(^|/)(rskan-faults\.\w+|tree|clean|repo|clean-repo"
    r"|\.rskan\.yaml|\.gitignore|\.npmignore|\.dockerignore|package\.json"
    r"|tsconfig\.json|\.git|\.git/.*|exclude|commondir|shallow|grafts|HEAD"
    r"|packed-refs|config|index|objects|info|alternates|refs|worktrees|logs"
    r"|modules|gitdir|replace|ignore|pack|stash|main|heads|tags|notes"
    r"|[0-9a-f]{2}|[0-9a-f]{38,64}|pack-[0-9a-f]+\.\w+|multi-pack-index"
    r"|keep|promisor|audits\.jsonl|\.|\.\.)$")

ENVIRONMENT = {
    "PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC",
    "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_COUNT": "2",
    "GIT_CONFIG_KEY_0": "init.defaultBranch", "GIT_CONFIG_VALUE_0": "main",
    "GIT_CONFIG_KEY_1": "gc.auto", "GIT_CONFIG_VALUE_1": "0",
    "GIT_AUTHOR_NAME": "A Person", "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A Person", "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "2026-01-31T12:00:00Z",
    "GIT_COMMITTER_DATE": "2026-01-31T12:00:00Z",
    # The tracer stands where the leak check would.
    "ASAN_OPTIONS": "detect_leaks=0",
}

FILES = {
    "src/app.js": "import Resync from 'resync-javascript';\n"
                  "Resync.init({ key: process.env.RESYNC_KEY, appId: 7,\n"
                  "  environment: 'production', storage });\n"
                  "Resync.logEvent({ eventId: 'opened' });\n",
    "package.json": '{ "dependencies": { "resync-javascript": "1.0.2" } }\n',
    ".gitignore": ".env\n.env.*\nbuild/\n",
    "build/made.js": "let a = 1;\n",
    "docs/more/notes.md": "Nothing to see here.\n" * 40,
    ".rskan.yaml": "exclude:\n  - paths: ['docs/old/**']\n"
                   "    reason: generated\n",
}

SECRETS = {
    "conf/live.env": f"RESYNC_KEY={KEY}\n",
    "src/init.ts": "import Resync from 'resync-javascript';\n"
                   f"Resync.init({{ key: '{KEY}', appId: 7,\n"
                   "  environment: 'production', storage });\n"
                   "Resync.setUserAttributes({ attributes: {\n"
                   "  ssn: user.ssn } });\n",
}


# ---- what is scanned -------------------------------------------------------

def write_files(root, files):
    for name, text in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)


def git(root, *args):
    subprocess.run(["git", "-C", root, *args], check=True, env=ENVIRONMENT,
                   stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def make_tree(root, secrets):
    write_files(root, FILES)
    if secrets:
        write_files(root, SECRETS)
        with open(os.path.join(root, "wide.txt"), "wb") as file:
            file.write(("\ufeffkey = " + KEY + "\r\n").encode("utf-16-le"))


def make_repository(root, secrets):
    """Packed and loose objects, a tag, a note, a stash, something staged."""
    make_tree(root, secrets)
    git(root, "init", "-q")
    git(root, "add", "-f", ".")
    git(root, "commit", "-qm", "First")
    for i in range(3):
        write_files(root, {"docs/more/notes.md": f"Version {i}.\n" * 60})
        git(root, "commit", "-qam", f"Change {i}")
    git(root, "tag", "-am", "A release", "v1")
    git(root, "repack", "-adfq")
    if secrets:
        os.unlink(os.path.join(root, "conf/live.env"))
    write_files(root, {"docs/last.md": "The end.\n"})
    git(root, "add", "-A")
    git(root, "commit", "-qm", "Last")
    git(root, "notes", "add", "-m", "A note")
    write_files(root, {"docs/last.md": "Not yet.\n"})
    git(root, "stash", "-q")
    staged = {"src/new.js": "let b = 2;\n"}
    if secrets:
        staged["conf/new.env"] = f"RESYNC_KEY={KEY}\n"
    write_files(root, staged)
    git(root, "add", "-f", ".")


class Scenario:
    """A command over a target; `output`: the option that names the file it
    writes (True: --output), else it goes to stdout.

    `changes`: it writes into the target, of which each run gets a copy.
    """

    def __init__(self, name, args, output=False, stdin=None, quick=1,
                 changes=None):
        self.name = name
        self.args = args
        self.output = "--output" if output is True else output
        self.old = OLD_BASELINE if output == "--baseline" else OLD
        self.stdin = stdin
        self.quick = quick  # without --big: every how manieth fault
        self.changes = changes
        self.before = {}


OLD = b"the report of yesterday\n"
OLD_BASELINE = (b'{"format":"rskan-baseline/1","scope":"tree","folder":"."}\n'
                b'{"rule":"a-rule","path":"a","fingerprint":"%s","in":"tree",'
                b'"reason":"","since":"2026-01-31"}\n' % (b"0" * 32))

SCENARIOS = [
    Scenario("tree-json", "scan --format json tree", output=True),
    Scenario("tree-text", "scan tree"),
    Scenario("tree-sarif", "scan --format sarif tree", output=True, quick=4),
    Scenario("tree-known", "scan --format json --baseline known.jsonl tree",
             output=True, quick=2),
    Scenario("baseline", "baseline --no-history tree", output="--baseline",
             quick=2),
    Scenario("tree-clean", "scan clean", quick=2),
    Scenario("files-jsonl", "scan --format jsonl tree/src/init.ts - tree/conf",
             stdin=b"a = 1\n", quick=4),
    Scenario("audit-json", "audit --format json repo", output=True, quick=2),
    Scenario("audit-clean", "audit --fail-on low clean-repo", quick=3),
    Scenario("history-jsonl", "history --format jsonl repo"),
    Scenario("history-clean", "history --format json clean-repo", output=True,
             quick=3),
    Scenario("staged-sarif", "staged --format sarif repo", quick=2),
    Scenario("staged-clean", "staged clean-repo", quick=4),
    Scenario("keys", "keys repo", quick=4),
    Scenario("fix", "fix tree", quick=4),
    Scenario("fix-apply", "fix --apply tree", quick=2, changes="tree"),
    Scenario("rules", "rules hardcoded-resync-key", quick=4),
    Scenario("help", "help scan", quick=4),
]


# ---- one run ---------------------------------------------------------------

class Fault:
    """What goes wrong: arguments of fault_inject, variables, a shell's ulimit.
    """

    def __init__(self, name, inject=(), env=None, shell="", lax="", sent=0):
        self.name = name
        self.inject = list(inject)
        self.env = env or {}
        self.shell = shell
        self.lax = lax    # "nothing": the report must be the same; "mute": no message can be expected; "path": see
                          # OPTIONAL; "lost": stdout takes nothing;
                          # "link": git reads no ignore file through one
        self.sent = sent  # the signal that is part of it


class Outcome:
    def __init__(self):
        self.status = self.signal = self.calls = self.hit = self.left = 0
        self.stdout = self.stderr = b""
        self.report = None  # of --output; None: no such file
        self.strangers = []
        self.files = {}  # of a target that is changed: name to bytes
        self.path = ""
        self.hung = False


def popen(command, where, env, stdin):
    return subprocess.Popen(
        command, cwd=where, env=env, start_new_session=True,
        stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def command_of(setup, scenario, fault, folder):
    command = [setup.rskan, *scenario.args.split()]
    if not scenario.args.startswith(("rules", "help")):
        command += ["--jobs", "1"]
    if scenario.output:
        command += [scenario.output, os.path.join(folder, "report")]
    if fault.env:
        command = ["env", *(f"{k}={v}" for k, v in fault.env.items()),
                   *command]
    if fault.inject:
        command = [setup.injector, *fault.inject, "-r",
                   os.path.join(folder, "..", "said"), "--", *command]
    if fault.shell:
        command = ["sh", "-c", fault.shell + '; exec "$@"', "sh", *command]
    return command


def read_said(path, outcome):
    """The line that fault_inject leaves behind."""
    with open(path, encoding="utf-8", errors="replace") as file:
        words = file.read().split(" ")
    outcome.calls, outcome.hit = int(words[1]), int(words[3])
    outcome.signal, outcome.left = int(words[7]), int(words[9])
    outcome.path = " ".join(words[10:]).strip()
    if outcome.signal:
        outcome.status = 0


def read_files(root):
    files = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as file:
                files[os.path.relpath(path, root)] = file.read()
    return files


def place_of(setup, scenario, base):
    """Where to run: beside the targets, or a copy of the one that changes."""
    if not scenario.changes:
        return setup.targets
    where = os.path.join(base, "targets")
    shutil.copytree(os.path.join(setup.targets, scenario.changes),
                    os.path.join(where, scenario.changes))
    return where


def run(setup, scenario, fault):
    base = tempfile.mkdtemp(dir=setup.work)
    folder = os.path.join(base, "out")
    os.mkdir(folder)
    outcome = Outcome()
    if scenario.output:
        with open(os.path.join(folder, "report"), "wb") as file:
            file.write(scenario.old)
    where = place_of(setup, scenario, base)
    with popen(command_of(setup, scenario, fault, folder), where,
               ENVIRONMENT, scenario.stdin) as process:
        try:
            outcome.stdout, outcome.stderr = process.communicate(
                scenario.stdin, timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            outcome.hung = True
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
    # A summary may name the file that was written.
    outcome.stdout = outcome.stdout.replace(folder.encode(), b"out")
    outcome.status = process.returncode
    if outcome.status < 0:
        outcome.signal, outcome.status = -outcome.status, 0
    said = os.path.join(base, "said")
    if os.path.exists(said):
        read_said(said, outcome)
    for name in os.listdir(folder):
        if name != "report":
            outcome.strangers.append(name)
        with open(os.path.join(folder, name), "rb") as file:
            data = file.read()
        if name == "report":
            outcome.report = data
        else:
            outcome.stderr += data  # for the search for secrets
    if scenario.changes:
        outcome.files = read_files(os.path.join(where, scenario.changes))
    shutil.rmtree(base)
    return outcome


# ---- what may come out -----------------------------------------------------

INCOMPLETE = re.compile(rb'INCOMPLETE|"complete": ?false')


def windows_of_secret():
    for i in range(len(HIDDEN) - PASSED_ON):
        yield HIDDEN[i:i + PASSED_ON + 1].encode()


def leaks(outcome):
    everything = outcome.stdout + outcome.stderr + (outcome.report or b"")
    everything += everything.replace(b"\0", b"")
    return any(window in everything for window in windows_of_secret())


def whole(scenario, report):
    """Is it a report from beginning to end?"""
    if "--format json " in scenario.args or "sarif" in scenario.args:
        try:
            json.loads(report)
        except ValueError:
            return False
        return True
    if scenario.output == "--baseline":
        return report.endswith(b"}\n") and all(
            json.loads(line) for line in report.splitlines())
    if "jsonl" in scenario.args.split("--baseline")[0]:
        lines = report.splitlines()
        return bool(lines) and b'"coverage"' in lines[-1]
    return b"seen =" in report or not scenario.args.startswith(
        ("scan", "audit", "history", "staged"))


# A system that locks nothing in is told of, and is all that differs; only in
# JSON can the note be taken out again.
LOCK = b"the scan could not be locked in as a whole"
LOCK_NOTE = re.compile(rb'"[^"]*' + LOCK + rb'[^"]*",?')


def same_report(scenario, calm, outcome):
    before = calm.report if scenario.output else calm.stdout
    after = outcome.report if scenario.output else outcome.stdout
    if before and after and LOCK in b" ".join(after.split()):
        return "json" not in scenario.args or LOCK_NOTE.sub(
            b"", after) == LOCK_NOTE.sub(b"", before)
    return before == after


def judge_report(scenario, fault, calm, outcome):
    """Complaints about what was delivered."""
    report = outcome.report if scenario.output else outcome.stdout
    same = same_report(scenario, calm, outcome)
    status = outcome.status

    if scenario.output and report != scenario.old and not (
            report and whole(scenario, report)):
        yield "a partial file at --output"
    if status == calm.status and same:
        return
    if fault.lax == "nothing":
        yield f"exit {status}, and not the same"
    if status in (0, 1) and fault.lax == "path" and OPTIONAL.search(
            outcome.path):
        return
    # What was found in it needs no repair, and that is told.
    if status == 0 and fault.lax == "path" and \
            b"the file is not there any more" in outcome.stdout:
        return
    if status == 1 and fault.lax == "link" and report and \
            b"env-file-not-ignored" in report:
        return
    if status == 0:
        yield "exit 0 with another report"
    if status == 1 and calm.status != 1:
        yield "exit 1, but there is nothing to find"
    if status in (1, 3):
        if not report or report == scenario.old or not whole(scenario, report):
            if status == 1:
                yield "exit 1 without a whole report"
        elif not INCOMPLETE.search(report + outcome.stderr):
            yield f"exit {status} with another report that says complete"
    said = outcome.stderr.strip() or (
        status == 3 and report and INCOMPLETE.search(report))
    if status in (2, 3, 4) and not said and fault.lax != "mute":
        yield f"exit {status} without a word"


def judge_files(before, calm, outcome):
    """Each file is what it was, or all that it was to become."""
    for name in sorted(set(before) | set(outcome.files)):
        data = outcome.files.get(name)
        if data == before.get(name) or (
                data is not None and data == calm.files.get(name)):
            continue
        yield f"{name} is {'gone' if data is None else 'neither old nor new'}"
    if outcome.status in (0, 1) and not outcome.signal and \
            outcome.stdout == calm.stdout and outcome.files != calm.files:
        yield "says what it did not do"


def judge(scenario, fault, calm, outcome):
    if outcome.hung:
        yield "hangs"
        return
    if leaks(outcome):
        yield "A SECRET IS IN THE OUTPUT"
    if scenario.changes:
        yield from judge_files(scenario.before, calm, outcome)
    if outcome.strangers:
        yield f"left behind: {', '.join(outcome.strangers)}"
    if outcome.left:
        yield f"{outcome.left} processes are left"
    if b"Sanitizer" in outcome.stderr or b"runtime error" in outcome.stderr:
        yield "a sanitizer objects"
    if outcome.signal and outcome.signal != fault.sent:
        yield f"ends by signal {outcome.signal}"
    elif outcome.signal:
        pass
    elif fault.sent and outcome.status == 128 + fault.sent:
        pass
    elif outcome.status not in (0, 1, 2, 3, 4):
        yield f"exit {outcome.status}"
    if outcome.signal or outcome.status > 4:
        if scenario.output and outcome.report != scenario.old and not whole(
                scenario, outcome.report or b""):
            yield "a partial file at --output"
        return
    yield from judge_report(scenario, fault, calm, outcome)


# ---- which faults ----------------------------------------------------------

FEW = 20  # so many of a kind are all tried in a quick run


def numbers(setup, scenario, count, most=FEW):
    """Which n of 1 to `count`."""
    if setup.big:
        return list(range(1, count + 1))
    most = max(2, most // scenario.quick // (1 if setup.alloc else 2))
    if count <= most:
        return list(range(1, count + 1))
    half = most // 2
    rest = [half + (count - half) * i // half for i in range(1, half + 1)]
    return sorted(set(list(range(1, half + 1)) + rest))


def count_calls(setup, scenario, calls):
    fault = Fault("count", ["-c", calls, "-n", "0"])
    return run(setup, scenario, fault).calls


def errno_faults(setup, scenario):
    for calls in (READS, OPENS, STATS, FOLDERS, WRITES, DELIVERS, OTHERS,
                  NAMELESS, MAPS, FORKS, CAGES):
        if calls == MAPS and not setup.alloc:
            continue  # a sanitizer gives up
        count = count_calls(setup, scenario, calls)
        for n in numbers(setup, scenario, count):
            some = ERRNOS if setup.big else [ERRNOS[n % len(ERRNOS)]]
            for code in some:
                if calls == NAMELESS and code in (errno.ENOENT, errno.ELOOP):
                    continue
                yield errno_fault(calls, n, code, [])
                # To be put off without end is to hang.
                if code not in (errno.EINTR, errno.EAGAIN) and (setup.big or n % 4 == 1):
                    yield errno_fault(calls, n, code, ["-f"])


def errno_fault(calls, n, code, follow):
    lax = "path" if code in (errno.ENOENT, errno.ENOTDIR) else \
        "link" if code == errno.ELOOP else ""
    if calls == WRITES and follow:
        lax = "mute"
    name = (f"{errno.errorcode[code]} for {calls.split(',')[0]} {n}"
            f"{' and on' if follow else ''}")
    return Fault(name, ["-c", calls, "-n", str(n), "-e", str(code), *follow],
                 lax=lax)


def small_faults(setup, scenario):
    for calls in (READS, WRITES):
        for size in (1, 7):
            yield Fault(f"{size} bytes a {calls.split(',', maxsplit=1)[0]}",
                        ["-c", calls, "-n", "1", "-f", "-b", str(size)],
                        lax="nothing")
    # Not of writes: the program's own signals let those go on (SA_RESTART),
    # and the C library's stdio takes any other for an error.
    yield Fault("EINTR everywhere",
                ["-c", f"{READS},{OPENS},fsync,wait4,ppoll,poll", "-i"],
                lax="nothing")


def signal_faults(setup, scenario):
    count = count_calls(setup, scenario, ALL)
    for n in numbers(setup, scenario, count, 2 * FEW):
        for sent in ((signal.SIGINT, signal.SIGTERM) if setup.big else
                     ((signal.SIGINT, signal.SIGTERM)[n % 2],)):
            yield Fault(f"{sent.name} at call {n}",
                        ["-c", ALL, "-n", str(n), "-s", str(int(sent))],
                        sent=int(sent))


def worker_faults(setup, scenario):
    if not count_calls(setup, scenario, FORKS):
        return
    count = count_calls(setup, scenario, ALL)
    for n in numbers(setup, scenario, count):
        for sent in ((signal.SIGKILL, signal.SIGSEGV) if setup.big else
                     ((signal.SIGKILL, signal.SIGSEGV)[n % 2],)):
            yield Fault(f"{sent.name} for the worker at call {n}",
                        ["-c", ALL, "-n", str(n), "-k", str(int(sent))])


def alloc_faults(setup, scenario):
    if not setup.alloc:
        return
    preload = {"LD_PRELOAD": setup.alloc}
    sites = os.path.join(setup.work, "sites-" + scenario.name)
    run(setup, scenario, Fault("count", env={
        **preload, "RSK_FAIL_SITES": sites}))
    with open(sites, encoding="utf-8") as file:
        chosen = {int(n) for line in file for n in line.split()}
    if setup.big:
        chosen = range(1, max(chosen) + 1)
    else:
        chosen = sorted(chosen)[::5 * scenario.quick]
    for n in chosen:
        yield Fault(f"allocation {n} fails",
                    env={**preload, "RSK_FAIL_AT": n})
        if setup.big or n % 4 == 1:
            yield Fault(f"allocations fail from {n} on",
                        env={**preload, "RSK_FAIL_FROM": n})


def room_faults(setup, scenario):
    if not scenario.output:
        yield Fault("a full disk", shell="exec >/dev/full", lax="lost")
        yield Fault("a closed stdout", shell="exec >&-", lax="lost")
        yield Fault("a stdout that only reads", shell="exec 1</dev/null",
                    lax="lost")
    yield Fault("a closed stderr", shell="exec 2>&-", lax="mute")
    yield Fault("a closed stdin", shell="exec <&-")
    yield Fault("all closed", shell="exec <&- >&- 2>&-", lax="mute")
    for blocks in (0, 1, 2, 8):
        yield Fault(f"files of {blocks} blocks",
                    shell=f"ulimit -f {blocks}", lax="mute")
    for most in range(3, 20) if setup.big else (3, 4, 5, 6, 8, 10, 14):
        yield Fault(f"{most} descriptors", shell=f"ulimit -n {most}",
                    lax="start")
    if not setup.alloc:
        return  # a sanitizer needs terabytes
    for mib in range(4, 96, 2) if setup.big else (12, 16, 20, 24, 32, 48):
        yield Fault(f"{mib} MiB of memory", shell=f"ulimit -v {mib * 1024}",
                    lax="start")
    for kib in (64, 128, 256, 1024):
        yield Fault(f"{kib} KiB of stack", shell=f"ulimit -s {kib}",
                    lax="start")


KINDS = {"calls that fail": errno_faults, "short or put off": small_faults,
         "signals": signal_faults, "dead workers": worker_faults,
         "allocations": alloc_faults, "no room": room_faults}


def faults_of(setup, scenario):
    """(kind, fault) of each that this part of the run has."""
    every = [(kind, fault) for kind, make in KINDS.items()
             for fault in make(setup, scenario) if setup.only in fault.name]
    if setup.part == (1, 1):
        return every
    # In a strange order, the same each time: the errno values take turns.
    random.Random(scenario.name).shuffle(every)
    part, parts = setup.part
    return every[part - 1::parts]


def never_started(outcome):
    """The loader had no memory for the libraries: rskan never ran."""
    return b"error while loading shared libraries" in outcome.stderr or (
        outcome.signal in (signal.SIGSEGV, signal.SIGKILL) and
        not outcome.stdout and not outcome.stderr)


# ---- all of it -------------------------------------------------------------

class Tally:
    def __init__(self):
        self.passed = self.failed = 0
        self.kinds = collections.Counter()


def try_one(setup, scenario, fault, calm):
    outcome = run(setup, scenario, fault)
    if fault.lax == "start" and never_started(outcome):
        return None, []
    if fault.lax == "lost" and not (outcome.status == 4 or outcome.signal):
        return outcome, ["a lost report, and not exit 4"]
    return outcome, list(judge(scenario, fault, calm, outcome))


def run_scenario(setup, pool, scenario, tally):
    if scenario.changes:
        scenario.before = read_files(
            os.path.join(setup.targets, scenario.changes))
    calm = run(setup, scenario, Fault("nothing"))
    again = run(setup, scenario, Fault("nothing"))
    if (calm.status, calm.stdout, calm.report) != (
            again.status, again.stdout, again.report) or calm.status > 1:
        print(f"not ok {scenario.name}: undisturbed: exit {calm.status}, "
              f"{calm.stderr.decode(errors='replace')}")
        tally.failed += 1
        return
    if not calm.hung and leaks(calm):
        print(f"not ok {scenario.name}: undisturbed: a secret is shown")
        tally.failed += 1
    faults = faults_of(setup, scenario)
    tries = pool.map(lambda f: try_one(setup, scenario, f[1], calm), faults)
    before = tally.passed
    for (kind, fault), (outcome, complaints) in zip(faults, tries):
        tally.kinds[kind] += 1
        if not complaints:
            tally.passed += 1
            continue
        tally.failed += 1
        print(f"not ok {scenario.name}: {fault.name}: "
              f"{'; '.join(complaints)} (exit {outcome.status}"
              f"{', ' + outcome.path if outcome.path else ''})")
        for line in outcome.stderr.decode(errors="replace").splitlines()[:3]:
            print(f"    {line}")
    print(f"ok {scenario.name}: {tally.passed - before} of {len(faults)} "
          f"faults end as they may (undisturbed: exit {calm.status})",
          flush=True)


def is_sanitized(program):
    with open(program, "rb") as file:
        return b"__asan_init" in file.read()


def prepare(setup):
    setup.targets = os.path.join(setup.work, "targets")
    for name, make, secrets in (
            ("tree", make_tree, True), ("clean", make_tree, False),
            ("repo", make_repository, True),
            ("clean-repo", make_repository, False)):
        root = os.path.join(setup.targets, name)
        os.makedirs(root)
        make(root, secrets)
    # One of the findings is known.
    known = os.path.join(setup.targets, "known.jsonl")
    subprocess.run([setup.rskan, "baseline", "--no-history", "--baseline",
                    known, os.path.join(setup.targets, "tree")], check=True,
                   env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    with open(known, "r+", encoding="utf-8") as file:
        lines = file.readlines()
        file.seek(0)
        file.truncate()
        file.writelines(lines[:2])


def part_of(word):
    part, parts = map(int, word.split("/"))
    if not 1 <= part <= parts:
        raise ValueError(word)
    return part, parts


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rskan", required=True)
    parser.add_argument("--tools", required=True)
    parser.add_argument("--big", action="store_true")
    parser.add_argument("--part", type=part_of, default=(1, 1))
    parser.add_argument("--only", default="", help="faults with this word")
    parser.add_argument("scenario", nargs="*")
    setup = parser.parse_args()
    setup.rskan = os.path.abspath(setup.rskan)
    setup.injector = os.path.abspath(os.path.join(setup.tools, "fault_inject"))
    setup.alloc = None
    if not is_sanitized(setup.rskan):
        setup.alloc = os.path.abspath(os.path.join(
            setup.tools, "librsk_alloc_faults.so"))
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="rskan-faults.") as work:
        setup.work = work
        prepare(setup)
        probe = subprocess.run([setup.injector, "-c", "read", "--", "/bin/true"],
                               check=False)
        if probe.returncode == 77:
            print("faults: this system lets nobody trace: skipped")
            return 77
        with concurrent.futures.ThreadPoolExecutor(
                len(os.sched_getaffinity(0))) as pool:
            for scenario in SCENARIOS:
                if not setup.scenario or scenario.name in setup.scenario:
                    run_scenario(setup, pool, scenario, tally)
    print(", ".join(f"{kind}: {n}" for kind, n in tally.kinds.items()))
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed else 0


if __name__ == "__main__":
    sys.exit(main())
