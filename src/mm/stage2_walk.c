/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the tables: what is mapped where. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "mm/stage2_table.h"

static unsigned attr_of(uint64_t desc)
{
	unsigned attr = 0;

	if ((desc & S2_DESC_READ) != 0)
		attr |= ARM_STAGE2_READ;
	if ((desc & S2_DESC_WRITE) != 0)
		attr |= ARM_STAGE2_WRITE;
	if ((desc & S2_DESC_XN) == 0)
		attr |= ARM_STAGE2_EXEC;
	if (BITS_GET(desc, S2_DESC_MEMATTR) == S2_MEMATTR_DEVICE_NGNRE)
		attr |= ARM_STAGE2_DEVICE;
	return attr;
}

static void describe(uint64_t desc, unsigned level, uint64_t ipa,
		     struct arm_stage2_mapping *m)
{
	m->size = arm_s2_size(level);
	m->ipa = ipa & ~(m->size - 1u);
	m->pa = desc & S2_DESC_ADDR;
	m->attr = attr_of(desc);
}

bool arm_s2_find(const struct arm_stage2 *s2, uint64_t ipa,
		 struct arm_stage2_mapping *found)
{
	uint64_t *table = s2->root;
	unsigned level = s2->start_level;
	uint64_t desc = arm_s2_read(arm_s2_entry(s2, table, level, ipa));

	while (arm_s2_is_table(desc, level)) {
		table = arm_s2_table(s2, desc);
		level++;
		desc = arm_s2_read(arm_s2_entry(s2, table, level, ipa));
	}
	if ((desc & S2_DESC_VALID) == 0)
		return false;
	describe(desc, level, ipa, found);
	return true;
}

int arm_stage2_query(const struct arm_stage2 *s2, uint64_t ipa,
		     struct arm_stage2_mapping *found)
{
	int status = arm_s2_check(s2, ipa, 1);

	if (status != ARM_VCPU_OK)
		return status;
	if (!found)
		return ARM_VCPU_ERR_NULL;
	return arm_s2_find(s2, ipa, found) ? ARM_VCPU_OK
					   : ARM_VCPU_ERR_NOT_FOUND;
}

struct walk {
	const struct arm_stage2 *s2;
	int (*visit)(void *arg, const struct arm_stage2_mapping *m);
	void *arg;
};

static int walk_table(const struct walk *w, uint64_t *table, unsigned level,
		      uint64_t ipa, uint64_t end)
{
	int answer = 0;

	while (ipa < end && answer == 0) {
		uint64_t desc =
			arm_s2_read(arm_s2_entry(w->s2, table, level, ipa));
		uint64_t next = arm_s2_next(level, ipa);

		if (arm_s2_is_table(desc, level)) {
			answer = walk_table(w, arm_s2_table(w->s2, desc),
					    level + 1u, ipa,
					    next < end ? next : end);
		} else if ((desc & S2_DESC_VALID) != 0) {
			struct arm_stage2_mapping m;

			describe(desc, level, ipa, &m);
			answer = w->visit(w->arg, &m);
		}
		ipa = next;
	}
	return answer;
}

int arm_stage2_walk(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		    int (*visit)(void *arg, const struct arm_stage2_mapping *m),
		    void *arg)
{
	struct walk w = {.s2 = s2, .visit = visit, .arg = arg};
	int status = arm_s2_check(s2, ipa, size);

	if (status != ARM_VCPU_OK)
		return status;
	if (!visit)
		return ARM_VCPU_ERR_NULL;
	return walk_table(&w, s2->root, s2->start_level, ipa, ipa + size);
}
