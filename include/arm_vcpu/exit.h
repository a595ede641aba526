/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why arm_vcpu_run() came back. An exit says what the guest did, never what
 * the host should do about it; it is valid until the next call that takes the
 * same vCPU. Nothing has been applied yet: the guest's PC still points at the
 * instruction (past it for HVC, as the architecture defines), and
 * arm_vcpu_complete() finishes the instruction. A host that just runs the
 * vCPU again makes the guest execute the instruction once more (HVC: go on
 * without a result). The power state of a vCPU is the exception: CPU_UP has
 * claimed its target, and CPU_DOWN has set ARM_VCPU_POWER_OFF.
 */
#ifndef ARM_VCPU_EXIT_H
#define ARM_VCPU_EXIT_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/language.h>

ARM_VCPU_BEGIN

/*
 * One row a reason: name, text. Switches over the reason carry no default, so
 * that a new reason makes the compiler name every place that must know it.
 */
#define ARM_VCPU_EXIT_LIST(X)                                                  \
	X(NOTHING, "nothing")       /* a kick; no member of the union */       \
	X(MMIO_READ, "MMIO read")   /* .mmio                          */       \
	X(MMIO_WRITE, "MMIO write") /* .mmio                          */       \
	X(HYPERCALL, "hypercall")   /* .call                          */       \
	X(SMC, "SMC")               /* .call                          */       \
	X(SYSREG_READ, "system register read")   /* .sysreg                */  \
	X(SYSREG_WRITE, "system register write") /* .sysreg                */  \
	X(WFI, "WFI") /* .wait                          */                     \
	X(WFE, "WFE") /* .wait                          */                     \
	X(DATA_FAULT, "stage-2 data fault")       /* .fault                 */ \
	X(FETCH_FAULT, "stage-2 fetch fault")     /* .fault                 */ \
	X(NO_SYNDROME, "access without syndrome") /* .fault                */  \
	X(INTERRUPT, "external interrupt") /* .interrupt                   */  \
	X(SEND_IPI, "inter-processor interrupt") /* .ipi                   */  \
	X(CPU_UP, "CPU up")             /* .cpu_up                        */   \
	X(CPU_DOWN, "CPU down")         /* no member                      */   \
	X(CPU_SUSPEND, "CPU suspend")   /* .suspend                       */   \
	X(SYSTEM_OFF, "system off")     /* no member                      */   \
	X(SYSTEM_RESET, "system reset") /* .reset                         */   \
	X(SERROR, "SError")             /* .snapshot                      */   \
	X(UNHANDLED, "unhandled exception") /* .snapshot                   */

/* Why the guest was left; the texts are arm_vcpu_exit_name()'s. */
enum arm_vcpu_exit_reason {
#define ARM_VCPU_EXIT_ENUM(name, text) ARM_VCPU_EXIT_##name,
	ARM_VCPU_EXIT_LIST(ARM_VCPU_EXIT_ENUM)
#undef ARM_VCPU_EXIT_ENUM
};

/* The text of a reason, "unknown exit" for a number that is none. */
const char *arm_vcpu_exit_name(enum arm_vcpu_exit_reason reason);

/* The text of the exception class in a syndrome, "reserved exception class"
 * for one that has no meaning (Arm ARM DDI 0487 D19.2.37, ESR_EL2.EC). */
const char *arm_vcpu_exception_class_name(uint64_t esr);

/* What kind of exception a guest left by: which vector was taken. */
enum arm_vcpu_vector {
	ARM_VCPU_VECTOR_SYNC,   /* synchronous: an instruction's         */
	ARM_VCPU_VECTOR_IRQ,    /* a physical interrupt, group 1         */
	ARM_VCPU_VECTOR_FIQ,    /* a physical interrupt, group 0         */
	ARM_VCPU_VECTOR_SERROR, /* an asynchronous error of the machine  */
};

/* The syndrome as read once on entry to EL2; nothing reads it again. */
struct arm_vcpu_exit_snapshot {
	uint64_t esr;   /* ESR_EL2                                          */
	uint64_t far;   /* FAR_EL2: valid for aborts                        */
	uint64_t hpfar; /* HPFAR_EL2, or built from AT S1E1R: see ipa_valid */
	enum arm_vcpu_vector vector; /* by which it came                    */
	bool ipa_valid; /* hpfar holds the faulting IPA's page              */
	bool aarch32;   /* the guest was in AArch32 state                   */
};

/* What the guest wanted of the memory. */
enum arm_vcpu_access {
	ARM_VCPU_ACCESS_READ,    /* a load                              */
	ARM_VCPU_ACCESS_WRITE,   /* a store                             */
	ARM_VCPU_ACCESS_EXECUTE, /* an instruction fetch                */
	ARM_VCPU_ACCESS_CACHE, /* a cache maintenance instruction by address */
};

/* A load or store of one register. */
struct arm_vcpu_exit_mmio {
	uint64_t addr;  /* IPA                                              */
	uint64_t value; /* write: already masked to width; read: 0          */
	uint8_t width;  /* bytes: 1, 2, 4 or 8                              */
	uint8_t reg;    /* Rt: 0 to 30, 31 for XZR                          */
	uint8_t reg_width; /* bytes of Rt that a load writes: 4 or 8       */
	bool sign_extend;  /* a load that sign-extends                      */
	bool is_write;     /* a store                                       */
};

