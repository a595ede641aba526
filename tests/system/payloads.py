# SPDX-License-Identifier: Apache-2.0
"""Our own bare-metal programs: guests under hv (guests/), hosts on the library
(tests/el2/). Each ends with "N passed, N failed" and powers off."""

import os
import re

from checks.report import ROOT, expect

from .machine import hv, qemu_command, run_qemu

SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


def judge(result):
    result.ended(0)
    summary = SUMMARY.findall(result.console)
    expect(len(summary) == 1, "no summary:\n" + result.tail())
    passed, failed = map(int, summary[0])
    failures = "\n".join(line for line in result.console.splitlines()
                         if line.startswith(("FAIL", "  ")))
    expect(passed and not failed, f"{failed} failed:\n{failures}")


def payload(name, preset, cpu, *arguments):
    path = os.path.join(ROOT, "build", preset, "guests", name)
    result = hv("--kernel", path, "--cpu", cpu, *arguments, preset=preset)
    judge(result)
    result.lacks("guest stopped", "exception at EL2")


def caches(preset, cpu, writes):
    """What selftest does about its caches are so many exits."""
    path = os.path.join(ROOT, "build", preset, "guests", "selftest.elf")
    result = hv("--kernel", path, "--cpu", cpu, "--exits", preset=preset)
    judge(result)
    found = re.findall(r"(\d+) system register write", result.console)
    expect(found == writes, f"{found}, not {writes}:\n{result.tail()}")


def at_el2(name, preset, cpu):
    """A program of ours that is itself the host, without hv."""
    command = qemu_command("--cpu", cpu)
    command = command[:command.index("-device")]
    command[command.index("-kernel") + 1] = os.path.join(
        ROOT, "build", preset, name)
    judge(run_qemu(command))


def bench(preset):
    """It runs to its end and names every path; the numbers are its own."""
    path = os.path.join(ROOT, "build", preset, "guests", "bench.elf")
    result = hv("--kernel", path, "--icount", preset=preset)
    result.ended(0)
    rows = re.findall(r"^[\w][^:\n]*: \d+", result.console, re.MULTILINE)
    expect(len(rows) >= 6, "too few rows:\n" + result.tail())
