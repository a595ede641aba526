/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the physical UART to a guest: uart_rx.c, keys.c, vuart.c and vpl011.c
 * together. The sender types as fast as it is read, and waits where it is
 * not; time passes only where a test says so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* With their variables, for a test that leaves in the middle. */
#include "console/keys.c"
#include "irq/uart_rx.c"

#include "one_cpu.h"

#define BASE UINT64_C(0x9000000)
#define VMS  2u

/* Of the physical UART and of the virtual ones. */
#define UARTCR 0x30u
#define CR_ON  0x301u

static struct {
	/* The physical UART. */
	const uint8_t *typed;
	size_t typed_left;
	uint32_t imsc;
	unsigned masks;
	unsigned interrupts;
	hv_irq_handler handler;
	/* What hv did. */
	char lines[4][128];
	unsigned line_count;
	unsigned lefts;
	struct hv_vm *stopped;
} pc;

static struct hv_vm memory[VMS], *vms[VMS];
static const struct hv_boot_module modules[VMS] = {
	{.number = 0, .name = "a"},
	{.number = 1, .name = "b"},
};

void hv_irqs_unmask(void)
{
}

void hv_irqs_take(void)
{
}

void hv_cpu_wait(void)
{
}

uint32_t hv_read32(uint64_t address)
{
	switch (address - BASE) {
	case UARTFR:
		return pc.typed_left == 0 ? FR_RXFE : 0;
	case UARTDR:
		assert_true(pc.typed_left != 0);
		pc.typed_left--;
		return *pc.typed++;
	default:
		return 0;
	}
}

void hv_write32(uint64_t address, uint32_t value)
{
	assert_int_equal(address, BASE + UARTIMSC);
	pc.masks += pc.imsc != value;
	pc.imsc = value;
}

void hv_irq_attach(uint32_t intid, hv_irq_handler handler, void *ctx)
{
	assert_int_equal(intid, 33);
	assert_null(ctx);
	pc.handler = handler;
}

void hv_printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(pc.lines[pc.line_count++ % 4], sizeof(pc.lines[0]), format,
		  args);
	va_end(args);
}

uint32_t hv_machine_count(void)
{
	return VMS;
}

struct hv_vm *hv_machine_vm(uint32_t index)
{
	return vms[index];
}

void hv_machine_stop(struct hv_vm *vm, enum hv_vm_state how)
{
	(void)how;
	pc.stopped = vm;
	hv_vuart_end(&vm->uart);
}

void hv_machine_restart(struct hv_vm *vm)
{
	(void)vm;
}

static jmp_buf left;

void hv_machine_leave(void)
{
	pc.lefts++;
	longjmp(left, 1);
}

void hv_report(const struct hv_vm *focus)
{
	(void)focus;
}

void hv_screen_focus(uint32_t index)
{
	(void)index;
}

void hv_sched_vm_init(struct hv_sched_vm *vm, const struct hv_sched_ops *ops)
{
	vm->ops = ops;
}

void hv_sched_vm_restart(struct hv_sched_vm *vm)
{
	(void)vm;
}

void hv_sched_post(struct hv_sched_vm *vm)
{
	(void)vm;
}

int arm_vgic_set_irq(struct arm_vm *vm, uint32_t intid, bool level)
{
	(void)vm;
	(void)intid;
	(void)level;
	return 0;
}

/* The UART interrupts while it may and has something. */
static void pump(void)
{
	while (pc.imsc != 0 && pc.typed_left != 0) {
		pc.interrupts++;
		pc.handler(NULL);
	}
}

/* Time passes, with its timers. */
static void pass(uint64_t counts)
{
	one_cpu_pass(counts, pump);
}

static void type(const void *text, size_t size)
{
	assert_int_equal(pc.typed_left, 0);
	pc.typed = text;
	pc.typed_left = size;
	pump();
}

static int setup(void **state)
{
	(void)state;
	atomic_store(&uart.lock.word, 0);
	pass(100 * SECOND); /* no timer stays armed */
	memset(&pc, 0, sizeof(pc));
	memset(&keys, 0, sizeof(keys));
	one_cpu_make(0);
	for (unsigned i = 0; i < VMS; i++) {
		memset(&memory[i], 0, sizeof(memory[i]));
		memory[i].module = &modules[i];
		hv_vuart_init(&memory[i].uart, &memory[i].vm,
			      i ? "[b] " : "[a] ");
		hv_vuart_open(&memory[i].uart);
		vms[i] = &memory[i];
	}
	hv_uart_rx_init(BASE, 33);
	hv_keys_init();
	return 0;
}

static void listen(unsigned vm)
{
	hv_vuart_write(&vms[vm]->uart, UARTCR, 4, CR_ON);
	hv_vuart_write(&vms[vm]->uart, UARTIMSC, 4, INT_RX);
}

static void keep_silent(unsigned vm)
{
	hv_vuart_write(&vms[vm]->uart, UARTCR, 4, 0);
}

/* All that the guest finds. */
static size_t guest_reads(unsigned vm, uint8_t *to)
{
	size_t count = 0;

	while (!(hv_vuart_read(&vms[vm]->uart, UARTFR, 4) & FR_RXFE)) {
		to[count++] = (uint8_t)hv_vuart_read(&vms[vm]->uart, UARTDR, 4);
		pump();
	}
	return count;
}

static uint8_t text[1 << 20], got[1 << 20];

static void make_text(size_t size)
{
	for (size_t i = 0; i < size; i++)
		text[i] = (uint8_t)(' ' + (i * 7 + i / 95) % 95);
}

