# SPDX-License-Identifier: Apache-2.0
"""The machine under hv, laid out: all that can be wrong is found here."""

import os
import shutil
import subprocess

from .common import HV_IMAGE, MAX_VMS, MIB, ROOT, Usage, round_up, show_size
from .guest import Guest
from .qemu import QEMU
from .tree import qemu_tree

RAM_BASE = 0x40000000  # of QEMU's virt board
IMAGE_ALIGN = 2 * MIB
HOST_OVERHEAD = 256 * MIB  # for hv, its tables and QEMU's device tree
KNOWN_CPUS = ("cortex-a53", "cortex-a72", "cortex-a76", "neoverse-n1", "max")
GUEST_OPTIONS = ("kernel", "initrd", "append", "cpus", "memory")


def machine_memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def find_qemu(path):
    """The QEMU that was asked for, or the system's."""
    if not shutil.which(path or QEMU):
        raise Usage(f"--qemu {path}: no such program" if path else
                    f"{QEMU} is not installed: run tools/setup")
    try:
        subprocess.run([path or QEMU, "--version"], capture_output=True,
                       check=False)
    except OSError as error:
        raise Usage(f"--qemu {path}: {error.strerror}") from None
    return path or QEMU


def cpu_option(qemu, cpu):
    """QEMU's -cpu for the model that was asked for."""
    if cpu not in KNOWN_CPUS:
        try:
            qemu_tree([qemu, "-M", "virt", "-cpu", cpu, "-nodefaults",
                       "-display", "none"])
        except Usage as error:
            raise Usage(f"--cpu {cpu}: {error}") from None
    if cpu.split(",")[0] == "max" and "pauth" not in cpu:
        # The architected cipher makes QEMU about ten times slower.
        cpu += ",pauth-impdef=on"
    return cpu


def choose_guests(options):
    """The VMs by --vm, or the only one by options of its own."""
    own = {name: getattr(options, name) for name in GUEST_OPTIONS}
    if not options.vm:
        return [Guest(**own)]
    for name, value in own.items():
        if value is not None:
            raise Usage(f"--{name} and --vm do not go together: a VM's is "
                        f"{name}= of its --vm")
    if len(options.vm) > MAX_VMS:
        raise Usage(f"{len(options.vm)} VMs: at most {MAX_VMS} are possible")
    names = [vm["name"] for vm in options.vm]
    for name in names:
        if names.count(name) > 1:
            raise Usage(f"--vm: two VMs have the name {name}")
    return [Guest(**vm) for vm in options.vm]


class Plan:
    def __init__(self, options):
        self.hv = os.environ.get("HV_IMAGE", os.path.join(ROOT, HV_IMAGE))
        self.qemu = find_qemu(options.qemu)
        if not os.path.isfile(self.hv):
            raise Usage(f"{self.hv} is not built: run make")
        self.guests = choose_guests(options)
        self.several = bool(options.vm)
        self.icount, self.gdb = options.icount, options.gdb
        self.raw, self.exits = options.raw, options.exits
        self.passthrough = options.passthrough
        if self.raw and len(self.guests) > 1:
            raise Usage("--raw is for the only VM: with several, none may "
                        "make the terminal type")
        self.cpu = cpu_option(self.qemu, options.cpu)
        self.choose_cpus(options.host_cpus)
        self.check_passthrough()
        self.images = {}  # (what, real path): (address, size)
        self.choose_memory(options.host_memory)
        self.place_images()

    def choose_cpus(self, host_cpus):
        wanted = max(max([guest.cpus] + [cpu + 1 for cpu in guest.pcpus])
                     for guest in self.guests)
        self.host_cpus = host_cpus or wanted
        for guest in self.guests:
            for cpu in guest.pcpus:
                if cpu >= self.host_cpus:
                    raise Usage(f"{guest.option('pcpus')} names CPU {cpu}: "
                                f"the host has only {self.host_cpus} "
                                "(--host-cpus)")

    def check_passthrough(self):
        """A VM with the machine's interrupts has its CPUs for itself."""
        if not self.passthrough:
            return
        if len(self.guests) > 1:
            raise Usage("--passthrough is for the only VM: there is one "
                        "interrupt controller")
        guest, = self.guests
        if guest.pcpus:
            raise Usage("--passthrough and pcpus= do not go together: each "
                        "CPU of the VM is the one of that number")
        if guest.cpus > self.host_cpus:
            raise Usage(f"--passthrough: {guest.cpus} virtual CPUs need as "
                        f"many of the host's, which has {self.host_cpus} "
                        "(--host-cpus)")

    def image_files(self):
        """(what, real path, size) of each image, once."""
        files = {}
        for guest in self.guests:
            files["kernel", os.path.realpath(guest.kernel)] = \
                guest.kernel_size
            if guest.initrd:
                files["initrd", os.path.realpath(guest.initrd)] = \
                    guest.initrd_size
        return [(*key, size) for key, size in files.items()]

    def choose_memory(self, host_memory):
        memory = sum(guest.memory for guest in self.guests)
        images = sum(size for _, _, size in self.image_files())
        self.host_memory = host_memory or round_up(
            memory + images + HOST_OVERHEAD, 128 * MIB)
        if memory >= self.host_memory:
            whose = "the VMs together" if self.several else "--memory"
            raise Usage(f"{whose}: {show_size(memory)}: the host has only "
                        f"{show_size(self.host_memory)} (--host-memory)")
        if self.host_memory > machine_memory():
            raise Usage(f"{show_size(self.host_memory)} of host memory are "
                        "more than this machine has: "
                        f"{show_size(machine_memory())}")

    def place_images(self):
        # QEMU puts the image of hv at 2 MiB and the device tree, up to
        # 2 MiB of it, at 128 MiB or half of the memory, whichever is less.
        address = RAM_BASE + min(self.host_memory // 2, 128 * MIB) + 4 * MIB
        for what, path, size in self.image_files():
            address = round_up(address, IMAGE_ALIGN)
            self.images[what, path] = address, size
            address += size
        if address > RAM_BASE + self.host_memory:
            raise Usage(f"{show_size(self.host_memory)} of host memory have "
                        "no room for the images (--host-memory)")

    def image(self, what, path):
        """Address and size of a guest's image."""
        return self.images[what, os.path.realpath(path)]
