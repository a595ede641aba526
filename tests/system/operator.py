# SPDX-License-Identifier: Apache-2.0
"""The operator's keyboard and terminal are his own, whatever a guest does."""

import contextlib
import re
import struct
import tempfile

from checks.documents import library_version
from checks.report import expect

from .machine import Console, hv
from .vms import probe, vms

WFI, BRANCH_BACK = 0xd503207f, 0x17ffffff
# movz w0, #0x8400, lsl #16; movk w0, #9; hvc #0: PSCI SYSTEM_RESET
RESET = 0x52b08000, 0x72800120, 0xd4000002
DROPPED = "hv: nobody reads its input: what is typed is dropped\n"

# Ways to make a terminal type, and what is left of the line.
ASK = ("printf 'ask\\033[6n\\033[>c\\033Z\\033]11;?\\007\\033P$qm\\033\\\\\\005"
       "\\033[?1004hed\\n'; poweroff -f\n")
QUERIES = ("\033[6n", "\033[>c", "\033Z", "\033]11", "\033P", "\005",
           "\033[?1004h")


def queries():
    """No query of a guest's reaches the terminal, unless it may."""
    result = hv("--append", "quiet", commands=ASK)
    result.ended(0)
    result.contains("\nasked\n")
    result.contains(f"hv: arm_vcpu {library_version()} hypervisor, 1 CPU, ")
    result.lacks(*QUERIES)
    result = hv("--vm", "name=a,append=quiet", "--raw", commands=ASK)
    result.ended(0)
    for query in QUERIES:
        expect(query in result.console, f"--raw: no {query!r}:\n"
               + repr(result.tail()))


@contextlib.contextmanager
def tiny(*instructions, options=()):
    """The console of a guest of a few instructions."""
    with tempfile.NamedTemporaryFile() as kernel:
        kernel.write(struct.pack(f"<{len(instructions)}I", *instructions))
        kernel.flush()
        with Console("--kernel", kernel.name, "--memory", "64M",
                     *options) as console:
            console.wait_for("1 guest\n")
            yield console


def lock_out():
    """What a guest does not read is dropped in the end, once it is said, and
    Ctrl-A behind it is for hv."""
    with tiny(WFI, BRANCH_BACK) as console:
        console.send("x" * 150000 + "\x01l")
        text = console.wait_for(" pages of memory are free\n")
        console.send("\x01x")
        result = console.wait_for_end()
    result.ended(0)
    result.contains("left with Ctrl-A x")
    expect(text.count(DROPPED) == 1, text[-2000:])


def dead_and_full():
    """More than hv keeps for a dead VM holds up no key either."""
    with probe() as path, Console(*vms("ab", path)) as console:
        console.wait_for("up\n")
        console.send("\x01k")
        console.wait_for("hv: [a] guest killed\n")
        console.send("x" * 100000 + "\x01x")
        console.wait_for_end().ended(1)


def resets():
    """One that resets itself all the time waits longer and longer, fills no
    screen, and is stopped at once."""
    for key, status, end in (("s", 0, "stopped"), ("k", 1, "killed")):
        with tiny(*RESET, options=["--icount"]) as console:
            text = console.wait_for(" times more)\n")
            expect(8 <= text.count("hv: guest reset\n") <= 12, text)
            console.send("\x01l")
            listing = console.wait_for(" pages of memory are free\n")
            # It waits nearly all the time, but may run at this moment.
            expect(re.search("vm0: (resetting|running), ", listing), listing)
            starts = int(re.search(r"start (\d+)\n", listing)[1])
            expect(starts < 100, listing)
            console.send("\x01r\x01" + key)
            console.wait_for(f"hv: guest {end}\n")
            console.wait_for_end().ended(status)


CHECKS = [
    ("operator: resets in a loop", resets),
    ("operator: what is not read locks nobody out", lock_out),
    ("operator: nor what is typed for a dead VM", dead_and_full),
    ("operator: a guest cannot make the terminal type", queries),
]
