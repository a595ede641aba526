/* SPDX-License-Identifier: Apache-2.0 */
/* The guest's device tree, read back with libfdt as a kernel would. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "vm/guest_dt.h"

static uint8_t blob[0x10000];

static const struct hv_guest_dt machine = {
	.ram_base = 0x40000000,
	.ram_size = 0x123400000,
	.cpus = 18,
	.bootargs = "console=ttyAMA0 quiet",
	.initrd = 0x48000000,
	.initrd_end = 0x48123456,
	.kaslr_seed = 0x0123456789abcdef,
	.rng_seed = {1, 2, 3, 4},
};

static int node(const char *path)
{
	int offset = fdt_path_offset(blob, path);

	if (offset < 0)
		fail_msg("%s: %s", path, fdt_strerror(offset));
	return offset;
}

static void assert_cells(const char *path, const char *name,
			 const uint32_t *want, int count)
{
	int length;
	const void *value = fdt_getprop(blob, node(path), name, &length);

	assert_non_null(value);
	assert_int_equal(length, count * 4);
	for (int i = 0; i < count; i++)
		assert_int_equal(fdt32_ld((const fdt32_t *)value + i), want[i]);
}

static void assert_text(const char *path, const char *name, const char *want)
{
	const char *value = fdt_getprop(blob, node(path), name, NULL);

	assert_non_null(value);
	assert_string_equal(value, want);
}

#define CELLS(path, name, ...)                                    \
	assert_cells(path, name, (const uint32_t[]){__VA_ARGS__}, \
		     sizeof((const uint32_t[]){__VA_ARGS__}) / 4)

static int write_tree(void **state)
{
	(void)state;
	memset(blob, 0xa5, sizeof(blob));
	return hv_guest_dt_write(blob, sizeof(blob), &machine);
}

static void test_chosen_and_memory(void **state)
{
	(void)state;
	assert_int_equal(fdt_check_full(blob, sizeof(blob)), 0);
	assert_text("/chosen", "bootargs", machine.bootargs);
	assert_text("/chosen", "stdout-path", "serial0");
	CELLS("/chosen", "linux,initrd-start", 0, 0x48000000);
	CELLS("/chosen", "linux,initrd-end", 0, 0x48123456);
	CELLS("/chosen", "kaslr-seed", 0x01234567, 0x89abcdef);
	CELLS("/chosen", "rng-seed", 0, 1, 0, 2, 0, 3, 0, 4);
	assert_text("/memory@40000000", "device_type", "memory");
	CELLS("/memory@40000000", "reg", 0, 0x40000000, 1, 0x23400000);
}

/* bindings/arm/cpus.yaml: reg is the affinity in MPIDR. */
static void test_cpus(void **state)
{
	(void)state;
	CELLS("/cpus/cpu@0", "reg", 0);
	CELLS("/cpus/cpu@f", "reg", 0xf);
	CELLS("/cpus/cpu@100", "reg", 0x100);
	CELLS("/cpus/cpu@101", "reg", 0x101);
	assert_true(fdt_path_offset(blob, "/cpus/cpu@102") < 0);
	assert_text("/cpus/cpu@101", "enable-method", "psci");
	assert_text("/psci", "method", "hvc");
	assert_int_equal(
		fdt_node_check_compatible(blob, node("/psci"), "arm,psci-1.0"),
		0);
}

static void test_devices(void **state)
{
	(void)state;
	CELLS("/intc@8000000", "reg", 0, 0x08000000, 0, 0x10000, 0, 0x080a0000,
	      0, 18 * 0x20000);
	CELLS("/intc@8000000", "#interrupt-cells", 3);
	CELLS("/", "interrupt-parent",
	      fdt_get_phandle(blob, node("/intc@8000000")));
	CELLS("/timer", "interrupts", 1, 13, 4, 1, 14, 4, 1, 11, 4, 1, 10, 4);
	CELLS("/pl011@9000000", "reg", 0, 0x09000000, 0, 0x1000);
	CELLS("/pl011@9000000", "interrupts", 0, 1, 4);
	CELLS("/pl011@9000000", "clocks",
	      fdt_get_phandle(blob, node("/apb-pclk")),
	      fdt_get_phandle(blob, node("/apb-pclk")));
	assert_int_equal(fdt_stringlist_search(blob, node("/pl011@9000000"),
					       "compatible", "arm,primecell"),
			 1);
	assert_int_equal(fdt_path_offset(blob, "serial0"),
			 node("/pl011@9000000"));
}

