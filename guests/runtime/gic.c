/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

#define GICD_CTLR_ARE    (1u << 4)
#define GICD_CTLR_GROUP1 (1u << 1)
#define WAKER_SLEEP      (1u << 1)
#define WAKER_ASLEEP     (1u << 2)
#define FIRST_SPECIAL    1020u
#define WAIT_SECONDS     60u /* to end what hangs */

struct irq_record irq_logs[MAX_CPUS];

void guest_irq(struct guest_frame *frame);

uint64_t gic_bitmap(uint32_t offset, uint32_t intid)
{
	uint64_t base =
		intid < 32 ? gic_redist_of(cpu_index()) + GICR_SGI : GICD_BASE;

	return base + offset + intid / 32 * 4;
}

uint64_t gic_priority(uint32_t intid)
{
	uint64_t base =
		intid < 32 ? gic_redist_of(cpu_index()) + GICR_SGI : GICD_BASE;

	return base + GICD_IPRIORITYR + intid;
}

void gic_enable(uint32_t intid, uint8_t priority)
{
	uint32_t bit = 1u << intid % 32;
	uint64_t group = gic_bitmap(GICD_IGROUPR, intid);

	mmio_write32(group, mmio_read32(group) | bit);
	mmio_write8(gic_priority(intid), priority);
	if (intid >= 32)
		mmio_write64(GICD_BASE + GICD_IROUTER + intid * 8,
			     READ_SYSREG(mpidr_el1) & 0xff00ffffff);
	mmio_write32(gic_bitmap(GICD_ISENABLER, intid), bit);
}

void gic_disable(uint32_t intid)
{
	uint32_t bit = 1u << intid % 32;

	mmio_write32(gic_bitmap(GICD_ICENABLER, intid), bit);
	mmio_write32(gic_bitmap(GICD_ICPENDR, intid), bit);
	mmio_write32(gic_bitmap(GICD_ICACTIVER, intid), bit);
}

/* Nothing enabled, pending or active in one bank; everything in group 1. */
static void gic_clear_bank(uint32_t intid)
{
	mmio_write32(gic_bitmap(GICD_ICENABLER, intid), 0xffffffff);
	mmio_write32(gic_bitmap(GICD_ICPENDR, intid), 0xffffffff);
	mmio_write32(gic_bitmap(GICD_ICACTIVER, intid), 0xffffffff);
	mmio_write32(gic_bitmap(GICD_IGROUPR, intid), 0xffffffff);
	for (uint32_t i = 0; i < 32; i++)
		mmio_write8(gic_priority(intid + i), 0xa0);
	if (intid == 0)
		return;
	for (uint32_t i = 0; i < 2; i++)
		mmio_write32(GICD_BASE + GICD_ICFGR + intid / 4 + i * 4, 0);
}

/* IHI 0069 11.1: the redistributor wakes, then the interface may be used. */
void gic_cpu_init(void)
{
	uint64_t waker = gic_redist_of(cpu_index()) + GICR_WAKER;

	WRITE_SYSREG(ICC_SRE_EL1, 7);
	ISB();
	mmio_write32(waker, mmio_read32(waker) & ~WAKER_SLEEP);
	while (mmio_read32(waker) & WAKER_ASLEEP)
		;
	gic_clear_bank(0);
	mmio_write32(gic_bitmap(GICD_ISENABLER, 0), 0xffff);
	WRITE_SYSREG(ICC_CTLR_EL1, 0);
	WRITE_SYSREG(ICC_BPR1_EL1, 0);
	WRITE_SYSREG(ICC_PMR_EL1, 0xff);
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	ISB();
	irq_log_clear();
}

void gic_init(void)
{
	uint32_t lines = mmio_read32(GICD_BASE + GICD_TYPER) & 0x1f;

	mmio_write32(GICD_BASE + GICD_CTLR, GICD_CTLR_ARE);
	for (uint32_t bank = 1; bank <= lines && bank < 31; bank++)
		gic_clear_bank(bank * 32);
	gic_cpu_init();
	mmio_write32(GICD_BASE + GICD_CTLR, GICD_CTLR_ARE | GICD_CTLR_GROUP1);
}

void gic_send_self(uint32_t sgi)
{
	uint64_t mpidr = READ_SYSREG(mpidr_el1);
	uint64_t aff0 = mpidr & 0xff;
	uint64_t value = (mpidr >> 32 & 0xff) << 48 | aff0 >> 4 << 44 |
			 (mpidr >> 16 & 0xff) << 32 | (uint64_t)sgi << 24 |
			 (mpidr >> 8 & 0xff) << 16 | UINT64_C(1) << (aff0 & 15);

	DSB();
	WRITE_SYSREG(ICC_SGI1R_EL1, value);
	ISB();
}

void guest_irq(struct guest_frame *frame)
{
	struct irq_record *log = &irq_log;
	uint32_t intid = (uint32_t)READ_SYSREG(ICC_IAR1_EL1) & 0xffffff;

	(void)frame;
	DSB();
	if (intid >= FIRST_SPECIAL)
		return;
	if (log->count < ARRAY_SIZE(log->history))
		log->history[log->count] = intid;
	if (intid < ARRAY_SIZE(log->taken))
		log->taken[intid]++;
	log->count++;
	log->last = intid;
	if (!log->hook || log->hook(intid)) {
		WRITE_SYSREG(ICC_EOIR1_EL1, intid);
		ISB();
	}
}

void irq_log_clear(void)
{
	irq_log = (struct irq_record){.last = FIRST_SPECIAL};
}

bool irq_wait(uint64_t count)
{
	uint64_t limit = READ_SYSREG(cntfrq_el0) * WAIT_SECONDS;
	uint64_t start = READ_SYSREG(cntvct_el0);
	const volatile uint64_t *seen = &irq_log.count;

	while (*seen < count) {
		ISB();
		if (READ_SYSREG(cntvct_el0) - start > limit)
			return false;
	}
	return true;
}
