/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distributor and redistributors. All interrupts are Non-secure group 1 at
 * one priority; what hv does with them is in irq.c.
 */
#include "irq/gic.h"

#include "base/lock.h"
#include "base/mmio.h"
#include "base/percpu.h"
#include "base/power.h"
#include "base/sysreg.h"
#include "mm/mmu.h"

/* Distributor: IHI 0069 12.9. */
#define GICD_CTLR       0x0000u
#define GICD_TYPER      0x0004u
#define GICD_IGROUPR    0x0080u
#define GICD_ISENABLER  0x0100u
#define GICD_ICENABLER  0x0180u
#define GICD_ICPENDR    0x0280u
#define GICD_ISACTIVER  0x0300u
#define GICD_ICACTIVER  0x0380u
#define GICD_IPRIORITYR 0x0400u
#define GICD_ICFGR      0x0c00u
#define GICD_IROUTER    0x6000u

/* The Non-secure view, and that of a GIC with one security state (12.9.4). */
#define GICD_CTLR_GRP1_ARE 0x12u
#define GICD_CTLR_RWP      (1u << 31)

/* Redistributor: 12.11. The second 64 KiB frame has the private interrupts at
 * the distributor's offsets. */
#define GICR_CTLR        0x0000u
#define GICR_TYPER       0x0008u
#define GICR_WAKER       0x0014u
#define GICR_SGI         0x10000u
#define GICR_FRAMES      0x20000u
#define GICR_FRAMES_V4   0x40000u
#define GICR_TYPER_VLPIS (UINT64_C(1) << 1)
#define GICR_TYPER_LAST  (UINT64_C(1) << 4)
#define GICR_CTLR_LPIS   (1u << 0)
#define GICR_CTLR_RWP    (1u << 3)
#define WAKER_SLEEP      (1u << 1)
#define WAKER_ASLEEP     (1u << 2)

#define PRIORITY_ALL 0xa0a0a0a0u

/* CPU interface: 12.2. */
#define ICC_PMR_EL1        S3_0_C4_C6_0
#define ICC_BPR1_EL1       S3_0_C12_C12_3
#define ICC_CTLR_EL1       S3_0_C12_C12_4
#define ICC_AP1R0_EL1      S3_0_C12_C9_0
#define ICC_AP1R1_EL1      S3_0_C12_C9_1
#define ICC_AP1R2_EL1      S3_0_C12_C9_2
#define ICC_AP1R3_EL1      S3_0_C12_C9_3
#define ICC_SGI1R_EL1      S3_0_C12_C11_5
#define ICC_IGRPEN1_EL1    S3_0_C12_C12_7
#define ICC_SRE_EL2        S3_4_C12_C9_5
#define SRE_ENABLE_ALL     0xfu /* SRE, DFB, DIB, EL1 may use its own */
#define CTLR_EOIMODE       (1u << 1)
#define READ(name)         READ_(name)
#define READ_(name)        HV_SYSREG_READ(name)
#define WRITE(name, value) WRITE_(name, value)
#define WRITE_(name, v)    HV_SYSREG_WRITE(name, v)

static struct {
	struct hv_gic_config config;
	struct hv_lock lock; /* read-modify-write of shared registers */
	uint32_t intids;     /* SGIs, PPIs and SPIs                    */
	uint64_t redist[HV_MAX_CPUS]; /* each CPU's frames */
} gic;

static uint64_t dist(uint32_t offset)
{
	return gic.config.dist.base + offset;
}

/* The register of one bit an interrupt that has intid, on this CPU. */
static uint64_t bit_register(uint32_t offset, uint32_t intid)
{
	if (intid < 32)
		return gic.redist[hv_this_cpu()->index] + GICR_SGI + offset;
	return dist(offset) + intid / 32 * 4;
}

static uint32_t bit_of(uint32_t intid)
{
	return UINT32_C(1) << (intid % 32);
}

static void wait_for_dist(void)
{
	while (hv_read32(dist(GICD_CTLR)) & GICD_CTLR_RWP)
		;
}

