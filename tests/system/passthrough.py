# SPDX-License-Identifier: Apache-2.0
"""A VM with the machine's interrupt controller, timers and UART: hv is asked
for nothing but PSCI and the first touch of memory, and no interrupt is an
exit."""

import os
import re
import tempfile

from checks.report import ROOT, expect
from launcher.common import EXIT_FAILED

from .linux import TROUBLE
from .machine import Console, hv, qemu_command, run_qemu
from .payloads import judge
from .refusals import refused, replaced, stopped

PSCI = {"hypercall", "CPU up", "CPU down", "system off"}
# Once for each 2 MiB of memory, when it is first touched, and for caches that
# are turned on.
MEMORY = {"stage-2 data fault", "stage-2 fetch fault", "access without syndrome",
          "MMIO read", "MMIO write", "system register write"}
OFFLINE = "/sys/devices/system/cpu/cpu1/online"
OFF = "quiet rdinit=/bin/busybox -- poweroff -f"


def exits(result, tag=""):
    """Reason: count, of the line that hv ends with."""
    lines = re.findall(rf"^hv: {re.escape(tag)}exits: (.*)$", result.console,
                       re.MULTILINE)
    expect(len(lines) == 1, "not one line about exits:\n" + result.tail())
    return {reason: int(count) for count, reason in
            (part.split(" ", 1) for part in lines[0].split(", "))}


def psci_and_memory(counts, memory=512):
    """Nothing else; memory: 2 MiB of it."""
    calls = sum(counts[reason] for reason in counts if reason in PSCI)
    touched = sum(counts[reason] for reason in counts if reason in MEMORY)
    expect(set(counts) <= PSCI | MEMORY and calls < 20 and touched <= memory,
           str(counts))


def ask(console, commands, answer="answered"):
    """What commands print. The echo of what is typed lacks the answer."""
    half = len(answer) // 2
    console.send(f"{commands}; echo {answer[:half]}''{answer[half:]}\n")
    return console.wait_for(answer)


def boot(*arguments, cpus=1):
    console = Console("--passthrough", "--exits", "--cpus", str(cpus),
                      *arguments)
    console.wait_for("built-in commands")
    console.wait_for("# ")
    return console


def interrupts(text, name):
    """How often an interrupt came, on all CPUs."""
    row = re.search(rf"^ *\d+:((?: +\d+)+) +GICv3 +\d+ Level +{name}$", text,
                    re.MULTILINE)
    expect(row, f"no interrupt of {name}:\n{text}")
    return sum(map(int, row[1].split()))


def debian():
    """On two of three CPUs, one of which goes and comes again: hundreds of
    interrupts, and not one exit for them."""
    with boot("--host-cpus", "3", cpus=2) as console:
        text = ask(console, f"nproc; echo 0 > {OFFLINE}; echo 1 > {OFFLINE}; "
                   "sleep 1; nproc; cat /proc/interrupts")
        console.send("poweroff -f\n")
        result = console.wait_for_end()
    result.ended(0)
    result.contains("guest powered off")
    for trouble in TROUBLE:
        expect(trouble not in text + result.console, result.tail())
    expect(len(re.findall(r"^2$", text, re.MULTILINE)) == 2, text)
    expect(interrupts(text, "arch_timer") > 100, text)
    expect(interrupts(text, "uart-pl011") > 0, text)
    counts = exits(result)
    expect(counts["CPU up"] == 2 and counts["CPU down"] == 1, str(counts))
    psci_and_memory(counts)


def payload(name, preset, *arguments):
    """They count and check each interrupt themselves."""
    path = os.path.join(ROOT, "build", preset, "guests", name)
    result = hv("--kernel", path, "--passthrough", "--exits", "--memory",
                "128M", *arguments, preset=preset)
    judge(result)
    expect("external interrupt" not in exits(result), result.tail())


def taken_at(el, log):
    """How many IRQs QEMU took to this exception level, by its own log."""
    count, irq = 0, False
    with open(log, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            count += irq and f"to EL{el}" in line
            irq = line.startswith("Taking exception 5 [IRQ]")
    return count


def seen_by_qemu(preset):
    """The same run as QEMU sees it: none to EL2, and all to it without."""
    path = os.path.join(ROOT, "build", preset, "guests/stress.elf")
    arguments = ["--kernel", path, "--memory", "128M"]
    for option, none, many in (["--passthrough"], 2, 1), ([], 1, 2):
        with tempfile.TemporaryDirectory() as directory:
            log = os.path.join(directory, "log")
            judge(run_qemu(qemu_command(*option, *arguments)
                           + ["-d", "int", "-D", log]))
            expect(taken_at(none, log) == 0 and taken_at(many, log) > 1000,
                   f"{option}: {taken_at(1, log)} IRQs to EL1, "
                   f"{taken_at(2, log)} to EL2")


def by_node():
    """The binding's way of saying it."""
    result = hv("--passthrough", "--exits", "--vm", f"name=a,append={OFF}")
    result.ended(0)
    psci_and_memory(exits(result))


def counted():
    """The count is of any VM: two that share a CPU are interrupted."""
    result = hv("--exits", "--host-cpus", "1", "--vm", f"name=a,append={OFF}",
                "--vm", f"name=b,append={OFF}")
    result.ended(0)
    for tag in ("[a] ", "[b] "):
        counts = exits(result, tag)
        expect(counts["system off"] == 1, str(counts))
        expect(counts["external interrupt"] > 0, str(counts))


def ends():
    """Ctrl-A x is QEMU's; a reset is the machine's."""
    with boot() as console:
        console.send("\x01x")
        console.wait_for_end().ended(0)
    with boot(cpus=2) as console:
        console.send("reboot -f\n")
        result = console.wait_for_end()
    result.ended(EXIT_FAILED)
    result.contains("hv: guest reset")


def wrong():
    """What cannot be, by the launcher and by hv."""
    refused(["--passthrough", "--vm", "name=a", "--vm", "name=b"],
            "--passthrough", "only VM")
    refused(["--passthrough", "--cpus", "2", "--host-cpus", "1"],
            "--passthrough", "2 virtual CPUs", "has 1")
    refused(["--passthrough", "--vm", "name=a,pcpus=0"], "--passthrough",
            "pcpus=")
    command = qemu_command("--passthrough")
    stopped(replaced(command, "hv.cpus=1", "hv.cpus=2"),
            "2 vCPUs need as many CPUs, and 1 are")
    loader = command[command.index("-device") + 1]
    kernel = re.search(r"addr=0x([0-9a-f]+)", loader)
    second = loader.replace(kernel[0],
                            f"addr={int(kernel[1], 16) + (1 << 28):#x}")
    stopped(command + ["-device", second],
            "pass-through is for the only VM")


def checks(gcc):
    return [
        ("pass-through: Debian, no exit for an interrupt", debian),
        ("pass-through: selftest", payload, "selftest.elf", gcc),
        ("pass-through: stress on 2 CPUs", payload, "stress.elf", gcc,
         "--cpus", "2"),
        ("pass-through: no interrupt at EL2, as QEMU sees it", seen_by_qemu,
         gcc),
        ("pass-through: by a VM's node", by_node),
        ("exits: those of every VM are counted", counted),
        ("pass-through: leaving and resetting", ends),
        ("pass-through: what cannot be", wrong),
    ]
