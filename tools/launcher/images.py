# SPDX-License-Identifier: Apache-2.0
"""A guest's images: whether a file is a kernel, and all of it."""

import mmap
import re
import struct

from .common import KIB, Usage


def map_file(path, what):
    """The contents of a file, of which only what is looked at is read."""
    try:
        with open(path, "rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise Usage(f"{what} {path}: {error.strerror}") from None
    except ValueError:
        raise Usage(f"{what} {path} is empty") from None


FOREIGN_KERNELS = (
    (0, b"\x1f\x8b", "compressed with gzip: unpack it with gunzip first"),
    (0, b"\xfd7zXZ\0", "compressed with xz: unpack it with unxz first"),
    (0, b"\x28\xb5\x2f\xfd", "compressed with zstd: unpack it first"),
    (0, b"\x27\x05\x19\x56", "a U-Boot uImage: take the kernel out of it"),
    (0, b"\xd0\x0d\xfe\xed", "a device tree or FIT image, not a kernel"),
    (0x202, b"HdrS", "an x86 kernel"),
    (0x24, b"\x18\x28\x6f\x01", "a 32-bit Arm kernel"),
)


def pe_length(data):
    """The least length of an EFI-stub kernel: sections and signature."""
    pe = struct.unpack_from("<I", data, 60)[0]
    if data[pe:pe + 4] != b"PE\0\0":
        return 0
    sections, = struct.unpack_from("<H", data, pe + 6)
    optional, = struct.unpack_from("<H", data, pe + 20)
    end = 0
    for i in range(sections):
        size, offset = struct.unpack_from("<II", data,
                                          pe + 24 + optional + 40 * i + 16)
        end = max(end, offset + size)
    directories, = struct.unpack_from("<I", data, pe + 24 + 108)
    if directories > 4:  # entry 4: the signature, by file offset
        end = max(end, sum(struct.unpack_from("<II", data,
                                              pe + 24 + 112 + 8 * 4)))
    return end


def elf_layout(data):
    """(least file length, bytes of memory) by the program headers."""
    machine, = struct.unpack_from("<H", data, 18)
    if data[4:6] != b"\x02\x01" or machine != 183:
        raise ValueError("is an ELF file, but not for 64-bit Arm")
    phoff, = struct.unpack_from("<Q", data, 32)
    phentsize, phnum = struct.unpack_from("<HH", data, 54)
    length, low, high = phoff + phentsize * phnum, 1 << 64, 0
    for i in range(phnum):
        kind, _, offset, _, paddr, filesz, memsz = struct.unpack_from(
            "<IIQQQQQ", data, phoff + phentsize * i)
        if kind == 1 and memsz:
            length = max(length, offset + filesz)
            low, high = min(low, paddr), max(high, paddr + memsz)
    if not high:
        raise ValueError("is an ELF file without anything to load")
    return length, high - low


def kernel_footprint(path):
    """Check a kernel; the bytes of memory that it wants from the base."""
    data = map_file(path, "kernel")
    for offset, magic, text in FOREIGN_KERNELS:
        if data[offset:offset + len(magic)] == magic:
            raise Usage(f"kernel {path} is {text}")
    try:
        if data[56:60] == b"ARM\x64":
            text_offset, size = struct.unpack_from("<QQ", data, 8)
            length = pe_length(data) if data[:2] == b"MZ" else 0
            memory = text_offset + max(size, len(data))
        elif data[:4] == b"\x7fELF":
            length, memory = elf_layout(data)
        elif data[:2] == b"MZ" or re.fullmatch(rb"[\t\n\r -~]+", data[:64]):
            raise ValueError("has a wrong magic: not an arm64 Image, not an "
                             "ELF64 file and not AArch64 code")
        else:
            length, memory = 0, 512 * KIB + len(data)
    except (struct.error, OverflowError):
        raise Usage(f"kernel {path} is truncated: {len(data)} bytes end "
                    "inside its headers") from None
    except ValueError as error:
        raise Usage(f"kernel {path} {error}") from None
    if len(data) < length:
        raise Usage(f"kernel {path} is truncated: {len(data)} bytes of "
                    f"{length}")
    return memory
