/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI by several vCPUs, with hosts that start a CPU at once, later or never,
 * against DEN0022: what each call returns, and which CPUs are on.
 */
#include "fuzz_vm.h"

#define NOT_SUPPORTED  UINT64_MAX
#define INVALID        (UINT64_MAX - 1)
#define ALREADY_ON     (UINT64_MAX - 3)
#define ON_PENDING     (UINT64_MAX - 4)
#define FAILURE        (UINT64_MAX - 5)
#define BAD_ADDRESS    (UINT64_MAX - 8)
#define TARGET         UINT64_C(0xff00ffffff)
#define IPA_BITS       40u
#define FAST_64        UINT32_C(0x40000000)
#define AFTER_THE_CALL 1u /* the immediate of the HVC that follows */

enum number {
	VERSION,
	SUSPEND,
	CPU_OFF,
	CPU_ON,
	AFFINITY_INFO,
	MIGRATE_TYPE = 6,
	SYSTEM_OFF = 8,
	SYSTEM_RESET,
	FEATURES,
	RESET2 = 0x12,
};

/* What a call leads to: an exit, or a return value. */
struct outcome {
	enum arm_vcpu_exit_reason reason;
	uint64_t x0;
};

static enum arm_vcpu_power_state power[FUZZ_VCPUS];
/* What a CPU_ON has claimed and the host has not started yet. */
static struct start {
	bool waiting;
	uint64_t entry, arg;
} starts[FUZZ_VCPUS];
static bool by_smc;

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	(void)guest;
	insn->op = MACHINE_HVC;
	if (state->x[28]) {
		insn->amount = AFTER_THE_CALL;
		return;
	}
	state->x[28] = 1; /* once */
	insn->op = by_smc ? MACHINE_SMC : MACHINE_HVC;
}

static struct outcome returns(uint64_t x0)
{
	return (struct outcome){ARM_VCPU_EXIT_HYPERCALL, x0};
}

static struct outcome leaves(enum arm_vcpu_exit_reason reason)
{
	return (struct outcome){reason, 0};
}

static bool is_entry(uint64_t address)
{
	return !(address & 3) && !(address >> IPA_BITS);
}

static int index_of(uint64_t target)
{
	for (unsigned n = 0; n < FUZZ_VCPUS; n++)
		if (target == (n << 8 | 1))
			return (int)n;
	return -1;
}

static struct outcome cpu_on(const uint64_t x[4])
{
	const int target = index_of(x[1]);

	if (target < 0)
		return returns(INVALID);
	if (!is_entry(x[2]))
		return returns(BAD_ADDRESS);
	if (power[target] == ARM_VCPU_POWER_ON)
		return returns(ALREADY_ON);
	if (power[target] == ARM_VCPU_POWER_ON_PENDING)
		return returns(ON_PENDING);
	return leaves(ARM_VCPU_EXIT_CPU_UP);
}

/* DEN0022 5.7: ON before ON_PENDING before OFF. */
static struct outcome affinity_info(const uint64_t x[4])
{
	static const uint64_t ignored[] = {0, 0xff, 0xffff, 0xffffff};
	const uint32_t level = (uint32_t)x[2];
	bool found = false, pending = false;

	if (level > 3 || x[1] & ~TARGET)
		return returns(INVALID);
	for (unsigned n = 0; n < FUZZ_VCPUS; n++) {
		if (((n << 8 | 1) ^ x[1]) & TARGET & ~ignored[level])
			continue;
		if (power[n] == ARM_VCPU_POWER_ON)
			return returns(0);
		found = true;
		pending |= power[n] == ARM_VCPU_POWER_ON_PENDING;
	}
	return returns(!found ? INVALID : pending ? 2 : 1);
}

static bool exists(uint32_t id)
{
	const uint32_t number = id & 0x1f;
	const bool both = number == SUSPEND || number == CPU_ON ||
			  number == AFFINITY_INFO || number == RESET2;

	if ((id & ~FAST_64) - 0x84000000 >= 0x20 || (id & FAST_64 && !both))
		return false;
	return number <= AFFINITY_INFO || number == MIGRATE_TYPE ||
	       (number >= SYSTEM_OFF && number <= FEATURES) || number == RESET2;
}

static struct outcome suspend(const uint64_t x[4])
{
	if (x[1] & 0xffffffff & ~UINT64_C(0x0301ffff))
		return returns(INVALID);
	if (x[1] & 1u << 16 && !is_entry(x[2]))
		return returns(BAD_ADDRESS);
	return leaves(ARM_VCPU_EXIT_CPU_SUSPEND);
}

