"""The program under test, run so that a hang, a signal, a large appetite or a
file left behind is seen."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading

NOBODY = 65534
SECONDS = 120        # generous: a hang is a failure, slowness is not
MEMORY = 512         # MiB of resident memory
SANITIZER_FACTOR = 4  # what ASan's shadow and redzones take
SANITIZER_SLOWER = 5  # ThreadSanitizer, beside other work on the machine
LOCAL = threading.local()  # a launcher a thread


def holds(program, *marks):
    """Is one of these in the file?"""
    with open(program, "rb") as file:
        data = file.read()
    return any(mark in data for mark in marks)


def parse(parser, *sanitizers):
    """The options, with the program's whole path and whether it is built with
    one of these sanitizers, by the functions they begin with (default: ASan).
    """
    options = parser.parse_args()
    options.rskan = os.path.abspath(options.rskan)
    options.sanitized = holds(options.rskan, *sanitizers or [b"__asan_init"])
    return options


class Done:
    """status as a shell says it, or None after a hang; MiB at its peak"""

    def __init__(self, status, out, err, mib):
        self.status, self.out, self.err, self.mib = status, out, err, mib


class Program:
    def __init__(self, rskan, top, sanitized, row=None):
        self.rskan, self.top, self.sanitized = rskan, top, sanitized
        self.user = None
        # ThreadSanitizer makes and removes a file in $TMPDIR at each start,
        # which the folder's time tells of.
        self.touched = set()
        self.home = os.path.join(top, "home")
        os.makedirs(self.home, exist_ok=True)
        os.chmod(self.home, 0o777)
        if sanitized and holds(rskan, b"__tsan_init"):
            self.touched.add(self.home)
        value = row.values.get if row else (lambda key, default: default)
        self.seconds = int(value("seconds", SECONDS)) * \
            (SANITIZER_SLOWER if sanitized else 1)
        self.memory = int(value("memory", MEMORY))
        self.files = value("files", None)
        stack = value("stack", None)
        self.stack = stack and not sanitized and int(stack) * 1024
        if not hasattr(LOCAL, "launcher"):
            LOCAL.launcher = Launcher()
        self.launcher = LOCAL.launcher

    def environment(self, **more):
        env = {name: os.environ[name] for name in
               ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS",
                "LLVM_PROFILE_FILE") if name in os.environ}
        env.update(HOME=self.home, TMPDIR=self.home, TZ="UTC", LC_ALL="C",
                   RSKAN=self.rskan)
        if self.sanitized:
            # A runaway must not take the machine with it.
            env["ASAN_OPTIONS"] = env.get("ASAN_OPTIONS", "") + \
                f":hard_rss_limit_mb={self.memory * SANITIZER_FACTOR * 2}"
        env.update(more)
        return env

    def limits(self):
        """Core files are allowed: that none comes is rskan's doing."""
        words = ["prlimit", "--core=unlimited"]
        if self.files:
            words.append(f"--nofile={self.files}")
        if self.stack:
            words.append(f"--stack={self.stack}")
        if not self.sanitized:
            words.append(f"--as={(self.memory + 4096) << 20}")
        return words

    def run(self, args, cwd, stdin=None, env=None):
        return self.run_command([self.rskan, *args], cwd, stdin, env)

    def run_command(self, command, cwd, stdin=None, env=None):
        with tempfile.TemporaryDirectory() as folder:
            out, err = (os.path.join(folder, name) for name in ("out", "err"))
            status, mib = self.launcher.launch({
                "command": [*self.limits(), *command], "cwd": cwd,
                "env": self.environment(**(env or {})), "user": self.user,
                "stdin": stdin or os.devnull, "out": out, "err": err,
                "seconds": self.seconds})
            with open(out, "rb") as stdout, open(err, "rb") as stderr:
                return Done(status, stdout.read(), stderr.read(), mib)

    def too_much(self, done):
        """What was wrong with the run itself, whatever came out."""
        if done.status is None:
            return [f"a hang: over {self.seconds} seconds"]
        lines = []
        if done.status >= 128:
            lines.append(f"ended by signal {done.status - 128}")
        for word in (b"ERROR: AddressSanitizer", b"runtime error:",
                     b"WARNING: ThreadSanitizer",
                     b"ERROR: LeakSanitizer"):
            if word in done.err:
                lines.append(done.err.decode("utf-8", "replace")[:3000])
                break
        most = self.memory * (SANITIZER_FACTOR if self.sanitized else 1)
        if done.mib > most:
            lines.append(f"{done.mib} MiB at its peak, {most} are allowed")
        return lines


# --- a small process to start them from ---------------------------------------

class Launcher:
    """Linux counts what a process had before it became another program, so
    that children of a large Python would seem to be large."""

    def __init__(self):
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            [sys.executable, os.path.abspath(__file__)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def launch(self, request):
        print(json.dumps(request), file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())


def serve():
    for line in sys.stdin:
        print(json.dumps(launch(json.loads(line))), flush=True)


def launch(request):
    as_whom = {"user": request["user"], "group": request["user"],
               "extra_groups": []} if request["user"] else {}
    with open(request["stdin"], "rb") as stdin, \
            open(request["out"], "wb") as out, \
            open(request["err"], "wb") as err, \
            subprocess.Popen(
                request["command"], cwd=request["cwd"], env=request["env"],
                stdin=stdin, stdout=out, stderr=err, start_new_session=True,
                **as_whom) as process:
        return wait(process, request["seconds"])


def wait(process, seconds):
    """(exit status, None after a hang; MiB of resident memory at its peak)"""
    result = []
    waiter = threading.Thread(
        target=lambda: result.extend(os.wait4(process.pid, 0)))
    waiter.start()
    waiter.join(seconds)
    hung = waiter.is_alive()
    if hung:
        os.killpg(process.pid, signal.SIGKILL)
        waiter.join()
    _, status, usage = result
    process.returncode = os.waitstatus_to_exitcode(status)
    code = process.returncode
    mib = usage.ru_maxrss // 1024
    return (None if hung else 128 - code if code < 0 else code), mib


if __name__ == "__main__":
    serve()
