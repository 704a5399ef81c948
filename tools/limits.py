#!/usr/bin/env python3
"""docs/limits.md from src/base/limits.h: the table of every limit.

    tools/limits.py           prints the page
    tools/limits.py --check   exits 1 when the page in docs/ is another
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HEADER = os.path.join(ROOT, "src", "base", "limits.h")
PAGE = os.path.join(ROOT, "docs", "limits.md")
UNITS = {"RSK_KIB", "RSK_MIB"}

INTRO = """# Limits

Every limit of the program, its reason, and what happens beyond it. This page
is written by `tools/limits.py` from `src/base/limits.h`; a test compares the
two.

| limit | value | why, and what happens beyond it |
|---|---|---|
"""


def clean(comment):
    text = comment.strip().removeprefix("/*").removesuffix("*/")
    return " ".join(text.replace("\n *", " ").split()).replace("|", "\\|")


def human(value):
    value = value.strip().strip("()")
    value = re.sub(r"\((?:size_t|uint32_t|uint64_t)\)", "", value)
    value = re.sub(r"\b(\d+)u\b", r"\1", value)
    value = re.sub(r"(\d+) \* RSK_MIB", r"\1 MiB", value)
    return re.sub(r"(\d+) \* RSK_KIB", r"\1 KiB", value)


def rows(text):
    """(name, value, comment): a comment is for the lines that follow it."""
    comment = ""
    pattern = re.compile(
        r"(?P<comment>^/\*.*?\*/)|"
        r"^#define (?P<name>RSK_\w+)[ \t]+(?P<value>[^\n/]+)"
        r"(?P<own>/\*.*?\*/)?|(?P<blank>^\n)", re.M | re.S)
    for found in pattern.finditer(text):
        if found["comment"]:
            comment = clean(found["comment"])
        elif found["blank"] is not None:
            comment = ""
        elif found["name"] not in UNITS and found["value"]:
            own = clean(found["own"] or "")
            yield found["name"], human(found["value"]), own or comment


def page():
    with open(HEADER, encoding="utf-8") as file:
        text = file.read()
    lines = [f"| `{name}` | {value} | {why} |\n"
             for name, value, why in rows(text) if not name.endswith("_H")]
    return INTRO + "".join(lines)


def main():
    if sys.argv[1:] != ["--check"]:
        sys.stdout.write(page())
        return 0
    with open(PAGE, encoding="utf-8") as file:
        if file.read() == page():
            return 0
    print("docs/limits.md is stale: tools/limits.py >docs/limits.md")
    return 1


if __name__ == "__main__":
    sys.exit(main())
