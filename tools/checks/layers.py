# SPDX-License-Identifier: Apache-2.0
"""The arrows between the rooms (docs/TOUR.md), read off the includes."""

import os
import re

from .report import ROOT, command, expect

FREESTANDING = r"std(int|def|bool|atomic|arg|align)\.h|limits\.h"
PUBLIC = r"arm_vcpu/.*"

# Room: what its files may include. The include paths in CMake enforce most
# of this; a relative "../" or a stray -I would get round them, not round this.
ROOMS = {
    "include/arm_vcpu": rf"{PUBLIC}|{FREESTANDING}",
    "src/arch": rf"arch/.*|stdint\.h",
    "src/core": rf"arch/.*|core/.*|{PUBLIC}|{FREESTANDING}|string\.h",
    "src/cpu": rf"(arch|core|cpu)/.*|{PUBLIC}|{FREESTANDING}|string\.h",
    "hypervisor": rf"(boot|platform|sched|vm|lib)/.*|{PUBLIC}|libfdt\.h|"
                  rf"{FREESTANDING}|std(io|lib)\.h|string\.h",
    "guests": rf"[a-z0-9_]+\.(h|def)|{FREESTANDING}",
    "examples": rf"[a-z0-9_]+\.h|{PUBLIC}|{FREESTANDING}|string\.h",
}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^">]+)[">]', re.MULTILINE)
SEARCH = ("include", "src", "hypervisor")


def sources():
    names = command(["git", "ls-files", "-co", "--exclude-standard",
                     "*.c", "*.h", "*.S", "*.def"]).split()
    return [name for name in names if os.path.exists(os.path.join(ROOT, name))]


def includes(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return INCLUDE.findall(file.read())


def arrows():
    wrong = []
    for name in sources():
        for room, allowed in ROOMS.items():
            if name.startswith(room + "/"):
                wrong += [f"{name} includes {header}"
                          for header in includes(name)
                          if not re.fullmatch(allowed, header)]
    expect(not wrong, "\n".join(wrong))


def no_circles():
    names = set(sources())
    graph = {}
    for name in names:
        found = [os.path.normpath(os.path.join(directory, header))
                 for header in includes(name)
                 for directory in (*SEARCH, os.path.dirname(name))]
        graph[name] = [other for other in found if other in names]
    done, path = set(), []

    def visit(name):
        if name in done:
            return
        expect(name not in path, "circle: " + " -> ".join(
            path[path.index(name):] + [name] if name in path else []))
        path.append(name)
        for other in graph[name]:
            visit(other)
        path.pop()
        done.add(name)

    for name in sorted(names):
        visit(name)


def first_lines():
    """Every source says its licence in its first lines."""
    silent = []
    for name in command(["git", "ls-files"]).split():
        if (re.search(r"\.(md|json|svg)$|LICENSE|\.gitignore|\.clang-format|"
                      r"\.github/session|"
                      r"tests/fuzz/.*corpus", name)
                or not os.path.exists(os.path.join(ROOT, name))):
            continue
        with open(os.path.join(ROOT, name), "rb") as file:
            if b"SPDX-License-Identifier: Apache-2.0" not in file.read(200):
                silent.append(name)
    expect(not silent, "no licence line in " + ", ".join(silent))
