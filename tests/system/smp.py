# SPDX-License-Identifier: Apache-2.0
"""Debian's kernel with more CPUs than the machine under hv has."""

import re

from checks.report import expect

from .machine import hv

TROUBLE = ("WARNING:", "BUG:", "Oops", "Call trace", "rcu_sched",
           "soft lockup", "failed to come online")


def timer_interrupts(console):
    """The counts of the virtual timer's interrupts, a CPU each."""
    row = re.search(r"^ *\d+:((?: +\d+)+) +GICv3 +27 Level +arch_timer",
                    console, re.MULTILINE)
    expect(row, "no row of the virtual timer's interrupts")
    return [int(count) for count in row[1].split()]


def overcommitted(cpus, host_cpus):
    """All CPUs come up, each takes the timer's interrupts, and all end."""
    result = hv("--cpus", str(cpus), "--host-cpus", str(host_cpus),
                "--append", "quiet", commands="echo cpus-$(nproc)\n"
                "cat /proc/interrupts\npoweroff -f\n")
    result.ended(0)
    result.lacks(*TROUBLE)
    result.contains(f"hypervisor, {host_cpus} CPU", f"\ncpus-{cpus}\n",
                    "guest powered off")
    counts = timer_interrupts(result.console)
    expect(len(counts) == cpus and all(counts),
           f"not every CPU takes the timer's interrupts: {counts}")
