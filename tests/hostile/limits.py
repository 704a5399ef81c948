#!/usr/bin/env python3
"""Every limit at one less, itself, and one more.

    tests/hostile/limits.py [--rskan FILE] [--big] [LIMIT...]

Values are read from src/base/limits.h. A row makes an input of n units; with n
up to the limit nothing may be said of it, beyond it there must be a gap, a
note or a refusal, as the row says, and the exit status must agree. Limits that
no input of the command line can be brought to are held by a unit test, which
must name the limit and be there, or have a reason here. A limit without either
fails the test.
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
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)

import judge    # noqa: E402
import trees    # noqa: E402
from program import Program, parse  # noqa: E402

ROWS = {}

# Held by a unit test that names them.
HELD = {
    "RSK_SNIFF_BYTES": "test_match_text.c",
    "RSK_MAX_MATCH": "test_match_engine.c",
    "RSK_REGEX_GAPS": "test_match_engine.c",
    "RSK_MAX_REGEX_BYTES": "test_rules_width.c",
    "RSK_MAX_REGEX_DEPTH": "test_rules_width.c",
    "RSK_MAX_SARIF_RESULTS": "test_report_sarif.c",
    "RSK_MAX_HTML_FINDINGS": "test_report_html.c",
    "RSK_MAX_MARKDOWN_BYTES": "test_report_markdown.c",
    "RSK_MAX_LISTED": "test_model_coverage.c",
    "RSK_MAX_SYNTAX_BYTES": "test_syntax_js.c",
    "RSK_MAX_SYNTAX_NAMES": "test_syntax_js.c",
    "RSK_MAX_EVAL_DEPTH": "test_syntax_eval.c",
    "RSK_MAX_EVAL_NODES": "test_syntax_eval.c",
    "RSK_MAX_EVAL_TEXT": "test_syntax_eval.c",
    "RSK_MAX_REGEX_ITEMS": "test_rules_width.c",
    "RSK_MAX_EXPR_PREFIXES": "test_syntax_expr.c",
    "RSK_MAX_EXPR_ITEMS": "test_syntax_expr.c",
    "RSK_MAX_NAME_BYTES": "test_privacy_names.c",
    "RSK_MAX_VALUE_BYTES": "test_privacy_names.c",
    "RSK_CAGE_COMPLAINTS": "test_cage_shapes.c",
    "RSK_MAX_MAPPINGS": "test_base_mapped.c",
    "RSK_MAX_PATTERNS": "test_rules_load.c",
    "RSK_MAX_ALL_GLOBS": "test_rules_load.c",
    "RSK_MAX_SHOWN_TEXT": "test_report_text.c",
    "RSK_MAX_SERVER_WORK": "test_checks_limits.c",
    "RSK_MAX_HOOK_STEPS": "test_checks_limits.c",
}

# What has no edge that an input could stand on, or needs more than a machine
# for tests has.
EXEMPT = {
    "RSK_SMALL_BYTES": "memory: tests/faults has each allocation fail",
    "RSK_REGEX_MATCH_LIMIT": "steps that PCRE2 counts its own way",
    "RSK_REGEX_DEPTH_LIMIT": "the same",
    "RSK_REGEX_HEAP_KIB": "the same",
    "RSK_REGEX_JIT_STACK": "the same",
    "RSK_MAX_TRACE_HITS": "over: scanned in full, with the same result",
    "RSK_MAX_UNSIZED_BYTES": "no file without a size is as long as one likes",
    "RSK_MAX_PACK_INDEX": "4 GiB in memory",
    "RSK_MAX_DELTA_RESULTS": "256 GiB of objects",
    "RSK_MAX_DELTA_GROWTH": "the same",
    "RSK_PACK_MEMORY": "over: bases are made again, with the same result",
    "RSK_DIRENT_BYTES": "a piece: the rest of a folder is the next one",
    "RSK_MAX_PATH_BYTES": "16 MiB of folders in folders",
    "RSK_CAGE_MEMORY": "tests/hostile/contained.py starves it",
    "RSK_CAGE_MEMORY_OF_EACH": "the same",
    "RSK_CAGE_INPUT_SECONDS": "tests/hostile/contained.py, with less time",
    "RSK_CAGE_IDLE_SECONDS": "a quarter of an hour",
    "RSK_CAGE_ATTEMPTS": "tests/hostile/contained.py, at each side",
    "RSK_CAGE_CPU_SECONDS": "a day",
    "RSK_CAGE_DESCRIPTORS": "tests/faults has fewer",
    "RSK_CAGE_BYTES": "2 GiB of report",
    "RSK_MAX_KEY_EVENTS": "counted before alike ones are put together",
    "RSK_MAX_EXAMPLES": "64 MiB searched in the rules of one run",
    "RSK_MAX_PROGRAM_BYTES": "512 MiB of code",
}


def limit(name, big=False, least=False, inside=0, refused=False):
    """least: under it, not over it, is wrong. inside: so many of the units
    are there whatever the input is. refused: it is anyway, with other words.
    """
    def keep(function):
        ROWS[name] = (function, big, least, inside, refused)
        return function
    return keep


def values():
    found = {}
    with open(os.path.join(ROOT, "src/base/limits.h"),
              encoding="utf-8") as file:
        for name, text in re.findall(
                r"^#define (RSK_\w+)[ \t]+([^\n/]+)", file.read(), re.M):
            text = re.sub(r"\((?:size_t|uint64_t)\)|(?<=\d)u\b", "", text)
            for word, value in found.items():
                text = re.sub(rf"\b{word}\b", str(value), text)
            if re.fullmatch(r"[\d\s()*<]+", text):
                # Digits and operators only.
                found[name] = eval(text)  # pylint: disable=eval-used
    return found


class Bench:
    """A fresh folder for one input."""

    def __init__(self, options, name):
        self.top = os.path.realpath(tempfile.mkdtemp(prefix="rskan-limit-"))
        os.chmod(self.top, 0o755)
        self.tree = trees.Tree(self.top, name, True)
        self.program = Program(options.rskan, self.top, options.sanitized)
        self.program.memory = 4096
        self.program.seconds = 600
        self.tree.write("ok.env", "KEY=\n")
        self.done = self.report = None
        self.refusals = (2, 3)

    def run(self, *args, env=None):
        self.done = self.program.run([*args, "--format", "json"],
                                     self.tree.path, env=env)
        self.report = json.loads(self.done.out) if self.done.out.startswith(
            b"{") else None
        return self

    def says(self, *words):
        """Is one of these in a complaint, a gap or a note?"""
        text = self.done.err.decode("utf-8", "replace")
        if self.report:
            coverage = self.report["coverage"]
            text += "\n".join(f"{each['class']}: {each.get('detail', '')}"
                              for each in coverage["gaps"])
            text += "\n".join(coverage["notes"])
        return any(word in text for word in words)

    def agrees(self, over):
        """What must hold beside what a row says."""
        lines = self.program.too_much(self.done)
        lines += judge.leaks(self.done.out + self.done.err, self.tree.secrets)
        if self.report:
            lines += judge.coherent(self.report, self.done.status)
        elif not over:
            lines.append(f"exit {self.done.status}, no report: "
                         f"{self.done.err[:300]!r}")
        elif self.done.status not in self.refusals:
            lines.append(f"exit {self.done.status} without a report")
        return lines


# --- rules and configuration ---------------------------------------------------

def rules_with(bench, text, name="evil-a.yaml"):
    bench.tree.write("more/" + name, text)
    return bench.run("scan", ".", "--rules", "more")


@limit("RSK_MAX_YAML_BYTES")
def yaml_bytes(bench, n):
    text = trees.rule_file("a", "BEGIN(?<secret>[a-z]{5,20})")
    return rules_with(bench, text + "#" * (n - len(text) - 1) + "\n").says(
        "size limit")


@limit("RSK_MAX_YAML_DEPTH", inside=1, refused=True)
def yaml_depth(bench, n):
    bench.tree.write(".rskan.yaml", "exclude: " + "[" * n + "]" * n + "\n")
    return bench.run("scan", ".").says("nested too deeply")


@limit("RSK_MAX_YAML_NODES", inside=2, refused=True)
def yaml_nodes(bench, n):
    bench.tree.write(".rskan.yaml", "exclude:\n" + "- a\n" * n)
    return bench.run("scan", ".").says("too many entries")


def baseline_with(bench, text):
    bench.tree.write("known", text)
    return bench.run("scan", ".", "--baseline", "known")


@limit("RSK_MAX_BASELINE_BYTES", big=True)
def baseline_bytes(bench, n):
    text = trees.baseline([])
    return baseline_with(bench, text + "\n" * (n - len(text))).says(
        "size limit")


@limit("RSK_MAX_BASELINE_LINE", refused=True)
def baseline_line(bench, n):
    return baseline_with(bench, trees.baseline([]) + "x" * n).says(
        "the line is too long")


@limit("RSK_MAX_BASELINE_ENTRIES", big=True)
def baseline_entries(bench, n):
    return baseline_with(bench, trees.baseline(range(n))).says(
        "too many entries")


@limit("RSK_MAX_BASELINE_PATH")
def baseline_path(bench, n):
    name = "/".join(["d" * 99] * (n // 100 + 1))[:n - 4] + ".txt"
    bench.tree.write(name, keys(bench, 1))
    bench.run("scan", ".")
    bench.program.run(["baseline", "--baseline", "known", "."],
                      bench.tree.path)
    with open(bench.tree.at("known"), encoding="utf-8") as file:
        return len(json.loads(file.readlines()[1])["path"]) < n


@limit("RSK_MAX_RULE_DIRS", inside=1)
def rule_dirs(bench, n):
    for i in range(n):
        os.makedirs(bench.tree.at(f"more/d{i}"))
    return rules_with(bench, trees.rule_file("a", "BEGIN(?<secret>[a-z]{5})")
                      ).says("folders")


@limit("RSK_MAX_SETS")
def sets(bench, n):
    bench.tree.write("more/paths.yaml", "sets:\n" + "".join(
        f"  s{i}: ['*.a{i}']\n" for i in range(n)))
    return rules_with(bench, trees.rule_file(
        "a", "BEGIN(?<secret>[a-z]{5})")).says("path sets")


@limit("RSK_MAX_GLOBS")
def globs(bench, n):
    bench.tree.write(".rskan.yaml", "exclude:\n- reason: none\n  paths: [" +
                     ", ".join(f"'x{i}'" for i in range(n)) + "]\n")
    return bench.run("scan", ".").says("globs")


@limit("RSK_MAX_GLOB_BYTES")
def glob_bytes(bench, n):
    bench.tree.write(".rskan.yaml", "exclude:\n- reason: none\n  paths: ['" +
                     "x" * n + "']\n")
    return bench.run("scan", ".").says("glob that is too long")


@limit("RSK_MAX_LIST")
def entries(bench, n):
    text = trees.rule_file("a", "BEGIN(?<secret>[a-z]{5})").replace(
        "message:", f"tags: [{', '.join(f't{i}' for i in range(n))}]\nmessage:",
        1)
    return rules_with(bench, text).says("entries")


@limit("RSK_MAX_LINE_TEXT")
def line_text(bench, n):
    text = trees.rule_file("a", "BEGIN(?<secret>[a-z]{5})")
    text = re.sub(r"(?m)^title: .*$", "title: " + "t" * n, text)
    return rules_with(bench, text).says("512 bytes")


@limit("RSK_MAX_ANCHOR")
def anchor(bench, n):
    word = "B" * n
    text = trees.rule_file("a", word + "(?<secret>[a-z]{5})").replace(
        "BEGIN", word)
    return rules_with(bench, text).says("3 to 64 bytes", "to 64 bytes")


def own_rules():
    """How many the program has itself."""
    names = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "rules/*/*.yaml"], check=True,
        capture_output=True, text=True).stdout.split()
    return len(names)


def rules_outside(bench, texts):
    """Beside the tree: each would find the others' examples in it."""
    folder = os.path.join(bench.top, "more")
    os.mkdir(folder)
    for i, text in enumerate(texts):
        with open(os.path.join(folder, f"evil-r{i}.yaml"), "w",
                  encoding="utf-8") as file:
            file.write(text)
    return bench.run("scan", ".", "--rules", folder)


