/* SPDX-License-Identifier: Apache-2.0 */
/* threads [--seconds N] [--seed N] [--vms N]: see threads.h. */
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "guest.h"
#include "machine/state.h"

struct th th;

static pthread_barrier_t begin;
static struct arm_vcpu_ept_root table;
static uint64_t seed = 1;

void th_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fputs("threads: ", stderr);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	fflush(stdout);
	abort();
}

static void expect(int status, const char *what)
{
	if (status)
		th_fail("%s: %s", what, arm_vcpu_strerror(status));
}

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	return machine_alloc_pages(order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	machine_free_pages(pa, order);
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return machine_phys(pa);
}

/* No memory at all: each access is the vGIC's. The empty table is in every
 * CPU's own memory, at the same place. */
static void make_table(void)
{
	static const struct arm_stage2_ops ops = {alloc_pages, free_pages,
						  phys_to_virt};
	const struct arm_stage2_config config = {
		.ops = &ops, .ipa_bits = 32, .pa_bits = 40, .vmid_bits = 8};
	struct arm_stage2 s2;

	expect(arm_stage2_init(&s2, &config), "stage 2");
	if (machine_cpu())
		return;
	table.root = arm_stage2_root(&s2);
	table.vtcr = arm_stage2_vtcr(&s2);
}

static void enable_cpu(unsigned number)
{
	struct hv_cpu *cpu = &th.cpu[number];

	cpu->index = number;
	cpu->mpidr = number;
	expect(arm_pcpu_init(&cpu->pcpu, &th_pcpu_ops, NULL), "CPU");
	expect(arm_pcpu_hardware_enable(&cpu->pcpu), "enable");
	machine_write(MACHINE_SYSREG(3, 0, 4, 6, 0), 0xf0); /* ICC_PMR_EL1 */
	machine_write(MACHINE_SYSREG(3, 0, 12, 12, 4), 2);  /* EOImode    */
	machine_write(MACHINE_SYSREG(3, 0, 12, 12, 7), 1);  /* IGRPEN1    */
	machine_gic_enable(number, 0, 0x80, true);
	machine_gic_enable(number, MACHINE_PPI_VIRTUAL, 0x80, false);
	machine_gic_enable(number, MACHINE_PPI_HYPERVISOR, 0x80, false);
	machine_gic_enable(number, MACHINE_PPI_MAINTENANCE, 0x80, false);
}

static void make_vm(struct th_vm *vm, unsigned number)
{
	const struct arm_vm_config config = {
		.ops = &th_vm_ops,
		.vcpus = vm->table,
		.vcpu_capacity = TH_VCPUS,
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = vm->bank,
		.spi_count = 32,
		.dist_base = TH_DIST,
		.redist_base = TH_REDIST,
	};

	table.vmid = (uint16_t)(number + 1);
	vm->number = number;
	hv_sched_vm_init(&vm->sched, &th_sched_ops);
	expect(arm_vm_init(&vm->vm, &config), "VM");
	expect(arm_vgic_init(&vm->vgic, &vm->vm, &vgic), "vGIC");
	for (unsigned n = 0; n < TH_VCPUS; n++) {
		const struct arm_vcpu_config of = {
			.vm = &vm->vm, .mpidr = n, .powered_on = n == 0};
		struct th_vcpu *vcpu = &vm->vcpu[n];

		vcpu->vm = vm;
		vcpu->index = n;
		expect(arm_vcpu_init(&vcpu->host.arm, &of), "vCPU");
		expect(arm_vcpu_setup(&vcpu->host.arm, NULL), "setup");
		expect(arm_vcpu_set_entry(&vcpu->host.arm, TH_ENTRY), "entry");
		expect(arm_vcpu_set_ept_root(&vcpu->host.arm, &table), "root");
		hv_sched_vcpu_init(&vcpu->host, &vm->sched);
		th_guest_reset(vcpu, seed);
	}
}

static void make_vms(void)
{
	for (unsigned n = 0; n < th.vms; n++)
		make_vm(&th.vm[n], n);
	for (unsigned n = 0; n < th.vms; n++)
		(void)hv_sched_start(&th.vm[n].vcpu[0].host);
}

static void *cpu_main(void *arg)
{
	const unsigned number = (unsigned)(uintptr_t)arg;

	th_cpu_make(number, seed + number);
	make_table();
	/* machine_make() empties the library's list of CPUs. */
	(void)pthread_barrier_wait(&begin);
	enable_cpu(number);
	hv_cpu_add(number, &th.cpu[number]);
	(void)pthread_barrier_wait(&begin);
	if (number == 0) {
		hv_cpu_set_count(TH_CPUS);
		make_vms();
	}
	(void)pthread_barrier_wait(&begin);
	hv_sched_loop();
}

static uint64_t number_of(const char *text)
{
	char *end;
	const uint64_t value = strtoull(text, &end, 10);

	if (*end || !*text) {
		fprintf(stderr, "threads: %s is no number\n", text);
		exit(2);
	}
	return value;
}

static time_t seconds_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

int main(int argc, char **argv)
{
	time_t end = seconds_now() + 15;
	uint64_t lives = 0;

	th.vms = TH_VMS;
	for (int n = 1; n + 1 < argc; n += 2) {
		if (!strcmp(argv[n], "--seconds"))
			end = seconds_now() + (time_t)number_of(argv[n + 1]);
		else if (!strcmp(argv[n], "--seed"))
			seed = number_of(argv[n + 1]);
		else if (!strcmp(argv[n], "--vms"))
			th.vms = (unsigned)number_of(argv[n + 1]);
		else
			return 2;
	}
	if (!th.vms || th.vms > TH_VMS)
		return 2;
	(void)pthread_barrier_init(&begin, NULL, TH_CPUS);
	for (uintptr_t n = 0; n < TH_CPUS; n++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, cpu_main, (void *)n))
			th_fail("no thread");
		(void)pthread_detach(thread);
	}
	while (atomic_load(&th.ended) != th.vms) {
		(void)nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
		if (seconds_now() >= end)
			atomic_store(&th.over, true);
	}
	for (unsigned n = 0; n < th.vms; n++)
		lives += th.vm[n].lives;
	printf("threads: %llu lives of VMs, %llu exits to the host, %llu "
	       "physical interrupts\n",
	       (unsigned long long)lives,
	       (unsigned long long)atomic_load(&th.exits),
	       (unsigned long long)atomic_load(&th.interrupts));
	return 0;
}
