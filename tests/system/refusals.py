# SPDX-License-Identifier: Apache-2.0
"""What cannot work says so in one clear line and fails: by the launcher
(status 2) where it can know, by hv (status 1) on whatever machine it finds."""

import gzip
import json
import os
import re
import subprocess
import tempfile

from checks.report import command as run_tool
from checks.report import Failure, expect
from launcher import qemu
from launcher.common import DEBIAN_KERNEL, EXIT_FAILED, EXIT_USAGE

from .machine import HV, environment, hv, qemu_command, run_qemu

MAGIC = 56  # of an arm64 Image


def kernel_bytes():
    with open(DEBIAN_KERNEL, "rb") as file:
        return file.read()


class Files:
    """Broken files in a directory of their own."""

    def __enter__(self):
        self.directory = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_):
        self.directory.cleanup()

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def make(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)


def refused(arguments, *words):
    """The launcher: status 2, nothing on stdout, one line with the words."""
    result = hv(*arguments)
    text = f"{arguments}: "
    expect(result.status == EXIT_USAGE,
           f"{text}status {result.status}: {result.messages}")
    lines = result.messages.splitlines()
    expect(len(lines) == 1 and not result.console,
           f"{text}not one line: {result.messages}{result.console}")
    for word in words:
        expect(word in lines[0], f"{text}no '{word}' in: {lines[0]}")


def usage():
    refused(["--memory", "lots"], "--memory", "'lots'")
    refused(["--memory", "1.5G"], "'1.5G'")
    refused(["--memory", "0"], "--memory")
    refused(["--memory", "65M"], "multiple of 2 MiB")
    refused(["--cpus", "0"], "--cpus")
    refused(["--cpus", "33"], "--cpus", "1 to 32")
    refused(["--cpus", "two"], "--cpus")
    refused(["--host-cpus", "0"], "--host-cpus")
    refused(["--host-cpus", "65"], "--host-cpus", "1 to 64")
    refused(["--memory", "2G", "--host-memory", "1G"], "the host has only 1")
    refused(["--memory", "900G"], "more than this machine has")
    refused(["--gic", "2"], "GICv3")
    refused(["--cpu", "z80"], "--cpu z80")
    refused(["--cpu", "cortex-a9"], "--cpu cortex-a9")
    refused(["--cpu", "cortex-a72,foo=1"], "--cpu cortex-a72,foo=1", "foo")
    refused(["--qemu", "/nonexistent"], "--qemu /nonexistent")
    refused(["--qemu", os.devnull], f"--qemu {os.devnull}")
    with Files() as files:
        path = files.make("no-program", b"no program")
        os.chmod(path, 0o755)
        refused(["--qemu", path], f"--qemu {path}")
        refused(["--qemu", path, "--vm", "name=a"], f"--qemu {path}")
    refused(["--frobnicate"], "--frobnicate")
    for arguments in ([], ["walk"]):
        run = subprocess.run([HV, *arguments], check=False,
                             capture_output=True, text=True)
        expect(run.returncode == EXIT_USAGE
               and len(run.stderr.splitlines()) == 1,
               f"{arguments}: {run.returncode} {run.stderr}")


def wrong_vms():
    """What --vm does not take."""
    def case(vm, *words, extra=()):
        refused(["--vm", vm, *extra], *words)

    case("", "not KEY=VALUE")
    case("name=a,", "not KEY=VALUE")
    case("name=a,append=a,b", "'b' is not KEY=VALUE", "twice")
    case("name=a,colour=red", "'colour'")
    case("name=a,cpus=1,cpus=2", "'cpus' is there twice")
    case("cpus=1", "no name=")
    case("name=", "name")
    case("name=a b", "'a b'")
    case("name=" + "a" * 32, "31")
    case("name=a,cpus=0", "cpus", "1 to 32")
    case("name=a,cpus=33", "cpus", "1 to 32")
    case("name=a,memory=lots", "memory", "'lots'")
    case("name=a,memory=65M", "memory= of VM a", "multiple of 2 MiB")
    case("name=a,memory=32M", "kernel", "needs", "memory= of VM a")
    case("name=a,kernel=/nonexistent", "/nonexistent", "No such file")
    case("name=a,initrd=/nonexistent", "/nonexistent", "No such file")
    for pcpus in ("", "x", "1-0", "-1", "64", "0-64", "0,,", "0-1-2"):
        case(f"name=a,pcpus={pcpus}", f"pcpus: '{pcpus.replace(',,', ',')}'")
    case("name=a,pcpus=0,,2", "pcpus= of VM a names CPU 2", "has only 2",
         extra=["--host-cpus", "2"])
    case("name=a,memory=900G", "more than this machine has")
    case("name=a", "the VMs together: 512 MiB", "has only 384 MiB",
         extra=["--vm", "name=b", "--host-memory", "384M"])
    case("name=a", "two VMs have the name a", extra=["--vm", "name=a"])
    case("name=a", "--raw", "only VM", extra=["--vm", "name=b", "--raw"])
    case("name=a", "65 VMs: at most 64", extra=[
        word for i in range(64) for word in ("--vm", f"name=vm{i}")])
    for option in ("kernel", "initrd", "append", "cpus", "memory"):
        case("name=a", f"--{option} and --vm", extra=[f"--{option}", "1"])


