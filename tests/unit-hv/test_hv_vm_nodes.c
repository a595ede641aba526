/* SPDX-License-Identifier: Apache-2.0 */
/* VMs by our own binding, docs/BINDING.md; sections are that document's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <libfdt.h>

#include "base/print.c"
#include "base/ranges.c"
#include "dt/dt.c"
#include "dt/modules.c"
#include "dt/vm_nodes.c"

#define KERNEL UINT64_C(0x50000000)
#define INITRD UINT64_C(0x58000000)

static struct {
	char tree[65536];
	struct hv_platform platform;
	jmp_buf failed;
	char why[160];
} board;

void hv_uart_line(const char *text)
{
	(void)text;
}

void hv_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(board.why, sizeof(board.why), format, args);
	va_end(args);
	longjmp(board.failed, 1);
}

/* A machine of 1 GiB and 4 CPUs, hv itself at 0x40200000. */
static int setup(void **state)
{
	void *fdt = board.tree;
	int chosen;

	(void)state;
	memset(&board, 0, sizeof(board));
	fdt_create_empty_tree(fdt, sizeof(board.tree));
	chosen = fdt_add_subnode(fdt, 0, "chosen");
	fdt_add_subnode(fdt, chosen, "hv");
	board.platform.fdt = fdt;
	board.platform.cpu_count = 4;
	hv_ranges_add(&board.platform.memory, 0x40000000, 0x80000000);
	hv_ranges_add(&board.platform.reserved, 0x40200000, 0x40240000);
	return 0;
}

static int set(int node, const char *name, const void *value, size_t size)
{
	return fdt_setprop(board.tree, node, name, value, (int)size);
}

static void set_u32(int node, const char *name, uint32_t value)
{
	value = cpu_to_fdt32(value);
	set(node, name, &value, sizeof(value));
}

static void set_u64(int node, const char *name, uint64_t value)
{
	value = cpu_to_fdt64(value);
	set(node, name, &value, sizeof(value));
}

static void set_text(int node, const char *name, const char *value)
{
	set(node, name, value, strlen(value) + 1);
}

static void set_image(int node, const char *name, uint64_t base, uint64_t size)
{
	uint64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	set(node, name, cells, sizeof(cells));
}

/* The least that a VM is; what a test wants otherwise, it changes. */
static int vm_node(uint32_t number)
{
	int hv = fdt_path_offset(board.tree, "/chosen/hv");
	char name[16];
	int node;

	snprintf(name, sizeof(name), "vm@%x", number);
	node = fdt_add_subnode(board.tree, hv, name);
	assert_true(node > 0);
	set_text(node, "compatible", "arm-vcpu,vm");
	set_u32(node, "reg", number);
	set_u64(node, "memory", 0x4000000);
	set_image(node, "kernel", KERNEL, 0x2000);
	return node;
}

static const char *discover(void)
{
	if (setjmp(board.failed))
		return board.why;
	hv_discover_vms(&board.platform);
	hv_discover_modules(&board.platform);
	return "";
}

static void the_least_vm(void **state)
{
	const struct hv_boot_module *m = board.platform.modules;

	(void)state;
	vm_node(3);
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 1);
	assert_true(m->has_shape);
	assert_int_equal(m->number, 3);
	assert_string_equal(m->name, "vm3");
	assert_int_equal(m->cpus, 1);
	assert_int_equal(m->memory, 0x4000000);
	assert_int_equal(m->pcpus, 0);
	assert_false(m->raw);
	assert_false(m->passthrough);
	assert_false(m->count_exits);
	assert_string_equal(m->bootargs, "");
	assert_int_equal(m->kernel, KERNEL);
	assert_int_equal(m->kernel_size, 0x2000);
	assert_int_equal(m->initrd_size, 0);
	assert_true(hv_ranges_contain(&board.platform.reserved, KERNEL,
				      KERNEL + 0x2000));
}

static void all_properties(void **state)
{
	const struct hv_boot_module *m = board.platform.modules;
	const uint32_t pcpus[] = {cpu_to_fdt32(3), cpu_to_fdt32(1)};
	int node = vm_node(0);

	(void)state;
	set_text(node, "label", "web-1.example_x");
	set_u32(node, "cpus", 32);
	set(node, "pcpus", pcpus, sizeof(pcpus));
	set(node, "raw-console", "", 0);
	set(node, "count-exits", "", 0);
	set_text(node, "bootargs", "hv.cpus=4 quiet");
	set_image(node, "initrd", INITRD, 0x123);
	set_u32(node, "phandle", 9);
	assert_string_equal(discover(), "");
	assert_string_equal(m->name, "web-1.example_x");
	assert_int_equal(m->cpus, 32);
	assert_int_equal(m->pcpus, 0xa);
	assert_true(m->raw);
	assert_true(m->count_exits);
	/* All of it is the guest's, unlike a guest-loader kernel's. */
	assert_string_equal(m->bootargs, "hv.cpus=4 quiet");
	assert_int_equal(m->initrd, INITRD);
	assert_int_equal(m->initrd_size, 0x123);
}

