# SPDX-License-Identifier: Apache-2.0
"""Build the presets, and run the unit tests of those for the host."""

import json
import os
import subprocess
import time

from .report import ROOT, Failure, command


def build(preset):
    """Warnings are errors in every preset: building is the check."""
    if not os.path.exists(os.path.join(ROOT, "build", preset, "build.ninja")):
        command(["cmake", "--preset", preset])
    command(["cmake", "--build", f"build/{preset}"])


def unit_tests(report, preset):
    """Every ctest test of a preset is one check of ours."""
    directory = f"build/{preset}"
    listing = json.loads(command(["ctest", "--test-dir", directory,
                                  "--show-only=json-v1"]))
    tests = [test["name"] for test in listing["tests"]]

    def run(name):
        started = time.monotonic()
        try:
            command(["ctest", "--test-dir", directory, "--output-on-failure",
                     "--timeout", "600", "--tests-regex", f"^{name}$"])
            failure = None
        except (Failure, subprocess.SubprocessError) as error:
            failure = error
        report.record(f"{preset}: {name}", failure,
                      time.monotonic() - started)

    def some():
        if not tests:
            raise Failure("there are no unit tests")

    report.check(f"{preset}: has unit tests", some)
    for name in tests:
        run(name)
