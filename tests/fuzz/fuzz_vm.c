/* SPDX-License-Identifier: Apache-2.0 */
/* A VM with stage 2 and a vGIC; see fuzz_vm.h first. */
#include "fuzz_vm.h"

#include "machine/host.h"

#define PMR     MACHINE_SYSREG(3, 0, 4, 6, 0)
#define IAR1    MACHINE_SYSREG(3, 0, 12, 12, 0)
#define EOIR1   MACHINE_SYSREG(3, 0, 12, 12, 1)
#define DIR     MACHINE_SYSREG(3, 0, 12, 11, 1)
#define CTLR    MACHINE_SYSREG(3, 0, 12, 12, 4)
#define IGRPEN1 MACHINE_SYSREG(3, 0, 12, 12, 7)

struct fuzz_vm fuzz_vm;

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	if (fuzz_vm.pages < 1u << order)
		return ARM_STAGE2_NO_PAGE;
	fuzz_vm.pages -= 1u << order;
	return machine_alloc_pages(order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	fuzz_vm.pages += 1u << order;
	machine_free_pages(pa, order);
}

static const struct arm_stage2_ops memory_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = host_phys_to_virt,
};

static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	const uint32_t intid = (uint32_t)machine_read(IAR1);

	(void)ctx;
	if (intid == 1023)
		return ARM_PCPU_IRQ_RESUME;
	machine_write(EOIR1, intid);
	if (intid == MACHINE_PPI_VIRTUAL && vcpu) {
		fuzz_must(arm_vtimer_irq(vcpu, intid), 0, "timer");
		return ARM_PCPU_IRQ_RESUME;
	}
	if (intid == MACHINE_PPI_MAINTENANCE && vcpu)
		fuzz_must(arm_vgic_maintenance(vcpu), 0, "maintenance");
	machine_write(DIR, intid);
	return ARM_PCPU_IRQ_EXIT;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = irq};

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	return &fuzz_vm.guest[vcpu - fuzz_vm.vcpu];
}

static void make_cpu(unsigned n)
{
	machine_be(n);
	fuzz_must(arm_pcpu_init(&fuzz_vm.pcpu[n], &pcpu_ops, NULL), 0, "pcpu");
	fuzz_must(arm_pcpu_hardware_enable(&fuzz_vm.pcpu[n]), 0, "enable");
	machine_write(PMR, 0xf0);
	machine_write(CTLR, 2); /* EOImode */
	machine_write(IGRPEN1, 1);
	machine_gic_enable(n, MACHINE_PPI_VIRTUAL, 0x80, false);
	machine_gic_enable(n, MACHINE_PPI_MAINTENANCE, 0x80, false);
}

static void make_memory(void)
{
	const struct arm_stage2_config config = {
		.ops = &memory_ops,
		.ipa_bits = 40,
		.pa_bits = 40,
		.vmid_bits = 8,
	};

	fuzz_must(arm_stage2_vmid_pool_init(&fuzz_vm.pool, 8), 0, "pool");
	fuzz_must(arm_stage2_init(&fuzz_vm.s2, &config), 0, "stage 2");
	fuzz_vm.ram = machine_alloc_pages(2);
	fuzz_must(arm_stage2_map(&fuzz_vm.s2, FUZZ_RAM, fuzz_vm.ram, 0x4000,
				 ARM_STAGE2_READ | ARM_STAGE2_WRITE |
					 ARM_STAGE2_EXEC),
		  0, "map");
}

static void make_vcpu(unsigned n)
{
	const struct arm_vcpu_config config = {
		.vm = &fuzz_vm.vm,
		.mpidr = n << 8 | 1,
		.powered_on = n == 0,
	};
	struct arm_vcpu_ept_root root = {
		.root = arm_stage2_root(&fuzz_vm.s2),
		.vtcr = arm_stage2_vtcr(&fuzz_vm.s2),
	};
	struct arm_vcpu *vcpu = &fuzz_vm.vcpu[n];

	fuzz_must(arm_stage2_vmid(&fuzz_vm.s2, &fuzz_vm.pool, &root.vmid), 0,
		  "VMID");
	fuzz_must(arm_vcpu_init(vcpu, &config), 0, "init");
	fuzz_must(arm_vcpu_setup(vcpu, NULL), 0, "setup");
	fuzz_must(arm_vcpu_set_ept_root(vcpu, &root), 0, "root");
	fuzz_must(arm_vcpu_set_entry(vcpu, FUZZ_RAM), 0, "entry");
}

void fuzz_vm_make(uint64_t seed, void (*next)(struct machine_guest *guest,
					      const struct machine_state *state,
					      struct machine_insn *insn))
{
	const struct machine_config config = {
		.seed = seed,
		.cpus = FUZZ_VCPUS,
		.list_registers = 4,
		.priority_bits = 5,
		.traps_dir = true,
		.guest_of = guest_of,
	};
	const struct arm_vm_config vm = {
		.ops = &host_vm_ops,
		.vcpus = fuzz_vm.vcpus,
		.vcpu_capacity = FUZZ_VCPUS,
		.host_unknown_sysregs = seed & 1,
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = fuzz_vm.banks,
		.spi_count = FUZZ_SPIS,
		.dist_base = FUZZ_DIST,
		.redist_base = FUZZ_REDIST,
	};

	memset(&fuzz_vm, 0, sizeof(fuzz_vm));
	fuzz_vm.pages = 4096;
	machine_make(&config);
	for (unsigned n = 0; n < FUZZ_VCPUS; n++)
		make_cpu(n);
	make_memory();
	fuzz_must(arm_vm_init(&fuzz_vm.vm, &vm), 0, "VM");
	fuzz_must(arm_vgic_init(&fuzz_vm.vgic, &fuzz_vm.vm, &vgic), 0, "vGIC");
	for (unsigned n = 0; n < FUZZ_VCPUS; n++) {
		fuzz_vm.guest[n].next = next;
		make_vcpu(n);
	}
}

void fuzz_bind(unsigned n)
{
	machine_be(n);
	fuzz_must(arm_vcpu_bind(&fuzz_vm.vcpu[n], &fuzz_vm.pcpu[n]), 0, "bind");
}

void fuzz_unbind(unsigned n)
{
	machine_be(n);
	fuzz_must(arm_vcpu_unbind(&fuzz_vm.vcpu[n]), 0, "unbind");
}

void fuzz_vm_end(void)
{
	for (unsigned n = 0; n < FUZZ_VCPUS; n++) {
		if (fuzz_vm.vcpu[n].pcpu)
			fuzz_unbind(n);
		machine_be(n);
		fuzz_must(arm_pcpu_hardware_disable(&fuzz_vm.pcpu[n]), 0,
			  "disable");
	}
	arm_stage2_free(&fuzz_vm.s2);
	machine_free_pages(fuzz_vm.ram, 2);
	fuzz_must((int)machine_pages_out(), 0, "pages");
}
