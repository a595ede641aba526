/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts and the physical timer, each virtualised or the guest's own: a
 * guest that sets the GIC up, lets a timer fire, and takes, ends and counts
 * the interrupt by its own vectors.
 */
#include "el2.h"

#define HANDLER      0x4280u /* of an IRQ, current EL with SP_ELx */
#define HYP_TIMER    26u
#define MAINTENANCE  25u
#define CTLR_EOIMODE 2u

/* x19: its timer's bit; x20: the INTID it took; x21: how many. */
#define SET_UP                                                      \
	"	mov	x0, #0x40000000\n"                                    \
	"	add	x0, x0, #0x4000\n"                                    \
	"	msr	vbar_el1, x0\n"                                       \
	"	mov	x1, #0x08000000\n"                                    \
	"	mov	w2, #0x12\n" /* ARE, group 1 */             \
	"	str	w2, [x1]\n"                                           \
	"	mov	x1, #0x080a0000\n"                                    \
	"	ldr	w2, [x1, #0x14]\n" /* GICR_WAKER */         \
	"	and	w2, w2, #0xfffffffd\n"                                \
	"	str	w2, [x1, #0x14]\n"                                    \
	"1:	ldr	w2, [x1, #0x14]\n"                                  \
	"	tbnz	w2, #2, 1b\n"                                        \
	"	mov	x1, #0x080b0000\n"                                    \
	"	mov	w2, #0xa0\n"                                          \
	"	strb	w2, [x1, #0x41b]\n" /* GICR_IPRIORITYR */   \
	"	strb	w2, [x1, #0x41e]\n"                                  \
	"	str	w19, [x1, #0x80]\n"  /* GICR_IGROUPR0 */    \
	"	str	w19, [x1, #0x100]\n" /* GICR_ISENABLER0 */  \
	"	mov	x2, #0xf0\n"                                          \
	"	msr	S3_0_C4_C6_0, x2\n"    /* ICC_PMR_EL1 */    \
	"	msr	S3_0_C12_C12_4, xzr\n" /* ICC_CTLR_EL1 */   \
	"	mov	x2, #1\n"                                             \
	"	msr	S3_0_C12_C12_7, x2\n" /* ICC_IGRPEN1_EL1 */ \
	"	isb\n"                                                    \
	"	mov	x2, #20000\n"
/* It only ends what hangs. */
#define WAIT                       \
	"	isb\n"                   \
	"	msr	daifclr, #2\n"       \
	"	mov	x23, #0x200000000\n" \
	"2:	cbnz	x21, 3f\n"        \
	"	subs	x23, x23, #1\n"     \
	"	b.ne	2b\n"               \
	"3:	msr	daifset, #2\n"     \
	"	hvc	#1\n"

GUEST_CODE(guest_physical, SET_UP "	msr	cntp_tval_el0, x2\n"
				  "	mov	x2, #1\n"
				  "	msr	cntp_ctl_el0, x2\n" WAIT);
/* It asks the emulated CNTP, too: it has no interrupt, but all the rest. */
GUEST_CODE(guest_virtual, SET_UP "	msr	cntv_tval_el0, x2\n"
				 "	mov	x3, #100\n"
				 "	msr	cntp_cval_el0, x3\n"
				 "	mov	x2, #1\n"
				 "	msr	cntp_ctl_el0, x2\n"
				 "	mrs	x22, cntp_ctl_el0\n"
				 "	msr	cntp_ctl_el0, xzr\n"
				 "	mov	x3, #-1\n"
				 "	lsr	x3, x3, #2\n"
				 "	msr	cntp_cval_el0, x3\n"
				 "	msr	cntp_ctl_el0, x2\n"
				 "	msr	cntv_ctl_el0, x2\n" WAIT);
