/* SPDX-License-Identifier: Apache-2.0 */
/* For the fuzzers: a VM on the simulated machine, and its input as numbers. */
#ifndef FUZZ_FUZZ_VM_H
#define FUZZ_FUZZ_VM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/machine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_VCPUS  3u
#define FUZZ_SPIS   64u
#define FUZZ_RAM    UINT64_C(0x40000000)
#define FUZZ_DIST   UINT64_C(0x08000000)
#define FUZZ_REDIST UINT64_C(0x080a0000)

/* vCPU n has affinity 0.0.n.1 and is bound to CPU n. The first is on. */
struct fuzz_vm {
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[ARM_VGIC_BANKS(FUZZ_SPIS)];
	struct arm_vcpu vcpu[FUZZ_VCPUS];
	struct arm_vcpu *vcpus[FUZZ_VCPUS];
	struct arm_pcpu pcpu[FUZZ_VCPUS];
	struct arm_stage2 s2;
	struct arm_stage2_vmid_pool pool;
	struct machine_guest guest[FUZZ_VCPUS];
	uint64_t ram;
	unsigned pages; /* that the host still gives away */
};

extern struct fuzz_vm fuzz_vm;

/* next: what guests execute, may be null. */
void fuzz_vm_make(uint64_t seed, void (*next)(struct machine_guest *guest,
					      const struct machine_state *state,
					      struct machine_insn *insn));
/* Unbinds and frees everything; fails if something is left over. */
void fuzz_vm_end(void);
void fuzz_bind(unsigned vcpu);
void fuzz_unbind(unsigned vcpu);

/* The input, from its beginning; zeroes after its end. */
struct fuzz_input {
	const uint8_t *data;
	size_t left;
};

static inline uint64_t fuzz_take(struct fuzz_input *input, unsigned bytes)
{
	uint64_t value = 0;
	const size_t count = bytes < input->left ? bytes : input->left;

	memcpy(&value, input->data, count);
	input->data += count;
	input->left -= count;
	return value;
}

static inline void fuzz_must(int status, int expected, const char *what)
{
	if (status != expected)
		machine_fail("%s: %d, and not %d", what, status, expected);
}

#endif
