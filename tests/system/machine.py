# SPDX-License-Identifier: Apache-2.0
"""Start ./hv and talk to its guest. Time limits only end what hangs."""

import os
import pty
import select
import shlex
import signal
import subprocess
import tempfile
import threading
import time

from checks.report import ROOT, Failure, expect
from launcher import qemu

HV = os.path.join(ROOT, "hv")
LIMIT = 600  # seconds, many times what the slowest step takes


class Result:
    """What a run left behind: status, console, messages of the launcher."""

    def __init__(self, status, console, messages=""):
        self.status = status
        self.console = console.replace("\r", "")
        self.messages = messages

    def contains(self, *texts):
        for text in texts:
            expect(text in self.console,
                   f"no '{text}' in the console:\n{self.tail()}")

    def lacks(self, *texts):
        for text in texts:
            expect(text not in self.console,
                   f"'{text}' in the console:\n{self.tail()}")

    def ended(self, status):
        expect(self.status == status, f"status {self.status}, not {status}:\n"
               f"{self.messages}{self.tail()}")

    def tail(self):
        return "\n".join(self.console.splitlines()[-40:])


def environment(preset=None):
    """HV_IMAGE says which build of hv is meant."""
    values = {**os.environ}
    values.pop("HV_IMAGE", None)
    if preset:
        values["HV_IMAGE"] = os.path.join(ROOT, "build", preset,
                                          "hypervisor/hv.bin")
    return values


def hv(*arguments, commands="", preset=None):
    """./hv run with commands on its standard input."""
    run = subprocess.Popen([HV, "run", *arguments], cwd=ROOT,
                           env=environment(preset), stdin=subprocess.PIPE,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        output, messages = run.communicate(commands.encode(), LIMIT)
    except subprocess.TimeoutExpired:
        run.terminate()
        output, messages = run.communicate()
        raise Failure("did not end:\n" + Result(
            None, output.decode(errors="replace")).tail()) from None
    return Result(run.returncode, output.decode(errors="replace"),
                  messages.decode(errors="replace"))


def qemu_command(*arguments):
    """The QEMU command that ./hv would run."""
    text = subprocess.run([HV, "run", "--dry-run", *arguments], cwd=ROOT,
                          env=environment(), check=True, text=True,
                          stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE).stdout
    return shlex.split(text)


def run_qemu(command):
    """Run an edited QEMU command as ./hv would, without input."""
    with tempfile.TemporaryFile() as output:
        process, control = qemu.start(command, stdin=subprocess.DEVNULL,
                                      stdout=output,
                                      stderr=subprocess.STDOUT)
        limit = threading.Timer(LIMIT, process.kill)
        limit.start()
        try:
            reason, status = qemu.supervise(process, control)
        finally:
            limit.cancel()
        output.seek(0)
        console = output.read().decode(errors="replace")
    status, text = qemu.verdict(reason, status)
    return Result(status, console, f"{text}\n")


class Console:
    """A guest to talk to, on a pseudo terminal or on pipes."""

    def __init__(self, *arguments, terminal=False):
        self.seen = ""
        self.master = None
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE,
                   "stderr": subprocess.STDOUT}
        if terminal:
            self.master, slave = pty.openpty()
            streams = {"stdin": slave, "stdout": slave, "stderr": slave,
                       "start_new_session": True}
        self.process = subprocess.Popen([HV, "run", *arguments], cwd=ROOT,
                                        env=environment(), **streams)
        if terminal:
            os.close(slave)
            self.read_from = self.write_to = self.master
        else:
            self.read_from = self.process.stdout.fileno()
            self.write_to = self.process.stdin.fileno()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait()
        if self.master is not None:
            os.close(self.master)
        else:
            self.process.stdin.close()
            self.process.stdout.close()

    def send(self, text):
        os.write(self.write_to, text.encode())

    def read(self, deadline):
        left = deadline - time.monotonic()
        if left <= 0 or not select.select([self.read_from], [], [], left)[0]:
            raise Failure(f"nothing more comes:\n{self.seen[-2000:]}")
        try:
            data = os.read(self.read_from, 65536)
        except OSError:  # a terminal whose other side is closed
            data = b""
        self.seen += data.decode(errors="replace").replace("\r", "")
        return bool(data)

    def wait_for(self, text):
        """Wait until text comes, and forget what came up to it."""
        deadline = time.monotonic() + LIMIT
        while text not in self.seen:
            if not self.read(deadline):
                raise Failure(f"ended before '{text}':\n{self.seen[-2000:]}")
        before, _, self.seen = self.seen.partition(text)
        return before

    def wait_for_end(self):
        deadline = time.monotonic() + LIMIT
        while self.read(deadline):
            pass
        return Result(self.process.wait(LIMIT), self.seen)

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)
