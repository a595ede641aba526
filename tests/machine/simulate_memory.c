/* SPDX-License-Identifier: Apache-2.0 */
/* The memory of VMs: mapped, changed under their feet, and looked after. */
#include <string.h>

#include "machine/simulate.h"
#include "machine/state.h"

#define ALL (ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC)

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	return machine_alloc_pages(order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	machine_free_pages(pa, order);
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return machine_phys(pa);
}

static const struct arm_stage2_ops memory_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

/* ---- Memory ---------------------------------------------------------------
 */

static uint64_t base_of(const struct sim_vm *vm)
{
	return UINT64_C(0x1000000000) + vm->number * UINT64_C(0x10000000);
}

static uint64_t copy_of(const struct sim_vm *vm, unsigned page, unsigned copy)
{
	return base_of(vm) + copy * SIM_BLOCK + SIM_IN_BLOCK(page);
}

void sim_make_memory(struct sim_vm *vm)
{
	const struct arm_stage2_config config = {
		.ops = &memory_ops,
		.ipa_bits = (uint8_t)(32 + machine_random(9)),
		.pa_bits = 40,
		.vmid_bits = machine.config.vmid16 ? 16 : 8,
		.fwb = machine.config.fwb,
	};
	struct arm_vcpu_ept_root root = {0};
	uint64_t daif;

	sim_expect(arm_stage2_init(&vm->s2, &config), "stage 2");
	sim_expect(
		arm_stage2_map(&vm->s2, SIM_RAM, base_of(vm), SIM_BLOCK, ALL),
		"map");
	for (unsigned n = 0; n < SIM_PAGES; n++)
		vm->page[n] = (struct sim_page){
			.pa = copy_of(vm, n, 0), .attr = ALL, .mapped = true};
	daif = hv_lock(&sim.vmid_lock);
	sim_expect(arm_stage2_vmid(&vm->s2, &sim.vmids, &root.vmid), "VMID");
	hv_unlock(&sim.vmid_lock, daif);
	root.root = arm_stage2_root(&vm->s2);
	root.vtcr = arm_stage2_vtcr(&vm->s2);
	root.fwb = arm_stage2_fwb(&vm->s2);
	for (unsigned n = 0; n < vm->vcpus; n++)
		sim_expect(arm_vcpu_set_ept_root(&vm->vcpu[n]->host.arm, &root),
			   "root");
}

static void map(struct sim_vm *vm, unsigned n, unsigned attr)
{
	struct sim_page *page = &vm->page[n];

	/* From here on it may be seen. */
	page->mapped = true;
	page->attr = attr;
	sim_expect(arm_stage2_map(&vm->s2, SIM_PAGE(n), page->pa, 0x1000, attr),
		   "map");
}

static void unmap(struct sim_vm *vm, unsigned n)
{
	sim_expect(arm_stage2_unmap(&vm->s2, SIM_PAGE(n), 0x1000), "unmap");
	vm->page[n].mapped = false;
	/* And from here on it must not. */
	vm->page[n].old_mapped = false;
}

static void protect(struct sim_vm *vm, unsigned n, unsigned attr)
{
	/* From here on either is right. */
	vm->page[n].attr = attr;
	sim_expect(arm_stage2_protect(&vm->s2, SIM_PAGE(n), 0x1000, attr),
		   "protect");
}

static void begin_change(struct sim_page *page)
{
	page->old_pa = page->pa;
	page->old_attr = page->attr;
	page->old_mapped = page->mapped;
	page->changing = true;
}

/* Nobody waits for it with interrupts masked: it is held for long. */
static bool try_lock(_Atomic bool *lock)
{
	machine_step();
	return !atomic_exchange(lock, true);
}

static void unlock(_Atomic bool *lock)
{
	machine_step();
	atomic_store(lock, false);
}

void sim_change_memory(struct sim_vm *vm)
{
	static const unsigned attrs[] = {
		0, ARM_STAGE2_READ, ARM_STAGE2_READ | ARM_STAGE2_WRITE,
		ARM_STAGE2_READ | ARM_STAGE2_EXEC, ALL};
	const unsigned n = machine_random(SIM_PAGES);
	struct sim_page *page = &vm->page[n];

	if (!try_lock(&vm->memory))
		return;
	machine_trace("VM %u: page %u changes", vm->number, n);
	begin_change(page);
	if (!page->mapped) {
		page->pa = copy_of(vm, n, machine_random(2));
		map(vm, n, attrs[machine_random(5)]);
	} else if (sim_chance(3)) {
		unmap(vm, n);
	} else if (sim_chance(2)) {
		unmap(vm, n);
		page->pa = copy_of(vm, n, machine_random(2));
		map(vm, n, attrs[machine_random(5)]);
	} else {
		protect(vm, n, attrs[machine_random(5)]);
	}
	page->changing = false;
	unlock(&vm->memory);
}

