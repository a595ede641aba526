# SPDX-License-Identifier: Apache-2.0
"""The arrows between the rooms (docs/TOUR.md), read off the includes, and off
the symbols of the object files: who calls whom."""

import glob
import os
import re
import tempfile

from .report import ROOT, Failure, command, expect

FREESTANDING = r"std(int|def|bool|atomic|arg|align)\.h|limits\.h"
PUBLIC = r"arm_vcpu/.*"

# The rooms of the library, from the lowest; cmake/rooms.cmake has them, too.
LIBRARY_ROOMS = (
    ("arch",),
    ("hw",),
    ("lib",),
    ("mm", "context"),
    ("gic",),
    ("timer",),
    ("vcpu",),
    ("trap",),
)

# The rooms of hv, from the lowest. A room uses itself and those before it;
# rooms of one line stand side by side and do not know each other.
HV_ROOMS = (
    ("base",),
    ("mm",),
    ("dt", "irq"),
    ("sched",),
    ("vm",),
    ("console",),
    ("boot",),
    ("main.c",),
)
HV_OTHERS = {"dt": r"|libfdt\.h", "vm": r"|libfdt\.h"}


def below(rooms, room):
    """A room and those it may use."""
    level = next(i for i, line in enumerate(rooms) if room in line)
    return {room}.union(*rooms[:level])


