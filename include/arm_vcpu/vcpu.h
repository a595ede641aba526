/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One virtual CPU, from birth to run:
 *
 *   arm_vcpu_init      who it is: its VM, MPIDR, x0
 *   arm_vcpu_setup     what it may touch: interrupts, timers
 *   arm_vcpu_set_entry, arm_vcpu_set_ept_root
 *   arm_vcpu_bind      load its EL1 state into the calling physical CPU
 *   arm_vcpu_run ...   as often as wanted
 *   arm_vcpu_unbind    store it again; then it may be bound elsewhere
 *
 *   init --> made --setup--> set up --set_ept_root, set_entry--> ready
 *
 *   ready --bind--> bound --unbind--> ready      reset, power_on: in ready
 *                   bound --run-----> bound      complete, fail: once an exit
 *
 * and its power state, which is PSCI's:
 *
 *   OFF --CPU_ON of another: ARM_VCPU_EXIT_CPU_UP--> ON_PENDING
 *   ON_PENDING --arm_vcpu_power_on--> ON         or back by set_power
 *   ON --CPU_OFF: ARM_VCPU_EXIT_CPU_DOWN--> OFF
 *
 * Unless a comment says otherwise, a function may be called by the CPU the
 * vCPU is bound to, or by any one CPU while it is not bound; at EL2; with
 * interrupts on or off; and answers ARM_VCPU_ERR_NULL for a null vCPU. After an
 * error nothing has changed. From inside arm_vcpu_run(), that is from an op of
 * the host, no function may change this vCPU but those that raise interrupts
 * and those that name irq().
 */
#ifndef ARM_VCPU_VCPU_H
#define ARM_VCPU_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/guest_regs.h>
#include <arm_vcpu/language.h>
#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/private.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vgic.h>
#include <arm_vcpu/vm.h>
#include <arm_vcpu/vtimer.h>

ARM_VCPU_BEGIN

/* Power state of a vCPU as PSCI sees it (DEN0022 5.7, AFFINITY_INFO). */
enum arm_vcpu_power_state {
	ARM_VCPU_POWER_OFF,        /* not to be run                        */
	ARM_VCPU_POWER_ON_PENDING, /* claimed by a CPU_ON of another vCPU   */
	ARM_VCPU_POWER_ON,         /* the host runs it as it sees fit       */
};

/* Who a vCPU is. */
struct arm_vcpu_config {
	struct arm_vm *vm; /* that it is a CPU of */
	/* Affinity fields of the guest's MPIDR_EL1 (Aff3, Aff2 to Aff0; bit
	 * 31 is set and MT, U are cleared by the library). Unique in the VM. */
	uint64_t mpidr;
	uint64_t x0;     /* at first entry and after reset: device tree's IPA */
	bool powered_on; /* the boot CPU; others start ARM_VCPU_POWER_OFF */
	/* Let the guest's EL0 use AArch32: then every CPU that the vCPU is
	 * bound to must have it (struct arm_pcpu_features, aarch32_el0). */
	bool aarch32_el0;
};

/*
 * Make a vCPU and enter it into its VM's table; its index there is the order
 * of initialisation. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_RANGE (bits outside the
 * affinity fields), ARM_VCPU_ERR_EXISTS (MPIDR taken), ARM_VCPU_ERR_FULL. The
 * VM's vCPUs are all made before the first one runs.
 */
int arm_vcpu_init(struct arm_vcpu *vcpu, const struct arm_vcpu_config *config);

/* What of the hardware is the guest's own. */
struct arm_vcpu_setup {
	/*
	 * Pass-through: the guest owns the physical interrupts (HCR_EL2.IMO
	 * and FMO clear) and the CPU interface, and the host maps the GIC's
	 * registers for it. While it runs, no interrupt reaches the host, and
	 * none ends its run. The VM has no vGIC. Otherwise interrupts are the
	 * host's, and the VM must have a vGIC to give the guest any.
	 */
	bool passthrough_interrupts;
	/*
	 * Pass-through: the guest programs the physical timer CNTP itself,
	 * and its interrupt is a physical one like CNTV's: the host hands it
	 * on with arm_vgic_inject_hw(), INTID ARM_VTIMER_PHYSICAL_INTID, unless
	 * the guest owns those. Otherwise CNTP is emulated, and interrupts
	 * through the vGIC only. CNTV is always native.
	 */
	bool passthrough_timers;
};

/* Null setup: everything virtualised. ARM_VCPU_ERR_BOUND,
 * ARM_VCPU_ERR_INVALID (passthrough_interrupts, and the VM has a vGIC). */
int arm_vcpu_setup(struct arm_vcpu *vcpu, const struct arm_vcpu_setup *setup);

/*
 * Where the guest starts, an IPA (its MMU is off): the next run, and a run
 * after arm_vcpu_reset(), begin there. ARM_VCPU_ERR_UNALIGNED (not a multiple
 * of 4), ARM_VCPU_ERR_RANGE (beyond the IPA size of set_ept_root(), or 48 bits
 * before that).
 */
