# SPDX-License-Identifier: Apache-2.0
"""The operator's keyboard and terminal are his own, whatever a guest does."""

import struct
import tempfile

from checks.report import expect

from .machine import Console, hv
from .vms import probe, vms

WFI, BRANCH_BACK = 0xd503207f, 0x17ffffff
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
    result.lacks(*QUERIES)
    result = hv("--vm", "name=a,append=quiet", "--raw", commands=ASK)
    result.ended(0)
    for query in QUERIES:
        expect(query in result.console, f"--raw: no {query!r}:\n"
               + repr(result.tail()))


def lock_out():
    """What a guest does not read is dropped in the end, once it is said, and
    Ctrl-A behind it is for hv."""
    with tempfile.NamedTemporaryFile() as deaf:
        deaf.write(struct.pack("<II", WFI, BRANCH_BACK))
        deaf.flush()
        with Console("--kernel", deaf.name, "--memory", "64M") as console:
            console.wait_for("1 guest\n")
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


CHECKS = [
    ("operator: what is not read locks nobody out", lock_out),
    ("operator: nor what is typed for a dead VM", dead_and_full),
    ("operator: a guest cannot make the terminal type", queries),
]
