/* SPDX-License-Identifier: Apache-2.0 */
/* MIDR_EL1 (DDI 0487 D19.2.103), and the part numbers of Arm's own cores, from
 * their Technical Reference Manuals. */
#ifndef ARCH_CORES_H
#define ARCH_CORES_H

#include "arch/bits.h"

#define MIDR_IMPLEMENTER BITS(31, 24)
#define MIDR_VARIANT     BITS(23, 20)
#define MIDR_PART        BITS(15, 4)
#define MIDR_REVISION    BITS(3, 0)

#define MIDR_ARM 0x41u

#define PART_CORTEX_A53    0xd03u
#define PART_CORTEX_A35    0xd04u
#define PART_CORTEX_A55    0xd05u
#define PART_CORTEX_A57    0xd07u
#define PART_CORTEX_A72    0xd08u
#define PART_CORTEX_A76    0xd0bu
#define PART_NEOVERSE_N1   0xd0cu
#define PART_CORTEX_A77    0xd0du
#define PART_CORTEX_A76AE  0xd0eu
#define PART_NEOVERSE_V1   0xd40u
#define PART_CORTEX_A78    0xd41u
#define PART_CORTEX_A78AE  0xd42u
#define PART_CORTEX_X1     0xd44u
#define PART_CORTEX_A510   0xd46u
#define PART_CORTEX_A710   0xd47u
#define PART_CORTEX_X2     0xd48u
#define PART_NEOVERSE_N2   0xd49u
#define PART_CORTEX_A78C   0xd4bu
#define PART_CORTEX_X1C    0xd4cu
#define PART_CORTEX_A715   0xd4du
#define PART_CORTEX_X3     0xd4eu
#define PART_NEOVERSE_V2   0xd4fu
#define PART_CORTEX_A520   0xd80u
#define PART_CORTEX_A720   0xd81u
#define PART_CORTEX_X4     0xd82u
#define PART_NEOVERSE_V3AE 0xd83u
#define PART_NEOVERSE_V3   0xd84u
#define PART_CORTEX_X925   0xd85u
#define PART_C1_ULTRA      0xd8cu
#define PART_C1_PREMIUM    0xd90u

#endif