GUEST_CODE(guest_handler, "	mrs	x20, S3_0_C12_C12_0\n"
			  "	msr	cntp_ctl_el0, xzr\n"
			  "	msr	cntv_ctl_el0, xzr\n"
			  "	isb\n"
			  "	add	x21, x21, #1\n"
			  "	msr	S3_0_C12_C12_1, x20\n"
			  "	isb\n"
			  "	eret\n");

/* This CPU with a host that serves its interrupts. */
static struct arm_pcpu serving;
static unsigned interrupts, physical_timer;

static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static void set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t at)
{
	(void)ctx;
	(void)vcpu;
	deadline = at;
	if (at == UINT64_MAX) {
		WRITE_SYSREG(cnthp_ctl_el2, 0);
		return;
	}
	WRITE_SYSREG(cnthp_cval_el2, at);
	WRITE_SYSREG(cnthp_ctl_el2, 1);
}

static enum arm_pcpu_irq_action serve(void *ctx, struct arm_vcpu *vcpu)
{
	uint32_t intid = (uint32_t)READ_SYSREG(ICC_IAR1_EL1);

	(void)ctx;
	if (intid >= 1020)
		return ARM_PCPU_IRQ_RESUME;
	interrupts++;
	WRITE_SYSREG(ICC_EOIR1_EL1, intid);
	if (intid == PTIMER && vcpu) {
		physical_timer++;
		CHECK_EQ(arm_vgic_inject_hw(vcpu, PTIMER, PTIMER), ARM_VCPU_OK);
		return ARM_PCPU_IRQ_RESUME;
	}
	if (intid == HYP_TIMER) {
		WRITE_SYSREG(cnthp_ctl_el2, 0);
		CHECK_EQ(arm_vcpu_timer_expired(&vcpus[0]), ARM_VCPU_OK);
	} else if (intid == MAINTENANCE && vcpu) {
		CHECK_EQ(arm_vgic_maintenance(vcpu), ARM_VCPU_OK);
	}
	ISB();
	WRITE_SYSREG(ICC_DIR_EL1, intid);
	return ARM_PCPU_IRQ_RESUME;
}

static const struct arm_pcpu_ops serving_ops = {.irq = serve};
static const struct arm_vm_ops alarm_ops = {.kick = kick,
					    .set_timer = set_timer};

/* A world on the CPU that serves; the GIC as a host leaves it. */
static void begin(bool interrupts_pass, bool timers_pass)
{
	static bool made;
	const struct world world = {
		.vm = {.ops = &alarm_ops},
		.setup = {.passthrough_interrupts = interrupts_pass,
			  .passthrough_timers = timers_pass},
		.vgic = !interrupts_pass,
	};

	new_world(&world);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	if (!made)
		CHECK_EQ(arm_pcpu_init(&serving, &serving_ops, NULL),
			 ARM_VCPU_OK);
	made = true;
	CHECK_EQ(arm_pcpu_hardware_enable(&serving), ARM_VCPU_OK);
	gic_init();
	WRITE_SYSREG(ICC_CTLR_EL1, CTLR_EOIMODE);
	ISB();
	interrupts = physical_timer = 0;
	guest_load_at(HANDLER, guest_handler, guest_handler_end);
}

static void run_with(uint32_t intid)
{
	CHECK_EQ(arm_vcpu_set_gpr(&vcpus[0], 19, UINT64_C(1) << intid),
		 ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_set_gpr(&vcpus[0], 21, 0), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_bind(&vcpus[0], &serving), ARM_VCPU_OK);
	run_again();
	/* The first exit is the guest's last word: it took its interrupt
	 * without one. */
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, 1);
	CHECK_EQ(gpr(20), intid);
	CHECK_EQ(gpr(21), 1);
}

static void end(void)
{
	/* A test that was given up may have left it bound, or not. */
	(void)arm_vcpu_unbind(&vcpus[0]);
	WRITE_SYSREG(cnthp_ctl_el2, 0);
	CHECK_EQ(arm_pcpu_hardware_disable(&serving), ARM_VCPU_OK);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
	gic_init();
}

