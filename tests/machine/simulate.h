/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random guests on the library under hv's scheduler, and what must hold.
 *
 *   simulate.c         seeds, one process each; replays those that fail
 *   simulate_world.c   the machine, its VMs, and their end and new beginning
 *   simulate_memory.c  their memory
 *   simulate_host.c    hv's CPUs, interrupts and exits
 *   simulate_device.c  devices, and what else comes from outside
 *   simulate_guest.c   the guests: what was done must be what was to be done
 *   simulate_program.c how they begin, and how they handle interrupts
 *   simulate_choose.c  what they do otherwise, of simulate_op.c's operations
 *   simulate_watch.c   which interrupts must come, and which must not
 *   simulate_model.c   VMs whose vGIC is compared with gic_model.h
 */
#ifndef MACHINE_SIMULATE_H
#define MACHINE_SIMULATE_H

#include <arm_vcpu/arm_vcpu.h>

#include "base/lock.h"
#include "base/percpu.h"
#include "machine/machine.h"
#include "sched/sched.h"

#define SIM_VMS    4u
#define SIM_VCPUS  16u
#define SIM_PAGES  16u /* of a VM's memory that come and go */
#define SIM_WORDS  64u /* bytes of each that are used       */
#define SIM_SPIS   24u /* of a VM that devices raise        */
#define SIM_PASSED 22u /* this one is a physical interrupt  */
#define SIM_LEVELS 8u  /* of exceptions in a guest          */
#define SIM_TODO   64u

#define SIM_RAM     UINT64_C(0x40000000)
#define SIM_PAGE(n) (SIM_RAM + UINT64_C(0x100000) + (uint64_t)(n)*0x1000)
#define SIM_VECTORS UINT64_C(0x40002000)
#define SIM_ENTRY   UINT64_C(0x40080000)
#define SIM_WAIT    UINT64_C(0x40081000) /* behind it: for the baton */
#define SIM_DIST    UINT64_C(0x08000000)
#define SIM_REDIST  UINT64_C(0x080a0000)
#define SIM_DEVICE  UINT64_C(0x09000000) /* + 8 * n ends device n's level */
#define SIM_BLOCK   UINT64_C(0x200000)   /* what is mapped at SIM_RAM     */

#define SIM_IN_BLOCK(n) (SIM_PAGE(n) - SIM_RAM)

/* What the guest's program asked for, and how its end is judged. */
enum sim_kind {
	SIM_NOTHING,
	SIM_PLAIN, /* changes nothing, or only what apply() does */
	SIM_CALL,  /* may change x0 to x3                        */
	SIM_READ,  /* x[rt] is expect, if known                  */
	SIM_WRITE, /* of the shadow register `shadow`            */
	SIM_LOAD,  /* x[rt] is what accessed() saw               */
	SIM_FP,
	SIM_ACK, /* x[rt] is an INTID                          */
	SIM_END, /* EOIR                                       */
	SIM_DEACTIVATE,
	SIM_SGI,
	SIM_GROUP,  /* its private interrupts are of group 1     */
	SIM_READY,  /* the distributor is set up                 */
	SIM_RETURN, /* ERET                                      */
	SIM_DROP,   /* ERET to EL0, at level 0                    */
	SIM_JUMP,
	SIM_DAIF,
	SIM_MODE, /* ICC_CTLR_EL1                              */
};

struct sim_op {
	struct machine_insn insn; /* in a program, va is an IPA */
	uint64_t ipa;             /* what va is translated to   */
	enum sim_kind kind;
	bool known; /* expect holds */
	bool may_fail;
	uint64_t expect;
	uint64_t value;  /* that x[rt] has before */
	bool gic;        /* holds the baton until it is done       */
	uint8_t gic_reg; /* enum gic_model_icc, or a group         */
	uint64_t maybe;  /* vCPUs that an SGI may reach, as expect: must */
	unsigned shadow;
};

/* One level of exceptions; 0: none. */
struct sim_level {
	uint64_t pc, pstate; /* of the next instruction            */
	uint64_t elr, spsr;  /* where its end goes                 */
	struct sim_op todo[SIM_TODO];
	unsigned first, count;
	uint32_t intid; /* what it serves                     */
	bool fiq, sync;
};

