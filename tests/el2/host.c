/* SPDX-License-Identifier: Apache-2.0 */
#include "el2.h"

#define TABLE_PAGES 64u

struct arm_pcpu pcpu;
struct arm_vm vm;
struct arm_vcpu vcpus[2];
struct arm_stage2 stage2;
struct arm_vcpu_exit out;
_Alignas(4096) uint8_t guest_ram[GUEST_RAM_SIZE];
unsigned kicks;
uint64_t deadline;
bool occurred[ARM_VCPU_EXIT_UNHANDLED + 1];

static _Alignas(4096 * 16) uint8_t tables[TABLE_PAGES][4096];
static unsigned tables_used;
static struct arm_vcpu *vcpu_table[2];
static struct arm_stage2_vmid_pool vmids;
static struct arm_vgic vgic;
static struct arm_vgic_bank spi_banks[1];

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	unsigned first = (tables_used + (1u << order) - 1) >> order << order;

	(void)ctx;
	if (first + (1u << order) > TABLE_PAGES)
		return ARM_STAGE2_NO_PAGE;
	tables_used = first + (1u << order);
	return (uintptr_t)tables[first];
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	(void)pa;
	(void)order;
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa;
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	(void)ctx;
	if (level == ARM_VCPU_LOG_ERROR)
		print("  %s\n", line);
}

static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
	kicks++;
}

static void set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t at)
{
	(void)ctx;
	(void)vcpu;
	deadline = at;
}

static const struct arm_stage2_ops stage2_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

const struct arm_vm_ops vm_ops = {
	.kick = kick, .set_timer = set_timer, .log = log_line};
const struct arm_pcpu_ops pcpu_ops = {.log = log_line};

/* QEMU's PSCI, by SMC when EL2 is ours. */
void power_off(void)
{
	for (;;)
		smc(PSCI_SYSTEM_OFF, 0, 0, 0);
}

static void must(int status)
{
	if (!CHECK_EQ(status, ARM_VCPU_OK))
		test_abandon();
}

GUEST_CODE(vector, "	mrs	x10, esr_el1\n"
		   "	mrs	x11, far_el1\n"
		   "	mrs	x12, elr_el1\n"
		   "	hvc	#0x77\n");

void guest_load_at(uint64_t offset, const uint32_t *code, const uint32_t *end)
{
	uint32_t *to = (uint32_t *)(void *)(guest_ram + offset);

	for (size_t i = 0; code + i < end; i++)
		to[i] = code[i];
	/* The guest fetches uncached: to the point of coherency. */
	for (size_t i = 0; code + i < end; i++)
		__asm__ volatile("dc cvac, %0" ::"r"(to + i) : "memory");
	code_sync(to, (size_t)(end - code) * 4);
}

static void make_space(void)
{
	static bool has_vmids;
	struct arm_pcpu_features features;

	must(arm_pcpu_read_features(&features));
	if (!has_vmids)
		must(arm_stage2_vmid_pool_init(&vmids, features.vmid_bits));
	has_vmids = true;
	tables_used = 0;
	must(arm_stage2_init(&stage2, &(struct arm_stage2_config){
					      .ops = &stage2_ops,
					      .ipa_bits = 32,
					      .pa_bits = features.pa_bits,
					      .vmid_bits = features.vmid_bits,
				      }));
	must(arm_stage2_map(
		&stage2, GUEST_RAM, (uintptr_t)guest_ram, GUEST_RAM_SIZE,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC));
	must(arm_stage2_map(&stage2, GUEST_READ_ONLY, (uintptr_t)guest_ram,
			    ARM_STAGE2_PAGE_SIZE, ARM_STAGE2_READ));
}

static void make_vcpu(unsigned n, const struct arm_vcpu_setup *setup)
{
	struct arm_vcpu_ept_root root = {.root = arm_stage2_root(&stage2),
					 .vtcr = arm_stage2_vtcr(&stage2)};
	struct arm_vcpu *vcpu = &vcpus[n];

	must(arm_vcpu_init(vcpu,
			   &(struct arm_vcpu_config){.vm = &vm,
						     .mpidr = n,
						     .x0 = 0x1234,
						     .powered_on = n == 0}));
	must(arm_vcpu_setup(vcpu, setup));
	must(arm_stage2_vmid(&stage2, &vmids, &root.vmid));
	must(arm_vcpu_set_ept_root(vcpu, &root));
	must(arm_vcpu_set_entry(vcpu, GUEST_RAM));
	must(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG(VBAR_EL1), GUEST_VECTORS));
}

static void make_vgic(void)
{
	must(arm_vgic_init(&vgic, &vm,
			   &(struct arm_vgic_config){
				   .spi_banks = spi_banks,
				   .spi_count = 32,
				   .dist_base = GICD_BASE,
				   .redist_base = GICR_BASE,
			   }));
}

static void make_world(const struct world *world)
{
	struct arm_vm_config config = world->vm;

	kicks = 0;
	deadline = UINT64_MAX;
	make_space();
	if (!config.ops)
		config.ops = &vm_ops;
	config.vcpus = vcpu_table;
	config.vcpu_capacity = 2;
	must(arm_vm_init(&vm, &config));
	if (world->vgic)
		make_vgic();
	make_vcpu(0, &world->setup);
	make_vcpu(1, &world->setup);
	guest_load_at(0x8200, vector, vector_end); /* current EL, SP_EL1 */
	guest_load_at(0x8000, vector, vector_end);
	guest_load_at(0x8400, vector, vector_end);
}

static void unmake_world(void)
{
	for (unsigned n = 0; n < 2; n++)
		if (arm_vcpu_unbind(&vcpus[n]) == ARM_VCPU_OK)
			continue;
	arm_stage2_free(&stage2);
}

void new_world(const struct world *world)
{
	unmake_world();
	make_world(world);
}

void map_device(uint64_t base, uint64_t size)
{
	must(arm_stage2_map(&stage2, base, base, size,
			    ARM_STAGE2_READ | ARM_STAGE2_WRITE |
				    ARM_STAGE2_DEVICE));
}

void run_el2_tests(const struct test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		make_world(&(struct world){.vgic = false});
		run_tests(&tests[i], 1);
		unmake_world();
	}
}

void bind(unsigned n)
{
	must(arm_vcpu_bind(&vcpus[n], &pcpu));
}

void unbind(unsigned n)
{
	must(arm_vcpu_unbind(&vcpus[n]));
}

void run_again(void)
{
	int status = arm_vcpu_run(&vcpus[0], &out);

	if (status == ARM_VCPU_ERR_NOT_BOUND) {
		bind(0);
		status = arm_vcpu_run(&vcpus[0], &out);
	}
	must(status);
	occurred[out.reason] = true;
}

void complete_and_run(uint64_t value)
{
	must(arm_vcpu_complete(&vcpus[0], value));
	run_again();
}

uint64_t gpr(unsigned n)
{
	uint64_t value = 0;

	must(arm_vcpu_get_gpr(&vcpus[0], n, &value));
	return value;
}

uint64_t reg(uint64_t id)
{
	uint64_t value = 0;

	must(arm_vcpu_get_reg(&vcpus[0], id, &value));
	return value;
}

uint64_t pc(void)
{
	return reg(ARM_VCPU_REG_PC);
}
