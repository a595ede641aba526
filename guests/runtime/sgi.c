/* SPDX-License-Identifier: Apache-2.0 */
/* Software generated interrupts of group 1 (IHI 0069 12.2.21). */
#include "smp.h"

void send_sgi_list(uint64_t affinity, uint64_t list, uint32_t sgi)
{
	uint64_t value =
		(affinity >> 32 & 0xff) << 48 | (affinity >> 16 & 0xff) << 32 |
		(affinity >> 8 & 0xff) << 16 | (affinity >> 4 & 0xf) << 44 |
		(uint64_t)sgi << 24 | list;

	DSB();
	WRITE_SYSREG(ICC_SGI1R_EL1, value);
	ISB();
}

void send_sgi(unsigned cpu, uint32_t sgi)
{
	uint64_t affinity = cpu_affinity(cpu);

	send_sgi_list(affinity, UINT64_C(1) << (affinity & 0xf), sgi);
}

void send_sgi_others(uint32_t sgi)
{
	DSB();
	WRITE_SYSREG(ICC_SGI1R_EL1, UINT64_C(1) << 40 | (uint64_t)sgi << 24);
	ISB();
}
