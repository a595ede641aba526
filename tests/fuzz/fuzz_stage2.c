/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage 2 against a list of what is mapped, with a host that runs out of
 * pages. Guests on two CPUs touch what they like in between, so that TLBs
 * hold what has been; the machine objects to entries that outlive their use.
 */
#include "arch/el2.h"
#include "arch/stage2.h"
#include "fuzz_vm.h"
#include "hw/sysreg.h"
#include "machine/state.h"

#define PAGE     UINT64_C(0x1000)
#define SEGMENTS 512u
#define LIMIT    (UINT64_C(1) << 40)

/* [ipa, ipa + size) to pa; in no order, and never overlapping. */
struct segment {
	uint64_t ipa, size, pa;
	unsigned attr;
};

static struct segment segments[SEGMENTS];
static unsigned count;

/* What guests touch again and again. */
#define RECENT 4u
static uint64_t recent[RECENT];
static unsigned recents;

static bool overlaps(const struct segment *segment, uint64_t ipa, uint64_t size)
{
	return segment->ipa < ipa + size && ipa < segment->ipa + segment->size;
}

static void add(uint64_t ipa, uint64_t size, uint64_t pa, unsigned attr)
{
	if (size)
		segments[count++] = (struct segment){ipa, size, pa, attr};
}

static uint64_t covered(uint64_t ipa, uint64_t size)
{
	uint64_t sum = 0;

	for (unsigned n = 0; n < count; n++) {
		const struct segment *at = &segments[n];
		uint64_t from = at->ipa > ipa ? at->ipa : ipa;
		uint64_t to = at->ipa + at->size < ipa + size
				      ? at->ipa + at->size
				      : ipa + size;

		sum += overlaps(at, ipa, size) ? to - from : 0;
	}
	return sum;
}

/* Take the range out of the list; keep: put it back with these attributes. */
static void cut(uint64_t ipa, uint64_t size, bool keep, unsigned attr)
{
	for (unsigned n = count; n-- > 0;) {
		const struct segment old = segments[n];
		uint64_t from, to;

		if (!overlaps(&old, ipa, size))
			continue;
		segments[n] = segments[--count];
		from = old.ipa > ipa ? old.ipa : ipa;
		to = old.ipa + old.size < ipa + size ? old.ipa + old.size
						     : ipa + size;
		add(old.ipa, from - old.ipa, old.pa, old.attr);
		add(to, old.ipa + old.size - to, old.pa + (to - old.ipa),
		    old.attr);
		if (keep)
			add(from, to - from, old.pa + (from - old.ipa), attr);
	}
}

static const struct segment *find(uint64_t ipa)
{
	for (unsigned n = 0; n < count; n++)
		if (overlaps(&segments[n], ipa, 1))
			return &segments[n];
	return NULL;
}

static void check_query(uint64_t ipa)
{
	const struct segment *at = find(ipa);
	struct arm_stage2_mapping found;

	fuzz_must(arm_stage2_query(&fuzz_vm.s2, ipa, &found),
		  at ? ARM_VCPU_OK : ARM_VCPU_ERR_NOT_FOUND, "query");
	if (at && (found.attr != at->attr ||
		   found.pa + (ipa - found.ipa) != at->pa + (ipa - at->ipa)))
		machine_fail("%#llx is mapped to %#llx",
			     (unsigned long long)ipa,
			     (unsigned long long)(found.pa + ipa - found.ipa));
}

struct seen {
	uint64_t from, to, bytes, last;
};

static int visit(void *arg, const struct arm_stage2_mapping *mapping)
{
	struct seen *seen = arg;
	const uint64_t end = mapping->ipa + mapping->size;
	const uint64_t from =
		mapping->ipa > seen->from ? mapping->ipa : seen->from;
	const uint64_t to = end < seen->to ? end : seen->to;

	if (from < seen->last || from >= to)
		machine_fail("a walk goes back");
	seen->last = to;
	seen->bytes += to - from;
	check_query(from);
	return 0;
}

static void check_walk(uint64_t ipa, uint64_t size)
{
	struct seen seen = {.from = ipa, .to = ipa + size};

	fuzz_must(arm_stage2_walk(&fuzz_vm.s2, ipa, size, visit, &seen), 0,
		  "walk");
	if (seen.bytes != covered(ipa, size))
		machine_fail("a walk sees %#llx bytes",
			     (unsigned long long)seen.bytes);
}

static void check_guest(unsigned cpu, uint64_t ipa, enum machine_access access)
{
	static const unsigned need[] = {
		[ACCESS_READ] = ARM_STAGE2_READ,
		[ACCESS_WRITE] = ARM_STAGE2_WRITE,
		[ACCESS_FETCH] = ARM_STAGE2_READ | ARM_STAGE2_EXEC,
	};
	const struct segment *at = find(ipa);
	const bool allowed = at && (at->attr & need[access]) == need[access];
	struct machine_walk walk;

	machine_be(cpu);
	walk = machine_translate(&machine.cpu[cpu], ipa, access);
	if (walk.fault == allowed)
		machine_fail("CPU %u: fault %u at %#llx", cpu, walk.fault,
			     (unsigned long long)ipa);
	if (allowed && walk.pa != at->pa + (ipa - at->ipa))
		machine_fail("CPU %u: %#llx leads to %#llx", cpu,
			     (unsigned long long)ipa,
			     (unsigned long long)walk.pa);
}