/* Registers that are a guest's alone and that it knows the values of. */
enum sim_shadow {
	SHADOW_NONE,
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset)   SHADOW_##name,
#define ORDERED_REG(name, op0, op1, crn, crm, op2, reset) SHADOW_##name,
#define CONTROL_REG(name, op0, op1, crn, crm, op2, reset)
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	SHADOW_SP_EL0,
	SHADOW_COUNT,
};

struct sim_vcpu {
	struct hv_vcpu host; /* first */
	struct machine_guest guest;
	struct sim_vm *vm;
	unsigned number; /* in all */
	unsigned index;  /* in its VM */
	/* The guest's own idea. */
	uint64_t x[31], v[32];
	uint64_t shadow[SHADOW_COUNT];
	struct sim_level level[SIM_LEVELS];
	unsigned depth;
	struct sim_op op; /* under way */
	bool from_todo;
	uint64_t seen; /* by accessed() or executed() */
	bool was_seen;
	bool split;      /* EOImode */
	bool working;    /* its interrupts are set up */
	bool fired;      /* CNTP_CTL_EL0 has just said so */
	unsigned remaps; /* of its tables, modulo 4; a reset keeps it */
	bool grouped;    /* SGIs of group 1 reach it */
	uint64_t count;
	/* The watch's: for each private interrupt. */
	struct sim_watch *private;
	uint64_t idle_since; /* made steps when it was seen to be parked */
	uint64_t ready_since;
};

/* What it may do, and what it must. */
enum sim_pending { SIM_LOW, SIM_MAYBE, SIM_MUST };

/* An interrupt as its sources and those who take it see it. */
struct sim_watch {
	enum sim_pending pending;
	bool edge;
	unsigned raising; /* calls under way                           */
	bool taken_meanwhile;
	unsigned patience;       /* instructions before which it could have
				  * been taken                              */
	unsigned target;         /* vCPU's index, of SPIs                   */
	struct sim_vcpu *active; /* by whom                        */
};

/* A page of a VM's memory. */
struct sim_page {
	uint64_t pa, old_pa;
	unsigned attr, old_attr; /* of enum arm_stage2_attr; 0: not mapped */
	bool mapped, old_mapped;
	bool changing;
};

struct sim_vm {
	struct hv_sched_vm sched; /* first */
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[2];
	struct arm_stage2 s2;
	struct arm_vcpu *table[SIM_VCPUS];
	struct sim_vcpu *vcpu[SIM_VCPUS];
	unsigned vcpus, number, cluster; /* vCPUs of one Aff1 */
	uint64_t cntvoff;
	uint64_t midr; /* as a guest of it has seen it */
	uint32_t programs;
	bool has_vgic, host_sysregs;
	bool tame;            /* keeps to simulate_watch.c's rules */
	bool modelled;        /* the reference model looks          */
	uint64_t moves_until; /* made steps: an SPI may be under way */
	void *holder;         /* of simulate_model.c's baton        */
	_Atomic bool memory;  /* locks s2 and page */
	struct sim_page page[SIM_PAGES];
	/* Both copies of each page, as they must be. */
	uint8_t bytes[SIM_PAGES][2][SIM_WORDS];
	struct hv_lock devices; /* covers lines */
	bool up;                /* devices may raise */
	bool ready;             /* the distributor is set up */
	bool routed;            /* SPIs go where spi[].target says */
	struct sim_watch spi[SIM_SPIS];
	uint64_t lives;
};

struct sim {
	struct hv_cpu cpu[MACHINE_CPUS];
	struct sim_vm vm[SIM_VMS];
	struct sim_vcpu vcpu[SIM_VCPUS];
	struct arm_stage2_vmid_pool vmids;
	struct hv_lock vmid_lock;
	unsigned cpus, vms, vcpus;
	uint64_t slice;
	bool traps_dir;
	bool made;         /* all is set up */
	unsigned churn;    /* one exit in so many changes memory        */
	unsigned calm;     /* one handler in so many is interrupted     */
	unsigned patience; /* one interrupt in so many leaves the guest */
	unsigned kills;    /* one in so many exits; 0: never */
	unsigned storms;   /* one in so many steps a device raises */
	/* What happened. */
	uint64_t exits, interrupts, lives, acks, mmio;
};

extern struct sim sim;

/* One in so many. */
static inline bool sim_chance(uint32_t in)
{
	return machine_random(in) == 0;
}

/* simulate_world.c */
void sim_make(uint64_t seed, bool trace);
void sim_vm_end(struct hv_sched_vm *sched);
uint64_t sim_mpidr(const struct sim_vm *vm, unsigned index);
/* It must have worked. */
void sim_expect(int status, const char *what);

