/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any syndrome, fault address and register, one exit after another of one
 * vCPU: whatever the guest does, the library resumes it or tells the host,
 * which completes or fails, and the guest stays a guest.
 */
#include "arch/esr.h"
#include "arch/spsr.h"
#include "arch/stage2.h"
#include "fuzz_vm.h"
#include "hw/guest.h"
#include "machine/state.h"
#include "trap/trap.h"

#define VECTORS UINT64_C(0x40002000)

static struct arm_vcpu *const vcpu = &fuzz_vm.vcpu[0];
static struct arm_vcpu_exit report;

/* Where aborts go: RAM, the frames of the vGIC, a device, anywhere. */
static uint64_t some_ipa(struct fuzz_input *input)
{
	static const uint64_t base[] = {FUZZ_RAM,
					FUZZ_DIST,
					FUZZ_DIST + 0x6000,
					FUZZ_REDIST,
					FUZZ_REDIST + 0x10000,
					FUZZ_REDIST + 0x30000,
					UINT64_C(0x09000000),
					UINT64_C(0xfffffff000)};
	const unsigned which = (unsigned)fuzz_take(input, 1);
	const uint64_t offset = fuzz_take(input, 2);

	return base[which & 7] + offset % (which & 8 ? 0x1000 : 0x10000);
}

/* Mostly classes that the library looks into. */
static uint64_t some_esr(struct fuzz_input *input)
{
	static const uint8_t classes[] = {
		ESR_EC_HVC64,    ESR_EC_SMC64,    ESR_EC_SYS64,    ESR_EC_SYS64,
		ESR_EC_SYS64,    ESR_EC_DABT_LOW, ESR_EC_DABT_LOW, ESR_EC_WFX,
		ESR_EC_IABT_LOW, ESR_EC_FP_ASIMD,
	};
	const unsigned which = (unsigned)fuzz_take(input, 1);
	uint64_t iss = fuzz_take(input, 4);
	uint64_t ec = iss >> 26;

	if (which < 0xc0)
		ec = classes[which % sizeof(classes)];
	/* Instructions of calls are the library's, mostly. */
	if ((ec == ESR_EC_HVC64 || ec == ESR_EC_SMC64) && (which & 3))
		iss &= ~(uint64_t)0xffff;
	/* Translation faults, and those that the hardware can tell of. */
	if (ec == ESR_EC_DABT_LOW && (which & 3))
		iss = (iss & ~UINT64_C(0x3f)) | 7;
	return BITS_PUT(ESR_EC, ec) | (iss & UINT64_C(0x1ffffff)) |
	       (ec == ESR_EC_HVC64 || ec == ESR_EC_SYS64 ? ESR_IL : 0);
}

static void some_registers(struct fuzz_input *input)
{
	static const uint64_t modes[] = {SPSR_M_EL0T, SPSR_M_EL1T, SPSR_M_EL1H,
					 SPSR_M_EL1H};
	static const uint64_t functions[] = {0x84000000, 0xc4000000, 0x80000000,
					     0x84000000};
	const unsigned which = (unsigned)fuzz_take(input, 1);

	vcpu->frame.spsr = modes[which & 3] | (which & 4 ? SPSR_DAIF : 0) |
			   (uint64_t)(which >> 4) << 28;
	vcpu->frame.elr = VECTORS + 0x800 + fuzz_take(input, 1) * 4;
	vcpu->frame.gpr[0] = functions[which >> 2 & 3] + fuzz_take(input, 1);
	for (unsigned n = 1; n < 4; n++)
		vcpu->frame.gpr[n] = fuzz_take(input, 2);
	vcpu->frame.gpr[fuzz_take(input, 1) % 31] = fuzz_take(input, 8);
}

static void check_mode(void)
{
	const uint64_t mode = vcpu->frame.spsr & 0x1f;

	if (mode != SPSR_M_EL0T && mode != SPSR_M_EL1T && mode != SPSR_M_EL1H)
		machine_fail("the guest is in mode %#llx",
			     (unsigned long long)mode);
	if (!(machine.current->daif & SPSR_I))
		machine_fail("interrupts are on");
	for (unsigned n = 0; n < FUZZ_SPIS / 32; n++)
		if (fuzz_vm.banks[n].lock)
			machine_fail("bank %u is locked", n);
	for (unsigned n = 0; n < FUZZ_VCPUS; n++)
		if (fuzz_vm.vcpu[n].vgic.bank.lock)
			machine_fail("vCPU %u's bank is locked", n);
}

/* PC: where it was, past the instruction, or at a vector of the guest's. */
static void check_pc(uint64_t old)
{
	const uint64_t pc = vcpu->frame.elr;

	if (pc != old && pc != old + 4 && pc != old + 2 &&
	    pc - VECTORS >= 0x800)
		machine_fail("PC was %#llx and is %#llx",
			     (unsigned long long)old, (unsigned long long)pc);
}

static void finish(unsigned how, uint64_t value, uint64_t pc)
{
	int status;

	if (vcpu->frame.elr != pc)
		machine_fail("an exit moves PC");
	if (!strcmp(arm_vcpu_exit_name(report.reason), "unknown exit"))
		machine_fail("exit %d", (int)report.reason);
	if (report.reason == ARM_VCPU_EXIT_CPU_UP)
		fuzz_must(arm_vcpu_set_power(report.cpu_up.vcpu,
					     ARM_VCPU_POWER_OFF),
			  0, "power");
	status =
		how % 3 ? arm_vcpu_complete(vcpu, value)
			: arm_vcpu_fail(vcpu,
					how & 4 ? ARM_VCPU_FAIL_UNDEFINED
						: ARM_VCPU_FAIL_EXTERNAL_ABORT);
	if (status != ARM_VCPU_OK && status != ARM_VCPU_ERR_NO_COMPLETION)
		machine_fail("completion: %d", status);
	fuzz_must(arm_vcpu_complete(vcpu, 0), ARM_VCPU_ERR_NO_COMPLETION,
		  "a second completion");
	if (status != ARM_VCPU_OK && vcpu->frame.elr != pc)
		machine_fail("no completion moves PC");
}

static void step(struct fuzz_input *input)
{
	struct machine_cpu *cpu = machine.current;
	const uint64_t esr = some_esr(input);
	const uint64_t ipa = some_ipa(input);
	unsigned verdict;
	uint64_t pc;

	some_registers(input);
	pc = vcpu->frame.elr;
	cpu->reg[R_ESR_EL2] = esr;
	cpu->reg[R_HPFAR_EL2] = BITS_PUT(HPFAR_FIPA, ipa >> 12);
	cpu->reg[R_FAR_EL2] =
		fuzz_take(input, 1) & 1 ? ipa : fuzz_take(input, 8);
	memset(&report, 0xa5, sizeof(report));
	report.reason = ARM_VCPU_EXIT_NOTHING;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	verdict = arm_guest_sync(vcpu);
	if (verdict == ARM_TO_HOST)
		finish((unsigned)fuzz_take(input, 1), fuzz_take(input, 8), pc);
	else if (verdict != ARM_RESUME && verdict != ARM_RESUME_FULL)
		machine_fail("verdict %u", verdict);
	check_pc(pc);
	check_mode();
	machine_ich_check(cpu);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	fuzz_vm_make(fuzz_take(&input, 1), NULL);
	fuzz_bind(0);
	fuzz_must(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG(VBAR_EL1), VECTORS), 0,
		  "VBAR_EL1");
	vcpu->exit = &report;
	machine_set_daif(machine.current, SPSR_DAIF);
	while (input.left)
		step(&input);
	fuzz_vm_end();
	return 0;
}
