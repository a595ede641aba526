/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

struct trap trap;

void guest_exception(struct guest_frame *frame, uint64_t vector);

#define SPSR_IL       (UINT64_C(1) << 20)
#define SPSR_D        (UINT64_C(1) << 9)
#define SPSR_EL1H     UINT64_C(0x3c5) /* EL1h, D, A, I and F masked */
#define VECTOR_SERROR 3u

void trap_begin(void)
{
	trap.count = 0;
	trap.expected = 1;
	__asm__ volatile("" ::: "memory");
}

bool trap_end(void)
{
	__asm__ volatile("" ::: "memory");
	trap.expected = 0;
	return trap.count != 0;
}

static _Noreturn void unexpected(const struct guest_frame *frame)
{
	print("  unexpected exception: vector %lu, ESR 0x%lx, ELR 0x%lx, "
	      "FAR 0x%lx, SPSR 0x%lx, LR 0x%lx\n",
	      trap.vector, trap.esr, trap.elr, trap.far, trap.spsr,
	      frame->gpr[30]);
	test_abandon();
}

void guest_exception(struct guest_frame *frame, uint64_t vector)
{
	uint64_t ec;

	trap.vector = vector;
	trap.esr = READ_SYSREG(esr_el1);
	trap.elr = frame->elr;
	trap.far = READ_SYSREG(far_el1);
	trap.spsr = frame->spsr;
	trap.x3 = frame->gpr[3];
	trap.count++;
	if (!trap.expected)
		unexpected(frame);
	if (trap.resume) {
		frame->elr = trap.resume;
		frame->spsr = SPSR_EL1H;
		return;
	}
	ec = ESR_EC(trap.esr);
	frame->spsr &= ~SPSR_IL;
	if (ec == EC_FETCH || ec == EC_PC_ALIGNMENT || ec == EC_ILLEGAL_STATE)
		frame->elr = frame->gpr[30];
	else if (ec >= EC_DEBUG_FIRST && ec <= EC_DEBUG_LAST)
		frame->spsr |= SPSR_D; /* once is enough */
	else if (ec != EC_SVC64 && vector % 4 != VECTOR_SERROR)
		frame->elr += 4; /* SVC's return address is past it already */
}
