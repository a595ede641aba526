/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's memory behind its caches: vm/guest_ram.c and vm/memory.c with an
 * address space and caches that only keep accounts, in slices of 4 KiB. What
 * a guest may touch must have left the caches before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "base/cache.h"
#include "mm/mem.h"
#include "vm/vm.h"

#include "one_cpu.h"

#define CHUNKS 3u
#define BASE   UINT64_C(0x40000000)
#define CHUNK  HV_GUEST_RAM_CHUNK
#define PAGE   UINT64_C(0x1000)
#define PAGES  (CHUNKS * CHUNK / PAGE)

static struct {
	void *memory;
	uint64_t chunks[CHUNKS];
	_Atomic uint8_t states[CHUNKS];
	unsigned given;
	bool forced;        /* stage 2 forces write-back              */
	bool dirty[PAGES];  /* a cache has lines of it                */
	bool stale[CHUNKS]; /* so may the instruction caches          */
	bool mapped[CHUNKS];
	bool open[CHUNKS];
	unsigned cleaned; /* pages                                  */
	unsigned taken;   /* times that interrupts were             */
	unsigned look_at; /* when taken is this, the CPU is wanted  */
	void (*meanwhile)(void);
} pc;

static struct hv_vm vm;
static struct hv_vm_vcpu vcpus[2];

void *hv_zalloc(uint64_t bytes)
{
	if (bytes == sizeof(pc.chunks))
		return pc.chunks;
	assert_int_equal(bytes, sizeof(pc.states));
	return pc.states;
}

uint64_t hv_pages_alloc(uint64_t pages, uint64_t align)
{
	assert_int_equal(pages * PAGE, CHUNK);
	assert_int_equal(align, CHUNK);
	return (uint64_t)(uintptr_t)pc.memory + pc.given++ * CHUNK;
}

void hv_pages_free(uint64_t pa, uint64_t pages)
{
	(void)pa;
	(void)pages;
}

void hv_sched_pause(void)
{
}

void hv_irqs_take(void)
{
	void (*meanwhile)(void) = pc.meanwhile;

	if (++pc.taken == pc.look_at)
		atomic_store(&one_cpu.cpu.look, true);
	pc.meanwhile = NULL;
	if (meanwhile)
		meanwhile();
}

void hv_cache_sync_code(void)
{
	memset(pc.stale, 0, sizeof(pc.stale));
}

static unsigned chunk_of(uint64_t ipa)
{
	return (unsigned)((ipa - BASE) / CHUNK);
}

int arm_stage2_map(struct arm_stage2 *s2, uint64_t ipa, uint64_t pa,
		   uint64_t size, unsigned attr)
{
	(void)s2;
	assert_int_equal(size, CHUNK);
	assert_int_equal(pa, pc.chunks[chunk_of(ipa)]);
	assert_int_equal(attr, 0);
	pc.mapped[chunk_of(ipa)] = true;
	return ARM_VCPU_OK;
}

int arm_stage2_unmap(struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	(void)s2;
	(void)ipa;
	(void)size;
	return ARM_VCPU_OK;
}

int arm_stage2_protect(struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		       unsigned attr)
{
	const unsigned chunk = chunk_of(ipa);

	(void)s2;
	assert_int_equal(size, CHUNK);
	assert_true(pc.mapped[chunk]);
	pc.open[chunk] = attr != 0;
	if (!attr)
		return ARM_VCPU_OK;
	for (uint64_t n = 0; n < CHUNK / PAGE && !pc.forced; n++)
		assert_false(pc.dirty[chunk * (CHUNK / PAGE) + n]);
	assert_false(pc.stale[chunk]);
	return ARM_VCPU_OK;
}

bool arm_stage2_fwb(const struct arm_stage2 *s2)
{
	(void)s2;
	return pc.forced;
}

int arm_stage2_clean(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	const uint64_t first = (ipa - BASE) / PAGE, count = size / PAGE;

	(void)s2;
	memset(&pc.dirty[first], 0, count);
	pc.cleaned += (unsigned)count;
	return ARM_VCPU_OK;
}

/* Everything is dirty: as the boot loader, or its life before, left it. */
static void begin(void)
{
	memset(pc.dirty, true, sizeof(pc.dirty));
	for (unsigned n = 0; n < 2; n++)
		vcpus[n] = (struct hv_vm_vcpu){.vm = &vm};
	assert_int_equal(hv_guest_ram_close(&vm.ram, &vm.stage2), ARM_VCPU_OK);
	for (unsigned n = 0; n < CHUNKS; n++)
		assert_false(pc.open[n]);
	pc.cleaned = pc.taken = pc.look_at = 0;
}

static int setup(void **state)
{
	void *memory = pc.memory;

	(void)state;
	memset(&pc, 0, sizeof(pc));
	memset(&vm, 0, sizeof(vm));
	pc.memory = memory ? memory : aligned_alloc(CHUNK, CHUNKS * CHUNK);
	one_cpu_make(0);
	assert_true(hv_guest_ram_init(&vm.ram, BASE, CHUNKS * CHUNK));
	assert_true(hv_guest_ram_alloc(&vm.ram));
	assert_int_equal(hv_guest_ram_map(&vm.ram, &vm.stage2), ARM_VCPU_OK);
	begin();
	return 0;
}

static int touch(unsigned vcpu, uint64_t ipa)
{
	atomic_store(&one_cpu.cpu.look, false);
	return hv_vm_open_memory(&vcpus[vcpu], ipa);
}

