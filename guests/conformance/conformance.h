/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conformance payload: what the specifications promise software at EL1 on
 * a machine of 1 to MAX_CPUS CPUs with a GICv3, generic timers and PSCI by HVC.
 * Nothing here asks what the machine is made of, and QEMU's bare virt board
 * is the oracle: a case that fails there is wrong, or is one of the few where
 * that board deviates, which say so and ask is_virtual().
 *
 * CPU 0 runs the cases. The others wait in WFI with interrupts on: they note
 * every interrupt that they take, and do what on_cpu() gives them.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#include "smp.h"
#include "survive.h"

struct conformance_case {
	struct test test; /* the name ends with the section that is checked */
	unsigned cpus;    /* that it needs; 0: any number                   */
};

#define TABLE(prefix)                                          \
	extern const struct conformance_case prefix##_cases[]; \
	extern const size_t prefix##_count;
TABLE(boot)
TABLE(frame)
TABLE(distributor)
TABLE(redistributor)
TABLE(sgi)
TABLE(state)
TABLE(remote)
TABLE(routing)
TABLE(level)
TABLE(priority)
TABLE(group)
TABLE(timer)
TABLE(ticking)
TABLE(psci)
TABLE(power)
TABLE(survival)
TABLE(sync)
TABLE(stress)
#undef TABLE
#define END_OF_TABLE(prefix) \
	const size_t prefix##_count = ARRAY_SIZE(prefix##_cases)

extern unsigned cpus; /* of this machine */

/* The affinity that the CPU of a number has, as cpu_index() knows it, or would
 * have: of NUMBERS of them, those from cpus on are nobody's. */
#define CLUSTER 16u
#define NUMBERS (MAX_CPUS + CLUSTER)
static inline uint64_t affinity_of(unsigned number)
{
	return (uint64_t)(number / CLUSTER) << 8 | number % CLUSTER;
}

/* only=TEXT and skip=TEXT of the command line; the boot always runs. */
void select_from(uint64_t device_tree);
bool selected(const char *name);

/* Generous: nothing that works takes this long, whatever the host does. */
uint64_t now(void);       /* CNTVCT_EL0 */
uint64_t long_time(void); /* in counts: ten seconds */
uint64_t patience(void);
bool waited(bool enough, const char *file, int line, const char *text);
/* Poll until it is so; a failed check when patience ends. */
#define EVENTUALLY(condition)                                       \
	__extension__({                                             \
		uint64_t start_ = now();                            \
		while (!(condition) && now() - start_ < patience()) \
			relax();                                    \
		waited((condition), __FILE_NAME__, __LINE__,        \
		       "eventually: " #condition);                  \
	})

/* What other CPUs change behind the compiler's back. */
#define TAKEN(cpu, intid) LIVE(irq_logs[cpu].taken[intid])
#define COUNT(cpu)        LIVE(irq_logs[cpu].count)

/* The CPU has started and waits; CPU 0 always does. */
bool start_cpu(unsigned cpu);
bool is_idle(unsigned cpu);
/*
 * Run function(argument) there, interrupts masked; SGI 15 carries the order.
 * finish() waits for its end, and gives up the payload if it never comes.
 */
typedef void work(uint64_t argument);
#define ORDER 15u
void on_cpu(unsigned cpu, work *function, uint64_t argument);
void finish(unsigned cpu);
/* On all CPUs at once, this one among them; returns when all have ended. */
void on_all(work *function, uint64_t argument);
/* CPU_OFF there, until AFFINITY_INFO says so. */
void stop_cpu(unsigned cpu);

/* Called on the CPU that took it, between acknowledge and end of interrupt;
 * false: no EOI. fresh() takes it away. */
typedef bool irq_hook(uint32_t intid);
void set_hook(unsigned cpu, irq_hook *hook);
/* Logs empty, no hooks, everything disabled and inactive as after gic_init().
 */
void fresh(void);
void forget(void); /* logs only */
/* Every other CPU has run since, and taken what it had. */
void settle(void);

/* Let in what is pending, for a few instructions, on this CPU. */
void take(void);
/* In WFI until a hook or a handler makes the value at least want; false, and
 * a failed check, if only the watchdog ended it. It uses the virtual timer. */
bool sleep_until(const uint64_t *value, uint64_t want);

/* Bits of the GIC's bitmaps: of SPIs, or of a CPU's SGIs and PPIs. */
bool bit_of(unsigned cpu, uint32_t offset, uint32_t intid);
void set_bit_of(unsigned cpu, uint32_t offset, uint32_t intid);
/* The bit written to ICENABLER has its effect: RWP is clear again. */
void disable(unsigned cpu, uint32_t intid);
void set_priority(unsigned cpu, uint32_t intid, uint8_t priority);
void route(uint32_t intid, uint64_t affinity);
/* Edge-triggered or level-sensitive; what the reset gives is level. */
void set_edge(uint32_t intid, bool edge);
/* An SPI: group 1, routed to the CPU, with this priority, enabled. */
void use_spi(uint32_t intid, unsigned cpu, uint8_t priority);
/* ISR_EL1.I: an interrupt is signalled to this CPU, masked or not. */
bool signalled(void);

#define SPI       40u /* nothing is connected to these */
#define OTHER_SPI 41u
#define THIRD_SPI 42u
#define UART_SPI  33u
#define NO_IRQ    1023u

#define ICC_IAR0_EL1    S3_0_C12_C8_0
#define ICC_EOIR0_EL1   S3_0_C12_C8_1
#define ICC_HPPIR0_EL1  S3_0_C12_C8_2
#define ICC_BPR0_EL1    S3_0_C12_C8_3
#define ICC_IGRPEN0_EL1 S3_0_C12_C12_6
#define ICC_SGI0R_EL1   S3_0_C12_C11_7

/* 12.9.4, 12.11.1: what was written has its effect. */
#define RWP (1u << 31)

#endif
