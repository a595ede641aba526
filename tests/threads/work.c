/* SPDX-License-Identifier: Apache-2.0 */
/* What a vCPU's guest does when nothing interrupts it. */
#include "arch/spsr.h"
#include "guest.h"

#define VBAR_EL1  MACHINE_SYSREG(3, 0, 12, 0, 0)
#define DAIF      MACHINE_SYSREG(3, 3, 4, 2, 1)
#define PMR       MACHINE_SYSREG(3, 0, 4, 6, 0)
#define IGRPEN1   MACHINE_SYSREG(3, 0, 12, 12, 7)
#define SGI1R     MACHINE_SYSREG(3, 0, 12, 11, 5)
#define CNTV_TVAL MACHINE_SYSREG(3, 3, 14, 3, 0)
#define CNTV_CTL  MACHINE_SYSREG(3, 3, 14, 3, 1)

#define CPU_OFF    0x84000002u
#define CPU_ON     UINT64_C(0xc4000003)
#define SYSTEM_OFF 0x84000008u

static uint32_t draw(struct th_vcpu *v, uint32_t below)
{
	v->random = v->random * UINT64_C(6364136223846793005) +
		    UINT64_C(1442695040888963407);
	return (uint32_t)(v->random >> 33) % below;
}

/* ---- What is still to be executed -----------------------------------------
 */

struct th_op *th_push(struct th_vcpu *v, enum machine_op op)
{
	struct th_op *at = &v->todo[v->count];

	if (v->count++ == TH_TODO)
		th_fail("too much to do");
	*at = (struct th_op){
		.insn = {.op = op, .rt = 2, .width = 8, .amount = 1}};
	return at;
}

void th_msr(struct th_vcpu *v, unsigned key, uint64_t value)
{
	struct th_op *op = th_push(v, MACHINE_MSR);

	op->insn.key = key;
	op->x[2] = value;
}

static void store(struct th_vcpu *v, uint64_t va, unsigned width,
		  uint64_t value)
{
	struct th_op *op = th_push(v, MACHINE_STORE);

	op->insn.va = va;
	op->insn.width = (uint8_t)width;
	op->x[2] = value;
}

static void load(struct th_vcpu *v, uint64_t va)
{
	struct th_op *op = th_push(v, MACHINE_LOAD);

	op->insn.va = va;
	op->insn.width = 4;
}

void th_call(struct th_vcpu *v, uint32_t imm, uint64_t x0, uint64_t x1,
	     uint64_t x2)
{
	struct th_op *op = th_push(v, MACHINE_HVC);

	op->insn.amount = imm;
	op->x[0] = x0;
	op->x[1] = x1;
	op->x[2] = x2;
}

static void pass(struct th_vcpu *v, uint32_t steps)
{
	th_push(v, MACHINE_NOP)->insn.amount = steps;
}

static uint64_t frame(unsigned index)
{
	return TH_REDIST + index * UINT64_C(0x20000) + 0x10000;
}

void th_send(struct th_vcpu *v, unsigned to, unsigned sgi)
{
	(void)th_add(&v->vm->vcpu[to].sgi[sgi].sent);
	th_msr(v, SGI1R, UINT64_C(1) << to | (uint64_t)sgi << 24);
}

/* ---- What a vCPU does -----------------------------------------------------
 */

static void boot(struct th_vcpu *v)
{
	th_msr(v, VBAR_EL1, TH_VECTORS);
	store(v, frame(v->index) + 0x80, 4, UINT32_MAX);
	store(v, frame(v->index) + 0x100, 4, 0x0800ffff);
	th_msr(v, PMR, 0xff);
	th_msr(v, IGRPEN1, 1);
	if (v->index == 0) {
		store(v, TH_DIST + 0x84, 4, UINT32_MAX);
		store(v, TH_DIST + 0x104, 4, (1u << TH_SPIS) - 1);
		store(v, TH_DIST, 4, 2);
	}
	for (unsigned n = 1; v->index == 0 && n < TH_VCPUS; n++)
		th_call(v, 0, CPU_ON, n, TH_ENTRY);
	th_msr(v, DAIF, 0);
}

