/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to the other CPUs, and the state that each case starts from. */
#include "conformance.h"

enum { OFF, IDLE, BUSY };

struct worker {
	uint64_t state;
	uint64_t ordered; /* SGI 15 came for the function below */
	work *function;
	uint64_t argument;
	irq_hook *hook;
};
static struct worker workers[MAX_CPUS];

static bool on_irq(uint32_t intid)
{
	struct worker *self = &workers[cpu_index()];

	if (intid == ORDER && LIVE(self->function))
		self->ordered = 1;
	return !self->hook || self->hook(intid);
}

static void wait_for_order(struct worker *self)
{
	IRQ_OFF();
	while (!LIVE(self->ordered)) {
		WFI(); /* a masked interrupt ends it, too */
		IRQ_ON();
		IRQ_OFF();
	}
	self->ordered = 0;
}

static void serve(uint64_t context)
{
	struct worker *self = &workers[cpu_index()];

	(void)context;
	gic_cpu_init();
	irq_log.hook = on_irq;
	store_release(&self->state, IDLE);
	for (;;) {
		work *function;

		wait_for_order(self);
		function = self->function;
		function(self->argument);
		IRQ_OFF();
		self->function = NULL;
		store_release(&self->state, IDLE);
	}
}

bool is_idle(unsigned cpu)
{
	return cpu == 0 || load_acquire(&workers[cpu].state) == IDLE;
}

bool start_cpu(unsigned cpu)
{
	if (is_idle(cpu))
		return true;
	cpu_main = serve;
	if (!CHECK_EQ(cpu_on(cpu, 0), 0))
		return false;
	return EVENTUALLY(is_idle(cpu));
}

void on_cpu(unsigned cpu, work *function, uint64_t argument)
{
	struct worker *to = &workers[cpu];

	if (!CHECK(is_idle(cpu)))
		test_abandon();
	to->state = BUSY;
	to->argument = argument;
	__atomic_store_n(&to->function, function, __ATOMIC_RELEASE);
	send_sgi(cpu, ORDER);
}

void finish(unsigned cpu)
{
	if (!EVENTUALLY(is_idle(cpu))) {
		print("  CPU %lu does not come back\n", (unsigned long)cpu);
		test_abandon();
	}
}

void on_all(work *function, uint64_t argument)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		on_cpu(cpu, function, argument);
	function(argument);
	IRQ_OFF();
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		finish(cpu);
}

static void turn_off(uint64_t argument)
{
	struct worker *self = &workers[cpu_index()];

	(void)argument;
	self->function = NULL;
	store_release(&self->state, OFF);
	cpu_off();
}

void stop_cpu(unsigned cpu)
{
	on_cpu(cpu, turn_off, 0);
	EVENTUALLY(hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0) == 1);
}

void set_hook(unsigned cpu, irq_hook *hook)
{
	workers[cpu].hook = hook;
}

void forget(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		struct irq_record *log = &irq_logs[cpu];

		*log = (struct irq_record){.last = NO_IRQ, .hook = on_irq};
	}
}

static void nothing(uint64_t argument)
{
	(void)argument;
}

void settle(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		on_cpu(cpu, nothing, 0);
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		finish(cpu);
}

static void fresh_here(uint64_t argument)
{
	(void)argument;
	WRITE_SYSREG(cntv_ctl_el0, 0);
	WRITE_SYSREG(cntp_ctl_el0, 0);
	gic_cpu_init();
}

void fresh(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		set_hook(cpu, NULL);
	mmio_write32(PL011_BASE + 0x38, 0); /* UARTIMSC */
	gic_init();
	fresh_here(0);
	/* The others forget by themselves, once they have had their order. */
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		if (is_idle(cpu)) {
			on_cpu(cpu, fresh_here, 0);
			finish(cpu);
		}
	forget();
}

void take(void)
{
	IRQ_ON();
	ISB();
	IRQ_OFF();
}

uint64_t now(void)
{
	ISB();
	return READ_SYSREG(cntvct_el0);
}

uint64_t long_time(void)
{
	return READ_SYSREG(cntfrq_el0) * 10;
}

/* After a few waits in vain nobody has to be generous any more. */
static uint64_t in_vain;

uint64_t patience(void)
{
	return LIVE(in_vain) < 3 ? long_time() : long_time() / 8;
}

bool waited(bool enough, const char *file, int line, const char *text)
{
	if (!enough)
		atomic_add(&in_vain, 1);
	return check(enough, file, line, text);
}

bool sleep_until(const uint64_t *value, uint64_t want)
{
	uint64_t dog = now() + patience();

	gic_enable(VTIMER, 0x80);
	WRITE_SYSREG(cntv_cval_el0, dog);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	IRQ_OFF();
	while (load_acquire(value) < want && now() < dog) {
		WFI();
		/* The watchdog's own interrupt would only come again. */
		if (now() >= dog)
			break;
		IRQ_ON();
		IRQ_OFF();
	}
	WRITE_SYSREG(cntv_ctl_el0, 0);
	gic_disable(VTIMER);
	return waited(load_acquire(value) >= want && now() < dog, __FILE_NAME__,
		      __LINE__, "woken in time");
}
