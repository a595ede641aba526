/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Speculation that a guest prepares for EL2: by the branch predictor (CVE-2017-
 * 5715), by the history of branches (CVE-2022-23960), by loads that overtake
 * stores (CVE-2018-3639). What is done first when a guest is left depends on
 * the core, and on what the firmware knows (DEN0028 7.4 to 7.6, DEN0070).
 */
#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/status.h>

#include "arch/cores.h"
#include "arch/id_fields.h"
#include "arch/psci.h"
#include "arch/smccc.h"
#include "hw/guest.h"
#include "hw/smc.h"
#include "hw/sysreg.h"
#include "lib/format.h"

/*
 * Arm's cores, and how many branches push out what a guest has left in the
 * history, by Arm's "Spectre-BHB" white paper; 0: the core does not speculate
 * so far. What is not here needs an instruction or the firmware.
 */
static const struct core {
	uint16_t part;
	uint8_t branches;
} cores[] = {
	{PART_CORTEX_A35, 0},    {PART_CORTEX_A53, 0},
	{PART_CORTEX_A55, 0},    {PART_CORTEX_A510, 0},
	{PART_CORTEX_A520, 0},   {PART_CORTEX_A57, 8},
	{PART_CORTEX_A72, 8},    {PART_CORTEX_A76, 24},
	{PART_CORTEX_A76AE, 24}, {PART_CORTEX_A77, 24},
	{PART_NEOVERSE_N1, 24},  {PART_CORTEX_A78, 32},
	{PART_CORTEX_A78AE, 32}, {PART_CORTEX_A78C, 32},
	{PART_CORTEX_X1, 32},    {PART_CORTEX_X1C, 32},
	{PART_CORTEX_A710, 32},  {PART_CORTEX_X2, 32},
	{PART_NEOVERSE_N2, 32},  {PART_NEOVERSE_V1, 32},
	{PART_CORTEX_A715, 38},  {PART_CORTEX_A720, 38},
	{PART_CORTEX_X3, 132},   {PART_NEOVERSE_V2, 132},
};

#define UNKNOWN_CORE (-1)

static int branches_of(uint64_t midr)
{
	for (unsigned n = 0; n < sizeof(cores) / sizeof(cores[0]); n++)
		if (BITS_GET(midr, MIDR_IMPLEMENTER) == MIDR_ARM &&
		    BITS_GET(midr, MIDR_PART) == cores[n].part)
			return cores[n].branches;
	return UNKNOWN_CORE;
}

static int32_t call(uint32_t function, uint32_t argument)
{
	uint64_t x[18] = {function, argument};

	arm_hw_smc(x);
	return (int32_t)x[0];
}

/* SMCCC_VERSION may be called where PSCI_FEATURES says so, and
 * SMCCC_ARCH_FEATURES from 1.1 on (DEN0028 appendix A). */
static bool firmware_knows(const struct arm_pcpu *pcpu)
{
	return pcpu->firmware &&
	       call(PSCI_BASE_32 | PSCI_FEATURES, SMCCC_VERSION) >= 0 &&
	       call(SMCCC_VERSION, 0) >= (int32_t)SMCCC_VERSION_1_1;
}

static int8_t ask(bool firmware, uint32_t workaround)
{
	const int32_t answer =
		firmware ? call(SMCCC_ARCH_FEATURES, workaround) : -1;

	if (answer == SMCCC_WORKAROUND_NEEDED)
		return SMCCC_WORKAROUND_NEEDED;
	if (answer == SMCCC_WORKAROUND_NOT_NEEDED)
		return SMCCC_WORKAROUND_NOT_NEEDED;
	return SMCCC_WORKAROUND_NONE;
}

/*
 * Loads that overtake stores. A CPU with PSTATE.SSBS leaves it to its guests;
 * on another one the firmware turns it off for good, which is all that a guest
 * could want.
 */
