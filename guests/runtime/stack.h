/* SPDX-License-Identifier: Apache-2.0 */
/* For C and assembly. */
#ifndef STACK_H
#define STACK_H

#define MAX_CPUS       32
#define CPU_STACK_SIZE 0x2000

#endif