int arm_vcpu_set_entry(struct arm_vcpu *vcpu, uint64_t entry);

/* The stage-2 translation of a vCPU's guest. */
struct arm_vcpu_ept_root {
	uint64_t root; /* physical address, aligned to the root's size  */
	uint64_t vtcr; /* VTCR_EL2: arm_stage2_vtcr()                   */
	uint16_t vmid; /* arm_stage2_vmid()                             */
	bool fwb;      /* arm_stage2_fwb()                              */
};

/*
 * The stage-2 translation. ARM_VCPU_ERR_UNALIGNED, ARM_VCPU_ERR_RANGE (a root
 * beyond 48 bits, an entry set before that the new IPA size excludes),
 * ARM_VCPU_ERR_INVALID (a root of 0; a VTCR that is not of the 4 KiB granule,
 * or whose start level does not go with its IPA size), ARM_VCPU_ERR_BOUND.
 */
int arm_vcpu_set_ept_root(struct arm_vcpu *vcpu,
			  const struct arm_vcpu_ept_root *root);

/*
 * Load the vCPU into the calling CPU, on which pcpu is enabled. PSTATE.A is set
 * from here until unbind: an SError that comes meanwhile is the guest's
 * (ARM_VCPU_EXIT_SERROR). One that is pending before is the host's, and fatal.
 * ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_NOT_SETUP, ARM_VCPU_ERR_NO_ROOT,
 * ARM_VCPU_ERR_NOT_ENABLED, ARM_VCPU_ERR_BOUND (the vCPU is bound, or the CPU
 * has another one), ARM_VCPU_ERR_UNLIKE (since arm_vcpu_init() or
 * arm_vcpu_reset() the vCPU was bound to another kind of CPU, see
 * arm_pcpu_features.kind), ARM_VCPU_ERR_UNSUPPORTED (a feature the vCPU was set
 * up with is missing on this CPU).
 */
int arm_vcpu_bind(struct arm_vcpu *vcpu, struct arm_pcpu *pcpu);

/*
 * Store it again. On the CPU it is bound to. What the guest has begun (memory
 * accesses, cache and TLB maintenance) is complete then. PSTATE.A is as before
 * bind; an SError that is pending becomes an exit of the vCPU's next run.
 * ARM_VCPU_ERR_NOT_BOUND.
 */
int arm_vcpu_unbind(struct arm_vcpu *vcpu);

/*
 * Run the guest until the host has something to do, and say what in *exit.
 * The vCPU must be bound to this CPU. Interrupts are masked while the guest
 * runs and inside the library; the caller's mask is put back on return.
 * The host's SP_EL0 and TPIDR_EL2 are as before; x19 to x29 follow the
 * procedure call standard; FP/SIMD registers are the guest's, and until it has
 * used them, their use at EL2 traps, which is fatal: a host has to leave them
 * alone from bind to unbind.
 * ARM_VCPU_ERR_NOT_SETUP, ARM_VCPU_ERR_NOT_BOUND.
 */
int arm_vcpu_run(struct arm_vcpu *vcpu, struct arm_vcpu_exit *exit);

/*
 * Finish the instruction of the last exit:
 *
 *   exit                    complete(value)                  fail   or run
 *   MMIO_READ, SYSREG_READ  value to Rt, cut to the width    yes    again
 *                           and extended; PC past it
 *   MMIO_WRITE, WFI, WFE,   PC past it                       yes    again
 *   SYSREG_WRITE, SEND_IPI
 *   HYPERCALL               value to x0; PC is past it       yes    goes on
 *   SMC                     value to x0; PC past it          yes    again
 *   CPU_UP, CPU_SUSPEND     as the HVC or SMC that it was    yes    as that
 *   DATA_FAULT              with syndrome_valid as MMIO; a   yes    again
 *                           cache instruction: PC past it;
 *                           otherwise -
 *   NO_SYNDROME             PC past it; - if it was T32      yes    again
 *   FETCH_FAULT, UNHANDLED  -                                yes    again
 *   NOTHING, INTERRUPT,     -                                -      goes on
 *   SERROR
 *   CPU_DOWN, SYSTEM_OFF,   -                                -      not to be
 *   SYSTEM_RESET                                                    run
 *
 * -: ARM_VCPU_ERR_NO_COMPLETION, as for a second call. PC moves here and
 * nowhere else; "run" is what the guest does if neither is called.
 */
int arm_vcpu_complete(struct arm_vcpu *vcpu, uint64_t value);

/* How arm_vcpu_fail() should fail the instruction of the last exit. */
enum arm_vcpu_failure {
	ARM_VCPU_FAIL_UNDEFINED, /* the guest takes an Unknown-reason UNDEF  */
	ARM_VCPU_FAIL_EXTERNAL_ABORT, /* a synchronous external abort, data or
				       * instruction, with the faulting address
				       */
};

/*
 * The other way to finish an exit: the guest takes an exception at EL1
 * instead. ARM_VCPU_ERR_NO_COMPLETION when the last exit was not an
 * instruction, or was finished already; ARM_VCPU_ERR_INVALID for a failure
 * that is not one of these.
 */
