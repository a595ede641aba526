/* SPDX-License-Identifier: Apache-2.0 */
/* Kernel images and the guest's memory layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "vm/image.h"
#include "vm/layout.h"
#include "vm/options.h"

#define MIB UINT64_C(0x100000)

static const struct hv_ram_range ram = {0x40000000, 64 * MIB};

static uint8_t file[8192];

static void put(size_t at, uint64_t value, unsigned width)
{
	for (unsigned i = 0; i < width; i++)
		file[at + i] = (uint8_t)(value >> (8 * i));
}

/* Parse the first size bytes from memory of exactly that size, so that the
 * sanitizer sees every step beyond. */
static const char *parse(struct hv_image *image, size_t size)
{
	uint8_t *copy = malloc(size != 0 ? size : 1);
	const char *error;

	assert_non_null(copy);
	memcpy(copy, file, size);
	error = hv_image_parse(image, copy, size, &ram);
	free(copy);
	return error;
}

static void assert_says(const char *error, const char *word)
{
	assert_non_null(error);
	if (strstr(error, word) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", error, word);
}

/* Linux, Documentation/arm64/booting.rst, 4. */
static void make_arm64(uint64_t text_offset, uint64_t image_size)
{
	memset(file, 0, sizeof(file));
	put(0, 0x14000010, 4);
	put(8, text_offset, 8);
	put(16, image_size, 8);
	put(24, 0xa, 8);
	memcpy(file + 56, "ARM\x64", 4);
}

static void test_arm64(void **state)
{
	struct hv_image image;

	(void)state;
	make_arm64(0, 0x100000);
	assert_null(parse(&image, 4096));
	assert_int_equal(image.kind, HV_IMAGE_ARM64);
	assert_int_equal(image.entry, 0x40000000);
	assert_int_equal(image.end, 0x40100000);
	assert_int_equal(image.segment_count, 1);
	assert_int_equal(image.segments[0].file_size, 4096);
	make_arm64(0x80000, 0x100000);
	assert_null(parse(&image, 4096));
	assert_int_equal(image.entry, 0x40080000);
	make_arm64(0x12345, 0); /* before 3.17 */
	assert_null(parse(&image, 4096));
	assert_int_equal(image.entry, 0x40080000);
	assert_false(image.extent_known);
}

static void test_arm64_refused(void **state)
{
	struct hv_image image;

	(void)state;
	make_arm64(0, 65 * MIB);
	assert_says(parse(&image, 4096), "fit");
	make_arm64(UINT64_MAX, 0x1000);
	assert_says(parse(&image, 4096), "fit");
	make_arm64(0, UINT64_MAX);
	assert_says(parse(&image, 4096), "fit");
	make_arm64(0, 0x1000);
	put(24, 1, 8);
	assert_says(parse(&image, 4096), "big-endian");
	make_arm64(0, 0x1000);
	memcpy(file, "MZ", 2);
	assert_says(parse(&image, 40), "truncated");
	file[58] = 'X';
	assert_says(parse(&image, 4096), "magic");
	assert_says(parse(&image, 0), "truncated");
}

/* The sections of an EFI kernel tell that its end is missing. */
/* No instruction lies there; found by fuzz_hv_image. */
static void test_arm64_at_an_odd_offset(void **state)
{
	struct hv_image image;

	(void)state;
	for (uint64_t offset = 0x80001; offset < 0x80004; offset++) {
		make_arm64(offset, 0x100000);
		assert_says(parse(&image, 4096), "multiple of 4");
	}
	make_arm64(0x80004, 0x100000);
	assert_null(parse(&image, 4096));
	/* Where it is not used it may be anything. */
	make_arm64(1, 0);
	assert_null(parse(&image, 4096));
}

static void test_arm64_truncated(void **state)
{
	struct hv_image image;

	(void)state;
	make_arm64(0, 0x100000);
	memcpy(file, "MZ", 2);
	put(60, 64, 4);
	memcpy(file + 64, "PE\0\0", 4);
	put(64 + 6, 2, 2);   /* sections             */
	put(64 + 20, 16, 2); /* optional header      */
	put(104 + 16, 0x400, 4);
	put(104 + 20, 0x200, 4);
	put(144 + 16, 0x800, 4);
	put(144 + 20, 0x600, 4);
	assert_null(parse(&image, 0xe00));
	assert_says(parse(&image, 0xdff), "truncated");
	assert_says(parse(&image, 180), "truncated");
	assert_says(parse(&image, 70), "truncated");
	put(64 + 6, 0xffff, 2);
	assert_says(parse(&image, 4096), "truncated");
	put(60, UINT32_MAX, 4);
	assert_says(parse(&image, 4096), "truncated");
}

static void test_raw_and_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t length, offset;
		const char *word;
	} refused[] = {
		{"\x1f\x8b", 2, 0, "gzip"},
		{"\x28\xb5\x2f\xfd", 4, 0, "zstd"},
		{"\xfd"
		 "7zXZ",
		 5, 0, "xz"},
		{"\x02\x21\x4c\x18", 4, 0, "lz4"},
		{"BZh", 3, 0, "bzip2"},
		{"MZ\0\0zimg", 8, 0, "compressed EFI"},
		{"\x27\x05\x19\x56", 4, 0, "U-Boot"},
		{"\xd0\x0d\xfe\xed", 4, 0, "device tree"},
		{"\x18\x28\x6f\x01", 4, 36, "32-bit"},
	};
	struct hv_image image;

	(void)state;
	memset(file, 0x5a, sizeof(file));
	assert_null(parse(&image, 4));
	assert_null(parse(&image, 4096));
	assert_int_equal(image.kind, HV_IMAGE_RAW);
	assert_int_equal(image.entry, 0x40080000); /* as QEMU */
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		memset(file, 0x5a, sizeof(file));
		memcpy(file + refused[i].offset, refused[i].bytes,
		       refused[i].length);
		assert_says(parse(&image, 4096), refused[i].word);
	}
}

