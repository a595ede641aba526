/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions taken from EL2 itself: the host's interrupts, or the end. */
#include <stddef.h>

#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

#include "arch/esr.h"
#include "core/format.h"
#include "cpu/pcpu.h"
#include "cpu/sysreg_io.h"

/* Called from vectors.S. */
void arm_el2_irq(void);
void arm_el2_fatal(struct arm_pcpu *pcpu, struct arm_trap_frame *frame,
		   unsigned vector);

static void say(void *ctx, const char *line)
{
	const struct arm_pcpu *pcpu = ctx;

	if (pcpu->ops->log)
		pcpu->ops->log(pcpu->ctx, ARM_LOG_ERROR, line);
}

_Noreturn static void halt(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #0xf\n\twfi" ::: "memory");
}

void arm_el2_irq(void)
{
	struct arm_pcpu *pcpu = arm_pcpu_here();

	if (!pcpu)
		halt();
	if (!pcpu->ops->irq) {
		say(pcpu, "arm_vcpu: IRQ at EL2, and the host has no handler");
		halt();
	}
	(void)pcpu->ops->irq(pcpu->ctx, NULL);
}

static void report(struct arm_pcpu *pcpu, const struct arm_trap_frame *frame,
		   unsigned vector)
{
	static const char *const names[] = {
		"synchronous, SP_EL0", "IRQ, SP_EL0", "FIQ, SP_EL0",
		"SError, SP_EL0",      "synchronous", "IRQ",
		"FIQ",		       "SError",
	};
	char text[ARM_LINE_SIZE];
	struct arm_line line;

	arm_line_start(&line, text, sizeof(text));
	arm_line_text(&line, "arm_vcpu: fatal exception at EL2: ");
	arm_line_text(&line, names[vector % 8]);
	say(pcpu, arm_line_end(&line));
	arm_line_start(&line, text, sizeof(text));
	arm_line_text(&line, "ESR_EL2 ");
	arm_line_hex(&line, READ(ESR_EL2), 16);
	arm_line_text(&line, " FAR_EL2 ");
	arm_line_hex(&line, READ(FAR_EL2), 16);
	arm_line_text(&line, " HPFAR_EL2 ");
	arm_line_hex(&line, READ(HPFAR_EL2), 16);
	say(pcpu, arm_line_end(&line));
	arm_line_start(&line, text, sizeof(text));
	arm_line_text(&line, "HCR_EL2 ");
	arm_line_hex(&line, READ(HCR_EL2), 16);
	arm_line_text(&line, " SCTLR_EL2 ");
	arm_line_hex(&line, READ(SCTLR_EL2), 16);
	arm_line_text(&line, " VTTBR_EL2 ");
	arm_line_hex(&line, READ(VTTBR_EL2), 16);
	say(pcpu, arm_line_end(&line));
	say(pcpu, "registers of EL2; SP_EL0 stands for its stack pointer:");
	arm_trap_frame_print(frame, say, pcpu);
	if (pcpu->bound) {
		say(pcpu, "the vCPU that was bound, as of its last exit:");
		arm_trap_frame_print(&pcpu->bound->frame, say, pcpu);
	}
}

void arm_el2_fatal(struct arm_pcpu *pcpu, struct arm_trap_frame *frame,
		   unsigned vector)
{
	/* A second fault while the first is being reported: no more. */
	if (pcpu->dying)
		halt();
	pcpu->dying = true;
	report(pcpu, frame, vector);
	if (pcpu->ops->fatal)
		pcpu->ops->fatal(pcpu->ctx);
	halt();
}
