# SPDX-License-Identifier: Apache-2.0
"""The vGIC: who raises, lists, folds and asks (src/gic/vgic.h). A kick is not
in these: the last question is always whether the right vCPU's `attention` has
the bank's bit, or who kicks has a reason to; that the kick then gets through
is hv.py's park() and bind()."""

from .programs import (ACQUIRE, RELAXED, RELEASE, SEQ_CST, V8_3, Test,
                       add_one, assume, exchange, fetch, load, lock,
                       store, unlock)
from .rows import allowed, holds

BANK, ASKED = 1, 2


def latch(order=SEQ_CST):
    """arm_vcpu_inject_interrupt() or drive(): the interrupt is pending."""
    return fetch("latch", lambda _: 1, order)


def notify(bits=BANK):
    """arm_vgic_notify(), arm_vgic_ask()"""
    return fetch("attention", lambda seen: seen | bits)


def raise_list(listed=SEQ_CST, told=SEQ_CST, looks=SEQ_CST,
               looks_first=False):
    """Raised while it is listed as active: the lister sees the second round,
    or the raiser whom to tell.

    arm_vcpu_inject_interrupt() against arm_vgic_list(), `again`.
    """
    def raiser():
        yield latch()
        told_to = yield load("listed", told)
        return {"tells": told_to}

    def lister():
        if looks_first:
            again = yield load("latch", looks)
        yield store("listed", 1, listed)
        if not looks_first:
            again = yield load("latch", looks)
        return {"again": again}

    return Test({"latch": 0, "listed": 0}, [raiser, lister],
                lambda result, _: not result[0]["tells"]
                and not result[1]["again"])


def raise_moved(listed=SEQ_CST, told=SEQ_CST, moves_first=False):
    """Raised while it is listed as pending: the latch goes into the LR, or
    stays and somebody is told.

    arm_vcpu_inject_interrupt() against arm_vgic_list(), `moved`.
    """
    def raiser():
        yield latch()
        tells = yield load("listed", told)
        return {"tells": tells}

    def lister():
        if moves_first:
            yield fetch("latch", lambda _: 0)
        yield store("listed", 1, listed)
        if not moves_first:
            yield fetch("latch", lambda _: 0)

    return Test({"latch": 0, "listed": 0}, [raiser, lister],
                lambda result, final: final["latch"]
                and not result[0]["tells"])


def fall_list(looks=SEQ_CST, listed=SEQ_CST, told=SEQ_CST, looks_again=True):
    """A line that falls while its interrupt is being listed: the lister sees
    it, or is told.

    drive() with a low level against settle() and arm_vgic_list(), whose
    second look at the line comes after `listed`.
    """
    def faller():
        yield fetch("line", lambda _: 0)
        tells = yield load("listed", told)
        return {"tells": tells}

    def lister():
        high = yield load("line")  # arm_bank_deliverable()
        yield assume(high)
        yield store("listed", 1, listed)
        yield fetch("latch", lambda _: 0)
        if looks_again:
            high = yield load("line", looks)
        return {"pending": high}

    return Test({"line": 1, "listed": 0, "latch": 0}, [faller, lister],
                lambda result, _: result[1]["pending"]
                and not result[0]["tells"])


def list_holder(listed=SEQ_CST, looks=SEQ_CST):
    """Who sees that an interrupt is listed sees whose LR has it.

    arm_vgic_list() against arm_bank_owner().
    """
    def lister():
        yield store("holder", 1, RELAXED)
        yield store("listed", 1, listed)

    def raiser():
        listed = yield load("listed", looks)
        holder = yield load("holder", RELAXED)
        return {"listed": listed, "holder": holder}

    return Test({"listed": 0, "holder": 0}, [lister, raiser],
                lambda result, _: result[1] == {"listed": 1, "holder": 0})


def raise_fold(folded=SEQ_CST, told=SEQ_CST, looks=SEQ_CST,
               looks_first=False):
    """Raised while A folds it, and routed to B by now: told is B, or A, who
    sees it and passes it on.

    arm_vcpu_inject_interrupt() with arm_bank_owner() against settle() or
    fold_slot(), which end with arm_vgic_notify_owners().
    """
    def raiser():
        yield latch()
        yield load("listed", told)
        taken = yield load("listed", told)  # arm_bank_owner()
        active = yield load("active", told)
        told_to = yield (load("holder", RELAXED) if taken or active
                         else load("target", told))
        return {"tells": told_to}

    def folder():
        if looks_first:
            seen = yield load("latch", looks)
        yield store("listed", 0, folded)
        if not looks_first:
            seen = yield load("latch", looks)  # arm_bank_pending()
        return {"seen": seen}

    return Test({"latch": 0, "listed": 1, "active": 0, "holder": "A",
                 "target": "B"}, [raiser, folder],
                lambda result, _: result[0]["tells"] == "A"
                and not result[1]["seen"])


