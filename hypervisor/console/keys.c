/* SPDX-License-Identifier: Apache-2.0 */
#include "console/keys.h"

#include <stdatomic.h>

#include "base/print.h"
#include "console/report.h"
#include "console/screen.h"
#include "irq/uart_rx.h"
#include "vm/machine.h"

#define CTRL_A 0x01u

static struct {
	bool escaped; /* the last one was Ctrl-A; by the UART's handler only */
	uint32_t focus; /* of the machine's VMs; the same */
	/* A command that takes its time, and the VM it is for: nothing more is
	 * read before it is done, so that what follows it comes after it. */
	_Atomic uint8_t command;
	struct hv_vm *vm;
	struct hv_sched_vm worker; /* without vCPUs: ended() does it */
} keys;

static struct hv_vm *focused(void)
{
	return hv_machine_vm(keys.focus);
}

static void work(struct hv_sched_vm *worker)
{
	uint8_t command = atomic_load(&keys.command);

	if (command == 'l')
		hv_report(keys.vm);
	else if (command == 'r')
		hv_machine_restart(keys.vm);
	hv_sched_vm_restart(worker);
	atomic_store(&keys.command, 0);
	hv_uart_rx_resume();
}

static const struct hv_sched_ops worker_ops = {
	.ended = work,
};

static void set_focus(uint32_t index)
{
	keys.focus = index;
	hv_screen_focus(index);
}

static void focus_number(uint32_t number)
{
	for (uint32_t i = 0; i < hv_machine_count(); i++) {
		if (hv_machine_vm(i)->module->number == number) {
			set_focus(i);
			return;
		}
	}
	hv_printf("there is no VM %u", number);
}

static void help(void)
{
	hv_printf("Ctrl-A, then");
	hv_printf("  0 to 9  the console of the VM of this number");
	hv_printf("  n       the next VM's console");
	hv_printf("  l       list the VMs");
	hv_printf("  s       stop this VM");
	hv_printf("  k       kill it: it has failed");
	hv_printf("  r       restart it, from its images");
	hv_printf("  x       leave: switch the machine off");
	hv_printf("  Ctrl-A  one Ctrl-A for the VM");
}

static void command(uint8_t c)
{
	switch (c) {
	case 'n':
		set_focus((keys.focus + 1) % hv_machine_count());
		break;
	case 'l':
	case 'r':
		keys.vm = focused();
		atomic_store(&keys.command, c);
		hv_sched_post(&keys.worker);
		break;
	case 's':
		hv_machine_stop(focused(), HV_VM_STOPPED);
		break;
	case 'k':
		hv_machine_stop(focused(), HV_VM_KILLED);
		break;
	case 'x':
		hv_printf("left with Ctrl-A x");
		hv_machine_leave();
	case '?':
	case 'h':
		help();
		break;
	default:
		if (c >= '0' && c <= '9')
			focus_number(c - '0');
		break;
	}
}

static bool ready(void)
{
	return atomic_load(&keys.command) == 0 &&
	       (keys.escaped || hv_vuart_ready(&focused()->uart));
}

static void take(uint8_t c)
{
	bool escaped = keys.escaped;

	keys.escaped = !escaped && c == CTRL_A;
	if (keys.escaped)
		return;
	if (escaped && c != CTRL_A)
		command(c);
	else
		hv_vuart_type(&focused()->uart, c);
}

static const struct hv_uart_sink keyboard = {
	.ready = ready,
	.take = take,
};

void hv_keys_init(void)
{
	hv_sched_vm_init(&keys.worker, &worker_ops);
	hv_uart_set_sink(&keyboard);
}