static void vms_are_in_the_order_of_their_numbers(void **state)
{
	static const uint32_t numbers[] = {7, 0, 4000000000u, 3};
	const struct hv_boot_module *m = board.platform.modules;

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		vm_node(numbers[i]);
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 4);
	assert_int_equal(m[0].number, 0);
	assert_int_equal(m[1].number, 3);
	assert_int_equal(m[2].number, 7);
	assert_string_equal(m[3].name, "vm4000000000");
}

static void images_may_be_shared_but_not_overlap(void **state)
{
	int node;

	(void)state;
	set_image(vm_node(0), "initrd", INITRD, 0x3000);
	set_image(vm_node(1), "initrd", INITRD, 0x3000);
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.modules[1].initrd, INITRD);
	setup(state);
	vm_node(0);
	node = vm_node(1);
	set_image(node, "kernel", KERNEL + 0x1000, 0x2000);
	assert_non_null(strstr(discover(), "overlaps what is at"));
	setup(state);
	set_image(vm_node(0), "kernel", 0x4023f000, 0x2000);
	assert_non_null(strstr(discover(), "overlaps what is at 0x40200000"));
	setup(state);
	set_image(vm_node(0), "kernel", 0x7ffff000, 0x2000);
	assert_non_null(strstr(discover(), "is not in memory"));
	setup(state);
	set_image(vm_node(0), "kernel", UINT64_MAX - 5, 0x2000);
	assert_string_equal(discover(), "vm@0: kernel has no usable address");
	setup(state);
	set_image(vm_node(0), "initrd", INITRD, 0);
	assert_non_null(strstr(discover(), "is empty"));
}

static void names_and_numbers_are_there_once(void **state)
{
	int hv = fdt_path_offset(board.tree, "/chosen/hv");
	int node;

	(void)state;
	set_text(vm_node(0), "label", "a");
	set_text(vm_node(1), "label", "a");
	assert_non_null(strstr(discover(), "two VMs have the name a"));
	setup(state);
	set_text(vm_node(0), "label", "vm1"); /* what the other is by default */
	vm_node(1);
	assert_non_null(strstr(discover(), "two VMs have the name vm1"));
	setup(state);
	vm_node(1);
	node = fdt_add_subnode(board.tree, hv, "vm@01");
	set_text(node, "compatible", "arm-vcpu,vm");
	set_u32(node, "reg", 1);
	set_text(node, "label", "b");
	set_u64(node, "memory", 0x4000000);
	set_image(node, "kernel", KERNEL, 0x2000);
	assert_non_null(strstr(discover(), "number 1 is there twice"));
}

static void names_are_printable(void **state)
{
	static const char *const wrong[] = {
		"",          "a b", "a\033[2J",
		"r\xc3\xa9", "a/b", "0123456789012345678901234567890x",
	};

	for (unsigned i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setup(state);
		set_text(vm_node(0), "label", wrong[i]);
		assert_non_null(strstr(discover(), "a label has 1 to 31"));
	}
	setup(state);
	set_text(vm_node(0), "label", "0123456789012345678901234567890");
	assert_string_equal(discover(), "");
	setup(state);
	set(vm_node(0), "label", "a\0b", 4);
	assert_string_equal(discover(), "vm@0: label is not a string");
	setup(state);
	set(vm_node(0), "bootargs", "abc", 3);
	assert_string_equal(discover(), "vm@0: bootargs is not a string");
}

static void a_vm_has_1_to_32_vcpus(void **state)
{
	static const uint32_t wrong[] = {0, 33, UINT32_MAX};

	for (unsigned i = 0; i < 3; i++) {
		setup(state);
		set_u32(vm_node(0), "cpus", wrong[i]);
		assert_non_null(strstr(discover(), "a VM has 1 to 32"));
	}
	setup(state);
	set_u64(vm_node(0), "cpus", 2);
	assert_string_equal(discover(), "vm@0: cpus has 8 bytes, not 4");
}