static void a_guest_that_reads_gets_everything(void **state)
{
	(void)state;
	make_text(sizeof(text));
	type(text, sizeof(text));
	assert_int_equal(pc.imsc, 0); /* the sender waits */
	assert_true(pc.typed_left > sizeof(text) - HV_VUART_RING - 64);
	listen(0);
	pump();
	assert_int_equal(guest_reads(0, got), sizeof(text));
	assert_memory_equal(got, text, sizeof(text));
	assert_int_equal(pc.line_count, 0);
	assert_true(pc.masks < 64 * sizeof(text) / HV_VUART_RING);
}

/* One that takes its time does, too, while its ring runs empty now and then. */
static void a_slow_reader_gets_everything(void **state)
{
	size_t count = 0;

	(void)state;
	make_text(sizeof(text));
	listen(0);
	type(text, sizeof(text));
	while (count < sizeof(text)) {
		size_t more = guest_reads(0, got + count);

		assert_true(more != 0);
		count += more;
		pass(SECOND / 2);
	}
	assert_memory_equal(got, text, sizeof(text));
	assert_int_equal(pc.line_count, 0);
}

static void leave_with_a_key(void)
{
	uint64_t begin = one_cpu.now;

	if (!setjmp(left)) {
		type("\001x", 2);
		for (unsigned i = 0; i < 100 && pc.typed_left != 0; i++)
			pass(SECOND / 10);
		fail();
	}
	assert_int_equal(pc.lefts, 1);
	assert_true(one_cpu.now - begin <= 2 * SECOND);
}

/* However much was typed before, the operator gets through to hv. */
static void a_guest_that_does_not_read_locks_nobody_out(void **state)
{
	uint64_t begin = one_cpu.now;

	(void)state;
	make_text(sizeof(text));
	text[sizeof(text) - 2] = 1;
	text[sizeof(text) - 1] = 'x';
	if (!setjmp(left)) {
		type(text, sizeof(text));
		pass(2 * SECOND);
		fail();
	}
	assert_int_equal(pc.lefts, 1);
	assert_true(one_cpu.now - begin <= 2 * SECOND);
	assert_int_equal(pc.line_count, 2); /* and not one a character */
	assert_string_equal(pc.lines[0], "[a] nobody reads its input: what is "
					 "typed is dropped");
}

static void nor_one_that_reads_a_little_now_and_then(void **state)
{
	size_t size = 200000;

	(void)state;
	make_text(size);
	text[size - 2] = 1;
	text[size - 1] = 'x';
	listen(0);
	if (!setjmp(left)) {
		type(text, size);
		for (unsigned i = 0; i < 8; i++) {
			pass(SECOND * 9 / 10);
			(void)hv_vuart_read(&vms[0]->uart, UARTDR, 4);
			pump();
		}
		fail();
	}
	assert_true(one_cpu.now <= 2 * SECOND);
}

static void what_was_dropped_is_counted(void **state)
{
	size_t kept;

	(void)state;
	make_text(HV_VUART_RING + 1000);
	type(text, HV_VUART_RING + 1000);
	pass(2 * SECOND);
	assert_int_equal(pc.typed_left, 0);
	listen(0);
	kept = guest_reads(0, got);
	assert_int_equal(kept, HV_VUART_RING);
	assert_memory_equal(got, text, kept);
	assert_int_equal(pc.line_count, 2);
	assert_string_equal(pc.lines[1],
			    "[a] 1000 characters of its input were dropped");
	/* And all is well again. */
	type("more", 4);
	assert_int_equal(guest_reads(0, got), 4);
	assert_int_equal(pc.line_count, 2);
}

/* While the ring of the one in focus is full, the other one's accesses have
 * no effect on the physical UART, nor have those of the one in focus. */
static void no_access_makes_an_interrupt_storm(void **state)
{
	(void)state;
	make_text(sizeof(text));
	listen(1);
	type(text, sizeof(text));
	for (unsigned round = 0; round < 2; round++) {
		unsigned masks = pc.masks, interrupts = pc.interrupts;

		for (unsigned i = 0; i < 10000; i++) {
			(void)hv_vuart_read(&vms[1]->uart, UARTFR, 4);
			hv_vuart_write(&vms[1]->uart, UARTDR, 4, 'x');
			(void)hv_vuart_read(&vms[0]->uart, UARTFR, 4);
			keep_silent(0);
			pump();
		}
		assert_int_equal(pc.masks, masks);
		assert_int_equal(pc.interrupts, interrupts);
		pass(2 * SECOND); /* and when it is dropped, too */
		assert_int_equal(pc.typed_left, 0);
	}
}

static void keys_work_while_input_is_dropped(void **state)
{
	(void)state;
	make_text(2 * HV_VUART_RING);
	type(text, 2 * HV_VUART_RING);
	pass(2 * SECOND);
	assert_int_equal(pc.typed_left, 0);
	type("\001k", 2);
	assert_ptr_equal(pc.stopped, vms[0]);
	type("\001n", 2);
	listen(1);
	type("hello", 5);
	assert_int_equal(guest_reads(1, got), 5);
	leave_with_a_key();
}

#define INPUT_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		INPUT_TEST(a_guest_that_reads_gets_everything),
		INPUT_TEST(a_slow_reader_gets_everything),
		INPUT_TEST(a_guest_that_does_not_read_locks_nobody_out),
		INPUT_TEST(nor_one_that_reads_a_little_now_and_then),
		INPUT_TEST(what_was_dropped_is_counted),
		INPUT_TEST(no_access_makes_an_interrupt_storm),
		INPUT_TEST(keys_work_while_input_is_dropped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
