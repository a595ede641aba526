/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that raise interrupts, and what else happens outside of the CPUs. */
#include "machine/simulate.h"

/* ---- Devices --------------------------------------------------------------
 */

/* Odd ones are levels, which the guest ends at the device. */
static bool is_level(unsigned spi)
{
	return spi & 1;
}

static void set_line(struct sim_vm *vm, unsigned spi, bool level)
{
	struct sim_watch *watch = &vm->spi[spi];

	if (is_level(spi) || !level) {
		sim_watch_line(watch, SIM_MAYBE);
		if (arm_vgic_set_irq(&vm->vm, 32 + spi, level))
			machine_fail("SPI %u", 32 + spi);
		sim_watch_line(watch, level ? SIM_MUST : SIM_LOW);
		return;
	}
	sim_raise_begin(watch);
	if (arm_vgic_set_irq(&vm->vm, 32 + spi, true))
		machine_fail("SPI %u", 32 + spi);
	sim_raise_end(watch);
}

/* A device: its input rises, or, as far as the guest asks for that, falls. */
void sim_drive(struct sim_vm *vm, unsigned spi, bool level)
{
	const uint64_t daif = hv_lock(&vm->devices);

	if (vm->up && vm->has_vgic && (vm->ready || !vm->tame) &&
	    (!level || sim_model_begin(vm, vm))) {
		machine_trace("VM %u: SPI %u is %s", vm->number, 32 + spi,
			      level ? "raised" : "lowered");
		set_line(vm, spi, level);
		/* A vCPU that lowers one holds the baton itself. */
		if (level && vm->modelled)
			sim_model_line(vm, 32 + spi, true);
		if (level)
			sim_model_end(vm, vm);
	}
	hv_unlock(&vm->devices, daif);
}

/* A device that a VM has for itself: the guest deactivates the physical
 * interrupt. False: it does not get it now. */
static bool pass_on(struct sim_vm *vm, unsigned spi, struct arm_vcpu *vcpu,
		    uint32_t physical)
{
	uint64_t daif;
	bool passed;

	if (!vcpu)
		vcpu = hv_this_cpu()->bound;
	if (!vcpu || ((struct sim_vcpu *)(void *)vcpu)->vm != vm)
		return false;
	daif = hv_lock(&vm->devices);
	passed = vm->up && vm->has_vgic && (vm->ready || !vm->tame) &&
		 sim_model_begin(vm, vm);
	if (passed) {
		machine_trace("VM %u: SPI %u is passed on", vm->number,
			      32 + spi);
		sim_raise_begin(&vm->spi[spi]);
		passed = !arm_vgic_inject_hw(vcpu, 32 + spi, physical);
		sim_raise_end(&vm->spi[spi]);
		if (vm->modelled)
			sim_model_latch((void *)vcpu, 32 + spi);
		sim_model_end(vm, vm);
	}
	hv_unlock(&vm->devices, daif);
	return passed;
}

/* True: it stays active. */
bool sim_serve_spi(uint32_t intid, struct arm_vcpu *vcpu)
{
	const unsigned n = intid - 32;
	struct sim_vm *vm = &sim.vm[n / SIM_SPIS];

	if (n % SIM_SPIS == SIM_PASSED)
		return pass_on(vm, n % SIM_SPIS, vcpu, intid);
	sim_drive(vm, n % SIM_SPIS, true);
	return false;
}

/* One interrupt for a vCPU, as if it were an edge. */
void sim_inject(struct sim_vm *vm)
{
	struct sim_vcpu *vcpu = vm->vcpu[machine_random(vm->vcpus)];
	const uint32_t intid = machine_random(vm->modelled ? 64 : 16);
	const uint64_t daif = hv_lock(&vm->devices);

	if (vm->up && vm->has_vgic && sim_model_begin(vm, vm)) {
		machine_trace("vCPU %u: %u is injected", vcpu->number, intid);
		if (vm->tame)
			sim_raise_begin(&vcpu->private[intid]);
		(void)arm_vcpu_inject_interrupt(&vcpu->host.arm, intid);
		if (vm->tame)
			sim_raise_end(&vcpu->private[intid]);
		if (vm->modelled)
			sim_model_latch(vcpu, intid);
		sim_model_end(vm, vm);
	}
	hv_unlock(&vm->devices, daif);
}

/* No time is spent here: CPUs look at their inputs after the step. */
void sim_environment(void)
{
	const unsigned spis = sim.vms * SIM_SPIS;
	static uint64_t next_look;

	if (!sim.made)
		return;
	if (sim_chance(sim.storms)) {
		const unsigned n = 32 + machine_random(spis);

		machine_gic_line(n, true);
		machine_gic_line(n, false);
	}
	if (machine_made() < next_look)
		return;
	next_look = machine_made() + 256;
	sim_watch_look();
}

void sim_wake_up(void)
{
	const unsigned n = 32 + machine_random(sim.vms * SIM_SPIS);

	sim_watch_rest();
	machine_gic_line(n, true);
	machine_gic_line(n, false);
}

uint64_t sim_device_value(uint64_t ipa)
{
	return ipa * UINT64_C(0x9e3779b97f4a7c15);
}

bool sim_ends_level(const struct sim_vm *vm,
		    const struct arm_vcpu_exit_mmio *access)
{
	const unsigned n = (unsigned)(access->addr - SIM_DEVICE) / 8;

	return access->is_write && n < SIM_SPIS &&
	       (vm->modelled || is_level(n));
}