def missing_tools():
    """No QEMU, no build: says what to do."""
    for changes, word in (({"PATH": "/nonexistent"}, "tools/setup"),
                          ({"HV_IMAGE": "/nonexistent"}, "run make")):
        run = subprocess.run([HV, "run"], check=False,
                             env={**environment(), **changes},
                             capture_output=True, text=True)
        expect(run.returncode == EXIT_USAGE and word in run.stderr
               and len(run.stderr.splitlines()) == 1,
               f"{changes}: {run.returncode} {run.stderr}")


def help_text():
    run = subprocess.run([HV, "run", "--help"], check=False,
                         capture_output=True, text=True)
    expect(run.returncode == 0, run.stderr)
    for word in ("--kernel", "--initrd", "--append", "--cpus", "--memory",
                 "--host-cpus", "--host-memory", "--cpu", "--gic", "--icount",
                 "--raw", "--passthrough", "--exits", "--gdb", "--dry-run", "--qemu", "--vm", "pcpus",
                 "written twice", "Ctrl-A x", "exit status"):
        expect(word in run.stdout, f"--help does not tell about {word}")


OFF = "quiet a,b='c d' rdinit=/bin/busybox -- poweroff -f"


def printed_command(*arguments):
    """Run the command that --dry-run prints; its output and what is said."""
    dry = subprocess.run([HV, "run", "--dry-run", *arguments], check=True,
                         env=environment(), capture_output=True, text=True,
                         stdin=subprocess.DEVNULL)
    run = subprocess.run(dry.stdout, shell=True, check=False, text=True,
                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                         timeout=300)
    expect(run.returncode == 0,
           f"status {run.returncode}: {run.stdout[-2000:]}")
    return run.stdout, dry.stderr


def dry_run():
    """The printed command works as it stands."""
    output, _ = printed_command("--append", OFF)
    expect("guest powered off" in output, output[-2000:])


def dry_run_vms():
    """With --vm, too: its device tree stays, and it is said where."""
    off = OFF.replace(",", ",,")
    output, said = printed_command("--vm", f"name=a,append={off}", "--vm",
                                   f"name=b,append={off}")
    for name in "ab":
        expect(f"[{name}] guest powered off" in output, output[-2000:])
    trees = re.findall(r"/\S+/hv-\S+\.dtb", said)
    expect(len(trees) == 1, f"not one device tree in: {said}")
    os.remove(trees[0])


