/* SPDX-License-Identifier: Apache-2.0 */
/* Virtualisation on and off; before any vCPU exists. */
#include "el2.h"

#define OWN_VBAR UINT64_C(0x40081000)
#define OWN_HCR  (UINT64_C(1) << 31)

static void enable_and_disable(void)
{
	CHECK(arm_pcpu_has_hardware_support());
	CHECK_EQ(arm_pcpu_init(NULL, &pcpu_ops, NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_pcpu_init(&pcpu, &pcpu_ops, NULL), ARM_VCPU_OK);
	CHECK(!arm_pcpu_is_enabled(&pcpu));
	CHECK(arm_pcpu_get_features(&pcpu) == NULL);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_ERR_NOT_ENABLED);
	WRITE_SYSREG(vbar_el2, OWN_VBAR);
	WRITE_SYSREG(hcr_el2, OWN_HCR);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
	CHECK(arm_pcpu_is_enabled(&pcpu));
	CHECK(READ_SYSREG(vbar_el2) != OWN_VBAR);
	/* IMO, FMO, AMO: all is taken at EL2 without a vCPU, too. */
	CHECK_EQ(READ_SYSREG(hcr_el2), OWN_HCR | 0x38);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_ERR_ENABLED);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	CHECK(!arm_pcpu_is_enabled(&pcpu));
	CHECK_EQ(READ_SYSREG(vbar_el2), OWN_VBAR);
	CHECK_EQ(READ_SYSREG(hcr_el2), OWN_HCR);
	/* It is in the vectors' list for good. */
	CHECK_EQ(arm_pcpu_init(&pcpu, &pcpu_ops, NULL), ARM_VCPU_ERR_EXISTS);
}

static void features(void)
{
	struct arm_pcpu_features found;

	CHECK_EQ(arm_pcpu_read_features(NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_pcpu_read_features(&found), ARM_VCPU_OK);
	CHECK_EQ(found.midr, READ_SYSREG(midr_el1));
	CHECK(found.pa_bits >= 32 && found.pa_bits <= 52);
	CHECK(found.ipa_bits >= 32 && found.ipa_bits <= 48);
	CHECK(found.vmid_bits == 8 || found.vmid_bits == 16);
	CHECK(found.gicv3);
	CHECK(found.list_registers >= 1 && found.list_registers <= 16);
	/* ICH_VTR_EL2 (IHI 0069 12.4.12). */
	CHECK_EQ(found.affinity3, READ_SYSREG(S3_4_C12_C11_1) >> 21 & 1);
	CHECK_EQ(found.traps_dir, READ_SYSREG(S3_4_C12_C11_1) >> 19 & 1);
}

static void enable(void)
{
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
}

static void disable(void)
{
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
}

void pcpu_end_test(void)
{
	static const struct test tests[] = {
		{"disable after all others", disable},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}

void pcpu_tests(void)
{
	static const struct test tests[] = {
		{"enable and disable", enable_and_disable},
		{"features", features},
		{"enable for all others", enable},
	};

	/* ICC_SRE_EL2: the tests' own use of the CPU interface. */
	WRITE_SYSREG(S3_4_C12_C9_5, 0xf);
	ISB();
	gic_init();
	run_tests(tests, ARRAY_SIZE(tests));
}
