/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the host gives the library: memory, addresses, a log line and three
 * ways to be called. The table is const and is handed over with a context
 * pointer; nothing is found by symbol name. Every member must be set unless
 * its comment says that it may be null.
 *
 * The library calls these from arm_vcpu_run() or from the public call the
 * host made, on the same stack, and never holds one of its own locks while it
 * does so, except for kick() (see there).
 */
#ifndef ARM_VCPU_HOST_H
#define ARM_VCPU_HOST_H

#include <stdbool.h>
#include <stdint.h>

struct arm_vcpu;

enum arm_vcpu_log_level {
	ARM_VCPU_LOG_ERROR, /* the line that explains why something stopped */
	ARM_VCPU_LOG_WARN,  /* a guest did something odd and was contained  */
	ARM_VCPU_LOG_INFO,  /* dumps asked for by the host                  */
	ARM_VCPU_LOG_DEBUG, /* trace: for example an unknown system register */
};

/* What the host's interrupt handler wants to happen to the running guest. */
enum arm_pcpu_irq_action {
	ARM_PCPU_IRQ_RESUME, /* go straight back into the guest */
	ARM_PCPU_IRQ_EXIT, /* return ARM_VCPU_EXIT_INTERRUPT from arm_vcpu_run()
			    */
};

/* alloc_pages() answers this when there is nothing left. */
#define ARM_STAGE2_NO_PAGE UINT64_MAX

struct arm_host_ops {
	/*
	 * 2^order contiguous 4 KiB pages for translation tables, naturally
	 * aligned to their total size, contents arbitrary (the library clears
	 * them). Returns the physical address or ARM_STAGE2_NO_PAGE. order is 0
	 * to 4.
	 */
	uint64_t (*alloc_pages)(void *ctx, unsigned order);
	void (*free_pages)(void *ctx, uint64_t pa, unsigned order);

	/* Between a physical address that alloc_pages() returned and the
	 * address at which EL2 may load and store it. */
	void *(*phys_to_virt)(void *ctx, uint64_t pa);
	/* The way back. May be null: the library keeps physical addresses. */
	uint64_t (*virt_to_phys)(void *ctx, const void *va);

	/* One line of text without newline. May be null: nothing is logged. */
	void (*log)(void *ctx, enum arm_vcpu_log_level level, const char *line);

	/*
	 * A physical IRQ or FIQ is pending. Called with IRQs masked: with the
	 * vCPU whose guest was interrupted, or with null when EL2 itself was.
	 * The host acknowledges, serves and ends the interrupt at its
	 * interrupt controller; it may call the injection functions on any
	 * vCPU. The answer is ignored when vcpu is null. May be null: then
	 * every interrupt leaves the guest as ARM_VCPU_EXIT_INTERRUPT, still
	 * pending, and the host must never unmask IRQs at EL2 while this
	 * library's vectors are installed.
	 */
	enum arm_pcpu_irq_action (*irq)(void *ctx, struct arm_vcpu *vcpu);

	/*
	 * vcpu has something to do: if it is running on another CPU, make it
	 * leave its guest soon (an inter-processor interrupt is enough, and
	 * nothing at all if that is the calling CPU); if the host parked it,
	 * make it runnable. Called from whatever CPU
	 * kicked or injected, perhaps with IRQs masked, perhaps from irq():
	 * it must not block, and must not call back into the library.
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
	 * EL2 itself took an exception that nobody can serve; the report has
	 * been logged. Stop the machine. If it returns, or is null, the CPU
	 * stays in WFI with interrupts masked.
	 */
	void (*fatal)(void *ctx);
};

#endif
