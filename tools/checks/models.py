# SPDX-License-Identifier: Apache-2.0
"""The models in tools/models: each holds, and the error is found in each way
to break it. The state machines are verified by Spin, the memory order of the
protocols by tools/models/litmus."""

import os
import tempfile
from itertools import groupby

from models.litmus import ROWS

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


def litmus(rows):
    wrong = [row.wrong() for row in rows]
    expect(not any(wrong), "\n".join(filter(None, wrong)))


def litmus_checks(threads):
    """One check for each protocol."""
    chosen = [row for row in ROWS if row.threads <= threads]
    for protocol, some in groupby(chosen, lambda row: row.protocol):
        rows = list(some)
        weaker = sum(row.weaker is not None for row in rows)
        yield (f"litmus: {protocol.__name__}: {len(rows) - weaker} hold, "
               f"{weaker} weaker do not", litmus, rows)


def checks(threads=4):
    """threads: how many the protocols of tools/models/litmus have at most;
    more than two take long."""
    return [("model: " + " ".join([model, *(f"-D{name}"
                                            for name in definitions)])
             + (" holds" if holds else " fails"),
             verify, model, definitions, holds)
            for model, definitions, holds in RUNS] + list(
                litmus_checks(threads))
