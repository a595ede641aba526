/* SPDX-License-Identifier: Apache-2.0 */
/*
 * simulate [--seed N] [--seeds K] [--steps N] [--seconds N] [--trace]
 *
 * Each seed runs in a process of its own, so that it begins with nothing left
 * of another. One that fails is run again, exactly as it was, with its trace,
 * of which the last lines are printed.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine/simulate.h"

#define CHUNK      2000u
#define LAST_LINES 40u

static struct options {
	uint64_t seed, seeds, steps, seconds;
	bool trace;
} options = {.seed = 1, .seeds = 1, .steps = 100000};

/* What all seeds did together, in memory that the processes share. */
static struct totals {
	uint64_t steps, exits, interrupts, acks, lives, mmio, masked, stuck;
} * totals;

static double now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static void add_up(void)
{
	totals->steps += machine_made();
	totals->exits += sim.exits;
	totals->interrupts += sim.interrupts;
	totals->acks += sim.acks;
	totals->lives += sim.lives;
	totals->mmio += sim.mmio;
	for (unsigned n = 0; n < sim.cpus; n++)
		if (machine_longest_masked(n) > totals->masked)
			totals->masked = machine_longest_masked(n);
}

static void run_one(uint64_t seed, bool trace)
{
	enum machine_end end = MACHINE_LIMIT;

	sim_make(seed, trace);
	while (machine_made() < options.steps && end == MACHINE_LIMIT) {
		end = machine_run(CHUNK);
		sim_watch_look();
		if (end == MACHINE_STUCK) {
			totals->stuck++;
			sim_wake_up();
			end = MACHINE_LIMIT;
		}
	}
	add_up();
}

/* False: the process failed. */
static bool in_process(uint64_t seed, bool trace, int output)
{
	const pid_t child = fork();
	int status;

	if (child < 0) {
		perror("fork");
		exit(2);
	}
	if (!child) {
		if (output >= 0)
			dup2(output, STDERR_FILENO);
		run_one(seed, trace);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void print_last(FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	unsigned long lines = 0, skip;

	rewind(file);
	while (getline(&line, &size, file) > 0)
		lines++;
	skip = lines > LAST_LINES ? lines - LAST_LINES : 0;
	rewind(file);
	while (getline(&line, &size, file) > 0)
		if (skip)
			skip--;
		else
			fputs(line, stderr);
	free(line);
}

static void replay(uint64_t seed)
{
	FILE *file = tmpfile();

	fprintf(stderr,
		"simulate: seed %" PRIu64 " failed; again: --seed %" PRIu64
		" --steps %" PRIu64 " --trace; its last lines:\n",
		seed, seed, options.steps);
	if (!file)
		return;
	if (in_process(seed, true, fileno(file)))
		fprintf(stderr, "simulate: it does not fail again\n");
	print_last(file);
	fclose(file);
}

static uint64_t number(const char *text)
{
	char *end;
	const uint64_t value = strtoull(text, &end, 0);

	if (*end || !*text) {
		fprintf(stderr, "simulate: %s is no number\n", text);
		exit(2);
	}
	return value;
}

static void parse(int argc, char **argv)
{
	const struct {
		const char *name;
		uint64_t *value;
	} numbers[] = {
		{"--seed", &options.seed},
		{"--seeds", &options.seeds},
		{"--steps", &options.steps},
		{"--seconds", &options.seconds},
	};

	for (int n = 1; n < argc; n++) {
		uint64_t *value = NULL;

		if (!strcmp(argv[n], "--trace")) {
			options.trace = true;
			continue;
		}
		for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers);
		     i++)
			if (!strcmp(argv[n], numbers[i].name))
				value = numbers[i].value;
		if (!value || n + 1 == argc) {
			fprintf(stderr,
				"simulate [--seed N] [--seeds K] "
				"[--steps N] [--seconds N] [--trace]\n");
			exit(2);
		}
		*value = number(argv[++n]);
	}
}

static void report(uint64_t seeds, unsigned failures, double seconds)
{
	printf("simulate: %" PRIu64 " seeds, %" PRIu64 " steps, %.0f steps/s: "
	       "%" PRIu64 " exits to the host, %" PRIu64 " vGIC accesses, "
	       "%" PRIu64 " physical interrupts, %" PRIu64 " acknowledged by "
	       "guests, %" PRIu64 " lives of VMs, %" PRIu64 " at rest; "
	       "masked for %" PRIu64 " at most; %u failed\n",
	       seeds, totals->steps, (double)totals->steps / seconds,
	       totals->exits, totals->mmio, totals->interrupts, totals->acks,
	       totals->lives, totals->stuck, totals->masked, failures);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	const double begin = now();
	unsigned failures = 0;
	uint64_t n;

	parse(argc, argv);
	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		return 2;
	for (n = 0; options.seconds ? now() - begin < (double)options.seconds
				    : n < options.seeds;
	     n++) {
		if (n && n % 1000 == 0)
			report(n, failures, now() - begin);
		if (in_process(options.seed + n, options.trace, -1))
			continue;
		if (!options.trace)
			replay(options.seed + n);
		if (++failures == 10)
			break;
	}
	report(n, failures, now() - begin);
	return failures ? 1 : 0;
}