static void map_gic(void)
{
	map_device(GICD_BASE, 0x10000);
	map_device(GICR_BASE, GICR_SIZE);
}

/* The guest's machine is the machine: the host is not asked, nor told. */
static void both_pass(void)
{
	begin(true, true);
	map_gic();
	LOAD(guest_physical);
	run_with(PTIMER);
	CHECK_EQ(interrupts, 0);
	CHECK_EQ(deadline, UINT64_MAX);
	CHECK_EQ(reg(ARM_VCPU_REG(HCR_EL2)) & 0x18, 0); /* FMO, IMO */
	end();
}

static void interrupts_pass(void)
{
	begin(true, false);
	map_gic();
	LOAD(guest_virtual);
	run_with(VTIMER);
	CHECK_EQ(interrupts, 0);
	CHECK_EQ(gpr(22), 5); /* ENABLE, ISTATUS */
	/* Withdrawn by the guest's handler. */
	CHECK_EQ(deadline, UINT64_MAX);
	end();
}

static void timers_pass(void)
{
	begin(false, true);
	gic_enable(PTIMER, 0x80);
	LOAD(guest_physical);
	run_with(PTIMER);
	CHECK(physical_timer >= 1);
	CHECK_EQ(deadline, UINT64_MAX);
	unbind(0);
	/* The guest's deactivation was the physical one's. */
	CHECK_EQ(mmio_read32(gic_bitmap(GICD_ISACTIVER, PTIMER)) >> PTIMER & 1,
		 0);
	end();
}

static void nothing_passes(void)
{
	begin(false, false);
	gic_enable(HYP_TIMER, 0x80);
	LOAD(guest_physical);
	run_with(PTIMER);
	CHECK_EQ(physical_timer, 0);
	CHECK(interrupts >= 1);
	end();
}

GUEST_CODE(guest_keeps, "	mov	x2, #0x7777\n"
			"	lsl	x2, x2, #44\n"
			"	msr	cntp_cval_el0, x2\n"
			"	mov	x3, #3\n" /* ENABLE, IMASK */
			"	msr	cntp_ctl_el0, x3\n"
			"	hvc	#1\n"
			"	mrs	x4, cntp_cval_el0\n"
			"	mrs	x5, cntp_ctl_el0\n"
			"	hvc	#2\n");

/* The guest's CNTP goes with its vCPU, and leaves the CPU without it. */
static void timer_is_kept(void)
{
	const struct arm_vcpu_setup setup = {.passthrough_timers = true};

	new_world(&(struct world){.setup = setup});
	RUN(guest_keeps);
	unbind(0);
	CHECK_EQ(READ_SYSREG(cntp_ctl_el0) & 1, 0);
	CHECK_EQ(reg(ARM_VCPU_REG(CNTP_CVAL_EL0)), UINT64_C(0x7777) << 44);
	WRITE_SYSREG(cntp_cval_el0, 5);
	run_again();
	CHECK_EQ(out.call.imm, 2);
	CHECK_EQ(gpr(4), UINT64_C(0x7777) << 44);
	CHECK_EQ(gpr(5), 3);
}

static void no_vgic_beside(void)
{
	const struct arm_vcpu_setup setup = {.passthrough_interrupts = true};

	new_world(&(struct world){.vgic = true});
	CHECK_EQ(arm_vcpu_setup(&vcpus[0], &setup), ARM_VCPU_ERR_INVALID);
}

void passthrough_tests(void)
{
	static const struct test tests[] = {
		{"interrupts and timers are the guest's", both_pass},
		{"interrupts are the guest's, timers not", interrupts_pass},
		{"timers are the guest's, interrupts not", timers_pass},
		{"neither is the guest's", nothing_passes},
		{"a timer of the guest's goes with it", timer_is_kept},
		{"the guest's own interrupts: no vGIC", no_vgic_beside},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
