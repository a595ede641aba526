# SPDX-License-Identifier: Apache-2.0
"""What the library promises about its object code."""

import os
import re
import tempfile

from .report import ROOT, command, expect

CROSS = "aarch64-linux-gnu-"
ALLOWED_UNDEFINED = {"memcpy", "memmove", "memset", "memcmp"}
# The head of the list of CPUs that the EL2 vectors walk: the architecture
# gives a vector nothing but its own address (include/arm_vcpu/pcpu.h).
ALLOWED_WRITABLE = {"arm_hw_cpus"}
# Code and constants of the library in a linked program.
TEXT_LIMITS = {"hypervisor/hv.elf": 56 * 1024,
               "examples/minimal.elf": 40 * 1024}
HV_IMAGE_LIMIT = 256 * 1024


def symbols(path):
    """[(name, nm's letter, section)] of an object file."""
    rows = [[part.strip() for part in line.split("|")]
            for line in command([CROSS + "nm", "--format=sysv",
                                 path]).splitlines() if "|" in line]
    return [(row[0], row[2], row[6].split("\t")[0]) for row in rows
            if row[2] and row[0] != "Name"]


def freestanding(preset):
    """Nothing but the four memory functions comes from outside, nothing is
    writable, and what others can see is called arm_…"""
    with tempfile.TemporaryDirectory() as directory:
        whole = os.path.join(directory, "whole.o")
        command([CROSS + "ld", "-r", "-o", whole, "--whole-archive",
                 f"build/{preset}/src/libarm_vcpu.a"])
        rows = symbols(whole)
    undefined = {name for name, kind, _ in rows if kind == "U"}
    expect(undefined <= ALLOWED_UNDEFINED,
           f"needs {sorted(undefined - ALLOWED_UNDEFINED)}")
    # .data.rel.ro is constant once a position-independent image is linked.
    writable = {name for name, kind, section in rows
                if kind in "dDbBCgGsS" and not name.startswith(".")
                and not section.startswith(".data.rel.ro")}
    expect(writable == ALLOWED_WRITABLE,
           f"has the writable objects {sorted(writable)}, "
           f"not just {sorted(ALLOWED_WRITABLE)}")
    strange = [name for name, kind, _ in rows
               if kind.isupper() and kind != "U"
               and not name.startswith("arm_")]
    expect(not strange, f"defines {strange}: not arm_…")


def linked_text(map_path):
    """Bytes of code and constants that the library has in a program, by the
    map of its link: GNU ld's or lld's."""
    with open(map_path, encoding="utf-8") as file:
        text = re.sub(r"\n\s+0x", " 0x", file.read())
    section = r"\.(?:text|rodata|data\.rel\.ro)[\w.$]*"
    # GNU ld lists what it threw away, too, at address 0.
    gnu = re.findall(rf"^ {section}\s+0x0*[1-9a-f][0-9a-f]*\s+"
                     r"0x([0-9a-f]+)\s+"
                     r"\S*libarm_vcpu\.a\(", text, re.MULTILINE)
    lld = re.findall(r"^\s*[0-9a-f]+\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+\s+"
                     rf"\S*libarm_vcpu\.a\([^)]*\):\({section}\)", text,
                     re.MULTILINE)
    return sum(int(size, 16) for size in gnu + lld)


def library_size(preset):
    for program, limit in TEXT_LIMITS.items():
        size = linked_text(os.path.join(ROOT, "build", preset,
                                        program + ".map"))
        expect(4096 < size <= limit,
               f"{size} bytes of the library in {program}, the limit is "
               f"{limit}")


def image_size(preset):
    size = os.path.getsize(os.path.join(ROOT, "build", preset,
                                        "hypervisor/hv.bin"))
    expect(size < HV_IMAGE_LIMIT,
           f"hv.bin has {size} bytes, the limit is {HV_IMAGE_LIMIT}")