void hv_gic_init(const struct hv_gic_config *config)
{
	uint32_t i, lines;
	bool ok = hv_mmu_map_device(config->dist);

	gic.config = *config;
	for (i = 0; ok && i < config->redist_count; i++)
		ok = hv_mmu_map_device(config->redist[i]);
	if (!ok)
		hv_fail("the GIC's registers cannot be mapped");
	lines = ((hv_read32(dist(GICD_TYPER)) & 0x1f) + 1) * 32;
	gic.intids = lines < HV_GIC_MAX_SPI ? lines : HV_GIC_MAX_SPI;
	hv_write32(dist(GICD_CTLR), 0);
	wait_for_dist();
	for (i = 32; i < lines; i += 32) {
		hv_write32(dist(GICD_ICENABLER) + i / 8, UINT32_MAX);
		hv_write32(dist(GICD_ICACTIVER) + i / 8, UINT32_MAX);
		hv_write32(dist(GICD_IGROUPR) + i / 8, UINT32_MAX);
	}
	for (i = 32; i < lines; i += 4)
		hv_write32(dist(GICD_IPRIORITYR) + i, PRIORITY_ALL);
	wait_for_dist();
	hv_write32(dist(GICD_CTLR), GICD_CTLR_GRP1_ARE);
	wait_for_dist();
}

/* GICR_TYPER.Affinity_Value: Aff3 to Aff0 without the gap of MPIDR's. */
static uint64_t affinity_value(uint64_t mpidr)
{
	return (mpidr >> 32 & 0xff) << 24 | (mpidr & 0xffffff);
}

/* The frames of the redistributor of this CPU, 0 if there is none. */
static uint64_t find_redist(uint64_t mpidr)
{
	uint64_t stride = gic.config.redist_stride;
	uint32_t i;

	for (i = 0; i < gic.config.redist_count; i++) {
		const struct hv_range *r = &gic.config.redist[i];
		uint64_t at = r->base;

		while (at < r->end && r->end - at >= GICR_FRAMES) {
			uint64_t typer = hv_read64(at + GICR_TYPER);

			if (typer >> 32 == affinity_value(mpidr))
				return at;
			if (typer & GICR_TYPER_LAST)
				break;
			at += stride                     ? stride
			      : typer & GICR_TYPER_VLPIS ? GICR_FRAMES_V4
							 : GICR_FRAMES;
		}
	}
	return 0;
}

static void wait_for_redist(uint64_t redist)
{
	while (hv_read32(redist + GICR_CTLR) & GICR_CTLR_RWP)
		;
}

/* LPIs that firmware enabled write to their pending table, in memory that may
 * be a guest's now (IHI 0069 12.11.2). */
static void disable_lpis(uint64_t redist)
{
	const uint32_t ctlr = hv_read32(redist + GICR_CTLR);

	if (!(ctlr & GICR_CTLR_LPIS))
		return;
	hv_write32(redist + GICR_CTLR, ctlr & ~GICR_CTLR_LPIS);
	wait_for_redist(redist);
	if (hv_read32(redist + GICR_CTLR) & GICR_CTLR_LPIS)
		hv_fail("the firmware enabled LPIs, and they stay enabled");
}

static void init_redist(uint64_t redist)
{
	uint64_t sgi = redist + GICR_SGI;
	uint32_t i;

	hv_write32(redist + GICR_WAKER,
		   hv_read32(redist + GICR_WAKER) & ~WAKER_SLEEP);
	while (hv_read32(redist + GICR_WAKER) & WAKER_ASLEEP)
		;
	disable_lpis(redist);
	hv_write32(sgi + GICD_ICENABLER, UINT32_MAX);
	wait_for_redist(redist);
	hv_write32(sgi + GICD_ICACTIVER, UINT32_MAX);
	hv_write32(sgi + GICD_IGROUPR, UINT32_MAX);
	for (i = 0; i < 32; i += 4)
		hv_write32(sgi + GICD_IPRIORITYR + i, PRIORITY_ALL);
}

/* Active priorities that a boot loader never ended would mask all that are not
 * above them. There are 1, 2 or 4 registers, by the number of preemption bits
 * (IHI 0069 12.2.3); 0 may be written at any time. */
static void clear_active_priorities(void)
{
	const uint64_t bits = (READ(ICC_CTLR_EL1) >> 8 & 7) + 1;

	WRITE(ICC_AP1R0_EL1, 0);
	if (bits > 5)
		WRITE(ICC_AP1R1_EL1, 0);
	if (bits > 6) {
		WRITE(ICC_AP1R2_EL1, 0);
		WRITE(ICC_AP1R3_EL1, 0);
	}
}

