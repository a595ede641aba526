/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/sysreg.h. */
#ifndef HW_SYSREG_H
#define HW_SYSREG_H

#include <stdint.h>

#include "arch/sysreg_names.h"
#include "hw/key.h"

#define READ_SYSREG(...) machine_read(MACHINE_SYSREG(__VA_ARGS__))
#define WRITE_SYSREG(op0, op1, crn, crm, op2, value)           \
	machine_write(MACHINE_SYSREG(op0, op1, crn, crm, op2), \
		      (uint64_t)(value))

/* READ(ESR_EL2): the pasted name expands into its five numbers. */
#define READ(reg)          READ_(SR_##reg)
#define READ_(...)         READ_SYSREG(__VA_ARGS__)
#define WRITE(reg, value)  WRITE_((SR_##reg), value)
#define WRITE_(reg, value) WRITE_2(UNPACK_ reg, value)
#define UNPACK_(...)       __VA_ARGS__
#define WRITE_2(...)       WRITE_SYSREG(__VA_ARGS__)

#endif
