# SPDX-License-Identifier: Apache-2.0
"""Our own bare-metal guests (guests/): each ends with "N passed, N failed"
and powers its machine off."""

import os
import re

from checks.report import ROOT, expect

from .machine import hv

SUMMARY = re.compile(r"^(\d+) passed, (\d+) failed$", re.MULTILINE)


def payload(name, preset, cpu, *arguments):
    path = os.path.join(ROOT, "build", preset, "guests", name)
    result = hv("--kernel", path, "--cpu", cpu, *arguments, preset=preset)
    result.ended(0)
    summary = SUMMARY.findall(result.console)
    expect(len(summary) == 1, "no summary:\n" + result.tail())
    passed, failed = map(int, summary[0])
    failures = "\n".join(line for line in result.console.splitlines()
                         if line.startswith(("FAIL", "  ")))
    expect(passed and not failed, f"{failed} failed:\n{failures}")
    result.lacks("guest stopped", "exception at EL2")


def bench(preset):
    """It runs to its end and names every path; the numbers are its own."""
    path = os.path.join(ROOT, "build", preset, "guests", "bench.elf")
    result = hv("--kernel", path, "--icount", preset=preset)
    result.ended(0)
    rows = re.findall(r"^[\w][^:\n]*: \d+", result.console, re.MULTILINE)
    expect(len(rows) >= 6, "too few rows:\n" + result.tail())
