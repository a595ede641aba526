# SPDX-License-Identifier: Apache-2.0
"""All system tests, in the order of what one wants to know first."""

from . import (linux, newer, operator, passthrough, payloads, refusals,
               sharing, smp, vms)

# The whole inspection on the oldest kind of core and on the newest; the
# others boot and say who they are.
INSPECTED = ("cortex-a72", "max")
BOOTED = ("cortex-a53", "cortex-a76", "neoverse-n1")
PAYLOADS = ("selftest.elf", "selftest.bin", "hostile.elf")
SMP_PAYLOADS = (("conformance.elf", 4), ("hostile.elf", 4), ("selftest.elf", 2),
                ("stress.elf", 8))


def checks(presets):
    gcc, *others = sorted(presets, key=lambda name: "gcc" not in name)
    rows = [(f"Linux: inspection on {cpu}", linux.inspect, cpu)
            for cpu in INSPECTED]
    rows += [(f"Linux: boot on {cpu}", linux.brief, cpu) for cpu in BOOTED]
    rows += [(f"Linux: boot with hv of {preset}",
              lambda preset=preset: linux.inspect("cortex-a72", preset=preset))
             for preset in others]
    rows += [
        ("Linux: boot under --icount", linux.brief, "cortex-a72", "--icount"),
        ("Linux: 8 CPUs on 2", smp.overcommitted, 8, 2),
        ("Linux: 4 CPUs on 1", smp.overcommitted, 4, 1),
        ("Linux: 32 CPUs on 4", smp.overcommitted, 32, 4),
        ("Linux: another shape of machine", linux.other_shape),
        ("Linux: Debian's installer ramdisk", linux.installer),
        ("console: nothing is lost", linux.nothing_is_lost),
        ("console: end of input", linux.end_of_input),
        ("console: a terminal", linux.terminal),
        ("launcher: ended by a signal", linux.ended_by_signal),
        ("Linux: reset", linux.reset),
    ]
    rows += [(f"payload: {name} on {cpu}", payloads.payload, name, gcc, cpu)
             for cpu in INSPECTED for name in PAYLOADS]
    rows += [(f"library at EL2 on {cpu}, {preset}", payloads.at_el2,
              "tests/el2/test_el2.elf", preset, cpu)
             for cpu in INSPECTED for preset in presets]
    rows += [(f"payload: selftest.elf of {preset}", payloads.payload,
              "selftest.elf", preset, "cortex-a72") for preset in others]
    rows += [(f"payload: {name}, {vcpus} CPUs on 2, {cpu}", payloads.payload,
              name, gcc, cpu, "--cpus", str(vcpus), "--host-cpus", "2",
              "--memory", "128M")
             for cpu in INSPECTED for name, vcpus in SMP_PAYLOADS]
    rows += [
        ("payload: caches on and off, 10 exits", payloads.caches, gcc,
         "cortex-a72", ["10"]),
        ("payload: caches on and off, with FEAT_S2FWB", payloads.caches, gcc,
         "max", []),
        ("payload: bench under --icount", payloads.bench, gcc),
        ("sharing: a CPU with many vCPUs", sharing.with_many_vcpus, gcc),
        ("sharing: a CPU with one that resets", sharing.with_resets, gcc),
    ]
    return (rows + newer.checks(gcc) + passthrough.checks(gcc) + vms.CHECKS + operator.CHECKS +
            refusals.CHECKS)


def run(report, presets):
    report.check_all(checks(presets))
