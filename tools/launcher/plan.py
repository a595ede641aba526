# SPDX-License-Identifier: Apache-2.0
"""The machine under hv, laid out: all that can be wrong is found here."""

import os
import shutil
import subprocess

from .common import HV_IMAGE, MIB, ROOT, Usage, round_up, show_size
from .guest import Guest
from .qemu import QEMU

RAM_BASE = 0x40000000  # of QEMU's virt board
IMAGE_ALIGN = 2 * MIB
HOST_OVERHEAD = 256 * MIB  # for hv, its tables and QEMU's device tree
KNOWN_CPUS = ("cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1", "max")


def machine_memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def cpu_option(cpu):
    """QEMU's -cpu for the model that was asked for."""
    model = cpu.split(",")[0]
    if model not in KNOWN_CPUS:
        known = subprocess.run([QEMU, "-M", "virt", "-cpu", "help"],
                               capture_output=True, text=True, check=False)
        if model not in known.stdout.split():
            raise Usage(f"--cpu {model}: QEMU knows no such model")
    if model == "max" and "pauth" not in cpu:
        # The architected cipher makes QEMU about ten times slower.
        cpu += ",pauth-impdef=on"
    return cpu


class Plan:
    def __init__(self, options):
        self.hv = os.environ.get("HV_IMAGE", os.path.join(ROOT, HV_IMAGE))
        if not shutil.which(QEMU):
            raise Usage(f"{QEMU} is not installed: run tools/setup")
        if not os.path.isfile(self.hv):
            raise Usage(f"{self.hv} is not built: run make")
        self.guest = Guest(options)
        self.choose_cpus(options)
        self.choose_memory(options)
        self.place_images()

    def choose_cpus(self, options):
        self.host_cpus = options.host_cpus or self.guest.cpus
        self.cpu = cpu_option(options.cpu)

    def choose_memory(self, options):
        memory = self.guest.memory
        images = self.guest.kernel_size + self.guest.initrd_size
        self.host_memory = options.host_memory or round_up(
            memory + images + HOST_OVERHEAD, 128 * MIB)
        if memory >= self.host_memory:
            raise Usage(f"--memory {show_size(memory)}: the host has only "
                        f"{show_size(self.host_memory)} (--host-memory)")
        if self.host_memory > machine_memory():
            raise Usage(f"{show_size(self.host_memory)} of host memory are "
                        "more than this machine has: "
                        f"{show_size(machine_memory())}")

    def place_images(self):
        # QEMU puts the image of hv at 2 MiB and the device tree, up to
        # 2 MiB of it, at 128 MiB or half of the memory, whichever is less.
        first = RAM_BASE + min(self.host_memory // 2, 128 * MIB) + 4 * MIB
        self.kernel_addr = round_up(first, IMAGE_ALIGN)
        self.initrd_addr = round_up(
            self.kernel_addr + self.guest.kernel_size, IMAGE_ALIGN)
        if (self.initrd_addr + self.guest.initrd_size
                > RAM_BASE + self.host_memory):
            raise Usage(f"{show_size(self.host_memory)} of host memory have "
                        "no room for the images (--host-memory)")
