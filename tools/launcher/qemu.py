# SPDX-License-Identifier: Apache-2.0
"""QEMU: its command line, and running it to the machine's end."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import termios

from .common import EXIT_FAILED, EXIT_OK, MIB, say

QEMU = "qemu-system-aarch64"
# The same in every run: what QEMU puts into the tree's random seeds, too.
ICOUNT = ["-icount", "shift=0,sleep=off", "-seed", "1"]


def value(text):
    """In a QEMU option a comma ends a value, and two are one."""
    return text.replace(",", ",,")


def bootargs(plan, guest):
    """What hv is to know of an only guest heads its arguments."""
    words = [f"hv.memory={guest.memory // MIB}M", f"hv.cpus={guest.cpus}"]
    if plan.raw:
        words.append("hv.raw")
    if plan.passthrough:
        words.append("hv.passthrough")
    if plan.exits:
        words.append("hv.exits")
    return " ".join(words + ([guest.append] if guest.append else []))


def guest_options(plan):
    """Images for an only guest: guest-loader also says where they are."""
    guest, = plan.guests
    address, _ = plan.image("kernel", guest.kernel)
    options = ["-device", f"guest-loader,addr={address:#x},"
               f"kernel={value(guest.kernel)},"
               f"bootargs={value(bootargs(plan, guest))}"]
    if guest.initrd:
        address, _ = plan.image("initrd", guest.initrd)
        options += ["-device", f"guest-loader,addr={address:#x},"
                    f"initrd={value(guest.initrd)}"]
    return options


def image_options(plan):
    """Images for VMs that the device tree tells of."""
    options = []
    for (_, path), (address, _) in plan.images.items():
        options += ["-device", f"loader,file={value(path)},"
                    f"addr={address:#x},force-raw=on"]
    return options


def machine_options(plan):
    return [plan.qemu, "-M", "virt,virtualization=on,gic-version=3",
            "-cpu", plan.cpu, "-smp", str(plan.host_cpus),
            "-m", f"{plan.host_memory // MIB}M",
            "-nodefaults", "-display", "none", "-no-reboot",
            "-kernel", plan.hv]


def command_line(plan):
    """All but the device tree of several VMs."""
    # The machine's own UART is the VM's: only QEMU can see Ctrl-A x.
    mux = "on" if plan.passthrough else "off"
    command = machine_options(plan) + [
        "-chardev", f"stdio,id=console,mux={mux},signal=off",
        "-serial", "chardev:console"]
    command += image_options(plan) if plan.several else guest_options(plan)
    if plan.icount:
        command += ICOUNT
    if plan.gdb:
        command += ["-s", "-S"]
    return command


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1
CAUGHT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def die_with_parent():
    """In QEMU's process: no QEMU outlives its launcher."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Signalled(Exception):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


def raise_signalled(number, _frame):
    raise Signalled(number)


def catch_signals():
    """So that whatever has been begun is undone."""
    for number in CAUGHT:
        signal.signal(number, raise_signalled)


@contextlib.contextmanager
def signals_held():
    """For what is short and must not be left half done, nor half undone."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, CAUGHT)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def shutdown_reason(stream):
    """Read QMP until QEMU closes it; why the machine stopped, or None."""
    reason = None
    try:
        for line in stream:
            event = json.loads(line)
            if event.get("event") == "SHUTDOWN":
                reason = event["data"]["reason"]
    except ConnectionResetError:
        pass  # it has ended without reading what it was sent
    return reason


def start(command, hold=False, files=(), **streams):
    """Start QEMU with a control channel; the machine waits for `cont`, so
    that no event can be missed. hold: a debugger will let it go. files:
    descriptors that QEMU is to have, too."""
    ours, theirs = socket.socketpair()
    extra = ["-chardev", f"socket,id=control,fd={theirs.fileno()}",
             "-mon", "chardev=control,mode=control"]
    if not hold:
        extra.append("-S")
    # QEMU must have read all of it before it runs the machine: it resets a
    # channel that it ends with something unread. So no newline behind.
    ours.sendall(b'{"execute": "qmp_capabilities"}')
    if not hold:
        ours.sendall(b'{"execute": "cont"}')
    with theirs:
        qemu = subprocess.Popen(command + extra,
                                pass_fds=[theirs.fileno(), *files],
                                preexec_fn=die_with_parent, **streams)
    return qemu, ours


def supervise(qemu, control):
    """Wait for the end of the machine; (reason or None, QEMU's status)."""
    try:
        with control, control.makefile("r", encoding="utf-8") as stream:
            reason = shutdown_reason(stream)
        return reason, qemu.wait()
    finally:
        if qemu.poll() is None:
            qemu.terminate()
            try:
                qemu.wait(5)
            except subprocess.TimeoutExpired:
                qemu.kill()
                qemu.wait()


def verdict(reason, status):
    """(exit status, what to say about it)."""
    if reason == "guest-shutdown":
        return EXIT_OK, None
    if reason == "guest-reset":
        return EXIT_FAILED, "a guest or hv failed, see above"
    if reason is not None:
        return EXIT_FAILED, f"the machine was stopped: {reason}"
    return EXIT_FAILED, f"QEMU ended on its own, status {status}"


def tree_file(tree):
    """A file without a name, which is gone with its last user."""
    descriptor = os.memfd_create("tree.dtb")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(tree)
    return descriptor


def left(reason, status):
    """Was it Ctrl-A x of QEMU's own? Before 9.0 it tells no reason."""
    return reason in (None, "host-qmp-quit") and status == 0


def run_machine(command, tree=None, hold=False, may_leave=False):
    """Run a QEMU command with this process's console; the exit status.
    may_leave: Ctrl-A x is QEMU's."""
    saved = termios.tcgetattr(0) if os.isatty(0) else None
    files = []
    if tree:
        files.append(tree_file(tree))
        command = command + ["-dtb", f"/proc/self/fd/{files[0]}"]
    try:
        end = supervise(*start(command, hold, files))
        status, text = verdict(*end)
        if may_leave and left(*end):
            status, text = EXIT_OK, None
    finally:
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
    if text:
        say(text)
    return status
