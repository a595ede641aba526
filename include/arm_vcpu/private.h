/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fields of the structs that a host embeds. They are here so that the
 * compiler knows their sizes; nobody but the library reads or writes them, and
 * they change without notice. The functions of the other headers are the way
 * to all of it.
 */
#ifndef ARM_VCPU_PRIVATE_H
#define ARM_VCPU_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/features.h>
#include <arm_vcpu/guest_regs.h>
#include <arm_vcpu/host.h>
#include <arm_vcpu/language.h>
#include <arm_vcpu/trap_frame.h>

ARM_VCPU_BEGIN

struct arm_vcpu;

/* The slots of struct arm_guest_regs, in its order. */
enum arm_reg {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) ARM_REG_##name,
#define ORDERED_REG                                     GUEST_REG
#define CONTROL_REG                                     GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	ARM_REG_COUNT
};

ARM_VCPU_STATIC_ASSERT(sizeof(struct arm_guest_regs) == ARM_REG_COUNT * 8u,
		       "one 64-bit slot a register");

/* The VMIDs of a machine. */
struct arm_stage2_vmid_pool {
	arm_vcpu_atomic_u64 next; /* generation << 16 | next VMID */
	uint32_t bits;            /* 8 or 16                      */
};

/* An address space. */
struct arm_stage2 {
	const struct arm_stage2_ops *ops;
	void *ctx;
	uint64_t *root;
	uint64_t root_pa;
	uint64_t vtcr;
	uint64_t vmid; /* generation << 16 | VMID; 0: never had one */
	uint8_t ipa_bits;
	uint8_t pa_bits;
	uint8_t start_level; /* 0, 1 or 2                           */
	uint8_t root_order;  /* 2^n concatenated root pages         */
	bool fwb;
};

#define ARM_VGIC_BANK_IRQS 32u /* interrupts in a bank */
#define ARM_VGIC_MAX_LRS   16u /* list registers of any CPU */

/*
 * 32 consecutive INTIDs, one bit each. What belongs to the lock and
 * what is written without it is told in src/gic/vgic.h.
 */
struct arm_vgic_bank {
	arm_vcpu_atomic_u32 lock;
	arm_vcpu_atomic_u32 latch;   /* pending by edge, ISPENDR or as an SGI,
				      * and not moved to a list register      */
	arm_vcpu_atomic_u32 line;    /* input level; counts where edge is 0   */
	arm_vcpu_atomic_u32 enabled; /* ISENABLER                             */
	arm_vcpu_atomic_u32 group;   /* IGROUPR: 1 = group 1                  */
	arm_vcpu_atomic_u32 edge;    /* ICFGR: 1 = edge-triggered             */
	arm_vcpu_atomic_u32 active;  /* active and not in a list register     */
	arm_vcpu_atomic_u32 listed;  /* sits in a list register               */
	uint32_t moved;    /* listed, and the latch moved there too        */
	uint32_t inactive; /* listed, but was deactivated since            */
	uint32_t forced;   /* active by ISACTIVER: no EOI is to come       */
	uint32_t hw;       /* a physical interrupt stays active for it     */
	arm_vcpu_atomic_u8 priority[ARM_VGIC_BANK_IRQS];
	uint8_t taken[ARM_VGIC_BANK_IRQS]; /* where active: as it became so,
					    * priority and group (bit 0)  */
	arm_vcpu_atomic_u16 target[ARM_VGIC_BANK_IRQS]; /* vCPU index, SPIs  */
	arm_vcpu_atomic_u16 holder[ARM_VGIC_BANK_IRQS]; /* where listed or
							 * active: vCPU, LR   */
	uint16_t physical[ARM_VGIC_BANK_IRQS]; /* INTID, where hw is set   */
	uint64_t router[ARM_VGIC_BANK_IRQS];   /* IROUTER, SPIs only       */
};

/* What a vCPU has asked others about their list registers, for one load that
 * it may have to execute again. */
