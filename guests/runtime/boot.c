/* SPDX-License-Identifier: Apache-2.0 */
/* From start.S to the payload, and off. */
#include "guest.h"

void guest_start(uint64_t device_tree);

void power_off(void)
{
	for (;;)
		hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

bool is_virtual(void)
{
	return (int32_t)hvc(SMCCC_VERSION, 0, 0, 0) != PSCI_NOT_SUPPORTED;
}

void guest_start(uint64_t device_tree)
{
	/* 8 bits, FIFOs; UART, transmitter and receiver on. */
	mmio_write32(PL011_BASE + 0x2c, 0x70);
	mmio_write32(PL011_BASE + 0x30, 0x301);
	print("machine: %s\n", is_virtual() ? "virtual" : "bare");
	payload(device_tree);
	print_summary();
	power_off();
}
