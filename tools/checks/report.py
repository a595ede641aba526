# SPDX-License-Identifier: Apache-2.0
"""Run checks, print one line for each, count them."""

import os
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))


class Failure(Exception):
    """A check failed; the text says how."""


class Skipped(Exception):
    """What a check needs cannot be had here; the text says what."""


def expect(condition, text):
    if not condition:
        raise Failure(text)


def command(arguments, **options):
    """Run a program, from the top directory unless the options say otherwise;
    its output, or Failure."""
    options = {"cwd": ROOT, **options}
    result = subprocess.run(arguments, text=True, errors="replace",
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            check=False, **options)
    if result.returncode:
        raise Failure(f"{' '.join(arguments)}: status {result.returncode}\n"
                      f"{result.stdout}")
    return result.stdout


class Report:
    def __init__(self):
        self.passed = 0
        self.failed = []
        self.skipped = 0
        self.lock = threading.Lock()

    def record(self, name, failure, seconds):
        with self.lock:
            if failure is None:
                self.passed += 1
                print(f"ok    {name} ({seconds:.0f} s)", flush=True)
            elif isinstance(failure, Skipped):
                self.skipped += 1
                print(f"skip  {name}: {failure}", flush=True)
            else:
                self.failed.append(name)
                details = str(failure).strip().replace("\n", "\n      ")
                print(f"FAIL  {name} ({seconds:.0f} s)\n      {details}",
                      flush=True)

    def check(self, name, function, *arguments):
        """Run one check; True if it passed."""
        started = time.monotonic()
        failure = None
        try:
            function(*arguments)
        except (Failure, Skipped, OSError,
                subprocess.SubprocessError) as error:
            failure = error
        except Exception as error:  # a defect of the check is a failure too
            failure = f"{type(error).__name__}: {error}"
        self.record(name, failure, time.monotonic() - started)
        return failure is None

    def check_all(self, checks):
        """Run [(name, function, arguments…)], as many at once as CPUs."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for job in [pool.submit(self.check, *check) for check in checks]:
                job.result()

    def finish(self):
        """Print the verdict; the exit status."""
        for name in self.failed:
            print(f"failed: {name}")
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {len(self.failed)} failed{skipped}",
              flush=True)
        return 1 if self.failed or not self.passed else 0
