#!/usr/bin/env python3
"""The pages of --format html in a real browser: nothing overflows, no request
leaves them, no text becomes markup, colours are readable, filtering works.

    tests/browser/test_browser.py BUILD [RSKAN]

The pages are those that the unit tests write (hostile texts, ten thousand
findings), and one of the program. Skipped without chromium and chromedriver.
"""

import os
import pathlib
import subprocess
import sys
import tempfile

import browser as driver

HERE = pathlib.Path(__file__).parent
WIDTHS = [360, 1280]
failures = []


def expect(what, good, got=""):
    if not good:
        failures.append(what)
    print(f"{'ok' if good else 'NOT OK'} - {what}"
          f"{'' if good else f': {got}'}")


def hostile_tree(folder):
    """Names, code and a commit that would like to be markup."""
    tree = folder / "<b>tree"
    tree.mkdir()
    key = "rsk_live_abc123" + "def456"
    code = f'const k = "{key}"; // </code><script>window.hit=1</script>\n'
    for name in ["<img src=x onerror=window.hit=1>.ts", "a&amp;b.ts",
                 "\"onmouseover='x'.ts", "\u202egnp.ts", "javascript:x.ts"]:
        (tree / name).write_text(code)
    with open(os.fsencode(tree) + b"/\xff\x1b[31m.ts", "w",
              encoding="ascii") as file:
        file.write(code)
    env = dict(os.environ, GIT_CONFIG_GLOBAL="/dev/null", HOME=str(folder),
               GIT_AUTHOR_NAME="<svg onload=window.hit=1>",
               GIT_AUTHOR_EMAIL="a@example.com",
               GIT_COMMITTER_NAME="x", GIT_COMMITTER_EMAIL="x@example.com")
    for command in [["init", "-q", "-b", "main"], ["add", "-A"],
                    ["commit", "-qm", "</q><script>window.hit=1</script>"]]:
        subprocess.run(["git", "-C", str(tree), *command], env=env,
                       check=True)
    return tree


def make_pages(build, rskan, folder):
    unit = build / "tests" / "test_report_html"
    if unit.exists():
        subprocess.run([str(unit)], env=dict(os.environ, RSK_DUMP=str(folder)),
                       stdout=subprocess.DEVNULL, check=True)
    if rskan.exists():
        page = folder / "program.html"
        done = subprocess.run(
            [str(rskan), "audit", "--trust-ownership", "--format", "html",
             "--output", str(page), str(hostile_tree(folder))], check=False)
        expect("the program writes a page", done.returncode in (1, 3),
               done.returncode)
    return sorted(folder.glob("*.html"))


def no_noise(browser, what):
    expect(f"{what}: no word on the console",
           not (log := browser.log("browser")), log)


def look(browser, page):
    """The page in all sizes and schemes, with everything open."""
    script = (HERE / "checks.js").read_text()
    for width in WIDTHS:
        for dark in ((False,) if "many" in page.stem else (False, True)):
            what = f"{page.stem} at {width}{' dark' if dark else ''}"
            browser.requests()
            browser.open(page, width=width, dark=dark)
            if "many" not in page.stem:
                browser.run("document.querySelectorAll('details').forEach("
                            "d => d.open = true)")
            problems = browser.run(script)
            expect(f"{what}: looks right", not problems, problems)
            urls = browser.requests()
            expect(f"{what}: asks for itself alone",
                   len(urls) == 1 and urls[0].endswith(page.name), urls)
            no_noise(browser, what)
            expect(f"{what}: nothing of it ran",
                   browser.run("return window.hit") is None)


def shown(browser):
    return browser.run("return [...document.querySelectorAll('.places>li')]"
                       ".filter(e => e.getClientRects().length).length")


def choose(browser, field, value):
    browser.run("""
        var e = document.getElementById(arguments[0]);
        e.value = arguments[1];
        e.dispatchEvent(new Event("input", {bubbles: true}));""",
                field, value)
    settle(browser)


def settle(browser):
    """The filter waits a little for the next key."""
    browser.call("POST", browser.session + "/execute/async", {
        "script": "setTimeout(arguments[0], 300)", "args": []})


