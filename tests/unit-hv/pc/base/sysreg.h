/* SPDX-License-Identifier: Apache-2.0 */
/* hypervisor/base/sysreg.h on a PC: what is read is the test's. */
#ifndef HV_BASE_SYSREG_H
#define HV_BASE_SYSREG_H

#include <stdint.h>

uint64_t hv_pc_sysreg(const char *name);

#define HV_SYSREG_READ(name) hv_pc_sysreg(#name)

#endif
