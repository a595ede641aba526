/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal of vm/terminal.h on the physical UART. From any CPU. */
#ifndef HV_VM_SCREEN_H
#define HV_VM_SCREEN_H

#include "vm/terminal.h"

/* Before any VM runs; the first that is added has the focus. */
void hv_screen_add(struct hv_channel *channel);

void hv_screen_put(struct hv_channel *channel, char c);
void hv_screen_end_line(struct hv_channel *channel);
void hv_screen_focus(struct hv_channel *channel);

#endif