def filters(browser, page, want):
    """`want`: (field, value, how many are left)."""
    browser.open(page)
    expect("the filter is there",
           browser.run("return document.getElementById('filter').hidden")
           is False)
    for field, value, count in want:
        choose(browser, field, value)
        got = shown(browser)
        said = browser.run(
            "return document.getElementById('shown').textContent")
        expect(f"{page.stem}: {field} {value}: {count} left",
               got == count and said.startswith(f"{count} of "), (got, said))
        browser.run("document.querySelector('[type=reset]').click()")
        settle(browser)
    no_noise(browser, f"{page.stem} filtered")


def keyboard(browser, page):
    browser.open(page)
    browser.keys("\ue004")  # Tab
    expect("the first stop is the link past the top",
           browser.run("return document.activeElement.className") == "skip")
    browser.run("document.getElementById('by-text').focus()")
    browser.keys("src/old")
    settle(browser)
    expect("typing filters", shown(browser) == 1, shown(browser))
    seen = browser.run("""
        return [...document.querySelectorAll("a,button,input,summary,select")]
            .filter(e => e.getClientRects().length && e.tabIndex < 0).length""")
    expect("every control can be reached", seen == 0, seen)


def links(browser, page):
    browser.open(page, fragment="#f1")
    expect("a link to a finding opens it",
           browser.run("return document.querySelector('#f1 details').open"))
    browser.open(page, fragment="#d0-0")
    expect("a link to places of data opens them", browser.run(
        "return document.getElementById('d0-0').closest('details').open"))


def policy(browser, page):
    """What a browser would do, should a text become markup after all."""
    browser.open(page)
    browser.run("""
        var s = document.createElement("script");
        s.textContent = "window.hit = 1";
        document.body.append(s);
        document.body.insertAdjacentHTML("beforeend",
            "<img src='http://127.0.0.1:9/x' onerror='window.hit=1'>");""")
    settle(browser)
    expect("the policy lets no other script run",
           browser.run("return window.hit") is None)
    urls = [u for u in browser.requests() if not u.startswith("file:")]
    said = browser.log("browser")
    expect("the policy says no to both", len(said) >= 2 and all(
        "Content Security Policy" in line["message"] or
        "blocked" in line["message"] for line in said), (urls, said))


def without_script(browser, page):
    browser.devtools("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page)
    tree = browser.devtools("DOM.getDocument", depth=-1)
    text = str(tree)
    expect("without its script the findings are there",
           "Talk to the API" in text and "by-severity" in text)
    box = browser.devtools("DOM.querySelector",
                           nodeId=tree["root"]["nodeId"],
                           selector="#filter[hidden]")
    expect("without its script there is no filter", box["nodeId"] > 0)
    browser.devtools("Emulation.setScriptExecutionDisabled", value=False)


def prints(browser, page):
    browser.open(page)
    browser.devtools("Emulation.setEmulatedMedia", media="print")
    expect("on paper there is no filter", browser.run(
        "return !document.getElementById('filter').getClientRects().length"))
    browser.devtools("Emulation.setEmulatedMedia", media="")
    browser.run("window.dispatchEvent(new Event('beforeprint'))")
    expect("on paper everything is open", browser.run(
        "return !document.querySelector('details:not([open])')"))
    browser.run("window.dispatchEvent(new Event('afterprint'))")
    expect("and closed again behind it", browser.run(
        "return !!document.querySelector('details:not([open])')"))


def run(build, rskan, folder):
    pages = {page.stem: page for page in make_pages(build, rskan, folder)}
    expect("there are pages", pages)
    with driver.Browser() as browser:
        for page in pages.values():
            look(browser, page)
        if "audit" not in pages:
            return
        audit = pages["audit"]
        filters(browser, audit, [("by-severity", "high", 1),
                                 ("by-rule", "insecure-http-url", 1),
                                 ("by-origin", "commit", 1),
                                 ("by-text", "SRC/", 2),
                                 ("by-text", "no such text", 0)])
        filters(browser, pages["many"], [
            ("by-severity", "medium", 3334), ("by-text", "zz.ts:777:", 1)])
        keyboard(browser, audit)
        links(browser, audit)
        policy(browser, audit)
        without_script(browser, audit)
        prints(browser, audit)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    rskan = pathlib.Path(sys.argv[2] if len(sys.argv) > 2
                         else build / "rskan").resolve()
    if not driver.find():
        print("no chromium and chromedriver")
        return 77
    with tempfile.TemporaryDirectory(prefix="rskan-browser-") as folder:
        run(build, rskan, pathlib.Path(folder).resolve())
    print(f"{len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
