# SPDX-License-Identifier: Apache-2.0
"""Threads as Python functions that say what they do to shared words:

    def thread():
        seen = yield load("state", SEQ_CST)
        yield branch()
        if seen == 1:
            yield store("told", 1, RELEASE)
        return {"seen": seen}

The memory orders are C's; the instructions are those that GCC and Clang make
of them for a CPU. There are no loops: who waits for a value assumes that it
has come. What a thread returns is what the question is about.
"""

from collections import namedtuple
from itertools import product

from .armv8 import ACQUIRE as LDAR
from .armv8 import ACQUIRE_PC as LDAPR
from .armv8 import RELEASE as STLR
from .armv8 import Candidate, Event

RELAXED, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST = range(5)

# lse: a read-modify-write is one instruction; rcpc: an acquire is an LDAPR.
Target = namedtuple("Target", "name lse rcpc")
V8_0 = Target("Armv8.0", False, False)
V8_1 = Target("Armv8.1", True, False)
V8_3 = Target("Armv8.3", True, True)
# Nothing is made for this one. It allows what any of the others allows.
ANY = Target("any", False, True)


def load(location, order=SEQ_CST):
    return ("load", location, order)


def store(location, value, order=SEQ_CST):
    return ("store", location, value, order)


def fetch(location, change, order=SEQ_CST):
    """A read-modify-write; the answer is what was there before."""
    return ("fetch", location, change, order)


def exchange(location, value, order=SEQ_CST):
    return fetch(location, lambda _: value, order)


def compare_exchange(location, old, new, order=SEQ_CST):
    """The answer is what was there: old if it is new now."""
    return fetch(location, lambda seen: new if seen == old else None, order)


def barrier(name):
    """"dmb ish", "dmb ishst", "dmb ishld", "dsb ish", "dsb ishst"."""
    return ("barrier", name)


def fence():
    """atomic_thread_fence(memory_order_seq_cst)"""
    return barrier("dmb ish")


def send(location):
    """A write of ICC_SGI1R_EL1."""
    return ("send", location)


def acknowledge(location):
    """A read of ICC_IAR1_EL1: 1 for this SGI."""
    return ("acknowledge", location)


def branch():
    """What is stored from here on depends on what was read last."""
    return ("branch",)


def assume(condition):
    """Only executions in which this is so are looked at."""
    return ("assume", condition)


def lock(word, order=ACQUIRE):
    """To be used with yield from."""
    seen = yield exchange(word, 1, order)
    yield assume(seen == 0)


def unlock(word, order=RELEASE):
    yield store(word, 0, order)


class Trace:
    """One run of a thread, by what it read."""

    def __init__(self, thread, target):
        self.thread, self.target = thread, target
        self.events, self.result = [], None
        self.branches = set()
        self.read_there = self.written = frozenset()

    def read_order(self, order):
        if order == ACQUIRE and self.target.rcpc:
            return LDAPR
        return LDAR if order in (ACQUIRE, ACQ_REL, SEQ_CST) else ""

    def add(self, kind, location, value, order="", **more):
        at = len(self.events)
        if kind == "W":
            more["branches"] = tuple(at - read for read in self.branches)
        self.events.append(Event(self.thread, kind, location, value, order,
                                 **more))

    def write(self, operation):
        name, location = operation[:2]
        if name == "send":
            self.add("W", location, 1, system=True)
        else:
            _, _, value, order = operation
            self.add("W", location, value,
                     STLR if order in (RELEASE, SEQ_CST) else "")

    def read(self, operation, value):
        name, location = operation[:2]
        if name == "acknowledge":
            self.add("R", location, value, system=True)
        elif name == "load":
            self.add("R", location, value, self.read_order(operation[2]))
        else:
            _, _, change, order = operation
            # A read-modify-write that acquires is never an LDAPR.
            self.add("R", location, value,
                     LDAR if order in (ACQUIRE, ACQ_REL, SEQ_CST) else "")
            changed = change(value)
            if changed is not None:
                self.add("W", location, changed,
                         STLR if order in (RELEASE, ACQ_REL, SEQ_CST) else "",
                         rmw=1, amo=self.target.lse)

    def settle(self):
        """It is complete: what it reads, and writes, as (location, value)."""
        self.read_there, self.written = (
            frozenset((event.location, event.value) for event in self.events
                      if event.kind == kind) for kind in "RW")

    def __str__(self):
        return ", ".join(
            event.order if event.kind == "F"
            else f"{event.kind}{event.order} {event.location}={event.value}"
            for event in self.events)

    def branch(self):
        self.branches.add(max(i for i, event in enumerate(self.events)
                              if event.kind == "R"))


READS = ("load", "fetch", "acknowledge")
DONE = object()
LIMIT = 3


def add_one(location, order=SEQ_CST):
    """A fetch-and-add, of numbers that stay below LIMIT."""
    return fetch(location, lambda seen: min(seen + 1, LIMIT), order)


def run(number, program, target, values):
    """A Trace in which these values are read, one after the other; and the
    location that is read next if there are not enough, DONE at the end, or
    None if an assumption does not hold."""
    trace, left = Trace(number, target), list(values)
    thread, answer = program(), None
    while True:
        try:
            operation = thread.send(answer)
        except StopIteration as end:
            trace.result = end.value or {}
            return trace, DONE
        answer = None
        if operation[0] in READS:
            if not left:
                return trace, operation[1]
            answer = left.pop(0)
            trace.read(operation, answer)
        elif operation[0] == "barrier":
            trace.add("F", None, None, operation[1])
        elif operation[0] == "branch":
            trace.branch()
        elif operation[0] == "assume":
            if not operation[1]:
                return trace, None
        else:
            trace.write(operation)


def traces(number, program, target, domain):
    """All traces in which each read finds a value that its location may have;
    and all that is written in them, or in a part of one."""
    found, written, open_ends = [], set(), [()]
    while open_ends:
        values = open_ends.pop()
        trace, place = run(number, program, target, values)
        written.update((event.location, event.value)
                       for event in trace.events if event.kind == "W")
        if place is DONE:
            trace.settle()
            found.append(trace)
        elif place is not None:
            open_ends += [values + (value,) for value in domain[place]]
    return found, written


def all_traces(initial, programs, target):
    """The traces of each thread. What a location may hold is what is written
    there by threads that read what others may hold, and so on: sums need a
    limit."""
    domain = {location: {value} for location, value in initial.items()}
    while True:
        found, written = zip(*(traces(number, program, target, domain)
                               for number, program in enumerate(programs)))
        new = {(location, value) for location, value in set().union(*written)
               if value not in domain[location]}
        if not new:
            return found
        for location, value in new:
            domain[location].add(value)


def is_readable(initial, combination):
    """Somebody writes each value that is read."""
    written = initial.union(*(trace.written for trace in combination))
    return all(trace.read_there <= written for trace in combination)


# A question about a protocol: what the words hold at first, the threads, and
# what must not be, given what each thread returned and what the words hold in
# the end.
Test = namedtuple("Test", "initial threads bad")


def find(test, target, wanted):
    """An allowed execution in which wanted(results, final) holds, as text, or
    None."""
    initial = frozenset(test.initial.items())
    for combination in product(*all_traces(test.initial, test.threads,
                                           target)):
        if not is_readable(initial, combination):
            continue
        results = [trace.result for trace in combination]
        candidate = Candidate(test.initial,
                              [trace.events for trace in combination])
        for co in candidate.coherence_orders():
            final = candidate.final(co)
            if wanted(results, final) and candidate.is_allowed(co):
                return (" | ".join(map(str, combination))
                        + f" | in the end {final}")
    return None