/* One chunk at a time, once, with interrupts between. */
static void test_touch(void **state)
{
	(void)state;
	assert_int_equal(touch(0, BASE + CHUNK + 0x123), ARM_VCPU_OK);
	assert_true(pc.open[1]);
	assert_false(pc.open[0] || pc.open[2]);
	assert_int_equal(pc.cleaned, CHUNK / PAGE);
	assert_true(pc.taken >= 32);
	assert_int_equal(touch(1, BASE + CHUNK), ARM_VCPU_OK);
	assert_int_equal(pc.cleaned, CHUNK / PAGE);
	assert_int_equal(touch(0, BASE + 3 * CHUNK - 1), ARM_VCPU_OK);
	assert_true(pc.open[2]);
	assert_int_equal(touch(0, BASE - 1), ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(touch(0, BASE + 3 * CHUNK), ARM_VCPU_ERR_NOT_FOUND);
}

/* Who is wanted elsewhere goes, and goes on later: nothing is cleaned twice. */
static void test_wanted(void **state)
{
	(void)state;
	pc.look_at = 3;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_int_equal(pc.taken, 3);
	assert_false(pc.open[0]);
	assert_int_equal(touch(0, BASE + 0x1000), ARM_VCPU_OK);
	assert_true(pc.open[0]);
	assert_int_equal(pc.cleaned, CHUNK / PAGE);
	/* Of another chunk it begins anew. */
	pc.look_at = pc.taken + 1;
	assert_int_equal(touch(0, BASE + 2 * CHUNK), ARM_VCPU_OK);
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	assert_true(pc.open[1]);
	assert_int_equal(touch(0, BASE + 2 * CHUNK), ARM_VCPU_OK);
	assert_true(pc.open[2]);
}

static void other_vcpu(void)
{
	assert_int_equal(touch(1, BASE + 0x40), ARM_VCPU_OK);
	assert_true(pc.open[0]);
}

/* Another vCPU is faster. */
static void test_race(void **state)
{
	(void)state;
	pc.meanwhile = other_vcpu;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_true(pc.open[0]);
}

/* What hv wrote is cleaned like the rest, and no instruction cache has what was
 * there before. */
static void test_images(void **state)
{
	static uint8_t image[2 * PAGE];

	(void)state;
	pc.stale[0] = pc.stale[1] = true;
	memset(image, 0x5a, sizeof(image));
	hv_guest_ram_copy(&vm.ram, BASE + CHUNK - PAGE, image, sizeof(image));
	hv_guest_ram_clear(&vm.ram, BASE + PAGE, 1);
	assert_memory_equal((uint8_t *)pc.memory + CHUNK - PAGE, image,
			    sizeof(image));
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	pc.stale[1] = true;
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	/* Nothing was written here. */
	pc.stale[0] = true;
	assert_int_equal(touch(0, BASE + 2 * CHUNK), ARM_VCPU_OK);
	assert_true(pc.stale[0]);
}

/* A new life finds nothing open, and nothing begun. */
static void test_reset(void **state)
{
	(void)state;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	pc.look_at = pc.taken + 2;
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	assert_false(pc.open[1]);
	begin();
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_int_equal(pc.cleaned, 2 * CHUNK / PAGE);
}

/* All of it that is open, however often it takes; and the next time again. */
static void test_clean_all(void **state)
{
	(void)state;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_int_equal(touch(0, BASE + 2 * CHUNK), ARM_VCPU_OK);
	for (unsigned n = 0; n < 2; n++) {
		unsigned calls = 1;

		memset(pc.dirty, true, sizeof(pc.dirty));
		pc.cleaned = 0;
		pc.look_at = pc.taken + 7;
		while (!hv_vm_clean_memory(&vcpus[0])) {
			pc.look_at = pc.taken + 7;
			atomic_store(&one_cpu.cpu.look, false);
			calls++;
		}
		atomic_store(&one_cpu.cpu.look, false);
		assert_true(calls > 10);
		assert_int_equal(pc.cleaned, 2 * CHUNK / PAGE);
		for (unsigned page = 0; page < PAGES; page++)
			assert_int_equal(pc.dirty[page],
					 page / (CHUNK / PAGE) == 1);
	}
}

/* A CPU that is always wanted makes its way, too. */
static void test_clean_bit_by_bit(void **state)
{
	unsigned calls = 1;

	(void)state;
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	pc.cleaned = 0;
	atomic_store(&one_cpu.cpu.look, true);
	while (!hv_vm_clean_memory(&vcpus[0]))
		assert_true(calls++ < 200);
	assert_int_equal(pc.cleaned, CHUNK / PAGE);
}

/* Where the guest cannot help using the caches, only what it may execute. */
static void test_forced(void **state)
{
	(void)state;
	pc.forced = true;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_true(pc.open[0]);
	assert_int_equal(pc.cleaned, 0);
	hv_guest_ram_clear(&vm.ram, BASE + CHUNK, 8);
	pc.stale[1] = true;
	assert_int_equal(touch(0, BASE + CHUNK), ARM_VCPU_OK);
	assert_int_equal(pc.cleaned, CHUNK / PAGE);
}

/* Interrupts are a guest's that has the machine's own. */
static void test_passed_through(void **state)
{
	static struct hv_guest_hardware hardware;

	(void)state;
	vm.hardware = &hardware;
	assert_int_equal(touch(0, BASE), ARM_VCPU_OK);
	assert_true(pc.open[0]);
	assert_int_equal(pc.taken, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_touch, setup),
		cmocka_unit_test_setup(test_wanted, setup),
		cmocka_unit_test_setup(test_race, setup),
		cmocka_unit_test_setup(test_images, setup),
		cmocka_unit_test_setup(test_reset, setup),
		cmocka_unit_test_setup(test_clean_all, setup),
		cmocka_unit_test_setup(test_clean_bit_by_bit, setup),
		cmocka_unit_test_setup(test_forced, setup),
		cmocka_unit_test_setup(test_passed_through, setup),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	free(pc.memory);
	return failed;
}
