# SPDX-License-Identifier: Apache-2.0
"""Several VMs at once: their keys, lives and ends, on one terminal."""

import contextlib
import hashlib
import os
import re
import tempfile

from checks.report import ROOT, command, expect

from .machine import Console, hv
from .smp import TROUBLE

PROBE = os.path.join(ROOT, "tests/system/probe.S")
LOAD_ADDRESS = 0x40080000
LISTINGS = 10000  # many times what it takes


@contextlib.contextmanager
def probe(*definitions):
    """The path of probe.S, built with these macros."""
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "probe.elf")
        command(["aarch64-linux-gnu-gcc", "-nostdlib", "-static",
                 *(f"-D{definition}" for definition in definitions),
                 "-Wl,--build-id=none", f"-Wl,-Ttext={LOAD_ADDRESS:#x}",
                 "-o", path, PROBE])
        yield path


def vm(name, kernel, memory="8M", **values):
    """The words of one --vm."""
    return ["--vm", ",".join(
        f"{key}={value}" for key, value in
        {"name": name, "kernel": kernel, "memory": memory,
         **values}.items())]


def vms(names, kernel, **values):
    return [word for name in names for word in vm(name, kernel, **values)]


class Keys(Console):
    """A console that waits for what a key does."""

    def press(self, key, answer=None):
        self.send("\x01" + key)
        return self.wait_for(answer) if answer else ""

    def pages(self):
        """The free pages by Ctrl-A l, and what it says before them."""
        listing = self.press("l", " pages of memory are free\n")
        before, _, count = listing.rpartition("hv: ")
        return int(count), before

    def wait_for_all(self, lines):
        """Wait until each of these lines has come, in whatever order."""
        left = set(lines)
        while left:
            left.discard(self.wait_for("\n"))


def keys():
    """Focus by number and n, names before lines, and all other keys."""
    with probe() as path, Keys(*vms("abc", path)) as console:
        console.wait_for_all(["up", "[b] up", "[c] up"])
        console.send("1")
        console.wait_for("<1>\n")
        console.press("2", "hv: the console is [c]\n")
        console.send("2")
        console.wait_for("<2>\n")
        console.press("n", "hv: the console is [a]\n")
        console.press("n", "hv: the console is [b]\n")
        console.press("n3", "hv: the console is [c]\n")
        console.wait_for("<3>\n")
        console.press("7", "hv: there is no VM 7\n")
        console.press("\x01", "<\x01>\n")
        listing = console.pages()[1]
        for row in ("    0  a: running, 1 vCPU, 8 MiB, start 1",
                    "    1  b: running, 1 vCPU, 8 MiB, start 1",
                    " *  2  c: running, 1 vCPU, 8 MiB, start 1"):
            expect(f"hv:{row}\n" in listing, f"no '{row}' in {listing}")
        text = console.press("?", "one Ctrl-A for the VM\n")
        for key in ("0 to 9 ", "n ", "l ", "s ", "k ", "r ", "x "):
            expect(f"\nhv:   {key}" in text, f"no {key} in {text}")
        console.press("r", "hv: [c] guest reset\n")
        console.wait_for("up\n")
        console.press("s", "hv: [c] guest stopped\n")
        console.press("0\x01k", "hv: [a] guest killed\n")
        listing = console.pages()[1]
        for row in ("*  0  a: killed", "   1  b: running", "   2  c: stopped"):
            expect(f"hv: {row}," in listing, f"no '{row}' in {listing}")
        console.press("r", "up\n")  # the failed one is well again
        console.press("x", "hv: left with Ctrl-A x\n")
        console.wait_for_end().ended(0)