static void there_are_at_most_64_vms(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 64; i++)
		vm_node(i);
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 64);
	setup(state);
	for (uint32_t i = 0; i < 65; i++)
		vm_node(i);
	assert_string_equal(discover(), "more than 64 VMs");
}

static void memory_is_whole_chunks_that_there_are(void **state)
{
	int node;

	(void)state;
	set_u64(vm_node(0), "memory", 0x4000001);
	assert_non_null(strstr(discover(), "multiple of 2 MiB"));
	setup(state);
	set_u64(vm_node(0), "memory", 0);
	assert_non_null(strstr(discover(), "multiple of 2 MiB"));
	setup(state);
	set_u64(vm_node(0), "memory", 0x40200000);
	assert_string_equal(discover(),
			    "vm@0: 1026 MiB of memory: this machine has 1024");
	setup(state);
	set_u32(vm_node(0), "memory", 0x4000000);
	assert_string_equal(discover(), "vm@0: memory has 4 bytes, not 8");
	setup(state);
	node = vm_node(0);
	fdt_delprop(board.tree, node, "memory");
	assert_string_equal(discover(), "vm@0: memory is missing");
}

static void pcpus_are_cpus_of_the_machine(void **state)
{
	(void)state;
	set_u32(vm_node(0), "pcpus", 4);
	assert_string_equal(discover(),
			    "vm@0: pcpus names CPU 4: this machine has 4");
	setup(state);
	set(vm_node(0), "pcpus", "", 0);
	assert_non_null(strstr(discover(), "not a list"));
	setup(state);
	set(vm_node(0), "pcpus", "abcde", 5);
	assert_non_null(strstr(discover(), "not a list"));
}

static void passthrough_says_where_the_vcpus_are(void **state)
{
	const uint32_t pcpu = cpu_to_fdt32(1);
	const int node = vm_node(0);

	(void)state;
	set(node, "passthrough", "", 0);
	assert_string_equal(discover(), "");
	assert_true(board.platform.modules[0].passthrough);
	set(node, "pcpus", &pcpu, sizeof(pcpu));
	assert_non_null(strstr(discover(), "passthrough and pcpus"));
}

static void what_is_missing_or_unknown_is_named(void **state)
{
	int node = vm_node(0);

	fdt_delprop(board.tree, node, "kernel");
	assert_string_equal(discover(), "vm@0: kernel is missing");
	setup(state);
	node = vm_node(0);
	fdt_delprop(board.tree, node, "reg");
	assert_string_equal(discover(),
			    "vm@0: reg, the VM's number, is missing");
	setup(state);
	set_u32(vm_node(0), "memroy", 1);
	assert_string_equal(discover(), "vm@0: property memroy is unknown");
	setup(state);
	set_text(vm_node(0), "compatible", "arm-vcpu,vn");
	assert_non_null(strstr(discover(), "not compatible"));
}

static void guest_loader_is_another_way(void **state)
{
	int chosen, node;

	(void)state;
	vm_node(0);
	chosen = fdt_path_offset(board.tree, "/chosen");
	node = fdt_add_subnode(board.tree, chosen, "module@60000000");
	set(node, "compatible", "multiboot,module\0multiboot,kernel", 34);
	set_image(node, "reg", 0x60000000, 0x1000);
	assert_non_null(strstr(discover(), "do not go together"));
}

static void without_the_node_there_is_no_vm(void **state)
{
	(void)state;
	fdt_del_node(board.tree, fdt_path_offset(board.tree, "/chosen/hv"));
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 0);
}

#define TREE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(the_least_vm),
		TREE_TEST(all_properties),
		TREE_TEST(vms_are_in_the_order_of_their_numbers),
		TREE_TEST(images_may_be_shared_but_not_overlap),
		TREE_TEST(names_and_numbers_are_there_once),
		TREE_TEST(names_are_printable),
		TREE_TEST(a_vm_has_1_to_32_vcpus),
		TREE_TEST(there_are_at_most_64_vms),
		TREE_TEST(memory_is_whole_chunks_that_there_are),
		TREE_TEST(pcpus_are_cpus_of_the_machine),
		TREE_TEST(passthrough_says_where_the_vcpus_are),
		TREE_TEST(what_is_missing_or_unknown_is_named),
		TREE_TEST(guest_loader_is_another_way),
		TREE_TEST(without_the_node_there_is_no_vm),
	};

	return cmocka_run_group_tests(tests, 0, 0);
}
