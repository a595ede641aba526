/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of hw/ that are one instruction or two. */
#include <string.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "arch/stage2.h"
#include "arch/sysreg.h"
#include "hw/barrier.h"
#include "hw/cache.h"
#include "hw/debug.h"
#include "hw/fp.h"
#include "hw/id.h"
#include "hw/irq.h"
#include "hw/lr.h"
#include "hw/serror.h"
#include "hw/smc.h"
#include "hw/sysreg.h"
#include "hw/tlb.h"
#include "hw/translate.h"
#include "machine/state.h"

#define CPTR_TFP BIT(10)

static void tell(enum machine_maintenance what, uint64_t operand)
{
	machine_step();
	if (machine.config.maintenance)
		machine.config.maintenance(what, operand);
}

void arm_hw_isb(void)
{
	machine_step();
	if (machine.config.written)
		machine.config.written(0, 0);
}

void arm_hw_dsb_sy(void)
{
	tell(MACHINE_DSB_SY, 0);
}

void arm_hw_dsb_nsh(void)
{
	machine_step();
}

void arm_hw_dsb_ish(void)
{
	tell(MACHINE_DSB_ISH, 0);
}

void arm_hw_dsb_ishst(void)
{
	tell(MACHINE_DSB_ISHST, 0);
}

uint64_t arm_hw_irq_mask(void)
{
	uint64_t daif;

	machine_step();
	daif = machine.current->daif;
	machine_set_daif(machine.current, daif | SPSR_I | SPSR_F);
	return daif;
}

void arm_hw_irq_restore(uint64_t daif)
{
	machine_set_daif(machine.current, daif);
	machine_step();
}

void machine_pend_serror(unsigned cpu, uint64_t iss)
{
	machine.cpu[cpu].serror = true;
	machine.cpu[cpu].serror_iss = iss;
}

void arm_hw_mask_serror(void)
{
	machine_set_daif(machine.current, machine.current->daif | SPSR_A);
	machine_step();
}

void arm_hw_unmask_serror(void)
{
	machine_set_daif(machine.current, machine.current->daif & ~SPSR_A);
	machine_step();
}

void arm_hw_esb(void)
{
	struct machine_cpu *cpu = machine.current;

	machine_step();
	if (!machine.config.ras || !cpu->serror)
		return;
	cpu->serror = false;
	cpu->reg[R_DISR_EL1] = DISR_A | cpu->serror_iss;
}

uint64_t arm_hw_take_serror(void)
{
	struct machine_cpu *cpu = machine.current;

	machine_step();
	if (!(machine_seen(cpu, R_HCR_EL2) & HCR_AMO))
		machine_fail("an SError that is not routed to EL2");
	if (!cpu->serror)
		return 0;
	cpu->serror = false;
	return BITS_PUT(ESR_EC, ESR_EC_SERROR) | ESR_IL | cpu->serror_iss;
}

void arm_hw_halt(void)
{
	machine_halt();
}

void arm_hw_dc_civac(uintptr_t va)
{
	tell(MACHINE_DC_CIVAC, va);
}

void arm_hw_tlbi_ipas2e1is(uint64_t operand)
{
	const uint64_t ipa = BITS_GET(operand, TLBI_IPA) << S2_PAGE_SHIFT;

	tell(MACHINE_TLBI_IPAS2E1IS, ipa);
	machine_tlbi_ipa(machine.current, ipa);
}

void arm_hw_tlbi_vmalle1is(void)
{
	tell(MACHINE_TLBI_VMALLE1IS, 0);
	machine_tlbi_vmid(machine.current, false, true);
}

void arm_hw_tlbi_vmalls12e1is(void)
{
	tell(MACHINE_TLBI_VMALLS12E1IS, 0);
	machine_tlbi_vmid(machine.current, true, true);
}

void arm_hw_tlbi_alle1is(void)
{
	tell(MACHINE_TLBI_ALLE1IS, 0);
	machine_tlbi_all(NULL);
}

void arm_hw_tlbi_alle1(void)
{
	tell(MACHINE_TLBI_ALLE1, 0);
	machine_tlbi_all(machine.current);
}

void arm_hw_tlbi_vmalle1(void)
{
	machine_step();
	machine_tlbi_vmid(machine.current, false, false);
}

void arm_hw_ic_ialluis(void)
{
	machine_step();
}

void arm_hw_ic_iallu(void)
{
	machine_step();
}

void arm_hw_at_s1e1r(uint64_t va)
{
	machine_step();
	machine_at_s1e1r(machine.current, va);
}

static unsigned lr_key(unsigned n)
{
	return MACHINE_SYSREG(3, 4, 12, 12 + n / 8, n % 8);
}

uint64_t arm_hw_read_lr(unsigned n)
{
	return machine_read(lr_key(n));
}

void arm_hw_write_lr(unsigned n, uint64_t value)
{
	machine_write(lr_key(n), value);
}

static unsigned apr_key(unsigned group, unsigned n)
{
	return MACHINE_SYSREG(3, 4, 12, 8 + group, n);
}

uint64_t arm_hw_read_apr(unsigned group, unsigned n)
{
	return machine_read(apr_key(group, n));
}

void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value)
{
	machine_write(apr_key(group, n), value);
}

uint64_t arm_hw_read_id(uint32_t key)
{
	return machine_read(MACHINE_SYSREG(3, 0, 0, BITS_GET(key, SYSREG_CRM),
					   BITS_GET(key, SYSREG_OP2)));
}

void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints)
{
	for (unsigned n = 0; n < breakpoints; n++)
		machine_write(MACHINE_SYSREG(2, 0, 0, n, 5), 0);
	for (unsigned n = 0; n < watchpoints; n++)
		machine_write(MACHINE_SYSREG(2, 0, 0, n, 7), 0);
}

static struct machine_cpu *with_fp(void)
{
	machine_step();
	if (machine_seen(machine.current, R_CPTR_EL2) & CPTR_TFP)
		machine_fail("EL2 uses FP while CPTR_EL2.TFP");
	return machine.current;
}

void arm_hw_fp_save(struct arm_vcpu_fp_state *fp)
{
	struct machine_cpu *cpu = with_fp();

	memcpy(fp->v, cpu->v, sizeof(fp->v));
	fp->fpcr = cpu->fpcr;
	fp->fpsr = cpu->fpsr;
}

void arm_hw_fp_load(const struct arm_vcpu_fp_state *fp)
{
	struct machine_cpu *cpu = with_fp();

	memcpy(cpu->v, fp->v, sizeof(cpu->v));
	cpu->fpcr = fp->fpcr;
	cpu->fpsr = fp->fpsr;
}

void arm_hw_smc(uint64_t regs[18])
{
	machine_step();
	if (machine.config.smc)
		machine.config.smc(regs);
	else
		regs[0] = UINT64_MAX;
}
