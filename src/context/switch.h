/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTEXT_SWITCH_H
#define CONTEXT_SWITCH_H

#include <stdbool.h>

#include <arm_vcpu/private.h>

/*
 * Load or save all of a vCPU's registers; the physical timer only when the
 * guest owns it. Saving ends the guest's timers, reading leaves all as it is.
 */
void arm_regs_load(const struct arm_guest_regs *regs, bool own_cntp);
void arm_regs_read(struct arm_guest_regs *regs, bool own_cntp);
void arm_regs_save(struct arm_guest_regs *regs, bool own_cntp);

/*
 * After saving, before stage 2 goes off: no walk, a speculative one neither,
 * finds the guest's tables, whose IPAs it would take for PAs (lib/walks.h). In
 * effect on return.
 */
void arm_regs_close(const struct arm_guest_regs *regs);

#endif
