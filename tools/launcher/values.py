# SPDX-License-Identifier: Apache-2.0
"""Readers of values on the command line; what is wrong with one is said by
argparse, which knows the option."""

import re
from argparse import ArgumentTypeError

from .common import HOST_MAX_CPUS, MIB

UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}


def size(text):
    match = re.fullmatch(r"([1-9][0-9]*)([KMGT]?)(i?B)?", text, re.IGNORECASE)
    if not match or (match[3] and not match[2]):
        raise ArgumentTypeError(f"'{text}' is not a size such as 512M or 2G")
    value = int(match[1]) << UNITS[match[2].upper() or "M"]
    if value % MIB or value > 1 << 40:
        raise ArgumentTypeError(f"'{text}' is not a number of MiB up to 1T")
    return value


def number_to(most):
    """A reader of numbers from 1 to most."""
    def number(text):
        if not re.fullmatch(r"[1-9][0-9]{0,2}", text) or int(text) > most:
            raise ArgumentTypeError(
                f"'{text}' is not a number from 1 to {most}")
        return int(text)
    return number


def cpu_list(text):
    """Numbers of physical CPUs and ranges of them, in rising order."""
    cpus = set()
    for part in text.split(","):
        match = re.fullmatch(r"([0-9]{1,3})(?:-([0-9]{1,3}))?", part)
        first, last = (int(match[1]), int(match[2] or match[1])) if match \
            else (1, 0)
        if first > last or last >= HOST_MAX_CPUS:
            raise ArgumentTypeError(
                f"'{text}' is not CPUs from 0 to {HOST_MAX_CPUS - 1} such as "
                "0-1 or 0,,2")
        cpus.update(range(first, last + 1))
    return sorted(cpus)


def vm_name(text):
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,31}", text):
        raise ArgumentTypeError(
            f"'{text}' is not 1 to 31 letters, digits, '-', '_' or '.'")
    return text


def gic_version(text):
    if text != "3":
        raise ArgumentTypeError(
            f"'{text}': hv needs a GICv3, so only 3 is possible")
    return text