/* What is the machine's own is where it is, as the machine's tree says. */
static void test_hardware(void **state)
{
	static const struct hv_gic_config gic = {
		.dist = {0x2f000000, 0x2f010000},
		.redist = {{0x2f100000, 0x2f200000},
			   {0x100000000, 0x100100000}},
		.redist_count = 2,
		.redist_stride = 0x40000,
	};
	struct hv_guest_hardware own = {
		.gic = &gic,
		.uart = {0x1c090000, 0x1c0a0000},
		.uart_intid = 37,
		.uart_clock = 48000000,
		.mpidr = {0x80000, 0x80100},
	};
	struct hv_guest_dt dt = machine;

	(void)state;
	dt.cpus = 2;
	dt.hardware = &own;
	assert_int_equal(hv_guest_dt_write(blob, sizeof(blob), &dt), 0);
	CELLS("/intc@2f000000", "reg", 0, 0x2f000000, 0, 0x10000, 0, 0x2f100000,
	      0, 0x100000, 1, 0, 0, 0x100000);
	CELLS("/intc@2f000000", "#redistributor-regions", 2);
	CELLS("/intc@2f000000", "redistributor-stride", 0, 0x40000);
	CELLS("/pl011@1c090000", "reg", 0, 0x1c090000, 0, 0x10000);
	CELLS("/pl011@1c090000", "interrupts", 0, 5, 4);
	CELLS("/apb-pclk", "clock-frequency", 48000000);
	assert_int_equal(fdt_path_offset(blob, "serial0"),
			 node("/pl011@1c090000"));
	CELLS("/cpus", "#address-cells", 1);
	CELLS("/cpus/cpu@80000", "reg", 0x80000);
	CELLS("/cpus/cpu@80100", "reg", 0x80100);
	/* Aff3 needs two cells. */
	own.mpidr[1] = 0x100000001;
	assert_int_equal(hv_guest_dt_write(blob, sizeof(blob), &dt), 0);
	CELLS("/cpus", "#address-cells", 2);
	CELLS("/cpus/cpu@80000", "reg", 0, 0x80000);
	CELLS("/cpus/cpu@100000001", "reg", 1, 1);
}

/* No initrd, no properties that would name one; too small a room is said. */
static void test_limits(void **state)
{
	struct hv_guest_dt dt = machine;

	(void)state;
	for (int room = 0; room < 1024; room++) {
		uint8_t *small = malloc((size_t)room + 1);

		assert_non_null(small);
		assert_int_equal(hv_guest_dt_write(small, room, &dt),
				 -FDT_ERR_NOSPACE);
		free(small);
	}
	dt.initrd = 0;
	assert_int_equal(hv_guest_dt_write(blob, sizeof(blob), &dt), 0);
	assert_null(
		fdt_getprop(blob, node("/chosen"), "linux,initrd-start", NULL));
	dt.cpus = 123;
	assert_int_equal(hv_guest_dt_write(blob, sizeof(blob), &dt), 0);
	CELLS("/cpus/cpu@70a", "reg", 0x70a);
}

/* dtc knows rules of the specification that libfdt does not check; it has
 * nothing to say about this tree. */
static void test_dtc(void **state)
{
	FILE *dtc =
		popen("! dtc -I dtb -O dts -o /dev/null - 2>&1 | grep .", "w");

	(void)state;
	assert_non_null(dtc);
	assert_int_equal(fwrite(blob, 1, fdt_totalsize(blob), dtc),
			 fdt_totalsize(blob));
	assert_int_equal(pclose(dtc), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_chosen_and_memory, write_tree),
		cmocka_unit_test_setup(test_cpus, write_tree),
		cmocka_unit_test_setup(test_devices, write_tree),
		cmocka_unit_test(test_hardware),
		cmocka_unit_test_setup(test_limits, write_tree),
		cmocka_unit_test_setup(test_dtc, write_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
