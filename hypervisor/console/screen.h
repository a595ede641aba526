/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal of console/terminal.h on the physical UART, for all VMs. */
#ifndef HV_CONSOLE_SCREEN_H
#define HV_CONSOLE_SCREEN_H

#include <stdint.h>

/* When the VMs are made, before one runs: the first has the focus. */
void hv_screen_init(void);

/* The VM of this index of the machine's. From any CPU. */
void hv_screen_focus(uint32_t index);

#endif
