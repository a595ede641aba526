/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vCPU me, at EL2, asks the vCPU to, and reads RWP: ask.c. Part of
 * vgic.pml.
 */

inline ask() {
#ifdef TICKET_AFTER_ATTENTION
	asked[to] = true;
	atomic { wanted[to] = (wanted[to] + 1) & 7; my_ticket = wanted[to] };
#else
	atomic { wanted[to] = (wanted[to] + 1) & 7; my_ticket = wanted[to] };
	asked[to] = true;
#endif
	sgi[to] = true
}

/*
 * No turn for each look: it waits for whatever ends the loop. The patience is
 * enough for a vCPU that is at EL2, and for one in its guest but for a rush.
 */
inline await() {
	assert(lock != 1 + me);
	do
	:: atomic { HAS_ANSWERED(to, my_ticket) || !resident[to] ->
		has_come = true }; break
#ifndef NO_PATIENCE
	:: place[to] == HOST -> break
#ifdef FAIR
	:: true -> break
#else
	:: atomic { rush > 0 -> rush-- }; break
#endif
#endif
#ifndef DEAF
	:: asked[me] -> flush()
#endif
	od
}

/* One load from GICD_CTLR. */
inline is_late() {
#ifdef ONE_FLAG
	atomic { seen_late = late; late = 0; to = 0 };
#else
	seen_late = late;
	to = 0;
	if
	:: seen_late == arrived -> seen_late = 0
	:: else
	fi;
#endif
	if
	:: seen_late > 0 ->
		do
		:: to < VCPUS ->
			if
			:: !resident[to] || answered[to] == wanted[to] -> to++
			:: else -> break
			fi
		:: else -> break
		od;
#ifdef ONE_FLAG
		if
		:: to < VCPUS -> late = 1
		:: else -> seen_late = 0
		fi
#else
		if
		:: to == VCPUS -> arrived = seen_late; seen_late = 0
		:: else
		fi
#endif
	:: else
	fi;
	to = 0
}

/* Ask the vCPUs from to up to end. */
inline finish() {
	do
	:: to < end ->
		if
		:: to != me && resident[to] ->
			ask();
			await();
#ifndef NEVER_LATE
			if
			:: !has_come -> late++
			:: else
			fi;
#endif
			atomic { my_ticket = 0; has_come = false; to++ }
		:: else -> to++
		fi
	:: else -> break
	od;
	atomic { to = 0; end = 0 }
}