int arm_vcpu_fail(struct arm_vcpu *vcpu, enum arm_vcpu_failure how);

/*
 * Make the vCPU leave its guest soon, with ARM_VCPU_EXIT_NOTHING if there is
 * nothing else, or not enter it at all if it is not running: a kick is never
 * lost. Any CPU, interrupts on or off, also from arm_pcpu_ops.irq().
 */
int arm_vcpu_kick(struct arm_vcpu *vcpu);

/*
 * Whether WFI and WFE leave the guest (ARM_VCPU_EXIT_WFI, ARM_VCPU_EXIT_WFE) or
 * wait on the physical CPU, which is the cheaper way when nobody else wants
 * that CPU. Neither traps in a new vCPU; setup and reset leave it as it is.
 */
int arm_vcpu_trap_wait(struct arm_vcpu *vcpu, bool wfi, bool wfe);

/*
 * General register 0 to 30; 31 reads zero and ignores writes.
 * ARM_VCPU_ERR_RANGE above 31.
 */
int arm_vcpu_get_gpr(const struct arm_vcpu *vcpu, unsigned reg,
		     uint64_t *value);
int arm_vcpu_set_gpr(struct arm_vcpu *vcpu, unsigned reg, uint64_t value);

/* x0, where the guest's call finds its result. Does not complete the exit. */
int arm_vcpu_set_return_value(struct arm_vcpu *vcpu, uint64_t value);

/*
 * Make INTID 0 to 1019 pending once, as an edge would; SGIs and PPIs are this
 * vCPU's, SPIs go where the guest routed them. Any CPU. ARM_VCPU_ERR_RANGE,
 * ARM_VCPU_ERR_NOT_FOUND (no vGIC).
 */
int arm_vcpu_inject_interrupt(struct arm_vcpu *vcpu, uint32_t intid);

/*
 * A register by id (guest_regs.h), wherever it is: in the CPU that the vCPU is
 * bound to or in the object. Never from inside arm_vcpu_run(), that is from an
 * op of the host, where SP_EL0 is not in the object. EL2 controls can be
 * read, as of the last bind; writing one is ARM_VCPU_ERR_INVALID (CNTVOFF_EL2
 * is arm_vm_set_cntvoff()'s), and so is a PSTATE that the guest cannot be in.
 * It can be in EL1 and EL0 in AArch64 state, and in EL0 in AArch32 state if
 * that was allowed.
 * Writing CNTP_CTL_EL0 or CNTP_CVAL_EL0 arms the emulated timer anew.
 * ARM_VCPU_ERR_RANGE for an id that is none.
 */
int arm_vcpu_get_reg(const struct arm_vcpu *vcpu, uint64_t id, uint64_t *value);
int arm_vcpu_set_reg(struct arm_vcpu *vcpu, uint64_t id, uint64_t value);

/*
 * The ids of all of a vCPU's registers in turn, n from 0. With those, the FP
 * registers, the power state and the vGIC, all of its state can be told.
 * ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_RANGE (n is past the last).
 */
int arm_vcpu_reg_id(unsigned n, uint64_t *id);

/* The architectural name of a register, "x0" and "PC" too; null for an id that
 * is none. From anywhere. */
const char *arm_vcpu_reg_name(uint64_t id);

/* The FP and SIMD registers, while the vCPU is not bound.
 * ARM_VCPU_ERR_BOUND. */
int arm_vcpu_get_fp(const struct arm_vcpu *vcpu, struct arm_vcpu_fp_state *fp);
int arm_vcpu_set_fp(struct arm_vcpu *vcpu, const struct arm_vcpu_fp_state *fp);

/*
 * The architected reset state: registers, PSTATE, timers, list registers,
 * FP; PC at the entry, x0 from the config. Power state and configuration
 * stay. It may begin on another kind of CPU then, which arm_vcpu_power_on()
 * does not allow. ARM_VCPU_ERR_BOUND.
 */
int arm_vcpu_reset(struct arm_vcpu *vcpu);

/*
 * Start a CPU after ARM_VCPU_EXIT_CPU_UP: reset, entry, x0, power state ON. By
 * any CPU, while the target is not bound. The same errors as set_entry(), and
 * ARM_VCPU_ERR_BOUND.
 */
int arm_vcpu_power_on(struct arm_vcpu *vcpu, uint64_t entry, uint64_t arg);

/* Power state, from any CPU. Setting it is for hosts that start, stop and
 * reset VMs; ARM_VCPU_ERR_INVALID for a value that is none. */
enum arm_vcpu_power_state arm_vcpu_power(const struct arm_vcpu *vcpu);
int arm_vcpu_set_power(struct arm_vcpu *vcpu, enum arm_vcpu_power_state state);

/* The general and system registers, line by line, at the given level through
 * the host's log. */
int arm_vcpu_dump(const struct arm_vcpu *vcpu, enum arm_vcpu_log_level level);

ARM_VCPU_END

#endif
