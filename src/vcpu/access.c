/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's registers from outside, by ids (guest_regs.h). */
#include <stddef.h>

#include <arm_vcpu/status.h>
#include <arm_vcpu/vcpu.h>

#include "arch/spsr.h"
#include "arch/sysreg_bits.h"
#include "arch/timer.h"
#include "context/reg.h"
#include "context/timers.h"
#include "timer/vtimer.h"
#include "vcpu/vcpu.h"

/* The frame is x0 to x30, SP_EL0, PC and PSTATE, in the order of their ids. */
#define CORE_COUNT 34u
_Static_assert(sizeof(struct arm_trap_frame) == CORE_COUNT * 8u, "an array");

/* Behind the rows of guest_regs.def. */
enum other {
	OSLSR = ARM_REG_COUNT,
	DBGCLAIMCLR,
	SYSREG_COUNT,
};

static const uint16_t encodings[SYSREG_COUNT] = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	[ARM_REG_##name] = ARM_VCPU_SYSREG_##name,
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	[OSLSR] = ARM_VCPU_SYSREG_OSLSR_EL1,
	[DBGCLAIMCLR] = ARM_VCPU_SYSREG_DBGCLAIMCLR_EL1,
};

/* Where an id is: a word of the frame, a system register, or nowhere. */
static bool is_core(uint64_t id, unsigned *n)
{
	*n = (unsigned)(id - ARM_VCPU_REG_CORE) / 2u;
	return id - ARM_VCPU_REG_CORE < CORE_COUNT * 2u && !(id & 1u);
}

static bool is_sysreg(uint64_t id, unsigned *n)
{
	if (id - ARM_VCPU_REG_SYSREG > UINT16_MAX)
		return false;
	for (*n = 0; *n < SYSREG_COUNT; ++*n)
		if (encodings[*n] == (uint16_t)id)
			return true;
	return false;
}

int arm_vcpu_reg_id(unsigned n, uint64_t *id)
{
	if (!id)
		return ARM_VCPU_ERR_NULL;
	if (n >= CORE_COUNT + SYSREG_COUNT)
		return ARM_VCPU_ERR_RANGE;
	*id = n < CORE_COUNT ? ARM_VCPU_REG_X(n)
			     : ARM_VCPU_REG_SYSREG | encodings[n - CORE_COUNT];
	return ARM_VCPU_OK;
}

const char *arm_vcpu_reg_name(uint64_t id)
{
	static const char core[CORE_COUNT][7] = {
		"x0",  "x1",  "x2",  "x3",     "x4",  "x5",     "x6",
		"x7",  "x8",  "x9",  "x10",    "x11", "x12",    "x13",
		"x14", "x15", "x16", "x17",    "x18", "x19",    "x20",
		"x21", "x22", "x23", "x24",    "x25", "x26",    "x27",
		"x28", "x29", "x30", "SP_EL0", "PC",  "PSTATE",
	};
	unsigned n;

	if (is_core(id, &n))
		return core[n];
	if (!is_sysreg(id, &n))
		return NULL;
	if (n == OSLSR)
		return "OSLSR_EL1";
	if (n == DBGCLAIMCLR)
		return "DBGCLAIMCLR_EL1";
	return arm_reg_name((enum arm_reg)n);
}

int arm_vcpu_get_reg(const struct arm_vcpu *vcpu, uint64_t id, uint64_t *value)
{
	unsigned n;

	if (!vcpu || !value)
		return ARM_VCPU_ERR_NULL;
	if (is_core(id, &n))
		*value = ((const uint64_t *)&vcpu->frame)[n];
	else if (!is_sysreg(id, &n))
		return ARM_VCPU_ERR_RANGE;
	else if (n == OSLSR)
		*value = vcpu->os_lock ? OSLSR_EL1_OSLK : 0;
	else if (n == DBGCLAIMCLR)
		*value = vcpu->dbgclaim;
	else
		*value = arm_reg_read(vcpu, (enum arm_reg)n);
	return ARM_VCPU_OK;
}

/* EL1 and EL0 in AArch64 state, and User mode in AArch32 state. */
static bool is_guests(const struct arm_vcpu *vcpu, uint64_t pstate)
{
	switch (pstate & (SPSR_AARCH32 | SPSR_A32_MODE)) {
	case SPSR_M_EL0T:
	case SPSR_M_EL1T:
	case SPSR_M_EL1H:
		return true;
	case SPSR_AARCH32:
		return vcpu->features & ARM_VCPU_AARCH32_EL0;
	default:
		return false;
	}
}

static int set_core(struct arm_vcpu *vcpu, unsigned n, uint64_t value)
{
	uint64_t *word = (uint64_t *)&vcpu->frame + n;

	if (word == &vcpu->frame.spsr && !is_guests(vcpu, value))
		return ARM_VCPU_ERR_INVALID;
	*word = value;
	return ARM_VCPU_OK;
}

static int set_sysreg(struct arm_vcpu *vcpu, enum arm_reg reg, uint64_t value)
{
	const bool armed = vcpu->pcpu && vcpu->virtual_timers;

	if (arm_reg_is_control(reg))
		return ARM_VCPU_ERR_INVALID;
	if (armed && reg == ARM_REG_CNTP_CTL_EL0)
		arm_vtimer_write(vcpu, SYSREG_CNTP_CTL_EL0, value);
	else if (armed && reg == ARM_REG_CNTP_CVAL_EL0)
		arm_vtimer_write(vcpu, SYSREG_CNTP_CVAL_EL0, value);
	else
		arm_reg_write(vcpu, reg, value);
	/* It may have been a timer's. */
	arm_timers_publish(vcpu);
	return ARM_VCPU_OK;
}

int arm_vcpu_set_reg(struct arm_vcpu *vcpu, uint64_t id, uint64_t value)
{
	unsigned n;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (is_core(id, &n))
		return set_core(vcpu, n, value);
	if (!is_sysreg(id, &n))
		return ARM_VCPU_ERR_RANGE;
	if (n < ARM_REG_COUNT)
		return set_sysreg(vcpu, (enum arm_reg)n, value);
	if (n == OSLSR)
		vcpu->os_lock = value & OSLSR_EL1_OSLK;
	else
		vcpu->dbgclaim = value & DBGCLAIM_TAGS;
	return ARM_VCPU_OK;
}

int arm_vcpu_get_fp(const struct arm_vcpu *vcpu, struct arm_vcpu_fp_state *fp)
{
	if (!vcpu || !fp)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	*fp = vcpu->fp;
	return ARM_VCPU_OK;
}

int arm_vcpu_set_fp(struct arm_vcpu *vcpu, const struct arm_vcpu_fp_state *fp)
{
	if (!vcpu || !fp)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	vcpu->fp = *fp;
	return ARM_VCPU_OK;
}
