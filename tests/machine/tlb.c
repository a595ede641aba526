/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 walks of the real tables (Arm ARM DDI 0487 D8), and TLBs that keep
 * what they saw until they are told to forget it or have no room: tables,
 * pages and blocks tagged by VMID and IPA, and combined translations of both
 * stages tagged by VMID, ASID and VA.
 *
 * Stage 1 is a shift: with SCTLR_EL1.M, IPA = VA + TTBR0_EL1.BADDR, under
 * TTBR0_EL1.ASID; without, IPA = VA.
 */
#include "arch/el2.h"
#include "arch/stage2.h"
#include "machine/state.h"

#define SCTLR_M    BIT(0)
#define TTBR_BADDR BITS(47, 12)
#define TTBR_ASID  BITS(63, 48)
#define NO_STAGE1  UINT32_C(0x10000) /* in place of an ASID */
#define PAR_F      BIT(0)

/* Everything but permissions needs break-before-make (D8.14.1). */
#define NEEDS_BREAK \
	(S2_DESC_TABLE | S2_DESC_MEMATTR | S2_DESC_SH | S2_DESC_ADDR)

struct context {
	struct machine_cpu *cpu;
	uint64_t root;
	unsigned vmid, start, bits;
};

static unsigned vmid_of(const struct machine_cpu *cpu)
{
	const uint64_t vttbr = machine_seen(cpu, R_VTTBR_EL2);
	const bool wide = machine_seen(cpu, R_VTCR_EL2) & VTCR_EL2_VS;
	const unsigned vmid = (unsigned)BITS_GET(vttbr, VTTBR_EL2_VMID);

	return wide && machine.config.vmid16 ? vmid : vmid & 0xff;
}

static struct context context_of(struct machine_cpu *cpu)
{
	const uint64_t vtcr = machine_seen(cpu, R_VTCR_EL2);

	return (struct context){
		.cpu = cpu,
		.root = machine_seen(cpu, R_VTTBR_EL2) & VTTBR_EL2_BADDR,
		.vmid = vmid_of(cpu),
		.start = 2 - (unsigned)BITS_GET(vtcr, VTCR_EL2_SL0),
		.bits = 64 - (unsigned)BITS_GET(vtcr, VTCR_EL2_T0SZ),
	};
}

static unsigned shift_of(unsigned level)
{
	return 39u - 9u * level;
}

static bool is_table(uint64_t desc, unsigned level)
{
	return (desc & S2_DESC_TABLE) && level < 3;
}

static uint64_t base_of(uint64_t address, unsigned level)
{
	return address & ~(BIT(shift_of(level)) - 1);
}

static uint64_t output(uint64_t desc, unsigned level, uint64_t ipa)
{
	const uint64_t offset = BIT(shift_of(level)) - 1;

	return (desc & S2_DESC_ADDR & ~offset) | (ipa & offset);
}

/* A fixed place for each tag, or any: entries push each other out. */
static struct machine_tlb_entry *place(struct machine_cpu *cpu)
{
	return &cpu->tlb[machine_random(MACHINE_TLB_SIZE)];
}

static struct machine_tlb_entry *find(const struct context *at, uint64_t ipa,
				      unsigned level)
{
	for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++) {
		struct machine_tlb_entry *entry = &at->cpu->tlb[n];

		if (entry->valid && !entry->combined &&
		    entry->vmid == at->vmid && entry->level == level &&
		    entry->tag == base_of(ipa, level))
			return entry;
	}
	return NULL;
}

static void check_root(const struct machine_tlb_entry *entry, uint64_t root)
{
	if (entry->root != root)
		machine_fail("VMID %u: a TLB has entries of tables at %#llx, "
			     "now they are at %#llx",
			     entry->vmid, (unsigned long long)entry->root,
			     (unsigned long long)root);
}

/* What is in memory now against what any TLB holds of this VMID. */
static void check_break(const struct context *at, uint64_t ipa, unsigned level,
			uint64_t desc)
{
	for (unsigned c = 0; c < machine.config.cpus; c++) {
		struct context there = *at;
		const struct machine_tlb_entry *entry;

		there.cpu = &machine.cpu[c];
		entry = find(&there, ipa, level);
		if (!entry || entry->root != at->root)
			continue;
		if ((entry->desc ^ desc) & NEEDS_BREAK)
			machine_fail("IPA %#llx: %#llx became %#llx without "
				     "break-before-make",
				     (unsigned long long)ipa,
				     (unsigned long long)entry->desc,
				     (unsigned long long)desc);
	}
}