/* simulate_memory.c */
void sim_make_memory(struct sim_vm *vm);
void sim_remake_memory(struct sim_vm *vm);
void sim_change_memory(struct sim_vm *vm);
/* The page at ipa is mapped with all rights again. */
void sim_page_in(struct sim_vm *vm, uint64_t ipa);
void sim_accessed(struct machine_guest *guest, const struct machine_insn *insn,
		  uint64_t ipa, uint64_t pa, uint64_t value);

/* simulate_host.c */
extern const struct arm_pcpu_ops sim_pcpu_ops;
extern const struct arm_vm_ops sim_vm_ops;
extern const struct hv_sched_ops sim_sched_ops;
void sim_cpu_main(void *arg);

/* simulate_device.c */
/* What goes on outside of the CPUs, after each step. */
void sim_environment(void);
/* Everything is at rest, and nothing was owed: a device begins anew. */
void sim_wake_up(void);
/* What a device answers. */
uint64_t sim_device_value(uint64_t ipa);
void sim_drive(struct sim_vm *vm, unsigned spi, bool level);
/* True: the physical interrupt stays active, for the guest. */
bool sim_serve_spi(uint32_t intid, struct arm_vcpu *vcpu);
void sim_inject(struct sim_vm *vm);
/* An access tells a device to lower its input. */
bool sim_ends_level(const struct sim_vm *vm,
		    const struct arm_vcpu_exit_mmio *access);

/* simulate_guest.c */
struct machine_guest *sim_guest_of(struct arm_vcpu *vcpu);
void sim_guest_reset(struct sim_vcpu *vcpu, uint64_t entry, uint64_t x0);
void sim_executed(struct machine_guest *guest, unsigned key, bool read,
		  uint64_t value);
/* A value that says whose it is. */
uint64_t sim_mark(const struct sim_vcpu *vcpu);

/* simulate_program.c */
void sim_boot(struct sim_vcpu *vcpu);
void sim_enter(struct sim_vcpu *vcpu, uint64_t esr);
/* An INTID was acknowledged: what is to be done about it. */
void sim_taken(struct sim_vcpu *vcpu, uint32_t intid);

/* simulate_choose.c */
void sim_choose(struct sim_vcpu *vcpu, struct sim_op *op);
/* What a VM's guests choose from. */
uint32_t sim_choose_programs(void);

/* simulate_watch.c */
struct sim_watch *sim_watch_of(struct sim_vcpu *vcpu, uint32_t intid);
void sim_watch_reset(struct sim_vm *vm);
void sim_raise_begin(struct sim_watch *watch);
void sim_raise_end(struct sim_watch *watch);
void sim_raise_cancel(struct sim_watch *watch);
/* A level: SIM_MAYBE while it changes. */
void sim_watch_line(struct sim_watch *watch, enum sim_pending pending);
void sim_watch_ack(struct sim_vcpu *vcpu, uint32_t intid);
void sim_watch_deactivated(struct sim_vcpu *vcpu, uint32_t intid);
/* The vCPU could take an interrupt before its next instruction. */
void sim_watch_open(struct sim_vcpu *vcpu);
/* Now and then: nobody waits in vain. */
void sim_watch_look(void);
/* Nothing will happen any more: nobody waits for anything. */
void sim_watch_rest(void);

/* simulate_model.c */
void sim_model_make(struct sim_vm *vm, unsigned priority_bits);
void sim_model_reset(struct sim_vm *vm);
void sim_model_power_on(const struct sim_vcpu *vcpu);
/* False: somebody else is at it. */
bool sim_model_begin(struct sim_vm *vm, void *holder);
void sim_model_end(struct sim_vm *vm, const void *holder);
/* The same for the vCPU's operation, if it is one that counts. */
bool sim_model_take(struct sim_vcpu *vcpu);
/* It has been done: value was written, or read. */
void sim_model_did(struct sim_vcpu *vcpu, uint64_t value);
void sim_model_line(struct sim_vm *vm, uint32_t intid, bool level);
void sim_model_latch(const struct sim_vcpu *vcpu, uint32_t intid);
/* What the vCPU must take, 1023 for nothing. */
uint32_t sim_model_owed(const struct sim_vcpu *vcpu);
void sim_model_open(const struct sim_vcpu *vcpu, uint64_t pstate);

#endif
