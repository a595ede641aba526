/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the guest of vCPU me does to the distributor: state.c, regs.c
 * and GICD_CTLR. Part of vgic.pml.
 */

/* The lock is held, and in_other_lrs() is in it. With the value, the read is
 * over; or else is_asked tells whether the holder was asked before. */
inline look_under_lock() {
	atomic {
		lock == 0 ->
		if
		:: op == READ_PENDING ->
			value = latch || (moved && IN_LR(me, PENDING));
			unknown = moved && !used[me] && !latch
		:: else ->
			value = is_active || (!inactive && IN_LR(me, ACTIVE));
			unknown = listed && !used[me] && !is_active && !inactive
		fi;
		if
		:: !unknown
#ifdef GONE_IS_EMPTY
		:: unknown && !resident[holder] -> unknown = false
#endif
		:: unknown && (!is_asked || inquiry_holder != holder) ->
			is_asked = false
		:: unknown && is_asked && inquiry_holder == holder &&
		   HAS_ANSWERED(holder, inquiry_ticket) ->
			if
			:: seen[holder] == NOTHING -> is_asked = false
			:: else ->
				unknown = false;
				value = (seen[holder] & (op == READ_PENDING ->
					PENDING : ACTIVE)) != 0
			fi
		:: else
		fi;
		if
		:: !unknown ->
			assert((value -> could_be_1 : could_be_0));
			reading = NO;
			op = NO;
			is_asked = false;
			inquiry_holder = 0;
			inquiry_ticket = 0
		:: else
		fi;
		value = false;
		unknown = false
	}
}

/* Execute the load; once_more is set if it has to be executed again. */
inline read_state() {
	atomic {
		if
		:: !once_more || was_away ->
			reading = op;
			could_be_0 = false;
			could_be_1 = false;
			look();
#ifndef KEPT_INQUIRY
			is_asked = false;
#endif
		:: else
		fi;
#ifdef FORGOT_INQUIRY
		is_asked = false;
#endif
		once_more = false;
		was_away = false
	};
	do
	:: look_under_lock();
		if
		:: op == NO -> break
		:: op != NO && is_asked ->
			to = inquiry_holder;
			my_ticket = inquiry_ticket
		:: else ->
			to = holder;
			if
			:: to != me ->
				ask();
				atomic {
					is_asked = true;
					inquiry_holder = to;
					inquiry_ticket = my_ticket
				}
			:: else
			fi
		fi;
		if
		:: is_asked ->
			await();
			once_more = !has_come;
			atomic { to = 0; my_ticket = 0; has_come = false }
		:: else
		fi;
		if
		:: once_more -> break
		:: else
		fi
	od
}

inline write_locked() {
	if
	:: op == DISABLE || op == BLINK ->
		atomic {
			lock == 0 ->
			lock = 1 + me;
			changed = is_enabled;
			is_enabled = false
		};
		if
		:: changed && listed -> notify_owner()
		:: else
		fi;
#ifndef ONLY_THE_FIRST
		changed = true
#endif
	:: op == DEACTIVATE ->
		atomic {
			lock == 0 ->
			lock = 1 + me;
			had = is_active || listed;
			changed = true
		};
		if
		:: had -> notify_owner()
		:: else
		fi;
		atomic {
			inactive = listed;
			is_active = false;
			begun = false;
			look()
		};
		if
		:: had && latch -> notify_owner()
		:: else
		fi;
		had = false
	:: else -> /* UNPEND */
		atomic {
			lock == 0 ->
			lock = 1 + me;
			latch = false;
			moved = false;
			unpended = true;
			cleared = raised - raising;
			changed = true;
			look()
		};
		if
		:: listed -> notify_owner()
		:: else
		fi
	fi
}

/* To GICD_CTLR: the group is not forwarded any more. */
inline stop() {
	atomic { changed = forward; forward = false };
#ifdef ONLY_THE_FIRST
	if
	:: changed -> end = VCPUS
	:: else
	fi;
#else
	end = VCPUS;
#endif
	do
	:: to < end ->
		bank[to] = true;
		if
		:: !resident[to] -> sgi[to] = true
		:: else
		fi;
		to++
	:: else -> break
	od;
	atomic { to = 0; changed = false }
}

inline write_state() {
	if
	:: op == WATCH
	:: op == STOP -> stop()
	:: else ->
		write_locked();
#ifndef WAITS_LOCKED
		lock = 0;
#endif
		if
		:: atomic { changed && listed -> changed = false };
			atomic { to = holder; end = to + 1 }
		:: else -> changed = false
		fi
	fi;
	finish();
#ifdef WAITS_LOCKED
	lock = 0
#endif
}

inline enable() {
	atomic { lock == 0 -> lock = 1 + me; off = false; is_enabled = true };
	if
	:: latch || listed -> notify_owner()
	:: else
	fi;
	atomic { lock = 0; op = NO }
}

inline reroute() {
	atomic { lock == 0 -> lock = 1 + me; target = me };
	if
	:: latch || listed -> notify_owner()
	:: else
	fi;
	atomic { lock = 0; op = NO }
}

/* The write of op has reached the LRs. */
inline over() {
	if
	:: op == DISABLE || op == BLINK || op == STOP -> off = true
	:: op == DEACTIVATE ->
		assert(!ACTIVE_NOW || begun);
		assert(!(inactive && place[0] == GUEST && IN_LR(0, ACTIVE)));
		assert(!(inactive && place[1] == GUEST && IN_LR(1, ACTIVE)))
	:: op == UNPEND ->
		dead = (cleared > taken -> cleared - taken : 0);
		cleared = 0
	:: else
	fi
}
