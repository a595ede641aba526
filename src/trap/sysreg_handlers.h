/* SPDX-License-Identifier: Apache-2.0 */
/* The handlers that sysreg_rows.c names, by the file that has them. */
#ifndef TRAP_SYSREG_HANDLERS_H
#define TRAP_SYSREG_HANDLERS_H

#include "trap/sysreg.h"

#define ARM_SYSREG_HANDLER(name)                                            \
	enum arm_sysreg_result name(struct arm_vcpu *vcpu,                  \
				    const struct arm_sysreg_access *access, \
				    uint64_t *value)

/* sysreg_cache.c */
ARM_SYSREG_HANDLER(arm_sysreg_set_way);
ARM_SYSREG_HANDLER(arm_sysreg_stage1);

/* sysreg_debug.c */
ARM_SYSREG_HANDLER(arm_sysreg_mdscr);
ARM_SYSREG_HANDLER(arm_sysreg_oslar);
ARM_SYSREG_HANDLER(arm_sysreg_oslsr);
ARM_SYSREG_HANDLER(arm_sysreg_claim_set);
ARM_SYSREG_HANDLER(arm_sysreg_claim_clear);
ARM_SYSREG_HANDLER(arm_sysreg_breakpoint);

/* sysreg_gic.c */
ARM_SYSREG_HANDLER(arm_sysreg_sgi);
ARM_SYSREG_HANDLER(arm_sysreg_dir);
ARM_SYSREG_HANDLER(arm_sysreg_sre);

/* sysreg_timer.c */
ARM_SYSREG_HANDLER(arm_sysreg_cntp);

#endif
