/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses in device trees, and guest images under /chosen as QEMU's
 * guest-loader writes them. */
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

static struct {
	char tree[8192];
	struct hv_platform platform;
	jmp_buf failed;
	char why[128];
} board;

void hv_fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(board.why, sizeof(board.why), format, args);
	va_end(args);
	longjmp(board.failed, 1);
}

void hv_uart_line(const char *text)
{
	(void)text;
}

static int setup(void **state)
{
	void *fdt = board.tree;

	(void)state;
	memset(&board, 0, sizeof(board));
	fdt_create_empty_tree(fdt, sizeof(board.tree));
	fdt_setprop_u32(fdt, 0, "#address-cells", 2);
	fdt_setprop_u32(fdt, 0, "#size-cells", 2);
	fdt_add_subnode(fdt, 0, "chosen");
	board.platform.fdt = fdt;
	hv_ranges_add(&board.platform.memory, 0x40000000, 0x80000000);
	hv_ranges_add(&board.platform.reserved, 0x40200000, 0x40240000);
	return 0;
}

static int reg(int node, uint64_t base, uint64_t size)
{
	uint64_t cells[2] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	return fdt_setprop(board.tree, node, "reg", cells, sizeof(cells));
}

static void append(int node, const char *name, const char *text)
{
	fdt_appendprop(board.tree, node, name, text, (int)strlen(text) + 1);
}

static int module(uint64_t base, uint64_t size, const char *kind)
{
	int chosen = fdt_path_offset(board.tree, "/chosen");
	char name[40];
	int node;

	snprintf(name, sizeof(name), "module@0x%llx", (unsigned long long)base);
	node = fdt_add_subnode(board.tree, chosen, name);
	assert_true(node > 0);
	reg(node, base, size);
	append(node, "compatible", "multiboot,module");
	append(node, "compatible", kind);
	return node;
}

static int kernel(uint64_t base, const char *bootargs)
{
	int node = module(base, 0x1000, "multiboot,kernel");

	if (bootargs)
		append(node, "bootargs", bootargs);
	return node;
}

static const char *discover(void)
{
	if (setjmp(board.failed))
		return board.why;
	hv_discover_modules(&board.platform);
	return "";
}

static void a_kernel_comes_with_its_arguments_and_ramdisk(void **state)
{
	const struct hv_boot_module *m = board.platform.modules;

	(void)state;
	/* The order of the nodes does not count, that of addresses does. */
	module(0x70000000, 0x300, "multiboot,ramdisk");
	kernel(0x60000000, 0);
	kernel(0x50000000, "console=ttyAMA0");
	module(0x58000000, 0x200, "multiboot,ramdisk");
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 2);
	assert_int_equal(m[0].kernel, 0x50000000);
	assert_int_equal(m[0].kernel_size, 0x1000);
	assert_string_equal(m[0].name, "vm0");
	assert_false(m[0].has_shape);
	assert_string_equal(m[0].bootargs, "console=ttyAMA0");
	assert_int_equal(m[0].initrd, 0x58000000);
	assert_int_equal(m[0].initrd_size, 0x200);
	assert_int_equal(m[1].kernel, 0x60000000);
	assert_string_equal(m[1].bootargs, "");
	assert_int_equal(m[1].initrd, 0x70000000);
	assert_true(hv_ranges_contain(&board.platform.reserved, 0x58000000,
				      0x58000200));
}

static void a_ramdisk_before_the_kernel_is_its_own(void **state)
{
	(void)state;
	module(0x48000000, 0x100, "multiboot,ramdisk");
	kernel(0x50000000, 0);
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.modules[0].initrd, 0x48000000);
}

static void no_module_is_no_guest(void **state)
{
	(void)state;
	assert_string_equal(discover(), "");
	assert_int_equal(board.platform.module_count, 0);
}

static void a_ramdisk_alone_is_refused(void **state)
{
	(void)state;
	module(0x48000000, 0x100, "multiboot,ramdisk");
	assert_string_equal(discover(),
			    "the ramdisk at 0x48000000 belongs to no kernel");
}

static void a_second_ramdisk_is_refused(void **state)
{
	(void)state;
	kernel(0x50000000, 0);
	module(0x58000000, 0x100, "multiboot,ramdisk");
	module(0x59000000, 0x100, "multiboot,ramdisk");
	assert_string_equal(discover(),
			    "the ramdisk at 0x59000000 belongs to no kernel");
}