static void put_segment(unsigned n, uint64_t offset, uint64_t paddr,
			uint64_t filesz, uint64_t memsz)
{
	size_t at = 64 + 56 * n;

	put(at, 1, 4);
	put(at + 8, offset, 8);
	put(at + 16, 0xffff000000000000 + paddr, 8);
	put(at + 24, paddr, 8);
	put(at + 32, filesz, 8);
	put(at + 40, memsz, 8);
}

static void make_elf(unsigned segments)
{
	memset(file, 0, sizeof(file));
	memcpy(file, "\177ELF\2\1\1", 7);
	put(16, 2, 2);   /* ET_EXEC */
	put(18, 183, 2); /* EM_AARCH64 */
	put(24, 0xffff000040200010, 8);
	put(32, 64, 8);
	put(54, 56, 2);
	put(56, segments, 2);
	put_segment(0, 0x1000, 0x40200000, 0x800, 0x2000);
}

static void test_elf(void **state)
{
	struct hv_image image;

	(void)state;
	make_elf(2);
	put_segment(1, 0x1800, 0x40100000, 0x10, 0x10);
	assert_null(parse(&image, 8192));
	assert_int_equal(image.kind, HV_IMAGE_ELF);
	assert_int_equal(image.entry, 0x40200010);
	assert_int_equal(image.end, 0x40202000);
	assert_int_equal(image.segment_count, 2);
	assert_int_equal(image.segments[0].memory_size, 0x2000);
	put(64 + 56, 4, 4); /* PT_NOTE */
	assert_null(parse(&image, 8192));
	assert_int_equal(image.segment_count, 1);
}

static void test_elf_refused(void **state)
{
	struct hv_image image;

	(void)state;
	make_elf(1);
	assert_says(parse(&image, 63), "truncated");
	assert_says(parse(&image, 100), "truncated");
	assert_says(parse(&image, 0x17ff), "truncated");
	put(18, 40, 2);
	assert_says(parse(&image, 8192), "another machine");
	make_elf(1);
	put(16, 1, 2);
	assert_says(parse(&image, 8192), "executed");
	make_elf(1);
	put(54, 32, 2);
	assert_says(parse(&image, 8192), "size");
	make_elf(1);
	put(32, UINT64_MAX - 10, 8);
	assert_says(parse(&image, 8192), "truncated");
	make_elf(1);
	put_segment(0, UINT64_MAX - 0x10, 0x40200000, 0x800, 0x2000);
	assert_says(parse(&image, 8192), "truncated");
	make_elf(1);
	put_segment(0, 0x1000, 0x40200000, 0x800, 0x7ff);
	assert_says(parse(&image, 8192), "larger in the file");
	make_elf(0);
	assert_says(parse(&image, 8192), "entry");
	make_elf(1);
	put(24, 0x40200010, 8);
	assert_says(parse(&image, 8192), "entry");
}

static void test_elf_places(void **state)
{
	static const uint64_t outside[][2] = {
		{0x3ffff000, 0x2000},     {0x43fff000, 0x1001},
		{0x40000000, 65 * MIB},   {UINT64_MAX - 0xfff, 0x2000},
		{0x40000000, UINT64_MAX},
	};
	struct hv_image image;

	(void)state;
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		make_elf(1);
		put_segment(0, 0x1000, outside[i][0], 0x10, outside[i][1]);
		assert_says(parse(&image, 8192), "outside");
	}
	make_elf(2);
	put_segment(1, 0x1000, 0x40201fff, 0x10, 0x10);
	assert_says(parse(&image, 8192), "overlap");
	put_segment(1, 0x1000, 0x40202000, 0x10, 0x10);
	assert_null(parse(&image, 8192));
	make_elf(HV_IMAGE_SEGMENTS + 1);
	for (unsigned i = 1; i <= HV_IMAGE_SEGMENTS; i++)
		put_segment(i, 0x1000, 0x40200000 + 0x10000 * i, 1, 1);
	assert_says(parse(&image, 8192), "too many");
}