static uint64_t load(const struct context *at, uint64_t table, unsigned level,
		     uint64_t ipa)
{
	uint64_t index = ipa >> shift_of(level);
	uint64_t where;

	if (level != at->start)
		index &= 511;
	where = table + index * 8;
	if (!machine_is_allocated(where))
		machine_fail("a walk reads %#llx, which is no table",
			     (unsigned long long)where);
	return *(volatile uint64_t *)machine_phys(where);
}

static void keep(const struct context *at, uint64_t ipa, unsigned level,
		 uint64_t desc)
{
	struct machine_tlb_entry *entry = find(at, ipa, level);

	check_break(at, ipa, level, desc);
	if (!entry)
		entry = place(at->cpu);
	*entry = (struct machine_tlb_entry){
		.valid = true,
		.level = (uint8_t)level,
		.vmid = (uint16_t)at->vmid,
		.tag = base_of(ipa, level),
		.root = at->root,
		.desc = desc,
	};
}

/* The leaf for ipa, from the TLB or from memory; 0 and the level of the
 * fault if there is none. */
static uint64_t leaf(const struct context *at, uint64_t ipa, unsigned *level)
{
	uint64_t table = at->root;

	*level = at->start;
	/* At times it has forgotten what it knew. */
	for (unsigned deepest = 4;
	     machine_random(4) && deepest-- > at->start;) {
		const struct machine_tlb_entry *entry = find(at, ipa, deepest);

		if (!entry)
			continue;
		check_root(entry, at->root);
		*level = deepest;
		if (!is_table(entry->desc, deepest))
			return entry->desc;
		table = entry->desc & S2_DESC_ADDR;
		++*level;
		break;
	}
	for (;; ++*level) {
		const uint64_t desc = load(at, table, *level, ipa);

		if (!(desc & S2_DESC_VALID) ||
		    (!(desc & S2_DESC_TABLE) && (*level == 0 || *level == 3)))
			return 0;
		keep(at, ipa, *level, desc);
		if (!is_table(desc, *level))
			return desc;
		table = desc & S2_DESC_ADDR;
	}
}

/* Memory and devices, in the encoding that HCR_EL2.FWB chooses (D8.6.6). */
static void check_type(const struct machine_cpu *cpu, uint64_t desc)
{
	const bool fwb = machine_seen(cpu, R_HCR_EL2) & HCR_FWB;
	const uint64_t type = BITS_GET(desc, S2_DESC_MEMATTR);

	if (fwb && !machine.config.fwb)
		machine_fail("HCR_EL2.FWB on a CPU without it");
	if (type != S2_MEMATTR_DEVICE_NGNRE &&
	    type != (fwb ? S2_MEMATTR_FWB_NORMAL_WB : S2_MEMATTR_NORMAL_WB))
		machine_fail("MemAttr %#llx with FWB %d",
			     (unsigned long long)type, fwb);
}

static bool allows(uint64_t desc, enum machine_access access)
{
	if (access == ACCESS_READ)
		return desc & S2_DESC_READ;
	if (access == ACCESS_WRITE)
		return desc & S2_DESC_WRITE;
	return (desc & S2_DESC_READ) && !(desc & S2_DESC_XN);
}

static uint64_t stage1(const struct machine_cpu *cpu, uint64_t va,
		       uint32_t *asid)
{
	const uint64_t ttbr = machine_seen(cpu, R_TTBR0_EL1);

	if (!(machine_seen(cpu, R_SCTLR_EL1) & SCTLR_M)) {
		*asid = NO_STAGE1;
		return va;
	}
	*asid = (uint32_t)BITS_GET(ttbr, TTBR_ASID);
	return (va + (ttbr & TTBR_BADDR)) & BITS(47, 0);
}

static struct machine_tlb_entry *find_combined(const struct context *at,
					       uint64_t va, uint32_t asid)
{
	for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++) {
		struct machine_tlb_entry *entry = &at->cpu->tlb[n];

		if (entry->valid && entry->combined &&
		    entry->vmid == at->vmid && entry->asid == asid &&
		    entry->tag == (va & ~UINT64_C(0xfff)))
			return entry;
	}
	return NULL;
}

static void combine(const struct context *at, uint64_t va, uint32_t asid,
		    uint64_t desc, const struct machine_walk *walk)
{
	struct machine_tlb_entry *entry = find_combined(at, va, asid);

	if (!entry)
		entry = place(at->cpu);
	*entry = (struct machine_tlb_entry){
		.valid = true,
		.combined = true,
		.level = 3,
		.vmid = (uint16_t)at->vmid,
		.asid = asid,
		.tag = va & ~UINT64_C(0xfff),
		.root = at->root,
		.desc = (desc & ~S2_DESC_ADDR) | (walk->pa & S2_DESC_ADDR),
		.ipa = walk->ipa & ~UINT64_C(0xfff),
	};
}

