/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The smallest host: one guest of a few instructions, every exit printed.
 *
 *   qemu-system-aarch64 -M virt,virtualization=on,gic-version=3 \
 *       -cpu cortex-a72 -nographic -nic none -kernel minimal.bin
 */
#include <arm_vcpu/arm_vcpu.h>

int main(void);

/* At IPA 0 the guest finds its code, and nothing else anywhere. */
__asm__(".pushsection .rodata.guest, \"a\"\n"
	"	.balign 4096\n"
	"	.global guest_code\n"
	"guest_code:\n"
	"	mov	w0, #0xc6000000\n" /* a hypercall of the host's own */
	"	mov	x1, #42\n"
	"	hvc	#0\n"
	"	mov	x2, #0x09000000\n" /* a device */
	"	str	w0, [x2]\n"
	"	ldrb	w3, [x2, #4]\n"
	"	wfi\n"
	"	mov	w0, #0x84000000\n"
	"	movk	w0, #8\n" /* PSCI SYSTEM_OFF */
	"	hvc	#0\n"
	"	.balign 4096\n"
	"	.popsection");
extern const uint8_t guest_code[4096];

#define TABLE_PAGES 16

static uint8_t tables[TABLE_PAGES][ARM_STAGE2_PAGE_SIZE]
	__attribute__((aligned(TABLE_PAGES * ARM_STAGE2_PAGE_SIZE)));
static unsigned tables_used;

static struct arm_pcpu cpu;
static struct arm_vm vm;
static struct arm_vcpu vcpu;
static struct arm_vcpu *vcpus[1];
static struct arm_stage2 stage2;
static struct arm_stage2_vmid_pool vmids;

static void put(const char *text)
{
	while (*text)
		*(volatile uint32_t *)0x09000000 = (uint8_t)*text++;
}

static void put_number(const char *name, uint64_t value)
{
	char text[] = "0000000000000000";

	for (unsigned i = 0; i < 16; i++)
		text[i] = "0123456789abcdef"[value >> (60 - 4 * i) & 15];
	put(name);
	put(text);
}

/* Pages for the translation tables: never given back here. */
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

/* EL2 runs with an identity map. */
static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa;
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	(void)ctx;
	(void)level;
	put(line);
	put("\n");
}

/* One CPU: whoever kicks is not in the guest. */
static void kick(void *ctx, struct arm_vcpu *target)
{
	(void)ctx;
	(void)target;
}

static const struct arm_stage2_ops stage2_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};
static const struct arm_vm_ops vm_ops = {.kick = kick, .log = log_line};
static const struct arm_pcpu_ops pcpu_ops = {.log = log_line};

/* QEMU's firmware interface: PSCI SYSTEM_OFF by SMC. */
static void power_off(void)
{
	register uint64_t x0 __asm__("x0") = 0x84000008;

	__asm__ volatile(".inst 0xd4000003 /* smc #0 */" ::"r"(x0));
}

static void check(const char *what, int status)
{
	if (status == ARM_VCPU_OK)
		return;
	put(what);
	put(": ");
	put(arm_vcpu_strerror(status));
	put("\n");
	power_off();
}

/* Everything a vCPU needs before it can run. */
static void create(void)
{
	struct arm_pcpu_features features;

	check("features", arm_pcpu_read_features(&features));
	check("pcpu", arm_pcpu_init(&cpu, &pcpu_ops, 0));
	check("enable", arm_pcpu_hardware_enable(&cpu));
	check("vm",
	      arm_vm_init(&vm, &(struct arm_vm_config){.ops = &vm_ops,
						       .vcpus = vcpus,
						       .vcpu_capacity = 1}));
	check("vcpu",
	      arm_vcpu_init(&vcpu, &(struct arm_vcpu_config){
					   .vm = &vm, .powered_on = true}));
	check("setup", arm_vcpu_setup(&vcpu, 0));
	check("wait", arm_vcpu_trap_wait(&vcpu, true, false));
	check("vmids", arm_stage2_vmid_pool_init(&vmids, features.vmid_bits));
	check("stage 2",
	      arm_stage2_init(&stage2,
			      &(struct arm_stage2_config){
				      .ops = &stage2_ops,
				      .ipa_bits = 32,
				      .pa_bits = features.pa_bits,
				      .vmid_bits = features.vmid_bits}));
	check("map", arm_stage2_map(&stage2, 0, (uintptr_t)guest_code,
				    sizeof(guest_code),
				    ARM_STAGE2_READ | ARM_STAGE2_EXEC));
}

static void load(void)
{
	struct arm_vcpu_ept_root root = {.root = arm_stage2_root(&stage2),
					 .vtcr = arm_stage2_vtcr(&stage2)};

	check("VMID", arm_stage2_vmid(&stage2, &vmids, &root.vmid));
	check("root", arm_vcpu_set_ept_root(&vcpu, &root));
	check("entry", arm_vcpu_set_entry(&vcpu, 0));
	check("bind", arm_vcpu_bind(&vcpu, &cpu));
}

/* Serve one exit; false when the guest is done. */
static bool serve(const struct arm_vcpu_exit *exit)
{
	uint64_t answer = 0;

	put(arm_vcpu_exit_name(exit->reason));
	if (exit->reason == ARM_VCPU_EXIT_HYPERCALL) {
		put_number(": x1 = ", exit->call.args[1]);
		answer = exit->call.args[1] + 1;
	} else if (exit->reason == ARM_VCPU_EXIT_MMIO_WRITE) {
		put_number(": ", exit->mmio.addr);
		put_number(" = ", exit->mmio.value);
	} else if (exit->reason == ARM_VCPU_EXIT_MMIO_READ) {
		put_number(": ", exit->mmio.addr);
		answer = 0x55;
	}
	put("\n");
	if (exit->reason == ARM_VCPU_EXIT_SYSTEM_OFF)
		return false;
	/* An exit that is no instruction of the guest's would answer
	 * ARM_VCPU_ERR_NO_COMPLETION: this guest makes none. */
	check("complete", arm_vcpu_complete(&vcpu, answer));
	return true;
}

int main(void)
{
	struct arm_vcpu_exit exit;

	if (!arm_pcpu_has_hardware_support()) {
		put("this needs EL2\n");
		power_off();
	}
	create();
	load();
	do {
		check("run", arm_vcpu_run(&vcpu, &exit));
	} while (serve(&exit));
	check("unbind", arm_vcpu_unbind(&vcpu));
	check("disable", arm_pcpu_hardware_disable(&cpu));
	put("the guest is off\n");
	power_off();
	return 0;
}
