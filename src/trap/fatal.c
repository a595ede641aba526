/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions taken from EL2 itself: the host's interrupts, or the end. */
#include <stddef.h>

#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

#include "arch/esr.h"
#include "gic/cpuif.h"
#include "hw/irq.h"
#include "hw/sysreg.h"
#include "lib/format.h"
#include "trap/trap.h"
#include "vcpu/pcpu.h"

static void say(void *ctx, const char *line)
{
	const struct arm_pcpu *pcpu = ctx;

	if (pcpu->ops->log)
		pcpu->ops->log(pcpu->ctx, ARM_VCPU_LOG_ERROR, line);
}

static void serve_irq(struct arm_pcpu *pcpu)
{
	(void)pcpu->ops->irq(pcpu->ctx, NULL);
	/* A maintenance interrupt stays asserted until its cause is gone from
	 * the hardware. */
	if (pcpu->bound && arm_load_relaxed(&pcpu->bound->vgic.resident))
		arm_gic_push(pcpu->bound);
}

void arm_el2_irq(void)
{
	struct arm_pcpu *pcpu = arm_pcpu_here();

	if (pcpu && pcpu->ops->irq) {
		serve_irq(pcpu);
		return;
	}
	if (pcpu)
		say(pcpu, "arm_vcpu: IRQ at EL2, and the host has no handler");
	arm_hw_halt();
}

static void say_registers(struct arm_pcpu *pcpu)
{
	const struct {
		const char *name;
		uint64_t value;
	} registers[] = {
		{"ESR_EL2   ", READ(ESR_EL2)},
		{"FAR_EL2   ", READ(FAR_EL2)},
		{"HPFAR_EL2 ", READ(HPFAR_EL2)},
		{"HCR_EL2   ", READ(HCR_EL2)},
		{"SCTLR_EL2 ", READ(SCTLR_EL2)},
		{"VTTBR_EL2 ", READ(VTTBR_EL2)},
	};

	for (unsigned i = 0; i < sizeof(registers) / sizeof(*registers); i++) {
		struct arm_line line;

		arm_line_start(&line);
		arm_line_text(&line, registers[i].name);
		arm_line_hex(&line, registers[i].value, 16);
		say(pcpu, line.text);
	}
}

static void report(struct arm_pcpu *pcpu, const struct arm_trap_frame *frame,
		   unsigned vector)
{
	/* Those that vectors.S sends here. */
	static const char *const names[] = {
		[0] = "synchronous, SP_EL0",
		[3] = "SError, SP_EL0",
		[4] = "synchronous",
		[7] = "SError",
	};
	struct arm_line line;

	arm_line_start(&line);
	arm_line_text(&line, "arm_vcpu: fatal exception at EL2: ");
	arm_line_text(&line, names[vector]);
	say(pcpu, line.text);
	say_registers(pcpu);
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
		arm_hw_halt();
	pcpu->dying = true;
	report(pcpu, frame, vector);
	if (pcpu->ops->fatal)
		pcpu->ops->fatal(pcpu->ctx);
	arm_hw_halt();
}