/* booting.rst, 2: the device tree is 8-byte aligned, at most 2 MiB, and does
 * not cross a 2 MiB boundary. */
static void test_layout(void **state)
{
	struct hv_image image = {.end = 0x40123456, .extent_known = true};
	struct hv_layout layout;

	(void)state;
	assert_null(hv_layout_place(&layout, &image, &ram, 0x1001));
	assert_true(layout.dtb >= image.end);
	assert_int_equal(layout.dtb % HV_DTB_ROOM, 0);
	assert_true(layout.initrd >= layout.dtb + HV_DTB_ROOM);
	assert_int_equal(layout.initrd % 4096, 0);
	assert_int_equal(layout.initrd_end - layout.initrd, 0x1001);
	assert_null(hv_layout_place(&layout, &image, &ram, 0));
	assert_int_equal(layout.initrd, 0);
	/* An unknown bss: half of this memory stays the kernel's. */
	image.extent_known = false;
	assert_null(hv_layout_place(&layout, &image, &ram, 0));
	assert_true(layout.dtb >= ram.base + 32 * MIB);
}

static void test_layout_full(void **state)
{
	struct hv_image image = {.end = 0x40100000, .extent_known = true};
	struct hv_layout layout;
	uint64_t room = 63 * MIB - HV_DTB_ROOM;

	(void)state;
	assert_null(hv_layout_place(&layout, &image, &ram, room));
	assert_int_equal(layout.initrd_end, ram.base + ram.size);
	assert_says(hv_layout_place(&layout, &image, &ram, room + 1), "initrd");
	assert_says(hv_layout_place(&layout, &image, &ram, UINT64_MAX),
		    "initrd");
	image.end = ram.base + ram.size - HV_DTB_ROOM + 1;
	assert_says(hv_layout_place(&layout, &image, &ram, 0), "memory");
}

static void test_options(void **state)
{
	struct hv_vm_options o;

	(void)state;
	assert_null(hv_vm_options_parse(&o, NULL));
	assert_string_equal(o.bootargs, "");
	assert_int_equal(o.cpus, 1);
	assert_null(hv_vm_options_parse(&o, "console=ttyAMA0 hv.cpus=9"));
	assert_string_equal(o.bootargs, "console=ttyAMA0 hv.cpus=9");
	assert_int_equal(o.memory, 0);
	assert_null(
		hv_vm_options_parse(&o, " hv.memory=512M  hv.cpus=4 quiet"));
	assert_int_equal(o.memory, 512 * MIB);
	assert_int_equal(o.cpus, 4);
	assert_string_equal(o.bootargs, "quiet");
	assert_null(hv_vm_options_parse(&o, "hv.memory=2G"));
	assert_int_equal(o.memory, 2048 * MIB);
	assert_null(hv_vm_options_parse(&o, "hv.memory=2048K"));
	assert_int_equal(o.memory, 2 * MIB);
	assert_null(hv_vm_options_parse(&o, "hv.memory=4194304"));
	assert_int_equal(o.memory, 4 * MIB);
	assert_null(hv_vm_options_parse(&o, "hv.memory=1099511627776"));
	assert_int_equal(o.memory, MIB * MIB);
	assert_false(o.raw);
	assert_null(hv_vm_options_parse(&o, "hv.raw hv.cpus=2 quiet"));
	assert_true(o.raw);
	assert_string_equal(o.bootargs, "quiet");
	assert_false(o.passthrough);
	assert_false(o.count_exits);
	assert_null(hv_vm_options_parse(&o, "hv.raw"));
	assert_true(o.raw);
	assert_null(hv_vm_options_parse(&o, "hv.passthrough hv.exits a"));
	assert_true(o.passthrough);
	assert_true(o.count_exits);
	assert_string_equal(o.bootargs, "a");
}

static void test_options_refused(void **state)
{
	static const char *const wrong[] = {
		"hv.memory=",
		"hv.memory=0",
		"hv.memory=1M",
		"hv.memory=5x",
		"hv.memory=-2M",
		"hv.memory=2Mx",
		"hv.raws",
		"hv.raw=1",
		"hv.passthroughs",
		"hv.exits=1",
		"hv.cpus=0",
		"hv.cpus=33",
		"hv.cpus=1G",
		"hv.cpus=",
		"hv.what=1",
		"hv.cpus=2 hv.cpu=2",
		"hv.memory=99999999999999999999999G",
		"hv.memory=18446744073709551616",
	};
	struct hv_vm_options o;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_says(hv_vm_options_parse(&o, wrong[i]), "hv.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arm64),
		cmocka_unit_test(test_arm64_refused),
		cmocka_unit_test(test_arm64_at_an_odd_offset),
		cmocka_unit_test(test_arm64_truncated),
		cmocka_unit_test(test_raw_and_refused),
		cmocka_unit_test(test_elf),
		cmocka_unit_test(test_elf_refused),
		cmocka_unit_test(test_elf_places),
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_layout_full),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_options_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
