/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is typed: for the VM in focus, but for what follows Ctrl-A, which is
 * for hv. `Ctrl-A ?` lists it.
 */
#ifndef HV_CONSOLE_KEYS_H
#define HV_CONSOLE_KEYS_H

/* When the VMs are made: the first is in focus. */
void hv_keys_init(void);

#endif
