/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's console: its virtual PL011 on the terminal that all VMs share.
 * Nothing that is typed or piped in is lost while the VM lives: what the guest
 * has no room for waits in a ring, and when that is full, in the physical
 * UART, which holds its sender up.
 *
 * A life's input ends once: where its stop or restart is ordered, or else
 * where the VM is found to be over. What was typed before that is gone with
 * the life; what is typed from then on waits in the ring for the next life, as
 * far as there is room: the sender is not held up, since nobody would make
 * any, and the keys that start the VM again must get through. A reset by the
 * guest itself ends nothing: what waits, waits on.
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
	bool open;       /* the VM lives, and its input has not ended */
	bool has_output; /* output was transmitted by the access going on */
	char output;
};

void hv_console_init(struct hv_console *console, struct arm_vm *vm,
		     const char *name);

/* The guest's machine was reset, or starts; what waits in the ring stays. */
void hv_console_reset(struct hv_console *console);

/* A life begins: it gets what waits. And its input ends: see above. From any
 * context; who ends it outside the keys calls hv_uart_rx_resume() then. */
void hv_console_open(struct hv_console *console);
void hv_console_end(struct hv_console *console);

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
