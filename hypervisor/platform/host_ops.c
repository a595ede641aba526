/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/host_ops.h"

#include <arm_vcpu/status.h>

#include "platform/irq.h"
#include "platform/mem.h"
#include "platform/power.h"
#include "platform/print.h"
#include "sched/sched.h"

_Static_assert(HV_NO_PAGE == ARM_STAGE2_NO_PAGE, "handed on as it is");

static struct hv_vcpu *outer(struct arm_vcpu *vcpu)
{
	_Static_assert(offsetof(struct hv_vcpu, arm) == 0, "the first member");
	return (struct hv_vcpu *)vcpu;
}

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	return hv_pages_alloc(UINT64_C(1) << order, HV_PAGE_SIZE << order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	hv_pages_free(pa, UINT64_C(1) << order);
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa;
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	hv_log(level, "%s%s", ctx ? (const char *)ctx : "", line);
}

static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	hv_sched_kick(outer(vcpu));
}

static void timer_fired(struct hv_timer *timer)
{
	struct hv_vcpu *vcpu =
		(void *)((char *)timer - offsetof(struct hv_vcpu, timer));

	arm_vcpu_timer_expired(&vcpu->arm);
}

static void set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline)
{
	(void)ctx;
	hv_timer_set(&outer(vcpu)->timer, deadline, timer_fired);
}

static void fatal(void *ctx)
{
	(void)ctx;
	hv_fail("stopped by an exception in hv itself");
}

const struct arm_stage2_ops hv_stage2_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

const struct arm_vm_ops hv_vm_ops = {
	.kick = kick,
	.set_timer = set_timer,
	.log = log_line,
};

const struct arm_pcpu_ops hv_pcpu_ops = {
	.irq = hv_irq,
	.fatal = fatal,
	.log = log_line,
};
