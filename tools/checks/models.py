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
    ("vgic", ("READ",), True),
    ("vgic", ("WRITE",), True),
    ("vgic", ("TWICE",), True),
    ("vgic", ("ROUTE",), True),
    ("vgic", ("BOTH",), True),
    ("vgic", ("THREE",), True),
    ("vgic", ("FAIR",), True),
    ("vgic", ("READ", "ANSWERED_BEFORE_SEEN"), False),
    ("vgic", ("READ", "TICKET_AFTER_ATTENTION"), False),
    ("vgic", ("READ", "TICKET_BEFORE_EXCHANGE"), False),
    ("vgic", ("READ", "GONE_IS_EMPTY"), False),
    ("vgic", ("READ", "KEPT_INQUIRY"), False),
    ("vgic", ("READ", "LOOKS_UNMASKED"), False),
    ("vgic", ("ROUTE", "NOTIFIED_BEFORE_LATCH"), False),
    ("vgic", ("WRITE", "LISTED_BEFORE_LATCH"), False),
    ("vgic", ("WRITE", "WAITS_LOCKED"), False),
    ("vgic", ("WRITE", "NEVER_LATE"), False),
    ("vgic", ("ROUTE", "LATCH_BEFORE_LISTED"), False),
    ("vgic", ("ROUTE", "KEPT_TO_ITSELF"), False),
    ("vgic", ("ROUTE", "LEFT_BEHIND"), False),
    ("vgic", ("BOTH", "DEAF"), False),
    ("vgic", ("BOTH", "NO_PATIENCE"), False),
    ("vgic", ("THREE", "TICKET_AT_ANSWER"), False),
    ("vgic", ("THREE", "ONE_EXCHANGE"), False),
    ("vgic", ("THREE", "ONE_FLAG"), False),
    ("vgic", ("THREE", "ONLY_THE_FIRST"), False),
    ("vgic", ("FAIR", "FORGOT_INQUIRY"), False),
]
# With this definition the question is whether somebody goes on for ever
# although everybody who can move does: a cycle, under weak fairness.
FAIR = "FAIR"


def verify(model, definitions, holds):
    with tempfile.TemporaryDirectory() as directory:
        command(["spin", *(f"-D{name}" for name in definitions), "-a",
                 os.path.join(MODELS, f"{model}.pml")], cwd=directory)
        fair = FAIR in definitions
        # An error is found so soon that optimizing costs more than it saves.
        command(["cc", "-Og" if holds else "-O0",
                 "-DNP" if fair else "-DSAFETY", "-DMEMLIM=3000", "-o",
                 "pan", "pan.c"], cwd=directory)
        # Deep enough, and no search that gives up early is taken for one.
        report = command(["./pan", "-m1000000", *(["-l", "-f"] if fair
                                                  else [])],
                         cwd=directory)
    expect("errors:" in report and "max search depth" not in report
           and "MEMLIM bound" not in report,
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
