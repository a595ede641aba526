/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include "guest.h"

void psci_tests(void);
void id_tests(void);
void register_tests(void);
void mmio_tests(void);
void timer_tests(void);
void gic_tests(void);
void uart_tests(void);
void cache_tests(void);

#endif
