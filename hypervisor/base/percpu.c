/* SPDX-License-Identifier: Apache-2.0 */
#include "base/percpu.h"

static struct hv_cpu *cpus[HV_MAX_CPUS];
static _Atomic uint32_t online_count;

uint32_t hv_cpu_count(void)
{
	return atomic_load(&online_count);
}

struct hv_cpu *hv_cpu(uint32_t index)
{
	return index < hv_cpu_count() ? cpus[index] : 0;
}

void hv_cpu_add(uint32_t index, struct hv_cpu *cpu)
{
	cpus[index] = cpu;
}

void hv_cpu_set_count(uint32_t count)
{
	atomic_store(&online_count, count);
}
