# SPDX-License-Identifier: Apache-2.0
"""QEMU: its command line, and running it to the machine's end."""

import ctypes
import json
import os
import signal
import socket
import subprocess
import termios

from .common import EXIT_FAILED, EXIT_OK, MIB, say

QEMU = "qemu-system-aarch64"


def value(text):
    """In a QEMU option a comma ends a value, and two are one."""
    return text.replace(",", ",,")


def image_options(plan):
    """QEMU's guest-loader puts the images into memory and says where."""
    guest = plan.guest
    options = ["-device", f"guest-loader,addr={plan.kernel_addr:#x},"
               f"kernel={value(guest.kernel)},"
               f"bootargs={value(guest.bootargs())}"]
    if guest.initrd:
        options += ["-device", f"guest-loader,addr={plan.initrd_addr:#x},"
                    f"initrd={value(guest.initrd)}"]
    return options


def command_line(plan, options, on_terminal):
    mux = "on" if on_terminal else "off"
    command = [
        QEMU, "-M", "virt,virtualization=on,gic-version=3",
        "-cpu", plan.cpu, "-smp", str(plan.host_cpus),
        "-m", f"{plan.host_memory // MIB}M",
        "-nodefaults", "-display", "none", "-no-reboot",
        "-chardev", f"stdio,id=console,mux={mux},signal=off",
        "-serial", "chardev:console", "-kernel", plan.hv]
    command += image_options(plan)
    if options.icount:
        command += ["-icount", "shift=0,sleep=off"]
    if options.gdb:
        command += ["-s", "-S"]
    return command


LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """In QEMU's process: no QEMU outlives its launcher."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Signalled(Exception):
    def __init__(self, number):
        super().__init__(number)
        self.number = number


def raise_signalled(number, _frame):
    raise Signalled(number)


def shutdown_reason(stream):
    """Read QMP until QEMU closes it; why the machine stopped, or None."""
    reason = None
    for line in stream:
        event = json.loads(line)
        if event.get("event") == "SHUTDOWN":
            reason = event["data"]["reason"]
    return reason


def start(command, hold=False, **streams):
    """Start QEMU with a control channel; the machine waits for `cont`, so
    that no event can be missed. hold: a debugger will let it go."""
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
        qemu = subprocess.Popen(command + extra, pass_fds=[theirs.fileno()],
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


def verdict(reason, status, on_terminal):
    """(exit status, what to say about it)."""
    if reason == "guest-shutdown":
        return EXIT_OK, None
    if reason == "guest-reset":
        return EXIT_FAILED, "the guest or hv failed, see above"
    if on_terminal and status == 0 and reason in (None, "host-qmp-quit",
                                                  "host-ui"):
        return EXIT_OK, "left with Ctrl-A x; the guest is gone"
    if reason is not None:
        return EXIT_FAILED, f"the machine was stopped: {reason}"
    return EXIT_FAILED, f"QEMU ended on its own, status {status}"


def run_machine(command, hold=False):
    """Run a QEMU command with this process's console; the exit status."""
    on_terminal = os.isatty(0)
    saved = termios.tcgetattr(0) if on_terminal else None
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, raise_signalled)
    try:
        status, text = verdict(*supervise(*start(command, hold=hold)),
                               on_terminal)
    except Signalled as ended:
        status, text = 128 + ended.number, f"ended by signal {ended.number}"
    finally:
        if saved:
            termios.tcsetattr(0, termios.TCSADRAIN, saved)
    if text:
        say(text)
    return status
