/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's console: its virtual PL011 on the terminal that all VMs share.
 * Nothing that is typed or piped in is lost while the VM lives: what the guest
 * has no room for waits in a ring, and when that is full, in the physical
 * UART, which holds its sender up.
 */
#ifndef HV_VM_CONSOLE_H
#define HV_VM_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/lock.h"
#include "platform/timer.h"
#include "vm/terminal.h"
#include "vm/vpl011.h"

struct arm_vm;

/* More than anybody types ahead: beyond it, Ctrl-A waits, too. */
#define HV_CONSOLE_RING 4096u

struct hv_console {
	struct hv_lock lock; /* covers all below */
	struct hv_vpl011 uart;
	struct arm_vm *vm;
	struct hv_channel channel; /* but this: the screen's lock */
	uint8_t ring[HV_CONSOLE_RING];
	uint32_t head;
	uint32_t count;
	struct hv_timer settle; /* armed while settling */
	uint32_t settle_changes;
	bool settling;
	bool open;       /* the VM lives */
	bool has_output; /* output was transmitted by the access going on */
	char output;
};

void hv_console_init(struct hv_console *console, struct arm_vm *vm,
		     const char *name);

/* The guest's machine was reset, or starts; what waits in the ring stays. */
void hv_console_reset(struct hv_console *console);

/* The VM is gone; what was typed for it, too, until the next reset. */
void hv_console_close(struct hv_console *console);

/* What is typed: whether there is room for a character, and one that there is
 * room for. From one place at a time. */
bool hv_console_ready(struct hv_console *console);
void hv_console_type(struct hv_console *console, uint8_t character);

/* A guest's access to the UART's frame. Any CPU. */
uint64_t hv_console_read(struct hv_console *console, uint64_t offset,
			 unsigned width);
void hv_console_write(struct hv_console *console, uint64_t offset,
		      unsigned width, uint64_t value);

#endif
