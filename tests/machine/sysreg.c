/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers: which there are, what they read after reset, and what a
 * direct read or write of one does, at EL2 or by a guest that has it.
 */
#include <stddef.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "machine/state.h"

#define KEYS 0x8000u

/* struct machine_register of a row; exists is found out at run time. */
static const struct {
	const char *name;
	uint16_t key;
	uint8_t trap, direction;
} rows[] = {
	[R_NONE] = {"none", 0, TRAP_NEVER, DIRECTION_RW},
#define MACHINE_REG(name, op0, op1, crn, crm, op2, exists, direction, trap) \
	[R_##name] = {#name, MACHINE_SYSREG(op0, op1, crn, crm, op2),       \
		      TRAP_##trap, DIRECTION_##direction},
#include "machine/registers.def"
#undef MACHINE_REG
};

static MACHINE_LOCAL uint16_t index_of[KEYS];

static void add(unsigned key, unsigned id, enum machine_trap trap,
		enum machine_direction direction)
{
	index_of[key] = (uint16_t)id;
	machine.info[id].trap = (uint8_t)trap;
	machine.info[id].direction = (uint8_t)direction;
	machine.info[id].exists = true;
}

static void add_numbered(void)
{
	for (unsigned n = 0; n < machine.config.list_registers; n++)
		add(MACHINE_SYSREG(3, 4, 12, 12 + n / 8, n % 8),
		    R_ICH_LR0_EL2 + n, TRAP_EL2, DIRECTION_RW);
	for (unsigned n = 0; n < 56; n++)
		add(MACHINE_SYSREG(3, 0, 0, 1 + n / 8, n % 8), R_ID + n,
		    TRAP_TID3, DIRECTION_RO);
	/* Two breakpoints and two watchpoints. */
	for (unsigned n = 0; n < 2; n++)
		for (unsigned op2 = 4; op2 < 8; op2++)
			add(MACHINE_SYSREG(2, 0, 0, n, op2),
			    R_DEBUG + n * 4 + op2 - 4, TRAP_TDA, DIRECTION_RW);
	/* Arm ARM DDI 0487 D12.3.2: op0 = 3, CRn = 11 or 15. */
	for (unsigned rest = 0; rest < 0x400; rest++)
		for (unsigned crn = 11; crn <= 15; crn += 4)
			add(MACHINE_SYSREG(3, rest >> 7, crn, rest >> 3 & 15,
					   rest & 7),
			    R_IMPLEMENTATION_DEFINED, TRAP_TIDCP, DIRECTION_RW);
}

void machine_registers_make(void)
{
	const struct machine_config *config = &machine.config;
	const bool ALWAYS = true, ras = config->ras, hcx = config->hcx,
		   fgt = config->fgt, lor = config->lor, pmu = config->pmu,
		   fgt2 = config->fgt2, fgt_amu = config->fgt && config->amu,
		   mpam = config->mpam, prebits6 = config->priority_bits >= 6,
		   prebits7 = config->priority_bits >= 7;
	const bool exists[] = {
		[R_NONE] = false,
#define MACHINE_REG(name, op0, op1, crn, crm, op2, present, direction, trap) \
	[R_##name] = (present),
#include "machine/registers.def"
#undef MACHINE_REG
	};

	for (unsigned key = 0; key < KEYS; key++)
		index_of[key] = R_NONE;
	for (unsigned id = 1; id < R_ICH_LR0_EL2; id++) {
		add(rows[id].key, id, rows[id].trap, rows[id].direction);
		machine.info[id].exists = exists[id];
	}
	add_numbered();
}

enum machine_reg machine_reg_of(unsigned key)
{
	const unsigned id = index_of[key & (KEYS - 1)];

	return machine.info[id].exists ? (enum machine_reg)id : R_NONE;
}

const char *machine_reg_name(enum machine_reg id)
{
	return id < R_ICH_LR0_EL2               ? rows[id].name
	       : id < R_ID                      ? "ICH_LR<n>_EL2"
	       : id < R_DEBUG                   ? "ID register"
	       : id == R_IMPLEMENTATION_DEFINED ? "implementation defined"
						: "debug register";
}

static uint64_t *id_reg(struct machine_cpu *cpu, unsigned crm, unsigned op2)
{
	return &cpu->reg[R_ID + (crm - 1) * 8 + op2];
}

/* A CPU of ARMv8.0 with GICv3, and what the configuration adds. */
static void reset_id(struct machine_cpu *cpu)
{
	const struct machine_config *config = &machine.config;
	const uint64_t el = config->aarch32 ? 2 : 1;

	cpu->reg[R_MIDR_EL1] = config->midr[cpu->number]
				       ? config->midr[cpu->number]
				       : 0x410fd083;
	cpu->reg[R_REVIDR_EL1] = 0;
	cpu->reg[R_CLIDR_EL1] = 0x0a200023;
	cpu->reg[R_CTR_EL0] = 0x8444c004; /* lines of 64 bytes */
	cpu->reg[R_DCZID_EL0] = 4;
	cpu->reg[R_MPIDR_EL1] = BIT(31) | cpu->number;
	*id_reg(cpu, 4, 0) = 0x1 << 24 | 0x1 << 12 | 0x1 << 8 | el << 4 | el |
			     (config->ras ? BIT(28) : 0) |
			     (config->mpam ? BIT(40) : 0) |
			     (config->amu ? BIT(44) : 0);
	*id_reg(cpu, 5, 0) =
		1u << 20 | 1u << 12 | 6 | (config->pmu ? BIT(8) : 0);
	*id_reg(cpu, 6, 0) = 0x00010000;
	*id_reg(cpu, 7, 0) = 2 | 2 << 4 |
			     (config->fgt2  ? BIT(57)
			      : config->fgt ? BIT(56)
					    : 0);
	*id_reg(cpu, 7, 1) = (config->vmid16 ? 2u << 4 : 0) |
			     (config->lor ? BIT(16) : 0) |
			     (config->hcx ? BIT(40) : 0);
	*id_reg(cpu, 7, 2) = config->fwb ? BIT(40) : 0;
	cpu->reg[R_ICH_VTR_EL2] = (config->list_registers - 1) | BIT(21) |
				  (config->traps_dir ? BIT(19) : 0) |
				  (uint64_t)(config->priority_bits - 1) << 26 |
				  (uint64_t)(config->priority_bits - 1) << 29;
}

/* What is UNKNOWN after reset is random. */
void machine_registers_reset(struct machine_cpu *cpu)
{
	for (unsigned id = 0; id < R_COUNT; id++)
		cpu->reg[id] = machine_random64();
	for (unsigned id = R_ID; id < R_DEBUG; id++)
		cpu->reg[id] = 0;
	for (unsigned n = 0; n < 32; n++) {
		cpu->v[n][0] = machine_random64();
		cpu->v[n][1] = machine_random64();
	}
	reset_id(cpu);
	cpu->reg[R_CURRENTEL] = 2 << 2;
	cpu->reg[R_HCR_EL2] = 0;
	cpu->reg[R_SCTLR_EL2] = 0x30c50830;
	cpu->reg[R_CPTR_EL2] = 0x33ff;
	cpu->reg[R_CNTHCTL_EL2] = 3;
	cpu->reg[R_CNTVOFF_EL2] = 0;
	cpu->reg[R_CNTV_CTL_EL0] = 0;
	cpu->reg[R_CNTP_CTL_EL0] = 0;
	cpu->reg[R_CNTHP_CTL_EL2] = 0;
	cpu->reg[R_CNTFRQ_EL0] = 62500000;
	cpu->reg[R_OSLSR_EL1] = 0xa;
	cpu->reg[R_DISR_EL1] = 0;
	cpu->reg[R_PMCR_EL0] = 6 << 11;
	cpu->reg[R_MPAMIDR_EL1] = BIT(17) | BIT(58); /* HAS_HCR, HAS_TIDR */
	cpu->reg[R_ICC_SRE_EL2] = 0;
	cpu->reg[R_ICC_SRE_EL1] = 0;
	cpu->reg[R_ICC_PMR_EL1] = 0;
	cpu->reg[R_ICC_CTLR_EL1] = 0;
	cpu->reg[R_ICC_IGRPEN1_EL1] = 0;
	cpu->reg[R_ICH_HCR_EL2] = 0;
	cpu->reg[R_ICH_VMCR_EL2] = 0;
	for (unsigned n = 0; n < 16; n++)
		cpu->reg[R_ICH_LR0_EL2 + n] = 0;
}

static bool in(enum machine_reg id, enum machine_reg first,
	       enum machine_reg last)
{
	return id >= first && id <= last;
}

static bool is_ich(enum machine_reg id)
{
	return in(id, R_ICH_AP0R0_EL2, R_ID - 1);
}

/* The GIC's registers are UNDEFINED to EL2 until it uses them (IHI 0069
 * 12.2.26). */
static void check_sre(const struct machine_cpu *cpu, enum machine_reg id)
{
	if (cpu->el == 2 && !(cpu->reg[R_ICC_SRE_EL2] & 1))
		machine_fail("%s without ICC_SRE_EL2.SRE",
			     machine_reg_name(id));
}

uint64_t machine_reg_read(struct machine_cpu *cpu, enum machine_reg id)
{
	if (in(id, R_CNTPCT_EL0, R_CNTV_CVAL_EL0) ||
	    in(id, R_CNTHP_TVAL_EL2, R_CNTHP_CVAL_EL2))
		return machine_timer_read(cpu, id);
	if (is_ich(id)) {
		check_sre(cpu, id);
		return machine_ich_read(cpu, id);
	}
	if (in(id, R_ICC_PMR_EL1, R_ICC_IGRPEN1_EL1) && id != R_ICC_SRE_EL1) {
		check_sre(cpu, id);
		return machine_icc_read(cpu, id);
	}
	if (id == R_DAIF)
		return cpu->daif;
	if (id == R_ISR_EL1)
		return cpu->serror ? ISR_A : 0;
	return cpu->reg[id];
}

void machine_reg_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value)
{
	if (in(id, R_CNTPCT_EL0, R_CNTV_CVAL_EL0) ||
	    in(id, R_CNTHP_TVAL_EL2, R_CNTHP_CVAL_EL2) || id == R_CNTVOFF_EL2) {
		machine_timer_write(cpu, id, value);
		return;
	}
	if (in(id, R_ICC_PMR_EL1, R_ICC_IGRPEN1_EL1) && id != R_ICC_SRE_EL1) {
		check_sre(cpu, id);
		machine_icc_write(cpu, id, value);
		return;
	}
	if (id == R_DAIF) {
		machine_set_daif(cpu, value);
		return;
	}
	if (id == R_OSLAR_EL1) {
		cpu->reg[R_OSLSR_EL1] = 8 | (value & 1) << 1;
		return;
	}
	cpu->reg[id] = value;
	if (is_ich(id)) {
		check_sre(cpu, id);
		machine_ich_written(cpu, id);
	}
}

/* ---- MRS and MSR of EL2: hw/sysreg.h ------------------------------------- */

static enum machine_reg at_el2(unsigned key, enum machine_direction wrong)
{
	const enum machine_reg id = machine_reg_of(key);

	if (id == R_NONE)
		machine_fail("EL2: UNDEFINED register S%u_%u_C%u_C%u_%u",
			     2 + (key >> 14), key >> 11 & 7, key >> 7 & 15,
			     key >> 3 & 15, key & 7);
	if (machine.info[id].direction == (uint8_t)wrong)
		machine_fail("EL2: %s in the wrong direction",
			     machine_reg_name(id));
	return id;
}

uint64_t machine_read(unsigned key)
{
	const enum machine_reg id = at_el2(key, DIRECTION_WO);

	machine_step();
	return machine_reg_read(machine.current, id);
}

void machine_write(unsigned key, uint64_t value)
{
	const enum machine_reg id = at_el2(key, DIRECTION_RO);

	machine_step();
	machine_reg_write(machine.current, id, value);
	if (machine.config.written)
		machine.config.written(key, value);
}