def kernels():
    """Files that are no kernel, or not all of one."""
    kernel = kernel_bytes()
    with Files() as files:
        def case(name, data, *words):
            refused(["--kernel", files.make(name, data)], *words)

        refused(["--kernel", files.path("absent")], "absent", "No such file")
        refused(["--kernel", files.directory.name], "directory")
        refused(["--initrd", files.path("absent")], "absent", "No such file")
        case("empty", b"", "empty")
        case("half", kernel[:len(kernel) // 2], "truncated")
        case("one-less", kernel[:-1], "truncated")
        case("header", kernel[:50], "wrong magic")
        case("short", kernel[:100], "truncated")
        case("magic", kernel[:MAGIC] + b"ARM\x65" + kernel[MAGIC + 4:],
             "wrong magic")
        case("packed", gzip.compress(kernel[:4096]), "gzip")
        case("text", b"#!/bin/sh\necho I am a script\n" * 4, "wrong magic")
        case("elf", b"\x7fELF\x02\x01\x01" + bytes(11) + b"\x3e\0"
             + bytes(60), "not for 64-bit Arm")
        case("elf-short", b"\x7fELF\x02\x01", "truncated")
        case("elf-far", b"\x7fELF\x02\x01" + bytes(12) + b"\xb7\0" + bytes(12)
             + b"\xff" * 8 + bytes(14) + b"\x38\0\1\0", "truncated")


def initrds():
    with Files() as files:
        path = files.make("large", b"")
        os.truncate(path, 300 << 20)
        refused(["--kernel", DEBIAN_KERNEL, "--initrd", path,
                 "--memory", "256M"], "initrd", "does not fit", "256 MiB")
        refused(["--memory", "32M"], "kernel", "needs")
        os.truncate(path, 180 << 20)
        refused(["--initrd", path, "--memory", "256M", "--host-memory",
                 "258M"], "no room for the images")


def stopped(command, *words):
    """hv itself: a line with the words on the console, status 1."""
    result = run_qemu(command)
    result.ended(EXIT_FAILED)
    lines = [line for line in result.console.splitlines()
             if line.startswith("hv: ")]
    for word in words:
        expect(any(word in line for line in lines),
               f"no line of hv with '{word}':\n{result.tail()}")


def replaced(command, old, new):
    expect(any(old in word for word in command), f"no {old} in {command}")
    return [word.replace(old, new) for word in command]


def hv_kernels():
    """hv judges the images that it is given by any other loader."""
    kernel = kernel_bytes()
    command = qemu_command()
    with Files() as files:
        def case(name, data, *words):
            path = files.make(name, data)
            stopped(replaced(command, DEBIAN_KERNEL, path), *words)

        case("half", kernel[:len(kernel) // 2], "truncated")
        case("magic", kernel[:MAGIC] + b"ARM\x65" + kernel[MAGIC + 4:],
             "wrong magic")


def hv_memory():
    """An initrd larger than the guest, a guest larger than the machine."""
    command = qemu_command("--initrd", DEBIAN_KERNEL,
                           "--kernel", DEBIAN_KERNEL)
    stopped(replaced(command, "hv.memory=1024M", "hv.memory=60M"), "initrd")
    stopped(replaced(command, "hv.memory=1024M", "hv.memory=64G"), "memory")


def hv_options():
    command = qemu_command()
    stopped(replaced(command, "hv.memory=1024M", "hv.memory=some"),
            "hv.memory")
    stopped(replaced(command, "hv.cpus=1", "hv.colour=red"), "unknown")


def hv_no_guest():
    command = qemu_command()
    first = command.index("-device")
    stopped(command[:first], "no guest")


def guest_crash():
    """A guest that only ever faults: stopped, with its registers. A word of
    zero is UDF, and there are no vectors at 0 to take it to."""
    with Files() as files:
        result = hv("--kernel", files.make("zeros", bytes(0x1000)))
    result.ended(EXIT_FAILED)
    result.contains("guest stopped: there is no memory at its exception "
                    "vectors", "elr 0000",
                    "SCTLR_EL1")


def hv_el1():
    stopped(replaced(qemu_command(), "virtualization=on",
                     "virtualization=off"), "EL1", "EL2")


def hv_gicv2():
    stopped(replaced(qemu_command(), "gic-version=3", "gic-version=2"),
            "no GICv3")


def tree_without(files, command, *names):
    """QEMU's own device tree with these nodes taken out, a file."""
    tree = files.path("tree.dtb")
    machine = command.index("-M") + 1
    dump = list(command)
    dump[machine] += f",dumpdtb={tree}"
    subprocess.run(dump, check=True, stdin=subprocess.DEVNULL,
                   capture_output=True)
    nodes = run_tool(["fdtget", "-l", tree, "/"]).split()
    for name in names:
        found = [node for node in nodes if node.startswith(name)]
        expect(len(found) == 1, f"no {name} in {nodes}")
        run_tool(["fdtput", "-r", tree, f"/{found[0]}"])
    return tree


def hv_no_gic():
    command = qemu_command()
    with Files() as files:
        stopped(command + ["-dtb", tree_without(files, command, "intc")],
                "no GICv3 in the device tree")


def hv_no_console():
    """It cannot say what is wrong: it stands still, for somebody to look,
    instead of resetting the machine again and again."""
    command = qemu_command()
    with Files() as files:
        tree = tree_without(files, command, "intc", "pl011")
        process, control = qemu.start(command + ["-dtb", tree],
                                      stdin=subprocess.DEVNULL,
                                      stdout=subprocess.DEVNULL,
                                      stderr=subprocess.STDOUT)
        try:
            with control, control.makefile("rw", encoding="utf-8") as stream:
                until_it_waits(stream)
        finally:
            process.kill()
            process.wait()


def monitor(stream, line):
    """QEMU's answer to a line of its own monitor."""
    stream.write(json.dumps({"execute": "human-monitor-command",
                             "arguments": {"command-line": line}}) + "\n")
    stream.flush()
    for text in stream:
        answer = json.loads(text)
        expect(answer.get("event") != "SHUTDOWN", "hv reset the machine")
        if isinstance(answer.get("return"), str):
            return answer["return"]
    raise Failure("QEMU ended")


def until_it_waits(stream):
    while True:
        registers = monitor(stream, "info registers")
        before = int(re.search(r"PC=(\w+)", registers)[1], 16) - 4
        if before > 0 and "wfi" in monitor(stream, f"x/1i {before:#x}"):
            return


CHECKS = [
    ("launcher: wrong usage", usage),
    ("launcher: wrong --vm", wrong_vms),
    ("launcher: missing tools", missing_tools),
    ("launcher: --help", help_text),
    ("launcher: --dry-run works verbatim", dry_run),
    ("launcher: --dry-run of two VMs", dry_run_vms),
    ("launcher: files that are no kernel", kernels),
    ("launcher: images larger than the guest", initrds),
    ("hv: truncated kernel, wrong magic", hv_kernels),
    ("hv: initrd or guest larger than the memory", hv_memory),
    ("hv: wrong options", hv_options),
    ("hv: no guest", hv_no_guest),
    ("hv: a guest that crashes", guest_crash),
    ("hv: started at EL1", hv_el1),
    ("hv: a GICv2 machine", hv_gicv2),
    ("hv: a device tree without GIC", hv_no_gic),
    ("hv: nor a console to say so", hv_no_console),
]
