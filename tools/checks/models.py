# SPDX-License-Identifier: Apache-2.0
"""The models in tools/models, verified by Spin: each holds, and Spin finds the
error in each way to break it."""

import os
import tempfile

from .report import ROOT, command, expect

MODELS = os.path.join(ROOT, "tools", "models")
# Model, definitions, and whether it holds.
RUNS = [
    ("park", (), True),
    ("park", ("STOP",), True),
    ("park", ("CHECK_BEFORE_PUBLISH",), False),
    ("park", ("BLIND_PARK",), False),
    ("park", ("KICK_BEFORE_INJECT",), False),
    ("park", ("STOP", "CHECK_BEFORE_PUBLISH"), False),
]


def verify(model, definitions, holds):
    with tempfile.TemporaryDirectory() as directory:
        command(["spin", *(f"-D{name}" for name in definitions), "-a",
                 os.path.join(MODELS, f"{model}.pml")], cwd=directory)
        command(["cc", "-O2", "-DSAFETY", "-DMEMLIM=3000", "-o", "pan",
                 "pan.c"], cwd=directory)
        # Deep enough, and no search that gives up early is taken for one.
        report = command(["./pan", "-m1000000"], cwd=directory)
    expect("errors:" in report and "max search depth" not in report,
           "the search is not complete:\n" + report)
    expect(("errors: 0" in report) == holds,
           ("an error is found:\n" if holds else "no error is found:\n")
           + report)


def checks():
    return [("model: " + " ".join([model, *(f"-D{name}"
                                            for name in definitions)])
             + (" holds" if holds else " fails"),
             verify, model, definitions, holds)
            for model, definitions, holds in RUNS]
