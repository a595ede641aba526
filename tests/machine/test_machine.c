/* SPDX-License-Identifier: Apache-2.0 */
/* The library on the simulated machine: one vCPU, from bind to unbind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"

#define RAM     HOST_RAM
#define VECTORS (RAM + 0x1000)
#define DIST    HOST_DIST
#define REDIST  HOST_REDIST
#define DEVICE  UINT64_C(0x09000000)

#define SYS(name, ...) name = MACHINE_SYSREG(__VA_ARGS__)
enum {
	SYS(VBAR_EL1, 3, 0, 12, 0, 0),
	SYS(TPIDR_EL1, 3, 0, 13, 0, 4),
	SYS(CPACR_EL1, 3, 0, 1, 0, 2),
	SYS(CNTV_CTL, 3, 3, 14, 3, 1),
	SYS(CNTV_TVAL, 3, 3, 14, 3, 0),
	SYS(PMR, 3, 0, 4, 6, 0),
	SYS(IAR1, 3, 0, 12, 12, 0),
	SYS(EOIR1, 3, 0, 12, 12, 1),
	SYS(HPPIR1, 3, 0, 12, 12, 2),
	SYS(IGRPEN1, 3, 0, 12, 12, 7),
	SYS(DIR, 3, 0, 12, 11, 1),
	SYS(CTLR, 3, 0, 12, 12, 4),
	SYS(DAIF, 3, 3, 4, 2, 1),
	SYS(IMPDEF, 3, 1, 15, 2, 1),
};

/* A guest with code: at RAM, and at two of its vectors. */
static struct scripted {
	struct machine_guest guest;
	const struct machine_insn *code, *handler, *undefined;
	uint64_t x_of_handler; /* what it acknowledged last */
	unsigned interrupts;
} script;

static struct machine_insn msr(unsigned key, unsigned rt)
{
	return (struct machine_insn){
		.op = MACHINE_MSR, .key = key, .rt = (uint8_t)rt};
}

static struct machine_insn mrs(unsigned key, unsigned rt)
{
	return (struct machine_insn){
		.op = MACHINE_MRS, .key = key, .rt = (uint8_t)rt};
}

static struct machine_insn store(uint64_t va, unsigned rt)
{
	return (struct machine_insn){
		.op = MACHINE_STORE, .va = va, .rt = (uint8_t)rt, .width = 4};
}

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	struct scripted *self = (struct scripted *)guest;
	const uint64_t sync = VECTORS + 0x200, vector = VECTORS + 0x280;

	if (state->pc >= sync && state->pc < vector) {
		*insn = self->undefined[(state->pc - sync) / 4];
		return;
	}
	if (state->pc >= vector) {
		*insn = self->handler[(state->pc - vector) / 4];
		if (state->pc == vector)
			self->interrupts++;
		else if (state->pc == vector + 4)
			self->x_of_handler = state->x[28];
		return;
	}
	*insn = self->code[(state->pc - RAM) / 4];
}

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return &script.guest;
}

static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	const uint32_t intid = (uint32_t)machine_read(IAR1);

	(void)ctx;
	assert_int_not_equal(intid, 1023);
	machine_write(EOIR1, intid);
	if (intid == MACHINE_PPI_VIRTUAL) {
		assert_non_null(vcpu);
		assert_int_equal(arm_vtimer_irq(vcpu, intid), ARM_VCPU_OK);
		return ARM_PCPU_IRQ_RESUME;
	}
	if (intid == MACHINE_PPI_MAINTENANCE && vcpu)
		assert_int_equal(arm_vgic_maintenance(vcpu), ARM_VCPU_OK);
	machine_write(DIR, intid);
	return ARM_PCPU_IRQ_EXIT;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = irq};

static void enable_cpu(unsigned number)
{
	machine_be(number);
	machine_write(PMR, 0xf0);
	machine_write(CTLR, 2); /* EOImode */
	machine_write(IGRPEN1, 1);
	machine_gic_enable(number, MACHINE_PPI_VIRTUAL, 0x80, false);
	machine_gic_enable(number, MACHINE_PPI_MAINTENANCE, 0x80, false);
	machine_gic_enable(number, 1, 0x80, true);
}

