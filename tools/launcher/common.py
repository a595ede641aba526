# SPDX-License-Identifier: Apache-2.0
"""What the launcher's parts share: places, sizes, how it ends."""

import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.realpath(__file__))))
HV_IMAGE = "build/aarch64-gcc-release/hypervisor/hv.bin"
INITRD = "build/initrd.cpio"
DEBIAN_KERNEL = ("/usr/lib/debian-installer/images/12/arm64/text/"
                 "debian-installer/arm64/linux")

KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30

VM_MAX_CPUS, HOST_MAX_CPUS, MAX_VMS = 32, 64, 64  # hv's

EXIT_OK, EXIT_FAILED, EXIT_USAGE = 0, 1, 2


class Usage(Exception):
    """The command line, or a file it names, cannot work: one line."""


def say(text):
    print(f"hv: {text}", file=sys.stderr, flush=True)


def round_up(value, unit):
    return -(-value // unit) * unit


def show_size(size):
    for unit, name in ((GIB, "GiB"), (MIB, "MiB"), (KIB, "KiB")):
        if size >= unit:
            tenths = size * 10 // unit  # never more than there is
            return f"{tenths / 10:g} {name}"
    return f"{size} bytes"