struct arm_vgic_inquiry {
	const struct arm_vgic_bank *bank;
	uint64_t pc;
	uint64_t elr;   /* ELR_EL1 then */
	uint32_t asked; /* about these of the bank's interrupts */
	bool asked_lines;
	uint32_t lines; /* the ticket, about the timers' lines */
	uint32_t ticket[ARM_VGIC_BANK_IRQS];
	uint16_t holder[ARM_VGIC_BANK_IRQS]; /* that was asked, and LR */
};

/* A vCPU's part: its own interrupts, list registers, redistributor. */
struct arm_vgic_cpu {
	struct arm_vgic_bank bank;     /* INTID 0 to 31 */
	uint64_t lr[ARM_VGIC_MAX_LRS]; /* canonical unless resident        */
	uint64_t ap0r[4];
	uint64_t ap1r[4];
	uint32_t vmcr;
	uint32_t hcr;         /* ICH_HCR_EL2 wanted                           */
	uint32_t lr_dirty;    /* bit n: lr[n] must be written to the hardware */
	uint32_t lr_used;     /* bit n: lr[n] was handed out and not folded   */
	uint32_t retire_ppis; /* physical PPIs to deactivate on this CPU  */
	uint32_t retire_banks; /* bit n: bank n has physical SPIs to do so */
	uint32_t watch; /* timers' PPIs that sit in LRs as pending          */
	uint8_t lr_count;
	arm_vcpu_atomic_bool resident; /* the hardware holds lr[] */
	bool hcr_dirty;
	arm_vcpu_atomic_u32 waker; /* GICR_WAKER.ProcessorSleep; any CPU's  */
	/* Bit n: bank n may hold something to deliver here (0: private);
	 * bit 32: another vCPU asks what the list registers hold. */
	arm_vcpu_atomic_u64 attention;
	arm_vcpu_atomic_u32 wanted;   /* questions asked                   */
	arm_vcpu_atomic_u32 answered; /* and answered, in seen             */
	arm_vcpu_atomic_u32 seen_outputs; /* levels of the timers' PPIs     */
	arm_vcpu_atomic_u64 seen[ARM_VGIC_MAX_LRS];
	struct arm_vgic_inquiry inquiry;
};

/* A VM's part: the distributor. */
struct arm_vgic {
	struct arm_vm *vm;
	struct arm_vgic_bank *banks;
	uint64_t dist_base;
	uint64_t redist_base;
	uint32_t bank_count;
	uint32_t spi_count;
	uint32_t typer;              /* GICD_TYPER                           */
	arm_vcpu_atomic_u32 ctlr;    /* GICD_CTLR: EnableGrp0, EnableGrp1 */
	arm_vcpu_atomic_u32 late;    /* writes that did not reach all LRs   */
	arm_vcpu_atomic_u32 arrived; /* of those, the ones that have since */
};

/* Trap registers of EL2 that are 0 for guests. */
#define ARM_PCPU_ZEROED 12u

/* What enabling replaces and disabling puts back. */
struct arm_pcpu_saved {
	uint64_t vbar, hcr, cptr, mdcr, hstr, cnthctl, vpidr, vmpidr, cntvoff;
	uint64_t vtcr, vttbr, oslsr;
	uint64_t sre, mpam2, mpamhcr;
	uint64_t zeroed[ARM_PCPU_ZEROED];
};

/* Bytes; of struct arm_pcpu, for the report of a fatal exception. */
#define ARM_PCPU_FATAL_STACK_SIZE 4096u

/* A physical CPU. */
struct arm_pcpu {
	arm_vcpu_atomic_u64 mpidr; /* read from any CPU */
	struct arm_pcpu *next;
	uint32_t guard;         /* what is done first when a guest is left */
	uint32_t checks_stage1; /* 1: an abort may be stage 1's, all the same */
	const struct arm_pcpu_ops *ops;
	/* The report of a fatal exception needs no working host stack. */
	ARM_VCPU_ALIGNED(16)
	unsigned char fatal_stack[ARM_PCPU_FATAL_STACK_SIZE];
	void *ctx;
	struct arm_vcpu *bound; /* whose EL1 state is in this CPU */
	struct arm_vcpu *last_bound;
	uint64_t host_daif; /* when that was bound */
	uint64_t vectors;
	/* Fills in guard and vectors, or null; see arm_pcpu_guard(). */
	void (*find_guard)(struct arm_pcpu *pcpu);
	bool firmware; /* answers SMCs */
	/* About SMCCC_ARCH_WORKAROUND_1 to 3, as SMCCC_ARCH_FEATURES does. */
	int8_t workaround[3];
	bool registered;
	arm_vcpu_atomic_bool enabled; /* read from any CPU */
	bool is_news;                 /* the first CPU of its kind */
	bool dying;                   /* a fatal report is being printed */
	/* An erratum of this CPU, or of one behind it in the list, wants TLB
	 * maintenance twice: the head of the list speaks for all. */
	bool repeat_tlbi;
	struct arm_pcpu_saved saved;
	struct arm_pcpu_features features;
};

