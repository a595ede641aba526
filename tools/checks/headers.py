# SPDX-License-Identifier: Apache-2.0
"""The public headers, read by those who include them: as C11, C++17 and
C++20, each header alone, and with one layout in both languages."""

import glob
import json
import os
import re
import shutil
import tempfile

from .report import ROOT, command, expect

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
FREESTANDING = ["clang", "--target=aarch64-none-elf", "-ffreestanding"]
# (language, standard, compiler)
READERS = (
    ("c", "c11", ["gcc"]),
    ("c", "c11", ["clang"]),
    ("c", "c11", ["aarch64-linux-gnu-gcc", "-ffreestanding"]),
    ("c", "c11", FREESTANDING),
    *(("c++", standard, compiler)
      for standard in ("c++17", "c++20")
      for compiler in (["g++"], ["clang++"], FREESTANDING)),
)


def headers():
    """Their names as a program includes them."""
    names = [f"arm_vcpu/{os.path.basename(path)}" for path in
             sorted(glob.glob(os.path.join(ROOT, "include/arm_vcpu/*.h")))]
    expect(names, "there are no public headers")
    return names


def write(directory, name, text):
    path = os.path.join(directory, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def standalone():
    """Each header compiles alone, and a second time after itself."""
    with tempfile.TemporaryDirectory() as directory:
        sources = [write(directory, name.replace("/", "_") + ".inc",
                         f"#include <{name}>\n" * 2 + "extern int one;\n")
                   for name in headers()]
        for language, standard, compiler in READERS:
            command([*compiler, "-fsyntax-only", f"-std={standard}",
                     *WARNINGS, "-Iinclude", "-x", language, *sources])


def declared(pattern):
    """What the pattern finds in the headers, line by line."""
    found = []
    for name in headers():
        with open(os.path.join(ROOT, "include", name),
                  encoding="utf-8") as file:
            found += re.findall(pattern, file.read(), re.MULTILINE)
    expect(found, f"no header has {pattern}")
    return found


def symbols(language, standard, compiler, lines):
    """[(name, size or None)] of an object of these lines and all headers."""
    text = "".join(f"#include <{name}>\n" for name in headers())
    with tempfile.TemporaryDirectory() as directory:
        source = write(directory, "source.inc", text + "\n".join(lines) + "\n")
        target = os.path.join(directory, "target.o")
        command([*compiler, "-c", f"-std={standard}", "-Iinclude", "-x",
                 language, "-o", target, source])
        rows = command(["llvm-nm", "--format=posix", "--radix=d", target])
    return [(row[0], int(row[3]) if len(row) > 3 else None)
            for row in map(str.split, rows.splitlines())]


def one_layout():
    """C and C++ agree about every struct: the library is C, its host may be
    C++. An object as large as each struct, and one as its alignment, tell."""
    lines = ["#include <stdalign.h>"]
    for name in declared(r"^struct (arm_\w+) \{$"):
        lines += [f"char size_of_{name}[sizeof(struct {name})];",
                  f"char alignment_of_{name}[alignof(struct {name})];"]
    for c_compiler, cxx_compiler in ((FREESTANDING, FREESTANDING),
                                     (["gcc"], ["g++"])):
        in_c = symbols("c", "c11", c_compiler, lines)
        in_cxx = symbols("c++", "c++17", cxx_compiler, lines)
        different = sorted(set(in_c) ^ set(in_cxx))
        expect(not different, f"{cxx_compiler[0]} differs: {different}")


def c_linkage():
    """C++ looks for each function under its C name."""
    names = declared(r"^(?:\w.*[ *])?(arm_\w+)\(")
    lines = [f"auto *use_{name} = &{name};" for name in names]
    found = [name for name, size in
             symbols("c++", "c++17", ["clang++"], lines)
             if not name.startswith("use_")]
    expect(sorted(found) == sorted(names),
           f"not C's: {sorted(set(found) ^ set(names))}")


PREFIXES = r"(arm|ARM)_(vcpu|vm|vgic|vtimer|stage2|pcpu)(_|$)"
# Two structs that every host reads about in the first line, and what goes
# with them; and the slots of the second, which private.h has.
OTHER_NAMES = r"arm_(trap_frame|guest_regs|vcpu|reg)(_|$)|ARM_REG_|" \
    r"(GUEST|ORDERED|CONTROL)_REG$"


def prefixes():
    """Every name at file scope, of a macro, a type, an enumerator or a
    function, begins as its object does, so that it lives beside anything."""
    names = declared(r"^#define (\w+)")
    names += declared(r"^(?:struct|enum) (\w+) \{$")
    names += declared(r"^\t([A-Z]\w+)(?: = |,)")
    names += declared(r"^(?:\w.*[ *])?(\w+)\(")
    strange = sorted({name for name in names
                      if not re.match(PREFIXES, name, re.IGNORECASE)
                      and not re.match(OTHER_NAMES, name)})
    expect(not strange, f"not the library's own: {strange}")


def hosts_keep_out(preset):
    """hv, the examples and the tests at EL2 compile without the fields of
    private.h: they do not reach into them."""
    with open(os.path.join(ROOT, "include/arm_vcpu/private.h"),
              encoding="utf-8") as file:
        text = file.read()
    closed, count = re.subn(r"^struct (arm_\w+) \{$.*?^\};$",
                            r"struct \1 { unsigned char closed[16]; };", text,
                            flags=re.MULTILINE | re.DOTALL)
    expect(count > 5, "private.h has no structs")
    database = os.path.join(ROOT, "build", preset, "compile_commands.json")
    with open(database, encoding="utf-8") as file:
        units = [entry for entry in json.load(file)
                 if re.match(r"(hypervisor|examples|tests/el2)/.*\.c$",
                             os.path.relpath(entry["file"], ROOT))]
    expect(units, "no host was built")
    with tempfile.TemporaryDirectory() as directory:
        shutil.copytree(os.path.join(ROOT, "include"),
                        os.path.join(directory, "include"))
        write(os.path.join(directory, "include/arm_vcpu"), "private.h", closed)
        for entry in units:
            words = entry["command"].split()
            command([words[0], f"-I{directory}/include", "-fsyntax-only",
                     *words[1:words.index("-o")], entry["file"]])
