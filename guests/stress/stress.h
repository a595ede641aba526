/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything at once for as long as one likes, and exact counts at the end:
 * each SGI sent is one taken, each deadline of a timer one interrupt, each
 * SUCCESS of CPU_ON one entry. On QEMU's bare virt board the same image shows
 * that a machine can do it.
 *
 * Words of the command line: seconds=N (5), seed=N (1); or ticks=N: only N
 * interrupts of each timer on one CPU.
 */
#ifndef STRESS_H
#define STRESS_H

#include "smp.h"
#include "timers.h"

extern unsigned cpus;

/* What is counted by each CPU for itself, to be summed up at the end. */
struct counts {
	uint64_t rounds, float_rounds, locked, added, sleeps, single_wakes;
	uint64_t successes, pending, refusals; /* of CPU_ON */
	uint64_t ticks[2];
	uint64_t woken;   /* by WAKE */
	uint64_t surplus; /* SGIs that nobody sent */
	uint64_t stray;   /* interrupts that nobody asked for */
};
extern struct counts counts[MAX_CPUS];
uint64_t sum_of(size_t offset);
#define SUM(member) sum_of(offsetof(struct counts, member))

/* storm.c */
void storm(uint64_t seconds, uint64_t seed);

/* mail.c: SGIs with a receipt. An SGI number of a target is taken by one
 * sender, and free again when the target has had the interrupt: none merges
 * with another. What is not free, or would go to a CPU that does not listen,
 * is not sent. */
#define FIRST_BROADCAST 12u
#define WAKE            15u
#define SGIS            16u
void post(unsigned to, uint32_t sgi); /* one below FIRST_BROADCAST */
void post_to_others(uint32_t sgi);    /* one from there on */
void post_wake(unsigned to);          /* WAKE, if that CPU waits for it */
void want_wake(void);                 /* one CPU will send it, once */
void mail_taken(uint32_t sgi);        /* by the handler */
void start_listening(void);           /* resets this CPU's GIC part */
void listen_again(void);
void stop_listening(void); /* nothing is under way after it */
bool is_listening(unsigned cpu);
void wait_for_mail(void);            /* all that is under way to us */
uint64_t mail_pending(unsigned cpu); /* a bit for each SGI */
extern uint64_t sent[MAX_CPUS][SGIS], taken[MAX_CPUS][SGIS];

/* rhythm.c: both timers with a fixed period. Whenever it stops, the ticks are
 * compared with the clock. */
void rhythm_start(void);
void rhythm_stop(void);
/* One interrupt of a timer only, so many counts from now. */
void rhythm_alarm(unsigned which, uint64_t from_now);
void rhythm_alarm_off(unsigned which);
bool rhythm_tick(uint32_t intid); /* false: not of a timer */

/* work.c: of a CPU without others, and of all on the same words. */
void work_init(void);
void work_float(uint64_t random);
void work_locked(void);
void work_locked_in_handler(void);
void work_added(uint64_t random);
extern uint64_t locked_count, locked_shadow, added_sum;

/* power.c */
void power_init(void);
void turn_on(unsigned cpu);
void turned_on(uint64_t context); /* by the CPU that has come */
/* How often CPU_ON said SUCCESS for each CPU; the sums of the context ids that
 * were given, and that were found. */
extern uint64_t won[MAX_CPUS], won_contexts[MAX_CPUS], entered[MAX_CPUS];

/* watch.c: each CPU says where it goes, and looks whether others do. */
enum place {
	OFF,
	JOINING,
	WORKING,
	SENDING,
	FLOATING,
	LOCKING,
	SLEEPING,
	SLEEPING_ALONE,
	CATCHING_UP,
	TURNING_ON,
	LEAVING,
	WAITING_FOR_MAIL,
	GATHERED,
	PLACES
};
void at(enum place place);
bool is_off(unsigned cpu); /* or will be in a moment */
void watch(void);          /* ends the payload if another CPU stands still */
void lock(struct spinlock *lock);

/* precise.c */
void precise(uint64_t ticks);

static inline uint64_t now(void)
{
	ISB();
	return READ_SYSREG(cntvct_el0);
}

#endif
