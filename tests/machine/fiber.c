/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The switch itself is a few instructions on x86-64, and swapcontext(), with
 * its system call each time, elsewhere. AddressSanitizer is told where the
 * stacks are; it would otherwise take the other one for an overflow.
 */
#include "machine/fiber.h"

#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif
#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_SIZE (256u * 1024u)

static struct fiber *running; /* that was switched to last */

static void before(struct fiber *from, struct fiber *to)
{
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&from->shadow, to->stack, to->size);
#else
	(void)from;
#endif
	running = to;
}

/* In the fiber that goes on. from: the one before, if it is not known yet
 * where its stack is. */
static void after(struct fiber *self, struct fiber *from)
{
#ifdef FIBER_ASAN
	const void *bottom;
	size_t size;

	__sanitizer_finish_switch_fiber(self->shadow, &bottom, &size);
	if (from) {
		from->stack = (void *)(uintptr_t)bottom;
		from->size = size;
	}
#else
	(void)self;
	(void)from;
#endif
}

static struct fiber *previous;

static void enter(void)
{
	struct fiber *self = running;

	after(self, previous && !previous->main ? previous : NULL);
	self->main(self->arg);
	abort();
}

#ifdef __x86_64__

void fiber_swap(void **save, void *load);
/* What a call preserves: rbx, rbp, r12 to r15, and the stack pointer. */
__asm__(".text\n"
	".globl fiber_swap\n"
	".type fiber_swap, @function\n"
	"fiber_swap:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	ret\n"
	".size fiber_swap, . - fiber_swap\n");

static void prepare(struct fiber *fiber)
{
	uintptr_t *top =
		(uintptr_t *)(void *)((char *)fiber->stack + fiber->size);

	*--top = 0; /* enter()'s return address: aligned as after a call */
	*--top = (uintptr_t)enter;
	for (unsigned n = 0; n < 6; n++)
		*--top = 0;
	fiber->context = top;
}

static void swap(struct fiber *from, struct fiber *to)
{
	fiber_swap(&from->context, to->context);
}

#else
#include <ucontext.h>

static void *new_context(void)
{
	void *context = calloc(1, sizeof(ucontext_t));

	if (!context)
		abort();
	return context;
}

static void prepare(struct fiber *fiber)
{
	ucontext_t *context;

	if (!fiber->context)
		fiber->context = new_context();
	context = fiber->context;
	getcontext(context);
	context->uc_stack.ss_sp = fiber->stack;
	context->uc_stack.ss_size = fiber->size;
	makecontext(context, enter, 0);
}

static void swap(struct fiber *from, struct fiber *to)
{
	if (!from->context)
		from->context = new_context();
	swapcontext(from->context, to->context);
}
#endif

void fiber_make(struct fiber *fiber, void (*main)(void *arg), void *arg)
{
	if (!fiber->stack) {
		fiber->stack = malloc(STACK_SIZE);
		fiber->size = STACK_SIZE;
	}
	if (!fiber->stack)
		abort();
#ifdef FIBER_ASAN
	/* Frames that were left for ever. */
	__asan_unpoison_memory_region(fiber->stack, fiber->size);
#endif
	fiber->shadow = NULL;
	fiber->main = main;
	fiber->arg = arg;
	prepare(fiber);
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	previous = from;
	before(from, to);
	swap(from, to);
	/* Back again, whoever switched here. */
	after(from, previous && !previous->main ? previous : NULL);
}
