# SPDX-License-Identifier: Apache-2.0
"""hv's scheduler, interrupts, timers and locks."""

from .programs import (ACQUIRE, RELAXED, RELEASE, SEQ_CST, V8_3, Test,
                       acknowledge, assume, barrier, branch, compare_exchange,
                       fence, fetch, load, lock, send, store, unlock)
from .rows import allowed, holds

OFF, READY, RUNNING = "OFF", "READY", "RUNNING"
PARKING, PARKED = "PARKING", "PARKED"


def set_bit(location, order=SEQ_CST):
    return fetch(location, lambda _: 1, order)


def kick(fenced=True, looks=SEQ_CST):
    """hv_sched_kick(); the answer is what came of it."""
    if fenced:
        yield fence()
    seen = yield load("state", looks)
    if seen == PARKING:
        seen = yield compare_exchange("state", PARKING, RUNNING)
        if seen == PARKING:
            return "caught"
    yield branch()
    if seen == PARKED:
        return "woken"  # wake(), under the queues' lock
    if seen == RUNNING:
        yield barrier("dsb ishst")
        yield send("sgi")
        return "interrupted"
    return "none"


def park(raised=SEQ_CST, kicks_first=False, kick_fenced=True,
         parks=SEQ_CST, park_fenced=True, looks=SEQ_CST, looks_first=False,
         blind=False):
    """A vCPU with something to look at is not left parked.

    hv_sched_park() against who raises an interrupt or writes anything else
    and then calls hv_sched_kick(). tools/models/park.pml has the whole state
    machine, for CPUs that do everything in order; this is its one place where
    two CPUs each write one word and then read the other's.
    """
    def kicker():
        if kicks_first:
            came = yield from kick(kick_fenced)
        # arm_vcpu_inject_interrupt() and arm_vgic_notify()
        yield (store("raised", 1, RELAXED) if raised == RELAXED
               else set_bit("raised"))
        if not kicks_first:
            came = yield from kick(kick_fenced)
        return {"came": came}

    def parker():
        if looks_first:
            raised = yield load("raised", looks)
        yield store("state", PARKING, parks)
        if park_fenced:
            yield fence()
        if not looks_first:
            raised = yield load("raised", looks)  # arm_vgic_has_pending()
        if raised:
            return {"parked": False}
        if blind:
            yield store("state", PARKED)
            return {"parked": True}
        seen = yield compare_exchange("state", PARKING, PARKED)
        return {"parked": seen == PARKING}

    return Test({"raised": 0, "state": RUNNING, "sgi": 0}, [kicker, parker],
                lambda result, _: result[1]["parked"]
                and result[0]["came"] != "woken")


def bind(fenced=True, kick_fenced=True, raised=SEQ_CST, told=SEQ_CST,
         looks=SEQ_CST):
    """A vCPU that is taken to run sees what was raised before, or is
    interrupted.

    take_vcpu(), bind() in loop.c, and arm_vcpu_run() with arm_gic_settle()
    and take_kick(), against arm_vcpu_kick() or a raised interrupt, and
    hv_sched_kick(). The library's look is to be enough without the host's
    fence.
    """
    def kicker():
        # arm_vcpu_kick() and arm_vgic_notify()
        yield (set_bit("raised") if raised == SEQ_CST
               else store("raised", 1, raised))
        came = yield from kick(kick_fenced)
        return {"came": came}

    def cpu():
        yield store("state", RUNNING, told)
        if fenced:
            yield fence()
        raised = yield load("raised", looks)
        return {"raised": raised}

    return Test({"raised": 0, "state": READY, "sgi": 0}, [kicker, cpu],
                lambda result, _: result[0]["came"] == "none"
                and not result[1]["raised"])


def sgi(written=SEQ_CST, before="dsb ishst", after="dsb ish"):
    """Who takes the SGI sees what was written before it was sent.

    hv_gic_kick() and serve() in irq.c. Its barrier there is a DSB SY.
    """
    def sender():
        yield store("look", 1, written)
        if before:
            yield barrier(before)
        yield send("sgi")

    def cpu():
        taken = yield acknowledge("sgi")
        if after:
            yield barrier(after)
        look = yield load("look", RELAXED)  # next_action()
        return {"taken": taken, "look": look}

    return Test({"look": 0, "sgi": 0}, [sender, cpu],
                lambda result, _: result[1] == {"taken": 1, "look": 0})


