# SPDX-License-Identifier: Apache-2.0
"""Tests that everybody knows, with verdicts that everybody agrees on
(Pulte et al., "Simplifying ARM Concurrency", POPL 2018; the catalogue of
herd's aarch64.cat): they show that armv8.py says what the architecture says.
Here nothing is a mutant: what is allowed is so by the book."""

from .programs import (ACQ_REL, ACQUIRE, ANY, RELAXED, RELEASE, SEQ_CST, V8_0,
                       V8_1, V8_3, Test, acknowledge, barrier, branch, fetch,
                       load, send, store)
from .rows import allowed, holds


def optional(name):
    if name:
        yield barrier(name)


def message(written=RELAXED, told=RELAXED, heard=RELAXED, read=RELAXED,
            after_write=None, before_read=None):
    """MP: who has heard sees what was written before he was told."""
    def one():
        yield store("data", 1, written)
        yield from optional(after_write)
        yield store("flag", 1, told)

    def two():
        flag = yield load("flag", heard)
        yield from optional(before_read)
        data = yield load("data", read)
        return {"flag": flag, "data": data}

    return Test({"data": 0, "flag": 0}, [one, two],
                lambda result, _: result[1] == {"flag": 1, "data": 0})


def store_buffers(order=RELAXED, look=RELAXED, between=None):
    """SB: of two who write and then look, one sees the other."""
    def thread(mine, other):
        def program():
            yield store(mine, 1, order)
            yield from optional(between)
            seen = yield load(other, look)
            return {"seen": seen}
        return program

    return Test({"x": 0, "y": 0}, [thread("x", "y"), thread("y", "x")],
                lambda result, _: not result[0]["seen"]
                and not result[1]["seen"])


def store_buffers_rmw(order=SEQ_CST, look=RELAXED):
    """SB, and what is written is written by a read-modify-write."""
    def thread(mine, other):
        def program():
            yield fetch(mine, lambda _: 1, order)
            seen = yield load(other, look)
            return {"seen": seen}
        return program

    return Test({"x": 0, "y": 0}, [thread("x", "y"), thread("y", "x")],
                lambda result, _: not result[0]["seen"]
                and not result[1]["seen"])


def load_buffers(depends=False):
    """LB: both see what the other writes afterwards."""
    def thread(mine, other):
        def program():
            seen = yield load(mine, RELAXED)
            if depends:
                yield branch()
            yield store(other, 1, RELAXED)
            return {"seen": seen}
        return program

    return Test({"x": 0, "y": 0}, [thread("x", "y"), thread("y", "x")],
                lambda result, _: result[0]["seen"] and result[1]["seen"])


def one_place():
    """CoRR: two looks at one place do not go back in time."""
    def one():
        yield store("x", 1, RELAXED)

    def two():
        first = yield load("x", RELAXED)
        second = yield load("x", RELAXED)
        return {"first": first, "second": second}

    return Test({"x": 0}, [one, two],
                lambda result, _: result[1] == {"first": 1, "second": 0})


def two_writes(order=RELAXED):
    """2+2W: the first writes of both are the last in memory."""
    def thread(first, second):
        def program():
            yield store(first, 1, order)
            yield store(second, 2, order)
        return program

    return Test({"x": 0, "y": 0}, [thread("x", "y"), thread("y", "x")],
                lambda _, final: final == {"x": 1, "y": 1})


def count(order=RELAXED):
    """Two who add 1 by a read-modify-write add 2."""
    def program():
        yield fetch("x", lambda seen: min(seen + 1, 2), order)

    return Test({"x": 0}, [program, program],
                lambda _, final: final["x"] != 2)


def interrupt(send_after, take_before):
    """MP with an SGI for the flag."""
    def one():
        yield store("data", 1, SEQ_CST)
        yield from optional(send_after)
        yield send("sgi")

    def two():
        taken = yield acknowledge("sgi")
        yield from optional(take_before)
        data = yield load("data", SEQ_CST)
        return {"taken": taken, "data": data}

    return Test({"data": 0, "sgi": 0}, [one, two],
                lambda result, _: result[1] == {"taken": 1, "data": 0})


def two_readers(order=RELAXED):
    """IRIW: two who watch two writers agree about which was the first."""
    def writer(place):
        def program():
            yield store(place, 1, RELAXED)
        return program

    def reader(first, second):
        def program():
            one = yield load(first, order)
            two = yield load(second, order)
            return {"one": one, "two": two}
        return program

    return Test({"x": 0, "y": 0}, [writer("x"), writer("y"),
                                   reader("x", "y"), reader("y", "x")],
                lambda result, _: result[2] == {"one": 1, "two": 0}
                and result[3] == {"one": 1, "two": 0})


def hearsay(order=RELAXED):
    """WRC: what one has seen and told on, the third sees, too."""
    def one():
        yield store("x", 1, RELAXED)

    def two():
        seen = yield load("x", order)
        yield store("y", 1, RELAXED)
        return {"seen": seen}

    def three():
        told = yield load("y", order)
        seen = yield load("x", RELAXED)
        return {"told": told, "seen": seen}

    return Test({"x": 0, "y": 0}, [one, two, three],
                lambda result, _: result[1]["seen"]
                and result[2] == {"told": 1, "seen": 0})


ROWS = [
    allowed(message, "plain"),
    holds(message, told=RELEASE, heard=ACQUIRE),
    allowed(message, "release and plain", told=RELEASE),
    allowed(message, "plain and acquire", heard=ACQUIRE),
    holds(message, after_write="dmb ish", before_read="dmb ish"),
    holds(message, after_write="dmb ishst", before_read="dmb ishld"),
    allowed(message, "dmb ishld after a write", after_write="dmb ishld",
            before_read="dmb ishld"),
    allowed(message, "dmb ishst before a read", after_write="dmb ishst",
            before_read="dmb ishst"),
    allowed(store_buffers, "plain"),
    allowed(store_buffers, "dmb ishst", between="dmb ishst"),
    holds(store_buffers, between="dmb ish"),
    holds(store_buffers, order=SEQ_CST, look=SEQ_CST),
    holds(store_buffers, on=V8_1, order=RELEASE, look=ACQUIRE),
    allowed(store_buffers, "LDAPR", on=V8_3, order=RELEASE, look=ACQUIRE),
    allowed(store_buffers_rmw, "exclusives", on=V8_0),
    holds(store_buffers_rmw, on=V8_1),
    allowed(store_buffers_rmw, "LSE, release only", on=V8_1, order=RELEASE),
    holds(store_buffers_rmw, on=V8_3, order=ACQ_REL),
    holds(store_buffers_rmw, look=SEQ_CST),
    allowed(load_buffers, "plain"),
    holds(load_buffers, depends=True),
    holds(one_place),
    allowed(two_writes, "plain"),
    holds(two_writes, order=RELEASE),
    holds(count),
    holds(interrupt, send_after="dsb ishst", take_before="dsb ish"),
    allowed(interrupt, "dmb ish to send", send_after="dmb ish",
            take_before="dsb ish"),
    allowed(interrupt, "dmb ish to take", send_after="dsb ishst",
            take_before="dmb ish"),
    allowed(two_readers, "plain"),
    holds(two_readers, on=V8_3, order=ACQUIRE),
    allowed(hearsay, "plain"),
    holds(hearsay, order=ACQUIRE),
]
