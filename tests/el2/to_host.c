/* SPDX-License-Identifier: Apache-2.0 */
/* What a VM asks to have for its host: system registers, and device accesses
 * that are served in place. */
#include "el2.h"

#define ACTLR    ARM_VM_SYSREG(3, 0, 1, 0, 1)
#define ID_ISAR0 ARM_VM_SYSREG(3, 0, 0, 6, 0)

static const uint32_t chosen[] = {ACTLR, ID_ISAR0};
static const struct world takes_chosen = {
	.vm = {.host_sysregs = chosen, .host_sysreg_count = ARRAY_SIZE(chosen)},
};

GUEST_CODE(guest_registers, "	mov	x1, #0x1234\n"
			    "	msr	actlr_el1, x1\n"
			    "	mrs	x2, id_aa64isar0_el1\n"
			    "	mrs	x3, actlr_el1\n"
			    "	mrs	xzr, actlr_el1\n"
			    "	mrs	x4, id_aa64mmfr0_el1\n"
			    "	hvc	#1\n");

static void check_register(enum arm_vcpu_exit_reason reason, unsigned crn,
			   unsigned crm, unsigned op2, unsigned rt)
{
	CHECK_EQ(out.reason, reason);
	CHECK_EQ(out.sysreg.op0, 3);
	CHECK_EQ(out.sysreg.op1, 0);
	CHECK_EQ(out.sysreg.crn, crn);
	CHECK_EQ(out.sysreg.crm, crm);
	CHECK_EQ(out.sysreg.op2, op2);
	CHECK_EQ(out.sysreg.reg, rt);
}

static void completed(void)
{
	new_world(&takes_chosen);
	RUN(guest_registers);
	check_register(ARM_VCPU_EXIT_SYSREG_WRITE, 1, 0, 1, 1);
	CHECK_EQ(out.sysreg.value, 0x1234);
	CHECK_EQ(pc(), GUEST_RAM + 4);
	complete_and_run(0x77);
	CHECK_EQ(gpr(1), 0x1234);
	check_register(ARM_VCPU_EXIT_SYSREG_READ, 0, 6, 0, 2);
	CHECK_EQ(out.sysreg.value, 0);
	complete_and_run(UINT64_C(0x8899aabbccddeeff));
	check_register(ARM_VCPU_EXIT_SYSREG_READ, 1, 0, 1, 3);
	CHECK_EQ(gpr(2), UINT64_C(0x8899aabbccddeeff));
	complete_and_run(0x55);
	check_register(ARM_VCPU_EXIT_SYSREG_READ, 1, 0, 1, 31);
	complete_and_run(0x66);
	/* A register that was not asked for stays the library's. */
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(gpr(3), 0x55);
	CHECK(gpr(4) != 0);
	CHECK_EQ(pc(), GUEST_RAM + 28);
}

/* Until it is finished, the guest executes it again. */
static void again(void)
{
	new_world(&takes_chosen);
	RUN(guest_registers);
	run_again();
	check_register(ARM_VCPU_EXIT_SYSREG_WRITE, 1, 0, 1, 1);
	CHECK_EQ(pc(), GUEST_RAM + 4);
}

static void failed(void)
{
	new_world(&takes_chosen);
	RUN(guest_registers);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_UNDEFINED),
		 ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_ERR_NO_COMPLETION);
	run_again();
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, TRAPPED);
	CHECK_EQ(ESR_EC(gpr(10)), EC_UNKNOWN);
	CHECK_EQ(gpr(12), GUEST_RAM + 4);
}

/* IMPLEMENTATION DEFINED: HCR_EL2.TIDCP traps it, where the CPU has that. */
GUEST_CODE(guest_unknown, "	mrs	x2, S3_1_C15_C7_6\n"
			  "	hvc	#1\n");

static void unknown(void)
{
	new_world(&(struct world){.vm = {.host_unknown_sysregs = true}});
	RUN(guest_unknown);
	/* QEMU 7.2 has no TIDCP: the register is UNDEFINED at EL1. The
	 * simulated machine has it (tests/machine/test_exits.c). */
	if (out.reason == ARM_VCPU_EXIT_HYPERCALL) {
		CHECK_EQ(out.call.imm, TRAPPED);
		return;
	}
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_SYSREG_READ);
	CHECK_EQ(out.sysreg.op1, 1);
	CHECK_EQ(out.sysreg.crn, 15);
	CHECK_EQ(out.sysreg.crm, 7);
	CHECK_EQ(out.sysreg.op2, 6);
	complete_and_run(0x99);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, 1);
	CHECK_EQ(gpr(2), 0x99);
}

/* One device with two registers: what is written is read; the rest is not
 * its own. */
static struct {
	uint64_t value, last_addr;
	unsigned reads, writes;
	uint64_t host_sp_el0;
} device;

static bool mmio(void *ctx, struct arm_vcpu *vcpu,
		 const struct arm_vcpu_exit_mmio *access, uint64_t *value)
{
	CHECK(ctx == &device && vcpu == &vcpus[0]);
	device.host_sp_el0 = READ_SYSREG(sp_el0);
	device.last_addr = access->addr;
	if (access->addr - GUEST_DEVICE >= 16)
		return false;
	if (access->is_write) {
		device.value = access->value;
		device.writes++;
	} else {
		CHECK_EQ(*value, 0);
		*value = device.value;
		device.reads++;
	}
	return true;
}

GUEST_CODE(guest_device, "	mov	x1, #0x09000000\n"
			 "	movz	x2, #0x8765\n"
			 "	msr	sp_el0, x2\n"
			 "	strh	w2, [x1, #2]\n"
			 "	ldrsh	x20, [x1, #4]\n"
			 "	ldrb	w4, [x1, #15]\n"
			 "	str	x2, [x1, #16]\n"
			 "	mrs	x5, sp_el0\n"
			 "	hvc	#1\n");

static void in_place(void)
{
	const struct arm_vm_ops ops = {.kick = vm_ops.kick, .mmio = mmio};

	device.reads = device.writes = 0;
	new_world(&(struct world){.vm = {.ops = &ops, .ctx = &device}});
	WRITE_SYSREG(sp_el0, 0x4711);
	RUN(guest_device);
	/* Only what the host did not serve is an exit. */
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_MMIO_WRITE);
	CHECK_EQ(out.mmio.addr, GUEST_DEVICE + 16);
	CHECK_EQ(out.mmio.value, 0x8765);
	CHECK_EQ(device.writes, 1);
	CHECK_EQ(device.reads, 2);
	CHECK_EQ(device.last_addr, GUEST_DEVICE + 16);
	CHECK_EQ(device.host_sp_el0, 0x4711);
	CHECK_EQ(gpr(20), UINT64_C(0xffffffffffff8765));
	CHECK_EQ(gpr(4), 0x65);
	CHECK_EQ(pc(), GUEST_RAM + 24);
	complete_and_run(0);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(gpr(5), 0x8765);
}

void host_tests(void)
{
	static const struct test tests[] = {
		{"exit: system registers, completed", completed},
		{"exit: a system register, not completed", again},
		{"exit: a system register, failed", failed},
		{"exit: a system register nobody knows", unknown},
		{"a device served in place", in_place},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
