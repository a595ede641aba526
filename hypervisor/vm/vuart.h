/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM's virtual PL011, and what has been typed for it.
 *
 * What the guest has no room for waits in a ring. When that is full, hv stops
 * reading the physical UART, which holds its sender up: so whatever is piped
 * in arrives whole at a guest that reads it. But only for so long: a guest
 * that has not emptied its ring within a second of such waiting has its input
 * dropped, which is said, since the operator's next Ctrl-A may be behind it.
 *
 * A life's input ends once: where its stop or restart is ordered, or else
 * where the VM is found to be over. What was typed before that is gone with
 * the life; what is typed from then on waits in the ring for the next life, as
 * far as there is room: the sender is not held up, since nobody would make
 * any. A reset by the guest itself ends nothing: what waits, waits on.
 */
#ifndef HV_VM_VUART_H
#define HV_VM_VUART_H

#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "irq/timer.h"
#include "vm/vpl011.h"

struct arm_vm;

/* More than anybody types ahead. */
#define HV_VUART_RING 65536u

/* Whoever shows what the guest sends. Any CPU, IRQs masked or not. */
struct hv_vuart_ops {
	void (*put)(void *ctx, char c);
	void (*end_line)(void *ctx);
};

struct hv_vuart {
	struct hv_lock lock; /* covers all below */
	struct hv_vpl011 core;
	struct arm_vm *vm;
	const char *tag;
	const struct hv_vuart_ops *ops; /* null: what is sent is lost */
	void *ctx;
	uint8_t ring[HV_VUART_RING];
	uint32_t head;
	uint32_t count;
	struct hv_timer settle; /* armed while settling */
	uint32_t settle_changes;
	bool settling;
	bool held; /* the physical UART is not read because the ring is full */
	uint64_t held_since;
	uint64_t patience;     /* counts for which it still may be held */
	struct hv_timer hurry; /* armed while held: patience is over */
	uint64_t dropped;      /* characters, since the ring was empty */
	/* What is done when the lock is free: see leave(). */
	bool resume;
	bool tell_drop;
	uint64_t tell_dropped;
	bool open;       /* the VM lives, and its input has not ended */
	bool has_output; /* output was transmitted by the access going on */
	char output;
};

/* tag stands before lines about it. */
void hv_vuart_init(struct hv_vuart *vuart, struct arm_vm *vm, const char *tag);

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

/* What is typed: whether to read a character, or to wait until the VM calls
 * hv_uart_rx_resume(); and one that was read. From one place at a time. */
bool hv_vuart_ready(struct hv_vuart *vuart);
void hv_vuart_type(struct hv_vuart *vuart, uint8_t character);

/* A guest's access: for struct hv_mmio_region, ctx is the hv_vuart. */
uint64_t hv_vuart_read(void *ctx, uint64_t offset, unsigned width);
void hv_vuart_write(void *ctx, uint64_t offset, unsigned width, uint64_t value);

#endif
