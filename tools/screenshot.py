#!/usr/bin/env python3
"""The picture of --format html in docs/: what a browser shows first of the
audit of tests/fixtures/shop.

    tools/screenshot.py RSKAN           takes it (needs chromium)
    tools/screenshot.py --check RSKAN   exits 1 when it shows another page

Pictures of one page differ from machine to machine. So beside it is a hash of
what is seen in it, from the style to the first answers of the checklist.
"""

import hashlib
import os
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path[:0] = [os.path.join(ROOT, "tools"),
                os.path.join(ROOT, "tests", "browser")]
PICTURE = os.path.join(ROOT, "docs", "audit.png")
HASH = os.path.join(ROOT, "docs", "audit.png.of")
WIDTH, HEIGHT = 1120, 1180


def page(rskan):
    import sample  # beside this file
    return sample.run(rskan, [*sample.COMMAND[:-1], "--format", "html",
                              sample.COMMAND[-1]])


def seen(text):
    """The part of the page that is in the picture."""
    begin = text.index("<style>")
    return text[begin:text.index('id="keys-not-in-vcs"')]


def hash_of(text):
    return hashlib.sha256(seen(text).encode()).hexdigest() + "\n"


def take(text):
    import browser
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "audit.html")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        with browser.Browser() as chromium:
            chromium.open(path, width=WIDTH, height=HEIGHT)
            picture = chromium.screenshot()
    with open(PICTURE, "wb") as file:
        file.write(picture)
    with open(HASH, "w", encoding="ascii") as file:
        file.write(hash_of(text))


def main():
    check = sys.argv[1:2] == ["--check"]
    text = page(sys.argv[2 if check else 1])
    if not check:
        take(text)
        return 0
    with open(HASH, encoding="ascii") as file:
        if file.read() == hash_of(text):
            return 0
    print("docs/audit.png is stale: tools/screenshot.py build/rskan")
    return 1


if __name__ == "__main__":
    sys.exit(main())
