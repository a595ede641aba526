/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list registers (LRs), by the vCPU me at EL2: lr.c and flush.c, and
 * put() of physical.c. Part of vgic.pml.
 */

/* arm_vgic_notify(): the vCPU me flushes anyway. */
inline notify(whom) {
	bank[whom] = true;
	if
	:: atomic { whom != me -> sgi[whom] = true }
	:: whom == me
	fi
}

/* The same for whoever has it now or will get it; the lock is held. */
inline notify_owner() {
	atomic { other = OWNER; bank[other] = true };
	atomic {
		if
		:: other != me -> sgi[other] = true
		:: else
		fi;
		other = 0
	}
}

inline unlock() {
	atomic { lock = 0; had = false; deliver = false }
}

/* Takes the lock first. */
inline fold() {
	atomic {
		lock == 0 ->
		lock = 1 + me;
		had = used[me];
		latch = latch || (had && (lr[me] & PENDING) && moved);
		is_active = is_active || (had && (lr[me] & ACTIVE) && !inactive)
	};
	if
	:: atomic { had ->
		moved = false;
		inactive = false;
		listed = false;
		used[me] = false;
		lr[me] = 0;
		eoi[me] = false;
		look() }
	:: !had
	fi
}

/* Gives the lock back. */
inline list() {
#ifdef LATCH_BEFORE_LISTED
	again = DELIVERABLE;
#endif
	listed = true;
	if
	:: atomic { is_active ->
		is_active = false;
		lr[me] = ACTIVE;
		used[me] = true };
		atomic {
#ifndef LATCH_BEFORE_LISTED
			again = DELIVERABLE;
#endif
			deliver = again && target == me;
			eoi[me] = again && !deliver;
			again = false
		}
	:: !is_active
	fi;
	atomic {
		used[me] = true;
		if
		:: deliver ->
			lr[me] = lr[me] | PENDING;
			moved = latch;
			latch = false
		:: else
		fi;
		look();
		unlock()
	}
}

inline settle() {
	fold();
	deliver = DELIVERABLE;
	if
	:: atomic { (deliver || is_active) && !listed && OWNER == me ->
		holder = me };
		list()
	:: else ->
#ifndef KEPT_TO_ITSELF
		if
		:: had && deliver -> notify_owner()
		:: else
		fi;
#endif
		unlock()
	fi
}

inline answer() {
#ifdef TICKET_AT_ANSWER
	ticket = wanted[me];
#endif
#ifdef ANSWERED_BEFORE_SEEN
	answered[me] = ticket;
	seen[me] = (used[me] -> lr[me] : NOTHING)
#else
	seen[me] = (used[me] -> lr[me] : NOTHING);
	answered[me] = ticket
#endif
}

/* There is attention, or nothing happens at all. */
inline flush() {
#ifdef TICKET_BEFORE_EXCHANGE
	ticket = wanted[me];
#endif
	atomic {
		left = bank[me];
		ask_left = asked[me];
		bank[me] = false;
		asked[me] = false
	};
	if
	:: ask_left ->
#ifndef TICKET_BEFORE_EXCHANGE
		ticket = wanted[me];
#endif
#ifndef ONE_EXCHANGE
		atomic { left = left || bank[me]; bank[me] = false }
#endif
	:: !ask_left
	fi;
	if
	:: left -> settle()
	:: !left
	fi;
	if
	:: ask_left -> answer()
	:: !ask_left
	fi;
	atomic { left = false; ask_left = false; ticket = 0 }
}

/* left: is there something left for this vCPU? */
inline fold_slot() {
	fold();
	left = latch || is_active;
	if
	:: left && OWNER != me -> notify_owner(); left = false
	:: else
	fi;
	unlock()
}

inline put() {
	resident[me] = false;
	if
	:: used[me] -> fold_slot()
	:: !used[me]
	fi;
	atomic {
#ifndef LEFT_BEHIND
		bank[me] = bank[me] || left;
#endif
		left = false
	}
}