def raise_enable(enabled=SEQ_CST, told=SEQ_CST, looks=SEQ_CST):
    """Raised while it is enabled: one of the two tells its vCPU.

    arm_vcpu_inject_interrupt() or drive() against arm_vgic_enable_set(), with
    in_motion(). In the same way group, ctlr and edge.
    """
    def raiser():
        yield latch()
        tells = yield load("enabled", told)
        return {"tells": tells}

    def enabler():
        yield store("enabled", 1, enabled)
        tells = yield load("latch", looks)
        return {"tells": tells}

    return Test({"latch": 0, "enabled": 0}, [raiser, enabler],
                lambda result, _: not result[0]["tells"]
                and not result[1]["tells"])


def raise_route(routed=SEQ_CST, told=SEQ_CST, looks=SEQ_CST):
    """Raised while it is routed to B: one of the two tells B.

    arm_vcpu_inject_interrupt() with arm_bank_owner() against
    arm_vgic_router_write().
    """
    def raiser():
        yield latch()
        tells = yield load("target", told)
        return {"tells": tells}

    def router():
        yield store("target", "B", routed)
        tells = yield load("latch", looks)
        return {"tells": tells}

    return Test({"latch": 0, "target": "A"}, [raiser, router],
                lambda result, _: result[0]["tells"] != "B"
                and not result[1]["tells"])


def notify_flush(marks=SEQ_CST, takes=SEQ_CST, latch_first=True,
                 looks=SEQ_CST):
    """Who takes the bits of `attention` sees what they stand for.

    arm_vcpu_inject_interrupt() and arm_vgic_notify() against the exchange in
    arm_vgic_flush() and arm_bank_deliverable() in settle().
    """
    def raiser():
        if latch_first:
            yield latch()
        yield fetch("attention", lambda seen: seen | BANK, marks)
        if not latch_first:
            yield latch()

    def flusher():
        bits = yield exchange("attention", 0, takes)
        yield assume(bits & BANK)
        seen = yield load("latch", looks)
        return {"seen": seen}

    return Test({"latch": 0, "attention": 0}, [raiser, flusher],
                lambda result, _: not result[1]["seen"])


def disable_ask(answered=RELEASE, looks=ACQUIRE, reads=RELAXED,
                ticket_first=True, answers_first=False):
    """Once the ticket is answered, no LR has what was disabled before.

    arm_vgic_enable_clear() with arm_place_notify() and arm_vgic_finish(),
    arm_vgic_ask(), arm_vgic_await(), against arm_vgic_flush(), settle() and
    answer(). `seen` is what the LRs hold; 1 is the disabled interrupt.
    """
    def asker():
        yield store("enabled", 0)
        yield notify(BANK)
        if ticket_first:
            ticket = yield add_one("wanted")
        yield notify(ASKED)
        if not ticket_first:
            ticket = yield add_one("wanted")
        answered = yield load("answered", looks)
        seen = yield load("seen", reads)
        return {"waits": answered <= ticket, "seen": seen}

    def flusher():
        bits = yield exchange("attention", 0)
        yield assume(bits & ASKED)
        ticket = yield load("wanted", ACQUIRE)
        bits |= yield fetch("attention", lambda seen: seen & ASKED)
        seen = 1
        if bits & BANK:
            seen = yield load("enabled")
        if answers_first:
            yield store("answered", ticket, answered)
        yield store("seen", seen, RELAXED)
        if not answers_first:
            yield store("answered", ticket, answered)

    return Test({"enabled": 1, "attention": 0, "wanted": 0, "answered": 0,
                 "seen": 1}, [asker, flusher],
                lambda result, _: not result[0]["waits"]
                and result[0]["seen"])


def two_ask(ticket_after_bank=True, looks_twice=True, ticket_before=False):
    """An answer to one asker is none to another whose bits came later.

    The second asker's ticket may be counted already when the flusher reads
    `wanted`, with the bit of the first: the second exchange takes the
    second's bank along.
    """
    def first():
        yield add_one("wanted")
        yield notify(ASKED)

    def second():
        yield store("enabled", 0)
        if ticket_after_bank:
            yield notify(BANK)
        ticket = yield add_one("wanted")
        if not ticket_after_bank:
            yield notify(BANK)
        answered = yield load("answered")
        return {"waits": answered <= ticket}

    def flusher():
        if ticket_before:
            ticket = yield load("wanted", ACQUIRE)
        bits = yield exchange("attention", 0)
        yield assume(bits & ASKED)
        if not ticket_before:
            ticket = yield load("wanted", ACQUIRE)
        if looks_twice:
            bits |= yield fetch("attention", lambda seen: seen & ASKED)
        enabled = 1
        if bits & BANK:
            enabled = yield load("enabled")
        yield store("answered", ticket)
        return {"lists": enabled}

    return Test({"enabled": 1, "attention": 0, "wanted": 0, "answered": 0},
                [first, second, flusher],
                lambda result, _: not result[1]["waits"]
                and result[2]["lists"])


