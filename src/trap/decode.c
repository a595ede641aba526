/* SPDX-License-Identifier: Apache-2.0 */
/* Decode: a syndrome becomes a typed exit (Arm ARM DDI 0487 D19.2.37). */
#include "trap/decode.h"

#include "arch/esr.h"
#include "context/frame.h"
#include "trap/complete.h"

__attribute__((noinline, cold)) static void
decode_wait(const struct arm_vcpu_exit_snapshot *snap,
	    const struct arm_trap_frame *frame, struct arm_vcpu_exit *exit)
{
	const uint64_t ti = BITS_GET(snap->esr, ESR_WFX_TI);
	const unsigned rn = (unsigned)BITS_GET(snap->esr, ESR_WFX_RN);

	exit->reason =
		ti & ESR_WFX_TI_EVENT ? ARM_VCPU_EXIT_WFE : ARM_VCPU_EXIT_WFI;
	exit->wait.timed = ti & ESR_WFX_TI_TIMED;
	exit->wait.deadline = 0;
	/* A wait may end early, but never late: without RV it ends at once. */
	if (exit->wait.timed && (snap->esr & ESR_WFX_RV))
		exit->wait.deadline = arm_frame_gpr(frame, rn);
}

/* The preferred return address is past HVC, and at SMC (D1.3.3.1). */
static void decode_call(const struct arm_vcpu_exit_snapshot *snap,
			const struct arm_trap_frame *frame,
			struct arm_vcpu_exit *exit)
{
	exit->call.args = frame->gpr;
	exit->call.imm = (uint16_t)BITS_GET(snap->esr, ESR_CALL_IMM16);
}

enum arm_vcpu_exit_reason
arm_decode_sysreg(const struct arm_vcpu_exit_snapshot *snap,
		  const struct arm_trap_frame *frame,
		  struct arm_vcpu_exit *exit, struct arm_vcpu_pending *pending)
{
	const uint64_t esr = snap->esr;
	const uint8_t reg = (uint8_t)BITS_GET(esr, SYSREG_RT);
	const bool is_read = esr & SYSREG_READ;

	exit->sysreg = (struct arm_vcpu_exit_sysreg){
		.value = is_read ? 0 : arm_frame_gpr(frame, reg),
		.op0 = (uint8_t)BITS_GET(esr, SYSREG_OP0),
		.op1 = (uint8_t)BITS_GET(esr, SYSREG_OP1),
		.crn = (uint8_t)BITS_GET(esr, SYSREG_CRN),
		.crm = (uint8_t)BITS_GET(esr, SYSREG_CRM),
		.op2 = (uint8_t)BITS_GET(esr, SYSREG_OP2),
		.reg = reg,
	};
	*pending = (struct arm_vcpu_pending){
		.kind = is_read ? ARM_VCPU_COMPLETE_LOAD
				: ARM_VCPU_COMPLETE_SKIP,
		.reg = is_read ? reg : ARM_VCPU_GPR_XZR,
		.width = 8,
		.reg_width = 8,
	};
	return exit->reason = is_read ? ARM_VCPU_EXIT_SYSREG_READ
				      : ARM_VCPU_EXIT_SYSREG_WRITE;
}

static bool is_type(uint64_t fsc, uint64_t type)
{
	return (fsc & ESR_FSC_TYPE) == type;
}

static bool is_translation(uint64_t fsc)
{
	return is_type(fsc, ESR_FSC_TRANSLATION) ||
	       fsc == ESR_FSC_TRANSLATION_M1 || fsc == ESR_FSC_TRANSLATION_M2;
}

/* Synchronous external aborts and parity errors, on a walk or not, are 0x10
 * to 0x1f, but for one tenant. */
static bool is_external(uint64_t fsc)
{
	return (fsc & BITS(5, 4)) == ESR_FSC_EXTERNAL &&
	       fsc != ESR_FSC_TAG_CHECK;
}

/*
 * What data and instruction aborts have in common. HPFAR_EL2 is UNKNOWN for
 * an external abort. The address that FAR holds is that of the access; on a
 * table walk the IPA is the descriptor's, of which only the page is known.
 */
static void decode_fault(const struct arm_vcpu_exit_snapshot *snap,
			 struct arm_vcpu_exit_fault *fault)
{
	const uint64_t fsc = BITS_GET(snap->esr, ESR_ABT_FSC);