/* It was not for a moment: the block that it is in was split. */
static void check_mapped(const struct sim_vm *vm, uint64_t ipa)
{
	struct arm_stage2_mapping found;

	sim_expect(arm_stage2_query(&vm->s2, ipa, &found), "query");
	if (found.pa + (ipa - found.ipa) != ipa - SIM_RAM + base_of(vm))
		machine_fail("IPA %#llx is mapped to %#llx",
			     (unsigned long long)ipa,
			     (unsigned long long)found.pa);
}

void sim_page_in(struct sim_vm *vm, uint64_t ipa)
{
	const unsigned n = (unsigned)((ipa - SIM_PAGE(0)) >> 12);

	/* The guest tries again. */
	if (!try_lock(&vm->memory))
		return;
	if (n < SIM_PAGES) {
		begin_change(&vm->page[n]);
		if (vm->page[n].mapped)
			protect(vm, n, ALL);
		else
			map(vm, n, ALL);
		vm->page[n].changing = false;
	} else {
		check_mapped(vm, ipa);
	}
	unlock(&vm->memory);
}

static bool allows(unsigned attr, enum machine_op op)
{
	if (op == MACHINE_STORE)
		return attr & ARM_STAGE2_WRITE;
	if (op == MACHINE_LOAD)
		return attr & ARM_STAGE2_READ;
	return (attr & ARM_STAGE2_READ) && (attr & ARM_STAGE2_EXEC);
}

static void check_translation(const struct sim_page *page, enum machine_op op,
			      uint64_t ipa, uint64_t pa)
{
	pa &= ~UINT64_C(0xfff);
	if (page->mapped && page->pa == pa && allows(page->attr, op))
		return;
	if (page->changing && page->old_mapped && page->old_pa == pa &&
	    allows(page->old_attr, op))
		return;
	/* Half way: remapped with what the new mapping has in the end. */
	machine_fail("IPA %#llx: an access by operation %d reached %#llx, but "
		     "it is %s at %#llx with attributes %#x",
		     (unsigned long long)ipa, (int)op, (unsigned long long)pa,
		     page->mapped ? "mapped" : "not mapped",
		     (unsigned long long)page->pa, page->attr);
}

static void check_content(struct sim_vm *vm, unsigned n,
			  const struct machine_insn *insn, uint64_t pa,
			  uint64_t value)
{
	const unsigned copy = (pa & ~UINT64_C(0xfff)) != copy_of(vm, n, 0);
	const unsigned at = (unsigned)pa & 0xfff;
	uint64_t was = 0;

	if (at + insn->width > SIM_WORDS)
		machine_fail("an access at %#llx", (unsigned long long)pa);
	if (insn->op == MACHINE_STORE) {
		memcpy(&vm->bytes[n][copy][at], &value, insn->width);
		return;
	}
	memcpy(&was, &vm->bytes[n][copy][at], insn->width);
	if (was != value)
		machine_fail("%#llx has %#llx, not %#llx",
			     (unsigned long long)pa, (unsigned long long)value,
			     (unsigned long long)was);
}

void sim_accessed(struct machine_guest *guest, const struct machine_insn *insn,
		  uint64_t ipa, uint64_t pa, uint64_t value)
{
	struct sim_vcpu *vcpu =
		(void *)((char *)guest - offsetof(struct sim_vcpu, guest));
	struct sim_vm *vm = vcpu->vm;
	const unsigned n = (unsigned)((ipa - SIM_PAGE(0)) >> 12);

	vcpu->seen = value;
	vcpu->was_seen = true;
	if (ipa != vcpu->op.ipa)
		machine_fail("vCPU %u: VA %#llx leads to IPA %#llx, not %#llx",
			     vcpu->number, (unsigned long long)insn->va,
			     (unsigned long long)ipa,
			     (unsigned long long)vcpu->op.ipa);
	if (n >= SIM_PAGES) {
		if (pa != ipa - SIM_RAM + base_of(vm))
			machine_fail("IPA %#llx reached %#llx",
				     (unsigned long long)ipa,
				     (unsigned long long)pa);
		return;
	}
	check_translation(&vm->page[n], insn->op, ipa, pa);
	if (insn->op != MACHINE_FETCH)
		check_content(vm, n, insn, pa, value);
}

void sim_remake_memory(struct sim_vm *vm)
{
	while (!try_lock(&vm->memory))
		hv_cpu_relax();
	arm_stage2_free(&vm->s2);
	sim_make_memory(vm);
	unlock(&vm->memory);
}
