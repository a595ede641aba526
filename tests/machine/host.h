/* SPDX-License-Identifier: Apache-2.0 */
/* For test programs: the least host, with one VM on the simulated machine.
 * What does not succeed here fails the machine. */
#ifndef MACHINE_HOST_H
#define MACHINE_HOST_H

#include <arm_vcpu/arm_vcpu.h>

#include "machine/machine.h"

#define HOST_VCPUS  2u
#define HOST_SPIS   32u
#define HOST_RAM    UINT64_C(0x40000000)
#define HOST_DIST   UINT64_C(0x08000000)
#define HOST_REDIST UINT64_C(0x080a0000)

struct host {
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[ARM_VGIC_BANKS(HOST_SPIS)];
	struct arm_vcpu vcpu[HOST_VCPUS];
	struct arm_vcpu *vcpus[HOST_VCPUS];
	struct arm_pcpu pcpu[HOST_VCPUS];
	struct arm_stage2 s2;
	struct arm_stage2_vmid_pool pool;
	uint64_t ram; /* what is at HOST_RAM */
	unsigned ram_order, cpus;
};

extern struct host host;

/* For hosts that make their VM themselves: a kick that does nothing. */
extern const struct arm_vm_ops host_vm_ops;
void *host_phys_to_virt(void *ctx, uint64_t pa);

/* Makes the machine, and enables its CPUs; the caller is on CPU 0 then. */
void host_make(const struct machine_config *config,
	       const struct arm_pcpu_ops *ops);
/* Stage 2, with 2^order pages of RAM that the guest may use so. */
void host_make_memory(unsigned order, unsigned rights);
/* Without the config's ops and table of vCPUs: they are the host's. */
void host_make_vm(struct arm_vm_config config);
void host_make_vgic(void);
/* Without the config's VM. It is not yet set up. */
void host_make_vcpu(unsigned n, struct arm_vcpu_config config);
/* setup may be null. The vCPU gets the host's stage 2, and starts at its RAM.
 */
void host_set_up_vcpu(unsigned n, const struct arm_vcpu_setup *setup);
/* Disables the CPUs and frees the memory: no page may be left. */
void host_end(void);

#endif