static void images_lie_in_memory_of_their_own(void **state)
{
	(void)state;
	kernel(0x7ffff800, 0);
	assert_string_equal(discover(),
			    "the guest image at 0x7ffff800 is not in memory");
	setup(state);
	kernel(0x401ff800, 0);
	assert_string_equal(discover(), "the guest image at 0x401ff800 "
					"overlaps what is at 0x40200000");
	setup(state);
	kernel(0x40201000, 0);
	assert_non_null(strstr(discover(), "overlaps"));
	setup(state);
	kernel(0x50000000, 0);
	kernel(0x50000800, 0);
	assert_non_null(strstr(discover(), "overlaps"));
	setup(state);
	module(0x50000000, 0, "multiboot,kernel");
	assert_string_equal(discover(),
			    "the guest image at 0x50000000 is empty");
}

static void broken_modules_are_named(void **state)
{
	int node = kernel(0x50000000, 0);

	(void)state;
	fdt_setprop_u32(board.tree, node, "reg", 1);
	assert_string_equal(discover(), "guest image module@0x50000000 has no "
					"usable address");
	setup(state);
	reg(kernel(0x50000000, 0), UINT64_MAX - 1, 0x10);
	assert_non_null(strstr(discover(), "no usable address"));
	setup(state);
	module(0x50000000, 0x100, "multiboot,xsm");
	assert_string_equal(discover(), "guest image module@0x50000000 is "
					"neither a kernel nor a ramdisk");
}

static void arguments_without_an_end_are_none(void **state)
{
	int node = kernel(0x50000000, 0);

	(void)state;
	fdt_setprop(board.tree, node, "bootargs", "abc", 3);
	assert_string_equal(discover(), "");
	assert_string_equal(board.platform.modules[0].bootargs, "");
}

/* /soc at 0x80000000 of the CPU's, its addresses from 0, one cell each. */
static int soc_device(uint32_t base, uint32_t size)
{
	void *fdt = board.tree;
	uint32_t ranges[4] = {0, 0, cpu_to_fdt32(0x80000000),
			      cpu_to_fdt32(0x10000)};
	uint32_t cells[2] = {cpu_to_fdt32(base), cpu_to_fdt32(size)};
	int soc = fdt_add_subnode(fdt, 0, "soc");

	fdt_setprop_u32(fdt, soc, "#address-cells", 1);
	fdt_setprop_u32(fdt, soc, "#size-cells", 1);
	fdt_setprop(fdt, soc, "ranges", ranges, sizeof(ranges));
	soc = fdt_add_subnode(fdt, soc, "uart");
	fdt_setprop(fdt, soc, "reg", cells, sizeof(cells));
	return soc;
}

static void an_address_goes_through_its_buses(void **state)
{
	struct hv_range range;
	int node = soc_device(0x9000, 0x1000);

	(void)state;
	assert_true(hv_dt_reg(board.tree, node, 0, &range));
	assert_int_equal(range.base, 0x80009000);
	assert_int_equal(range.end, 0x8000a000);
	assert_false(hv_dt_reg(board.tree, node, 1, &range));
}

static void an_address_outside_its_bus_is_none(void **state)
{
	struct hv_range range;

	(void)state;
	assert_false(
		hv_dt_reg(board.tree, soc_device(0xf800, 0x1000), 0, &range));
	setup(state);
	assert_false(hv_dt_reg(board.tree, soc_device(0x10000, 4), 0, &range));
	setup(state);
	assert_false(hv_dt_reg(board.tree, soc_device(0, 0), 0, &range));
}

static void interrupts_become_intids(void **state)
{
	void *fdt = board.tree;
	uint32_t cells[9] = {
		0, cpu_to_fdt32(1),   0, cpu_to_fdt32(1), cpu_to_fdt32(11), 0,
		0, cpu_to_fdt32(988), 0};
	int node = fdt_add_subnode(fdt, 0, "device");

	(void)state;
	fdt_setprop(fdt, node, "interrupts", cells, sizeof(cells));
	assert_int_equal(hv_dt_intid(fdt, node, 0), 33);
	assert_int_equal(hv_dt_intid(fdt, node, 1), 27);
	assert_int_equal(hv_dt_intid(fdt, node, 2), 0); /* no such SPI */
	assert_int_equal(hv_dt_intid(fdt, node, 3), 0);
}

#define TREE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TREE_TEST(a_kernel_comes_with_its_arguments_and_ramdisk),
		TREE_TEST(a_ramdisk_before_the_kernel_is_its_own),
		TREE_TEST(no_module_is_no_guest),
		TREE_TEST(a_ramdisk_alone_is_refused),
		TREE_TEST(a_second_ramdisk_is_refused),
		TREE_TEST(images_lie_in_memory_of_their_own),
		TREE_TEST(broken_modules_are_named),
		TREE_TEST(arguments_without_an_end_are_none),
		TREE_TEST(an_address_goes_through_its_buses),
		TREE_TEST(an_address_outside_its_bus_is_none),
		TREE_TEST(interrupts_become_intids),
	};

	return cmocka_run_group_tests(tests, 0, 0);
}
