/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRAP_SYSREG_LOG_H
#define TRAP_SYSREG_LOG_H

#include "trap/sysreg.h"

/* Show the row that sysreg_rows.c lacks, once until another one is missing:
 * a guest that polls one register must not fill the host's log. */
void arm_sysreg_log_unknown(struct arm_vcpu *vcpu,
			    const struct arm_sysreg_access *access);

#endif
