/* SPDX-License-Identifier: Apache-2.0 */
#include "smp.h"

static uint64_t passed, failed;
static bool case_ok;
static const char *case_name = "start";

/* A failing loop would print for hours otherwise. */
#define MAX_COMPLAINTS 10u
static unsigned complaints;
static struct spinlock complaining; /* on several CPUs at once */

/* values: what was got and what was wanted, or nothing. Handlers complain,
 * too: none may come while this CPU has the lock. */
static void complain(const char *file, int line, const char *text,
		     const uint64_t *values)
{
	uint64_t daif = READ_SYSREG(daif);

	IRQ_OFF();
	spin_lock(&complaining);
	case_ok = false;
	if (complaints++ < MAX_COMPLAINTS) {
		print("  %s:%ld: %s\n", file, (long)line, text);
		if (values)
			print("    got 0x%lx, want 0x%lx\n", values[0],
			      values[1]);
	}
	spin_unlock(&complaining);
	WRITE_SYSREG(daif, daif);
}

bool check(bool ok, const char *file, int line, const char *text)
{
	if (!ok)
		complain(file, line, text, NULL);
	return ok;
}

bool check_equal(uint64_t got, uint64_t want, const char *file, int line,
		 const char *text)
{
	const uint64_t values[] = {got, want};

	if (got != want)
		complain(file, line, text, values);
	return got == want;
}

void run_tests(const struct test *tests, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		case_ok = true;
		case_name = tests[i].name;
		complaints = 0;
		tests[i].run();
		print("%s %s\n", case_ok ? "ok  " : "FAIL", tests[i].name);
		if (case_ok)
			passed++;
		else
			failed++;
	}
}

void test_abandon(void)
{
	print("FAIL %s\n", case_name);
	failed++;
	print_summary();
	power_off();
}

void print_summary(void)
{
	print("%lu passed, %lu failed\n", passed, failed);
}
