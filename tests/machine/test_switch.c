/* SPDX-License-Identifier: Apache-2.0 */
/* What a vCPU takes along from CPU to CPU, and what it leaves behind: two
 * vCPUs of one VM take turns on the CPUs of the simulated machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"
#include "machine/state.h"

#define RAM       HOST_RAM
#define READ_ONLY (RAM + 0x1000)
#define VCPUS     HOST_VCPUS
#define CNTV_CTL  MACHINE_SYSREG(3, 3, 14, 3, 1)
#define CNTP_CTL  MACHINE_SYSREG(3, 3, 14, 2, 1)
#define PMR       MACHINE_SYSREG(3, 0, 4, 6, 0)
#define IAR1      MACHINE_SYSREG(3, 0, 12, 12, 0)
#define EOIR1     MACHINE_SYSREG(3, 0, 12, 12, 1)
#define IGRPEN1   MACHINE_SYSREG(3, 0, 12, 12, 7)
#define CNTVOFF   MACHINE_SYSREG(3, 4, 14, 0, 3)
#define OFFSET    UINT64_C(0x123456789)

/* A physical interrupt; who made it has also kicked, and that is all. */
static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	const uint64_t intid = machine_read(IAR1);

	(void)ctx;
	assert_int_equal(intid, 1);
	machine_write(EOIR1, intid);
	assert_int_equal(arm_vcpu_kick(vcpu), 0);
	return ARM_PCPU_IRQ_RESUME;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = irq};

/* What the guest does, again and again. */
static enum machine_op instruction;
static unsigned executed;

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	(void)guest;
	(void)state;
	insn->op = instruction;
	insn->amount = 1;
	insn->va = READ_ONLY;
	/* Whoever kicks does so now, and the guest is left then. */
	if (++executed == 10)
		machine_gic_send(0, 1);
	if (executed == 1000)
		insn->op = MACHINE_HVC;
}

static struct machine_guest guest = {.next = next};

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return &guest;
}

static int setup(void **state)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = VCPUS,
		.list_registers = 4,
		.priority_bits = 5,
		.guest_of = guest_of,
	};
	const struct arm_vcpu_setup timers = {.passthrough_timers = true};

	(void)state;
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ | ARM_STAGE2_WRITE);
	assert_int_equal(arm_stage2_map(&host.s2, READ_ONLY, host.ram, 0x1000,
					ARM_STAGE2_READ),
			 0);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = VCPUS,
					    .cntvoff = OFFSET});
	for (unsigned n = 0; n < VCPUS; n++) {
		host_make_vcpu(n, (struct arm_vcpu_config){.mpidr = n,
							   .powered_on = true});
		host_set_up_vcpu(n, &timers);
	}
	return 0;
}

static void bind(unsigned vcpu, unsigned cpu)
{
	machine_be(cpu);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[vcpu], &host.pcpu[cpu]), 0);
}

static void unbind(unsigned vcpu)
{
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[vcpu]), 0);
}

/* The rows of the table that are the guest's. */
static const struct row {
	uint64_t id;
	unsigned key;
} rows[] = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	{ARM_VCPU_REG(name), MACHINE_SYSREG(op0, op1, crn, crm, op2)},
#define ORDERED_REG GUEST_REG
#define CONTROL_REG(...)
#include <arm_vcpu/guest_regs.def>
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* Bit 0 of controls stays 0: neither an MMU nor a timer is on. */
static uint64_t pattern(unsigned vcpu, unsigned row)
{
	return UINT64_C(0x10000) * (row + 1) + 0x100 * (vcpu + 1);
}

/* Set while it is bound, so that the value is in the CPU only. */
static void fill(unsigned vcpu, uint64_t kept[ROWS])
{
	for (unsigned n = 0; n < ROWS; n++) {
		assert_int_equal(arm_vcpu_set_reg(&host.vcpu[vcpu], rows[n].id,
						  pattern(vcpu, n)),
				 0);
		assert_int_equal(arm_vcpu_get_reg(&host.vcpu[vcpu], rows[n].id,
						  &kept[n]),
				 0);
	}
}

static void check(unsigned vcpu, const uint64_t kept[ROWS])
{
	for (unsigned n = 0; n < ROWS; n++) {
		uint64_t value;

		assert_int_equal(
			arm_vcpu_get_reg(&host.vcpu[vcpu], rows[n].id, &value),
			0);
		if (value != kept[n])
			print_error("row %u\n", n);
		assert_int_equal(value, kept[n]);
	}
}

