/* SPDX-License-Identifier: Apache-2.0 */
/* How hw/ names a system register to the machine. */
#ifndef HW_KEY_H
#define HW_KEY_H

#include <stdint.h>

/* Its encoding in 15 bits: op0 is 2 or 3. */
#define MACHINE_SYSREG(op0, op1, crn, crm, op2)                               \
	((unsigned)(((op0)&1) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | \
		    (op2)))

/* MRS and MSR of EL2 on the CPU that runs. */
uint64_t machine_read(unsigned key);
void machine_write(unsigned key, uint64_t value);

#endif
