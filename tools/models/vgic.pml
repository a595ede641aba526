/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One edge-triggered SPI of a VM, vCPUs with one list register (LR) each, and
 * how they tell each other what changed: attention, ask, and RWP. The comment
 * of the library's vgic.h is the protocol, and names are as there. One step
 * here is one access there to what others write at the same time; all of
 * these are sequentially consistent. What is written under the bank's lock
 * only may be read there in the same step as something else.
 *
 * A device raises the interrupt; guests acknowledge and end it without an
 * exit. Each vCPU has a CPU; its host takes it off the CPU and puts it back.
 * A kick is an SGI, which stays pending while interrupts are masked. The
 * interrupt is vCPU 0's. What guests do to the distributor, once:
 *   READ   the other reads the pending or the active state;
 *   WRITE  the other disables it, for good or for a while, deactivates it or
 *          clears its pending state, and reads RWP until that is 0;
 *   TWICE  most of both, with two edges;
 *   ROUTE  the other routes it to itself, with two edges;
 *   BOTH   the two ask each other, and a host waits for the other CPU;
 *   THREE  two others disable it, or its group, at the same time, or one
 *          reads, or only RWP;
 *   FAIR   BOTH, and patience may end at any time, for pan -l -f.
 *
 * Shown for every order of events:
 *   - an edge is taken once at most, and once at least unless it was cleared
 *     (settled, looked at when nobody can move any more): no wake-up is lost;
 *   - once a write that disables, deactivates or clears is over and RWP was 0,
 *     it holds in the LRs, too;
 *   - what a read returns was so at some time since the load was executed;
 *   - nobody waits for ever (settled again; under FAIR, where no vCPU that can
 *     move is left out, nobody goes on trying), and nobody waits with the lock.
 *
 * Each of these breaks the protocol, and must fail:
 *   NOTIFIED_BEFORE_LATCH   raise: attention first, then the latch
 *   LISTED_BEFORE_LATCH     raise: is it to be told? first, then the latch
 *   LATCH_BEFORE_LISTED     list: the latch is read first
 *   KEPT_TO_ITSELF          settle: what it folded and another owns is not told
 *   TICKET_BEFORE_EXCHANGE  flush: the ticket is older than the attention
 *   TICKET_AT_ANSWER        flush: the ticket is newer than the attention
 *   ONE_EXCHANGE            flush: the banks are not looked at after the ticket
 *   ANSWERED_BEFORE_SEEN    answer: the ticket before what it stands for
 *   LEFT_BEHIND             unbind: what is left does not get attention
 *   LOOKS_UNMASKED          run: attention is looked at, then masks interrupts
 *   TICKET_AFTER_ATTENTION  ask: attention before the ticket
 *   DEAF                    await: who waits does not answer
 *   NO_PATIENCE             await: without an end
 *   WAITS_LOCKED            write: waits before it gives the lock back
 *   NEVER_LATE              write: the end of patience is not told
 *   ONLY_THE_FIRST          write: who changes nothing does not wait
 *   ONE_FLAG                RWP: a flag that who looks clears meanwhile
 *   GONE_IS_EMPTY           read: a vCPU that is not bound holds nothing, now
 *   KEPT_INQUIRY            read: the answer outlives an exception
 *   FORGOT_INQUIRY          read: the answer is for one try of the load only
 */
#if defined(THREE)
#define VCPUS 3
#else
#define VCPUS 2
#endif
#if defined(TWICE) || defined(ROUTE)
#define EDGES 2
#else
#define EDGES 1
#endif

/* An LR's state, as bits, and what `seen` says of one that is not in use. */
#define PENDING 1
#define ACTIVE  2
#define NOTHING 4

/* Where a CPU is; interrupts are masked at EL2, but not in the host. */
mtype = { HOST, EL2, GUEST };
/* What a guest does. */
mtype = { NO, READ_PENDING, READ_ACTIVE, DISABLE, BLINK, DEACTIVATE, UNPEND,
	  REROUTE, STOP, WATCH };

/* The bank. lock is 1 + the vCPU at whose EL2 it is held. */
byte lock;
bool latch;
bool is_enabled = true;
bool is_active;
bool listed;
bool moved;
bool inactive;
byte holder;
byte target;
/* The distributor: GICD_CTLR, writes that are late, those that are not now. */
bool forward = true;
byte late;
byte arrived;
/* The vCPUs. The two bits of attention are exchanged as one. */
bool bank[VCPUS], asked[VCPUS];
bool resident[VCPUS] = true;
byte wanted[VCPUS], answered[VCPUS];
byte seen[VCPUS] = NOTHING;
bool used[VCPUS];
byte lr[VCPUS];
bool eoi[VCPUS];      /* the LR asks for maintenance at EOI    */
bool sgi[VCPUS];      /* a kick is on its way                  */
mtype place[VCPUS] = GUEST;