/* Each register goes along to the other CPU, whoever was there before. */
static void test_registers(void **state)
{
	uint64_t kept[VCPUS][ROWS];

	(void)state;
	for (unsigned n = 0; n < VCPUS; n++) {
		bind(n, n);
		fill(n, kept[n]);
		unbind(n);
		check(n, kept[n]);
	}
	for (unsigned n = 0; n < VCPUS; n++) {
		bind(n, !n);
		check(n, kept[n]);
		for (unsigned i = 0; i < ROWS; i++)
			assert_int_equal(machine_read(rows[i].key), kept[n][i]);
		unbind(n);
		check(n, kept[n]);
	}
	for (unsigned i = 0; i < ROWS; i++)
		if (rows[i].id != ARM_VCPU_REG(CNTV_CTL_EL0) &&
		    rows[i].id != ARM_VCPU_REG(CNTP_CTL_EL0))
			assert_int_not_equal(kept[0][i], kept[1][i]);
}

/* The host reads or writes one register of a vCPU that is bound: the others
 * stay as the guest left them, and its timer goes on. */
static void test_one_register(void **state)
{
	uint64_t value;

	(void)state;
	bind(0, 0);
	for (unsigned n = 0; n < ROWS; n++) {
		machine_write(rows[n].key, pattern(1, n));
		machine_write(CNTV_CTL, 1);
		assert_int_equal(
			arm_vcpu_get_reg(&host.vcpu[0], rows[0].id, &value), 0);
		assert_true(machine_read(CNTV_CTL) & 1);
		assert_int_equal(
			arm_vcpu_set_reg(&host.vcpu[0], rows[!n].id, 0x40), 0);
		if (rows[n].key != CNTV_CTL && rows[n].key != CNTP_CTL)
			assert_int_equal(machine_read(rows[n].key),
					 pattern(1, n));
		assert_true(machine_read(CNTV_CTL) & 1);
	}
}

/* A timer of a vCPU that is gone fires no more. */
static void test_timers_stop(void **state)
{
	(void)state;
	bind(0, 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(CNTV_CTL_EL0), 1),
		0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(CNTP_CTL_EL0), 1),
		0);
	assert_true(machine_read(CNTV_CTL) & 1);
	assert_true(machine_read(CNTP_CTL) & 1);
	unbind(0);
	assert_false(machine_read(CNTV_CTL) & 1);
	assert_false(machine_read(CNTP_CTL) & 1);
	bind(0, 1);
	assert_true(machine_read(CNTV_CTL) & 1);
	assert_true(machine_read(CNTP_CTL) & 1);
}

static unsigned combined(unsigned cpu)
{
	unsigned count = 0;

	for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++)
		count += machine.cpu[cpu].tlb[n].valid &&
			 machine.cpu[cpu].tlb[n].combined;
	return count;
}

/* Entries that are tagged by VA and ASID are one vCPU's; they stay for it if
 * nobody else was there. */
static void test_siblings(void **state)
{
	(void)state;
	bind(0, 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(SCTLR_EL1), 0), 0);
	while (!combined(0))
		assert_false(
			machine_translate(&machine.cpu[0], RAM, ACCESS_READ)
				.fault);
	unbind(0);
	bind(0, 0);
	assert_int_not_equal(combined(0), 0);
	unbind(0);
	bind(1, 0);
	assert_int_equal(combined(0), 0);
}

static unsigned waits;

/* What the guest has begun ends under its own registers. */
static void at_barrier(enum machine_maintenance what, uint64_t operand)
{
	const struct machine_cpu *cpu = &machine.cpu[0];

	(void)operand;
	if (what != MACHINE_DSB_SY)
		return;
	waits++;
	assert_int_equal(cpu->reg[R_TTBR0_EL1], 0x5000);
	assert_int_equal(cpu->reg[R_TCR_EL1], 0x19);
	assert_int_equal(cpu->reg[R_SCTLR_EL1], 0x1000);
	assert_int_equal(cpu->reg[R_VTTBR_EL2] & BITS(47, 1), host.s2.root_pa);
	assert_true(cpu->reg[R_HCR_EL2] & 1);
}

/* A TLBI, IC or DC of a guest that goes to another CPU before its own DSB, and
 * a walk that has begun: unbind waits for them before it changes anything. */
static void test_unbind_waits_first(void **state)
{
	(void)state;
	bind(0, 0);
	assert_int_equal(arm_vcpu_set_reg(&host.vcpu[0],
					  ARM_VCPU_REG(TTBR0_EL1), 0x5000),
			 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(TCR_EL1), 0x19),
		0);
	assert_int_equal(arm_vcpu_set_reg(&host.vcpu[0],
					  ARM_VCPU_REG(SCTLR_EL1), 0x1000),
			 0);
	waits = 0;
	machine.config.maintenance = at_barrier;
	unbind(0);
	assert_int_equal(waits, 1);
}

