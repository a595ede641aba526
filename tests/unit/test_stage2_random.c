/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 against the simplest model there is: an array with one number a
 * page. Random operations with fixed seeds, around the places where blocks
 * and tables begin and end, with a host that runs out of pages; the fake TLB
 * watches over break-before-make.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>

#include "support/fake_s2.h"

#define KIB4         ARM_STAGE2_PAGE_SIZE
#define MIB2         UINT64_C(0x200000)
#define GIB1         UINT64_C(0x40000000)
#define WINDOW       (4u * GIB1)
#define WINDOW_PAGES (WINDOW / KIB4)
#define OPERATIONS   60000u
#define FULL_CHECK   3000u
#define HOT_SPOTS    24u

/* 0: not mapped; otherwise the page's PA, attributes and MAPPED. */
#define MAPPED (UINT64_C(1) << 8)
static uint64_t model[WINDOW_PAGES];

static struct arm_stage2 s2;
static struct arm_stage2_vmid_pool pool;
static uint64_t window_ipa;
static uint64_t pa_limit;
static uint64_t hot[HOT_SPOTS];
static uint64_t state;

/* How often each outcome was seen: a test that sees none tests nothing. */
static unsigned outcomes[5];
enum outcome { DONE, EXISTS, NOT_FOUND, NO_MEMORY, SAME };

static uint64_t rnd(void) /* xorshift64* */
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * UINT64_C(0x2545f4914f6cdd1d);
}

static uint64_t below(uint64_t limit)
{
	return (rnd() >> 16) % limit;
}

static uint64_t *model_at(uint64_t ipa)
{
	return &model[(ipa - window_ipa) / KIB4];
}

static uint64_t some_ipa(void)
{
	uint64_t ipa = hot[below(HOT_SPOTS)];

	switch (below(4)) {
	case 0:
		return ipa;
	case 1: /* just before or after a boundary */
		ipa += below(17) * KIB4;
		return ipa >= window_ipa + 8u * KIB4 ? ipa - 8u * KIB4 : ipa;
	case 2:
		return ipa + below(MIB2 / KIB4) * KIB4;
	default:
		return ipa + below(4) * MIB2;
	}
}

static uint64_t some_size(uint64_t ipa)
{
	uint64_t room = window_ipa + WINDOW - ipa;
	uint64_t dice = below(1000);
	uint64_t size = KIB4 * (1u + below(8));

	if (dice < 4) {
		size = GIB1 * (1u + below(2));
	} else if (dice < 30) {
		size = KIB4 * (1u + below(16384));
	} else if (dice < 300) {
		size = MIB2 * (1u + below(4)) + KIB4 * below(3);
	}
	return size < room ? size : room;
}

static unsigned some_attr(void)
{
	static const unsigned attrs[] = {
		0,
		ARM_STAGE2_READ,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE,
		ARM_STAGE2_READ | ARM_STAGE2_EXEC,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_DEVICE,
	};

	return attrs[below(sizeof(attrs) / sizeof(attrs[0]))];
}

static uint64_t some_pa(uint64_t ipa, uint64_t size)
{
	uint64_t pa = ipa % GIB1 + below(pa_limit / GIB1 - 3u) * GIB1;

	/* Not in step with the IPA: pages, or 2 MiB blocks, only. */
	if (size <= 64u * MIB2 && below(5) == 0) {
		pa += below(GIB1 / KIB4) * KIB4;
	} else if (below(5) == 0) {
		pa += below(GIB1 / MIB2) * MIB2;
	}
	return pa <= pa_limit - size ? pa : pa_limit - size;
}

static void check_page(uint64_t ipa)
{
	struct arm_stage2_mapping m;
	uint64_t want;
	int status;

	if (ipa < window_ipa || ipa >= window_ipa + WINDOW) {
		return;
	}
	want = *model_at(ipa);
	status = arm_stage2_query(&s2, ipa + below(KIB4), &m);
	if (want == 0) {
		assert_int_equal(status, ARM_VCPU_ERR_NOT_FOUND);
		return;
	}
	assert_int_equal(status, ARM_VCPU_OK);
	assert_int_equal((m.ipa | m.pa) % m.size, 0);
	assert_int_equal((m.pa + (ipa - m.ipa)) | m.attr | MAPPED, want);
	/* The block's ends belong to it. */
	assert_int_equal(m.pa | m.attr | MAPPED, *model_at(m.ipa));
	assert_int_equal((m.pa + m.size - KIB4) | m.attr | MAPPED,
			 *model_at(m.ipa + m.size - KIB4));
}

