# SPDX-License-Identifier: Apache-2.0
"""Which executions of a few threads the architecture allows.

The axiomatic model of Arm ARM DDI 0487 B2.3, with the names that its formal
twin aarch64.cat uses. An execution is a set of events with
  po   program order
  rf   which write each read takes its value from (reads-from)
  co   the order of all writes to one location (coherence order)
  fr   a read before the writes that come after its own in co (from-reads)
  rmw  the read and the write of one atomic read-modify-write
An e at the end (rfe, coe, fre) is the part between different threads, an i
(rfi) the part within one. Allowed is what keeps three rules:
  internal   po to the same location, rf, co and fr make no circle
  atomic     no write of another thread comes, in co, between the two halves
             of a read-modify-write
  external   ordered-before makes no circle
Ordered-before is the union of
  obs  Observed-by: rfe, coe, fre
  dob  Dependency-ordered-before: a read before the writes that a branch on
       its value decides on
  aob  Atomic-ordered-before: rmw; and the write of a read-modify-write
       before an acquire of the same thread that reads it
  bob  Barrier-ordered-before: see barrier_ordered()

Left out are address and data dependencies, ISB, mixed sizes and instruction
fetches. Without them fewer executions are forbidden, never more: a protocol
that holds here holds by less than the architecture gives.

Beside memory there are the interfaces of the GIC. To send an SGI is a write
to a location of its own, to acknowledge it a read from there. Acquire, release
and DMB order accesses to memory only; with these a DSB alone does (B2.3.12,
and IHI 0069 on ICC_SGI<n>R_EL1: a DSB makes earlier stores visible first).
"""

from collections import namedtuple
from itertools import combinations, permutations, product

ACQUIRE = "A"     # LDAR, LDAXR, LDADDA
ACQUIRE_PC = "Q"  # LDAPR: a release before it may be overtaken
RELEASE = "L"     # STLR, STLXR, LDADDL

# kind: R, W, or F for a barrier. order: "", or one of those above; of a
# barrier what it is: "dmb ish", "dsb ishst" and so on. rmw: of a write, how
# many events before it its read is; amo: one instruction (FEAT_LSE), and no
# loop of exclusives. system: of an interface of the GIC. branches: of a write,
# how many events before it each read is that a branch before it depends on.
Event = namedtuple("Event", "thread kind location value order rmw amo system "
                   "branches", defaults=("", 0, False, False, ()))


class Circle(Exception):
    """No order can have all of these."""


class Order:
    """A partial order that is transitive at any time. Bit j of after[i]: j
    comes after i."""

    def __init__(self, after):
        self.after = after

    def add(self, pairs):
        """A new order with these pairs, or Circle."""
        after = list(self.after)
        for first, second in pairs:
            if after[first] >> second & 1:
                continue
            if first == second or after[second] >> first & 1:
                raise Circle
            more = after[second] | 1 << second
            for i, bits in enumerate(after):
                if i == first or bits >> first & 1:
                    after[i] = bits | more
        return Order(after)


def barrier_between(barrier, first, second):
    """What a barrier orders of what is before and after it."""
    name, _, scope = barrier.order.partition(" ")
    if name == "dmb" and (first.system or second.system):
        return False
    if scope.endswith("st"):
        return first.kind == "W" and (second.kind == "W" or second.system)
    if scope.endswith("ld"):
        return first.kind == "R"
    return True


def barrier_ordered(events, i, j):
    """bob for events i and j of one thread, i before j."""
    first, second = events[i], events[j]
    if any(event.kind == "F" and barrier_between(event, first, second)
           for event in events[i + 1:j]):
        return True
    if first.system or second.system:
        return False
    # The write of one instruction that both acquires and releases: with the
    # release before it and the acquire in it, a full barrier.
    if first.amo and first.order == RELEASE and (
            events[i - first.rmw].order == ACQUIRE):
        return True
    return (second.kind == "W" and second.order == RELEASE
            or first.kind == "R" and first.order in (ACQUIRE, ACQUIRE_PC)
            or first.order == RELEASE and second.order == ACQUIRE)


