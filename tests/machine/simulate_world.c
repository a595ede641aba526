/* SPDX-License-Identifier: Apache-2.0 */
/* The machine and its VMs: made at random, ended, and begun anew. */
#include <stdlib.h>
#include <string.h>

#include "machine/simulate.h"
#include "machine/state.h"

struct sim sim;

void sim_expect(int status, const char *what)
{
	if (status != ARM_VCPU_OK)
		machine_fail("%s: %s", what, arm_vcpu_strerror(status));
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
	sim_expect(arm_vcpu_init(&vcpu->host.arm, &config), "init");
	sim_expect(arm_vcpu_setup(&vcpu->host.arm, NULL), "setup");
	sim_expect(arm_vcpu_set_entry(&vcpu->host.arm, SIM_ENTRY), "entry");
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

	/* As that of a device of hv's. */
	vm->devices = (struct hv_lock)HV_LOCK(HV_RANK_VUART);
	vm->cluster = 1 + machine_random(16);
	hv_sched_vm_init(&vm->sched, &sim_sched_ops);
	if (sim_chance(3))
		(void)hv_sched_pin(&vm->sched, machine_random64());
	(void)hv_sched_pin_like(&vm->sched);
	sim_expect(arm_vm_init(&vm->vm, &config), "VM");
	if (vm->has_vgic)
		sim_expect(arm_vgic_init(&vm->vgic, &vm->vm, &vgic), "vGIC");
	for (unsigned n = 0; n < vm->vcpus; n++)
		make_vcpu(vm, &sim.vcpu[first + n], n);
	sim_watch_reset(vm);
	if (vm->modelled)
		sim_model_make(vm, machine.config.priority_bits);
	for (unsigned n = 0; n < vm->vcpus; n++)
		sim_guest_reset(vm->vcpu[n], SIM_ENTRY, 0x1234);
	sim_make_memory(vm);
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
		sim_expect(arm_vgic_reset(&vm->vgic), "vGIC's reset");
	sim_watch_reset(vm);
	if (vm->modelled)
		sim_model_reset(vm);
	for (unsigned n = 0; n < vm->vcpus; n++) {
		struct arm_vcpu *arm = &vm->vcpu[n]->host.arm;

		sim_expect(arm_vcpu_reset(arm), "reset");
		sim_expect(arm_vcpu_set_power(arm, n ? ARM_VCPU_POWER_OFF
						     : ARM_VCPU_POWER_ON),
			   "power");
		sim_guest_reset(vm->vcpu[n], SIM_ENTRY, 0x1234);
	}
	if (sim_chance(3)) {
		sim_remake_memory(vm);
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
	sim_expect(arm_pcpu_init(&cpu->pcpu, &sim_pcpu_ops, &sim), "CPU");
	sim_expect(arm_pcpu_hardware_enable(&cpu->pcpu), "enable");
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
	return 1 + machine_random(1u << machine_random(5));
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
	config.fgt2 = sim_chance(4);
	config.fgt = config.fgt2 || sim_chance(2);
	config.amu = sim_chance(2);
	config.mpam = sim_chance(2);
	config.hcx = sim_chance(2);
	config.fwb = sim_chance(2);
	config.lor = sim_chance(2);
	config.aarch32 = sim_chance(2);
	config.pmu = sim_chance(2);
	config.traps_dir = often();
	config.eoi_counts = sim_chance(4);
	/* Cortex-A55 and A76 in one machine. */
	if (sim_chance(3))
		for (unsigned n = 0; n < config.cpus; n++)
			config.midr[n] =
				sim_chance(2) ? 0x412fd050 : 0x414fd0b1;
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
		vm->programs = sim_choose_programs();
		/* A count that does not wrap while the seed runs. */
		vm->cntvoff =
			0 - (machine_random64() >> (2 + machine_random(62)));
	}
	sim.vcpus = total;
	sim.slice = UINT64_C(300) << machine_random(8);
	sim.calm = 1 + machine_random(4);
	sim.churn = 8u << machine_random(6);
	sim.patience = 1u << machine_random(6);
	sim.kills = sim_chance(2) ? 0 : 1u << (6 + machine_random(8));
	sim.storms = 1u << (5 + machine_random(10));
}

void sim_make(uint64_t seed, bool trace)
{
	unsigned first = 0;

	make_machine(seed, trace);
	choose_sizes();
	sim_expect(arm_stage2_vmid_pool_init(&sim.vmids,
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
