/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine of hv: its address space, vCPUs, vGIC, console and the
 * images it starts from. Everything about a VM is in its struct hv_vm; there
 * may be many of them.
 */
#ifndef HV_VM_VM_H
#define HV_VM_VM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/arm_vcpu.h>

#include "base/lock.h"
#include "dt/platform.h"
#include "sched/sched.h"
#include "vm/guest_dt.h"
#include "vm/guest_ram.h"
#include "vm/image.h"
#include "vm/layout.h"
#include "vm/mmio.h"
#include "vm/options.h"
#include "vm/say.h"
#include "vm/vuart.h"

/* SPIs 32 to 63 are enough for the board's devices; GICD_TYPER says so. */
#define HV_VM_SPIS 32u

struct hv_vm;

enum hv_vm_state {
	HV_VM_RUNNING,
	HV_VM_OFF,     /* the guest switched its machine off  */
	HV_VM_RESET,   /* the guest asked for a reset         */
	HV_VM_FAILED,  /* stopped; the reason has been printed */
	HV_VM_STOPPED, /* by the operator                    */
	HV_VM_KILLED,  /* the same, as a failure             */
};

struct hv_vm_vcpu {
	struct hv_vcpu host; /* first: callbacks rely on it */
	struct hv_vm *vm;
	/* vm/memory.c: up to where it has cleaned the chunk of memory that the
	 * vCPU waits for. */
	uint64_t cleaned;
	uint64_t all_cleaned; /* of all memory, how much so far */
};

struct hv_vm {
	/* What it starts from; it stays where the boot loader put it, so that
	 * a reset can start from the same bytes. */
	const struct hv_boot_module *module;
	/* "[name] " before lines about it; empty for the only one. */
	char tag[HV_VM_NAME_MAX + 4];
	struct hv_vm_options options;
	struct hv_image image;
	struct hv_layout layout;
	/* What it has of the machine's own (options.passthrough), or null. */
	struct hv_guest_hardware *hardware;
	struct hv_guest_ram ram;
	struct arm_stage2 stage2;
	struct hv_lock memory_lock; /* chunks of memory are opened */
	struct hv_sched_vm sched;
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank spi_banks[ARM_VGIC_BANKS(HV_VM_SPIS)];
	struct hv_vm_vcpu *vcpus;     /* options.cpus of them   */
	struct arm_vcpu **vcpu_table; /* the library's pointers */
	struct hv_mmio mmio;          /* its devices; the first is the UART */
	struct hv_vuart uart;
	_Atomic uint32_t state; /* enum hv_vm_state */
	/*
	 * No vCPU of the VM is bound, and none will be until hv_vm_start().
	 * On one CPU that has nothing else to do meanwhile, IRQs on.
	 */
	void (*ended)(struct hv_vm *vm, enum hv_vm_state how);
	struct hv_say say;
	/* Under the lock of vm/machine.c: */
	uint32_t wanted; /* of it by the operator: enum hv_vm_state */
	uint32_t starts;
	bool gone; /* it runs no more, and its memory was given back */
	bool failed;
	bool delayed; /* its guest has reset it, and it waits to begin again */
	struct hv_timer delay; /* armed then */
	struct hv_backoff backoff;
};

/*
 * vm/create.c: a VM that is all zero but for ended gets its memory, its vCPUs
 * and its devices. False, after a line that says why, when that cannot be. The
 * module is one of the platform's. The pool is the machine's: one for all VMs.
 */
bool hv_vm_create(struct hv_vm *vm, const struct hv_platform *platform,
		  const struct hv_boot_module *module,
		  struct arm_stage2_vmid_pool *vmids);

/* VMIDs of all VMs are from one pool: as wide as every CPU has them. */
unsigned hv_vm_vmid_bits(void);

/*
 * vm/passthrough.c: the machine's GIC and UART for this VM, whose address
 * space and options there are. First whether that can be, then doing it. False
 * after a line, as above.
 */
bool hv_passthrough_take(struct hv_vm *vm, const struct hv_platform *platform);
bool hv_passthrough_map(struct hv_vm *vm);

/* The same file: a vCPU is ready from now on, for the scheduler as
 * hv_sched_start() has it, or for the CPU that is its own. */
void hv_vm_start_vcpu(struct hv_vm_vcpu *vcpu);

/*
 * The guest's memory alone: give it back, cleared, when the VM has ended; and
 * take it again, after which hv_vm_load() and hv_vm_start() follow. False
 * after a line, as above; hv_vm_give_memory() then still can be called.
 */
bool hv_vm_take_memory(struct hv_vm *vm);
void hv_vm_give_memory(struct hv_vm *vm);

/*
 * vm/load.c: kernel, initrd and device tree into the guest's memory, and all
 * vCPUs and devices to their reset state; the boot vCPU will start at the
 * kernel's entry. No vCPU is bound. False after a line, as above.
 */
bool hv_vm_load(struct hv_vm *vm);

/*
 * vm/run.c: what the scheduler asks of a VM's vCPUs; and start a VM that
 * hv_vm_load() has made ready, with its boot vCPU.
 */
extern const struct hv_sched_ops hv_vm_sched_ops;
void hv_vm_start(struct hv_vm *vm);

/*
 * The VM is over: all its vCPUs leave the CPUs, then vm->ended() is called,
 * once. The first how counts. From any CPU and any context. A VM with the
 * machine's own interrupts ends the machine: ended() is called at once, does
 * not return, and its other vCPUs still run.
 */
void hv_vm_stop(struct hv_vm *vm, enum hv_vm_state how);

/*
 * vm/memory.c: the guest has touched ipa and was refused. OK: that is its
 * memory, and it may try again. ARM_VCPU_ERR_NOT_FOUND: it is not. Anything
 * else is a mistake of hv's own. On the CPU the vCPU is bound to, IRQs masked,
 * though they are taken meanwhile.
 */
int hv_vm_open_memory(struct hv_vm_vcpu *vcpu, uint64_t ipa);

/*
 * The same file: the guest has maintained its caches by set/way, or has turned
 * them on or off: all memory that it has touched is cleaned out of the caches.
 * False: not all yet, and this CPU has to look at its queues; to be called
 * again, before the guest goes on.
 */
bool hv_vm_clean_memory(struct hv_vm_vcpu *vcpu);

/* vm/ops.c: what the library asks of a VM. The context pointer is the VM. */
extern const struct arm_vm_ops hv_vm_ops;

/* vm/serve.c: do what the guest asked for by leaving, and what follows. */
struct hv_verdict {
	enum hv_sched_next next;
	enum hv_vm_state end; /* HV_VM_RUNNING: the VM is not over */
};

struct hv_verdict hv_vm_serve(struct hv_vm_vcpu *vcpu,
			      const struct arm_vcpu_exit *exit);

/* The library refused what: a mistake of hv's own, which ends the VM. */
struct hv_verdict hv_vm_refused(struct hv_vm *vm, int status, const char *what);

#endif
