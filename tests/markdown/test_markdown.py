#!/usr/bin/env python3
"""The pages of --format markdown through the reader that GitHub has, cmark-gfm:
no text of others becomes a link, an image, HTML, a mention or a table cell.

    tests/markdown/test_markdown.py BUILD

The pages are those that the unit tests write. Skipped without cmark-gfm.
"""

import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

OURS = set("b br code details em h2 h3 li ol p pre strong summary table tbody "
           "td th thead tr ul".split())
# What GitHub makes of text: people, issues; not in code.
REFERENCE = re.compile(r"@\w|#\d|\bgh-\d|\bhttps?://|\bwww\.", re.I)


class Reader(html.parser.HTMLParser):
    """Collects what is wrong with a page."""

    def __init__(self):
        super().__init__()
        self.open = []
        self.wrong = []
        self.cells = 0
        self.widths = set()

    def handle_starttag(self, tag, attrs):
        if tag not in OURS:
            self.wrong.append(f"<{tag} {attrs}>")
        if tag != "br":
            self.open.append(tag)
        self.cells = 0 if tag == "tr" else self.cells + (tag in ("td", "th"))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> out of order")
        if tag == "tr":
            self.widths.add(self.cells)

    def handle_comment(self, data):
        if data != " ":
            self.wrong.append(f"comment {data}")

    def handle_data(self, data):
        if not {"code", "pre"} & set(self.open) and REFERENCE.search(data):
            self.wrong.append(f"text {data!r}")


def read(page):
    text = page.read_text(encoding="utf-8")
    shown = subprocess.run(
        ["cmark-gfm", "--unsafe", "-e", "table", "-e", "autolink", "-e",
         "strikethrough", "-e", "tasklist"],
        input=text, capture_output=True, text=True, check=True).stdout
    reader = Reader()
    reader.feed(shown)
    reader.close()
    if reader.open:
        reader.wrong.append(f"open at the end: {reader.open}")
    if not reader.widths <= {4, 5}:
        reader.wrong.append(f"tables of {reader.widths} cells")
    if len(text.encode()) > 60000:
        reader.wrong.append("too large")
    return reader.wrong


def main():
    build = pathlib.Path(sys.argv[1])
    unit = build / "tests" / "test_report_markdown"
    if not shutil.which("cmark-gfm") or not unit.exists():
        print("no cmark-gfm, or no unit tests")
        return 77
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([unit], env=dict(os.environ, RSK_DUMP=folder),
                       stdout=subprocess.DEVNULL, check=True)
        pages = sorted(pathlib.Path(folder).glob("*.md"))
        for page in pages:
            wrong = read(page)
            failed += bool(wrong)
            print("NOT OK" if wrong else "ok", page.name, wrong[:5])
    return 1 if failed or len(pages) < 8 else 0


if __name__ == "__main__":
    sys.exit(main())
