# SPDX-License-Identifier: Apache-2.0
"""One guest: what it starts from and what it is given, checked."""

import os

from .common import DEBIAN_KERNEL, INITRD, MIB, ROOT, Usage, show_size
from .images import kernel_footprint, map_file

MEMORY_UNIT = 2 * MIB


class Guest:
    def __init__(self, options):
        self.append = options.append
        self.cpus = options.cpus
        self.memory = options.memory
        self.choose_images(options)
        self.check_images()
        self.check_memory()

    def choose_images(self, options):
        """Debian's kernel and our initrd, where nothing else is named."""
        self.kernel, self.initrd = options.kernel, options.initrd
        if self.kernel is None:
            self.kernel = DEBIAN_KERNEL
            if self.initrd is None:
                self.initrd = os.path.join(ROOT, INITRD)
        for path, option, remedy in (
                (self.kernel, options.kernel, "run tools/setup"),
                (self.initrd, options.initrd, "run make")):
            if option is None and path and not os.path.isfile(path):
                raise Usage(f"{path} is missing: {remedy}")

    def check_images(self):
        self.footprint = kernel_footprint(self.kernel)
        self.kernel_size = os.path.getsize(self.kernel)
        self.initrd_size = (len(map_file(self.initrd, "initrd"))
                            if self.initrd else 0)

    def check_memory(self):
        memory = show_size(self.memory)
        if self.memory % MEMORY_UNIT:
            raise Usage(f"--memory {memory} is not a multiple of "
                        f"{show_size(MEMORY_UNIT)}")
        if self.footprint > self.memory:
            raise Usage(f"kernel {self.kernel} needs "
                        f"{show_size(self.footprint)}, the guest has "
                        f"{memory} (--memory)")
        if self.footprint + self.initrd_size > self.memory:
            raise Usage(f"initrd {self.initrd} of "
                        f"{show_size(self.initrd_size)} does not fit beside "
                        f"the kernel in the guest's {memory} (--memory)")

    def bootargs(self):
        """What hv is to know stands at the head of the arguments."""
        words = [f"hv.memory={self.memory // MIB}M", f"hv.cpus={self.cpus}"]
        return " ".join(words + ([self.append] if self.append else []))
