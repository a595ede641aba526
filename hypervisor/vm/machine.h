/* SPDX-License-Identifier: Apache-2.0 */
/* All VMs of the machine: how it starts with them, and ends with the last. */
#ifndef HV_VM_MACHINE_H
#define HV_VM_MACHINE_H

#include "vm/vm.h"

/*
 * Make all VMs; then start them: CPUs may run their vCPUs. Both stop the
 * machine as failed, after a line, before any VM has started when there is
 * something wrong with one. IRQs masked, virtualisation enabled on this CPU.
 */
void hv_machine_make(const struct hv_platform *platform);
void hv_machine_start(void);

/* Made, it is all the only VM's: hv has neither interrupts nor the UART, and
 * the CPUs run hv_own_loop() instead of hv_sched_loop(). */
bool hv_machine_is_passed_through(void);

/* The VMs, in the order of their numbers. */
uint32_t hv_machine_count(void);
struct hv_vm *hv_machine_vm(uint32_t index);

/* How often it has begun. From any CPU. */
uint32_t hv_machine_starts(const struct hv_vm *vm);

/* End a VM as HV_VM_STOPPED or HV_VM_KILLED. From any CPU and context. */
void hv_machine_stop(struct hv_vm *vm, enum hv_vm_state how);

/* Start a VM from its images, whatever it is doing. Takes its time, IRQs on. */
void hv_machine_restart(struct hv_vm *vm);

/* Switch the machine off; a failing stop if a VM's last life failed or was
 * killed. */
_Noreturn void hv_machine_leave(void);

#endif