	*fault = (struct arm_vcpu_exit_fault){.ipa = 0};
	fault->external = is_external(fsc);
	fault->permission = is_type(fsc, ESR_FSC_PERMISSION);
	fault->table_walk = snap->esr & ESR_ABT_S1PTW;
	fault->va_valid =
		!(fsc == ESR_FSC_EXTERNAL && (snap->esr & ESR_ABT_FNV));
	fault->va = fault->va_valid ? snap->far : 0;
	fault->ipa_valid = snap->ipa_valid && !fault->external;
	if (fault->ipa_valid) {
		fault->ipa = BITS_GET(snap->hpfar, HPFAR_FIPA)
			     << HPFAR_FIPA_SHIFT;
		if (!fault->table_walk)
			fault->ipa |= fault->va & FAR_PAGE_OFFSET;
	}
}

/* The instruction's operands, from a valid syndrome (ISV = 1), and which exit
 * it is where it goes to a device. */
__attribute__((noinline)) static enum arm_vcpu_exit_reason
decode_access(uint64_t esr, const struct arm_trap_frame *frame, uint64_t ipa,
	      struct arm_vcpu_exit_mmio *mmio, struct arm_vcpu_pending *pending)
{
	const bool is_write = esr & ESR_DABT_WNR;
	const uint8_t reg = (uint8_t)BITS_GET(esr, ESR_DABT_SRT);
	const uint8_t width = (uint8_t)(1u << BITS_GET(esr, ESR_DABT_SAS));
	const uint8_t reg_width = (esr & ESR_DABT_SF) || width == 8 ? 8 : 4;
	const bool sign_extend = !is_write && (esr & ESR_DABT_SSE);

	*mmio = (struct arm_vcpu_exit_mmio){
		.addr = ipa,
		.value = is_write ? arm_cut(arm_frame_gpr(frame, reg), width)
				  : 0,
		.width = width,
		.reg = reg,
		.reg_width = reg_width,
		.sign_extend = sign_extend,
		.is_write = is_write,
	};
	*pending = (struct arm_vcpu_pending){
		.kind = is_write ? ARM_VCPU_COMPLETE_SKIP
				 : ARM_VCPU_COMPLETE_LOAD,
		.reg = is_write ? ARM_VCPU_GPR_XZR : reg,
		.width = width,
		.reg_width = reg_width,
		.sign_extend = sign_extend,
	};
	return is_write ? ARM_VCPU_EXIT_MMIO_WRITE : ARM_VCPU_EXIT_MMIO_READ;
}

/*
 * The instruction may be skipped when its length is known. A T32 one without
 * syndrome has IL = 1 whatever its length (D19.2.37, ESR_EL2.IL).
 */
static bool is_length_known(const struct arm_trap_frame *frame)
{
	return !((frame->spsr & SPSR_AARCH32) && (frame->spsr & SPSR_A32_T));
}

/*
 * Any other data abort: of memory that is mapped, but not for this access, or
 * an access that comes with no operands, or whose operands do not count: a
 * guest's walk, an external abort and a fault without IPA are no access that
 * could be emulated. LD64B and ST64B (LST) move eight registers.
 */
__attribute__((noinline, cold)) static enum arm_vcpu_exit_reason
decode_data_fault(const struct arm_vcpu_exit_snapshot *snap,
		  const struct arm_trap_frame *frame,
		  struct arm_vcpu_exit *exit, struct arm_vcpu_pending *pending)
{
	const uint64_t esr = snap->esr;
	struct arm_vcpu_exit_fault *fault = &exit->fault;

	exit->reason = ARM_VCPU_EXIT_DATA_FAULT;
	*pending = (struct arm_vcpu_pending){.kind = ARM_VCPU_COMPLETE_FAULT};
	decode_fault(snap, fault);
	fault->access = esr & ESR_DABT_WNR ? ARM_VCPU_ACCESS_WRITE
					   : ARM_VCPU_ACCESS_READ;
	if (fault->table_walk || fault->external) {
		/* No access. */
	} else if (esr & ESR_DABT_CM) {
		fault->access = ARM_VCPU_ACCESS_CACHE;
		pending->kind = ARM_VCPU_COMPLETE_SKIP;
	} else if (!(esr & ESR_DABT_ISV) || (esr & ESR_DABT_LST)) {
		if (is_translation(BITS_GET(esr, ESR_ABT_FSC))) {
			exit->reason = ARM_VCPU_EXIT_NO_SYNDROME;
			if (is_length_known(frame))
				pending->kind = ARM_VCPU_COMPLETE_SKIP;
		}
	} else if (fault->ipa_valid) {
		fault->syndrome_valid = true;
		(void)decode_access(esr, frame, fault->ipa, &fault->mmio,
				    pending);
	}
	return exit->reason;
}

