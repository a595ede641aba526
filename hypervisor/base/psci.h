/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the firmware: PSCI, DEN0022. */
#ifndef HV_BASE_PSCI_H
#define HV_BASE_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#define HV_PSCI_CPU_ON        UINT64_C(0xc4000003) /* DEN0022 5.6, SMC64 */
#define HV_PSCI_SYSTEM_OFF    UINT64_C(0x84000008)
#define HV_PSCI_SYSTEM_RESET  UINT64_C(0x84000009)
#define HV_PSCI_NOT_SUPPORTED (-INT64_C(1))

enum hv_psci_conduit {
	HV_PSCI_NONE,
	HV_PSCI_SMC,
	HV_PSCI_HVC,
};

/* By this conduit from now on. */
void hv_psci_init(enum hv_psci_conduit conduit);

/* The firmware is below EL2. */
bool hv_psci_is_smc(void);

/* NOT_SUPPORTED when there is no conduit that can be used from here. */
int64_t hv_psci_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c);

#endif