static int setup(void **state)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 2,
		.list_registers = 4,
		.priority_bits = 5,
		.traps_dir = true,
		.guest_of = guest_of,
	};
	const struct arm_vcpu_config vcpu = {.x0 = 0x1234, .powered_on = true};

	(void)state;
	memset(&script, 0, sizeof(script));
	script.guest.next = next;
	host_make(&config, &pcpu_ops);
	enable_cpu(1);
	enable_cpu(0);
	host_make_memory(2,
			 ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC);
	host_make_vm(
		(struct arm_vm_config){.vcpu_capacity = 1, .cntvoff = 100});
	host_make_vgic();
	host_make_vcpu(0, vcpu);
	host_set_up_vcpu(0, NULL);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_end();
	return 0;
}

static enum arm_vcpu_exit_reason run(const struct machine_insn *code,
				     struct arm_vcpu_exit *exit)
{
	script.code = code;
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], exit), ARM_VCPU_OK);
	return exit->reason;
}

static uint64_t gpr(unsigned n)
{
	uint64_t value;

	assert_int_equal(arm_vcpu_get_gpr(&host.vcpu[0], n, &value), 0);
	return value;
}

/* HVC leaves the guest, and goes on with what the host says. */
static void test_hypercall(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_HVC, .amount = 7},
		mrs(TPIDR_EL1, 3),
		{.op = MACHINE_HVC, .amount = 8},
	};
	struct arm_vcpu_exit exit;

	(void)state;
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(TPIDR_EL1), 99),
		0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(exit.call.imm, 7);
	assert_int_equal(gpr(0), 0x1234);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 5), 0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(exit.call.imm, 8);
	assert_int_equal(gpr(0), 5);
	assert_int_equal(gpr(3), 99);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
}

/* Registers follow the vCPU to another CPU; a device access is an exit. */
static void test_migrate(void **state)
{
	const struct machine_insn code[] = {
		mrs(MACHINE_SYSREG(3, 0, 0, 0, 5), 20), /* MPIDR_EL1 */
		msr(TPIDR_EL1, 20),
		msr(CPACR_EL1, 21),
		{.op = MACHINE_FP, .rt = 9, .amount = 11},
		{.op = MACHINE_STORE, .va = RAM + 64, .rt = 20, .width = 8},
		{.op = MACHINE_LOAD, .va = DEVICE, .rt = 22, .width = 4},
		mrs(TPIDR_EL1, 23),
		{.op = MACHINE_FP, .rt = 9, .amount = 1},
		{.op = MACHINE_LOAD, .va = RAM + 64, .rt = 24, .width = 4},
		{.op = MACHINE_HVC, .amount = 1},
	};
	struct arm_vcpu_exit exit;

	(void)state;
	assert_int_equal(arm_vcpu_set_gpr(&host.vcpu[0], 21, 3 << 20), 0);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_MMIO_READ);
	assert_int_equal(exit.mmio.addr, DEVICE);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0xfeed), 0);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);

	machine_be(1);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[1]), 0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
	assert_int_equal(gpr(9), 12);
	assert_int_equal(gpr(22), 0xfeed);
	assert_int_equal(gpr(23), UINT64_C(0x80000000));
	assert_int_equal(gpr(24), UINT64_C(0x80000000));
}

