/* SPDX-License-Identifier: Apache-2.0 */
/* The least host; see host.h first. */
#include <string.h>

#include "machine/host.h"

struct host host;

static void must(int status, const char *what)
{
	if (status)
		machine_fail("host: %s: %d", what, status);
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

void *host_phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return machine_phys(pa);
}

static const struct arm_stage2_ops memory_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = host_phys_to_virt,
};

static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
}

const struct arm_vm_ops host_vm_ops = {.kick = kick};

void host_make(const struct machine_config *config,
	       const struct arm_pcpu_ops *ops)
{
	if (config->cpus > HOST_VCPUS)
		machine_fail("host: %u CPUs", config->cpus);
	memset(&host, 0, sizeof(host));
	host.cpus = config->cpus;
	machine_make(config);
	for (unsigned n = host.cpus; n-- > 0;) {
		machine_be(n);
		must(arm_pcpu_init(&host.pcpu[n], ops, &host), "pcpu");
		must(arm_pcpu_hardware_enable(&host.pcpu[n]), "enable");
	}
}

void host_make_memory(unsigned order, unsigned rights)
{
	const struct arm_stage2_config config = {
		.ops = &memory_ops,
		.ipa_bits = 40,
		.pa_bits = 40,
		.vmid_bits = 8,
		.fwb = arm_pcpu_get_features(&host.pcpu[0])->fwb,
	};

	must(arm_stage2_vmid_pool_init(&host.pool, 8), "pool");
	must(arm_stage2_init(&host.s2, &config), "stage 2");
	host.ram_order = order;
	host.ram = machine_alloc_pages(order);
	must(arm_stage2_map(&host.s2, HOST_RAM, host.ram,
			    ARM_STAGE2_PAGE_SIZE << order, rights),
	     "map");
}

void host_make_vm(struct arm_vm_config config)
{
	if (config.vcpu_capacity > HOST_VCPUS)
		machine_fail("host: %u vCPUs", config.vcpu_capacity);
	config.ops = &host_vm_ops;
	config.vcpus = host.vcpus;
	must(arm_vm_init(&host.vm, &config), "VM");
}

void host_make_vgic(void)
{
	const struct arm_vgic_config config = {
		.spi_banks = host.banks,
		.spi_count = HOST_SPIS,
		.dist_base = HOST_DIST,
		.redist_base = HOST_REDIST,
	};

	must(arm_vgic_init(&host.vgic, &host.vm, &config), "vGIC");
}

void host_make_vcpu(unsigned n, struct arm_vcpu_config config)
{
	config.vm = &host.vm;
	must(arm_vcpu_init(&host.vcpu[n], &config), "vCPU");
}

void host_set_up_vcpu(unsigned n, const struct arm_vcpu_setup *setup)
{
	struct arm_vcpu_ept_root root = {
		.root = arm_stage2_root(&host.s2),
		.vtcr = arm_stage2_vtcr(&host.s2),
		.fwb = arm_stage2_fwb(&host.s2),
	};

	must(arm_vcpu_setup(&host.vcpu[n], setup), "setup");
	must(arm_stage2_vmid(&host.s2, &host.pool, &root.vmid), "VMID");
	must(arm_vcpu_set_ept_root(&host.vcpu[n], &root), "root");
	must(arm_vcpu_set_entry(&host.vcpu[n], HOST_RAM), "entry");
}

void host_end(void)
{
	for (unsigned n = 0; n < host.cpus; n++) {
		machine_be(n);
		must(arm_pcpu_hardware_disable(&host.pcpu[n]), "disable");
	}
	arm_stage2_free(&host.s2);
	machine_free_pages(host.ram, host.ram_order);
	must((int)machine_pages_out(), "pages");
}
