# SPDX-License-Identifier: Apache-2.0
"""The device tree that tells hv about its VMs, by docs/BINDING.md: QEMU's own
for the machine, with a node for each VM."""

import os
import struct
import subprocess
import tempfile

from .common import Usage
from .qemu import signals_held

LIMIT = 60  # seconds, to end a QEMU that hangs
ROOM = 2048  # for a VM's node without its command line


def qemu_tree(command):
    """What QEMU would give a machine that this command starts."""
    command = list(command)
    with signals_held(), tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "tree.dtb")
        command[command.index("-M") + 1] += f",dumpdtb={path}"
        try:
            run = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                                 capture_output=True, check=False,
                                 timeout=LIMIT)
        except subprocess.TimeoutExpired:
            raise Usage("QEMU does not tell its device tree") from None
        try:
            with open(path, "rb") as file:
                return file.read()
        except OSError:
            raise Usage("QEMU does not tell its device tree: "
                        f"{run.stderr.strip() or run.returncode}") from None


def cells(*values):
    return struct.pack(f">{len(values)}I", *values)


def properties(plan, number, guest):
    kernel = plan.image("kernel", guest.kernel)
    yield "compatible", b"arm-vcpu,vm\0"
    yield "reg", cells(number)
    yield "label", guest.name.encode() + b"\0"
    yield "cpus", cells(guest.cpus)
    yield "memory", struct.pack(">Q", guest.memory)
    if plan.raw:
        yield "raw-console", b""
    if plan.passthrough:
        yield "passthrough", b""
    if plan.exits:
        yield "count-exits", b""
    if guest.pcpus:
        yield "pcpus", cells(*guest.pcpus)
    yield "bootargs", os.fsencode(guest.append) + b"\0"
    yield "kernel", struct.pack(">QQ", *kernel)
    if guest.initrd:
        yield "initrd", struct.pack(">QQ",
                                    *plan.image("initrd", guest.initrd))


def vm_tree(plan, command):
    """The tree for a plan whose machine this command starts, as bytes."""
    try:
        import libfdt
    except ImportError:
        raise Usage("python3-libfdt is not installed: "
                    "run tools/setup") from None
    tree = libfdt.Fdt(qemu_tree(command))
    tree.pack()
    tree.resize(tree.totalsize() + ROOM + sum(
        ROOM + len(os.fsencode(guest.append)) for guest in plan.guests))
    hv = tree.add_subnode(tree.path_offset("/chosen"), "hv")
    tree.setprop(hv, "#address-cells", cells(1))
    tree.setprop(hv, "#size-cells", cells(0))
    # A new subnode is the first: the last VM goes in first.
    for number, guest in reversed(list(enumerate(plan.guests))):
        node = tree.add_subnode(hv, f"vm@{number:x}")
        for name, value in properties(plan, number, guest):
            tree.setprop(node, name, value)
    tree.pack()
    return bytes(tree.as_bytearray()[:tree.totalsize()])