static int compare(void *arg, const struct arm_stage2_mapping *m)
{
	uint64_t *mapped = arg;

	for (uint64_t at = 0; at < m->size; at += KIB4) {
		if (*model_at(m->ipa + at) !=
		    ((m->pa + at) | m->attr | MAPPED)) {
			fail_msg("IPA %#llx differs",
				 (unsigned long long)(m->ipa + at));
		}
	}
	*mapped += m->size / KIB4;
	return 0;
}

/* All that is mapped is in the model and the other way round; no page is
 * lost, no table is empty. */
static void check_all(void)
{
	uint64_t mapped = 0;
	uint64_t want = 0;

	for (uint64_t i = 0; i < WINDOW_PAGES; i++) {
		want += model[i] != 0;
	}
	assert_int_equal(arm_stage2_walk(&s2, 0, UINT64_C(1) << s2.ipa_bits,
					 compare, &mapped),
			 0);
	assert_int_equal(mapped, want);
	assert_int_equal(fake_s2_count_tables(&s2), fake_s2.pages_out);
	fake_s2_watch(&s2, window_ipa, WINDOW);
	fake_s2_settle();
}

struct operation {
	uint64_t ipa;
	uint64_t pa;
	uint64_t size;
	unsigned attr;
	enum { MAP, UNMAP, PROTECT } kind;
};

static int expected(const struct operation *op)
{
	uint64_t *page = model_at(op->ipa);

	for (uint64_t i = 0; i < op->size / KIB4; i++) {
		if (op->kind == MAP && page[i] != 0) {
			return ARM_VCPU_ERR_EXISTS;
		}
		if (op->kind == PROTECT && page[i] == 0) {
			return ARM_VCPU_ERR_NOT_FOUND;
		}
	}
	return ARM_VCPU_OK;
}

static void apply(const struct operation *op)
{
	uint64_t *page = model_at(op->ipa);

	for (uint64_t i = 0; i < op->size / KIB4; i++) {
		switch (op->kind) {
		case MAP:
			page[i] = (op->pa + i * KIB4) | op->attr | MAPPED;
			break;
		case UNMAP:
			page[i] = 0;
			break;
		case PROTECT:
			page[i] = (page[i] & ~(KIB4 - 1u)) | op->attr | MAPPED;
			break;
		}
	}
}

static int perform(const struct operation *op)
{
	switch (op->kind) {
	case MAP:
		return arm_stage2_map(&s2, op->ipa, op->pa, op->size, op->attr);
	case UNMAP:
		return arm_stage2_unmap(&s2, op->ipa, op->size);
	case PROTECT:
		return arm_stage2_protect(&s2, op->ipa, op->size, op->attr);
	}
	return ARM_VCPU_ERR_INVALID;
}

static void count(int status)
{
	outcomes[status == ARM_VCPU_OK              ? DONE
		 : status == ARM_VCPU_ERR_EXISTS    ? EXISTS
		 : status == ARM_VCPU_ERR_NOT_FOUND ? NOT_FOUND
						    : NO_MEMORY]++;
}

static unsigned tlb_work(void)
{
	return fake_s2.publishes + fake_s2.ipa_flushes + fake_s2.vmid_flushes +
	       fake_s2.all_flushes;
}

