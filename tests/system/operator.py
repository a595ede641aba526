# SPDX-License-Identifier: Apache-2.0
"""The operator's keyboard and terminal are his own, whatever a guest does."""

from checks.report import expect

from .machine import hv

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


CHECKS = [
    ("operator: a guest cannot make the terminal type", queries),
]
