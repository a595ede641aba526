# SPDX-License-Identifier: Apache-2.0
"""The command line of ./hv."""

import argparse
import os
import re
import shlex

from .common import (EXIT_OK, EXIT_USAGE, GIB, HOST_MAX_CPUS, HV_IMAGE, INITRD,
                     MIB, VM_MAX_CPUS, Usage, say)
from .plan import KNOWN_CPUS, Plan
from .qemu import command_line, run_machine

EPILOG = """\
sizes take K, M, G or T (powers of 1024); a bare number is in M, as for QEMU.

Standard input and output are the guest's console. On a terminal it is raw and
Ctrl-A x leaves (Ctrl-A Ctrl-A sends one Ctrl-A). A pipe works as well:
    printf 'uname -a\\npoweroff -f\\n' | ./hv run

exit status: 0 the guest powered off, or you left with Ctrl-A x;
             1 the guest or hv failed; 2 the command line or a file is wrong;
             128 + N ended by signal N.
environment: HV_IMAGE, another hv.bin than """ + HV_IMAGE + """
"""


def run(options):
    plan = Plan(options)
    try:
        os.fstat(0)
    except OSError:
        os.open(os.devnull, os.O_RDONLY)  # stdin is closed: this is now 0
    on_terminal = os.isatty(0)
    command = command_line(plan, options, on_terminal)
    if options.dry_run:
        print(shlex.join(command))
        return EXIT_OK
    if options.gdb:
        say("waiting for gdb: gdb-multiarch "
            f"{os.path.splitext(plan.hv)[0]}.elf "
            "-ex 'target remote :1234'")
    if on_terminal:
        say("Ctrl-A x leaves")
    return run_machine(command, hold=options.gdb)


def size(text):
    match = re.fullmatch(r"([1-9][0-9]*)([KMGT]?)(i?B)?", text, re.IGNORECASE)
    if not match or (match[3] and not match[2]):
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a size such as 512M or 2G")
    value = int(match[1]) << {"K": 10, "M": 20, "G": 30, "T": 40}[
        match[2].upper() or "M"]
    if value % MIB or value > 1 << 40:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a number of MiB up to 1T")
    return value


def number_to(most):
    """A reader of numbers from 1 to most."""
    def number(text):
        if not re.fullmatch(r"[1-9][0-9]{0,2}", text) or int(text) > most:
            raise argparse.ArgumentTypeError(
                f"'{text}' is not a number from 1 to {most}")
        return int(text)
    return number


def gic_version(text):
    if text != "3":
        raise argparse.ArgumentTypeError(
            f"'{text}': hv needs a GICv3, so only 3 is possible")
    return text


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Usage(f"{message} (./hv run --help tells more)")


def arguments():
    parser = Parser(prog="./hv", description="Start hv, the reference "
                    "hypervisor of arm_vcpu, in QEMU with one guest.")
    commands = parser.add_subparsers(dest="command", required=True,
                                     metavar="run", parser_class=Parser)
    run_parser = commands.add_parser(
        "run", help="boot a guest under hv in QEMU",
        description="Boot a guest under hv in QEMU. Without options: Debian's "
        "arm64 kernel and a busybox initrd, to a shell.", epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    guest = run_parser.add_argument_group("the guest")
    guest.add_argument("--kernel", metavar="F",
                       help="arm64 Image, ELF64 or raw binary "
                       "(default: Debian's kernel)")
    guest.add_argument("--initrd", metavar="F",
                       help=f"initial ramdisk (default: {INITRD} with "
                       "Debian's kernel, none with --kernel)")
    guest.add_argument("--append", metavar="S", default="",
                       help="the kernel's command line (default: empty)")
    guest.add_argument("--cpus", metavar="N", type=number_to(VM_MAX_CPUS),
                       default=1, help=f"virtual CPUs, 1 to {VM_MAX_CPUS}; "
                       "may be more than the host's (default: 1)")
    guest.add_argument("--memory", metavar="SIZE", type=size, default=GIB,
                       help="guest memory (default: 1G)")
    host = run_parser.add_argument_group("the machine under hv")
    host.add_argument("--host-cpus", metavar="N",
                      type=number_to(HOST_MAX_CPUS), help="physical CPUs, 1 "
                      f"to {HOST_MAX_CPUS} (default: as many as the guest's)")
    host.add_argument("--host-memory", metavar="SIZE", type=size,
                      help="physical memory (default: what the guest and its "
                      "images need, and 256M)")
    host.add_argument("--cpu", metavar="MODEL", default="cortex-a72",
                      help="QEMU's CPU model (default: cortex-a72; "
                      f"tested: {', '.join(KNOWN_CPUS)})")
    host.add_argument("--gic", metavar="3", type=gic_version, default="3",
                      help="GIC version: only 3")
    how = run_parser.add_argument_group("how to run it")
    how.add_argument("--icount", action="store_true",
                     help="one instruction is one nanosecond of machine time: "
                     "the same in every run")
    how.add_argument("--gdb", action="store_true",
                     help="wait for a debugger on port 1234")
    how.add_argument("--dry-run", action="store_true",
                     help="print the QEMU command and stop")
    return parser.parse_args()


def main():
    try:
        return run(arguments())
    except Usage as error:
        say(error)
        return EXIT_USAGE
