/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System registers that trap: a table of {encoding, mask, handler}. ID
 * registers have a list of their own (id_regs.h). An encoding in neither is
 * the host's if the VM asked for such; else it is undefined for the guest, and
 * a debug line shows the row to add.
 */
#ifndef TRAP_SYSREG_H
#define TRAP_SYSREG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "arch/sysreg.h"

struct arm_sysreg_access {
	uint32_t key; /* SYSREG(op0, op1, CRn, CRm, op2) */
	bool is_read;
};

enum arm_sysreg_result {
	ARM_SYSREG_DONE,      /* value read into *value, or written         */
	ARM_SYSREG_UNDEFINED, /* the guest takes an Unknown-reason exception */
	ARM_SYSREG_EXIT,      /* the host has to serve it                    */
};

/* value: in, what the guest writes; out, what it reads (0 unless set). */
typedef enum arm_sysreg_result (*arm_sysreg_handler)(
	struct arm_vcpu *vcpu, const struct arm_sysreg_access *access,
	uint64_t *value);

/*
 * Serves every access with this encoding, an ARM_VCPU_REG_ENCODING(), whose
 * numbers have the order of (op0, op1, CRn, CRm, op2). Bits of the encoding
 * that are set in any do not count: of CRm (6 to 3) and op2 (2 to 0).
 */
struct arm_sysreg_row {
	uint16_t encoding;
	uint8_t any;
	uint8_t handler; /* in arm_sysreg_handlers[] */
};

/*
 * Rows for one register each, in the order of their encodings, and rows for
 * ranges, which are tried in order when none of those matches.
 */
extern const struct arm_sysreg_row arm_sysreg_rows[];
extern const size_t arm_sysreg_row_count;
extern const struct arm_sysreg_row arm_sysreg_ranges[];
extern const size_t arm_sysreg_range_count;
extern const arm_sysreg_handler arm_sysreg_handlers[];

/* The row for key, null if there is none. */
const struct arm_sysreg_row *arm_sysreg_find(uint32_t key);

/*
 * Serve the access that vcpu->exit describes, SYSREG_READ or SYSREG_WRITE.
 * *value: in, what the guest writes, 0 for a read; out, what it reads. EXIT:
 * *vcpu->exit tells the host.
 */
enum arm_sysreg_result arm_sysreg_serve(struct arm_vcpu *vcpu, uint64_t *value);

#endif