def aware(cleared=SEQ_CST, looks=SEQ_CST, told_first=False,
          before="dsb ishst"):
    """A CPU goes on in its guest only while nobody waits for it.

    hv_queue_add() with tell_unaware(), hv_queue_unlock() and hv_gic_kick(),
    against step() in loop.c, hv_queue_has_ready() and serve() in irq.c.
    """
    def teller():
        yield set_bit("aware")
        if not told_first:
            yield store("look", 1)
        if before:
            yield barrier(before)
        yield send("sgi")
        if told_first:
            yield store("look", 1)

    def cpu():
        yield store("look", 0, cleared)
        knows = yield load("aware", looks)
        taken = yield acknowledge("sgi")
        yield barrier("dsb ish")
        look = yield load("look", RELAXED)
        return {"knows": knows, "taken": taken, "look": look}

    # It knew of nobody. Then the SGI finds `look` set, when it is taken or,
    # if that was before the look, when the guest is entered.
    return Test({"aware": 0, "look": 0, "sgi": 0}, [teller, cpu],
                lambda result, final: not result[1]["knows"]
                and (result[1]["taken"] and not result[1]["look"]
                     or not final["look"]))


def stop(kicks=True, locked=True):
    """A vCPU whose VM is stopped does not run on.

    hv_sched_stop() and stop() against hv_queue_take(), bind(), step() and
    take_kick(). A vCPU in the queue is taken out of it; one that runs is
    kicked.
    """
    def stopper():
        yield store("stopping", 1)
        if locked:
            yield from lock("lock")
        seen = yield load("state")
        if seen == READY:
            yield branch()
            yield store("state", OFF)
        if locked:
            yield from unlock("lock")
        if seen == RUNNING and kicks:
            yield store("kicked", 1)
            seen = yield from kick()
        return {"came": seen}

    def cpu():
        if locked:
            yield from lock("lock")
        seen = yield load("state")
        yield assume(seen == READY)
        yield branch()
        yield store("state", RUNNING)
        if locked:
            yield from unlock("lock")
        yield fence()
        stopping = yield load("stopping")
        kicked = yield load("kicked")
        return {"leaves": stopping or kicked}

    return Test({"stopping": 0, "state": READY, "kicked": 0, "lock": 0,
                 "sgi": 0}, [stopper, cpu],
                lambda result, _: result[0]["came"] == READY
                or result[0]["came"] != "interrupted"
                and not result[1]["leaves"])


def hand_over(gives=SEQ_CST, looks=SEQ_CST):
    """Who sees that a vCPU is OFF has what its CPU saved of it.

    arm_vcpu_unbind() and hv_sched_off() against hv_sched_wait_off(). In the
    same way: `online` and smp_loop in smp.c, `state` in own.c.
    """
    def old():
        yield store("regs", 1, RELAXED)
        yield store("state", OFF, gives)

    def new():
        seen = yield load("state", looks)
        yield assume(seen == OFF)
        regs = yield load("regs", RELAXED)
        return {"regs": regs}

    return Test({"regs": 0, "state": RUNNING}, [old, new],
                lambda result, _: not result[1]["regs"])


def hand_over_parked(parks=SEQ_CST, looks=SEQ_CST, takes=ACQUIRE,
                     frees=RELEASE):
    """The same from the CPU where a vCPU parked, by way of the one that wakes
    it, to the one that takes it.

    hv_sched_park(), wake() with hv_queue_add(), hv_queue_take().
    """
    def parker():
        yield store("regs", 1, RELAXED)
        yield compare_exchange("state", PARKING, PARKED, parks)

    def waker():
        seen = yield load("state", looks)
        yield assume(seen == PARKED)
        yield from lock("lock")
        yield branch()
        yield store("state", READY, RELAXED)
        yield from unlock("lock", frees)

    def taker():
        yield from lock("lock", takes)
        seen = yield load("state", RELAXED)
        yield assume(seen == READY)
        regs = yield load("regs", RELAXED)
        return {"regs": regs}

    return Test({"regs": 0, "state": PARKING, "lock": 0},
                [parker, waker, taker],
                lambda result, _: not result[2]["regs"])


def publish(adds=RELEASE):
    """Who finds a VM in the list without a lock finds it complete.

    hv_ready_add_vm() and hv_ready_any(); list_add() and arm_pcpu_here().
    """
    def adder():
        yield store("vm", 1, RELAXED)
        yield store("list", 1, adds)

    def reader():
        found = yield load("list", ACQUIRE)
        vm = yield load("vm", RELAXED)
        return {"found": found, "vm": vm}

    return Test({"vm": 0, "list": 0}, [adder, reader],
                lambda result, _: result[1] == {"found": 1, "vm": 0})


