/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reference model: the GIC as one VM sees it, written from IHI 0069 alone.
 *
 * It has no list registers and no time: each interrupt has its state in one
 * place, and a change counts at once. What the library documents as its subset
 * is the model's, too: GICv3 with one Security state (GICD_CTLR.DS = 1) and
 * affinity routing, no LPIs, no 1 of N, SGIs edge-triggered and PPIs
 * level-sensitive, distributor priorities of 5 bits, accesses of a wrong width
 * or alignment RAZ/WI, and a GICR_WAKER that remembers what was written and
 * holds nothing back. Where a change of ICFGR leaves the pending state UNKNOWN
 * (12.9.9), what was latched stays.
 */
#ifndef MACHINE_GIC_MODEL_H
#define MACHINE_GIC_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define GIC_MODEL_CPUS 16u
#define GIC_MODEL_SPIS 988u
#define GIC_MODEL_NONE 1023u

/* Active priorities: of 7 bits at most. */
#define GIC_MODEL_LEVELS 128u
#define GIC_MODEL_IDLE   0xffu

struct gic_model_irq {
	bool enabled, group, edge, latch, line, active;
	uint8_t priority;
	uint64_t route; /* GICD_IROUTER */
};

static inline bool gic_model_pending(const struct gic_model_irq *irq)
{
	return irq->latch || (irq->line && !irq->edge);
}

/* MPIDR_EL1's and IROUTER's fields: Aff3, and Aff2 to Aff0. */
#define GIC_MODEL_AFFINITY UINT64_C(0xff00ffffff)

struct gic_model_cpu {
	struct gic_model_irq private[32];
	uint64_t affinity; /* as IROUTER has it */
	bool asleep;       /* GICR_WAKER.ProcessorSleep */
	uint8_t pmr, bpr[2];
	bool on[2]; /* ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1 */
	bool cbpr, eoimode;
	bool running[2][GIC_MODEL_LEVELS]; /* ICC_AP0R, ICC_AP1R */
};

struct gic_model_config {
	unsigned cpus, spis;    /* SPIs as GICD_TYPER counts: in 32s      */
	unsigned priority_bits; /* of the CPU interface, 5 to 7            */
	uint64_t affinity[GIC_MODEL_CPUS];
};

struct gic_model {
	struct gic_model_config config;
	bool on[2]; /* GICD_CTLR.EnableGrp0, EnableGrp1 */
	struct gic_model_irq spi[GIC_MODEL_SPIS];
	struct gic_model_cpu cpu[GIC_MODEL_CPUS];
};

enum gic_model_frame { GIC_MODEL_DIST, GIC_MODEL_RD, GIC_MODEL_SGI };

/* ICC_<name>_EL1, but for IAR and HPPIR. */
enum gic_model_icc {
	GIC_MODEL_PMR,
	GIC_MODEL_BPR0,
	GIC_MODEL_BPR1,
	GIC_MODEL_CTLR, /* CBPR and EOImode */
	GIC_MODEL_IGRPEN0,
	GIC_MODEL_IGRPEN1,
	GIC_MODEL_RPR,
	GIC_MODEL_EOIR0,
	GIC_MODEL_EOIR1,
	GIC_MODEL_DIR,
	GIC_MODEL_SGI0R,
	GIC_MODEL_SGI1R,
	GIC_MODEL_ASGI1R,
};

/* What an acknowledge may have answered. */
enum gic_model_answer {
	GIC_MODEL_EXACT, /* the GIC has nothing better */
	/* It has, but that may still be on its way to the CPU interface. */
	GIC_MODEL_LATE,
	GIC_MODEL_WRONG,
};

void gic_model_make(struct gic_model *gic,
		    const struct gic_model_config *config);
/* As after reset: everything; one PE's redistributor and CPU interface; the
 * CPU interface. */
void gic_model_reset(struct gic_model *gic);
void gic_model_reset_cpu(struct gic_model *gic, unsigned cpu);
void gic_model_reset_interface(struct gic_model *gic, unsigned cpu);

/* owner: whose redistributor. In *sure: the bits that are known; the others
 * are IMPLEMENTATION DEFINED, or tell of something that takes time. */
uint64_t gic_model_read(const struct gic_model *gic, enum gic_model_frame frame,
			unsigned owner, unsigned offset, unsigned width,
			uint64_t *sure);
void gic_model_write(struct gic_model *gic, enum gic_model_frame frame,
		     unsigned owner, unsigned offset, unsigned width,
		     uint64_t value);

uint64_t gic_model_icc_read(const struct gic_model *gic, unsigned cpu,
			    enum gic_model_icc reg);
void gic_model_icc_write(struct gic_model *gic, unsigned cpu,
			 enum gic_model_icc reg, uint64_t value);

/* An input; cpu: whose, of a PPI. Each call with true is an edge. */
void gic_model_line(struct gic_model *gic, unsigned cpu, uint32_t intid,
		    bool level);
/* ISPENDR, by whoever. */
void gic_model_latch(struct gic_model *gic, unsigned cpu, uint32_t intid);

/* Null: there is none. */
const struct gic_model_irq *gic_model_irq(const struct gic_model *gic,
					  unsigned cpu, uint32_t intid);
/* It is pending, enabled, forwarded, routed here and not active. */
bool gic_model_ready(const struct gic_model *gic, unsigned cpu, uint32_t intid);
/* And the CPU interface lets it preempt what runs there now. */
bool gic_model_may_take(const struct gic_model *gic, unsigned cpu,
			uint32_t intid);
/* One of those of the highest priority that the CPU has to be told of, or
 * GIC_MODEL_NONE. */
uint32_t gic_model_signalled(const struct gic_model *gic, unsigned cpu);

/* ICC_IAR<group>_EL1 read intid. Unless that is wrong, it is so. */
enum gic_model_answer gic_model_acknowledge(struct gic_model *gic, unsigned cpu,
					    unsigned group, uint32_t intid);

#endif