void hv_gic_init_cpu(const struct hv_cpu *cpu)
{
	uint64_t redist = find_redist(cpu->mpidr);

	WRITE(ICC_SRE_EL2, READ(ICC_SRE_EL2) | SRE_ENABLE_ALL);
	hv_isb();
	if (!(READ(ICC_SRE_EL2) & 1))
		hv_fail("the firmware does not let EL2 use GICv3");
	if (!redist)
		hv_fail("CPU %lx has no redistributor in the GIC",
			(unsigned long)cpu->mpidr);
	gic.redist[cpu->index] = redist;
	init_redist(redist);
	clear_active_priorities();
	WRITE(ICC_PMR_EL1, 0xff);
	WRITE(ICC_BPR1_EL1, 0);
	WRITE(ICC_CTLR_EL1, CTLR_EOIMODE);
	WRITE(ICC_IGRPEN1_EL1, 1);
	hv_isb();
	hv_gic_enable_private(HV_SGI_KICK);
}

void hv_gic_enable_private(uint32_t intid)
{
	hv_write32(bit_register(GICD_ISENABLER, intid), bit_of(intid));
}

bool hv_gic_enable_spi(uint32_t intid, uint64_t mpidr)
{
	uint64_t daif;

	if (intid < 32 || intid >= gic.intids)
		return false;
	daif = hv_lock(&gic.lock);
	/* Two bits each, the upper one for edges: all of hv's are levels. */
	hv_write32(dist(GICD_ICFGR) + intid / 16 * 4,
		   hv_read32(dist(GICD_ICFGR) + intid / 16 * 4) &
			   ~(2u << intid % 16 * 2));
	hv_unlock(&gic.lock, daif);
	hv_write64(dist(GICD_IROUTER) + (uint64_t)intid * 8, mpidr);
	hv_write32(bit_register(GICD_ISENABLER, intid), bit_of(intid));
	return true;
}

void hv_gic_disable(uint32_t intid)
{
	if (intid < gic.intids)
		hv_write32(bit_register(GICD_ICENABLER, intid), bit_of(intid));
}

void hv_gic_kick(const struct hv_cpu *cpu)
{
	uint64_t mpidr = cpu->mpidr;
	uint64_t sgi = (mpidr >> 32 & 0xff) << 48 | (mpidr >> 16 & 0xff) << 32 |
		       (mpidr >> 8 & 0xff) << 16 | (mpidr & 0xf0) << 40 |
		       (uint64_t)HV_SGI_KICK << 24 |
		       UINT64_C(1) << (mpidr & 0xf);

	/* What the other CPU is to see is stored before it is told: an SGI is
	 * not ordered after earlier stores (IHI 0069, "Observability of the
	 * effects of accesses to the GIC registers"). The ISB sends it now. */
	__asm__ volatile("dsb ishst" : : : "memory");
	WRITE(ICC_SGI1R_EL1, sgi);
	hv_isb();
}

/* 32 interrupts at this base: disabled, not pending, not active, group 0. */
static void reset_bank(uint64_t base, uint32_t intid)
{
	hv_write32(base + GICD_ICENABLER + intid / 8, UINT32_MAX);
	hv_write32(base + GICD_ICPENDR + intid / 8, UINT32_MAX);
	hv_write32(base + GICD_ICACTIVER + intid / 8, UINT32_MAX);
	hv_write32(base + GICD_IGROUPR + intid / 8, 0);
	for (uint32_t i = intid; i < intid + 32; i += 4)
		hv_write32(base + GICD_IPRIORITYR + i, 0);
}

void hv_gic_give_up_cpu(void)
{
	uint64_t redist = gic.redist[hv_this_cpu()->index];

	WRITE(ICC_IGRPEN1_EL1, 0);
	WRITE(ICC_CTLR_EL1, 0);
	WRITE(ICC_PMR_EL1, 0);
	hv_isb();
	reset_bank(redist + GICR_SGI, 0);
	hv_write32(redist + GICR_WAKER,
		   hv_read32(redist + GICR_WAKER) | WAKER_SLEEP);
}

void hv_gic_give_up(void)
{
	uint32_t lines = ((hv_read32(dist(GICD_TYPER)) & 0x1f) + 1) * 32;

	hv_write32(dist(GICD_CTLR), 0);
	wait_for_dist();
	for (uint32_t i = 32; i < lines; i += 32)
		reset_bank(gic.config.dist.base, i);
	wait_for_dist();
}