def timer_stop(firing_first=True, writes=SEQ_CST, looks=SEQ_CST):
    """Once a timer is stopped its function does not run any more.

    take_due() and hv_timer_irq() against hv_timer_stop().
    """
    def interrupt():
        if firing_first:
            yield store("firing", 1, writes)
        yield store("armed", 0, writes)
        if not firing_first:
            yield store("firing", 1, writes)
        yield store("fired", 1, RELAXED)
        yield store("firing", 0, writes)

    def stopper():
        armed = yield load("armed", looks)
        yield assume(not armed)  # else withdraw() takes it out, locked
        firing = yield load("firing", looks)
        yield assume(not firing)
        fired = yield load("fired", RELAXED)
        return {"fired": fired}

    return Test({"armed": 1, "firing": 0, "fired": 0}, [interrupt, stopper],
                lambda result, _: not result[1]["fired"])


def uart_room(handler_fenced=True, guest_fenced=True):
    """Reception does not wait for room that is there.

    must_wait() in uart_rx.c against who makes room and calls
    hv_uart_rx_resume().
    """
    def handler():
        yield store("held", 1)
        if handler_fenced:
            yield fence()
        room = yield load("room", RELAXED)
        return {"room": room}

    def guest():
        yield store("room", 1, RELEASE)  # at the latest by the unlock
        if guest_fenced:
            yield fence()
        held = yield load("held", RELAXED)
        return {"held": held}

    return Test({"held": 0, "room": 0}, [handler, guest],
                lambda result, _: not result[0]["room"]
                and not result[1]["held"])


def pcpu_here(enables=RELEASE, looks=ACQUIRE):
    """No CPU takes another one's pcpu for its own.

    arm_pcpu_hardware_enable(), of an object that was CPU 0's and is now CPU
    1's, against arm_pcpu_here() on CPU 0.
    """
    def enable():
        yield store("mpidr", 1, RELAXED)
        yield store("enabled", 1, enables)

    def walker():
        enabled = yield load("enabled", looks)
        mpidr = yield load("mpidr", RELAXED)
        return {"mine": enabled and mpidr == 0}

    return Test({"enabled": 0, "mpidr": 0}, [enable, walker],
                lambda result, _: result[1]["mine"])


def locked_count(threads=2, takes=ACQUIRE, frees=RELEASE):
    """Under a lock nobody's change is lost: hv_lock() and arm_lock() of one
    that is free."""
    def thread():
        yield from lock("lock", takes)
        seen = yield load("count", RELAXED)
        yield store("count", min(seen + 1, threads), RELAXED)
        yield from unlock("lock", frees)

    return Test({"lock": 0, "count": 0}, [thread] * threads,
                lambda _, final: final["count"] != threads)


FREE = (0, 0, 0)  # taken, the ticket whose turn it is, the next ticket


def take_free(word, order):
    """arm_hw_lock_take(): nobody has it, and nobody waits."""
    seen = yield fetch(word, lambda seen: (1, 0, 0) if seen == FREE else None,
                       order)
    yield assume(seen == FREE)


def take_queued(word, order):
    """arm_lock_queue(), also where it is free: arm_hw_lock_take() may fail
    for no reason."""
    _, turn, mine = yield fetch(
        word, lambda seen: (seen[0], seen[1], min(seen[2] + 1, 2)))
    yield assume(turn <= mine)

    def my_turn(seen):
        if seen[:2] != (0, mine):
            return None
        return (1, 0, 0) if seen[2] == mine + 1 else (1, mine + 1, seen[2])

    seen = yield fetch(word, my_turn, order)
    yield assume(seen[:2] == (0, mine))


def give(word, order):
    """arm_hw_lock_give() stores one byte of the word. The model has no bytes:
    the others stay what they are by a read-modify-write, whose read orders
    nothing."""
    seen = yield fetch(word, lambda seen: (0,) + seen[1:], order)
    yield assume(seen[0] == 1 and seen[1] <= seen[2])