/* How often these may still happen. */
byte exits[VCPUS];    /* to the host, for a reason of its own  */
byte rush;            /* patience ends, the other in its guest */
byte waits;           /* a host waits until no other is at EL2 */
byte faults;          /* an exception before a load's next try */

/* What is so, and what was so while somebody read. */
byte raised, taken;
bool raising;         /* latch, by a raise that is not over    */
bool off;             /* disabled for good                     */
byte cleared, dead;   /* edges, during that write and after it */
bool unpended;
bool begun;           /* taken, and not ended or deactivated   */
mtype reading = NO;
bool could_be_0, could_be_1;

#define IN_LR(v, state) (used[v] && (lr[v] & state))
#if VCPUS == 2
#define IN_ANY_LR(state) (IN_LR(0, state) || IN_LR(1, state))
#else
#define IN_ANY_LR(state) \
	(IN_LR(0, state) || IN_LR(1, state) || IN_LR(2, state))
#endif
#define ACTIVE_NOW      (is_active || (!inactive && IN_ANY_LR(ACTIVE)))
#define PENDING_IN_LR   (moved && IN_ANY_LR(PENDING))
#define OWNER           ((listed || is_active) -> holder : target)
#define DELIVERABLE     (latch && is_enabled && forward)
#define HAS_ANSWERED(v, ticket) (((answered[v] - (ticket)) & 7) < 4)
#define ATTENTION       (bank[me] || asked[me])

/* After each change of what a read returns. */
inline look() {
	if
	:: reading == READ_ACTIVE ->
		could_be_1 = could_be_1 || begun;
		could_be_0 = could_be_0 || !begun
	:: reading == READ_PENDING ->
		could_be_1 = could_be_1 || latch || PENDING_IN_LR;
		could_be_0 = could_be_0 ||
			     !(PENDING_IN_LR || (latch && !raising))
	:: else
	fi
}

#include "vgic_lr.pml"
#include "vgic_ask.pml"
#include "vgic_state.pml"

proctype vcpu(byte me; byte op)
{
	bool left, ask_left, had, deliver, again; /* of flush */
	byte ticket, other;
	byte to, end, my_ticket, seen_late;       /* of asking */
	bool has_come, changed;
	bool is_asked, unknown, value;            /* the inquiry */
	byte inquiry_holder, inquiry_ticket;
	bool poll, once_more, was_away;           /* the guest */

	goto guest;
unbound:
	atomic { resident[me] = true; place[me] = HOST };
host:
	if
	:: atomic { waits > 0 -> waits-- }; place[1 - me] != EL2
	:: true
	fi;
#ifdef LOOKS_UNMASKED
	if
	:: ATTENTION -> flush()
	:: else
	fi;
	atomic { sgi[me] = false; place[me] = GUEST };
	goto guest;
#endif
	/* Until here the host's handler takes the kick. */
	atomic { sgi[me] = false; place[me] = EL2 };
enter:	/* settle_vgic() */
	if
	:: ATTENTION -> flush()
	:: atomic { !ATTENTION -> place[me] = GUEST }; goto guest
	fi;
	place[me] = GUEST;
guest:
end_guest:
	if
	:: atomic { sgi[me] -> sgi[me] = false; place[me] = EL2 };
		goto enter
	:: atomic { exits[me] > 0 -> exits[me]--; place[me] = EL2 };
		if
		:: ATTENTION -> flush()
		:: else
		fi;
		if
		:: place[me] = HOST; goto host
		:: put(); goto unbound
		fi
	:: atomic { used[me] && lr[me] == PENDING ->
		assert(!off);
		lr[me] = ACTIVE;
		taken++;
		assert(taken + dead <= raised);
		begun = !inactive;
		was_away = once_more;
		look() };
		goto guest
	:: atomic { IN_LR(me, ACTIVE) -> lr[me] = lr[me] & PENDING;
		begun = false;
		look() };
		goto guest
	:: atomic { used[me] && eoi[me] && lr[me] == 0 -> place[me] = EL2 };
		fold_slot();
		if
		:: left -> bank[me] = true
		:: else
		fi;
		left = false;
		goto enter
	:: atomic { faults > 0 && once_more && !was_away ->
		faults--;
		was_away = true };
		goto guest
	:: atomic { op != NO && !poll -> place[me] = EL2 };
		if
		:: op == READ_PENDING || op == READ_ACTIVE -> read_state()
		:: op == REROUTE -> reroute()
		:: else -> write_state(); poll = true
		fi;
		goto enter
	:: atomic { poll -> place[me] = EL2 };
		is_late();
		if
		:: seen_late > 0 -> seen_late = 0; goto enter
		:: else
		fi;
		atomic { poll = false; over() };
		if
		:: op == BLINK -> enable()
		:: else -> op = NO
		fi;
		goto enter
	fi
}

