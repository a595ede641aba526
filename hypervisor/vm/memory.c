/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's memory and the caches. A guest begins with its MMU off, and so
 * accesses memory past the data caches (Arm ARM DDI 0487 D8.2.12: Device, or
 * Non-cacheable for fetches; stage 2 cannot make it cacheable without
 * FEAT_S2FWB). What others left dirty in a cache, the guest's life before, hv
 * that copied its images, the boot loader, it would not see, and what it writes
 * there would be lost when the line is evicted. B2.8 leaves it to software to
 * clean and invalidate such lines, by address and to the point of coherency:
 * set/way operations reach neither other CPUs' caches nor a system's (D7.4.4).
 *
 * To do so at once takes an instruction a line, 16 million for 1 GiB, and most
 * guests touch little of their memory for long. So it is done a chunk at a
 * time, when the guest first touches it: a chunk that it never touches costs
 * nothing, and a reset forgets which were. It is done in slices, between which
 * the CPU takes its interrupts, and goes to whoever else it is for: the guest
 * touches the chunk again, and hv goes on where it was.
 */
#include <arm_vcpu/status.h>

#include "base/cache.h"
#include "base/percpu.h"
#include "vm/vm.h"

#define SLICE UINT64_C(0x8000) /* 512 lines of 64 bytes */

/* Take interrupts. True: this CPU has to look at its queues. */
static bool is_wanted(const struct hv_vm *vm)
{
	if (vm->hardware) /* they are the guest's, and it has its CPU alone */
		return false;
	hv_irqs_take();
	return atomic_load(&hv_this_cpu()->look);
}

/* From *at to end. False: not all of it yet. */
static bool clean(const struct hv_vm *vm, uint64_t *at, uint64_t end)
{
	while (*at < end) {
		(void)arm_stage2_clean(&vm->stage2, *at, SLICE);
		*at += SLICE;
		if (is_wanted(vm))
			break;
	}
	return *at >= end;
}

/* With stage 2 that forces write-back the guest sees what is in the data
 * caches; but not where instructions are fetched from, unless they were
 * cleaned. */
static bool needs_cleaning(const struct hv_vm *vm, uint64_t ipa)
{
	return !arm_stage2_fwb(&vm->stage2) ||
	       (hv_guest_ram_state(&vm->ram, ipa) & HV_CHUNK_WRITTEN);
}

int hv_vm_open_memory(struct hv_vm_vcpu *vcpu, uint64_t ipa)
{
	struct hv_vm *vm = vcpu->vm;
	uint64_t chunk = ipa & ~(HV_GUEST_RAM_CHUNK - 1);
	int status = ARM_VCPU_OK;
	uint64_t daif;

	if (!hv_guest_ram_has(&vm->ram, ipa))
		return ARM_VCPU_ERR_NOT_FOUND;
	/* Open: another vCPU has just done it. */
	if (hv_guest_ram_state(&vm->ram, ipa) & HV_CHUNK_OPEN)
		return ARM_VCPU_OK;
	if (vcpu->cleaned - chunk >= HV_GUEST_RAM_CHUNK)
		vcpu->cleaned = chunk;
	/* Two vCPUs may clean one chunk, and one of them open it meanwhile:
	 * cleaning loses nothing of what the guest writes. */
	if (needs_cleaning(vm, ipa) &&
	    !clean(vm, &vcpu->cleaned, chunk + HV_GUEST_RAM_CHUNK))
		return ARM_VCPU_OK;
	vcpu->cleaned = 0;
	/* Instruction caches are not told of what is written: after the data is
	 * where they fetch it from, and before the guest fetches it (B2.8.5).
	 */
	if (hv_guest_ram_state(&vm->ram, ipa) & HV_CHUNK_WRITTEN)
		hv_cache_sync_code();
	daif = hv_lock(&vm->memory_lock);
	if (!(hv_guest_ram_state(&vm->ram, ipa) & HV_CHUNK_OPEN))
		status = hv_guest_ram_open(&vm->ram, &vm->stage2, ipa);
	hv_unlock(&vm->memory_lock, daif);
	return status;
}

/*
 * Memory that is closed has been cleaned when it is opened, and has had nobody
 * else's lines since. Other vCPUs that run meanwhile leave lines in the caches
 * behind this one's back; on a machine without hv they would, too.
 */
bool hv_vm_clean_memory(struct hv_vm_vcpu *vcpu)
{
	struct hv_vm *vm = vcpu->vm;

	while (vcpu->all_cleaned < vm->ram.size) {
		uint64_t ipa = vm->ram.base + vcpu->all_cleaned;
		uint64_t next = (ipa | (HV_GUEST_RAM_CHUNK - 1)) + 1;
		bool more;

		if (hv_guest_ram_state(&vm->ram, ipa) & HV_CHUNK_OPEN) {
			more = clean(vm, &ipa, next);
		} else {
			ipa = next;
			more = !is_wanted(vm);
		}
		vcpu->all_cleaned = ipa - vm->ram.base;
		if (!more)
			return false;
	}
	vcpu->all_cleaned = 0;
	return true;
}
