# SPDX-License-Identifier: Apache-2.0
"""How much of the host's stack the library takes at most, counted by GCC."""

import glob
import json
import os
import re
import shlex
import tempfile

from .report import ROOT, command, expect

LIMIT = 2048  # docs/PORTING.md and include/arm_vcpu/vcpu.h promise it
# What the vectors push (HOST_SIZE in offsets.h, and an interrupt at EL2 on
# top): read off as too much rather than too little.
VECTORS = 512
# The walks over translation tables call themselves for each lower level.
LEVELS = 4
NODE = re.compile(r'node: \{ title: "([^"]+)" label: "[^"]*'
                  r'\\n(\d+) bytes \((\w+(?:,\w+)?)\)')
EDGE = re.compile(r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"'
                  r'(?: label: "(.+?):(\d+):\d+")?')
INDIRECT = "__indirect_call"
# Calls of what the host supplied: its functions come on top.
HOST = re.compile(r"\bops->|\bvisit\(|\bemit\(")


def is_host_call(path, number):
    with open(path, encoding="utf-8") as file:
        return HOST.search(file.read().splitlines()[int(number) - 1])


def call_graph(preset):
    """({function: frame}, {function: callees}) of the library."""
    frames, calls = {}, {}
    with open(os.path.join(ROOT, "build", preset, "compile_commands.json"),
              encoding="utf-8") as file:
        units = [unit for unit in json.load(file)
                 if unit["file"].startswith(f"{ROOT}/src/")
                 and unit["file"].endswith(".c")]
    expect(units, f"{preset} has no sources of the library")
    with tempfile.TemporaryDirectory() as directory:
        for number, unit in enumerate(units):
            line = shlex.split(unit["command"])
            line[line.index("-o") + 1] = f"{directory}/{number}.o"
            command([arg for arg in line if not arg.startswith("-flto")]
                    + ["-fcallgraph-info=su"], cwd=unit["directory"])
        for path in glob.glob(f"{directory}/*.ci"):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            for name, size, kind in NODE.findall(text):
                expect("dynamic" not in kind, f"{name}'s frame has no bound")
                frames[name] = int(size)
            for caller, callee, source, number in EDGE.findall(text):
                if callee != INDIRECT or not is_host_call(source, number):
                    calls.setdefault(caller, set()).add(callee)
    return frames, calls


def deepest(preset):
    """(bytes, path) of the deepest stack below any function. A call through
    a pointer may lead to any function that nobody names in a call; a table's
    function does not lead to a second table. The host's own are not in it."""
    frames, calls = call_graph(preset)
    called = set().union(*calls.values())
    by_pointer = [name for name in frames
                  if name not in called and ":" in name]
    known = {}

    def below(name, path, through_table):
        key = (name, through_table)
        if key in known:
            return known[key]
        callees = set(calls.get(name, ())) - {INDIRECT}
        if INDIRECT in calls.get(name, ()) and not through_table:
            callees.update(by_pointer)
        best = (0, [])
        for callee in callees & set(frames):
            if callee not in path:
                table = through_table or callee in by_pointer
                best = max(best, below(callee, path | {callee}, table))
        times = LEVELS if name in callees else 1
        result = (frames[name] * times + best[0],
                  [f"{name.split(':')[-1]} {frames[name] * times}"] + best[1])
        if len(path) == 1:
            known[key] = result
        return result

    return max(below(name, {name}, False) for name in frames)


def bounded(preset):
    size, path = deepest(preset)
    expect(size + VECTORS <= LIMIT,
           f"{size} bytes and {VECTORS} of the vectors, above {LIMIT}: "
           + " > ".join(path))