def ends():
    """How each VM ended is said, and decides the status of all."""
    cases = (
        ("o\x011o", 0, "[a] guest powered off", "[b] guest powered off"),
        ("c\x011o", 1, "[a] guest failed", "[b] guest powered off"),
        ("o\x011c", 1, "[a] guest powered off", "[b] guest failed"),
        ("\x01s\x011o", 0, "[a] guest stopped", "[b] guest powered off"),
        ("\x01k\x011o", 1, "[a] guest killed", "[b] guest powered off"),
        ("o\x011\x01k", 1, "[a] guest powered off", "[b] guest killed"),
        ("\x01k\x01ro\x011o", 0, "[a] guest killed",
         "[a] guest powered off", "[b] guest powered off"),
        ("o\x011\x01s", 0, "[a] guest powered off", "[b] guest stopped"),
        ("\x01k\x01x", 1, "left with Ctrl-A x"),
        ("\x01s\x01x", 0, "left with Ctrl-A x"),
    )
    with probe() as path:
        for typed, status, *lines in cases:
            with Keys(*vms("ab", path)) as console:
                console.wait_for_all(["up", "[b] up"])
                for part in re.findall("\x01.|[^\x01]", typed):
                    console.send(part)
                result = console.wait_for_end()
            expect(result.status == status,
                   f"{typed!r}: {result.status}\n{result.tail()}")
            for line in lines:
                expect(f"hv: {line}\n" in result.console,
                       f"{typed!r}: no '{line}'\n{result.tail()}")


def input_of_a_life():
    """What is typed behind a stop or restart is for the next life."""
    result = hv("--append", "quiet", commands="echo first-$((1+1))\n\x01r"
                "echo second-$((1+1))\npoweroff -f\n")
    result.ended(0)
    result.contains("hv: guest reset\n", "\nsecond-2\n")
    result.lacks("first")
    with probe() as path, Keys(*vms("ab", path)) as console:
        console.wait_for_all(["up", "[b] up"])
        for life, before in enumerate((
                "\x01r", "\x01r\x01r", "\x01k\x01r", "\x01s\x01r",
                "\x01r\x01k\x01r", "\x01k\x01r\x01r")):
            console.send(f"{before}{life}789")
            for digit in f"{life}789":
                seen = console.wait_for(f"<{digit}>\n")
                expect("<" not in seen, f"{before!r}: twice: {seen}")
        # While it is dead, too.
        console.press("k", "guest killed\n")
        console.send("5" + "x" * 6000 + "\x01r")
        console.wait_for("up\n")
        console.wait_for("<5>\n<x>\n")
        console.press("x")
        console.wait_for_end().ended(0)


def restarts():
    """A hundred restarts of one that lives, and of one that is dead: hv has
    as much free memory as before."""
    with probe() as path, Keys(*vms("ab", path, cpus=4)) as console:
        console.wait_for_all(["up", "[b] up"])
        before, _ = console.pages()
        for _ in range(100):
            console.press("r", "up\n")
        for _ in range(100):
            console.press("k", "hv: [a] guest killed\n")
            console.press("r", "up\n")
        after, listing = console.pages()
        expect("  a: running, 4 vCPUs, 8 MiB, start 201\n" in listing,
               listing)
        expect(before == after, f"{before} free pages, then {after}")
        console.press("x")
        console.wait_for_end().ended(0)


def memory_is_cleared():
    """Two VMs find their memory zero, fill it with a pattern and die; started
    again in the other order, they find it zero: there is not room enough to be
    anywhere else."""
    with probe() as path, probe("TOP=0x46000000") as large, \
            Keys(*vm("a", path), *vms("bc", large, memory="96M"),
                 "--host-memory", "256M") as console:
        console.wait_for_all(["up", "[b] clean", "[b] up", "[c] clean",
                              "[c] up"])
        free, _ = console.pages()
        expect(free < 96 << 8, f"{free} free pages are too many to tell")
        for key, end in (("\x01k", "killed"), ("c", "failed")):
            for number, name in ((1, "b"), (2, "c")):
                console.press(str(number))
                console.send(key)
                console.wait_for(f"hv: [{name}] guest {end}\n")
            for number in (2, 1):
                console.press(str(number))
                lines = console.press("r", "up\n").split()
                expect("clean" in lines and "dirty" not in lines,
                       f"its memory was not cleared: {lines}")
        console.press("x")
        console.wait_for_end().ended(0)


