# SPDX-License-Identifier: Apache-2.0
"""VMs that share one CPU, under --icount: guests/neighbour tells what it had.
The time is the machine's own, one instruction a nanosecond."""

import os
import re
import tempfile

from checks.report import ROOT, expect

from .machine import hv

RAMDISK = 96 << 20  # bytes: to copy them takes several slices
SLICE_US = 10000


def shared_with(preset, *other):
    """What one had that always wanted more, beside another VM."""
    kernel = os.path.join(ROOT, "build", preset, "guests/neighbour.bin")
    result = hv("--icount", "--host-cpus", "1",
                "--vm", f"name=watch,kernel={kernel},memory=64M,"
                "append=role=watch ms=600",
                "--vm", f"name=other,kernel={kernel},memory=256M,"
                + ",".join(other), preset=preset)
    result.ended(0)
    had = re.search(r"had (\d+) per cent, away for (\d+) us at most",
                    result.console)
    expect(had, "no answer:\n" + result.tail())
    share, longest = map(int, had.groups())
    expect(45 <= share <= 55, f"{share} per cent of the CPU, not half")
    expect(longest < 2.5 * SLICE_US, f"away for {longest} us at once")
    return result


def with_many_vcpus(preset):
    """As much as a VM of three vCPUs, not a quarter."""
    shared_with(preset, "cpus=3", "append=role=spin ms=600")


def with_resets(preset):
    """As much as one that is reset all the time, by one of its busy CPUs."""
    with tempfile.NamedTemporaryFile() as ramdisk:
        ramdisk.truncate(RAMDISK)
        result = shared_with(preset, "cpus=3", f"initrd={ramdisk.name}",
                             "append=role=reset ms=600")
    expect(result.console.count("guest reset") > 3, "it was not reset:\n"
           + result.tail())