def poll(looks=ACQUIRE, one_flag=False, late_again=False, blind=False):
    """arm_vgic_is_late(): True is RWP read as 1. one_flag: `late` is cleared
    before the scan and set again after one that was not clean."""
    late = yield load("late", ACQUIRE)
    if one_flag:
        if not late:
            return False
        yield store("late", 0)
    else:
        arrived = yield load("arrived", looks)
        if arrived == late:
            return False
    wanted = yield load("wanted", RELAXED)
    answered = yield load("answered", ACQUIRE)
    if answered < wanted and not blind:
        if one_flag:
            yield store("late", 1)
        return True
    if late_again:
        late = yield load("late", ACQUIRE)
    if not one_flag:
        yield store("arrived", late, RELEASE)
    return False


def two_poll(**how):
    """GICD_CTLR.RWP reads 1 as long as an answer is owed, whoever else polls
    it at the same time: arm_vgic_is_late()."""
    def program():
        rwp = yield from poll(**how)
        return {"rwp": rwp}

    return Test({"late": 1, "arrived": 0, "wanted": 1, "answered": 0},
                [program, program],
                lambda result, _: not result[0]["rwp"]
                or not result[1]["rwp"])


def late_poll(late_last=True, **how):
    """The same for a write that becomes late while another vCPU polls: its
    writer does not read 0. finish() against arm_vgic_is_late()."""
    def writer():
        if not late_last:
            yield add_one("late")
        yield add_one("wanted")
        if late_last:
            yield add_one("late")
        rwp = yield from poll(**how)
        return {"rwp": rwp}

    def poller():
        yield from poll(**how)

    return Test({"late": 1, "arrived": 0, "wanted": 1, "answered": 1},
                [writer, poller],
                lambda result, _: not result[0]["rwp"])


def heard_poll(looks=ACQUIRE, **how):
    """Who reads RWP as 0 sees what the answers stand for, also when it was
    another one who heard the last of them."""
    def flusher():
        yield store("done", 1, RELAXED)
        yield store("answered", 1)

    def poller():
        yield from poll(**how)

    def second():
        rwp = yield from poll(looks, **how)
        done = yield load("done", RELAXED)
        return {"rwp": rwp, "done": done}

    return Test({"late": 1, "arrived": 0, "wanted": 1, "answered": 0,
                 "done": 0}, [flusher, poller, second],
                lambda result, _: result[2] == {"rwp": False, "done": 0})


def disable_bind(takes=ACQUIRE, frees=RELEASE, looks=SEQ_CST, locked=True):
    """Nobody has to wait for a vCPU that is not resident: what it lists once
    it is bound, it lists by the bank's words as they are now.

    arm_vgic_enable_clear() and finish() against arm_vgic_load() and settle().
    """
    def writer():
        if locked:
            yield from lock("lock", takes)
        yield store("enabled", 0, RELAXED)
        if locked:
            yield from unlock("lock", frees)
        waits = yield load("resident", looks)
        return {"waits": waits}

    def binder():
        yield store("resident", 1)
        if locked:
            yield from lock("lock", takes)
        lists = yield load("enabled", RELAXED)
        if locked:
            yield from unlock("lock", frees)
        return {"lists": lists}

    return Test({"enabled": 1, "resident": 0, "lock": 0}, [writer, binder],
                lambda result, _: not result[0]["waits"]
                and result[1]["lists"])


def timers_put(leaves=RELEASE, looks=SEQ_CST):
    """Who sees that a vCPU is not resident reads the timers that it left.

    arm_timers_publish() and arm_vgic_put() against timer_lines() in state.c,
    with arm_timers_stored().
    """
    def putter():
        yield store("timer", 1, RELAXED)
        yield store("resident", 0, leaves)

    def reader():
        resident = yield load("resident", looks)
        yield assume(not resident)
        timer = yield load("timer", RELAXED)
        return {"timer": timer}

    return Test({"timer": 0, "resident": 1}, [putter, reader],
                lambda result, _: not result[1]["timer"])


