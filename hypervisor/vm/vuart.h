/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's virtual PL011, and what has been typed for it.
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
#ifndef HV_VM_VUART_H
#define HV_VM_VUART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "irq/timer.h"
#include "vm/vpl011.h"

struct arm_vm;

/* More than anybody types ahead: beyond it, Ctrl-A waits, too. */
#define HV_VUART_RING 4096u

/* Whoever shows what the guest sends. Any CPU, IRQs masked or not. */
struct hv_vuart_ops {
	void (*put)(void *ctx, char c);
	void (*end_line)(void *ctx);
};

struct hv_vuart {
	struct hv_lock lock; /* covers all below */
	struct hv_vpl011 core;
	struct arm_vm *vm;
	const struct hv_vuart_ops *ops; /* null: what is sent is lost */
	void *ctx;
	uint8_t ring[HV_VUART_RING];
	uint32_t head;
	uint32_t count;
	struct hv_timer settle; /* armed while settling */
	uint32_t settle_changes;
	bool settling;
	bool open;       /* the VM lives, and its input has not ended */
	bool has_output; /* output was transmitted by the access going on */
	char output;
};

void hv_vuart_init(struct hv_vuart *vuart, struct arm_vm *vm);

/* Where its output goes from now on. Before the VM runs. */
void hv_vuart_connect(struct hv_vuart *vuart, const struct hv_vuart_ops *ops,
		      void *ctx);

/* What has been sent so far is all of its line. Any context. */
void hv_vuart_end_line(const struct hv_vuart *vuart);

/* The guest's machine was reset, or starts; what waits in the ring stays. */
void hv_vuart_reset(struct hv_vuart *vuart);

/* A life begins: it gets what waits. And its input ends: see above. From any
 * context; who ends it outside the keys calls hv_uart_rx_resume() then. */
void hv_vuart_open(struct hv_vuart *vuart);
void hv_vuart_end(struct hv_vuart *vuart);

/* What is typed: whether there is room for a character, and one that there is
 * room for. From one place at a time. */
bool hv_vuart_ready(struct hv_vuart *vuart);
void hv_vuart_type(struct hv_vuart *vuart, uint8_t character);

/* A guest's access: for struct hv_mmio_region, ctx is the hv_vuart. */
uint64_t hv_vuart_read(void *ctx, uint64_t offset, unsigned width);
void hv_vuart_write(void *ctx, uint64_t offset, unsigned width, uint64_t value);

#endif