def static_order(events):
    """Pairs of one thread's events that are ordered in any execution: bob,
    dob, and aob's rmw."""
    return [(i, j) for i, j in combinations(range(len(events)), 2)
            if "F" not in (events[i].kind, events[j].kind)
            and (barrier_ordered(events, i, j)
                 or events[j].rmw == j - i or j - i in events[j].branches)]


def same_location(events):
    return [(i, j) for i, j in combinations(range(len(events)), 2)
            if events[i].kind != "F" and events[j].kind != "F"
            and events[i].location == events[j].location]


class Candidate:
    """The events of an execution, whose rf and co are to be found: one list
    of events for each thread, and what each location holds before."""

    def __init__(self, initial, threads):
        self.events = [Event(-1 - i, "W", location, value)
                       for i, (location, value) in enumerate(initial.items())]
        ordered, internal = [], []
        for events in threads:
            base = len(self.events)
            self.events += events
            ordered += [(base + i, base + j) for i, j in static_order(events)]
            internal += [(base + i, base + j)
                         for i, j in same_location(events)]
        nothing = Order([0] * len(self.events))
        self.ordered, self.internal = nothing.add(ordered), nothing.add(
            internal)
        self.writes = {location: [i for i, event in enumerate(self.events)
                                  if event.kind == "W"
                                  and event.location == location]
                       for location in initial}
        self.reads = [i for i, event in enumerate(self.events)
                      if event.kind == "R"]
        self.rmw_of = {i - event.rmw: i for i, event in enumerate(self.events)
                       if event.rmw}

    def are_of_two(self, i, j):
        return self.events[i].thread != self.events[j].thread

    def coherence_orders(self):
        """Each possible co: a tuple of writes for each location."""
        def in_program_order(writes):
            return all(self.are_of_two(i, j) or i < j
                       for i, j in combinations(writes, 2))

        each = [[(writes[0],) + rest for rest in permutations(writes[1:])
                 if in_program_order(rest)]
                for writes in self.writes.values()]
        for choice in product(*each):
            yield dict(zip(self.writes, choice))

    def final(self, co):
        return {location: self.events[writes[-1]].value
                for location, writes in co.items()}

    def is_allowed(self, co):
        """There is an rf with which the rules are kept."""
        pairs = [pair for writes in co.values()
                 for pair in combinations(writes, 2)]
        try:
            ordered = self.ordered.add(pair for pair in pairs
                                       if self.are_of_two(*pair))
            internal = self.internal.add(pairs)
        except Circle:
            return False
        return self.read_all(co, 0, ordered, internal)

    def read_all(self, co, at, ordered, internal):
        if at == len(self.reads):
            return True
        read = self.reads[at]
        event = self.events[read]
        writes = co[event.location]
        for place, write in enumerate(writes):
            if self.events[write].value != event.value:
                continue
            later = writes[place + 1:]
            if not self.is_atomic(read, later):
                continue
            try:
                after = ordered.add(self.observed(read, write, later))
                inside = internal.add([(write, read)] + [
                    (read, other) for other in later])
            except Circle:
                continue
            if self.read_all(co, at + 1, after, inside):
                return True
        return False

    def is_atomic(self, read, later):
        """later: the writes that co has after the one that is read."""
        own = self.rmw_of.get(read)
        if own is None:
            return True
        if own not in later:
            return False
        return not any(self.are_of_two(own, other)
                       for other in later[:later.index(own)])

    def observed(self, read, write, later):
        """obs, and aob of a write of a read-modify-write."""
        pairs = [(read, other) for other in later
                 if self.are_of_two(read, other)]
        if (self.are_of_two(read, write) or self.events[write].rmw
                and self.events[read].order in (ACQUIRE, ACQUIRE_PC)):
            pairs.append((write, read))
        return pairs