static int8_t forbid_bypass(bool firmware, bool safe)
{
	int8_t answer;

	if (BITS_GET(READ(ID_AA64PFR1_EL1), PFR1_SSBS))
		return SMCCC_WORKAROUND_NONE;
	if (safe)
		return SMCCC_WORKAROUND_NOT_NEEDED;
	answer = ask(firmware, SMCCC_ARCH_WORKAROUND_2);
	if (answer != SMCCC_WORKAROUND_NEEDED)
		return answer;
	(void)call(SMCCC_ARCH_WORKAROUND_2, 1);
	return SMCCC_WORKAROUND_NOT_NEEDED;
}

/*
 * The history alone, where the predictor is safe: without that it would be of
 * no use. With a firmware that empties the predictor there, its newer function
 * does both; the older one does, too, on the cores that have a number of
 * branches.
 */
static uint32_t choose(int8_t predictor, int8_t *history, int branches)
{
	const bool safe = predictor == SMCCC_WORKAROUND_NOT_NEEDED;
	uint32_t guard = ARM_GUARD_NONE;

	if (safe && *history == SMCCC_WORKAROUND_NOT_NEEDED)
		return guard;
	if (safe && BITS_GET(READ(ID_AA64ISAR2_EL1), ISAR2_CLRBHB))
		guard = ARM_GUARD_CLRBHB;
	else if (safe && branches > 0)
		guard = (uint32_t)branches;
	else if (*history == SMCCC_WORKAROUND_NEEDED)
		guard = SMCCC_ARCH_WORKAROUND_3;
	else if (predictor == SMCCC_WORKAROUND_NEEDED)
		guard = SMCCC_ARCH_WORKAROUND_1;
	if (*history == SMCCC_WORKAROUND_NONE && guard != ARM_GUARD_NONE &&
	    (guard != SMCCC_ARCH_WORKAROUND_1 || branches > 0))
		*history = SMCCC_WORKAROUND_NEEDED;
	return guard;
}

static void say(const struct arm_pcpu *pcpu)
{
	struct arm_line line;

	arm_line_start(&line);
	arm_line_text(&line, "arm_vcpu: first of all after a guest: ");
	if (pcpu->guard >= SMCCC_FAST) {
		arm_line_text(&line, "SMC ");
		arm_line_hex(&line, pcpu->guard, 8);
	} else if (pcpu->guard == ARM_GUARD_CLRBHB) {
		arm_line_text(&line, "CLRBHB");
	} else {
		arm_line_decimal(&line, pcpu->guard);
		arm_line_text(&line, " branches");
	}
	pcpu->ops->log(pcpu->ctx, ARM_VCPU_LOG_INFO, line.text);
}

static void find(struct arm_pcpu *pcpu)
{
	const uint64_t csv2 = BITS_GET(READ(ID_AA64PFR0_EL1), PFR0_CSV2);
	const int branches = branches_of(pcpu->features.midr);
	const bool safe = branches == 0, firmware = firmware_knows(pcpu);
	int8_t predictor = SMCCC_WORKAROUND_NOT_NEEDED;
	int8_t history = SMCCC_WORKAROUND_NOT_NEEDED;

	if (!safe && !csv2)
		predictor = ask(firmware, SMCCC_ARCH_WORKAROUND_1);
	/* CSV2_3, or the CPU empties the history itself (ECBHB). */
	if (!safe && csv2 < 3 && !BITS_GET(READ(ID_AA64MMFR1_EL1), MMFR1_ECBHB))
		history = ask(firmware, SMCCC_ARCH_WORKAROUND_3);
	pcpu->guard = choose(predictor, &history, branches);
	pcpu->workaround[0] = predictor;
	pcpu->workaround[1] = forbid_bypass(firmware, safe);
	pcpu->workaround[2] = history;
	if (pcpu->guard != ARM_GUARD_NONE && pcpu->is_news && pcpu->ops->log)
		say(pcpu);
	if (pcpu->guard != ARM_GUARD_NONE || pcpu->checks_stage1)
		pcpu->vectors = (uintptr_t)arm_guarded_vectors;
}

int arm_pcpu_guard(struct arm_pcpu *pcpu, bool firmware)
{
	if (!pcpu)
		return ARM_VCPU_ERR_NULL;
	pcpu->find_guard = find;
	pcpu->firmware = firmware;
	return ARM_VCPU_OK;
}
