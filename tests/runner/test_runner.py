#!/usr/bin/env python3
"""The test runner must be able to fail: it is run here on cases made up for
it, with a shell script in the program's place."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

# Prints one finding for each file of the folder that says "key".
PROGRAM = r"""#!/bin/sh
if [ "$1" = --version ]; then echo 'rskan 1.2.3'; exit; fi
grep -rl key . | sort | sed 's|^./||' | while read -r path; do
    printf '{"rule":"r","severity":"high","confidence":"low","path":"%s",' "$path"
    printf '"start":{"line":1,"column":2},"secret":{"masked":"k**"}}\n'
done
"""


class Runner(unittest.TestCase):
    def setUp(self):
        self.top = tempfile.mkdtemp(prefix="rskan-runner-")
        self.addCleanup(shutil.rmtree, self.top)
        os.makedirs(os.path.join(self.top, "tools"))
        for suite in ("cli", "fixtures"):
            os.makedirs(os.path.join(self.top, "tests", suite))
        shutil.copy(os.path.join(ROOT, "tools", "run-cases.py"),
                    os.path.join(self.top, "tools"))
        self.put("rskan", PROGRAM)
        os.chmod(os.path.join(self.top, "rskan"), 0o755)

    def put(self, path, text):
        path = os.path.join(self.top, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def get(self, path):
        with open(os.path.join(self.top, path), encoding="utf-8") as file:
            return file.read()

    def run_suite(self, *args):
        done = subprocess.run(
            [os.path.join(self.top, "tools", "run-cases.py"), *args,
             "--rskan", os.path.join(self.top, "rskan")],
            capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def assert_total(self, suite, total, *args):
        status, out = self.run_suite(suite, *args)
        self.assertIn(total, out.splitlines(), out)
        self.assertEqual(status, 0 if " 0 failed" in total else 1, out)
        return out

    def test_no_case_is_a_failure(self):
        for suite in ("cli", "fixtures"):
            status, out = self.run_suite(suite)
            self.assertEqual(status, 1)
            self.assertIn("no case", out)

    def test_outputs_and_status_are_compared(self):
        self.put("tests/cli/a/cmd", "echo out; echo err >&2; exit 3\n")
        self.put("tests/cli/a/stdout", "out\n")
        self.put("tests/cli/a/stderr", "err\n")
        self.put("tests/cli/a/exit", "3\n")
        self.assert_total("cli", "1 passed, 0 failed, 0 skipped")
        for name in ("stdout", "stderr", "exit"):
            before = self.get(f"tests/cli/a/{name}")
            self.put(f"tests/cli/a/{name}", "4\n")
            out = self.assert_total("cli", "0 passed, 1 failed, 0 skipped")
            self.assertIn(f"{name} (expected)", out)
            self.put(f"tests/cli/a/{name}", before)

    def test_unexpected_output_fails(self):
        self.put("tests/cli/a/cmd", "echo out\n")
        self.assert_total("cli", "0 passed, 1 failed, 0 skipped")

    def test_a_failing_step_ends_the_script(self):
        self.put("tests/cli/a/cmd", "false\necho not reached\n")
        self.put("tests/cli/a/exit", "1\n")
        self.assert_total("cli", "1 passed, 0 failed, 0 skipped")

    def test_a_missing_last_newline_is_seen(self):
        self.put("tests/cli/a/cmd", "printf out\n")
        self.put("tests/cli/a/stdout", "out\n")
        self.assert_total("cli", "0 passed, 1 failed, 0 skipped")

    def test_version_and_folder_get_names(self):
        self.put("tests/cli/a/cmd", '"$RSKAN" --version; pwd; echo 11.2.3\n')
        self.put("tests/cli/a/stdout", "rskan [VERSION]\n[TMP]\n11.2.3\n")
        self.assert_total("cli", "1 passed, 0 failed, 0 skipped")

    def test_skipping(self):
        self.put("tests/cli/a/cmd", "echo no such thing here; exit 77\n")
        out = self.assert_total("cli", "0 passed, 0 failed, 1 skipped")
        self.assertIn("# no such thing here", out)

    def test_fixture_is_compared(self):
        self.put("tests/fixtures/g/a/tree/src/dot-env", "ke@:@y\n")
        self.put("tests/fixtures/g/a/tree/other", "nothing\n")
        self.assert_total("fixtures", "0 passed, 1 failed, 0 skipped")
        self.put("tests/fixtures/g/a/expected.txt",
                 "src/.env:1:2: high r k** confidence=low\n")
        self.assert_total("fixtures", "1 passed, 0 failed, 0 skipped")
        self.put("tests/fixtures/g/a/expected.txt", "")
        self.assert_total("fixtures", "0 passed, 1 failed, 0 skipped")

    def test_fixture_script_makes_a_repository(self):
        self.put("tests/fixtures/g/a/input.txt", "x\n")
        self.put("tests/fixtures/g/a/git", "git init -q\necho key >b\n")
        self.put("tests/fixtures/g/a/expected.txt",
                 "b:1:2: high r k** confidence=low\n")
        self.assert_total("fixtures", "1 passed, 0 failed, 0 skipped")
        self.put("tests/fixtures/g/a/git", "false\n")
        out = self.assert_total("fixtures", "0 passed, 1 failed, 0 skipped")
        self.assertIn("+git: exit 1", out)

    def test_a_crash_is_seen(self):
        self.put("tests/fixtures/g/a/input.txt", "x\n")
        self.put("tests/fixtures/g/a/expected.txt", "")
        self.put("rskan", "#!/bin/sh\nkill -SEGV $$\n")
        self.assert_total("fixtures", "0 passed, 1 failed, 0 skipped")

    def test_what_is_no_report_is_seen(self):
        self.put("tests/fixtures/g/a/input.txt", "x\n")
        self.put("tests/fixtures/g/a/expected.txt", "")
        self.put("rskan", "#!/bin/sh\necho '{\"rule\":'\n")
        self.assert_total("fixtures", "0 passed, 1 failed, 0 skipped")

    def test_bless_writes_and_takes_away(self):
        self.put("tests/cli/a/cmd", "echo out\n")
        self.put("tests/cli/a/stderr", "old\n")
        self.put("tests/fixtures/g/a/input.txt", "key\n")
        self.run_suite("cli", "--bless")
        self.run_suite("fixtures", "--bless")
        self.assertEqual(self.get("tests/cli/a/stdout"), "out\n")
        self.assertFalse(os.path.exists(
            os.path.join(self.top, "tests/cli/a/stderr")))
        self.assertEqual(self.get("tests/fixtures/g/a/expected.txt"),
                         "input.txt:1:2: high r k** confidence=low\n")

    def test_names_pick_cases(self):
        for name in ("a", "b"):
            self.put(f"tests/fixtures/g/{name}/input.txt", "x\n")
            self.put(f"tests/fixtures/g/{name}/expected.txt", "")
        for name in ("a", "g/a", "tests/fixtures/g/a/", "fixtures/g/a"):
            self.assert_total("fixtures", "1 passed, 0 failed, 0 skipped",
                              name)
        self.assert_total("fixtures", "2 passed, 0 failed, 0 skipped", "g")
        status, out = self.run_suite("fixtures", "c")
        self.assertEqual(status, 1, out)


class Totals(unittest.TestCase):
    def total(self, **files):
        with tempfile.TemporaryDirectory() as top:
            paths = []
            for name, text in files.items():
                paths.append(os.path.join(top, name.replace("_", ".")))
                with open(paths[-1], "w", encoding="utf-8") as file:
                    file.write(text)
            done = subprocess.run(
                [os.path.join(ROOT, "tools", "totals.py"), *paths],
                capture_output=True, text=True, check=False)
        return done.returncode, done.stdout.splitlines()[-1]

    def test_logs_add_up(self):
        self.assertEqual(
            self.total(a_log="ok\n3 passed, 0 failed, 1 skipped\n",
                       b_log="2 passed, 0 failed\n"),
            (0, "rskan: 5 passed, 0 failed, 1 skipped"))

    def test_a_log_without_a_total_is_a_failure(self):
        self.assertEqual(self.total(a_log="Segmentation fault\n"),
                         (1, "rskan: 0 passed, 1 failed, 0 skipped"))

    def test_junit(self):
        case = ('<testcase name="{}" status="{}">{}<system-out>{}'
                '</system-out></testcase>')
        xml = "<testsuite>" + "".join((
            case.format("plain", "run", "", "fine"),
            case.format("ours", "run", "", "4 passed, 0 failed"),
            case.format("criterion", "fail", "<failure/>",
                        "[====] Synthesis: Tested: 5 | Passing: 3 | "
                        "Failing: 1 | Crashing: 1"),
            case.format("crash", "fail", "<failure/>", "2 passed, 0 failed"),
            case.format("skip", "notrun", "<skipped/>", "no tool"),
        )) + "</testsuite>"
        self.assertEqual(self.total(a_xml=xml),
                         (1, "rskan: 10 passed, 3 failed, 1 skipped"))

    def test_nothing_is_a_failure(self):
        self.assertEqual(self.total(a_xml="<testsuite/>"),
                         (1, "rskan: 0 passed, 0 failed, 0 skipped"))


if __name__ == "__main__":
    result = unittest.main(exit=False, verbosity=1).result
    bad = len(result.failures) + len(result.errors)
    print(f"{result.testsRun - bad} passed, {bad} failed")
    sys.exit(1 if bad else 0)
