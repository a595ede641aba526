/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a physical SError is that is pending while PSTATE.A masks it: the boot
 * loader's, the host's, or that of the one vCPU that was bound when it came. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "arch/spsr.h"
#include "machine/host.h"

#define ISS     0x11u
#define ESR     (UINT64_C(0xbe000000) | ISS) /* class, IL, ISS */
#define DAIF    MACHINE_SYSREG(3, 3, 4, 2, 1)
#define ISR     MACHINE_SYSREG(3, 0, 12, 1, 0)
#define PENDING 0x100u

static jmp_buf died;
static bool may_die;
static char line[128];
static enum arm_vcpu_log_level level_of_line;

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	(void)guest;
	(void)state;
	insn->op = MACHINE_HVC;
	insn->amount = 1;
}

static struct machine_guest guest = {.next = next};

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return &guest;
}

static void fatal(void *ctx)
{
	(void)ctx;
	assert_true(may_die);
	may_die = false;
	longjmp(died, 1);
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *text)
{
	(void)ctx;
	/* The errata: test_errata.c. */
	if (level == ARM_VCPU_LOG_INFO)
		return;
	/* The first of a report, or the only one. */
	if (line[0])
		return;
	strncpy(line, text, sizeof(line) - 1);
	level_of_line = level;
}

static const struct arm_pcpu_ops pcpu_ops = {.fatal = fatal, .log = log_line};

static void make(bool ras)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 2,
		.list_registers = 4,
		.priority_bits = 5,
		.ras = ras,
		.guest_of = guest_of,
	};

	memset(line, 0, sizeof(line));
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ | ARM_STAGE2_EXEC);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = 2});
	for (unsigned n = 0; n < 2; n++) {
		host_make_vcpu(n, (struct arm_vcpu_config){.mpidr = n,
							   .powered_on = true});
		host_set_up_vcpu(n, NULL);
	}
	machine_be(0);
}

static int plain(void **state)
{
	(void)state;
	make(false);
	return 0;
}

static int with_ras(void **state)
{
	(void)state;
	make(true);
	return 0;
}

static void bind(unsigned vcpu)
{
	assert_int_equal(arm_vcpu_bind(&host.vcpu[vcpu], &host.pcpu[0]), 0);
}

static void unbind(unsigned vcpu)
{
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[vcpu]), 0);
}

static enum arm_vcpu_exit_reason run(unsigned vcpu, uint64_t *esr)
{
	struct arm_vcpu_exit exit;

	memset(&exit, 0, sizeof(exit));
	assert_int_equal(arm_vcpu_run(&host.vcpu[vcpu], &exit), 0);
	*esr = exit.snapshot.esr;
	return exit.reason;
}

/* A boot loader's does not end the first guest, nor EL2, whatever PSTATE.A
 * is, and somebody hears of it. */
static void before_enable(void **state)
{
	uint64_t esr;

	(void)state;
	for (unsigned masked = 0; masked < 2; masked++) {
		memset(line, 0, sizeof(line));
		assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
		machine_write(DAIF, masked ? SPSR_DAIF : SPSR_I | SPSR_F);
		machine_pend_serror(0, ISS);
		assert_int_equal(arm_pcpu_hardware_enable(&host.pcpu[0]), 0);
		assert_false(machine_read(ISR) & PENDING);
		assert_int_equal(machine_read(DAIF),
				 masked ? SPSR_DAIF : SPSR_I | SPSR_F);
		assert_string_equal(line,
				    "arm_vcpu: an SError from before: ESR_EL2 "
				    "00000000be000011");
		assert_int_equal(level_of_line, ARM_VCPU_LOG_WARN);
		bind(0);
		assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_HYPERCALL);
		unbind(0);
	}
}

/* It is the host's, also when the host does not look. */
static void before_bind(void **state)
{
	(void)state;
	machine_pend_serror(0, ISS);
	may_die = true;
	if (!setjmp(died)) {
		(void)arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]);
		fail();
	}
	assert_string_equal(line, "arm_vcpu: fatal exception at EL2: SError");
}

/* Taken from the guest that runs. */
static void while_bound(void **state)
{
	uint64_t esr;

	(void)state;
	bind(0);
	machine_pend_serror(0, ISS);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_SERROR);
	assert_int_equal(esr, ESR);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
}

/* One that comes between a guest's last exit and unbind is that guest's, and
 * not that of the next one. */
static void before_unbind(void **state)
{
	uint64_t esr;

	(void)state;
	machine_write(DAIF, 0);
	bind(0);
	assert_int_equal(machine_read(DAIF), SPSR_A);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_HYPERCALL);
	machine_pend_serror(0, ISS);
	unbind(0);
	assert_int_equal(machine_read(DAIF), 0);
	assert_false(machine_read(ISR) & PENDING);
	bind(1);
	assert_int_equal(run(1, &esr), ARM_VCPU_EXIT_HYPERCALL);
	unbind(1);
	bind(0);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_SERROR);
	assert_int_equal(esr, ESR);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
	assert_string_equal(line, "");
}

/* A vCPU that is made anew has nothing to do with it. */
static void before_reset(void **state)
{
	uint64_t esr;

	(void)state;
	bind(0);
	machine_pend_serror(0, ISS);
	unbind(0);
	assert_int_equal(arm_vcpu_reset(&host.vcpu[0]), 0);
	bind(0);
	assert_int_equal(run(0, &esr), ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(before_enable, plain),
		cmocka_unit_test_setup(before_enable, with_ras),
		cmocka_unit_test_setup(before_bind, plain),
		cmocka_unit_test_setup(before_bind, with_ras),
		cmocka_unit_test_setup(while_bound, plain),
		cmocka_unit_test_setup(before_unbind, plain),
		cmocka_unit_test_setup(before_unbind, with_ras),
		cmocka_unit_test_setup(before_reset, plain),
		cmocka_unit_test_setup(before_reset, with_ras),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
