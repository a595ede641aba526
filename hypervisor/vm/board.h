/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's board: where things are, a subset of QEMU's "virt" machine, so
 * that images built for that board run unmodified.
 */
#ifndef HV_VM_BOARD_H
#define HV_VM_BOARD_H

#include <stdint.h>

#define HV_BOARD_GICD     UINT64_C(0x08000000)
#define HV_BOARD_GICR     UINT64_C(0x080a0000)
#define HV_BOARD_UART     UINT64_C(0x09000000)
#define HV_BOARD_UART_SPI 1u /* INTID 33 */
#define HV_BOARD_RAM      UINT64_C(0x40000000)

/* PPIs of the generic timers, as numbers of the device tree (INTID - 16). */
#define HV_BOARD_PPI_SECURE  13u
#define HV_BOARD_PPI_EL1     14u
#define HV_BOARD_PPI_VIRTUAL 11u
#define HV_BOARD_PPI_EL2     10u

/* Affinity fields of vCPU n's MPIDR: sixteen to a cluster, as many as one
 * target list of an SGI reaches (IHI 0069 12.11.22). */
static inline uint64_t hv_board_mpidr(uint32_t n)
{
	return ((uint64_t)(n / 16u) << 8) | (n % 16u);
}

#endif
