/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual machine of hv: its address space, vCPUs, vGIC, console and the
 * images it starts from. Everything about a VM is in its struct hv_vm; there
 * may be many of them.
 */
#ifndef HV_VM_VM_H
#define HV_VM_VM_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/arm_vcpu.h>

#include "vm/console.h"
#include "vm/guest_ram.h"
#include "vm/layout.h"
#include "vm/options.h"

struct hv_platform;

/* SPIs 32 to 63 are enough for the board's devices; GICD_TYPER says so. */
#define HV_VM_SPIS 32u

/* What a VM starts from. The images stay where the boot loader put them, so
 * that a reset can start from the same bytes. */
struct hv_vm_images {
	const void *kernel;
	uint64_t kernel_size;
	const void *initrd; /* null: none */
	uint64_t initrd_size;
};

struct hv_vm {
	const struct hv_platform *platform;
	struct hv_vm_options options;
	struct hv_vm_images images;
	struct hv_image image;
	struct hv_layout layout;
	struct hv_guest_ram ram;
	struct arm_stage2 stage2;
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank spi_banks[ARM_VGIC_BANKS(HV_VM_SPIS)];
	struct arm_vcpu *vcpus;       /* options.cpus of them  */
	struct arm_vcpu **vcpu_table; /* the library's pointers */
	struct hv_console console;
};

/*
 * Make the machine's first VM from the boot modules and run it on the calling
 * CPU until it is over; then power the machine off. IRQs enabled at EL2,
 * virtualisation enabled on this CPU.
 */
_Noreturn void hv_vm_boot(const struct hv_platform *platform);

/* vm/create.c: all of the above from the platform's modules. Prints its own
 * error line and answers false when that cannot be. */
bool hv_vm_create(struct hv_vm *vm, const struct hv_platform *platform);

/*
 * vm/load.c: kernel, initrd and device tree into the guest's memory, the boot
 * vCPU at the kernel's entry. Again after every reset.
 */
bool hv_vm_load(struct hv_vm *vm);

/* How a vCPU's run ended. */
enum hv_vm_end {
	HV_VM_POWERED_OFF,
	HV_VM_RESET,
	HV_VM_FAILED, /* the reason has been printed */
};

/* vm/run.c: the boot vCPU, until the VM is over. */
enum hv_vm_end hv_vm_run(struct hv_vm *vm, struct arm_vcpu *vcpu);

#endif
