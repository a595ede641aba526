/* SPDX-License-Identifier: Apache-2.0 */
/* The machine and its VMs: made at random, ended, and begun anew. */
#include <stdlib.h>
#include <string.h>

#include "machine/simulate.h"
#include "machine/state.h"

#define ALL (ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC)

struct sim sim;

static void expect(int status, const char *what)
{
	if (status != ARM_VCPU_OK)
		machine_fail("%s: %s", what, arm_vcpu_strerror(status));
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

static const struct arm_stage2_ops memory_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

/* ---- Memory ---------------------------------------------------------------
 */

static uint64_t base_of(const struct sim_vm *vm)
{
	return UINT64_C(0x1000000000) + vm->number * UINT64_C(0x10000000);
}

uint64_t sim_copy(const struct sim_vm *vm, unsigned page, unsigned copy)
{
	return base_of(vm) + copy * SIM_BLOCK + SIM_IN_BLOCK(page);
}

static void make_memory(struct sim_vm *vm)
{
	const struct arm_stage2_config config = {
		.ops = &memory_ops,
		.ipa_bits = (uint8_t)(32 + machine_random(9)),
		.pa_bits = 40,
		.vmid_bits = machine.config.vmid16 ? 16 : 8,
	};
	struct arm_vcpu_ept_root root = {0};
	uint64_t daif;

	expect(arm_stage2_init(&vm->s2, &config), "stage 2");
	expect(arm_stage2_map(&vm->s2, SIM_RAM, base_of(vm), SIM_BLOCK, ALL),
	       "map");
	for (unsigned n = 0; n < SIM_PAGES; n++)
		vm->page[n] = (struct sim_page){
			.pa = sim_copy(vm, n, 0), .attr = ALL, .mapped = true};
	daif = hv_lock(&sim.vmid_lock);
	expect(arm_stage2_vmid(&vm->s2, &sim.vmids, &root.vmid), "VMID");
	hv_unlock(&sim.vmid_lock, daif);
	root.root = arm_stage2_root(&vm->s2);
	root.vtcr = arm_stage2_vtcr(&vm->s2);
	for (unsigned n = 0; n < vm->vcpus; n++)
		expect(arm_vcpu_set_ept_root(&vm->vcpu[n]->host.arm, &root),
		       "root");
}

static void map(struct sim_vm *vm, unsigned n, unsigned attr)
{
	struct sim_page *page = &vm->page[n];

	/* From here on it may be seen. */
	page->mapped = true;
	page->attr = attr;
	expect(arm_stage2_map(&vm->s2, SIM_PAGE(n), page->pa, 0x1000, attr),
	       "map");
}

static void unmap(struct sim_vm *vm, unsigned n)
{
	expect(arm_stage2_unmap(&vm->s2, SIM_PAGE(n), 0x1000), "unmap");
	vm->page[n].mapped = false;
	/* And from here on it must not. */
	vm->page[n].old_mapped = false;
}

static void protect(struct sim_vm *vm, unsigned n, unsigned attr)
{
	/* From here on either is right. */
	vm->page[n].attr = attr;
	expect(arm_stage2_protect(&vm->s2, SIM_PAGE(n), 0x1000, attr),
	       "protect");
}

static void begin_change(struct sim_page *page)
{
	page->old_pa = page->pa;
	page->old_attr = page->attr;
	page->old_mapped = page->mapped;
	page->changing = true;
}

void sim_change_memory(struct sim_vm *vm)
{
	static const unsigned attrs[] = {
		0, ARM_STAGE2_READ, ARM_STAGE2_READ | ARM_STAGE2_WRITE,
		ARM_STAGE2_READ | ARM_STAGE2_EXEC, ALL};
	const uint64_t daif = hv_lock(&vm->memory);
	const unsigned n = machine_random(SIM_PAGES);
	struct sim_page *page = &vm->page[n];

	machine_trace("VM %u: page %u changes", vm->number, n);
	begin_change(page);
	if (!page->mapped) {
		page->pa = sim_copy(vm, n, machine_random(2));
		map(vm, n, attrs[machine_random(5)]);
	} else if (sim_chance(3)) {
		unmap(vm, n);
	} else if (sim_chance(2)) {
		unmap(vm, n);
		page->pa = sim_copy(vm, n, machine_random(2));
		map(vm, n, attrs[machine_random(5)]);
	} else {
		protect(vm, n, attrs[machine_random(5)]);
	}
	page->changing = false;
	hv_unlock(&vm->memory, daif);
}

void sim_page_in(struct sim_vm *vm, uint64_t ipa)
{
	const uint64_t daif = hv_lock(&vm->memory);
	const unsigned n = (unsigned)((ipa - SIM_PAGE(0)) >> 12);
	struct sim_page *page;

	if (n >= SIM_PAGES)
		machine_fail("VM %u faults at IPA %#llx, which is mapped",
			     vm->number, (unsigned long long)ipa);
	page = &vm->page[n];
	begin_change(page);
	if (page->mapped)
		protect(vm, n, ALL);
	else
		map(vm, n, ALL);
	page->changing = false;
	hv_unlock(&vm->memory, daif);
}

static bool allows(unsigned attr, enum machine_op op)
{
	if (op == MACHINE_STORE)
		return attr & ARM_STAGE2_WRITE;
	if (op == MACHINE_LOAD)
		return attr & ARM_STAGE2_READ;
	return (attr & ARM_STAGE2_READ) && (attr & ARM_STAGE2_EXEC);
}

static void check_translation(const struct sim_page *page, enum machine_op op,
			      uint64_t ipa, uint64_t pa)
{
	pa &= ~UINT64_C(0xfff);
	if (page->mapped && page->pa == pa && allows(page->attr, op))
		return;
	if (page->changing && page->old_mapped && page->old_pa == pa &&
	    allows(page->old_attr, op))
		return;
	/* Half way: remapped with what the new mapping has in the end. */
	machine_fail("IPA %#llx: an access by operation %d reached %#llx, but "
		     "it is %s at %#llx with attributes %#x",
		     (unsigned long long)ipa, (int)op, (unsigned long long)pa,
		     page->mapped ? "mapped" : "not mapped",
		     (unsigned long long)page->pa, page->attr);
}

static void check_content(struct sim_vm *vm, unsigned n,
			  const struct machine_insn *insn, uint64_t pa,
			  uint64_t value)
{
	const unsigned copy = (pa & ~UINT64_C(0xfff)) != sim_copy(vm, n, 0);
	const unsigned at = (unsigned)pa & 0xfff;
	uint64_t was = 0;

	if (at + insn->width > SIM_WORDS)
		machine_fail("an access at %#llx", (unsigned long long)pa);
	if (insn->op == MACHINE_STORE) {
		memcpy(&vm->bytes[n][copy][at], &value, insn->width);
		return;
	}
	memcpy(&was, &vm->bytes[n][copy][at], insn->width);
	if (was != value)
		machine_fail("%#llx has %#llx, not %#llx",
			     (unsigned long long)pa, (unsigned long long)value,
			     (unsigned long long)was);
}

void sim_accessed(struct machine_guest *guest, const struct machine_insn *insn,
		  uint64_t ipa, uint64_t pa, uint64_t value)
{
	struct sim_vcpu *vcpu =
		(void *)((char *)guest - offsetof(struct sim_vcpu, guest));
	struct sim_vm *vm = vcpu->vm;
	const unsigned n = (unsigned)((ipa - SIM_PAGE(0)) >> 12);

	vcpu->seen = value;
	vcpu->was_seen = true;
	if (n >= SIM_PAGES) {
		machine_fail("IPA %#llx is no memory", (unsigned long long)ipa);
		return;
	}
	check_translation(&vm->page[n], insn->op, ipa, pa);
	if (insn->op != MACHINE_FETCH)
		check_content(vm, n, insn, pa, value);
}

/* ---- VMs ------------------------------------------------------------------
 */

uint64_t sim_mpidr(const struct sim_vm *vm, unsigned index)
{
	return index % vm->cluster | index / vm->cluster << 8;
}

static void make_vcpu(struct sim_vm *vm, struct sim_vcpu *vcpu, unsigned index)
{
	const struct arm_vcpu_config config = {
		.vm = &vm->vm,
		.mpidr = sim_mpidr(vm, index),
		.x0 = 0x1234,
		.powered_on = index == 0,
	};

	vm->vcpu[index] = vcpu;
	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->private = calloc(32, sizeof(*vcpu->private));
	expect(arm_vcpu_init(&vcpu->host.arm, &config), "init");
	expect(arm_vcpu_setup(&vcpu->host.arm, NULL), "setup");
	expect(arm_vcpu_set_entry(&vcpu->host.arm, SIM_ENTRY), "entry");
	hv_sched_vcpu_init(&vcpu->host, &vm->sched);
}

static void make_vm(struct sim_vm *vm, unsigned first)
{
	const struct arm_vm_config config = {
		.ops = &sim_vm_ops,
		.ctx = vm,
		.vcpus = vm->table,
		.vcpu_capacity = SIM_VCPUS,
		.cntvoff = vm->cntvoff,
		.host_unknown_sysregs = vm->host_sysregs,
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = vm->banks,
		.spi_count = 32,
		.dist_base = SIM_DIST,
		.redist_base = SIM_REDIST,
	};

	vm->cluster = 1 + machine_random(16);
	hv_sched_vm_init(&vm->sched, &sim_sched_ops);
	if (sim_chance(3))
		(void)hv_sched_pin(&vm->sched, machine_random64());
	expect(arm_vm_init(&vm->vm, &config), "VM");
	if (vm->has_vgic)
		expect(arm_vgic_init(&vm->vgic, &vm->vm, &vgic), "vGIC");
	for (unsigned n = 0; n < vm->vcpus; n++)
		make_vcpu(vm, &sim.vcpu[first + n], n);
	sim_watch_reset(vm);
	if (vm->modelled)
		sim_model_make(vm, machine.config.priority_bits);
	for (unsigned n = 0; n < vm->vcpus; n++)
		sim_guest_reset(vm->vcpu[n], SIM_ENTRY, 0x1234);
	make_memory(vm);
	memset(vm->bytes, 0xa5, sizeof(vm->bytes));
}

static void begin(struct sim_vm *vm)
{
	vm->up = true;
	vm->lives++;
	sim.lives++;
	if (!hv_sched_start(&vm->vcpu[0]->host))
		machine_fail("VM %u does not start", vm->number);
}

/* Nothing is raised any more that is not raised already. */
static void silence(struct sim_vm *vm)
{
	const uint64_t daif = hv_lock(&vm->devices);

	vm->up = false;
	hv_unlock(&vm->devices, daif);
}

void sim_vm_end(struct hv_sched_vm *sched)
{
	struct sim_vm *vm = (struct sim_vm *)sched;

	machine_trace("VM %u has ended", vm->number);
	silence(vm);
	hv_sched_pause();
	if (vm->has_vgic)
		expect(arm_vgic_reset(&vm->vgic), "vGIC's reset");
	sim_watch_reset(vm);
	if (vm->modelled)
		sim_model_reset(vm);
	for (unsigned n = 0; n < vm->vcpus; n++) {
		struct arm_vcpu *arm = &vm->vcpu[n]->host.arm;

		expect(arm_vcpu_reset(arm), "reset");
		expect(arm_vcpu_set_power(arm, n ? ARM_VCPU_POWER_OFF
						 : ARM_VCPU_POWER_ON),
		       "power");
		sim_guest_reset(vm->vcpu[n], SIM_ENTRY, 0x1234);
	}
	if (sim_chance(3)) {
		const uint64_t daif = hv_lock(&vm->memory);

		arm_stage2_free(&vm->s2);
		make_memory(vm);
		hv_unlock(&vm->memory, daif);
	}
	hv_sched_vm_restart(&vm->sched);
	begin(vm);
}

/* ---- The machine ----------------------------------------------------------
 */

static void enable_cpu(unsigned number)
{
	struct hv_cpu *cpu = &sim.cpu[number];

	machine_be(number);
	cpu->index = number;
	cpu->mpidr = number;
	expect(arm_pcpu_init(&cpu->pcpu, &sim_pcpu_ops, &sim), "CPU");
	expect(arm_pcpu_hardware_enable(&cpu->pcpu), "enable");
	hv_cpu_add(number, cpu);
	machine_write(MACHINE_SYSREG(3, 0, 4, 6, 0), 0xf0); /* ICC_PMR_EL1 */
	machine_write(MACHINE_SYSREG(3, 0, 12, 12, 4), 2);  /* EOImode    */
	machine_write(MACHINE_SYSREG(3, 0, 12, 12, 7), 1);  /* IGRPEN1    */
	machine_gic_enable(number, 0, 0x80, true);
	machine_gic_enable(number, MACHINE_PPI_VIRTUAL, 0x80, false);
	machine_gic_enable(number, MACHINE_PPI_HYPERVISOR, 0x80, false);
	machine_gic_enable(number, MACHINE_PPI_MAINTENANCE, 0x80, false);
}

static bool often(void)
{
	return !sim_chance(4);
}

static unsigned list_registers(void)
{
	return 1 + (often() ? machine_random(4) : machine_random(16));
}

static void make_machine(uint64_t seed, bool trace)
{
	struct machine_config config = {
		.seed = seed,
		.trace = trace,
		.guest_of = sim_guest_of,
		.check = sim_environment,
		.executed = sim_executed,
		.accessed = sim_accessed,
		.list_registers = 1,
		.priority_bits = 5,
		.cpus = 1,
	};

	/* For the first random numbers. */
	machine_make(&config);
	config.cpus = 1 + machine_random(MACHINE_CPUS);
	config.list_registers = list_registers();
	config.priority_bits = 5 + machine_random(3);
	config.vmid16 = sim_chance(2);
	config.ras = sim_chance(2);
	config.fgt = sim_chance(2);
	config.hcx = sim_chance(2);
	config.lor = sim_chance(2);
	config.aarch32 = sim_chance(2);
	config.pmu = sim_chance(2);
	config.traps_dir = often();
	config.eoi_counts = sim_chance(4);
	sim.cpus = config.cpus;
	sim.traps_dir = config.traps_dir;
	machine_make(&config);
}

static void choose_sizes(void)
{
	const unsigned total = 1 + machine_random(SIM_VCPUS);
	unsigned left = total;

	sim.vms = 1 + machine_random(total < SIM_VMS ? total : SIM_VMS);
	for (unsigned n = 0; n < sim.vms; n++) {
		struct sim_vm *vm = &sim.vm[n];
		const unsigned others = sim.vms - 1 - n;

		vm->number = n;
		vm->vcpus = others ? 1 + machine_random(left - others) : left;
		left -= vm->vcpus;
		vm->has_vgic = !sim_chance(8);
		vm->modelled = vm->has_vgic && sim_chance(2);
		vm->tame = !vm->modelled && often();
		vm->host_sysregs = sim_chance(3);
		/* A count that does not wrap while the seed runs. */
		vm->cntvoff =
			0 - (machine_random64() >> (2 + machine_random(62)));
	}
	sim.vcpus = total;
	sim.slice = UINT64_C(300) << machine_random(8);
	sim.kills = sim_chance(2) ? 0 : 1u << (6 + machine_random(8));
	sim.storms = 1u << (5 + machine_random(10));
}

void sim_make(uint64_t seed, bool trace)
{
	unsigned first = 0;

	make_machine(seed, trace);
	choose_sizes();
	expect(arm_stage2_vmid_pool_init(&sim.vmids,
					 machine.config.vmid16 ? 16 : 8),
	       "VMIDs");
	for (unsigned n = sim.cpus; n--;)
		enable_cpu(n);
	hv_cpu_set_count(sim.cpus);
	for (unsigned n = 0; n < SIM_VCPUS; n++)
		sim.vcpu[n].number = n;
	for (unsigned n = 0; n < sim.vms; n++) {
		make_vm(&sim.vm[n], first);
		first += sim.vm[n].vcpus;
	}
	for (unsigned n = 0; n < sim.vms * SIM_SPIS; n++)
		machine_gic_enable(machine_random(sim.cpus), 32 + n, 0x80,
				   true);
	for (unsigned n = 0; n < sim.vms; n++)
		begin(&sim.vm[n]);
	machine_trace("%u CPUs, %u VMs, %u vCPUs, %u list registers, %s TDS",
		      sim.cpus, sim.vms, sim.vcpus,
		      machine.config.list_registers,
		      machine.config.traps_dir ? "with" : "without");
	for (unsigned n = 0; n < sim.cpus; n++)
		machine_start(n, sim_cpu_main, NULL);
	sim.made = true;
}