/* The virtual timer's interrupt ends a WFI, on the CPU or at the host. */
static void wait_for_timer(bool at_host)
{
	const struct machine_insn handler[] = {
		mrs(IAR1, 28),
		msr(CNTV_CTL, 31),
		msr(EOIR1, 28),
		{.op = MACHINE_ERET},
	};
	const struct machine_insn code[] = {
		msr(VBAR_EL1, 1),
		msr(PMR, 2),
		msr(IGRPEN1, 3),
		store(DIST, 4),
		/* GICR_IGROUPR0, GICR_ISENABLER0 */
		store(REDIST + 0x10080, 5),
		store(REDIST + 0x10100, 5),
		msr(CNTV_TVAL, 6),
		msr(CNTV_CTL, 3),
		msr(DAIF, 31),
		{.op = MACHINE_WFI},
		{.op = MACHINE_HVC, .amount = 1},
	};
	const uint64_t x[] = {0, VECTORS, 0xf0, 1, 3, 1u << 27, 5000};
	struct arm_vcpu_exit exit;

	script.handler = handler;
	for (unsigned n = 1; n < 7; n++)
		assert_int_equal(arm_vcpu_set_gpr(&host.vcpu[0], n, x[n]), 0);
	assert_int_equal(arm_vcpu_trap_wait(&host.vcpu[0], at_host, false), 0);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	if (at_host) {
		assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_WFI);
		assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
		assert_true(arm_vcpu_next_deadline(&host.vcpu[0]) >
			    machine_now());
		while (machine_now() < arm_vcpu_next_deadline(&host.vcpu[0]))
			machine_step();
		machine_be(1);
		assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[1]),
				 0);
		assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0), 0);
	}
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
	assert_int_equal(script.interrupts, 1);
	assert_int_equal(script.x_of_handler, 27);
	assert_false(machine_gic_active(machine_cpu(), MACHINE_PPI_VIRTUAL));
}

static void test_timer(void **state)
{
	(void)state;
	wait_for_timer(false);
}

static void test_timer_at_host(void **state)
{
	(void)state;
	wait_for_timer(true);
}

/* A timer's interrupt that is signalled already, and that the guest then does
 * not want any more: its next pass through EL2 withdraws it. */
static void test_timer_moved(void **state)
{
	const struct machine_insn code[] = {
		msr(PMR, 2),
		msr(IGRPEN1, 3),
		store(DIST, 4),
		/* GICR_IGROUPR0, GICR_ISENABLER0 */
		store(REDIST + 0x10080, 5),
		store(REDIST + 0x10100, 5),
		msr(CNTV_TVAL, 31),
		msr(CNTV_CTL, 3),
		{.op = MACHINE_NOP, .amount = 1000},
		{.op = MACHINE_NOP, .amount = 1000},
		mrs(HPPIR1, 20),
		msr(CNTV_CTL, 31),
		{.op = MACHINE_LOAD, .va = DIST + 4, .rt = 22, .width = 4},
		mrs(HPPIR1, 21),
		{.op = MACHINE_HVC, .amount = 1},
	};
	const uint64_t x[] = {0, 0, 0xf0, 1, 3, 1u << 27};
	struct arm_vcpu_exit exit;

	(void)state;
	for (unsigned n = 2; n < 6; n++)
		assert_int_equal(arm_vcpu_set_gpr(&host.vcpu[0], n, x[n]), 0);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(gpr(20), 27);
	assert_int_equal(gpr(21), 1023);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
	assert_false(machine_gic_active(0, MACHINE_PPI_VIRTUAL));
}

/* An implementation defined register is UNDEFINED to the guest, by a trap. */
static void test_hidden(void **state)
{
	const struct machine_insn code[] = {
		msr(VBAR_EL1, 1),
		mrs(IMPDEF, 2),
	};
	const struct machine_insn undefined[] = {
		{.op = MACHINE_HVC, .amount = 3},
	};
	struct arm_vcpu_exit exit;
	uint64_t value;

	(void)state;
	script.undefined = undefined;
	assert_int_equal(arm_vcpu_set_gpr(&host.vcpu[0], 1, VECTORS), 0);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	assert_int_equal(run(code, &exit), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(exit.call.imm, 3);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
	assert_int_equal(
		arm_vcpu_get_reg(&host.vcpu[0], ARM_VCPU_REG(ELR_EL1), &value),
		0);
	assert_int_equal(value, RAM + 4);
	assert_int_equal(gpr(2), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hypercall, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_migrate, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timer, setup, teardown),
		cmocka_unit_test_setup_teardown(test_timer_at_host, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_timer_moved, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_hidden, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