def pinning():
    """A VM with pcpus= runs nowhere else."""
    with probe() as path, \
            Keys("--host-cpus", "2", "--vm", "name=pinned,cpus=2,pcpus=1",
                 *vm("free", path)) as console:
        console.wait_for("# ")
        console.send("md5sum /dev/zero & md5sum /dev/zero &\n")
        elsewhere = []
        # CPU 0 gets the free one at some time, or this does not end.
        while len(elsewhere) < 10 or "0" not in elsewhere:
            listing = console.pages()[1]
            places = re.findall(r"vCPU \d+ +\w+ +CPU (\d)", listing)
            expect(len(places) == 3, listing)
            expect(places[:2] == ["1", "1"], listing)
            expect(len(elsewhere) < LISTINGS, "CPU 0 runs nothing")
            elsewhere += places[2:]
        console.send("\nkill %1 %2; poweroff -f\n")
        console.wait_for("guest powered off")
        console.press("x")
        console.wait_for_end().ended(0)


def sixty_four():
    """As many as there can be: all run, and all end."""
    names = [f"vm{i}" for i in range(64)]
    with probe("ONCE") as path:
        result = hv("--host-cpus", "2", *vms(names, path))
    result.ended(0)
    result.contains("64 guests")
    for name in names:
        expect(result.console.count(f"[{name}] guest powered off\n") == 1
               and (name == "vm0"
                    or result.console.count(f"\n[{name}] up\n") == 1),
               f"{name}:\n{result.tail()}")


# Both CPUs of each worker compute all the time; none of the answers differs.
SEQUENCE = 20000
PRIMES_BELOW = 2000
WORK = f"""\
while [ ! -e /stop ]; do seq {SEQUENCE} | md5sum; done >/md5 &
while [ ! -e /stop ]; do awk 'BEGIN {{ for (n = 2; n < {PRIMES_BELOW}; n++) \
{{ p = 1; for (d = 2; d * d <= n; d++) if (n % d == 0) p = 0; c += p }} \
print "primes", c }}'; done >/primes &
"""
HARVEST = "touch /stop; wait; sort -u /md5 /primes; poweroff -f\n"
# Where in its way up the other VM is killed, each time.
STAGES = (*("Booting Linux", "GICv3: ", "smp: Brought up 1 node, 2 CPUs") * 3,
          "built-in shell")


def answers():
    digest = hashlib.md5("".join(
        f"{i}\n" for i in range(1, SEQUENCE + 1)).encode()).hexdigest()
    primes = sum(all(n % d for d in range(2, int(n ** .5) + 1))
                 for n in range(2, PRIMES_BELOW))
    return [f"{digest}  -", f"primes {primes}"]


def four_linux():
    """Four Debian VMs with 2 CPUs each on 2 CPUs: one is killed ten times on
    its way up and restarted while the others compute, undisturbed."""
    options = [word for name in "abc"
               for word in ("--vm", f"name={name},cpus=2,append=quiet")]
    with Keys("--host-cpus", "2", *options, "--vm", "name=d,cpus=2,append="
              "earlycon=pl011,,0x9000000 keep_bootcon") as console:
        for number in range(3):
            console.press(str(number))
            console.send(WORK)
        console.press("3")
        for stage in STAGES:
            console.wait_for(stage)
            console.press("k", "hv: [d] guest killed\n")
            console.press("r")
        console.send("echo cpus-$(nproc); poweroff -f\n")
        last = console.wait_for("hv: [d] guest powered off\n")
        expect("\ncpus-2\n" in last, last[-2000:])
        for number, name in enumerate("abc"):
            console.press(str(number))
            console.send(HARVEST)
            text = console.wait_for(f"hv: [{name}] guest powered off\n")
            lines = re.findall(r"^(?:\w{32}  -|primes .*)$", text,
                               re.MULTILINE)
            expect(sorted(lines) == sorted(answers()),
                   f"{name}: {lines}\n{text[-2000:]}")
            for trouble in TROUBLE:
                expect(trouble not in text, text[-2000:])
        console.wait_for_end().ended(0)


CHECKS = [
    ("VMs: keys", keys),
    ("VMs: who ends how", ends),
    ("VMs: what is typed is for one life", input_of_a_life),
    ("VMs: two hundred restarts, no page lost", restarts),
    ("VMs: a dead one's memory is cleared", memory_is_cleared),
    ("VMs: pinning", pinning),
    ("VMs: sixty-four", sixty_four),
    ("VMs: four of Debian, one killed ten times", four_linux),
]
