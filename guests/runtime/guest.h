/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a bare-metal EL1 payload stands on: printing, checks, exceptions that
 * a test expects, PSCI, GICv3 and an identity map. It knows nothing of the
 * library: the same image runs on QEMU's bare virt board, which is the oracle
 * for what a machine answers.
 */
#ifndef GUEST_H
#define GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stack.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* The subset of QEMU's virt board that a guest may count on. */
#define GICD_BASE  UINT64_C(0x08000000)
#define GICR_BASE  UINT64_C(0x080a0000)
#define PL011_BASE UINT64_C(0x09000000)
#define RAM_BASE   UINT64_C(0x40000000)
/* Nothing is here, neither on the board nor in a guest of hv. */
#define NOWHERE UINT64_C(0x0b000000)

#define STRING_(text) #text
#define STRING(text)  STRING_(text)
#define READ_SYSREG(name)                                   \
	__extension__({                                     \
		uint64_t value_;                            \
		__asm__ volatile("mrs %0, " STRING(name)    \
				 : "=r"(value_)::"memory"); \
		value_;                                     \
	})
#define WRITE_SYSREG(name, value)                                            \
	__asm__ volatile("msr " STRING(name) ", %0" ::"r"((uint64_t)(value)) \
			 : "memory")
#define ISB()     __asm__ volatile("isb" ::: "memory")
#define DSB()     __asm__ volatile("dsb sy" ::: "memory")
#define WFI()     __asm__ volatile("wfi" ::: "memory")
#define IRQ_ON()  __asm__ volatile("msr daifclr, #2\n\tisb" ::: "memory")
#define IRQ_OFF() __asm__ volatile("msr daifset, #2\n\tisb" ::: "memory")

/* GIC CPU interface registers by encoding: assemblers differ in the names. */
#define ICC_PMR_EL1     S3_0_C4_C6_0
#define ICC_IAR1_EL1    S3_0_C12_C12_0
#define ICC_EOIR1_EL1   S3_0_C12_C12_1
#define ICC_HPPIR1_EL1  S3_0_C12_C12_2
#define ICC_BPR1_EL1    S3_0_C12_C12_3
#define ICC_CTLR_EL1    S3_0_C12_C12_4
#define ICC_SRE_EL1     S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1 S3_0_C12_C12_7
#define ICC_DIR_EL1     S3_0_C12_C11_1
#define ICC_RPR_EL1     S3_0_C12_C11_3
#define ICC_SGI1R_EL1   S3_0_C12_C11_5

/* Single instructions with the base register only, as a syndrome wants. */
uint8_t mmio_read8(uint64_t address);
uint16_t mmio_read16(uint64_t address);
uint32_t mmio_read32(uint64_t address);
uint64_t mmio_read64(uint64_t address);
void mmio_write8(uint64_t address, uint8_t value);
void mmio_write16(uint64_t address, uint16_t value);
void mmio_write32(uint64_t address, uint32_t value);
void mmio_write64(uint64_t address, uint64_t value);

/* %s, %lx, %lu, %ld and %% only. */
__attribute__((format(printf, 1, 2))) void print(const char *format, ...);

struct test {
	const char *name;
	void (*run)(void);
};

/* Run the tests, one line each; counts go into the summary. */
void run_tests(const struct test *tests, size_t count);
bool check(bool ok, const char *file, int line, const char *text);
bool check_equal(uint64_t got, uint64_t want, const char *file, int line,
		 const char *text);
/* The running test cannot go on: it failed, and so ends the payload. */
_Noreturn void test_abandon(void);
/* `N passed, N failed`. */
void print_summary(void);

