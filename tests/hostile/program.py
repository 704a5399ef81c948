"""The program under test, run so that a hang, a signal, a large appetite or a
file left behind is seen."""

import os
import signal
import subprocess
import tempfile
import threading

NOBODY = 65534
SECONDS = 120        # generous: a hang is a failure, slowness is not
MEMORY = 512         # MiB of resident memory
SANITIZER_FACTOR = 4  # what ASan's shadow and redzones take


class Done:
    """status as a shell says it, or None after a hang; MiB at its peak"""

    def __init__(self, status, out, err, mib):
        self.status, self.out, self.err, self.mib = status, out, err, mib


class Program:
    def __init__(self, rskan, top, sanitized, row=None):
        self.rskan, self.top, self.sanitized = rskan, top, sanitized
        self.user = None
        self.home = os.path.join(top, "home")
        os.makedirs(self.home, exist_ok=True)
        os.chmod(self.home, 0o777)
        value = row.values.get if row else (lambda key, default: default)
        self.seconds = int(value("seconds", SECONDS))
        self.memory = int(value("memory", MEMORY))
        self.files = value("files", None)
        self.stack = value("stack", None)

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
        if self.stack and not self.sanitized:
            words.append(f"--stack={int(self.stack) * 1024}")
        if not self.sanitized:
            words.append(f"--as={(self.memory + 4096) << 20}")
        return words

    def run(self, args, cwd, stdin=None, env=None):
        return self.run_command([self.rskan, *args], cwd, stdin, env)

    def run_command(self, command, cwd, stdin=None, env=None):
        with tempfile.TemporaryFile() as out, \
                tempfile.TemporaryFile() as err, \
                open(stdin or os.devnull, "rb") as source:
            as_whom = {"user": self.user, "group": self.user,
                       "extra_groups": []} if self.user else {}
            # pylint: disable-next=consider-using-with
            process = subprocess.Popen(
                [*self.limits(), *command], cwd=cwd, stdin=source, stdout=out,
                stderr=err, env=self.environment(**(env or {})),
                start_new_session=True, **as_whom)
            status, mib = wait(process, self.seconds)
            out.seek(0)
            err.seek(0)
            return Done(status, out.read(), err.read(), mib)

    def too_much(self, done):
        """What was wrong with the run itself, whatever came out."""
        if done.status is None:
            return [f"a hang: over {self.seconds} seconds"]
        lines = []
        if done.status >= 128:
            lines.append(f"ended by signal {done.status - 128}")
        for word in (b"ERROR: AddressSanitizer", b"runtime error:",
                     b"ERROR: LeakSanitizer"):
            if word in done.err:
                lines.append(done.err.decode("utf-8", "replace")[:3000])
                break
        most = self.memory * (SANITIZER_FACTOR if self.sanitized else 1)
        if done.mib > most:
            lines.append(f"{done.mib} MiB at its peak, {most} are allowed")
        return lines


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
