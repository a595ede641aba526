# SPDX-License-Identifier: Apache-2.0
"""docs/PORTING.md, followed: its blocks are files and commands, in an empty
directory, against the library that its own commands install."""

import os
import re
import subprocess
import tempfile

from checks.documents import read
from checks.report import ROOT, Failure, command, expect

GUIDE = "docs/PORTING.md"
HOST_LINES = 150  # that are not empty, as the guide promises
LIMIT = 60  # seconds; only ends what hangs


def blocks():
    """{file: its text}: blocks of one name are one file, in their order."""
    files = {}
    for name, text in re.findall(r"^```\w+ (\S+)\n(.*?)^```$", read(GUIDE),
                                 re.MULTILINE | re.DOTALL):
        files[name] = files.get(name, "") + (
            "\n" if name in files else "") + text
    return files


def followed():
    files = blocks()
    lines = [line for line in files["host.c"].splitlines() if line.strip()]
    expect(len(lines) <= HOST_LINES, f"host.c has {len(lines)} lines")
    said = re.search(r"^```text\n(.*?)^```$", read(GUIDE),
                     re.MULTILINE | re.DOTALL)[1]
    with tempfile.TemporaryDirectory() as home:
        place = os.path.join(home, "host")
        os.mkdir(place)
        for name, text in files.items():
            with open(os.path.join(place, name), "w",
                      encoding="utf-8") as file:
                file.write(text)
        environment = {**os.environ, "HOME": home,
                       "PKG_CONFIG_PATH": f"{home}/arm_vcpu/lib/pkgconfig"}
        command(["sh", "-e", f"{place}/install.sh"], env=environment)
        warnings = command(["sh", "-e", "build.sh"], cwd=place,
                           env=environment)
        expect(not warnings, warnings)
        try:
            printed = command(["sh", "-e", "run.sh"], cwd=place,
                              env=environment, stdin=subprocess.DEVNULL,
                              timeout=LIMIT)
        except subprocess.TimeoutExpired as expired:
            raise Failure(f"did not end:\n{expired.stdout}") from None
    expect(printed.replace("\r", "") == said,
           f"the guest printed\n{printed}\nnot\n{said}")


def every_exit():
    """The table of what finishes an exit has all reasons, in their order."""
    header = os.path.join(ROOT, "include/arm_vcpu/exit.h")
    with open(header, encoding="utf-8") as file:
        reasons = re.findall(r"^\s+X\((\w+), \"", file.read(), re.MULTILINE)
    table = read(GUIDE).split("### What finishes an exit")[1]
    rows = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    expect(reasons and rows == reasons, f"{rows}\nare not\n{reasons}")


CHECKS = [
    (f"{GUIDE}: followed in an empty directory", followed),
    (f"{GUIDE}: says what finishes each exit", every_exit),
]
