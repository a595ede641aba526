/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU that parks, is woken, and moves between two CPUs, while others
 * inject interrupts, its timer fires, and somebody stops its VM: the state
 * machine of hypervisor/sched/state.h, one step here for each access there to
 * what is shared. What is done under the lock of the queues is one step, too:
 * there is one access to the state in it, and all else in it is under the lock
 * everywhere.
 *
 * Shown for every order of events:
 *   - a vCPU with something to do is not left parked (the assertion in
 *     settled, looked at when nobody can move any more);
 *   - one CPU at a time has it, and it is queued if and only if it is READY;
 *   - once the VM is stopped, its vCPU is off, and that is told once.
 *
 * Spin executes one step after the other, and every CPU sees that order: here
 * memory is sequentially consistent, and Armv8's is not. tools/models/litmus
 * closes the gap, under Armv8's rules: each place where two CPUs write one word
 * and then read the other's is a protocol there. It holds with the memory
 * orders that the code has, and fails with weaker ones.
 *   park()              pending and state: hv_sched_park(), hv_sched_kick()
 *   bind()              pending and state: bind(), hv_sched_kick()
 *   stop()              stopping, state and the kick: hv_sched_stop(), step()
 *   aware(), sgi()      look and the SGI: hv_queue_unlock(), step()
 *   hand_over(), hand_over_parked()
 *                       what a vCPU is made of, from CPU to CPU
 *   locked_count()      what is one step here because it is under the lock
 *
 * With -DCHECK_BEFORE_PUBLISH it looks for a reason to stay before it says
 * that it parks; with -DBLIND_PARK it says that it is parked without looking
 * whether somebody came meanwhile; with -DKICK_BEFORE_INJECT the others look
 * where it is before they write what it is to see. All of these must fail.
 */
#define CPUS      2
#ifdef STOP
#define INJECTORS 1
#else
#define INJECTORS 2
#endif

mtype = { OFF, READY, RUNNING, PARKING, PARKED };

mtype state = READY;
byte cpu;             /* of RUNNING and PARKING                   */
bool queued = true;
bool pending;         /* an interrupt that the guest has not seen */
bool timer;           /* armed: the guest's timer when it parks   */
bool stopping;
bool look[CPUS];      /* an SGI is on its way to this CPU         */
bool idle[CPUS];
byte alive = 1;
byte ended;
byte owners;          /* CPUs that have it                        */
bool served;          /* the guest saw something                  */
bool preempted;       /* once is enough                           */
byte left = INJECTORS;

/* hv_queue_add(): READY, queued, and one CPU told. Locked. */
inline add() {
	assert(!queued);
	queued = true;
	state = READY;
	if
	:: idle[0] -> idle[0] = false; look[0] = true
	:: idle[1] -> idle[1] = false; look[1] = true
	:: else -> look[0] = true; look[1] = true
	fi
}

inline deactivate() {
	assert(alive > 0);
	alive--;
	if
	:: alive == 0 -> ended++
	:: else
	fi
}

/* hv_sched_kick(). One statement reads the word, state and cpu together. */
inline kick(seen, where) {
	atomic { seen = state; where = cpu }
	if
	:: seen == PARKING ->
		if
		:: atomic { state == PARKING -> state = RUNNING; seen = OFF }
		:: atomic { state != PARKING -> seen = state; where = cpu }
		fi
	:: else
	fi;
	if
	:: seen == PARKED ->
		atomic {
			if
			:: state == PARKED -> add()
			:: else
			fi
		}
	:: seen == RUNNING -> look[where] = true
	:: else
	fi
}

/* What the guest sees when it is entered, or interrupted. */
inline guest() {
	atomic {
		if
		:: pending -> pending = false; served = true
		:: else
		fi
	}
}

proctype physical(byte me)
{
	bool got, stay;

	do
	:: /* hv_queue_take() */
		atomic {
			got = queued;
			idle[me] = !got;
			if
			:: got ->
				assert(state == READY);
				queued = false;
				cpu = me;
				state = RUNNING
			:: else
			fi
		};
		if
		:: !got ->
end_idle:		atomic { look[me] -> look[me] = false };
			goto again
		:: else
		fi;
		/* run() */
		owners++;
		assert(owners == 1);
		timer = false;
enter:		look[me] = false;
		if
		:: stopping -> goto off
		:: else
		fi;
		guest();
		/* It runs until an SGI, its slice, or its WFI ends that. */
		if
		:: look[me] -> goto enter
		:: !preempted -> /* ready again */
			preempted = true;
			owners--;
			atomic { add() };
			goto again
		:: true -> skip /* WFI */
		fi;
		/* hv_sched_park() */
#ifdef CHECK_BEFORE_PUBLISH
		stay = pending || stopping;
		state = PARKING;
#else
		state = PARKING;
		stay = pending;
		stay = stay || stopping;
#endif
		if
		:: !stay ->
			timer = true;
			owners--;
#ifdef BLIND_PARK
			state = PARKED;
#else
			if
			:: atomic { state == PARKING -> state = PARKED }
			:: atomic { state != PARKING -> stay = true }
			fi;
#endif
			if
			:: stay ->
				atomic { add() }
			:: else
			fi
		:: else ->
			owners--;
			atomic { add() }
		fi;
		goto again;
off:		owners--;
		atomic { state = OFF; deactivate() };
again:		got = false;
		stay = false
	od
}

/* An interrupt becomes pending, then the vCPU is kicked. */
proctype injector()
{
	mtype seen;
	byte where;

#ifdef KICK_BEFORE_INJECT
	kick(seen, where);
	pending = true;
#else
	pending = true;
	kick(seen, where);
#endif
	atomic { left--; seen = OFF; where = 0 }
}

/* The timer that a parked vCPU has armed; once is enough to race. */
proctype clock()
{
	mtype seen;
	byte where;

end_clock:
	atomic { timer -> timer = false };
	kick(seen, where)
}

/* hv_sched_stop() */
proctype stopper()
{
	mtype seen, was;
	byte where;

	atomic {
		if
		:: alive == 0 -> goto done
		:: else -> alive++; stopping = true
		fi
	};
	atomic {
		was = state;
		if
		:: was == READY -> queued = false; state = OFF; deactivate()
		:: was == PARKED -> state = OFF; deactivate()
		:: else
		fi
	};
	if
	:: was == RUNNING || was == PARKING -> kick(seen, where)
	:: else
	fi;
	atomic { deactivate() };
done:	skip
}

/* Nobody can move: then nothing may be left undone. */
proctype settled()
{
end_settled:
	timeout ->
	assert(left == 0);
	assert(owners == 0);
	assert(queued == (state == READY));
	assert(state != READY && state != RUNNING && state != PARKING);
	assert(!(state == PARKED && pending));
#ifdef STOP
	assert(state == OFF && ended == 1)
#else
	assert(state == PARKED && served > 0)
#endif
}

init
{
	byte i;

	atomic {
		for (i : 0 .. CPUS - 1) { run physical(i) }
		for (i : 1 .. INJECTORS) { run injector() }
		run clock();
#ifdef STOP
		run stopper();
#endif
		run settled()
	}
}
