/* SPDX-License-Identifier: Apache-2.0 */
/* Physical interrupts, whoever they are for. */
#include "irq/irq.h"

#include <arm_vcpu/status.h>
#include <arm_vcpu/vgic.h>
#include <arm_vcpu/vtimer.h>

#include "base/percpu.h"
#include "base/power.h"
#include "base/print.h"
#include "base/sysreg.h"
#include "irq/gic.h"
#include "irq/timer.h"

#define ICC_IAR1_EL1       S3_0_C12_C12_0
#define ICC_EOIR1_EL1      S3_0_C12_C12_1
#define ICC_DIR_EL1        S3_0_C12_C11_1
#define READ(name)         READ_(name)
#define READ_(name)        HV_SYSREG_READ(name)
#define WRITE(name, value) WRITE_(name, value)
#define WRITE_(name, v)    HV_SYSREG_WRITE(name, v)

#define INTID_SPECIAL 1020u
#define MAX_HANDLERS  8u
#define CNTV_IMASK    UINT64_C(2)

static struct {
	uint32_t timer_virtual;
	uint32_t timer_hyp;
	uint32_t maintenance;
	uint32_t count;
	struct {
		uint32_t intid;
		hv_irq_handler handler;
		void *ctx;
	} spi[MAX_HANDLERS];
} irqs;

void hv_irq_init(const struct hv_gic_config *config)
{
	irqs.timer_virtual = config->timer_virtual;
	irqs.timer_hyp = config->timer_hyp;
	irqs.maintenance = config->maintenance;
}

void hv_irq_init_cpu(void)
{
	hv_gic_enable_private(irqs.timer_virtual);
	hv_gic_enable_private(irqs.timer_hyp);
	hv_gic_enable_private(irqs.maintenance);
}

void hv_irq_attach(uint32_t intid, hv_irq_handler handler, void *ctx)
{
	if (irqs.count == MAX_HANDLERS)
		hv_fail("no room for the handler of interrupt %u", intid);
	irqs.spi[irqs.count].intid = intid;
	irqs.spi[irqs.count].handler = handler;
	irqs.spi[irqs.count].ctx = ctx;
	irqs.count++;
	if (!hv_gic_enable_spi(intid, hv_this_cpu()->mpidr))
		hv_fail("the GIC has no interrupt %u", intid);
}

static void serve_spi(uint32_t intid)
{
	uint32_t i;

	for (i = 0; i < irqs.count; i++) {
		if (irqs.spi[i].intid == intid) {
			irqs.spi[i].handler(irqs.spi[i].ctx);
			return;
		}
	}
	hv_log(ARM_VCPU_LOG_WARN, "interrupt %u has no handler: disabled",
	       intid);
	hv_gic_disable(intid);
}

/*
 * The virtual timer belongs to the vCPU whose EL1 state is loaded, also when
 * EL2 was interrupted. True: it stays active until that guest deactivates it.
 */
static bool serve_virtual_timer(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		vcpu = hv_this_cpu()->bound;
	if (vcpu && arm_vtimer_irq(vcpu, irqs.timer_virtual) == ARM_VCPU_OK)
		return true;
	/* What a guest left behind: the next bind programs it afresh. */
	HV_SYSREG_WRITE(cntv_ctl_el0,
			HV_SYSREG_READ(cntv_ctl_el0) | CNTV_IMASK);
	hv_isb();
	return false;
}

static enum arm_pcpu_irq_action next_action(void)
{
	return atomic_load_explicit(&hv_this_cpu()->look, memory_order_relaxed)
		       ? ARM_PCPU_IRQ_EXIT
		       : ARM_PCPU_IRQ_RESUME;
}

/* Take one pending interrupt and serve it. The guest is left if this CPU is to
 * look at the queues. */
static enum arm_pcpu_irq_action serve(void *ctx, struct arm_vcpu *vcpu)
{
	uint32_t intid = (uint32_t)READ(ICC_IAR1_EL1) & 0xffffff;

	(void)ctx;
	if (intid >= INTID_SPECIAL) /* it went away meanwhile */
		return next_action();
	WRITE(ICC_EOIR1_EL1, intid);
	if (intid == irqs.timer_virtual && serve_virtual_timer(vcpu))
		return next_action();
	/* The acknowledge is complete before a device is touched, and before
	 * what another CPU stored ahead of its SGI is looked at (IHI 0069,
	 * "Observability of the effects of accesses to the GIC registers"). The
	 * virtual timer is a register of this CPU's. */
	__asm__ volatile("dsb sy\n\tisb" : : : "memory");
	if (intid == irqs.timer_hyp) {
		hv_timer_irq();
	} else if (intid == irqs.maintenance) {
		if (!vcpu)
			vcpu = hv_this_cpu()->bound;
		if (vcpu)
			arm_vgic_maintenance(vcpu);
	} else if (intid >= 32) {
		serve_spi(intid);
	}
	WRITE(ICC_DIR_EL1, intid);
	return next_action();
}

static void fatal(void *ctx)
{
	(void)ctx;
	hv_fail("stopped by an exception in hv itself");
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	(void)ctx;
	hv_log(level, "%s", line);
}

const struct arm_pcpu_ops hv_pcpu_ops = {
	.irq = serve,
	.fatal = fatal,
	.log = log_line,
};
