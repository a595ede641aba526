/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One physical CPU: what it can do, and turning virtualisation on and off on
 * it. The host keeps one struct arm_pcpu for each CPU, for as long as the
 * machine runs: once enabled, it stays in the list that the EL2 vectors walk
 * to find the host (the one writable word of static storage that the library
 * has, since the architecture gives a vector nothing but its own address).
 */
#ifndef ARM_VCPU_PCPU_H
#define ARM_VCPU_PCPU_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/features.h>
#include <arm_vcpu/host.h>
#include <arm_vcpu/language.h>
#include <arm_vcpu/private.h>

ARM_VCPU_BEGIN

/*
 * True when this code runs at EL2, EL2 is in use with HCR_EL2.E2H = 0, and
 * EL1 can be AArch64: everything arm_pcpu_hardware_enable() needs. Really
 * looks (CurrentEL, ID_AA64PFR0_EL1, HCR_EL2); false at EL1.
 */
bool arm_pcpu_has_hardware_support(void);

/* Read the ID registers of the calling CPU, and turn the GIC's system registers
 * on (ICC_SRE_EL2.SRE), since one of them is among those. EL2.
 * ARM_VCPU_ERR_NULL. */
int arm_pcpu_read_features(struct arm_pcpu_features *features);

/* Prepare the object, once in its life; touches no hardware. ARM_VCPU_ERR_NULL,
 * ARM_VCPU_ERR_EXISTS (it was enabled before: enable it again as it is). */
int arm_pcpu_init(struct arm_pcpu *pcpu, const struct arm_pcpu_ops *ops,
		  void *ctx);

/*
 * Guests may try to read what they must not by training this CPU's speculation
 * (CVE-2017-5715, CVE-2022-23960, CVE-2018-3639): arm_pcpu_hardware_enable()
 * has it do what helps where it can be trained so, first of all when a guest is
 * left. It costs nothing where it cannot; a host that trusts its guests leaves
 * it out, and 3 KiB with it. Before arm_pcpu_hardware_enable(). firmware: an
 * SMC from EL2 reaches one that has PSCI, and may be asked; else the library
 * calls none. Cortex-A57 834220 is worked around here, too. ARM_VCPU_ERR_NULL.
 */
int arm_pcpu_guard(struct arm_pcpu *pcpu, bool firmware);

/*
 * Enable virtualisation on the calling CPU: save VBAR_EL2, HCR_EL2 and the
 * other EL2 controls that this library writes, and install its vectors. EL2,
 * interrupts masked. From here on an IRQ at EL2 reaches ops->irq (HCR_EL2.IMO,
 * FMO and AMO are set also while no vCPU is bound), and any other exception at
 * EL2 is reported and fatal. An SError that is pending already is taken and
 * logged, and harms nobody; PSTATE.A is as before. VTTBR_EL2 gets VMID 0, and
 * all EL1&0 entries of this CPU's TLBs are invalidated. Breakpoints and
 * watchpoints are disabled, and ICC_SRE_EL2 and _EL1 turn the GIC's system
 * registers on. Of the first CPU of each kind, ops->log gets lines about its
 * errata, and about what is done against its speculation, if there are any. An
 * object stays with the CPU that enabled it first. ARM_VCPU_ERR_NULL,
 * ARM_VCPU_ERR_ENABLED (this object, or another one for this CPU),
 * ARM_VCPU_ERR_EXISTS (it is another CPU's), ARM_VCPU_ERR_UNSUPPORTED (see
 * arm_pcpu_has_hardware_support()).
 */
int arm_pcpu_hardware_enable(struct arm_pcpu *pcpu);

/*
 * Put back what enable saved; breakpoints and watchpoints stay disabled, and
 * the GIC's system registers on. On the CPU that enabled, interrupts masked, no
 * vCPU bound. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_NOT_ENABLED, ARM_VCPU_ERR_BOUND.
 */
int arm_pcpu_hardware_disable(struct arm_pcpu *pcpu);

/* From any CPU. */
bool arm_pcpu_is_enabled(const struct arm_pcpu *pcpu);

/* What arm_pcpu_hardware_enable() found; null before. */
const struct arm_pcpu_features *
arm_pcpu_get_features(const struct arm_pcpu *pcpu);

ARM_VCPU_END

#endif
