/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests: each vCPU sends SGIs, sleeps until it is answered or its timer
 * fires, has SPIs raised, and writes registers of all (work.c); its handler
 * counts. In the end all switch themselves off.
 */
#include <stddef.h>
#include <string.h>

#include "guest.h"

#define IRQ      (TH_VECTORS + 0x280)
#define IAR1     MACHINE_SYSREG(3, 0, 12, 12, 0)
#define EOIR1    MACHINE_SYSREG(3, 0, 12, 12, 1)
#define CNTV_CTL MACHINE_SYSREG(3, 3, 14, 3, 1)

#define OPERATIONS 300u

/* ---- Its handler ----------------------------------------------------------
 */

static void account(const struct th_vcpu *v, struct th_count *count,
		    unsigned intid)
{
	const uint32_t taken = th_add(&count->taken),
		       sent = th_get(&count->sent);

	if (taken > sent)
		th_fail("VM %u, vCPU %u: interrupt %u came %u times, was sent "
			"%u times",
			v->vm->number, v->index, intid, taken, sent);
	atomic_store_explicit(&count->seen, sent, memory_order_relaxed);
}

static void handle_sgi(struct th_vcpu *v, unsigned sgi)
{
	account(v, &v->sgi[sgi], sgi);
	if (sgi == TH_PONG)
		(void)th_add(&v->answers);
	for (unsigned n = 0; sgi == TH_PING && n < TH_VCPUS; n++)
		if (atomic_exchange_explicit(&v->pinged_by[n], 0,
					     memory_order_relaxed))
			th_send(v, n, TH_PONG);
}

/* The handler's instructions go behind those that it interrupts. */
static void handle(struct th_vcpu *v, uint32_t intid)
{
	if (intid < TH_SGI_COUNT) {
		handle_sgi(v, intid);
	} else if (intid == MACHINE_PPI_VIRTUAL) {
		th_msr(v, CNTV_CTL, 3);
		(void)th_add(&v->fired);
	} else if (intid - 32 < TH_SPIS) {
		account(v, &v->vm->spi[intid - 32], intid);
		th_call(v, TH_LOWER + intid - 32, 0, 0, 0);
	} else if (intid != 1023) {
		th_fail("VM %u, vCPU %u: interrupt %u", v->vm->number, v->index,
			intid);
	}
	if (intid != 1023)
		th_msr(v, EOIR1, intid);
	(void)th_push(v, MACHINE_ERET);
}

static void enter_handler(struct th_vcpu *v)
{
	struct th_op *op;

	v->resume = v->next;
	v->resume_pc = v->pc;
	v->next = v->resume_count = v->count;
	op = th_push(v, MACHINE_MRS);
	op->insn.key = IAR1;
	v->handling = true;
	v->acknowledged = false;
}

static void leave_handler(struct th_vcpu *v)
{
	v->handling = false;
	v->next = v->resume;
	v->count = v->resume_count;
	v->pc = v->resume_pc;
}

/* ---- The machine asks -----------------------------------------------------
 */

static struct th_vcpu *of(struct machine_guest *guest)
{
	return (void *)((char *)guest - offsetof(struct th_vcpu, guest));
}

/* The instruction at v->pc is done. */
static void step(struct th_vcpu *v, const struct machine_state *state)
{
	v->next++;
	if (v->handling && !v->acknowledged) {
		v->acknowledged = true;
		handle(v, (uint32_t)state->x[2] & 0xffffff);
	} else if (v->handling && v->next == v->count) {
		leave_handler(v);
	}
}

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	struct th_vcpu *v = of(guest);
	const struct th_op *op;

	if (state->again)
		return;
	/* ERET is done, and the next one came at once. */
	if (state->pc == IRQ && v->handling && v->next + 1 == v->count &&
	    v->pc != IRQ)
		leave_handler(v);
	if (state->pc == IRQ && !v->handling) {
		/* What it interrupts may be done or not. */
		enter_handler(v);
	} else if (v->handling && v->next + 1 == v->count &&
		   state->pc - TH_VECTORS >= 0x800) {
		leave_handler(v); /* ERET is done */
		if (state->pc == v->pc + 4)
			step(v, state);
		else if (state->pc != v->pc)
			th_fail("ERET to %#llx", (unsigned long long)state->pc);
	} else if (state->pc == v->pc + 4) {
		step(v, state);
	}
	while (!v->handling && v->next == v->count)
		th_plan(v);
	op = &v->todo[v->next];
	v->pc = state->pc;
	for (unsigned n = 0; n < 3; n++)
		if (op->insn.op == MACHINE_HVC || n == 2)
			state->x[n] = op->x[n];
	*insn = op->insn;
}

void th_guest_reset(struct th_vcpu *v, uint64_t seed)
{
	v->random = seed * 1000 + v->vm->number * 100 + v->index;
	v->guest = (struct machine_guest){.next = next};
	v->phase = TH_BOOT;
	v->left = OPERATIONS;
	v->patience = TH_PATIENCE;
	v->wait = TH_NO_WAIT;
	v->handling = false;
	v->next = v->count = 0;
	v->pc = 0;
	memset(v->sgi, 0, sizeof(v->sgi));
	memset(v->pinged_by, 0, sizeof(v->pinged_by));
	atomic_store(&v->answers, 0);
	atomic_store(&v->fired, 0);
}

static void check(const struct th_count *count, bool each, const char *what)
{
	const uint32_t sent = th_get(&count->sent);

	if (th_get(&count->seen) != sent ||
	    (each && th_get(&count->taken) != sent))
		th_fail("%s: sent %u, taken %u, the last one at %u", what, sent,
			th_get(&count->taken), th_get(&count->seen));
}

void th_guest_check(const struct th_vm *vm)
{
	for (unsigned n = 0; n < TH_SPIS; n++)
		check(&vm->spi[n], true, "an SPI");
	for (unsigned n = 0; n < TH_VCPUS; n++)
		for (unsigned i = 0; i < TH_SGI_COUNT; i++)
			check(&vm->vcpu[n].sgi[i], false, "an SGI");
}
