#!/usr/bin/env python3
"""Adds up what the test runners said and prints the line that counts.

    tools/totals.py FILE...    ctest's JUnit files (*.xml) and runners' logs

A test that tells how many cases it ran ("N passed, N failed", Criterion's
synthesis) counts as that many, any other test as one.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree

OURS = re.compile(r"^(?:\w+: )?(\d+) passed, (\d+) failed"
                  r"(?:, (\d+) skipped)?$", re.M)
CRITERION = re.compile(r"Tested: .*?(\d+).*?Passing: .*?(\d+)"
                       r".*?Failing: .*?(\d+).*?Crashing: .*?(\d+)")


def strip_colour(text):
    return re.sub(r"\x1b\[[0-9;]*m|&#27;\[[0-9;]*m", "", text)


def cases_in(text):
    """(passed, failed, skipped), or None when the output does not tell."""
    text = strip_colour(text)
    ours = OURS.findall(text)
    if ours:
        return [sum(int(row[i] or 0) for row in ours) for i in range(3)]
    theirs = CRITERION.findall(text)
    if theirs:
        return [sum(int(row[1]) for row in theirs),
                sum(int(row[2]) + int(row[3]) for row in theirs), 0]
    return None


def count_one(failed, skipped, text):
    count = cases_in(text) or [0, 0, 0]
    if skipped:
        return [0, 0, 1]
    if failed:
        count[1] = max(count[1], 1)
    elif not any(count):
        count[0] = 1
    return count


def from_junit(path):
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        failed = case.find("failure") is not None or \
            case.get("status") == "fail"
        skipped = case.find("skipped") is not None or \
            case.get("status") in ("notrun", "disabled")
        text = "".join(each.text or "" for each in case.iter("system-out"))
        yield case.get("name"), count_one(failed, skipped, text)


def from_log(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        count = cases_in(file.read())
    # A runner that ended without its total did not end well.
    yield path, count or [0, 1, 0]


def main():
    total = [0, 0, 0]
    for path in sys.argv[1:]:
        read = from_junit if path.endswith(".xml") else from_log
        for name, count in read(path):
            total = [a + b for a, b in zip(total, count)]
            if count[1]:
                print(f"failed: {name}")
            elif count[2] and not count[0]:
                print(f"skipped: {name}")
    print("rskan: %d passed, %d failed, %d skipped" % tuple(total))
    sys.exit(1 if total[1] or not total[0] else 0)


if __name__ == "__main__":
    main()