__attribute__((noinline, cold)) static void
decode_fetch_fault(const struct arm_vcpu_exit_snapshot *snap,
		   struct arm_vcpu_exit *exit, struct arm_vcpu_pending *pending)
{
	exit->reason = ARM_VCPU_EXIT_FETCH_FAULT;
	decode_fault(snap, &exit->fault);
	exit->fault.access = ARM_VCPU_ACCESS_EXECUTE;
	pending->kind = ARM_VCPU_COMPLETE_FAULT;
}

__attribute__((noinline, cold)) static void
decode_unhandled(const struct arm_vcpu_exit_snapshot *snap,
		 const struct arm_trap_frame *frame, struct arm_vcpu_exit *exit,
		 struct arm_vcpu_pending *pending)
{
	exit->reason = ARM_VCPU_EXIT_UNHANDLED;
	/* The addresses in snap are an abort's. */
	exit->snapshot = (struct arm_vcpu_exit_snapshot){
		.esr = snap->esr,
		.vector = ARM_VCPU_VECTOR_SYNC,
		.aarch32 = frame->spsr & SPSR_AARCH32,
	};
	pending->kind = ARM_VCPU_COMPLETE_FAULT;
}

/* A load or store with operands that hit nothing in stage 2: by far the most
 * frequent abort, and an access to a device. */
static bool is_mmio(const struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t must =
		ESR_DABT_ISV | ESR_ABT_S1PTW | ESR_DABT_CM | ESR_DABT_LST;

	return (snap->esr & must) == ESR_DABT_ISV &&
	       is_translation(BITS_GET(snap->esr, ESR_ABT_FSC)) &&
	       snap->ipa_valid;
}

enum arm_vcpu_exit_reason
arm_decode_data_abort(const struct arm_vcpu_exit_snapshot *snap,
		      const struct arm_trap_frame *frame,
		      struct arm_vcpu_exit *exit,
		      struct arm_vcpu_pending *pending)
{
	const uint64_t page = BITS_GET(snap->hpfar, HPFAR_FIPA)
			      << HPFAR_FIPA_SHIFT;

	if (!is_mmio(snap))
		return decode_data_fault(snap, frame, exit, pending);
	exit->reason = snap->esr & ESR_DABT_WNR ? ARM_VCPU_EXIT_MMIO_WRITE
						: ARM_VCPU_EXIT_MMIO_READ;
	return decode_access(snap->esr, frame,
			     page | (snap->far & FAR_PAGE_OFFSET), &exit->mmio,
			     pending);
}

__attribute__((cold)) enum arm_vcpu_exit_reason
arm_decode(const struct arm_vcpu_exit_snapshot *snap,
	   const struct arm_trap_frame *frame, struct arm_vcpu_exit *exit,
	   struct arm_vcpu_pending *pending)
{
	*pending = (struct arm_vcpu_pending){.kind = ARM_VCPU_COMPLETE_NOTHING};
	switch (BITS_GET(snap->esr, ESR_EC)) {
	case ESR_EC_HVC64:
		exit->reason = ARM_VCPU_EXIT_HYPERCALL;
		decode_call(snap, frame, exit);
		pending->kind = ARM_VCPU_COMPLETE_RESULT;
		break;
	case ESR_EC_SMC64:
		exit->reason = ARM_VCPU_EXIT_SMC;
		decode_call(snap, frame, exit);
		pending->kind = ARM_VCPU_COMPLETE_RESULT_SKIP;
		break;
	case ESR_EC_SYS64:
		return arm_decode_sysreg(snap, frame, exit, pending);
	case ESR_EC_DABT_LOW:
		return arm_decode_data_abort(snap, frame, exit, pending);
	case ESR_EC_IABT_LOW:
		decode_fetch_fault(snap, exit, pending);
		break;
	case ESR_EC_WFX:
		decode_wait(snap, frame, exit);
		pending->kind = ARM_VCPU_COMPLETE_SKIP;
		break;
	default:
		decode_unhandled(snap, frame, exit, pending);
		break;
	}
	return exit->reason;
}
