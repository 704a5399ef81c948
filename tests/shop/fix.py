#!/usr/bin/env python3
"""What `rskan fix` makes of the shop that breaks every item.

    tests/shop/fix.py RSKAN

The patch, --apply and the `fixes` of SARIF must make the same files of it; the
audit afterwards answers as TURNED says; a second run changes nothing; and no
key is in anything that is printed.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import check  # noqa: E402  beside this file

CASE = os.path.join(check.ROOT, "tests", "fixtures", "shop", "audit")
KEYS = [b"rsk_live_" + each for each in (b"51d0c7ee20aa", b"9f2c41ab77d0")]
# Item and its answer after the repairs, where it is another one; whoever reads
# the list untracks the env files by hand.
TURNED = {"env-keys": "pass"}
GONE = {"hardcoded-resync-key", "publishable-key-in-source",
        "insecure-http-url", "env-file-not-ignored"}


class Shop:
    """Folders that hold the shop, and a program to run on them."""

    def __init__(self, rskan, home):
        self.cases = check.runner()
        self.rskan = rskan
        self.home = home
        options = type("Options", (), {"rskan": rskan})
        self.env = self.cases.environment(options, CASE, home)

    def make(self, name):
        folder = os.path.join(self.home, name, "shop")
        os.makedirs(folder)
        trouble = self.cases.fill_fixture(CASE, folder, self.env)
        if trouble:
            sys.exit(trouble.decode())
        return folder

    def run(self, folder, *args):
        done = subprocess.run(
            args, cwd=folder, env=self.env, stdin=subprocess.DEVNULL,
            capture_output=True, check=False)
        for key in KEYS:
            if key in done.stdout + done.stderr:
                sys.exit(f"{' '.join(args)} prints a key")
        return done

    def rskan_json(self, folder, *args):
        done = self.run(folder, self.rskan, *args)
        if done.returncode not in (0, 1):
            sys.exit(f"{' '.join(args)}: {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def files_of(folder):
    found = {}
    for where, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each != ".git"]
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as file:
                found[os.path.relpath(path, folder)] = file.read()
    return found


def offset(lines, line, column):
    """[file] of a place; SARIF's columns here are of code points."""
    return sum(len(each) for each in lines[:line - 1]) + column - 1


def apply_fixes(folder, log):
    """What an editor does with the first fix of each result."""
    edits = {}
    for run in log["runs"]:
        for result in run["results"]:
            for change in result.get("fixes", [{}])[0].get(
                    "artifactChanges", []):
                path = change["artifactLocation"]["uri"]
                for each in change["replacements"]:
                    region = each["deletedRegion"]
                    edits.setdefault(path, set()).add(
                        (region["startLine"], region["startColumn"],
                         region["endLine"], region["endColumn"],
                         each["insertedContent"]["text"]))
    for path, wanted in edits.items():
        name = os.path.join(folder, path)
        with open(name, encoding="utf-8", newline="") as file:
            text = file.read()
        lines = text.splitlines(keepends=True)
        for line, column, end_line, end_column, new in sorted(
                wanted, reverse=True):
            begin = offset(lines, line, column)
            end = offset(lines, end_line, end_column)
            text = text[:begin] + new + text[end:]
        with open(name, "w", encoding="utf-8", newline="") as file:
            file.write(text)


def answers(shop, folder):
    report = shop.rskan_json(folder, "audit", "--format", "json",
                             "--today", "2026-06-15")
    rules = {each["rule"] for each in report["findings"]
             if each["origin"] == "tree"}
    return {each["id"]: each["answer"] for each in report["checklist"]}, rules


def differences(left, right):
    return sorted(path for path in {*left, *right}
                  if left.get(path) != right.get(path))


def main():
    rskan = os.path.abspath(sys.argv[1])
    wrong = []
    with tempfile.TemporaryDirectory() as home:
        shop = Shop(rskan, home)
        applied = shop.make("applied")
        patched = shop.make("patched")
        edited = shop.make("edited")
        before, rules_before = answers(shop, applied)
        original = files_of(applied)

        shop.run(applied, rskan, "fix")
        if differences(original, files_of(applied)):
            wrong.append("without --apply it writes")
        shop.run(applied, rskan, "fix", "--apply")
        mended = files_of(applied)

        patch = os.path.join(home, "patch")
        shop.run(patched, rskan, "fix", "--output", patch)
        done = shop.run(patched, "git", "apply", patch)
        if done.returncode:
            wrong.append(f"git apply: {done.stderr.decode()}")
        if os.stat(patch).st_mode & 0o777 != 0o600:
            wrong.append("the patch can be read by others")
        wrong += [f"patch: {path} is not as --apply makes it"
                  for path in differences(mended, files_of(patched))]

        apply_fixes(edited, shop.rskan_json(edited, "scan", "--format",
                                            "sarif"))
        new = {path for path in mended if path not in original}
        wrong += [f"SARIF: {path} is not as --apply makes it"
                  for path in differences(mended, files_of(edited))
                  if path not in new]

        after, rules_after = answers(shop, applied)
        for item, answer in {**before, **TURNED}.items():
            if after[item] != answer:
                wrong.append(f"{item}: {after[item]}, not {answer}")
        wrong += [f"{item} was {answer} before" for item, answer
                  in TURNED.items() if before[item] == answer]
        wrong += [f"{rule} is there still" for rule in GONE & rules_after]
        wrong += [f"{rule} was never there" for rule in GONE - rules_before]

        shop.run(applied, rskan, "fix", "--apply")
        wrong += [f"again: {path} changes"
                  for path in differences(mended, files_of(applied))]
    for each in wrong:
        print(each)
    print(f"{len(differences(original, mended))} files mended, "
          f"{len(wrong)} failed")
    return 1 if wrong or mended == original else 0


if __name__ == "__main__":
    sys.exit(main())
