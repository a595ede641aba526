/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of hw/ on fake_cpu, as far as the unit tests go. */
#include <stdlib.h>
#include <string.h>

#include "hw/barrier.h"
#include "hw/debug.h"
#include "hw/fp.h"
#include "hw/guest.h"
#include "hw/id.h"
#include "hw/irq.h"
#include "hw/lr.h"
#include "hw/shared.h"
#include "hw/smc.h"
#include "hw/sysreg.h"
#include "hw/translate.h"
#include "support/fake.h"

struct arm_pcpu *_Atomic arm_hw_cpus;

void machine_step(void)
{
}

static const unsigned keys[ARM_REG_COUNT] = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset, feature) \
	[ARM_REG_##name] = MACHINE_SYSREG(op0, op1, crn, crm, op2),
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

#define KEY(reg)  KEY_(SR_##reg)
#define KEY_(...) MACHINE_SYSREG(__VA_ARGS__)

/* Where the register with this key is. */
static uint64_t *slot(unsigned key)
{
	static uint64_t other[1u << 15];

	for (unsigned id = 0; id < ARM_REG_COUNT; id++)
		if (keys[id] == key)
			return &fake_cpu.reg[id];
	switch (key) {
	case KEY(CNTPCT_EL0):
		return &fake_cpu.counter;
	case KEY(ICH_VMCR_EL2):
		return &fake_cpu.vmcr;
	case KEY(ICH_HCR_EL2):
		return &fake_cpu.hcr;
	case KEY(ESR_EL2):
		return &fake_cpu.esr;
	case KEY(FAR_EL2):
		return &fake_cpu.far;
	case KEY(HPFAR_EL2):
		return &fake_cpu.hpfar;
	default:
		return &other[key];
	}
}

uint64_t machine_read(unsigned key)
{
	return *slot(key);
}

void machine_write(unsigned key, uint64_t value)
{
	uint64_t *to = slot(key);

	fake_cpu.reg_writes +=
		to >= fake_cpu.reg && to < fake_cpu.reg + ARM_REG_COUNT;
	*to = value;
}

uint64_t arm_hw_read_id(uint32_t key)
{
	return fake_cpu.id[(key >> 1) & 7][(key >> 17) & 7];
}

uint64_t arm_hw_read_lr(unsigned n)
{
	fake_cpu.lr_fetches++;
	return fake_cpu.lrs ? fake_cpu.lrs[n] : fake_cpu.lr[n];
}

void arm_hw_write_lr(unsigned n, uint64_t value)
{
	(fake_cpu.lrs ? fake_cpu.lrs : fake_cpu.lr)[n] = value;
}

uint64_t arm_hw_read_apr(unsigned group, unsigned n)
{
	(void)group;
	(void)n;
	return 0;
}

void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value)
{
	(void)group;
	(void)n;
	(void)value;
}

void arm_hw_smc(uint64_t regs[18])
{
	fake_cpu.smc_calls++;
	memcpy(fake_cpu.smc_args, regs, sizeof(fake_cpu.smc_args));
	memcpy(regs, fake_cpu.smc_results, sizeof(fake_cpu.smc_results));
}

void arm_hw_isb(void)
{
}

void arm_hw_dsb_nsh(void)
{
}

uint64_t arm_hw_irq_mask(void)
{
	return 0;
}

void arm_hw_irq_restore(uint64_t daif)
{
	(void)daif;
}

void arm_hw_halt(void)
{
	abort();
}

void arm_hw_at_s1e1r(uint64_t va)
{
	(void)va;
}

void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints)
{
	(void)breakpoints;
	(void)watchpoints;
}

void arm_hw_fp_save(struct arm_vcpu_fp_state *fp)
{
	(void)fp;
}

void arm_hw_fp_load(const struct arm_vcpu_fp_state *fp)
{
	(void)fp;
}

void arm_hw_guest_enter(struct arm_vcpu *vcpu)
{
	(void)vcpu;
}

uintptr_t arm_hw_vectors(void)
{
	return 0;
}