static struct outcome expected(const uint64_t in[4])
{
	const uint32_t id = (uint32_t)in[0];
	uint64_t x[4];

	for (unsigned n = 0; n < 4; n++)
		x[n] = id & FAST_64 ? in[n] : (uint32_t)in[n];
	if (!exists(id))
		return returns(NOT_SUPPORTED);
	switch ((enum number)(id & 0x1f)) {
	case VERSION:
		return returns(0x10001);
	case SUSPEND:
		return suspend(x);
	case CPU_OFF:
		return leaves(ARM_VCPU_EXIT_CPU_DOWN);
	case CPU_ON:
		return cpu_on(x);
	case AFFINITY_INFO:
		return affinity_info(x);
	case MIGRATE_TYPE:
		return returns(2);
	case SYSTEM_OFF:
		return leaves(ARM_VCPU_EXIT_SYSTEM_OFF);
	case SYSTEM_RESET:
		return leaves(ARM_VCPU_EXIT_SYSTEM_RESET);
	case FEATURES:
		return returns(exists((uint32_t)x[1]) || x[1] == 0x80000000
				       ? 0
				       : NOT_SUPPORTED);
	case RESET2:
		return (uint32_t)x[1] ? returns(INVALID)
				      : leaves(ARM_VCPU_EXIT_SYSTEM_RESET);
	}
	return returns(NOT_SUPPORTED);
}

/* The host starts what was asked for, and the guest is there. */
static void start(unsigned n)
{
	struct arm_vcpu *vcpu = &fuzz_vm.vcpu[n];
	uint64_t x0;

	if (!starts[n].waiting)
		return;
	if (vcpu->pcpu)
		fuzz_unbind(n);
	fuzz_must(arm_vcpu_power_on(vcpu, starts[n].entry, starts[n].arg), 0,
		  "power on");
	fuzz_must(arm_vcpu_get_gpr(vcpu, 0, &x0), 0, "x0");
	if (x0 != starts[n].arg || vcpu->frame.elr != starts[n].entry)
		machine_fail("vCPU %u starts elsewhere", n);
	power[n] = ARM_VCPU_POWER_ON;
	starts[n].waiting = false;
}

static void cpu_up(unsigned n, const struct arm_vcpu_exit *exit,
		   const uint64_t x[4], unsigned how)
{
	const bool wide = x[0] & FAST_64;
	const int target = index_of(wide ? x[1] : (uint32_t)x[1]);

	if (exit->cpu_up.vcpu != &fuzz_vm.vcpu[target])
		machine_fail("CPU_ON of another one");
	if (exit->cpu_up.arg != (wide ? x[3] : (uint32_t)x[3]) ||
	    exit->cpu_up.entry != (wide ? x[2] : (uint32_t)x[2]))
		machine_fail("CPU_ON's arguments");
	power[target] = ARM_VCPU_POWER_ON_PENDING;
	if (how == 0) {
		power[target] = ARM_VCPU_POWER_OFF;
		fuzz_must(arm_vcpu_set_power(exit->cpu_up.vcpu,
					     ARM_VCPU_POWER_OFF),
			  0, "power");
		fuzz_must(arm_vcpu_complete(&fuzz_vm.vcpu[n], FAILURE), 0,
			  "complete");
		return;
	}
	starts[target] =
		(struct start){true, exit->cpu_up.entry, exit->cpu_up.arg};
	if (how & 1)
		start((unsigned)target);
	machine_be(n);
	fuzz_must(arm_vcpu_complete(&fuzz_vm.vcpu[n], 0), 0, "complete");
}

static void reset_all(void)
{
	for (unsigned n = 0; n < FUZZ_VCPUS; n++) {
		if (fuzz_vm.vcpu[n].pcpu)
			fuzz_unbind(n);
		power[n] = n ? ARM_VCPU_POWER_OFF : ARM_VCPU_POWER_ON;
		starts[n].waiting = false;
		fuzz_must(arm_vcpu_set_power(&fuzz_vm.vcpu[n], power[n]), 0,
			  "power");
		fuzz_must(arm_vcpu_reset(&fuzz_vm.vcpu[n]), 0, "reset");
	}
}