static void choose(struct th_vcpu *v)
{
	const unsigned other = draw(v, TH_VCPUS), spi = draw(v, TH_SPIS);
	const uint64_t at = frame(other);
	uint32_t bit = 1u << draw(v, TH_SGI_COUNT);

	switch (draw(v, 16)) {
	case 0:
	case 1:
		if (other == v->index)
			break;
		atomic_store_explicit(&v->vm->vcpu[other].pinged_by[v->index],
				      1, memory_order_relaxed);
		v->awaited = th_get(&v->answers) + 1;
		v->wait = TH_WAIT_ANSWER;
		th_send(v, other, TH_PING);
		th_msr(v, DAIF, SPSR_I);
		break;
	case 2:
		v->awaited = th_get(&v->fired) + 1;
		v->wait = TH_WAIT_TIMER;
		th_msr(v, CNTV_TVAL, 50 + draw(v, 3000));
		th_msr(v, CNTV_CTL, 1);
		th_msr(v, DAIF, SPSR_I);
		break;
	case 3:
		store(v, at + 0x180, 4, bit);
		store(v, at + 0x100, 4, bit);
		break;
	case 4:
		bit = 1u << spi;
		store(v, TH_DIST + 0x184, 4, bit);
		store(v, TH_DIST + 0x104, 4, bit);
		break;
	case 5:
		load(v, at + (draw(v, 2) ? 0x200 : 0x300));
		break;
	case 6:
		load(v, TH_DIST + (draw(v, 2) ? 0x204 : 0x304));
		break;
	case 7:
		load(v, draw(v, 2) ? TH_DIST : at - 0x10000);
		break;
	case 8:
	case 9:
		th_call(v, TH_RAISE + spi, 0, 0, 0);
		break;
	case 10:
		store(v, TH_DIST + 0x6100 + 8 * spi, 8, other);
		break;
	case 11:
		(void)th_push(v, MACHINE_WFE);
		break;
	case 12:
		pass(v, 1 + draw(v, 500));
		break;
	default:
		th_send(v, other, draw(v, TH_SGIS));
		break;
	}
}

/* Masked, so that what comes after the look ends the WFI. */
static void wait(struct th_vcpu *v)
{
	const uint32_t seen = v->wait == TH_WAIT_TIMER ? th_get(&v->fired)
						       : th_get(&v->answers);

	if (seen != v->awaited)
		(void)th_push(v, MACHINE_WFI);
	else
		v->wait = TH_NO_WAIT;
	th_msr(v, DAIF, 0);
	if (v->wait != TH_NO_WAIT)
		th_msr(v, DAIF, SPSR_I);
}

static bool all_taken(const struct th_vcpu *v)
{
	for (unsigned n = 0; n < TH_SGI_COUNT; n++)
		if (th_get(&v->sgi[n].seen) != th_get(&v->sgi[n].sent))
			return false;
	for (unsigned n = 0; n < TH_SPIS; n++)
		if (atomic_load_explicit(&v->vm->high[n], memory_order_relaxed))
			return false;
	return true;
}

/* It lets others run in each round: who is not woken does nothing in all of
 * them, and neither does what was lost come. */
static void be_patient(struct th_vcpu *v)
{
	const uint32_t progress = th_get(&v->vm->progress);

	if (progress != v->progress)
		v->patience = TH_PATIENCE;
	v->progress = progress;
	if (!v->patience--)
		th_fail("VM %u, vCPU %u: %s", v->vm->number, v->index,
			all_taken(v) ? "another one sleeps for ever"
				     : "an interrupt was lost");
	pass(v, 20);
	(void)th_push(v, MACHINE_WFE);
}

/* Nobody sends any more: what was sent has to come. */
static void finish(struct th_vcpu *v)
{
	const uint32_t off = th_get(&v->vm->off);

	if (v->phase == TH_WORK) {
		v->phase = TH_DONE;
		(void)th_add(&v->vm->done);
		(void)th_add(&v->vm->progress);
	}
	if (th_get(&v->vm->done) == TH_VCPUS && all_taken(v) &&
	    (v->index || off == TH_VCPUS - 1)) {
		(void)th_add(&v->vm->off);
		(void)th_add(&v->vm->progress);
		th_call(v, 0, v->index ? CPU_OFF : SYSTEM_OFF, 0, 0);
		return;
	}
	be_patient(v);
}

void th_plan(struct th_vcpu *v)
{
	v->next = v->count = 0;
	if (v->phase == TH_BOOT) {
		v->phase = TH_STARTED;
		boot(v);
	} else if (v->phase == TH_STARTED) {
		v->phase = TH_READY;
		(void)th_add(&v->vm->ready);
	} else if (v->phase == TH_READY) {
		if (th_get(&v->vm->ready) == TH_VCPUS)
			v->phase = TH_WORK;
		else
			pass(v, 20);
	} else if (v->wait != TH_NO_WAIT) {
		wait(v);
	} else if (v->left) {
		v->left--;
		(void)th_add(&v->vm->progress);
		choose(v);
	} else {
		finish(v);
	}
}
