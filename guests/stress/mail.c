/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SGIs with a receipt: a word for each target and number is set by the sender
 * who may use it, and cleared by the target's handler.
 */
#include "stress.h"

#define BROADCASTS ((1u << WAKE) - (1u << FIRST_BROADCAST))
#define RWP        (1u << 3) /* of GICR_CTLR */

uint64_t sent[MAX_CPUS][SGIS], taken[MAX_CPUS][SGIS];
static uint32_t under_way[MAX_CPUS][SGIS];
static uint32_t listening[MAX_CPUS];
static uint32_t wake_wanted[MAX_CPUS];
/* Who listens does not change while an SGI to all others is sent. */
static struct spinlock membership;

static uint32_t get(const uint32_t *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

/* All sequentially consistent: a sender claims, then looks whether the target
 * listens; who stops listening says so, then looks for claims. */
static void set(uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_SEQ_CST);
}

static bool change(uint32_t *word, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(word, &from, to, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

bool is_listening(unsigned cpu)
{
	return get(&listening[cpu]);
}

uint64_t mail_pending(unsigned cpu)
{
	uint64_t bits = 0;

	for (uint32_t sgi = 0; sgi < SGIS; sgi++)
		bits |= (uint64_t)get(&under_way[cpu][sgi]) << sgi;
	return bits;
}

void post(unsigned to, uint32_t sgi)
{
	if (!change(&under_way[to][sgi], 0, 1))
		return;
	if (is_listening(to)) {
		sent[to][sgi]++; /* by whoever has the claim */
		send_sgi(to, sgi);
	} else {
		set(&under_way[to][sgi], 0);
	}
}

static bool is_free(uint32_t sgi)
{
	for (unsigned to = 0; to < cpus; to++)
		if (get(&under_way[to][sgi]))
			return false;
	return true;
}

void post_to_others(uint32_t sgi)
{
	unsigned self = cpu_index();
	bool ready;

	lock(&membership);
	ready = is_free(sgi);
	for (unsigned to = 0; ready && to < cpus; to++)
		if (to != self && is_listening(to)) {
			set(&under_way[to][sgi], 1);
			sent[to][sgi]++;
		}
	if (ready)
		send_sgi_others(sgi);
	spin_unlock(&membership);
}

void want_wake(void)
{
	set(&wake_wanted[cpu_index()], 1);
}

void post_wake(unsigned to)
{
	if (!change(&wake_wanted[to], 1, 0))
		return;
	set(&under_way[to][WAKE], 1);
	sent[to][WAKE]++;
	send_sgi(to, WAKE);
}

void mail_taken(uint32_t sgi)
{
	unsigned self = cpu_index();

	if (!get(&under_way[self][sgi])) {
		counts[self].surplus++;
		return;
	}
	if (sgi == WAKE)
		counts[self].woken++;
	taken[self][sgi]++;
	set(&under_way[self][sgi], 0);
}

void start_listening(void)
{
	lock(&membership);
	/* What came while this CPU was off is not for it. */
	gic_cpu_init();
	set(&listening[cpu_index()], 1);
	spin_unlock(&membership);
}

void listen_again(void)
{
	lock(&membership);
	mmio_write32(gic_bitmap(GICD_ICPENDR, 0), BROADCASTS);
	mmio_write32(gic_bitmap(GICD_ISENABLER, 0), BROADCASTS);
	set(&listening[cpu_index()], 1);
	spin_unlock(&membership);
}

/* From here on what others send to all does not come here. */
static bool leave_broadcasts(void)
{
	unsigned self = cpu_index();
	bool done;

	lock(&membership);
	done = !(mail_pending(self) & BROADCASTS);
	if (done) {
		mmio_write32(gic_bitmap(GICD_ICENABLER, 0), BROADCASTS);
		while (mmio_read32(gic_redist_of(self)) & RWP)
			;
		set(&listening[self], 0);
	}
	spin_unlock(&membership);
	return done;
}

void wait_for_mail(void)
{
	at(WAITING_FOR_MAIL);
	while (mail_pending(cpu_index())) {
		relax();
		watch();
	}
}

void stop_listening(void)
{
	while (!leave_broadcasts()) {
		relax();
		watch();
	}
	wait_for_mail();
}