static void operate(const struct operation *op)
{
	uint32_t pages = fake_s2.pages_out;
	unsigned work = tlb_work();
	bool short_of_pages = below(8) == 0;
	bool hashed = below(200) == 0;
	uint64_t hash = hashed ? fake_s2_hash() : 0;
	int want = expected(op);
	int status;

	fake_s2_watch(&s2, op->ipa, op->size);
	fake_s2.pages_limit =
		short_of_pages ? pages + (uint32_t)below(3) : FAKE_S2_NO_LIMIT;
	status = perform(op);
	fake_s2.pages_limit = FAKE_S2_NO_LIMIT;
	if (status != want) {
		assert_true(short_of_pages);
		assert_int_equal(status, ARM_VCPU_ERR_NO_MEMORY);
	}
	count(status);
	if (status == ARM_VCPU_OK) {
		apply(op);
	} else {
		/* Nothing changed, and nobody was troubled. */
		assert_int_equal(fake_s2.pages_out, pages);
		assert_int_equal(tlb_work(), work);
		if (hashed) {
			assert_int_equal(fake_s2_hash(), hash);
			outcomes[SAME]++;
		}
	}
	fake_s2_settle();
	check_page(op->ipa);
	check_page(op->ipa + op->size - KIB4);
	check_page(op->ipa + op->size);
	check_page(op->ipa - KIB4);
	check_page(op->ipa + below(op->size / KIB4) * KIB4);
}

static void start(unsigned ipa_bits, unsigned pa_bits, uint64_t base)
{
	uint16_t vmid;

	fake_s2_make(&s2, ipa_bits, pa_bits);
	assert_int_equal(arm_stage2_vmid_pool_init(&pool, 16), ARM_VCPU_OK);
	assert_int_equal(arm_stage2_vmid(&s2, &pool, &vmid), ARM_VCPU_OK);
	memset(model, 0, sizeof(model));
	memset(outcomes, 0, sizeof(outcomes));
	window_ipa = base;
	pa_limit = UINT64_C(1) << pa_bits;
	for (unsigned i = 0; i < HOT_SPOTS; i++) {
		hot[i] = base + below(4) * GIB1 +
			 (i < 8 ? 0 : below(GIB1 / MIB2 - 8u) * MIB2);
	}
}

static void finish(void)
{
	for (unsigned i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		assert_int_not_equal(outcomes[i], 0);
	}
	assert_int_not_equal(fake_s2.ipa_flushes, 0);
	assert_int_not_equal(fake_s2.vmid_flushes, 0);
	fake_s2_watch(&s2, window_ipa, WINDOW);
	assert_int_equal(arm_stage2_unmap(&s2, window_ipa, WINDOW),
			 ARM_VCPU_OK);
	fake_s2_settle();
	assert_int_equal(fake_s2.pages_out, 1u << s2.root_order);
	arm_stage2_free(&s2);
	assert_int_equal(fake_s2.pages_out, 0);
}

static void run(uint64_t seed, unsigned ipa_bits, unsigned pa_bits,
		uint64_t base)
{
	state = seed;
	start(ipa_bits, pa_bits, base);
	for (unsigned i = 0; i < OPERATIONS; i++) {
		struct operation op = {.ipa = some_ipa(), .attr = some_attr()};
		uint64_t kind = below(100);

		op.size = some_size(op.ipa);
		op.pa = some_pa(op.ipa, op.size);
		op.kind = kind < 50 ? MAP : kind < 80 ? UNMAP : PROTECT;
		operate(&op);
		if (i % FULL_CHECK == 0) {
			check_all();
		}
	}
	check_all();
	finish();
}

/* Start level 2, four root tables: no 1 GiB blocks. */
static void test_ipa_32(void **unused)
{
	(void)unused;
	run(UINT64_C(0x9e3779b97f4a7c15), 32, 36, 0);
}

/* Start level 1, one root table. */
static void test_ipa_36(void **unused)
{
	(void)unused;
	run(UINT64_C(0xd1b54a32d192ed03), 36, 40, 0);
}

/* Start level 1, two root tables: across the seam between them. */
static void test_ipa_40(void **unused)
{
	(void)unused;
	run(UINT64_C(0x2545f4914f6cdd1d), 40, 40, 510u * GIB1);
}

/* Start level 0: across two of its entries. */
static void test_ipa_44(void **unused)
{
	(void)unused;
	run(UINT64_C(0xda942042e4dd58b5), 44, 48, 510u * GIB1);
}

/* The last 4 GiB that 48 bits can name. */
static void test_ipa_48(void **unused)
{
	(void)unused;
	run(UINT64_C(0x94d049bb133111eb), 48, 48, (UINT64_C(1) << 48) - WINDOW);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipa_32), cmocka_unit_test(test_ipa_36),
		cmocka_unit_test(test_ipa_40), cmocka_unit_test(test_ipa_44),
		cmocka_unit_test(test_ipa_48),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