static void react(unsigned n, const struct arm_vcpu_exit *exit,
		  const uint64_t x[4], unsigned how)
{
	if (exit->reason == ARM_VCPU_EXIT_CPU_UP) {
		cpu_up(n, exit, x, how);
	} else if (exit->reason == ARM_VCPU_EXIT_CPU_SUSPEND) {
		fuzz_must(arm_vcpu_complete(&fuzz_vm.vcpu[n], 0), 0,
			  "complete");
	} else if (exit->reason == ARM_VCPU_EXIT_CPU_DOWN) {
		power[n] = ARM_VCPU_POWER_OFF;
		fuzz_must(arm_vcpu_complete(&fuzz_vm.vcpu[n], 0),
			  ARM_VCPU_ERR_NO_COMPLETION, "complete");
		if (how & 1)
			fuzz_unbind(n);
	} else {
		reset_all();
	}
}

static void call(unsigned n, const uint64_t x[4], unsigned how)
{
	const struct outcome outcome = expected(x);
	struct arm_vcpu *vcpu = &fuzz_vm.vcpu[n];
	struct arm_vcpu_exit exit;
	uint64_t x0;

	if (!vcpu->pcpu)
		fuzz_bind(n);
	machine_be(n);
	by_smc = how & 0x80;
	for (unsigned i = 0; i < 4; i++)
		fuzz_must(arm_vcpu_set_gpr(vcpu, i, x[i]), 0, "gpr");
	fuzz_must(arm_vcpu_set_gpr(vcpu, 28, 0), 0, "gpr");
	fuzz_must(arm_vcpu_run(vcpu, &exit), 0, "run");
	if (exit.reason != outcome.reason)
		machine_fail("%#llx: %s, and not %s", (unsigned long long)x[0],
			     arm_vcpu_exit_name(exit.reason),
			     arm_vcpu_exit_name(outcome.reason));
	fuzz_must(arm_vcpu_get_gpr(vcpu, 0, &x0), 0, "x0");
	if (exit.reason != ARM_VCPU_EXIT_HYPERCALL)
		react(n, &exit, x, how & 3);
	else if (exit.call.imm != AFTER_THE_CALL || x0 != outcome.x0)
		machine_fail("%#llx is %#llx, and not %#llx",
			     (unsigned long long)x[0], (unsigned long long)x0,
			     (unsigned long long)outcome.x0);
}

static void some_arguments(struct fuzz_input *input, uint64_t x[4])
{
	const unsigned which = (unsigned)fuzz_take(input, 1);
	const uint64_t junk = which & 0x20 ? fuzz_take(input, 8) : 0;

	x[0] = (which & 0x40 ? 0xc4000000 : 0x84000000) |
	       fuzz_take(input, 1) % 0x20;
	x[1] = (which & 3) << 8 | 1;
	x[2] = fuzz_take(input, 1) * (which & 0x10 ? 1 : 4);
	x[3] = fuzz_take(input, 2);
	/* What PSCI_FEATURES is asked about, and levels. */
	if ((x[0] & 0x1f) == FEATURES)
		x[1] = (which & 4 ? 0xc4000000 : 0x84000000) | (x[3] & 0x3f);
	if ((x[0] & 0x1f) == AFFINITY_INFO)
		x[2] = x[3] % 6;
	if ((x[0] & 0x1f) == SUSPEND)
		x[1] = x[3] << (which & 8);
	if ((x[0] & 0x1f) == RESET2)
		x[1] = x[3] & 1;
	if (which & 0x80)
		x[x[3] % 3 + 1] ^= junk;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	fuzz_vm_make(size, next);
	memset(starts, 0, sizeof(starts));
	for (unsigned n = 0; n < FUZZ_VCPUS; n++)
		power[n] = n ? ARM_VCPU_POWER_OFF : ARM_VCPU_POWER_ON;
	while (input.left) {
		const unsigned n = (unsigned)fuzz_take(&input, 1) % FUZZ_VCPUS;
		const unsigned how = (unsigned)fuzz_take(&input, 1);
		uint64_t x[4];

		some_arguments(&input, x);
		if (power[n] == ARM_VCPU_POWER_ON)
			call(n, x, how);
		else
			start(n);
		for (unsigned i = 0; i < FUZZ_VCPUS; i++)
			fuzz_must((int)arm_vcpu_power(&fuzz_vm.vcpu[i]),
				  (int)power[i], "power");
	}
	fuzz_vm_end();
	return 0;
}
