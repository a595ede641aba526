# SPDX-License-Identifier: Apache-2.0
"""The library as others get it: installed and moved, then examples/consumer
built against it in a directory of its own, and run."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile

from checks.documents import library_version
from checks.report import ROOT, Failure, command, expect

from . import porting

LIMIT = 60  # seconds; only ends what hangs
QEMU = ["qemu-system-aarch64", "-M", "virt,virtualization=on,gic-version=3",
        "-cpu", "cortex-a72", "-nographic", "-nic", "none", "-kernel"]


def run(program):
    """What a program at EL2 prints until it powers the machine off."""
    try:
        return command([*QEMU, program], stdin=subprocess.DEVNULL,
                       timeout=LIMIT).replace("\r", "")
    except subprocess.TimeoutExpired as expired:
        raise Failure(f"{program} did not end:\n{expired.stdout}") from None


@contextlib.contextmanager
def installed(preset):
    """A directory with the installed tree in tree/, moved after it was
    installed, and a copy of the consumer."""
    with tempfile.TemporaryDirectory() as directory:
        first = os.path.join(directory, "first")
        command(["cmake", "--install", f"build/{preset}", "--prefix", first])
        os.rename(first, os.path.join(directory, "tree"))
        shutil.copytree(os.path.join(ROOT, "examples/consumer"),
                        os.path.join(directory, "consumer"))
        yield directory


def toolchain(preset):
    name = "clang" if "clang" in preset else "gcc"
    return f"-DCMAKE_TOOLCHAIN_FILE={ROOT}/cmake/aarch64-{name}.cmake"


def cmake(directory, build, *settings):
    """Configure and build the consumer; {source: compile command}."""
    path = os.path.join(directory, build)
    command(["cmake", "-S", os.path.join(directory, "consumer"), "-B", path,
             "-G", "Ninja", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *settings])
    command(["cmake", "--build", path])
    with open(os.path.join(path, "compile_commands.json"),
              encoding="utf-8") as file:
        return {entry["file"]: entry["command"] for entry in json.load(file)}


def says_its_version(program):
    output = run(program)
    expect(re.fullmatch(rf"arm_vcpu {re.escape(library_version())}: success, "
                        r"\d+ bits of address, \d+ list registers\n", output),
           f"the consumer printed {output!r}")


def tree(preset):
    """Nothing is missing, and nothing leads out of the tree."""
    with installed(preset) as directory:
        root = f"{directory}/tree"
        names = {os.path.relpath(os.path.join(place, name), root)
                 for place, _, files in os.walk(root) for name in files}
        public = {f"include/arm_vcpu/{name}" for name in
                  os.listdir(os.path.join(ROOT, "include/arm_vcpu"))}
        expect(public <= names, f"not installed: {sorted(public - names)}")
        for name in names:
            path = os.path.join(root, name)
            expect(not os.path.islink(path), f"{name} is a link")
            with open(path, "rb") as file:
                text = file.read()
            expect(name.endswith(".a") or (ROOT.encode() not in text and
                                           directory.encode() not in text),
                   f"{name} knows where it was built or installed")


def find_package(preset):
    with installed(preset) as directory:
        prefix = f"-DCMAKE_PREFIX_PATH={directory}/tree"
        cmake(directory, "build", toolchain(preset), prefix)
        says_its_version(f"{directory}/build/consumer.elf")


def another_version(preset):
    """A program for another major version does not get this one."""
    with installed(preset) as directory:
        lists = f"{directory}/consumer/CMakeLists.txt"
        major = int(library_version().split(".", maxsplit=1)[0])
        with open(lists, encoding="utf-8") as file:
            text = file.read()
        wanted = f"find_package(arm_vcpu {major + 1}.0 REQUIRED)"
        with open(lists, "w", encoding="utf-8") as file:
            file.write(re.sub(r"find_package\(arm_vcpu .*\)", wanted, text))
        try:
            cmake(directory, "build", toolchain(preset),
                  f"-DCMAKE_PREFIX_PATH={directory}/tree")
        except Failure as failure:
            expect("compatible with requested version" in
                   " ".join(str(failure).split()), str(failure))
        else:
            raise Failure(f"{wanted} was satisfied")


def pkg_config(preset):
    with installed(preset) as directory:
        path = f"{directory}/tree/lib/pkgconfig"
        command(["make", "-C", f"{directory}/consumer",
                 "CC=aarch64-linux-gnu-gcc"],
                env={**os.environ, "PKG_CONFIG_PATH": path, "MAKEFLAGS": ""})
        says_its_version(f"{directory}/consumer/consumer.elf")


def add_subdirectory(preset):
    """The sources below a project: it gets the library alone, and its own
    flags stay as they were."""
    with installed(preset) as directory:
        alone = cmake(directory, "alone", toolchain(preset),
                      f"-DCMAKE_PREFIX_PATH={directory}/tree")
        below = cmake(directory, "below", toolchain(preset),
                      f"-DARM_VCPU_SOURCES={ROOT}")
        says_its_version(f"{directory}/below/consumer.elf")

    main = f"{directory}/consumer/main.c"
    flags = [re.sub(r"-(isystem |I)\S+ ", "", commands[main])
             for commands in (alone, below)]
    expect(flags[0] == flags[1], "{}\nbecame\n{}".format(*flags))
    strict = [name for name, line in below.items() if "-Werror" in line]
    expect(not strict, f"warnings are errors in {strict}")
    others = [name for name in below
              if not name.startswith((f"{ROOT}/src/", directory))]
    expect(not others and len(below) > len(alone), f"built {others}, too")


def checks(presets):
    gcc = next(name for name in presets if "gcc" in name)
    rows = [(f"installed by {preset}: {function.__name__.replace('_', ' ')}",
             function, preset)
            for preset in presets for function in (tree, find_package)]
    return rows + [
        ("installed: another major version is refused", another_version, gcc),
        ("installed: pkg-config", pkg_config, gcc),
        ("below another project: add_subdirectory", add_subdirectory, gcc),
    ] + porting.CHECKS
