/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host supplies, in three tables: memory for stage 2, what a VM
 * needs, what a physical CPU needs. Each table is const and is handed to the
 * object that uses it together with a context pointer of the host's; a
 * function gets the pointer of the table it is in. Nothing is found by symbol
 * name. Every member must be set unless its comment says that it may be null.
 *
 *   arm_stage2_init     struct arm_stage2_ops   config.ctx
 *   arm_vm_init         struct arm_vm_ops       config.ctx
 *   arm_pcpu_init       struct arm_pcpu_ops     ctx
 *
 * The library calls them from arm_vcpu_run(), or from the public function
 * that the host called, on the same stack. It holds none of its locks then,
 * except for kick() (see there). From arm_vcpu_run() they are called with
 * interrupts masked. irq() and mmio() see the host's SP_EL0; the others may
 * be called with the guest's.
 *
 * Two of struct arm_pcpu_ops come otherwise: irq() with a null vCPU from the
 * vector, on the stack that was interrupted; and fatal(), with the log() lines
 * before it, on a stack of 4 KiB in struct arm_pcpu.
 */
#ifndef ARM_VCPU_HOST_H
#define ARM_VCPU_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/language.h>

ARM_VCPU_BEGIN

struct arm_vcpu;
struct arm_vcpu_exit_mmio;

/* How much a line of the log matters. */
enum arm_vcpu_log_level {
	ARM_VCPU_LOG_ERROR, /* the line that explains why something stopped */
	ARM_VCPU_LOG_WARN,  /* a guest did something odd and was contained  */
	ARM_VCPU_LOG_INFO,  /* dumps asked for by the host                  */
	ARM_VCPU_LOG_DEBUG, /* trace: for example an unknown system register */
};

/* alloc_pages() answers this when there is nothing left. */
#define ARM_STAGE2_NO_PAGE UINT64_MAX

/* Memory for translation tables. */
struct arm_stage2_ops {
	/*
	 * 2^order contiguous 4 KiB pages, naturally aligned to their total
	 * size, contents arbitrary (the library clears them). Returns the
	 * physical address or ARM_STAGE2_NO_PAGE. order is 0 to 4.
	 */
	uint64_t (*alloc_pages)(void *ctx, unsigned order);
	/* Give back what alloc_pages() gave, whole. */
	void (*free_pages)(void *ctx, uint64_t pa, unsigned order);

	/* The address at which EL2 may load and store what is at pa, which
	 * alloc_pages() returned, or, for arm_stage2_clean() only, which is a
	 * page of what was mapped. */
	void *(*phys_to_virt)(void *ctx, uint64_t pa);
};

/* What a VM's vCPUs ask of the host. */
struct arm_vm_ops {
	/*
	 * vcpu has something to do: if it is running on another CPU, make it
	 * leave its guest soon (an inter-processor interrupt is enough, and
	 * nothing at all if that is the calling CPU); if the host parked it,
	 * make it runnable. Called from whatever CPU kicked or injected,
	 * perhaps with IRQs masked, perhaps from irq(), perhaps with a lock of
	 * the vGIC held: it must not block, and must not call back into the
	 * library.
	 *
	 * The CPU that takes the interrupt has to see what the caller stored
	 * before. Nothing but a DSB orders an SGI after stores: DSB ISHST
	 * before the write of ICC_SGI1R_EL1, an ISB after it, so that it is
	 * sent now (IHI 0069, "Observability of the effects of accesses to the
	 * GIC registers"; Arm ARM DDI 0487 B2.3.12). A host that looks where
	 * the vCPU is does that after those stores, and stores where it is
	 * before arm_vcpu_run(): both sequentially consistent, or with a DMB
	 * ISH between.
	 */
	void (*kick)(void *ctx, struct arm_vcpu *vcpu);

	/*
	 * Call arm_vcpu_timer_expired(vcpu) once CNTPCT_EL0 has reached
	 * deadline; a new deadline replaces the one before, UINT64_MAX
	 * withdraws it. Called on the CPU the vCPU is bound to. Used for the
	 * emulated physical timer. May be null: the guest's physical timer
	 * then never fires (its ISTATUS still reads true).
	 */
	void (*set_timer)(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline);

	/*
	 * A load or store that hit nothing in stage 2 and no device of the
	 * library. True: the host has served it in place, *value is what a
	 * read returns, and the guest goes on without an exit. False: it
	 * leaves arm_vcpu_run() as ARM_VCPU_EXIT_MMIO_READ or _WRITE. *value
	 * is 0 on entry. Called on the CPU the vCPU is bound to; it may raise
	 * interrupts, but not run, bind, complete or fail a vCPU. May be null:
	 * every access is an exit.
	 */
	bool (*mmio)(void *ctx, struct arm_vcpu *vcpu,
		     const struct arm_vcpu_exit_mmio *access, uint64_t *value);

	/* One line of text without newline. May be null: nothing is logged. */
	void (*log)(void *ctx, enum arm_vcpu_log_level level, const char *line);
};

/* What the host's interrupt handler wants to happen to the running guest. */
enum arm_pcpu_irq_action {
	ARM_PCPU_IRQ_RESUME, /* go straight back into the guest            */
	ARM_PCPU_IRQ_EXIT,   /* leave arm_vcpu_run(): ARM_VCPU_EXIT_INTERRUPT */
};

/* What a physical CPU brings to EL2. */
struct arm_pcpu_ops {
	/*
	 * A physical IRQ or FIQ is pending. Called with IRQs masked: with the
	 * vCPU whose guest was interrupted, or with null when EL2 itself was.
	 * The host acknowledges, serves and ends the interrupt at its
	 * interrupt controller; it may call the injection functions on any
	 * vCPU. The acknowledge is complete before anything is looked at that
	 * came with the interrupt: DSB SY and ISB after the read of
	 * ICC_IAR<n>_EL1 (IHI 0069, as for kick(); Arm ARM DDI 0487 B2.3.12).
	 * The answer is ignored when vcpu is null. May be null: then
	 * every interrupt leaves the guest as ARM_VCPU_EXIT_INTERRUPT, still
	 * pending, and the host must never unmask IRQs at EL2 while this
	 * library's vectors are installed.
	 */
	enum arm_pcpu_irq_action (*irq)(void *ctx, struct arm_vcpu *vcpu);

	/*
	 * EL2 itself took an exception that nobody can serve; the report has
	 * been logged. Stop the machine. If it returns, or is null, the CPU
	 * stays in WFI with interrupts masked.
	 */
	void (*fatal)(void *ctx);

	/* One line of the report of a fatal exception, ARM_VCPU_LOG_ERROR;
	 * what arm_pcpu_hardware_enable() found, ARM_VCPU_LOG_WARN; this CPU's
	 * errata, ARM_VCPU_LOG_INFO. May be null: nothing
	 * is reported. */
	void (*log)(void *ctx, enum arm_vcpu_log_level level, const char *line);
};

ARM_VCPU_END

#endif