# Room: what its files may include. The include paths in CMake enforce most
# of this; a relative "../" or a stray -I would get round them, not round this.
ROOMS = {
    "include/arm_vcpu": rf"{PUBLIC}|{FREESTANDING}",
    "src/arch": rf"arch/.*|stdint\.h",
    **{f"src/{room}":
       rf"({'|'.join(sorted(below(LIBRARY_ROOMS, room)))})/.*|{PUBLIC}|"
       rf"{FREESTANDING}|string\.h"
       for line in LIBRARY_ROOMS[1:] for room in line},
    **{f"hypervisor/{room}":
       rf"({'|'.join(sorted(below(HV_ROOMS, room)))})/.*|{PUBLIC}|"
       rf"{FREESTANDING}|std(io|lib)\.h|string\.h{HV_OTHERS.get(room, '')}"
       for line in HV_ROOMS for room in line},
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
            if name == room or name.startswith(room + "/"):
                wrong += [f"{name} includes {header}"
                          for header in includes(name)
                          if not re.fullmatch(allowed, header)]
    expect(not wrong, "\n".join(wrong))


def expect_no_circle(graph):
    """graph: a name and those it points to, or a dictionary by these that
    tells why."""
    done, path = set(), []

    def visit(name):
        if name in done:
            return
        if name in path:
            circle = path[path.index(name):] + [name]
            why = [f"{name} -> {other}"
                   + (f": {graph[name][other]}"
                      if isinstance(graph[name], dict) else "")
                   for name, other in zip(circle, circle[1:])]
            raise Failure("circle:\n" + "\n".join(why))
        path.append(name)
        for other in graph[name]:
            visit(other)
        path.pop()
        done.add(name)

    for name in sorted(graph):
        visit(name)


def no_circles():
    names = set(sources())
    graph = {}
    for name in names:
        found = [os.path.normpath(os.path.join(directory, header))
                 for header in includes(name)
                 for directory in (*SEARCH, os.path.dirname(name))]
        graph[name] = [other for other in found if other in names]
    expect_no_circle(graph)


# Calls that the compiler adds to any function that has an array.
COMPILERS_OWN = {"__stack_chk_fail", "__stack_chk_guard"}


def symbols(path):
    """(defined, undefined) global symbols of an object file."""
    defined, undefined = set(), set()
    for line in command(["aarch64-linux-gnu-nm", "-g", "-P",
                         path]).splitlines():
        name, kind = line.split()[:2]
        (undefined if kind in "Uwv" else defined).add(name)
    return defined, undefined - COMPILERS_OWN


def calls(directory, home):
    """A source, and whose symbols it uses: {source: {other: symbol}}. Where
    CMake puts the object files, and where their sources are."""
    tables = {}
    for path in glob.glob(f"{directory}/**/*", recursive=True):
        base, extension = os.path.splitext(path)
        source = os.path.relpath(base, directory)
        # What was built from a source that is gone may still be there.
        if extension in (".o", ".obj") and os.path.exists(
                os.path.join(home, source)):
            tables[source] = symbols(path)
    expect(tables, f"no object files in {directory}")
    owner = {}
    for source, (defined, _) in tables.items():
        for symbol in defined:
            expect(symbol not in owner, f"{symbol} is in {source} and in "
                   f"{owner.get(symbol)}")
            owner[symbol] = source
    return {source: {owner[symbol]: symbol for symbol in sorted(undefined)
                     if symbol in owner}
            for source, (_, undefined) in tables.items()}


def expect_one_way(directory, home, rooms, exceptions=()):
    """Calls follow the order of the rooms, and no files call in a circle.
    rooms: lines of rooms from the lowest; a room is a directory or a file.
    exceptions: pairs (source, room) that may be."""
    graph = calls(directory, home)
    wrong = []
    for source, others in graph.items():
        room = source.split("/")[0]
        for other, symbol in list(others.items()):
            target = other.split("/")[0]
            if (source, target) in exceptions:
                del others[other]
            elif target not in below(rooms, room):
                wrong.append(f"{source} -> {other}: {symbol}")
    expect(not wrong, "against the order of the rooms:\n" + "\n".join(wrong))
    expect_no_circle(graph)


def library_calls(preset):
    """The library's files call each other one way."""
    with tempfile.TemporaryDirectory() as directory:
        for line in LIBRARY_ROOMS:
            for room in line:
                # Where CMake puts the objects of the room's own library.
                built = os.path.join(ROOT, "build", preset, "src/CMakeFiles",
                                     f"room_{room}.dir", room)
                if os.path.exists(built):
                    os.symlink(built, os.path.join(directory, room))
        expect_one_way(directory, os.path.join(ROOT, "src"), LIBRARY_ROOMS,
                       # There the machine calls us.
                       [("hw/vectors.S", "trap"), ("hw/guarded.S", "trap")])


def hv_calls(preset):
    """hv's files call each other one way."""
    expect_one_way(os.path.join(ROOT, "build", preset,
                                "hypervisor/CMakeFiles/hv.dir"),
                   os.path.join(ROOT, "hypervisor"), HV_ROOMS,
                   [("boot/start.S", "main.c")])  # the boot loader calls us


TRIAL = (("low",), ("left", "right"), ("top",))


def calls_are_seen():
    """The check above finds what is wrong, and only that."""
    def case(word, exceptions=(), **files):
        with tempfile.TemporaryDirectory() as directory:
            for name, text in files.items():
                source = f"{directory}/{name.replace('_', '/')}.c"
                os.makedirs(os.path.dirname(source), exist_ok=True)
                with open(source, "w", encoding="utf-8") as file:
                    file.write(text)
                command(["aarch64-linux-gnu-gcc", "-c", "-o", f"{source}.o",
                         source])
            try:
                expect_one_way(directory, directory, TRIAL, exceptions)
                said = ""
            except Failure as failure:
                said = str(failure)
        expect(said.startswith(word) and bool(said) == bool(word),
               f"not '{word}' but: {said}")

    good = {"low_a": "int a(void) { return 1; }",
            "left_b": "int a(void); int b(void) { return a(); }",
            "top_c": "int b(void); int c(void) { return b(); }"}
    upward = "int c(void); int up(void) { return c(); }"
    case("", **good)
    case("against", low_d=upward, **good)
    case("", exceptions=[("low/d.c", "top")], low_d=upward, **good)
    case("against", right_d="int b(void); int d(void) { return b(); }", **good)
    case("circle", top_d="int c(void); int e(void); int d(void)"
         "{ return c() + e(); }", top_e="int d(void); int e(void)"
         "{ return d(); }", **good)
    case("a is in", low_d="int a(void) { return 2; }", **good)


def first_lines():
    """Every source says its licence in its first lines."""
    silent = []
    for name in command(["git", "ls-files"]).split():
        if (re.search(r"\.(md|json|svg)$|LICENSE|\.gitignore|\.clang-format|"
                      r"\.github/session|"
                      r"tests/fuzz(-hv)?/.*corpus", name)
                or not os.path.exists(os.path.join(ROOT, name))):
            continue
        with open(os.path.join(ROOT, name), "rb") as file:
            if b"SPDX-License-Identifier: Apache-2.0" not in file.read(200):
                silent.append(name)
    expect(not silent, "no licence line in " + ", ".join(silent))