/* Results of calls, for arm_vcpu_complete(): DEN0028 7.1, DEN0022 5.2.2. */
#define ARM_VCPU_SMCCC_NOT_SUPPORTED   ((uint64_t)-1)
#define ARM_VCPU_PSCI_SUCCESS          ((uint64_t)0)
#define ARM_VCPU_PSCI_INTERNAL_FAILURE ((uint64_t)-6)
#define ARM_VCPU_PSCI_INVALID_ADDRESS  ((uint64_t)-9)

/*
 * The calls that are the host's (DEN0028). HYPERCALL: HVC with an immediate
 * other than 0, or HVC #0 with a function id of a vendor-specific hypervisor,
 * OEM, SiP, CPU or Trusted OS service, or of a yielding call. SMC: an
 * immediate other than 0, which the convention reserves. A host that knows
 * nothing of it completes with ARM_VCPU_SMCCC_NOT_SUPPORTED. Everything else is
 * answered by the library: PSCI and SMCCC; NOT_SUPPORTED for other standard
 * services; and for any SMC #0 whose id is not in the VM's smc_allowed.
 */
struct arm_vcpu_exit_call {
	const uint64_t *args; /* x0 to x7 in the vCPU's frame               */
	uint16_t imm;         /* the immediate of HVC or SMC                */
};

/* MRS or MSR of a register that the host asked for. */
struct arm_vcpu_exit_sysreg {
	uint64_t value; /* write: what the guest wrote; read: 0             */
	uint8_t op0, op1, crn, crm, op2; /* the A64 encoding                */
	uint8_t reg; /* Rt: 0 to 30, 31 for XZR                          */
};

/* WFI, WFE, WFIT or WFET, where arm_vcpu_trap_wait() makes them exits. */
struct arm_vcpu_exit_wait {
	bool timed;        /* WFIT / WFET: deadline holds                   */
	uint64_t deadline; /* in the guest's virtual count, CNTVCT_EL0; 0, so
			    * at once, where the CPU did not report it      */
};

/* Stage 2 refused an access, and it is not one to a device. */
struct arm_vcpu_exit_fault {
	uint64_t ipa;        /* 4 KiB page and, where FAR is true, the offset */
	uint64_t va;         /* the guest's virtual address, FAR_EL2          */
	bool ipa_valid;      /* ipa holds                                     */
	bool va_valid;       /* va holds                                      */
	bool permission;     /* mapped, but not for this access               */
	bool table_walk;     /* on the guest's own stage-1 walk (S1PTW)       */
	bool external;       /* the memory system refused: an external abort  */
	bool syndrome_valid; /* mmio holds the instruction's operands      */
	enum arm_vcpu_access access;    /* that was refused */
	struct arm_vcpu_exit_mmio mmio; /* where syndrome_valid */
};

/* A physical interrupt; it is still pending unless irq() took it. */
struct arm_vcpu_exit_interrupt {
	bool fiq; /* it came as FIQ */
};

/* ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1 (IHI 0069 12.11.22). */
struct arm_vcpu_exit_ipi {
	uint64_t affinity;    /* Aff3.Aff2.Aff1.0 in MPIDR's format         */
	uint16_t target_list; /* bit n: Aff0 = 16 * range + n               */
	uint8_t range;        /* range selector, 0 to 15                    */
	uint8_t intid;        /* SGI 0 to 15                                */
	bool all_but_self;    /* IRM: affinity and list do not count        */
	uint8_t group;        /* 0 or 1                                     */
};

/*
 * PSCI CPU_ON with valid arguments. The target's power state has become
 * ARM_VCPU_POWER_ON_PENDING, so that no other CPU_ON can have it. The host
 * calls arm_vcpu_power_on(vcpu, entry, arg), once the target is unbound (a CPU
 * that has just called CPU_OFF may not be yet), and completes with 0; or, if it
 * cannot, calls arm_vcpu_set_power(vcpu, ARM_VCPU_POWER_OFF) and completes with
 * ARM_VCPU_PSCI_INTERNAL_FAILURE.
 */
struct arm_vcpu_exit_cpu_up {
	uint64_t target; /* MPIDR affinity of the CPU to start            */
	uint64_t entry;  /* IPA of its first instruction                  */
	uint64_t arg;    /* its x0: PSCI's context id                     */
	struct arm_vcpu *vcpu; /* the target, claimed for this start        */
};

/*
 * PSCI CPU_SUSPEND: park the vCPU until it has an interrupt, then complete
 * with 0. The call always returns as from standby, its context intact, which
 * DEN0022 5.4 allows for a power-down state as well.
 */
struct arm_vcpu_exit_suspend {
	uint32_t power_state; /* as the guest gave it, original format */
};

/* PSCI SYSTEM_RESET or SYSTEM_RESET2. */
struct arm_vcpu_exit_reset {
	uint32_t type;   /* 0 for SYSTEM_RESET; SYSTEM_RESET2's reset type    */
	uint64_t cookie; /* the guest's, of SYSTEM_RESET2                 */
};

/* The reason, and the member of the union that the list above names. */
struct arm_vcpu_exit {
	enum arm_vcpu_exit_reason reason; /* says which member holds */
	union {
		struct arm_vcpu_exit_mmio mmio;
		struct arm_vcpu_exit_call call;
		struct arm_vcpu_exit_sysreg sysreg;
		struct arm_vcpu_exit_wait wait;
		struct arm_vcpu_exit_fault fault;
		struct arm_vcpu_exit_interrupt interrupt;
		struct arm_vcpu_exit_ipi ipi;
		struct arm_vcpu_exit_cpu_up cpu_up;
		struct arm_vcpu_exit_suspend suspend;
		struct arm_vcpu_exit_reset reset;
		struct arm_vcpu_exit_snapshot snapshot;
	};
};

ARM_VCPU_END

#endif
