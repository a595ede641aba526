/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the vCPUs of one machine share: the table of CPUs that PSCI and the
 * vGIC look MPIDRs up in, the counter offset, the filter for SMCs. The caller
 * owns the memory, the array of vCPU pointers included.
 */
#ifndef ARM_VCPU_VM_H
#define ARM_VCPU_VM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arm_vcpu/host.h>
#include <arm_vcpu/language.h>
#include <arm_vcpu/private.h>

ARM_VCPU_BEGIN

struct arm_vcpu;
struct arm_vgic;

/*
 * A system register by its A64 encoding, for arm_vm_config.host_sysregs (the
 * ISS of a trapped MSR, Arm ARM DDI 0487 D19.2.37, without Rt and direction).
 */
#define ARM_VM_SYSREG(op0, op1, crn, crm, op2)                          \
	((uint32_t)(((uint32_t)(op0) << 20) | ((uint32_t)(op2) << 17) | \
		    ((uint32_t)(op1) << 14) | ((uint32_t)(crn) << 10) | \
		    ((uint32_t)(crm) << 1)))

/* What a VM is made from. */
struct arm_vm_config {
	const struct arm_vm_ops *ops; /* must stay valid */
	void *ctx;                    /* handed to each of them */
	struct arm_vcpu **vcpus; /* room for the pointers, capacity of them */
	uint32_t vcpu_capacity;  /* 1 to 512                                */
	/*
	 * SMCCC function ids that this VM may pass to the real firmware by
	 * SMC #0, x0 to x17 both ways, sorted or not; null and 0: none. PSCI
	 * and SMCCC_VERSION / ARCH_FEATURES are answered by the library and
	 * never forwarded, nor is any HVC. There must be firmware (EL3), and
	 * the host answers for what such a call does with the addresses that
	 * the guest puts into it.
	 */
	const uint32_t *smc_allowed;
	size_t smc_allowed_count; /* of them */
	/*
	 * System registers whose accesses leave the guest as
	 * ARM_VCPU_EXIT_SYSREG_READ and _WRITE where they trap, although the
	 * library would serve them: ARM_VM_SYSREG() of each; null and 0: none.
	 */
	const uint32_t *host_sysregs;
	size_t host_sysreg_count; /* of them */
	/* The same for every trapped register that the library does not know;
	 * otherwise those are UNDEFINED to the guest. */
	bool host_unknown_sysregs;
	/*
	 * A guest that turns its data caches on or off relies on what it finds
	 * in the caches and in memory, and its DC ISW, CSW and CISW reach the
	 * caches of one CPU only, not those that it ran on before. With this
	 * they trap, and leave the guest as ARM_VCPU_EXIT_SYSREG_WRITE: the
	 * first of those three since the caches were last turned on, and a
	 * write of SCTLR_EL1 that turns them on or off, which has been done
	 * then. The host cleans the caches of all memory that the guest uses
	 * (arm_stage2_clean()), in as many slices as it likes, and completes;
	 * until it does, arm_vcpu_run() answers the same exit again. While the
	 * caches are off, writes of the registers of stage 1 trap (HCR_EL2.TVM)
	 * and are served by the library; while they are on nothing costs more.
	 * Not needed with struct arm_stage2_config's fwb.
	 */
	bool watch_caches;
	/* CNTVCT_EL0 of the guest = CNTPCT_EL0 - cntvoff (CNTVOFF_EL2). */
	uint64_t cntvoff;
};

/* ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_RANGE (capacity). Before any vCPU is made. */
int arm_vm_init(struct arm_vm *vm, const struct arm_vm_config *config);

/* The vCPU with these affinity fields (Aff3 to Aff0 of an MPIDR, other bits
 * ignored), or null. From anywhere once the vCPUs are made. */
struct arm_vcpu *arm_vm_find_vcpu(const struct arm_vm *vm, uint64_t mpidr);

/*
 * Set the counter offset before the guest starts or after it was stopped: no
 * vCPU of the VM may be bound. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_BOUND.
 */
int arm_vm_set_cntvoff(struct arm_vm *vm, uint64_t cntvoff);

ARM_VCPU_END

#endif
