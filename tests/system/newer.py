# SPDX-License-Identifier: Apache-2.0
"""The same on a QEMU newer than the system's, where it can be had: it knows
other cores, and answers some things another way."""

import os
import subprocess

from checks.report import ROOT, Skipped

from . import linux, payloads

QEMU = os.path.join(ROOT, "build/qemu/qemu-system-aarch64")
BOOTED = ("cortex-a72", "cortex-a710", "neoverse-v1", "neoverse-n2", "max")
PAYLOADS = ("conformance.elf", "hostile.elf")
SMP = ("--cpus", "4", "--host-cpus", "2", "--memory", "128M")


def obtain():
    """None, or why it cannot be had."""
    run = subprocess.run([os.path.join(ROOT, "tools/setup-qemu")], text=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, check=False)
    return (run.stderr.strip().splitlines() or ["no word of it"])[-1] \
        if run.returncode else None


def checks(preset):
    missing = obtain()

    def newer(function, *arguments):
        if missing:
            raise Skipped(missing)
        function(*arguments, "--qemu", QEMU)

    rows = [(f"newer QEMU: Linux: inspection on {cpu}", newer, linux.inspect,
             cpu) for cpu in BOOTED]
    return rows + [(f"newer QEMU: payload: {name}, 4 CPUs on 2, max", newer,
                    payloads.payload, name, preset, "max", *SMP)
                   for name in PAYLOADS]
