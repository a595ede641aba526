# SPDX-License-Identifier: Apache-2.0
"""One VM: what it starts from and what it is given, checked."""

import os
from argparse import ArgumentTypeError

from .common import (DEBIAN_KERNEL, GIB, INITRD, MIB, ROOT, VM_MAX_CPUS,
                     Usage, show_size)
from .images import kernel_footprint, map_file
from .values import cpu_list, number_to, size, vm_name

MEMORY_UNIT = 2 * MIB
SINGLE_MEMORY, VM_MEMORY = GIB, 256 * MIB

# The readers of what --vm takes.
KEYS = {"name": vm_name, "kernel": str, "initrd": str, "append": str,
        "cpus": number_to(VM_MAX_CPUS), "memory": size, "pcpus": cpu_list}


def split_items(text):
    """At each comma, but that two of them are one that belongs to a value."""
    return [item.replace("\0", ",")
            for item in text.replace(",,", "\0").split(",")]


def vm_option(text):
    """What --vm says: a dictionary of what it names."""
    values = {}
    for item in split_items(text):
        key, equals, value = item.partition("=")
        if not equals:
            raise ArgumentTypeError(f"'{item}' is not KEY=VALUE (a comma in "
                                    "a value is written twice)")
        if key not in KEYS:
            raise ArgumentTypeError(f"'{key}' is none of {', '.join(KEYS)}")
        if key in values:
            raise ArgumentTypeError(f"'{key}' is there twice")
        try:
            values[key] = KEYS[key](value)
        except ArgumentTypeError as error:
            raise ArgumentTypeError(f"{key}: {error}") from None
    if "name" not in values:
        raise ArgumentTypeError(f"'{text}' has no name=")
    return values


class Guest:
    def __init__(self, name=None, kernel=None, initrd=None, append=None,
                 cpus=None, memory=None, pcpus=()):
        """Without a name: the only one, which has options of its own."""
        self.name = name
        self.append = append or ""
        self.cpus = cpus or 1
        self.memory = memory or (VM_MEMORY if name else SINGLE_MEMORY)
        self.pcpus = pcpus
        self.choose_images(kernel, initrd)
        self.check_images()
        self.check_memory()

    def option(self, key):
        """What to change, for messages."""
        return f"{key}= of VM {self.name}" if self.name else f"--{key}"

    def choose_images(self, kernel, initrd):
        """Debian's kernel and our initrd, where nothing else is named."""
        self.kernel, self.initrd = kernel, initrd
        if kernel is None:
            self.kernel = DEBIAN_KERNEL
            if initrd is None:
                self.initrd = os.path.join(ROOT, INITRD)
        for path, named, remedy in ((self.kernel, kernel, "run tools/setup"),
                                    (self.initrd, initrd, "run make")):
            if named is None and path and not os.path.isfile(path):
                raise Usage(f"{path} is missing: {remedy}")

    def check_images(self):
        self.footprint = kernel_footprint(self.kernel)
        self.kernel_size = os.path.getsize(self.kernel)
        self.initrd_size = (len(map_file(self.initrd, "initrd"))
                            if self.initrd else 0)

    def check_memory(self):
        memory, option = show_size(self.memory), self.option("memory")
        if self.memory % MEMORY_UNIT:
            raise Usage(f"{option}: {memory} is not a multiple of "
                        f"{show_size(MEMORY_UNIT)}")
        if self.footprint > self.memory:
            raise Usage(f"kernel {self.kernel} needs "
                        f"{show_size(self.footprint)}, the guest has "
                        f"{memory} ({option})")
        if self.footprint + self.initrd_size > self.memory:
            raise Usage(f"initrd {self.initrd} of "
                        f"{show_size(self.initrd_size)} does not fit beside "
                        f"the kernel in the guest's {memory} ({option})")