def queued_lock(queues=False, free=ACQUIRE, queued=SEQ_CST, gives=RELEASE):
    """The same with tickets for those who find it taken: src/lib/lock.c and
    hypervisor/base/lock.c. One thread takes it free, or both queue."""
    def thread(waits):
        def program():
            yield from (take_queued("lock", queued) if waits
                        else take_free("lock", free))
            seen = yield load("count", RELAXED)
            yield store("count", min(seen + 1, 2), RELAXED)
            yield from give("lock", gives)
        return program

    return Test({"lock": FREE, "count": 0}, [thread(queues), thread(True)],
                lambda _, final: final["count"] != 2)


ROWS = [
    holds(park),
    holds(park, looks=RELAXED),
    holds(park, park_fenced=False, kick_fenced=False),
    allowed(park, "raised by a plain store, no fence in hv_sched_kick()",
            raised=RELAXED, kick_fenced=False),
    allowed(park, "no fence in hv_sched_park(), relaxed looks",
            park_fenced=False, looks=RELAXED),
    allowed(park, "no fence in hv_sched_park(), acquire looks", on=V8_3,
            park_fenced=False, looks=ACQUIRE),
    allowed(park, "kicked before it is raised", kicks_first=True),
    allowed(park, "looks before it says that it parks", looks_first=True),
    allowed(park, "parks without a look who came", blind=True),
    holds(bind),
    holds(bind, looks=ACQUIRE),
    holds(bind, fenced=False, kick_fenced=False),
    holds(bind, raised=RELAXED),
    allowed(bind, "raised by a plain store, no fence in hv_sched_kick()",
            raised=RELAXED, kick_fenced=False),
    allowed(bind, "no fence in the host, relaxed looks", fenced=False,
            looks=RELAXED),
    allowed(bind, "no fence in the host, acquire looks", on=V8_3,
            fenced=False, looks=ACQUIRE),
    allowed(bind, "no fence in the host, RUNNING by a relaxed store",
            fenced=False, told=RELAXED),
    holds(sgi),
    holds(sgi, written=RELAXED),
    allowed(sgi, "no DSB before it is sent", before=None),
    allowed(sgi, "a DMB before it is sent", before="dmb ish"),
    allowed(sgi, "no DSB after it is taken", after=None),
    allowed(sgi, "a DMB after it is taken", after="dmb ish"),
    holds(aware),
    allowed(aware, "relaxed look at the queues", looks=RELAXED),
    allowed(aware, "acquire look at the queues", on=V8_3, looks=ACQUIRE),
    allowed(aware, "look cleared by a relaxed store", cleared=RELAXED),
    allowed(aware, "the SGI before look", told_first=True),
    allowed(aware, "no DSB before the SGI", before=None),
    holds(stop),
    allowed(stop, "no kick", kicks=False),
    allowed(stop, "no lock", locked=False),
    holds(hand_over),
    holds(hand_over, gives=RELEASE, looks=ACQUIRE),
    allowed(hand_over, "relaxed store", gives=RELAXED),
    allowed(hand_over, "relaxed load", looks=RELAXED),
    holds(hand_over_parked),
    allowed(hand_over_parked, "PARKED by a relaxed exchange", parks=RELAXED),
    allowed(hand_over_parked, "a lock taken relaxed", takes=RELAXED),
    holds(publish),
    allowed(publish, "relaxed store", adds=RELAXED),
    holds(timer_stop),
    holds(timer_stop, writes=RELEASE, looks=ACQUIRE),
    allowed(timer_stop, "armed is cleared first", firing_first=False),
    allowed(timer_stop, "relaxed stores", writes=RELAXED),
    allowed(timer_stop, "relaxed looks", looks=RELAXED),
    holds(uart_room),
    allowed(uart_room, "no fence in must_wait()", handler_fenced=False),
    allowed(uart_room, "no fence in hv_uart_rx_resume()",
            guest_fenced=False),
    holds(pcpu_here),
    allowed(pcpu_here, "relaxed store", enables=RELAXED),
    allowed(pcpu_here, "relaxed load", looks=RELAXED),
    holds(locked_count),
    holds(locked_count, threads=3),
    allowed(locked_count, "taken relaxed", takes=RELAXED),
    allowed(locked_count, "freed relaxed", frees=RELAXED),
    holds(queued_lock),
    holds(queued_lock, queues=True),
    holds(queued_lock, queued=ACQUIRE),
    allowed(queued_lock, "a free one is taken relaxed", free=RELAXED),
    allowed(queued_lock, "taken relaxed by ticket", queued=RELAXED),
    allowed(queued_lock, "given relaxed", gives=RELAXED),
]
