# SPDX-License-Identifier: Apache-2.0
"""clang-format, clang-tidy and cppcheck over our own C."""

import json
import os
import re

from .layers import sources
from .report import ROOT, Failure, command

TIDY_BATCH = 8


def c_files():
    return [name for name in sources() if name.endswith((".c", ".h"))]


def formatted():
    command(["clang-format", "--dry-run", "--Werror", *c_files()])


def shared_words():
    """Each access of src to an _Atomic word is one of lib/atomic.h's, which say
    the order and let the simulated machine interleave: no plain one."""
    plain = re.compile(r"<AtomicToNonAtomic>|Operator.*_Atomic[^']*'"
                       r"(?: \w+)* '(?:\S*=|\+\+|--)'")
    for name in c_files():
        if not name.startswith("src/") or not name.endswith(".c"):
            continue
        tree = command(["clang", "--target=aarch64-none-elf", "-std=gnu11",
                        "-ffreestanding", "-Iinclude", "-Isrc",
                        "-fsyntax-only", "-fno-color-diagnostics",
                        "-Xclang", "-ast-dump", name])
        found = plain.search(tree)
        if found:
            start = tree.rfind("\n", 0, found.start()) + 1
            end = tree.find("\n", found.end())
            raise Failure(f"{name}: a plain access to a shared word: "
                          f"{tree[start:end].strip(' |`-')}")


def tidy_units():
    """(build directory, source) of every unit, each from one database."""
    seen, units = set(), []
    for preset in ("host-clang-release", "aarch64-clang-release"):
        database = os.path.join(ROOT, "build", preset,
                                "compile_commands.json")
        with open(database, encoding="utf-8") as file:
            entries = json.load(file)
        for entry in entries:
            name = os.path.relpath(entry["file"], ROOT)
            if name.endswith(".c") and name not in seen:
                seen.add(name)
                units.append((f"build/{preset}", name))
    return units


def tidy(directory, names):
    # The analyzer takes minutes for the long tables of some tests, and they
    # run under sanitizers anyway.
    checks = [] if not names[0].startswith("tests/") else [
        "--checks=-clang-analyzer-*"]
    command(["clang-tidy", "--quiet", "-p", directory, *checks, *names])


def tidy_checks():
    """Some files of one room at a time, so that they run side by side."""
    rooms = {}
    for directory, name in tidy_units():
        room = "/".join(name.split("/")[:2])
        rooms.setdefault((directory, room), []).append(name)
    checks = []
    for (directory, room), names in sorted(rooms.items()):
        for i in range(0, len(names), TIDY_BATCH):
            batch = names[i:i + TIDY_BATCH]
            last = os.path.basename(batch[-1])
            label = f"clang-tidy: {room}/… {last}" if len(batch) > 1 \
                else f"clang-tidy: {batch[0]}"
            checks.append((label, tidy, directory, batch))
    return checks


def cppcheck():
    names = [name for name in c_files() if name.endswith(".c")]
    if not names:
        raise Failure("no sources")
    command(["cppcheck", "--quiet", "--std=c11", "--language=c",
             "--enable=warning,performance,portability", "--inline-suppr",
             "--error-exitcode=1", "--suppress=missingIncludeSystem",
             "--suppressions-list=tools/checks/cppcheck.txt",
             f"-j{os.cpu_count()}", "-Iinclude", "-Isrc", "-Ihypervisor",
             "-Ihypervisor/base/include", "-Iguests/runtime", "-Itests/unit",
             "-Ibuild/sysroot/usr/include", "--platform=unix64", *names])