/* Around the edges of blocks and tables. */
static uint64_t some_address(struct fuzz_input *input)
{
	static const uint64_t edge[] = {0, 0x40000000, 0x80000000,
					LIMIT - 0x40000000};
	const unsigned which = (unsigned)fuzz_take(input, 1);

	return edge[which & 3] + (which >> 2 & 7) * 0x200000 +
	       (which & 0x20 ? 0x1fe000 : 0) +
	       fuzz_take(input, 1) % 16 * PAGE * (which & 0x40 ? 64 : 1);
}

static uint64_t some_size(struct fuzz_input *input)
{
	const unsigned which = (unsigned)fuzz_take(input, 1);

	if (which < 8)
		return UINT64_C(0x40000000);
	if (which < 96)
		return 0x200000 * (1 + (which & 3)) + (which >> 2 & 3) * PAGE;
	return PAGE * (1 + which % 32);
}

static int expected_map(uint64_t ipa, uint64_t size, unsigned attr)
{
	const unsigned device = ARM_STAGE2_DEVICE | ARM_STAGE2_EXEC;

	if (ipa + size > LIMIT)
		return ARM_VCPU_ERR_RANGE;
	if ((attr & device) == device)
		return ARM_VCPU_ERR_INVALID;
	return covered(ipa, size) ? ARM_VCPU_ERR_EXISTS : ARM_VCPU_OK;
}

/* It is as expected, or there was no page. True: it was done. */
static bool verdict(int status, int expected, const char *what)
{
	if (status == ARM_VCPU_ERR_NO_MEMORY && expected == ARM_VCPU_OK)
		return false;
	fuzz_must(status, expected, what);
	return status == ARM_VCPU_OK;
}

static void map(uint64_t ipa, uint64_t size, uint64_t pa, unsigned attr)
{
	const int expected = expected_map(ipa, size, attr);

	if (verdict(arm_stage2_map(&fuzz_vm.s2, ipa, pa, size, attr), expected,
		    "map")) {
		add(ipa, size, pa, attr);
		recent[recents % RECENT] =
			recents & 1 ? ipa : ipa + size - PAGE;
		recents++;
	}
}

static void unmap(uint64_t ipa, uint64_t size)
{
	const int expected =
		ipa + size > LIMIT ? ARM_VCPU_ERR_RANGE : ARM_VCPU_OK;

	if (verdict(arm_stage2_unmap(&fuzz_vm.s2, ipa, size), expected,
		    "unmap"))
		cut(ipa, size, false, 0);
}

static void protect(uint64_t ipa, uint64_t size, unsigned attr)
{
	int expected = expected_map(ipa, size, attr);

	if (expected != ARM_VCPU_ERR_RANGE && expected != ARM_VCPU_ERR_INVALID)
		expected = covered(ipa, size) == size ? ARM_VCPU_OK
						      : ARM_VCPU_ERR_NOT_FOUND;
	if (verdict(arm_stage2_protect(&fuzz_vm.s2, ipa, size, attr), expected,
		    "protect"))
		cut(ipa, size, true, attr);
}

static void step(struct fuzz_input *input)
{
	const unsigned op = (unsigned)fuzz_take(input, 1);
	const uint64_t ipa = some_address(input);
	const uint64_t size = some_size(input);
	const unsigned attr = (unsigned)fuzz_take(input, 1) & 15;
	const unsigned more = (unsigned)fuzz_take(input, 1);

	if (count > SEGMENTS / 2)
		return;
	machine_be(op >> 3 & 1);
	switch (op & 7) {
	case 0:
	case 1:
		map(ipa, size,
		    0x8000000000 + (more & 1 ? ipa % 0x40000000 : 0) +
			    (more >> 1) * UINT64_C(0x40000000),
		    attr);
		break;
	case 2:
		unmap(ipa, size);
		break;
	case 3:
		protect(ipa, size, attr);
		break;
	case 4:
		fuzz_vm.pages = more & 0x80 ? 4096 : more % 8;
		break;
	case 5:
		if (ipa + size <= LIMIT)
			check_walk(ipa, size);
		break;
	default:
		for (unsigned n = 0; n < 4; n++)
			check_guest((op >> 4 ^ n) & 1,
				    (ipa + n * more * PAGE) % LIMIT,
				    (enum machine_access)(attr % 3));
		check_query(ipa % LIMIT);
	}
}

static void touch(void)
{
	for (unsigned n = 0; n < 2 * RECENT; n++)
		check_guest(n & 1, recent[n / 2], ACCESS_READ);
}

/* Both CPUs run a guest with these tables. */
static void load_tables(void)
{
	uint16_t vmid;

	fuzz_must(arm_stage2_vmid(&fuzz_vm.s2, &fuzz_vm.pool, &vmid), 0,
		  "VMID");
	for (unsigned n = 0; n < 2; n++) {
		machine_be(n);
		WRITE(HCR_EL2, HCR_VM | HCR_RW);
		WRITE(VTCR_EL2, arm_stage2_vtcr(&fuzz_vm.s2));
		WRITE(VTTBR_EL2,
		      arm_stage2_root(&fuzz_vm.s2) | (uint64_t)vmid << 48);
		WRITE(SCTLR_EL1, 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};

	fuzz_vm_make(size, NULL);
	count = 0;
	recents = 0;
	memset(recent, 0, sizeof(recent));
	add(FUZZ_RAM, 0x4000, fuzz_vm.ram,
	    ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC);
	load_tables();
	while (input.left) {
		touch();
		step(&input);
	}
	touch();
	check_walk(0, LIMIT);
	fuzz_vm_end();
	return 0;
}
