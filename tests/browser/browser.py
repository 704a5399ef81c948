"""A headless Chromium through chromedriver's own protocol (W3C WebDriver and
the DevTools commands that it passes on): no package but the two programs.

    with Browser() as browser:
        browser.open("/tmp/page.html", width=360, dark=True)
        browser.run("return document.title")
"""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import urllib.request

NAMES = ["chromium", "chromium-browser", "google-chrome",
         "google-chrome-stable"]


def find():
    """The paths of browser and driver, or None."""
    browser = next(filter(None, map(shutil.which, NAMES)), None)
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Browser:
    """One browser with an empty profile; gone with everything it wrote."""

    def __init__(self):
        self.binary, driver = find()
        self.profile = tempfile.mkdtemp(prefix="rskan-browser-")
        self.driver = subprocess.Popen(
            [driver, "--port=0"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            start_new_session=True,
            env=dict(os.environ, HOME=self.profile, TMPDIR=self.profile))
        self.session = None
        try:
            self.url = f"http://127.0.0.1:{self.port()}"
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def port(self):
        for line in self.driver.stdout:
            # The first line names the port that was asked for, 0.
            found = re.search(r"successfully on port (\d+)", line)
            if found:
                return int(found[1])
        raise RuntimeError("chromedriver does not start")

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"},
            method=method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(error.read().decode()) from error

    def start(self):
        options = ["--headless=new", "--disable-gpu", "--disable-quic",
                   "--no-first-run", "--disable-background-networking",
                   "--disable-component-update", "--disable-sync",
                   "--disable-dev-shm-usage", "--hide-scrollbars",
                   f"--user-data-dir={self.profile}/profile"]
        if os.geteuid() == 0:
            options.append("--no-sandbox")
        value = self.call("POST", "/session", {"capabilities": {
            "alwaysMatch": {
                "goog:chromeOptions": {"args": options,
                                       "binary": self.binary},
                "goog:loggingPrefs": {"browser": "ALL",
                                      "performance": "ALL"}}}})
        self.session = "/session/" + value["sessionId"]
        self.call("POST", self.session + "/url", {"url": "about:blank"})

    def close(self):
        """The driver and the browser are a process group of their own."""
        try:
            if self.session:
                self.call("DELETE", self.session)
        except OSError:
            pass  # it hangs or is gone: its processes end below
        finally:
            try:
                os.killpg(self.driver.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.driver.wait()
            self.driver.stdout.close()
            shutil.rmtree(self.profile, ignore_errors=True)

    def devtools(self, command, **parameters):
        return self.call("POST", self.session + "/goog/cdp/execute",
                         {"cmd": command, "params": parameters})

    def open(self, path, width=1280, height=900, dark=False, fragment=""):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width,
                      height=height, deviceScaleFactor=1,
                      mobile=width < 600)
        self.devtools("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme",
             "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.call("POST", self.session + "/url", {
            "url": "file://" + os.path.abspath(path) + fragment})

    def run(self, script, *args):
        """What the body of a function returns."""
        return self.call("POST", self.session + "/execute/sync",
                         {"script": script, "args": list(args)})

    def keys(self, text):
        """Typed where the focus is."""
        actions = [{"type": kind, "value": key} for key in text
                   for kind in ("keyDown", "keyUp")]
        self.call("POST", self.session + "/actions", {"actions": [
            {"type": "key", "id": "keyboard", "actions": actions}]})

    def log(self, kind):
        """What was said since the last call: "browser", "performance"."""
        return self.call("POST", self.session + "/se/log", {"type": kind})

    def requests(self):
        """The addresses that were asked for since the last call."""
        urls = []
        for entry in self.log("performance"):
            message = json.loads(entry["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                urls.append(message["params"]["request"]["url"])
        return urls

    def screenshot(self, whole=False):
        """PNG of what is in sight, or of the whole page."""
        shot = self.devtools("Page.captureScreenshot", format="png",
                             captureBeyondViewport=whole)
        return base64.b64decode(shot["data"])

    def resize(self, width, height):
        self.devtools("Emulation.setDeviceMetricsOverride", width=width,
                      height=height, deviceScaleFactor=1,
                      mobile=width < 600)
