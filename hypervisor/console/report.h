/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HV_CONSOLE_REPORT_H
#define HV_CONSOLE_REPORT_H

struct hv_vm;

/* All VMs and their vCPUs, and the memory that is free, on the console. Takes
 * its time, IRQs on. */
void hv_report(const struct hv_vm *focus);

#endif
