# SPDX-License-Identifier: Apache-2.0
"""The two errata of Cortex-A53 that compiler and linker work around: that
they are told to, and that no program of ours has what they are to remove."""

import json
import os
import re
import shlex
import tempfile

from .report import ROOT, Failure, command, expect

CROSS = "aarch64-linux-gnu-"
COMPILER_OPTION = "-mfix-cortex-a53-835769"
LINKER_OPTION = "--fix-cortex-a53-843419"
PROGRAMS = ("hypervisor/hv.elf", "examples/minimal.elf")
LINE = re.compile(r"^ *([0-9a-f]+):\t(\S+)(?:\t([^/]*?))? *(?://.*)?$")
MEMORY = re.compile(r"(ld|st|prfm|prfum|cas|swp)")
ACCUMULATE = re.compile(r"[su]?m(add|sub)l?")
BRANCH = re.compile(r"(b|bl|br|blr|ret|cbn?z|tbn?z|b\..*|eret)")


def a53_options(preset):
    """The compiler is told in each file, the linker in each program."""
    with open(os.path.join(ROOT, "build", preset, "compile_commands.json"),
              encoding="utf-8") as file:
        units = [unit for unit in json.load(file)
                 if unit["file"].startswith((f"{ROOT}/src/",
                                             f"{ROOT}/hypervisor/"))]
    expect(units, f"{preset} has no sources")
    silent = [unit["file"] for unit in units
              if COMPILER_OPTION not in shlex.split(unit["command"])]
    expect(not silent, f"no {COMPILER_OPTION} for {', '.join(silent)}")
    for program in PROGRAMS:
        links = command(["ninja", "-C", f"build/{preset}", "-t", "commands",
                         "-s", program])
        expect(re.search(rf"\s-Wl,(\S*,)?{LINKER_OPTION}[,\s]", links),
               f"no {LINKER_OPTION} for {program}")


def instructions(path):
    """[(address, name, operands)] of a program; None where there is a gap."""
    rows = []
    for line in command([CROSS + "objdump", "-d", "--no-show-raw-insn",
                         path]).splitlines():
        match = LINE.match(line)
        rows.append(match and (int(match[1], 16), match[2], match[3] or ""))
    return rows


def registers(operands):
    return set(re.findall(r"\b[xw](\d+)\b", operands))


def is_835769(rows):
    """A multiply-accumulate of 64 bits right behind an access to memory that
    it does not have to wait for."""
    if not all(rows[:2]):
        return False
    (_, first, accessed), (_, second, operands) = rows[:2]
    if not (MEMORY.match(first) and ACCUMULATE.fullmatch(second)
            and operands.startswith("x")):
        return False
    loaded = (registers(accessed.split("[")[0]) if first.startswith("ld")
              else set())
    return not loaded & registers(operands.split(",", 1)[1])


def is_843419(rows):
    """An ADRP in the last two words of a page, an access to memory, and then,
    perhaps behind one other instruction, an access by the ADRP's register."""
    if not all(rows[:3]):
        return False
    address, name, operands = rows[0]
    if name != "adrp" or address & 0xfff not in (0xff8, 0xffc):
        return False
    base = operands.split(",")[0]
    _, second, accessed = rows[1]
    if not MEMORY.match(second) or second.startswith(("ldp", "ldxp", "ldaxp")):
        return False
    if second.startswith("ld") and registers(base) & registers(
            accessed.split("[")[0]):
        return False

    def uses(row):
        return (MEMORY.match(row[1]) and "!" not in row[2]
                and re.search(rf"\[{base}(, #\d+)?\]$", row[2]))

    def lets_through(row):
        return (not BRANCH.fullmatch(row[1])
                and not registers(base) & registers(row[2].split(",")[0]))

    return bool(uses(rows[2]) or lets_through(rows[2]) and rows[3]
                and uses(rows[3]))


def look(path):
    """Raise Failure if there is one of the sequences."""
    rows = instructions(path) + [None] * 3
    expect(len(rows) > 4, f"{path} has no instructions")
    for at in range(len(rows) - 3):
        for erratum, is_there in ((835769, is_835769), (843419, is_843419)):
            if is_there(rows[at:at + 4]):
                raise Failure(f"{path}: erratum {erratum} at "
                              f"{rows[at][0]:#x}: {rows[at:at + 4]}")


def a53_sequences(preset):
    """No program has one of them, whatever was linked into it."""
    for program in PROGRAMS:
        look(os.path.join(ROOT, "build", preset, program))


def sequences_are_seen():
    """The check above finds them, and only them."""
    def found(body, at=0):
        with tempfile.TemporaryDirectory() as directory:
            source = os.path.join(directory, "a.s")
            with open(source, "w", encoding="utf-8") as file:
                file.write(f".balign 4096\nf: .space {at}\n{body}\nret\n")
            command([CROSS + "gcc", "-c", "-o", f"{source}.o", source])
            try:
                look(f"{source}.o")
            except Failure as failure:
                return re.search(r"erratum (\d+)", str(failure))[1]
        return None

    def case(number, body, at=0):
        said = found(body, at)
        expect(said == number, f"not {number} but {said} in: {body}")

    case("835769", "ldr x0, [x1]\nmadd x2, x3, x4, x5")
    case("835769", "str w0, [x25]\numaddl x0, w3, w23, x22")
    case(None, "ldr x0, [x1]\nmadd x2, x3, x4, x0")
    case(None, "ldr x0, [x1]\nnop\nmadd x2, x3, x4, x5")
    case(None, "ldr x0, [x1]\nmadd w2, w3, w4, w5")
    adrp = "adrp x0, f\nstr x3, [x2]\n"
    case("843419", adrp + "ldr x1, [x0, #8]", 0xff8)
    case("843419", adrp + "nop\nldr x1, [x0, #8]", 0xffc)
    case(None, adrp + "ldr x1, [x0, #8]", 0xff4)
    case(None, adrp + "b f\nldr x1, [x0, #8]", 0xff8)
    case(None, adrp + "mov x0, x4\nldr x1, [x0, #8]", 0xff8)
    case(None, "adrp x0, f\nldr x0, [x2]\nldr x1, [x0, #8]", 0xff8)