#define CHECK(condition) check((condition), __FILE_NAME__, __LINE__, #condition)
#define CHECK_EQ(got, want)                                           \
	check_equal((uint64_t)(got), (uint64_t)(want), __FILE_NAME__, \
		    __LINE__, #got " == " #want)
#ifndef __FILE_NAME__
#define __FILE_NAME__ __FILE__
#endif

struct guest_frame {
	uint64_t gpr[31];
	uint64_t elr;
	uint64_t spsr;
	uint64_t unused;
};

/*
 * Between trap_begin() and trap_end() an exception is recorded and its
 * instruction skipped, or, for a fetch or an illegal state, the return
 * address taken; anywhere else it ends the payload as failed. An exception
 * during guest_eret() returns from guest_eret().
 */
struct trap {
	uint64_t resume; /* offset 0: vectors.S */
	uint64_t expected;
	uint64_t count;
	uint64_t vector;
	uint64_t esr;
	uint64_t elr;
	uint64_t far;
	uint64_t spsr;
	uint64_t x3; /* what was in x3 */
};
extern struct trap trap;

void trap_begin(void);
bool trap_end(void); /* was there an exception? */
void guest_eret(uint64_t pc, uint64_t spsr, const uint64_t regs[4]);

/* ESR_EL1.EC, and the fault status code of an abort. */
#define ESR_EC(esr)  (((esr) >> 26) & 0x3f)
#define ESR_FSC(esr) ((esr)&0x3f)
enum {
	EC_UNKNOWN = 0x00,
	EC_ILLEGAL_STATE = 0x0e,
	EC_SVC32 = 0x11,
	EC_SVC64 = 0x15,
	EC_MRS = 0x18,
	EC_FETCH_LOWER = 0x20,
	EC_FETCH = 0x21,
	EC_PC_ALIGNMENT = 0x22,
	EC_DATA_LOWER = 0x24,
	EC_DATA = 0x25,
	EC_DEBUG_FIRST = 0x30, /* breakpoint, step, watchpoint */
	EC_DEBUG_LAST = 0x35,
	EC_BRK = 0x3c,
	FSC_EXTERNAL = 0x10,
	FSC_EXTERNAL_WALK = 0x14, /* level 0; 0x15 to 0x17 levels 1 to 3 */
	FSC_ALIGNMENT = 0x21,
};

/* Firmware calls with x0 to x3; the answer is x0. */
uint64_t hvc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
uint64_t smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#define PSCI_VERSION            0x84000000u
#define PSCI_CPU_SUSPEND        0xc4000001u
#define PSCI_CPU_OFF            0x84000002u
#define PSCI_CPU_ON             0xc4000003u
#define PSCI_AFFINITY_INFO      0xc4000004u
#define PSCI_MIGRATE_INFO_TYPE  0x84000006u
#define PSCI_SYSTEM_OFF         0x84000008u
#define PSCI_SYSTEM_RESET       0x84000009u
#define PSCI_FEATURES           0x8400000au
#define SMCCC_VERSION           0x80000000u
#define SMCCC_ARCH_FEATURES     0x80000001u
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_INVALID_ADDRESS    (-9)

_Noreturn void power_off(void);

/*
 * False on QEMU's bare board, whose PSCI 7.2 does not know SMCCC_VERSION:
 * what only a hypervisor of ours promises is checked where this is true. The
 * payload's first line says which, for the test that started it.
 */
bool is_virtual(void);

/* Make code written at [start, start+size) executable. */
void code_sync(const void *start, size_t size);

/* The number of this CPU: sixteen to a cluster, as on QEMU's virt board. */
static inline unsigned cpu_index(void)
{
	uint64_t mpidr = READ_SYSREG(mpidr_el1);

	return (unsigned)((mpidr >> 8 & 0xff) * 16 + (mpidr & 0xf)) % MAX_CPUS;
}

#define GICR_SIZE UINT64_C(0x20000)
static inline uint64_t gic_redist_of(unsigned cpu)
{
	return GICR_BASE + cpu * GICR_SIZE;
}

/* The timers' interrupts, as on QEMU's virt board. */
#define VTIMER 27u
#define PTIMER 30u

/* GICv3: group 1, all priorities let through, nothing enabled but SGIs. */
void gic_init(void);
/* The same for this CPU's private interrupts and CPU interface only. */
void gic_cpu_init(void);
void gic_enable(uint32_t intid, uint8_t priority);
void gic_disable(uint32_t intid);
void gic_send_self(uint32_t sgi);
/* The 32-bit register of a bitmap that holds intid, wherever it lives: SGIs
 * and PPIs are this CPU's. */
uint64_t gic_bitmap(uint32_t offset, uint32_t intid);
uint64_t gic_priority(uint32_t intid);

#define GICD_CTLR       0x0000u
#define GICD_TYPER      0x0004u
#define GICD_IIDR       0x0008u
#define GICD_IGROUPR    0x0080u
#define GICD_ISENABLER  0x0100u
#define GICD_ICENABLER  0x0180u
#define GICD_ISPENDR    0x0200u
#define GICD_ICPENDR    0x0280u
#define GICD_ISACTIVER  0x0300u
#define GICD_ICACTIVER  0x0380u
#define GICD_IPRIORITYR 0x0400u
#define GICD_ICFGR      0x0c00u
#define GICD_IROUTER    0x6000u
#define GICD_PIDR2      0xffe8u
#define GICR_TYPER      0x0008u
#define GICR_WAKER      0x0014u
#define GICR_SGI        0x10000u

/*
 * Every interrupt is acknowledged, noted by the CPU that took it, and ended.
 * hook, if set, is called
 * between acknowledge and end, and answers whether to write EOIR.
 */
struct irq_record {
	uint64_t count;
	uint32_t last;
	uint32_t history[16]; /* the first sixteen INTIDs */
	uint32_t taken[64];   /* how often each of these INTIDs came */
	bool (*hook)(uint32_t intid);
};
extern struct irq_record irq_logs[MAX_CPUS];
#define irq_log irq_logs[cpu_index()]
void irq_log_clear(void);
/* Wait, bounded by a minute, until count interrupts came. */
bool irq_wait(uint64_t count);

/*
 * Stage 1 on, identity: device below 1 GiB, cacheable memory from there to
 * 2 GiB; and two aliases of the first GiB: at DEVICE_ALIAS as device, at
 * NORMAL_ALIAS as cacheable memory. TTBR1 is free for tests.
 */
#define DEVICE_ALIAS UINT64_C(0x80000000)
#define NORMAL_ALIAS UINT64_C(0xc0000000)
void mmu_on(void);

/* The payload. */
void payload(uint64_t device_tree);

#endif