def numbered_rule(i):
    return trees.rule_file(f"r{i}", "BEGIN(?<secret>[a-z]{5})")


@limit("RSK_MAX_RULES", big=True)
def rules(bench, n):
    return rules_outside(bench, map(numbered_rule, range(
        n - own_rules()))).says("more than")


@limit("RSK_MAX_RULE_BYTES", big=True)
def rule_bytes(bench, n):
    """Files of one MiB but for the last two, which share the rest."""
    size = 1 << 20
    sizes = [size] * (n // size - 1)
    rest = n - sum(sizes)
    sizes += [rest // 2, rest - rest // 2]
    texts = map(numbered_rule, range(len(sizes)))
    return rules_outside(bench, (
        text + "#" * (room - len(text) - 1) + "\n"
        for room, text in zip(sizes, texts))).says("together")


# --- what is found ---------------------------------------------------------------

def keys(bench, n):
    return "".join(f"k{i}={bench.tree.secret()}\n" for i in range(n))


@limit("RSK_MAX_FINDINGS_PER_RULE_AND_FILE")
def findings_of_a_file(bench, n):
    bench.tree.write("a.txt", keys(bench, n))
    bench.run("scan", ".")
    return bench.report["coverage"]["unlisted"] > 0


@limit("RSK_MAX_FINDINGS", big=True)
def findings(bench, n):
    line = keys(bench, 1)
    for i in range(0, n, 1000):
        bench.tree.write(f"a{i}.txt", line * min(1000, n - i))
    bench.run("scan", ".")
    return bench.report["coverage"]["unlisted"] > 0


@limit("RSK_SNIPPET_SIDE")
def snippet(bench, n):
    secret = bench.tree.secret()
    bench.tree.write("a.txt", "S" + "." * (n - 2) + "=" + secret + "\n")
    bench.run("scan", ".")
    return b"S." not in bench.program.run(
        ["scan", ".", "--format", "sarif"], bench.tree.path).out


@limit("RSK_MAX_HTML_KEYS", big=True)
def html_keys(bench, n):
    for i in range(n):
        bench.tree.write(f"a{i}.txt", keys(bench, 1))
    bench.run("scan", ".")
    page = bench.program.run(["scan", ".", "--format", "html"],
                             bench.tree.path).out
    return b"1 more" in page


@limit("RSK_MAX_KEY_PLACES")
def key_places(bench, n):
    line = keys(bench, 1)
    for i in range(n):
        bench.tree.write(f"d/a{i}.txt", line)
    bench.run("scan", ".")
    key, = bench.report["keys"]
    return bool(key.get("more_places"))


# --- files ------------------------------------------------------------------------

@limit("RSK_MAX_CHECKED_FILE")
def checked_file(bench, n):
    text = '{"dependencies": {"resync-javascript": "1.0.2"}}'
    bench.tree.write("package.json", text + " " * (n - len(text)))
    return bench.run("scan", ".").says("limit:")


@limit("RSK_MAX_RECIPE_LINES")
def recipe_lines(bench, n):
    bench.tree.write(".github/workflows/a.yml",
                     "on: push\n" + "# none\n" * (n - 1))
    return bench.run("audit", ".").says("limit:")


@limit("RSK_MAX_RECIPE_KEYS")
def recipe_keys(bench, n):
    bench.tree.write(".github/workflows/a.yml", "env:\n" + "".join(
        f"  RESYNC_API_KEY_{i}: ${{{{ secrets.RESYNC_API_KEY_{i} }}}}\n"
        for i in range(n)))
    return bench.run("audit", ".").says("limit:")


@limit("RSK_MAX_TOKENS", big=True, inside=5)
def tokens(bench, n):
    bench.tree.write("hook.py", 'h = "X-Resync-Signature"\n' + "a " * n)
    return bench.run("scan", ".").says("syntax-limit")


@limit("RSK_WINDOW_BYTES")
def window(bench, n):
    bench.tree.write("a.txt", keys(bench, 1))
    return bench.run("scan", ".", "--window", str(n)).says("--window")


@limit("RSK_MAX_JOBS")
def jobs(bench, n):
    bench.tree.write("a.txt", keys(bench, 1))
    return bench.run("scan", ".", "--jobs", str(n)).says("--jobs")


@limit("RSK_MIN_STACK_KIB", least=True)
def stack(bench, n):
    bench.tree.write("a.txt", keys(bench, 1))
    bench.program.stack = n * 1024
    bench.refusals = (4,)
    return bench.run("scan", ".").says("the stack is too small")


@limit("RSK_MIN_SECRET_KEY", least=True)
def secret_key(bench, n):
    bench.tree.write("a.txt", keys(bench, 1))
    bench.tree.write("key", "k" * n)
    return bench.run("scan", ".", "--secret-key-file", "key").says(
        "at least", "16 bytes")


@limit("RSK_MAX_NESTED")
def nested(bench, n):
    bench.tree.repository()
    for i in range(n):
        subprocess.run(["git", "init", "-q", bench.tree.at(f"n{i}")],
                       check=True, env={**os.environ, "GIT_CONFIG_NOSYSTEM":
                                        "1", "GIT_CONFIG_GLOBAL": "/dev/null"})
    return bench.run("scan", ".").says("more repositories")


# --- ignore files -----------------------------------------------------------------

def ignore_with(bench, text):
    bench.tree.write(".gitignore", text)
    bench.tree.write("a.log", "none\n")
    bench.tree.repository()
    return bench.run("scan", ".").says(".gitignore")


@limit("RSK_MAX_IGNORE_BYTES")
def ignore_bytes(bench, n):
    return ignore_with(bench, "*.log\n" + "#" * (n - 7) + "\n")


@limit("RSK_MAX_IGNORE_PATTERNS")
def ignore_patterns(bench, n):
    return ignore_with(bench, "".join(f"x{i}\n" for i in range(n)))


@limit("RSK_MAX_IGNORE_STARS")
def ignore_stars(bench, n):
    return ignore_with(bench, "a*" * n + "\n")


@limit("RSK_MAX_IGNORE_GLOBSTAR")
def ignore_globstar(bench, n):
    return ignore_with(bench, "a/**/" * n + "b\n")


# --- git ----------------------------------------------------------------------------

@limit("RSK_MAX_GIT_TEXT_BYTES")
def git_text(bench, n):
    bench.tree.repository()
    text = b"ref: refs/heads/main\n"
    bench.tree.write(".git/HEAD", text + b" " * (n - len(text)))
    return bench.run("history", ".").says("HEAD")


@limit("RSK_MAX_REFS_BYTES", big=True)
def packed_refs(bench, n):
    bench.tree.repository()
    bench.tree.write(".git/packed-refs", "# " + "x" * (n - 3) + "\n")
    return bench.run("history", ".").says("packed-refs")


@limit("RSK_MAX_REF_BYTES", inside=1)
def ref_bytes(bench, n):
    bench.tree.repository()
    oid = bench.tree.git("rev-parse", "HEAD").strip()
    name = "refs/heads/" + ("x" * 99 + "/") * 20
    name = name[:n - 1] + "y"
    bench.tree.write(".git/packed-refs", f"{oid} {name}\n")
    return not bench.run("history", ".").report["complete"]


@limit("RSK_MAX_REF_DEPTH")
def ref_depth(bench, n):
    bench.tree.repository()
    oid = bench.tree.git("rev-parse", "HEAD").strip()
    bench.tree.write(".git/refs/heads/" + "d/" * (n - 1) + "x", oid + "\n")
    return not bench.run("history", ".").report["complete"]


@limit("RSK_MAX_SYMREF_DEPTH")
def symref_depth(bench, n):
    bench.tree.repository()
    for i in range(n):
        to = f"refs/heads/s{i + 1}" if i + 1 < n else "refs/heads/main"
        bench.tree.write(f".git/refs/heads/s{i}", f"ref: {to}\n")
    return not bench.run("history", ".").report["complete"]


@limit("RSK_MAX_INDEX_BYTES", big=True, refused=True)
def index_bytes(bench, n):
    bench.tree.repository()
    with open(bench.tree.at(".git/index"), "wb") as file:
        file.truncate(n)
    return bench.run("staged", ".").says("size limit")


@limit("RSK_MAX_OBJECT_BYTES", big=True)
def object_bytes(bench, n):
    bench.tree.repository()
    bench.tree.write("a.txt", b"a\n" * (n // 2) + b"b" * (n % 2))
    bench.tree.commit("a")
    return not bench.run("history", ".").report["complete"]


def varint(n):
    out = bytearray()
    while n >= 0x80:
        out.append(n & 0x7f | 0x80)
        n >>= 7
    return bytes(out) + bytes([n])


def entry_head(kind, size):
    first = kind << 4 | size & 15
    size >>= 4
    out = bytearray()
    while size:
        out.append(first | 0x80)
        first, size = size & 0x7f, size >> 7
    return bytes(out) + bytes([first])


def back(offset):
    out = [offset & 0x7f]
    while offset := offset >> 7:
        offset -= 1
        out.insert(0, offset & 0x7f | 0x80)
    return bytes(out)


@limit("RSK_MAX_DELTA_CHAIN")
def delta_chain(bench, n):
    """A pack whose every entry is made from the one before."""
    bench.tree.repository()
    text = b"a" * 30
    names = [blob_name(text)]
    parts = [entry_head(3, len(text)) + zlib.compress(text)]
    for i in range(n):
        new = b"%020d" % i
        delta = varint(len(text)) + varint(len(text)) + b"\x91\0\x0a" + \
            bytes([len(new)]) + new
        parts.append(entry_head(6, len(delta)) + back(len(parts[-1])) +
                     zlib.compress(delta, 1))
        text = text[:10] + new
        names.append(blob_name(text))
    trees.write_pack(bench.tree, list(zip(names, parts)))
    return not bench.run("history", ".").report["complete"]


def blob_name(text):
    return hashlib.sha1(b"blob %d\0" % len(text) + text).digest()


def story(bench, commits):
    """A fast-import stream: (who, content of a file) for each."""
    stream = bytearray()
    for i, (who, text) in enumerate(commits):
        data = text.encode()
        stream += (f"commit refs/heads/main\nmark :{i + 1}\nauthor {who} "
                   f"<{who}@example.com> {1700000000 + i * 86400} +0000\n"
                   f"committer A <a@example.com> {1700000000 + i * 86400} "
                   f"+0000\ndata 1\nc\nM 100644 inline a.txt\ndata "
                   f"{len(data)}\n").encode() + data + b"\n"
    bench.tree.git("init", "-q")
    subprocess.run(["git", "-C", bench.tree.path, "fast-import", "--quiet"],
                   input=bytes(stream), check=True)
    bench.run("audit", ".", "--today", "2026-01-31")
    key, = bench.report["keys"]
    return key["history"]


def more_paths(bench, texts):
    """Of one key in files with these texts: does its life list all paths?"""
    for i, text in enumerate(texts):
        bench.tree.write(f"a{i}.js", text)
    bench.tree.git("init", "-q")
    bench.tree.git("add", "-A")
    bench.tree.git("commit", "-qm", "c")
    finding, = bench.run("history", ".").report["findings"]
    return finding["life"]["more_paths"]


@limit("RSK_MAX_PATHS_OF_OBJECT")
def paths_of_object(bench, n):
    return more_paths(bench, [keys(bench, 1)] * n)


@limit("RSK_MAX_PATHS_OF_SECRET")
def paths_of_secret(bench, n):
    line = keys(bench, 1)
    return more_paths(bench, [f"// {i}\n{line}" for i in range(n)])


@limit("RSK_MAX_KEY_NAMES")
def key_names(bench, n):
    line = keys(bench, 1)
    authors = story(bench, [(f"a{i}", line if i % 2 == 0 else "none\n")
                            for i in range(2 * n - 1)])["authors"]
    return authors["total"] > len(authors["names"])


# --- code -------------------------------------------------------------------------

IMPORT = "import Resync from 'resync-javascript';\n\n"


FLOW_CALLS = 25


@limit("RSK_MAX_DATA_DEPTH", inside=1)
def data_depth(bench, n):
    bench.tree.write("a.js", IMPORT + "Resync.setUserAttributes(" +
                     "{ attributes: " * n + "{ ssn: u.ssn }" + " }" * n +
                     ");\n")
    return bench.run("scan", ".").says("syntax-limit")


@limit("RSK_MAX_FLOW_STEPS", inside=1)
def flow_steps(bench, n):
    text = IMPORT + ("function f0(v) { Resync.setUserAttributes({ "
                     "attributes: { x: v } }); }\n")
    for i in range(1, n + 1):
        text += f"function f{i}(v) {{ f{i - 1}(v); }}\n"
    bench.tree.write("a.js", text + f"f{n}(user.ssn);\n")
    return bench.run("scan", ".").says("syntax-limit")


@limit("RSK_MAX_FLOW_WORK", inside=3 * FLOW_CALLS)
def flow_work(bench, n):
    """Of each call its argument and what is in that."""
    text = IMPORT
    for i in range(FLOW_CALLS):
        share = n // FLOW_CALLS + (i < n % FLOW_CALLS)
        text += "Resync.logEvent({ eventId: 'a', metadata: {" + "".join(
            f"a{j}: 1,\n" for j in range(share)) + "} });\n"
    bench.tree.write("a.js", text)
    return bench.run("scan", ".").says("syntax-limit")


def is_silent(bench, rule):
    return not any(each["rule"] == rule
                   for each in bench.run("scan", ".").report["findings"])


@limit("RSK_MAX_COUNT_REACH", inside=16)
def count_reach(bench, n):
    """Is it seen that a property is a number of keys?"""
    bench.tree.write("a.js", IMPORT + "x.privateKeys += 1;\n" + ";\n" * n +
                     "Resync.logEvent({ eventId: 'a', metadata: "
                     "{ privateKeys: x.y } });\n")
    return not is_silent(bench, "pii-secret")


RECEIVER = """import hashlib, hmac
def handle(request):
    s = request.headers.get("X-Resync-Signature")
    a0 = hmac.new(S, request.body, hashlib.sha256).hexdigest()
"""


@limit("RSK_MAX_SERVER_REACH", inside=4)
def server_reach(bench, n):
    """From the name that is compared back to where it got its value."""
    bench.tree.write("hook.py", RECEIVER + "    a1 = a0\n" + "    b\n" * n +
                     "    if a1 != s:\n        return 401\n")
    return is_silent(bench, "webhook-weak-comparison")


@limit("RSK_MAX_SERVER_CALLS", inside=1)
def server_calls(bench, n):
    """Names that lead to one another."""
    bench.tree.write("hook.py", RECEIVER + "".join(
        f"    a{i + 1} = a{i}\n" for i in range(n)) +
        f"    if a{n} != s:\n        return 401\n")
    return is_silent(bench, "webhook-weak-comparison")


# --- all of them ----------------------------------------------------------------

def try_one(options, name, n, over):
    function, _, _, _, refused = ROWS[name]
    bench = Bench(options, name.lower())
    try:
        said = bool(function(bench, n))
        lines = bench.agrees(said or refused)
        if said != over:
            about = bench.report and {k: bench.report["coverage"][k] for k in (
                "gaps", "notes")}
            lines.append(f"{'over' if said else 'not over'}: exit "
                         f"{bench.done.status}, {bench.done.err[:300]!r}, "
                         f"{str(about)[:600]}")
        return [f"at {n}: {line}" for line in lines]
    finally:
        shutil.rmtree(bench.top, ignore_errors=True)


def check_row(options, name, value):
    _, _, least, inside, _ = ROWS[name]
    lines = []
    for n in (value - 1, value, value + 1):
        over = n < value if least else n > value
        lines += try_one(options, name, n - inside, over)
    return lines


def check_held(name):
    path = os.path.join(ROOT, "tests", "unit", HELD[name])
    try:
        with open(path, encoding="utf-8") as file:
            return [] if re.search(rf"\b{name}\b", file.read()) else [
                f"{path} does not name it"]
    except OSError as error:
        return [str(error)]


def arguments():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--rskan",
                        default=os.path.join(ROOT, "build", "dev", "rskan"))
    parser.add_argument("--big", action="store_true",
                        default=os.environ.get("BIG") == "1")
    parser.add_argument("limit", nargs="*")
    return parse(parser)


def main():
    options = arguments()
    found = values()
    count = {"ok": 0, "not ok": 0, "skip": 0}
    for name, value in found.items():
        if name in ("RSK_KIB", "RSK_MIB") or (
                options.limit and name not in options.limit):
            continue
        note = ""
        lines = []
        if name in HELD:
            lines = check_held(name)
            note = " # held: tests/unit/" + HELD[name]
        elif name in EXEMPT:
            note = " # skip: " + EXEMPT[name]
        elif name not in ROWS:
            lines = ["no row, no unit test, no reason"]
        elif ROWS[name][1] and not options.big:
            note = " # skip: big: script/test --big"
        else:
            lines = check_row(options, name, value)
        word = "not ok" if lines else "ok"
        count["skip" if "# skip" in note else word] += 1
        print(f"{word} - {name} = {value}{note}", flush=True)
        for line in lines:
            print("# " + line)
    print(f"{count['ok']} passed, {count['not ok']} failed, "
          f"{count['skip']} skipped")
    sys.exit(1 if count["not ok"] or not count["ok"] else 0)


if __name__ == "__main__":
    main()