def timers_torn(words=1):
    """Who reads the timers of a vCPU that has been bound again meanwhile has
    them as they were once: control and comparator are not of two times.

    arm_timers_publish() against arm_timers_stored(). The guest of one that is
    on and far away turns it off, and then lets it be past.
    """
    def owner():
        yield store("resident", 1)
        if words == 1:
            yield store("due", "never", RELAXED)
        else:
            yield store("control", "off", RELAXED)
            yield store("due", "past", RELAXED)

    def reader():
        resident = yield load("resident")
        yield assume(not resident)
        control = "on"
        if words == 2:
            control = yield load("control", RELAXED)
        due = yield load("due", RELAXED)
        return {"high": control == "on" and due == "past"}

    return Test({"resident": 0, "control": "on", "due": "far"},
                [owner, reader], lambda result, _: result[1]["high"])


ROWS = [
    holds(raise_list),
    allowed(raise_list, "listed by a relaxed store", listed=RELAXED),
    allowed(raise_list, "listed by a release, an acquire look", on=V8_3,
            listed=RELEASE, looks=ACQUIRE),
    allowed(raise_list, "the raiser's look is relaxed", told=RELAXED),
    allowed(raise_list, "the lister's look is relaxed", looks=RELAXED),
    allowed(raise_list, "latch is read first", looks_first=True),
    holds(raise_moved),
    allowed(raise_moved, "the latch is taken first", moves_first=True),
    holds(fall_list),
    allowed(fall_list, "no second look", looks_again=False),
    holds(fall_list, looks=RELAXED),   # the exchange of latch is between
    holds(fall_list, listed=RELAXED),
    allowed(fall_list, "listed by a relaxed store, and a relaxed look",
            listed=RELAXED, looks=RELAXED),
    allowed(fall_list, "the faller's look is relaxed", told=RELAXED),
    holds(list_holder),
    allowed(list_holder, "listed by a relaxed store", listed=RELAXED),
    allowed(list_holder, "a relaxed look", looks=RELAXED),
    holds(raise_fold),
    allowed(raise_fold, "listed by a relaxed store", folded=RELAXED),
    allowed(raise_fold, "the folder's look is relaxed", looks=RELAXED),
    allowed(raise_fold, "the folder's look is an acquire", on=V8_3,
            looks=ACQUIRE),
    allowed(raise_fold, "the raiser's looks are relaxed", told=RELAXED),
    allowed(raise_fold, "latch is read first", looks_first=True),
    holds(raise_enable),
    allowed(raise_enable, "enabled by a relaxed store", enabled=RELAXED),
    allowed(raise_enable, "the raiser's look is relaxed", told=RELAXED),
    allowed(raise_enable, "the enabler's look is relaxed", looks=RELAXED),
    allowed(raise_enable, "the enabler's look is an acquire", on=V8_3,
            looks=ACQUIRE),
    holds(raise_route),
    allowed(raise_route, "target by a relaxed store", routed=RELAXED),
    allowed(raise_route, "the raiser's look is relaxed", told=RELAXED),
    allowed(raise_route, "the router's look is relaxed", looks=RELAXED),
    holds(notify_flush),
    holds(notify_flush, marks=RELEASE, takes=ACQUIRE, looks=RELAXED),
    allowed(notify_flush, "marked relaxed", marks=RELAXED),
    allowed(notify_flush, "taken relaxed, a relaxed look", takes=RELAXED,
            looks=RELAXED),
    allowed(notify_flush, "marked before the latch", latch_first=False),
    holds(disable_ask),
    allowed(disable_ask, "answered by a relaxed store", answered=RELAXED),
    allowed(disable_ask, "the look at the answer is relaxed", looks=RELAXED),
    allowed(disable_ask, "answered before the LRs are published",
            answers_first=True),
    holds(two_ask),
    allowed(two_ask, "one exchange", looks_twice=False),
    allowed(two_ask, "the ticket before the bank's bit",
            ticket_after_bank=False),
    holds(two_poll),
    allowed(two_poll, "one flag", one_flag=True),
    allowed(two_poll, "no scan", blind=True),
    holds(late_poll),
    allowed(late_poll, "late is read again behind the scan",
            late_again=True),
    allowed(late_poll, "late before the question", late_last=False),
    holds(heard_poll),
    allowed(heard_poll, "a relaxed look at who arrived", looks=RELAXED),
    holds(disable_bind),
    holds(disable_bind, looks=RELAXED),
    allowed(disable_bind, "no lock", locked=False),
    allowed(disable_bind, "a lock taken relaxed", takes=RELAXED),
    holds(timers_put),
    allowed(timers_put, "a relaxed store", leaves=RELAXED),
    allowed(timers_put, "a relaxed look", looks=RELAXED),
    holds(timers_torn),
    allowed(timers_torn, "two words", words=2),
]
