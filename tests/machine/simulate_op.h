/* SPDX-License-Identifier: Apache-2.0 */
/* What guests can do, for simulate_program.c and simulate_choose.c. */
#ifndef MACHINE_SIMULATE_OP_H
#define MACHINE_SIMULATE_OP_H

#include "machine/simulate.h"

#define SYS(name, ...) name = MACHINE_SYSREG(__VA_ARGS__)
enum {
	SYS(VBAR_EL1, 3, 0, 12, 0, 0),
	SYS(CPACR_EL1, 3, 0, 1, 0, 2),
	SYS(ELR_EL1, 3, 0, 4, 0, 1),
	SYS(SPSR_EL1, 3, 0, 4, 0, 0),
	SYS(DAIF, 3, 3, 4, 2, 1),
	SYS(MPIDR_EL1, 3, 0, 0, 0, 5),
	SYS(CNTV_TVAL, 3, 3, 14, 3, 0),
	SYS(CNTV_CTL, 3, 3, 14, 3, 1),
	SYS(CNTV_CVAL, 3, 3, 14, 3, 2),
	SYS(CNTP_CTL, 3, 3, 14, 2, 1),
	SYS(CNTP_CVAL, 3, 3, 14, 2, 2),
	SYS(PMR, 3, 0, 4, 6, 0),
	SYS(IAR0, 3, 0, 12, 8, 0),
	SYS(EOIR0, 3, 0, 12, 8, 1),
	SYS(HPPIR0, 3, 0, 12, 8, 2),
	SYS(BPR0, 3, 0, 12, 8, 3),
	SYS(DIR, 3, 0, 12, 11, 1),
	SYS(RPR, 3, 0, 12, 11, 3),
	SYS(SGI1R, 3, 0, 12, 11, 5),
	SYS(ASGI1R, 3, 0, 12, 11, 6),
	SYS(SGI0R, 3, 0, 12, 11, 7),
	SYS(IAR1, 3, 0, 12, 12, 0),
	SYS(EOIR1, 3, 0, 12, 12, 1),
	SYS(HPPIR1, 3, 0, 12, 12, 2),
	SYS(BPR1, 3, 0, 12, 12, 3),
	SYS(CTLR, 3, 0, 12, 12, 4),
	SYS(SRE, 3, 0, 12, 12, 5),
	SYS(IGRPEN0, 3, 0, 12, 12, 6),
	SYS(IGRPEN1, 3, 0, 12, 12, 7),
};

/* DAIF */
#define SIM_MASKED UINT64_C(0x3c0)

uint8_t sim_any_x(void);
struct sim_op sim_plain(enum machine_op op);
struct sim_op sim_msr(unsigned key, uint64_t value);
struct sim_op sim_mrs(unsigned key);
struct sim_op sim_write_shadow(enum sim_shadow shadow, unsigned key,
			       uint64_t value);
struct sim_op sim_store(uint64_t va, unsigned width, uint64_t value);
struct sim_op sim_load(uint64_t va, unsigned width);
struct sim_op sim_daif(uint64_t value);
void sim_push(struct sim_vcpu *vcpu, struct sim_op op);
uint64_t sim_own_frame(const struct sim_vcpu *vcpu);
uint64_t sim_priorities(void);
uint64_t sim_any_mode(const struct sim_vcpu *vcpu);

#endif
