/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of its own that uses the installed library: it says what this
 * CPU offers to guests, and powers the machine off.
 *
 *   qemu-system-aarch64 -M virt,virtualization=on,gic-version=3 \
 *       -cpu cortex-a72 -nographic -nic none -kernel consumer.elf
 */
#include <arm_vcpu/arm_vcpu.h>

int main(void);

/* The PL011 of QEMU's virt board. */
static void put(const char *text)
{
	while (*text)
		*(volatile uint32_t *)0x09000000 = (uint8_t)*text++;
}

static void put_number(unsigned value)
{
	char text[] = "0";

	if (value >= 10)
		put_number(value / 10);
	text[0] = (char)('0' + value % 10);
	put(text);
}

int main(void)
{
	struct arm_pcpu_features features;
	int status = arm_pcpu_read_features(&features);

	put("arm_vcpu " ARM_VCPU_VERSION_STRING ": ");
	put(arm_vcpu_strerror(status));
	put(", ");
	put_number(features.ipa_bits);
	put(" bits of address, ");
	put_number(features.list_registers);
	put(" list registers\n");
	return 0;
}
