/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More CPUs than the one that the payload starts on: each with a stack and an
 * interrupt log of its own, started by PSCI CPU_ON. CPUs are numbered as
 * their redistributors are; the one of boot is 0.
 */
#ifndef SMP_H
#define SMP_H

#include "guest.h"
#include "stack.h"

/* How many there are: redistributors up to the one marked Last. */
unsigned cpu_count(void);
/* The affinity fields of a CPU's MPIDR_EL1. */
uint64_t cpu_affinity(unsigned cpu);

/* What a CPU found at the entry that CPU_ON gave it. */
struct cpu_entry {
	uint64_t context; /* offsets are known to secondary.S */
	uint64_t current_el;
	uint64_t spsel;
	uint64_t daif;
	uint64_t sctlr;
	uint64_t entries; /* times that it came here */
};
extern struct cpu_entry cpu_entries[MAX_CPUS];

/* Runs on every started CPU, with its own stack, interrupts masked and stage
 * 1 on as after mmu_on(); set it before the first cpu_on(). */
extern void (*cpu_main)(uint64_t context);
extern const char cpu_start[]; /* the entry point to give to CPU_ON */

/* PSCI CPU_ON with the entry point above; its return code. */
int64_t cpu_on(unsigned cpu, uint64_t context);
_Noreturn void cpu_off(void);

/* ICC_SGI1R_EL1 for one CPU, for a list of CPUs of 16 in a range, and for all
 * but this one. */
void send_sgi(unsigned cpu, uint32_t sgi);
void send_sgi_list(uint64_t affinity, uint64_t list, uint32_t sgi);
void send_sgi_others(uint32_t sgi);

/* Let others run while spinning: WFE with its event there already, which may
 * trap but does not wait. */
static inline void relax(void)
{
	__asm__ volatile("sevl\n\twfe" ::: "memory");
}

/*
 * Spin locks and barriers need stage 1 on: exclusives want Normal memory. Not
 * fair, so that a preempted CPU that waits holds up nobody.
 */
struct spinlock {
	uint32_t held;
};

static inline void spin_lock(struct spinlock *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		relax();
}

static inline void spin_unlock(struct spinlock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

uint64_t atomic_add(uint64_t *value, uint64_t more); /* the new value */

/* What other CPUs change behind the compiler's back. */
#define LIVE(lvalue) (*(const volatile __typeof__(lvalue) *)&(lvalue))

static inline uint64_t load_acquire(const uint64_t *from)
{
	return __atomic_load_n(from, __ATOMIC_ACQUIRE);
}

static inline void store_release(uint64_t *to, uint64_t value)
{
	__atomic_store_n(to, value, __ATOMIC_RELEASE);
}

/* All of count CPUs leave when the last one has come. Zeroed: ready. */
struct barrier {
	uint64_t arrived;
	uint64_t generation;
};
void barrier_wait(struct barrier *barrier, unsigned count);

#endif