/* A VM and its vCPUs. */
struct arm_vm {
	const struct arm_vm_ops *ops;
	void *ctx;
	struct arm_vcpu **vcpus;
	uint32_t vcpu_capacity;
	uint32_t vcpu_count;
	struct arm_vgic *vgic;
	const uint32_t *smc_allowed;
	size_t smc_allowed_count;
	uint64_t cntvoff;
	const uint32_t *host_sysregs;
	size_t host_sysreg_count;
	bool host_unknown_sysregs;
	bool watch_caches;
};

/* A vCPU's timers; their CTL and CVAL are guest registers. */
struct arm_vtimer {
	arm_vcpu_atomic_u64 deadline; /* given to set_timer() */
	/* While it is not bound: the count at which each one's output becomes
	 * high, UINT64_MAX for never. */
	arm_vcpu_atomic_u64 virtual_due;
	arm_vcpu_atomic_u64 physical_due;
};

/* What arm_vcpu_complete() has to finish. */
enum arm_vcpu_completion {
	ARM_VCPU_COMPLETE_NOTHING,
	ARM_VCPU_COMPLETE_FAULT,  /* no way but arm_vcpu_fail()           */
	ARM_VCPU_COMPLETE_SKIP,   /* advance PC                              */
	ARM_VCPU_COMPLETE_LOAD,   /* write Rt, advance PC                    */
	ARM_VCPU_COMPLETE_RESULT, /* write x0; PC is past the instruction    */
	ARM_VCPU_COMPLETE_RESULT_SKIP, /* write x0, advance PC               */
};

/* The same with its operands. */
struct arm_vcpu_pending {
	enum arm_vcpu_completion kind;
	uint8_t reg;
	uint8_t width;     /* bytes loaded                              */
	uint8_t reg_width; /* bytes of Rt                               */
	bool sign_extend;
};

/* A virtual CPU. */
struct arm_vcpu {
	struct arm_trap_frame frame;
	struct arm_pcpu *pcpu; /* bound to; null when not */
	struct arm_guest_regs regs;
	struct arm_vgic_cpu vgic;
	struct arm_vtimer timer;
	struct arm_vcpu_fp_state fp;
	struct arm_vcpu_exit *exit; /* where the current run reports to */
	struct arm_vcpu_pending pending;
	struct arm_vcpu_exit_snapshot snap;
	struct arm_vm *vm;
	uint64_t mpidr;
	uint64_t kind; /* of the CPUs it may be bound to; 0: of any */
	uint64_t entry;
	uint64_t boot_arg;
	uint64_t unknown_sysreg; /* last unknown encoding that was logged */
	uint32_t index;
	uint32_t features;
	bool is_setup;
	bool has_root;
	bool virtual_interrupts;
	bool virtual_timers;
	bool os_lock;
	bool controls_dirty; /* HCR_EL2 must be written before entry, or
			      * uncleaned is not 0 */
	bool fp_loaded;      /* FP registers of the bound CPU are this vCPU's */
	uint64_t host_sp_el0; /* while the guest runs */
	uint64_t serror;      /* ESR_EL2 of one that unbind has found; or 0 */
	uint64_t dbgclaim;
	uint64_t uncleaned; /* ESR_EL2 of what the caches have to be cleaned
			     * for, before the guest goes on; or 0 */
	arm_vcpu_atomic_u32 kicked;
	arm_vcpu_atomic_u32 power; /* enum arm_vcpu_power_state */
};

ARM_VCPU_END

#endif
