# SPDX-License-Identifier: Apache-2.0
"""The command line of ./hv."""

import argparse
import os
import shlex
import tempfile

from .common import (EXIT_OK, EXIT_USAGE, HOST_MAX_CPUS, HV_IMAGE, INITRD,
                     MAX_VMS, VM_MAX_CPUS, Usage, say)
from .guest import vm_option
from .plan import KNOWN_CPUS, Plan
from .qemu import (QEMU, Signalled, catch_signals, command_line,
                   machine_options, run_machine)
from .tree import vm_tree
from .values import gic_version, number_to, size

EPILOG = f"""\
sizes take K, M, G or T (powers of 1024); a bare number is in M, as for QEMU.

Several VMs: --vm once for each, {MAX_VMS} at most, and none of --kernel,
--initrd, --append, --cpus and --memory. Its keys are named like these, with
the same defaults but for memory (256M), and name (required: 1 to 31 letters,
digits, '-', '_' or '.') and pcpus, the physical CPUs that the VM may run on
(all). A comma in a value is written twice:
    ./hv run --host-cpus 2 --vm name=a,cpus=2,append=quiet \\
             --vm name=b,pcpus=0-1,append=console=ttyAMA0,,115200

Standard input and output are the guests' console: what is typed goes to the
VM in focus, at first the first one; lines of the others carry their names.
Ctrl-A is hv's key, on a terminal and in a pipe:
    Ctrl-A 0 to 9  the console of the VM of this number; n the next VM's
    Ctrl-A l       list VMs and vCPUs
    Ctrl-A s k r   stop the VM in focus, kill it, restart it
    Ctrl-A x       leave; ? lists the keys, Ctrl-A Ctrl-A sends one Ctrl-A
What follows s, k or r is for the VM's next life. Input that a VM has not read
waits, 64 KiB of it; beyond that the sender waits, and after a second hv drops
what comes, and says so. A pipe works like a terminal:
    printf 'uname -a\\npoweroff -f\\n' | ./hv run

--passthrough: no interrupt of the VM's takes an exit, and hv has none, so that
there are no keys of hv's but Ctrl-A x, which is QEMU's then; a reset of the VM
is one of the machine, and ends the run. Such a VM is trusted: through the
interrupt controller it can reach all of the machine's memory.

exit status: 0 every VM's end was good: it powered off or was stopped, or
             still ran when you left with Ctrl-A x;
             1 a VM failed or was killed, or hv failed;
             2 the command line or a file is wrong;
             128 + N ended by signal N.
environment: HV_IMAGE, another hv.bin than
             {HV_IMAGE}
"""


def print_command(command, tree):
    """One that works as it stands, so a device tree has to stay."""
    if tree:
        with tempfile.NamedTemporaryFile(prefix="hv-", suffix=".dtb",
                                         delete=False) as file:
            file.write(tree)
        command = command + ["-dtb", file.name]
        say(f"the device tree is in {file.name}, which is yours to remove")
    print(shlex.join(command))
    return EXIT_OK


def run(options):
    plan = Plan(options)
    command = command_line(plan)
    tree = vm_tree(plan, machine_options(plan)) if plan.several else None
    if options.dry_run:
        return print_command(command, tree)
    try:
        os.fstat(0)
    except OSError:
        os.open(os.devnull, os.O_RDONLY)  # stdin is closed: this is now 0
    if options.gdb:
        say("waiting for gdb: gdb-multiarch "
            f"{os.path.splitext(plan.hv)[0]}.elf "
            "-ex 'target remote :1234'")
    if os.isatty(0):
        say("Ctrl-A x leaves")
    return run_machine(command, tree, hold=options.gdb,
                       may_leave=plan.passthrough)


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Usage(f"{message} (./hv run --help tells more)")


def arguments():
    parser = Parser(prog="./hv", description="Start hv, the reference "
                    "hypervisor of arm_vcpu, in QEMU.")
    commands = parser.add_subparsers(dest="command", required=True,
                                     metavar="run", parser_class=Parser)
    run_parser = commands.add_parser(
        "run", help="boot guests under hv in QEMU",
        description="Boot guests under hv in QEMU. Without options: one, "
        "Debian's arm64 kernel and a busybox initrd, to a shell.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    guest = run_parser.add_argument_group("the guest")
    guest.add_argument("--kernel", metavar="F",
                       help="arm64 Image, ELF64 or raw binary "
                       "(default: Debian's kernel)")
    guest.add_argument("--initrd", metavar="F",
                       help=f"initial ramdisk (default: {INITRD} with "
                       "Debian's kernel, none with --kernel)")
    guest.add_argument("--append", metavar="S",
                       help="the kernel's command line (default: empty)")
    guest.add_argument("--cpus", metavar="N", type=number_to(VM_MAX_CPUS),
                       help=f"virtual CPUs, 1 to {VM_MAX_CPUS}; may be more "
                       "than the host's (default: 1)")
    guest.add_argument("--memory", metavar="SIZE", type=size,
                       help="guest memory (default: 1G)")
    guest.add_argument("--vm", type=vm_option, action="append",
                       metavar="name=a,kernel=F,initrd=F,append=S,cpus=N,"
                       "memory=SIZE,pcpus=0-1",
                       help="one of several VMs, see below")
    host = run_parser.add_argument_group("the machine under hv")
    host.add_argument("--host-cpus", metavar="N",
                      type=number_to(HOST_MAX_CPUS), help="physical CPUs, 1 "
                      f"to {HOST_MAX_CPUS} (default: as many as a guest has "
                      "or its pcpus= needs)")
    host.add_argument("--host-memory", metavar="SIZE", type=size,
                      help="physical memory (default: what the guests and "
                      "their images need, and 256M)")
    host.add_argument("--cpu", metavar="MODEL", default="cortex-a72",
                      help="QEMU's CPU model (default: cortex-a72; "
                      f"tested: {', '.join(KNOWN_CPUS)})")
    host.add_argument("--gic", metavar="3", type=gic_version, default="3",
                      help="GIC version: only 3")
    how = run_parser.add_argument_group("how to run it")
    how.add_argument("--qemu", metavar="PATH", help="another QEMU than "
                     f"{QEMU} (make setup-qemu has a newer one than Debian "
                     "12: build/qemu/qemu-system-aarch64)")
    how.add_argument("--icount", action="store_true",
                     help="one instruction is one nanosecond of machine time: "
                     "the same in every run")
    how.add_argument("--raw", action="store_true",
                     help="an only VM's output reaches the terminal as it is; "
                     "without it, what makes a terminal answer is left out")
    how.add_argument("--passthrough", action="store_true",
                     help="an only VM gets the machine's interrupt "
                     "controller, timers and UART themselves, and each of its "
                     "CPUs one of the machine's, see below")
    how.add_argument("--exits", action="store_true",
                     help="hv counts why it left the guests, and says so when "
                     "one ends")
    how.add_argument("--gdb", action="store_true",
                     help="wait for a debugger on port 1234")
    how.add_argument("--dry-run", action="store_true",
                     help="print the QEMU command and stop")
    return parser.parse_args()


def main():
    catch_signals()
    try:
        return run(arguments())
    except Usage as error:
        say(error)
        return EXIT_USAGE
    except Signalled as ended:
        say(f"ended by signal {ended.number}")
        return 128 + ended.number