struct machine_walk machine_translate(struct machine_cpu *cpu, uint64_t va,
				      enum machine_access access)
{
	const struct context at = context_of(cpu);
	struct machine_walk walk = {0};
	const struct machine_tlb_entry *hit;
	unsigned level;
	uint64_t desc;
	uint32_t asid;

	if (!(machine_seen(cpu, R_HCR_EL2) & HCR_VM))
		machine_fail("a guest runs without stage 2");
	walk.ipa = stage1(cpu, va, &asid);
	hit = machine_random(4) ? find_combined(&at, va, asid) : NULL;
	if (hit && allows(hit->desc, access)) {
		check_root(hit, at.root);
		walk.ipa = hit->ipa | (va & 0xfff);
		walk.pa = output(hit->desc, 3, va);
		return walk;
	}
	walk.fault = true;
	if (walk.ipa >> at.bits)
		return walk;
	desc = leaf(&at, walk.ipa, &level);
	walk.level = (uint8_t)level;
	if (!desc)
		return walk;
	check_type(cpu, desc);
	walk.permission = !allows(desc, access);
	if (walk.permission)
		return walk;
	walk.fault = false;
	walk.pa = output(desc, level, walk.ipa);
	combine(&at, va, asid, desc, &walk);
	return walk;
}

/* Stage 1 only: a shift never faults, but for a test. */
void machine_at_s1e1r(struct machine_cpu *cpu, uint64_t va)
{
	uint32_t asid;

	cpu->reg[R_PAR_EL1] = stage1(cpu, va, &asid) & BITS(47, 12);
	if (cpu->reg[R_PAR_EL1] & PAR_F)
		machine_fail("PAR_EL1");
	if (machine.config.denied && machine.config.denied(va))
		cpu->reg[R_PAR_EL1] = PAR_F;
}

static void drop(struct machine_cpu *cpu, unsigned vmid, bool combined,
		 bool plain)
{
	for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++)
		if (cpu->tlb[n].vmid == vmid &&
		    (cpu->tlb[n].combined ? combined : plain))
			cpu->tlb[n].valid = false;
}

void machine_tlbi_ipa(struct machine_cpu *cpu, uint64_t ipa)
{
	const unsigned vmid = vmid_of(cpu);

	for (unsigned c = 0; c < machine.config.cpus; c++)
		for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++) {
			struct machine_tlb_entry *entry =
				&machine.cpu[c].tlb[n];

			if (!entry->combined && entry->vmid == vmid &&
			    entry->tag == base_of(ipa, entry->level))
				entry->valid = false;
		}
}

void machine_tlbi_vmid(struct machine_cpu *cpu, bool both, bool everywhere)
{
	const unsigned vmid = vmid_of(cpu);

	for (unsigned c = 0; c < machine.config.cpus; c++)
		if (everywhere || c == cpu->number)
			drop(&machine.cpu[c], vmid, true, both);
}

void machine_tlbi_all(const struct machine_cpu *only)
{
	for (unsigned c = 0; c < machine.config.cpus; c++)
		for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++)
			if (!only || only == &machine.cpu[c])
				machine.cpu[c].tlb[n].valid = false;
}

static bool leads_to(const struct machine_tlb_entry *entry, uint64_t pa)
{
	const uint64_t to = entry->desc & S2_DESC_ADDR;

	if (!entry->valid)
		return false;
	if (is_table(entry->desc, entry->level))
		return to == pa;
	return base_of(to, entry->level) == base_of(pa, entry->level);
}

void machine_tlb_forgot(uint64_t pa)
{
	for (unsigned c = 0; c < machine.config.cpus; c++)
		for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++) {
			const struct machine_tlb_entry *entry =
				&machine.cpu[c].tlb[n];

			if (leads_to(entry, pa))
				machine_fail("page %#llx is given back, and "
					     "CPU %u's TLB knows it, VMID %u",
					     (unsigned long long)pa, c,
					     entry->vmid);
		}
}

unsigned machine_tlb_entries(unsigned vmid)
{
	unsigned count = 0;

	for (unsigned c = 0; c < machine.config.cpus; c++)
		for (unsigned n = 0; n < MACHINE_TLB_SIZE; n++)
			count += machine.cpu[c].tlb[n].valid &&
				 machine.cpu[c].tlb[n].vmid == vmid;
	return count;
}
