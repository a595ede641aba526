# SPDX-License-Identifier: Apache-2.0
"""What the documents say must be so."""

import os
import re
import tempfile

from .report import ROOT, Skipped, command, expect

READMES = ("README.md", "README.zh-CN.md")


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def example(name):
    """The C example of a README."""
    blocks = re.findall(r"^```c\n(.*?)^```$", read(name),
                        re.MULTILINE | re.DOTALL)
    expect(len(blocks) == 1, f"{name} has {len(blocks)} C examples, not one")
    return blocks[0]


def example_builds(name):
    """It compiles without a warning and links with the library, and with
    nothing else but the four functions of <string.h>."""
    with tempfile.TemporaryDirectory() as directory:
        source = os.path.join(directory, "example.c")
        with open(source, "w", encoding="utf-8") as file:
            file.write(example(name))
        for preset, compiler in (
                ("aarch64-gcc-release", ["aarch64-linux-gnu-gcc"]),
                ("aarch64-clang-release",
                 ["clang", "--target=aarch64-none-elf", "-fuse-ld=lld"])):
            command([*compiler, "-std=c11", "-O2", "-Wall", "-Wextra",
                     "-Wpedantic", "-Werror", "-ffreestanding",
                     "-mgeneral-regs-only", "-march=armv8-a", "-Iinclude",
                     "-nostdlib", "-static", "-Wl,--entry=run_guest",
                     "-o", os.path.join(directory, "example"), source,
                     "guests/runtime/mem.c", "-fno-builtin",
                     f"build/{preset}/src/libarm_vcpu.a"])


def same_example():
    expect(example(READMES[0]) == example(READMES[1]),
           "the two READMEs show different examples")


def library_version():
    """What include/arm_vcpu/version.h says."""
    number = ".".join(re.findall(
        r"^#define ARM_VCPU_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$",
        read("include/arm_vcpu/version.h"), re.MULTILINE))
    expect(re.fullmatch(r"\d+\.\d+\.\d+", number),
           f"version.h makes {number!r}")
    return number


def version():
    """Both READMEs name the library's version, and CHANGELOG.md has it."""
    number = library_version()
    newest = re.search(r"^## (\S+)$", read("CHANGELOG.md"), re.MULTILINE)
    expect(newest and newest[1] == number,
           f"CHANGELOG.md does not begin with {number}")
    for name in READMES:
        said = re.findall(r"\b\d+\.\d+\.\d+\b", read(name).split("\n## ")[0])
        expect(said == [number],
               f"the head of {name} names version {said}, not {number}")


def links():
    """Every relative link of a document leads to a file."""
    broken = []
    for name in command(["git", "ls-files", "*.md"]).split():
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", read(name)):
            path = os.path.join(ROOT, os.path.dirname(name), target)
            if not os.path.exists(path):
                broken.append(f"{name}: {target}")
    # Files that the text names in backquotes must exist as well.
    for name in (*READMES, "CHANGELOG.md", "docs/PORTING.md", "docs/TOUR.md",
                 "docs/TESTING.md"):
        for target in re.findall(
                r"`((?:src|include|hypervisor|guests|tests|tools|docs|cmake|"
                r"examples)/[\w./-]*\w\.\w+)`", read(name)):
            if not os.path.exists(os.path.join(ROOT, target)):
                broken.append(f"{name}: {target}")
    expect(not broken, "\n".join(broken))


def commits():
    """The example commits of CONTRIBUTING.md are there and are called so."""
    named = re.findall(r"^- ([0-9a-f]{7,40}) `(.+)`$",
                       read("CONTRIBUTING.md"), re.MULTILINE)
    expect(named, "CONTRIBUTING.md names no commit")
    if command(["git", "rev-parse", "--is-shallow-repository"]).strip() == \
            "true":
        raise Skipped("this clone is shallow: it does not have them")
    for number, subject in named:
        found = command(["git", "log", "-1", "--format=%s", number]).strip()
        expect(found == subject, f"{number} is called '{found}'")


def drawing(svg):
    """An SVG by Graphviz without places: those depend on the fonts here."""
    svg = re.sub(r'\s(?:[a-z]*[xy]\d?|points|d|width|height|viewBox|transform)'
                 r'="[^"]*"', "", svg)
    return re.sub(r"<!--.*?-->", "", svg, flags=re.DOTALL)


def picture():
    """docs/architecture.svg is what Graphviz makes of the .dot beside it, and
    that has every room that there is."""
    drawn = set(re.findall(r'"((?:src|hypervisor)/\w+)" \[',
                           read("docs/architecture.dot")))
    rooms = {"/".join(name.split("/")[:2]) for name in command(
        ["git", "ls-files", "src/*/*", "hypervisor/*/*"]).split()}
    expect(drawn == rooms, f"not drawn, or not there: {sorted(drawn ^ rooms)}")
    fresh = command(["dot", "-Tsvg", "docs/architecture.dot"])
    expect(drawing(fresh) == drawing(read("docs/architecture.svg")),
           "make it anew: "
           "dot -Tsvg -o docs/architecture.svg docs/architecture.dot")


def reference():
    """Doxygen finds the comment of every public name, and makes the pages
    with their graphs."""
    command(["tools/docs"])
    pages = os.listdir(os.path.join(ROOT, "build/docs/html"))
    for kind in ("_cgraph.svg", "_incl.svg", "structarm__vcpu.html"):
        expect(any(name.endswith(kind) for name in pages), f"no {kind}")
