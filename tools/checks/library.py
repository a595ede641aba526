# SPDX-License-Identifier: Apache-2.0
"""What the library promises about its object code."""

import os
import tempfile

from .report import ROOT, command, expect

CROSS = "aarch64-linux-gnu-"
ALLOWED_UNDEFINED = {"memcpy", "memmove", "memset", "memcmp"}
# The head of the list of CPUs that the EL2 vectors walk: the architecture
# gives a vector nothing but its own address (include/arm_vcpu/pcpu.h).
ALLOWED_WRITABLE = {"arm_pcpu_list"}
LIBRARY_TEXT_LIMIT = 48 * 1024
HV_IMAGE_LIMIT = 256 * 1024


def symbols(path, *options):
    """[(type, name)] of an object file."""
    lines = command([CROSS + "nm", "--format=posix", *options, path])
    rows = [line.split() for line in lines.splitlines()
            if line and not line.endswith(":")]
    return [(row[1], row[0]) for row in rows]


def freestanding(preset):
    """Nothing but the four memory functions comes from outside."""
    with tempfile.TemporaryDirectory() as directory:
        whole = os.path.join(directory, "whole.o")
        command([CROSS + "ld", "-r", "-o", whole, "--whole-archive",
                 f"build/{preset}/src/libarm_vcpu.a"])
        undefined = {name for _, name in symbols(whole, "--undefined-only")}
        expect(undefined <= ALLOWED_UNDEFINED,
               f"needs {sorted(undefined - ALLOWED_UNDEFINED)}")
        defined = symbols(whole, "--defined-only")
        # nm's letters for data, bss, common and small data.
        writable = {name for kind, name in defined if kind in "dDbBCgGsS"}
        expect(writable <= ALLOWED_WRITABLE,
               f"has writable objects {sorted(writable - ALLOWED_WRITABLE)}")
        strange = [name for kind, name in defined
                   if kind.isupper() and not name.startswith("arm_")]
        expect(not strange, f"defines {strange}: not arm_…")


def library_size(preset):
    rows = command([CROSS + "size", "--totals",
                    f"build/{preset}/src/libarm_vcpu.a"]).splitlines()
    text = int(rows[-1].split()[0])
    expect(text < LIBRARY_TEXT_LIMIT,
           f"{text} bytes of text, the limit is {LIBRARY_TEXT_LIMIT}")


def image_size(preset):
    size = os.path.getsize(os.path.join(ROOT, "build", preset,
                                        "hypervisor/hv.bin"))
    expect(size < HV_IMAGE_LIMIT,
           f"hv.bin has {size} bytes, the limit is {HV_IMAGE_LIMIT}")
