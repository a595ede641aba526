/* SPDX-License-Identifier: Apache-2.0 */
/* Coroutines: one flow of control with a stack of its own each. */
#ifndef MACHINE_FIBER_H
#define MACHINE_FIBER_H

#include <stddef.h>

struct fiber {
	void *context; /* where it goes on */
	void *stack;   /* null: the process's own */
	size_t size;
	void *shadow; /* AddressSanitizer's */
	void (*main)(void *arg);
	void *arg;
};

/* main(arg) begins with the first fiber_switch() to it and never returns. The
 * fiber is all zero, or was made before: its stack is used again. */
void fiber_make(struct fiber *fiber, void (*main)(void *arg), void *arg);

/* The calling flow of control becomes *from; *to goes on. */
void fiber_switch(struct fiber *from, struct fiber *to);

#endif
