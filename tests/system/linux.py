# SPDX-License-Identifier: Apache-2.0
"""Debian's own kernel as the guest: what its shell answers."""

import hashlib
import os
import re

from checks.report import expect
from launcher.common import DEBIAN_KERNEL

from .machine import Console, hv

INSTALLER_INITRD = os.path.join(os.path.dirname(DEBIAN_KERNEL),
                                "initrd.gz")
TROUBLE = ("WARNING:", "BUG:", "Oops", "Call trace", "rcu_sched",
           "soft lockup", "can't access tty")

INSPECT = """\
uname -a; tty; nproc
cat /proc/cpuinfo /proc/interrupts /proc/meminfo /proc/cmdline
dmesg | grep -iE 'psci|gic|arch_timer|pl011|machine model'
sleep 1000 & sleep 1; jobs
kill %1; sleep 2; jobs; echo "slept for a while"
poweroff -f
"""


def inspect(cpu, *arguments, preset=None):
    """The whole way: boot, devices, job control, timers, power off."""
    result = hv("--cpu", cpu, *arguments, commands=INSPECT, preset=preset)
    result.ended(0)
    result.lacks(*TROUBLE)
    result.contains("Linux guest 6.1.", "aarch64 GNU/Linux", "/dev/ttyAMA0",
                    "processor\t: 0", "PSCIv1.1 detected",
                    "\n[1]+  Running", "\n[1]+  Terminated",
                    "\nslept for a while", "reboot: Power down",
                    "guest powered off")
    expect(re.search(r"GICv3\s+27 Level\s+arch_timer", result.console),
           "the virtual timer does not interrupt:\n" + result.tail())
    expect(re.search(r"GICv3\s+33 Level\s+uart-pl011", result.console),
           "the UART does not interrupt:\n" + result.tail())
    total = int(re.search(r"MemTotal:\s+(\d+) kB", result.console)[1])
    expect(900 << 10 < total <= 1 << 20, f"{total} KiB of memory, not 1 GiB")


def brief(cpu, *arguments):
    result = hv("--cpu", cpu, *arguments,
                commands="uname -a\npoweroff -f\n")
    result.ended(0)
    result.lacks(*TROUBLE)
    result.contains("\nLinux guest 6.1.", "guest powered off")


def other_shape():
    """Half the memory, more CPUs under hv than the guest has."""
    result = hv("--memory", "512M", "--host-cpus", "2", "--append",
                "quiet marker=a,b", commands="nproc; cat /proc/meminfo "
                "/proc/cmdline\npoweroff -f\n")
    result.ended(0)
    result.contains("hypervisor, 2 CPUs", "\nquiet marker=a,b\n")
    total = int(re.search(r"MemTotal:\s+(\d+) kB", result.console)[1])
    expect(400 << 10 < total <= 512 << 10, f"{total} KiB, not 512 MiB")


def installer():
    """Debian's own installer ramdisk, 40 MB of it."""
    result = hv("--kernel", DEBIAN_KERNEL, "--initrd",
                INSTALLER_INITRD, "--append", "rdinit=/bin/sh",
                commands="uname -m; ls /sbin/debian-installer\npoweroff -f\n")
    result.ended(0)
    result.lacks("WARNING:", "BUG:", "Oops", "Call trace")
    result.contains("\naarch64", "\n/sbin/debian-installer",
                    "guest powered off")


def nothing_is_lost():
    """What a pipe holds before the guest has even booted arrives whole. The
    answers go to a file first: what is typed ahead is echoed between them."""
    count = 300
    commands = "".join(f"echo $(({i} * 7 + 1)) >>/tmp/answers\n"
                       for i in range(count))
    result = hv("--append", "quiet", commands=commands + "md5sum "
                "</tmp/answers; wc -l </tmp/answers\npoweroff -f\n")
    result.ended(0)
    answers = "".join(f"{i * 7 + 1}\n" for i in range(count))
    digest = hashlib.md5(answers.encode()).hexdigest()
    expect(re.search(rf"^{digest}  -\n{count}$", result.console,
                     re.MULTILINE), "lines are missing or out of order:\n"
           + result.tail())


def end_of_input():
    """The end of standard input does not end the guest."""
    result = hv("--append", "quiet rdinit=/bin/busybox -- poweroff -f")
    result.ended(0)
    result.contains("guest powered off")


def reset():
    """SYSTEM_RESET starts the same guest again, as often as it likes: from
    the original images and with nothing left over."""
    life = ("echo boots-$(dmesg | grep -c 'Booting Linux') "
            "left-$(cat /tmp/x 2>/dev/null | wc -l); echo >/tmp/x; ")
    with Console("--append", "quiet") as console:
        for _ in range(2):
            console.wait_for("# ")
            console.send(life + "reboot -f\n")
            text = console.wait_for("hv: guest reset")
            expect("boots-1 left-0\n" in text, text)
        console.wait_for("# ")
        console.send(life + "poweroff -f\n")
        result = console.wait_for_end()
    result.ended(0)
    result.contains("boots-1 left-0\n", "guest powered off")


def terminal():
    """On a terminal: raw, keys as typed, Ctrl-C for the guest, Ctrl-A x."""
    import termios
    with Console("--append", "quiet", terminal=True) as console:
        before = termios.tcgetattr(console.master)
        console.wait_for("Ctrl-A x leaves")
        console.wait_for("# ")
        expect(not termios.tcgetattr(console.master)[3]
               & (termios.ICANON | termios.ECHO | termios.ISIG),
               "the terminal is not raw")
        console.send("echo ty\x7f\x7fdone-$((6 * 7))\r")
        console.wait_for("\ndone-42\n")
        console.send("sh -c 'echo started; exec sleep 1000'\r")
        console.wait_for("\nstarted\n")
        console.send("\x03")
        console.wait_for("# ")
        console.send("echo status-$?\r")
        console.wait_for("\nstatus-130\n")
        console.send("\x01x")
        result = console.wait_for_end()
        result.ended(0)
        result.contains("left with Ctrl-A x")
        expect(termios.tcgetattr(console.master) == before,
               "the terminal was not restored")


def ended_by_signal():
    with Console("--append", "quiet") as console:
        console.wait_for("# ")
        console.signal()
        result = console.wait_for_end()
    result.ended(128 + 15)
