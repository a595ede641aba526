/* SPDX-License-Identifier: Apache-2.0 */
/* The counter, and three timers on each CPU (Arm ARM DDI 0487 D11). */
#include "arch/timer.h"
#include "machine/state.h"

static uint64_t count(const struct machine_cpu *cpu, enum machine_reg ctl)
{
	const uint64_t now = machine.steps;

	return ctl == R_CNTV_CTL_EL0 ? now - machine_seen(cpu, R_CNTVOFF_EL2)
				     : now;
}

static bool condition(const struct machine_cpu *cpu, enum machine_reg ctl)
{
	/* CVAL is the row after CTL. */
	return (machine_seen(cpu, ctl) & CNT_CTL_ENABLE) &&
	       count(cpu, ctl) >= machine_seen(cpu, ctl + 1);
}

/* Drive the line; when it changes by the time alone. */
static uint64_t update(struct machine_cpu *cpu, enum machine_reg ctl,
		       uint32_t intid)
{
	const uint64_t value = machine_seen(cpu, ctl);
	const bool high = condition(cpu, ctl);
	uint64_t left;

	machine_gic_ppi(cpu, intid, high && !(value & CNT_CTL_IMASK));
	if (high || !(value & CNT_CTL_ENABLE))
		return UINT64_MAX;
	left = machine_seen(cpu, ctl + 1) - count(cpu, ctl);
	return left > UINT64_MAX - machine.steps ? UINT64_MAX
						 : machine.steps + left;
}

static uint64_t lower(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void machine_timers_update(struct machine_cpu *cpu)
{
	uint64_t next = update(cpu, R_CNTV_CTL_EL0, MACHINE_PPI_VIRTUAL);

	next = lower(next, update(cpu, R_CNTP_CTL_EL0, MACHINE_PPI_PHYSICAL));
	next = lower(next,
		     update(cpu, R_CNTHP_CTL_EL2, MACHINE_PPI_HYPERVISOR));
	cpu->timer_next = next;
	machine.next_event = lower(machine.next_event, next);
}

uint64_t machine_timers_next(void)
{
	uint64_t next = UINT64_MAX;

	for (unsigned n = 0; n < machine.config.cpus; n++)
		next = lower(next, machine.cpu[n].timer_next);
	return next;
}

static bool is_tval(enum machine_reg id)
{
	return id == R_CNTV_TVAL_EL0 || id == R_CNTP_TVAL_EL0 ||
	       id == R_CNTHP_TVAL_EL2;
}

uint64_t machine_timer_read(struct machine_cpu *cpu, enum machine_reg id)
{
	if (id == R_CNTPCT_EL0)
		return machine.steps;
	if (id == R_CNTVCT_EL0)
		return count(cpu, R_CNTV_CTL_EL0);
	/* TVAL, CTL, CVAL are rows in this order. */
	if (is_tval(id))
		return (uint32_t)(machine_seen(cpu, id + 2) -
				  count(cpu, id + 1));
	if (id == R_CNTV_CTL_EL0 || id == R_CNTP_CTL_EL0 ||
	    id == R_CNTHP_CTL_EL2)
		return cpu->reg[id] |
		       (condition(cpu, id) ? CNT_CTL_ISTATUS : 0);
	return cpu->reg[id];
}

void machine_timer_write(struct machine_cpu *cpu, enum machine_reg id,
			 uint64_t value)
{
	if (is_tval(id))
		cpu->reg[id + 2] =
			count(cpu, id + 1) + (uint64_t)(int64_t)(int32_t)value;
	else if (id == R_CNTV_CTL_EL0 || id == R_CNTP_CTL_EL0 ||
		 id == R_CNTHP_CTL_EL2)
		cpu->reg[id] = value & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
	else
		cpu->reg[id] = value;
	machine_timers_update(cpu);
}