/* VMID 1 may hit what a boot loader has left; enabling a CPU forgets it. */
static void test_enable_forgets(void **state)
{
	(void)state;
	machine_be(0);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
	for (unsigned cpu = 0; cpu < 2; cpu++)
		machine.cpu[cpu].tlb[0] = (struct machine_tlb_entry){
			.valid = true, .combined = true, .vmid = 1};
	assert_int_equal(arm_pcpu_hardware_enable(&host.pcpu[0]), 0);
	assert_int_equal(combined(0), 0);
	assert_int_equal(machine_read(MACHINE_SYSREG(3, 4, 2, 1, 0)), 0);
	/* The other CPU's guests go on undisturbed. */
	assert_int_equal(combined(1), 1);
}

/* EL2's own registers that the library writes: for enable and bind. */
static const unsigned controls[] = {
	MACHINE_SYSREG(3, 4, 12, 0, 0), /* VBAR_EL2    */
	MACHINE_SYSREG(3, 4, 1, 1, 0),  /* HCR_EL2     */
	MACHINE_SYSREG(3, 4, 1, 1, 1),  /* MDCR_EL2    */
	MACHINE_SYSREG(3, 4, 1, 1, 2),  /* CPTR_EL2    */
	MACHINE_SYSREG(3, 4, 1, 1, 3),  /* HSTR_EL2    */
	MACHINE_SYSREG(3, 4, 14, 1, 0), /* CNTHCTL_EL2 */
	MACHINE_SYSREG(3, 4, 0, 0, 0),  /* VPIDR_EL2   */
	MACHINE_SYSREG(3, 4, 0, 0, 5),  /* VMPIDR_EL2  */
	MACHINE_SYSREG(3, 4, 2, 1, 0),  /* VTTBR_EL2   */
	MACHINE_SYSREG(3, 4, 2, 1, 2),  /* VTCR_EL2    */
	CNTVOFF,
};

#define CONTROLS (sizeof(controls) / sizeof(controls[0]))

/* Disabling a CPU puts back what enabling it found. */
static void test_controls(void **state)
{
	uint64_t before[CONTROLS];

	(void)state;
	machine_be(0);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
	for (unsigned n = 0; n < CONTROLS; n++) {
		/* Neither E2H nor a trap of EL2's own. */
		if (n != 1 && n != 3)
			machine_write(controls[n], 0x1000 * (n + 1));
		before[n] = machine_read(controls[n]);
	}
	assert_int_equal(arm_pcpu_hardware_enable(&host.pcpu[0]), 0);
	bind(0, 0);
	assert_int_equal(machine_read(CNTVOFF), OFFSET);
	unbind(0);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
	for (unsigned n = 0; n < CONTROLS; n++)
		assert_int_equal(machine_read(controls[n]), before[n]);
}

/* A kick ends one run, before its first instruction. */
static void test_kick(void **state)
{
	struct arm_vcpu_exit exit;

	(void)state;
	instruction = MACHINE_HVC;
	bind(0, 0);
	assert_int_equal(arm_vcpu_kick(&host.vcpu[0]), 0);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit), 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_NOTHING);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit), 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
}

/* Also where the interrupt that brings it asks to resume. */
static void test_kick_by_interrupt(void **state)
{
	struct arm_vcpu_exit exit;

	(void)state;
	instruction = MACHINE_NOP;
	executed = 0;
	bind(0, 0);
	machine_write(PMR, 0xf0);
	machine_write(IGRPEN1, 1);
	machine_gic_enable(0, 1, 0x80, true);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit), 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_NOTHING);
	assert_in_range(executed, 10, 11);
	unbind(0);
}

/* The library looks an address up by AT, and the guest does not see it. */
static void test_par(void **state)
{
	const uint64_t par = 0x123000;
	struct arm_vcpu_exit exit;
	uint64_t value;

	(void)state;
	instruction = MACHINE_STORE;
	executed = 11;
	bind(0, 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(SCTLR_EL1), 0), 0);
	assert_int_equal(
		arm_vcpu_set_reg(&host.vcpu[0], ARM_VCPU_REG(PAR_EL1), par), 0);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit), 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_true(exit.fault.permission);
	assert_int_equal(exit.fault.ipa, READ_ONLY);
	assert_int_equal(
		arm_vcpu_get_reg(&host.vcpu[0], ARM_VCPU_REG(PAR_EL1), &value),
		0);
	assert_int_equal(value, par);
	unbind(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_registers, setup),
		cmocka_unit_test_setup(test_one_register, setup),
		cmocka_unit_test_setup(test_timers_stop, setup),
		cmocka_unit_test_setup(test_siblings, setup),
		cmocka_unit_test_setup(test_unbind_waits_first, setup),
		cmocka_unit_test_setup(test_enable_forgets, setup),
		cmocka_unit_test_setup(test_controls, setup),
		cmocka_unit_test_setup(test_kick, setup),
		cmocka_unit_test_setup(test_kick_by_interrupt, setup),
		cmocka_unit_test_setup(test_par, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
