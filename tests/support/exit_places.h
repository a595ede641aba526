/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a test makes each exit reason occur from a guest. Both places check
 * that theirs have occurred, and that none is missing here: a new reason needs
 * a row, and a guest that leaves by it.
 */
#ifndef TESTS_EXIT_PLACES_H
#define TESTS_EXIT_PLACES_H

#include <arm_vcpu/exit.h>

enum exit_place {
	EXIT_NOWHERE,
	EXIT_AT_EL2,     /* tests/el2, on QEMU                          */
	EXIT_ON_MACHINE, /* tests/machine/test_exits.c: QEMU cannot do it */
};

static const enum exit_place exit_places[ARM_VCPU_EXIT_UNHANDLED + 1] = {
	[ARM_VCPU_EXIT_NOTHING] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_MMIO_READ] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_MMIO_WRITE] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_HYPERCALL] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SMC] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SYSREG_READ] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SYSREG_WRITE] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_WFI] = EXIT_AT_EL2,
	/* QEMU 7.2 does not trap WFE. */
	[ARM_VCPU_EXIT_WFE] = EXIT_ON_MACHINE,
	[ARM_VCPU_EXIT_DATA_FAULT] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_FETCH_FAULT] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_NO_SYNDROME] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_INTERRUPT] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SEND_IPI] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_CPU_UP] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_CPU_DOWN] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_CPU_SUSPEND] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SYSTEM_OFF] = EXIT_AT_EL2,
	[ARM_VCPU_EXIT_SYSTEM_RESET] = EXIT_AT_EL2,
	/* No guest of QEMU's can cause an SError ... */
	[ARM_VCPU_EXIT_SERROR] = EXIT_ON_MACHINE,
	/* ... nor an exception of a class that the library does not know. */
	[ARM_VCPU_EXIT_UNHANDLED] = EXIT_ON_MACHINE,
};

#endif