/* drive(), for each edge. */
proctype device()
{
	bool is_listed, was_active, is_wanted;
	byte to;
	byte me = VCPUS;

	do
	:: raised == EDGES -> break
	:: else ->
#if defined(NOTIFIED_BEFORE_LATCH)
		raised++;
		to = OWNER;
		notify(to);
		atomic { raising = !latch; latch = true; look() };
#else
#ifdef LISTED_BEFORE_LATCH
		raised++;
		is_wanted = listed || is_enabled;
		atomic { raising = !latch; latch = true; look() };
#else
		atomic { raised++; raising = !latch; latch = true; look() };
		is_wanted = listed;
		is_wanted = is_wanted || is_enabled;
#endif
		if
		:: is_wanted ->
			/* C leaves the order to the compiler. */
			if
			:: is_listed = listed; was_active = is_active
			:: was_active = is_active; is_listed = listed
			fi;
			if
			:: is_listed || was_active -> to = holder
			:: else -> to = target
			fi;
			notify(to)
		:: else
		fi;
#endif
		atomic {
			raising = false;
			is_listed = false;
			was_active = false;
			is_wanted = false;
			to = 0;
			look()
		}
	od
}

/* Nobody can move: then nothing may be left undone. */
proctype settled()
{
	byte i;

end_settled:
	atomic {
		timeout ->
		for (i : 0 .. VCPUS - 1) { assert(place[i] == GUEST) }
		assert(lock == 0 && raised == EDGES);
		assert(!ACTIVE_NOW && !begun);
		assert(!((latch || PENDING_IN_LR) && is_enabled && forward));
		assert(taken > 0 || latch || PENDING_IN_LR || unpended)
	}
}

init
{
	atomic {
		rush = 1;
#if defined(THREE) || defined(FAIR)
		/* It is there for vCPU 0 to take. */
		raised = 1;
		listed = true;
		moved = true;
		used[0] = true;
		lr[0] = PENDING;
#endif
#if defined(READ)
		exits[0] = 2;
		faults = 1;
		run vcpu(0, NO);
		if
		:: run vcpu(1, READ_PENDING)
		:: run vcpu(1, READ_ACTIVE)
		fi;
#elif defined(WRITE)
		exits[0] = 1;
		exits[1] = 1;
		run vcpu(0, NO);
		if
		:: run vcpu(1, BLINK)
		:: run vcpu(1, DISABLE)
		:: run vcpu(1, DEACTIVATE)
		:: run vcpu(1, UNPEND)
		fi;
#elif defined(TWICE)
		run vcpu(0, NO);
		if
		:: run vcpu(1, READ_PENDING)
		:: run vcpu(1, READ_ACTIVE)
		:: run vcpu(1, BLINK)
		:: run vcpu(1, DEACTIVATE)
		:: run vcpu(1, UNPEND)
		fi;
#elif defined(ROUTE)
		exits[0] = 1;
		exits[1] = 1;
		run vcpu(0, NO);
		run vcpu(1, REROUTE);
#elif defined(BOTH)
		rush = 0;
		waits = 1;
		exits[0] = 1;
		run vcpu(0, STOP);
		if
		:: run vcpu(1, READ_PENDING)
		:: run vcpu(1, READ_ACTIVE)
		:: run vcpu(1, DISABLE)
		:: run vcpu(1, DEACTIVATE)
		fi;
#elif defined(FAIR)
		run vcpu(0, STOP);
		if
		:: run vcpu(1, READ_ACTIVE)
		:: run vcpu(1, DISABLE)
		fi;
#elif defined(THREE)
		run vcpu(0, NO);
		if
		:: run vcpu(1, DISABLE); run vcpu(2, READ_ACTIVE)
		:: run vcpu(1, DISABLE); run vcpu(2, WATCH)
		:: run vcpu(1, DISABLE); run vcpu(2, DISABLE)
		:: run vcpu(1, STOP); run vcpu(2, STOP)
		fi;
#endif
		run device();
#ifndef FAIR
		run settled()
#endif
	}
}
