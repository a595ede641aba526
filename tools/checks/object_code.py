# SPDX-License-Identifier: Apache-2.0
"""Barriers and ordered accesses as the compilers made them: on each path
through a function, what has to come before what.

The rows follow the protocols of tools/models/litmus. A compiler may move a
plain access over what C does not order, and an option like -march=armv8.3-a
turns an acquire into an LDAPR; nothing else here would notice."""

import glob
import json
import os
import re
import tempfile
from collections import namedtuple

from .report import ROOT, command, expect

CROSS = "aarch64-linux-gnu-"

# What an instruction looks like, with the name of what it calls for operand.
NOT_STACK = r"(?!.*\[sp)"
LOAD = rf"{NOT_STACK}(ld\w+|swp\w*|cas\w*) .*"
STORE = rf"{NOT_STACK}(st\w+|swp\w*|cas\w*) .*"
# Not LDAPR, which a release before it does not wait for.
LOAD_SEQ_CST = r"ldar[bh]? .*"
LOAD_ACQUIRE = r"lda(p)?r[bh]? .*"
STORE_RELEASE = r"stlr[bh]? .*"
# Exclusives, or FEAT_LSE: of the pair the half that comes last.
RMW_ACQUIRE = r"(ldaxr|swpal?|casal?|ldaddal?|ldsetal?|ldclral?)[bh]? .*"
RMW_SEQ_CST = r"(stlxr|swpal|casal|ldaddal|ldsetal|ldclral)[bh]? .*"
DMB = r"(dmb|dsb) (ish|sy)"
DSB = r"dsb (ish|sy)"
DSB_STORES = r"dsb (ishst|ish|st|sy)"
SEND_SGI = r"msr (icc_sgi1r_el1|s3_0_c12_c11_5), .*"
TAKE_IRQ = r"mrs \w+, (icc_iar1_el1|s3_0_c12_c12_0)"
RETURN = r"ret"
# arm_vm_ops.kick, or what a timer does: the host's, by a pointer.
INDIRECT = r"b(l)?r .*"
TRANSLATION = (r"msr (tcr_el1|sctlr_el1|ttbr[01]_el1|vttbr_el2|vtcr_el2|"
               r"hcr_el2), .*")


def call(name):
    return rf"(bl|b) ({name})"


# In function, of source: on each path to an instruction like `before` there is
# one like each of `first`, in this order. What is like `anew` in between makes
# all that was found so far worth nothing. through: a call counts as what the
# function does that is called, and so on.
Row = namedtuple("Row", "source function first before anew through",
                 defaults=("", False))

ROWS = (
    # park(), bind(): what is raised is written before the look at the state.
    Row("hypervisor/sched/sched.c", "hv_sched_kick", (DMB,), LOAD),
    Row("hypervisor/sched/sched.c", "hv_sched_park", (STORE_RELEASE, DMB),
        call("arm_vgic_has_pending")),
    # A function that is called once is part of its caller.
    Row("hypervisor/sched/loop.c", "bind|run", (DMB,), call("arm_vcpu_bind")),
    Row("src/trap/trap.c", "arm_vcpu_run", (LOAD_SEQ_CST, LOAD_SEQ_CST),
        call("arm_hw_guest_enter")),
    Row("src/trap/trap.c", "arm_guest_irq", (LOAD_SEQ_CST,), RETURN),
    Row("src/trap/trap.c", "finish", (LOAD_SEQ_CST,), RETURN),
    Row("src/vcpu/vcpu.c", "arm_vcpu_kick", (STORE_RELEASE,), INDIRECT),
    Row("src/gic/bank.c", "arm_vgic_notify", (RMW_SEQ_CST,), INDIRECT),
    # sgi(), aware(): and no store comes between the barrier and the SGI.
    Row("hypervisor/irq/gic.c", "hv_gic_kick", (DSB_STORES,), SEND_SGI,
        STORE),
    Row(".*", ".*", (DSB_STORES,), SEND_SGI, STORE),
    Row("hypervisor/irq/irq.c", "serve", (TAKE_IRQ, DSB),
        call("hv_timer_irq|arm_vgic_maintenance")),
    Row("hypervisor/sched/queue.c", "hv_queue_unlock",
        (STORE_RELEASE, STORE_RELEASE), call("hv_gic_kick")),
    # An idle CPU has written all it had to before it sleeps.
    Row("hypervisor/sched/loop.c", "hv_sched_loop", (DSB,), "wfi", STORE),
    # hand_over(), publish(), pcpu_here()
    Row("hypervisor/sched/sched.c", "hv_sched_wait_off", (LOAD_ACQUIRE,),
        RETURN),
    Row("hypervisor/sched/own.c", "hv_own_start", (STORE_RELEASE, DSB),
        "sev"),
    Row("hypervisor/boot/smp.c", "hv_smp_go", (STORE_RELEASE,),
        call("hv_gic_kick")),
    Row("src/vcpu/pcpu.c", "arm_pcpu_here", (LOAD_ACQUIRE,), RETURN),
    # locked_count()
    Row("hypervisor/sched/queue.c", "hv_queue_lock", (RMW_ACQUIRE,), RETURN),
    Row("hypervisor/sched/queue.c", "hv_queue_unlock", (STORE_RELEASE,),
        "msr daif, .*"),
    Row("src/gic/regs.c", "arm_vgic_enable_set", (RMW_ACQUIRE, STORE_RELEASE,
                                                  STORE_RELEASE), RETURN),
    # timer_stop(). That firing and armed are two more is not seen, since what
    # take_due() answers is looked at once more behind it.
    Row("hypervisor/irq/timer.c", "hv_timer_irq",
        (RMW_ACQUIRE, STORE_RELEASE), INDIRECT),
    # uart_room()
    Row("hypervisor/irq/uart_rx.c", "hv_uart_rx_resume", (DMB,), LOAD),
    # raise_list() and its kin: latch, then listed; holder, then listed.
    Row("src/gic/vgic.c", "arm_vcpu_inject_interrupt",
        (RMW_SEQ_CST, LOAD_SEQ_CST), call("arm_vgic_notify_owners")),
    Row("src/gic/lr.c", "arm_vgic_list", (r"st(l)?rh .*", STORE_RELEASE),
        RETURN),
    # disable_ask(): wanted, attention; answered.
    Row("src/gic/ask.c", "arm_vgic_ask", (RMW_SEQ_CST, RMW_SEQ_CST),
        INDIRECT),
    Row("src/gic/ask.c", "arm_vgic_answered", (LOAD_ACQUIRE,), RETURN),
    # Walks that go on, and maintenance that this CPU began, end before the
    # guest's translation changes under them (DDI 0487 D8.1.5).
    Row("src/vcpu/bind.c", "arm_vcpu_unbind", ("dsb sy",), TRANSLATION,
        through=True),
)

# text: as above; target: where it may go in its own function, None if it does
# not branch there; ends: it does not go on to the next one.
Instruction = namedtuple("Instruction", "text target ends")
LINE = re.compile(r"^ *([0-9a-f]+):\t(.*)$")
HEAD = re.compile(r"^[0-9a-f]+ <([^>]+)>:$")
RELOCATION = re.compile(r"^\t+[0-9a-f]+: R_AARCH64_(?:CALL|JUMP)26\t(\S+)$")
BRANCH = re.compile(r"(?P<name>b(\.\w+)?|cbn?z|tbn?z|bl)\s(?:.*\s)?"
                    r"(?P<address>[0-9a-f]+) <(?P<symbol>[^>+]+)(\+[^>]*)?>")
# What compilers make one function of, and is a part of each that calls it.
SHARED = re.compile(r"bl? (OUTLINED_FUNCTION_\d+|"
                    r"(?:arm|arm_bank|hv)_(?:un)?lock)")


def parse_line(text, name, relocation):
    text = " ".join(text.split("//")[0].split())
    branch = BRANCH.fullmatch(text)
    if not branch:
        return Instruction(text, None, re.match(r"(ret|br|eret)\b", text))
    kind = branch["name"]
    symbol = (re.sub(r"^\.text\.|\+0x0$", "", relocation) if relocation
              else branch["symbol"])
    if kind == "bl" or relocation or symbol != name:
        return Instruction(f"{kind} {symbol}", None, kind == "b")
    return Instruction(kind, int(branch["address"], 16), kind == "b")


def parse(text):
    """objdump -dr of one object: {function: {address: Instruction}}."""
    functions, body, lines = {}, None, text.splitlines()
    for number, line in enumerate(lines):
        head, code = HEAD.match(line), LINE.match(line)
        if head:
            name = head[1]
            body = functions.setdefault(name, {})
        elif code and body is not None:
            below = lines[number + 1] if number + 1 < len(lines) else ""
            relocation = RELOCATION.match(below)
            body[int(code[1], 16)] = parse_line(
                code[2], name, relocation and relocation[1])
    return functions


def unordered(functions, name, row, guarded):
    """(how many guarded instructions are reached, which one is reached without
    what has to come first, or None). Follows each path, and remembers on it
    how much of row.first was there."""
    seen, reached = set(), set()
    open_ends = [(name, min(functions[name]), 0, ())]
    while open_ends:
        place = open_ends.pop()
        if place in seen:
            continue
        seen.add(place)
        inside, address, found, callers = place
        instruction = functions[inside].get(address)
        if instruction is None:
            continue
        text = instruction.text
        returns = text == "ret" and callers
        if guarded(text) and not returns:
            reached.add((inside, address))
            if found < len(row.first):
                return len(reached), f"{inside}+{address:#x}: {text}"
        if found < len(row.first) and re.fullmatch(row.first[found], text):
            found += 1
        elif row.anew and re.fullmatch(row.anew, text):
            found = 0
        shared = SHARED.fullmatch(text)
        if shared and shared[1] in functions:
            back = callers if text.startswith("b ") else (
                (inside, address + 4),) + callers
            open_ends.append((shared[1], min(functions[shared[1]]), found,
                              back))
            continue
        if returns:
            open_ends.append((*callers[0], found, callers[1:]))
            continue
        if instruction.target is not None:
            open_ends.append((inside, instruction.target, found, callers))
        if not instruction.ends:
            open_ends.append((inside, address + 4, found, callers))
    return len(reached), None


def functions_that(pattern, objects):
    """Names of functions in which there is such an instruction, and of those
    that call them, and so on."""
    def texts(name, functions):
        return {instruction.text for instruction in functions[name].values()}

    # Each object has shared functions of its own, by the same names.
    bodies = []
    for functions in objects.values():
        shared = {name: texts(name, functions) for name in functions
                  if SHARED.fullmatch(f"b {name}")}
        for name in functions.keys() - shared.keys():
            inside = texts(name, functions)
            bodies.append((name, inside.union(
                *(more for called, more in shared.items()
                  if inside & {f"b {called}", f"bl {called}"}))))
    found = {name for name, texts in bodies
             if any(re.fullmatch(pattern, text) for text in texts)}
    while True:
        calls = re.compile(rf"bl? ({'|'.join(map(re.escape, sorted(found)))})")
        more = {name for name, texts in bodies if name not in found
                and any(calls.fullmatch(text) for text in texts)}
        if not more:
            return found
        found |= more


def wrong(row, objects):
    """What a row finds, as lines of text."""
    pattern = row.before
    if row.through:
        names = map(re.escape, sorted(functions_that(row.before, objects)))
        pattern = rf"{row.before}|bl? ({'|'.join(names)})"
    guarded = re.compile(pattern).fullmatch
    times, lines = 0, []
    for source, functions in objects.items():
        if not re.fullmatch(row.source, source):
            continue
        for name in functions:
            if not re.fullmatch(row.function, name):
                continue
            count, where = unordered(functions, name, row, guarded)
            times += count
            if where:
                lines.append(f"{source}: {name}: {where}, but before it not "
                             f"{', then '.join(row.first)}")
    if not times:
        lines.append(f"{row.source}: {row.function} has no {row.before}")
    return lines


def disassemble(path):
    return parse(command([CROSS + "objdump", "-dr", "--no-show-raw-insn",
                          path]))


def disassemble_all(preset):
    """{source: {function: {address: Instruction}}} of the library and hv."""
    objects = {}
    for pattern, home in (("src/CMakeFiles/room_*.dir", "src"),
                          ("hypervisor/CMakeFiles/hv.dir", "hypervisor")):
        for directory in glob.glob(os.path.join(ROOT, "build", preset,
                                                pattern)):
            for path in glob.glob(f"{directory}/**/*.obj", recursive=True):
                source = os.path.join(home, os.path.relpath(path, directory)
                                      .removesuffix(".obj"))
                # What was built from a source that is gone may be there.
                if os.path.exists(os.path.join(ROOT, source)):
                    objects[source] = disassemble(path)
    return objects


def barriers(preset):
    """The compiler left what the protocols name where it has to be."""
    objects = disassemble_all(preset)
    lines = [line for row in ROWS for line in wrong(row, objects)]
    expect(not lines, "\n".join(lines))


GOOD = {
    "f": """
        stp x29, x30, [sp, #-16]!
        add x4, x0, #4
        cbz x1, 1f
        dmb ish
        ldar w2, [x4]
        b 2f
    1:  dmb ish
        ldar w2, [x4]
    2:  bl g
        ret""",
    "h": """
        str x1, [x0]
        dsb ishst
        msr s3_0_c12_c11_5, x2
        ret""",
    "k": """
        dsb sy
        bl m
        ret""",
    "m": """
        msr tcr_el1, x0
        ret""",
    "n": """
        bl arm_lock
        stlr w2, [x4]
        b arm_unlock""",
    "arm_lock": """
    1:  ldaxr w1, [x0]
        stxr w3, w2, [x0]
        cbnz w3, 1b
        ret""",
    "arm_unlock": """
        stlr wzr, [x0]
        ret""",
}
TRIAL = (
    Row("a", "f", (DMB,), LOAD),
    Row("a", "f", (LOAD_SEQ_CST,), call("g")),
    Row("a", ".*", (DSB_STORES,), SEND_SGI, STORE),
    Row("a", "k", (DSB,), TRANSLATION, through=True),
    Row("a", "n", (RMW_ACQUIRE, STORE_RELEASE, STORE_RELEASE), RETURN),
)
# In which function what is replaced by what, and the row that finds it.
TAMPERED = (
    ("f", "1:  dmb ish\n", "1:\n", 0),                       # on one path
    ("f", "dmb ish\n        ldar w2, [x4]\n        b 2f",
     "ldar w2, [x4]\n        dmb ish\n        b 2f", 0),     # too late
    ("f", "1:  dmb ish", "1:  dmb ishst", 0),                # too weak
    ("f", "cbz x1, 1f", "ldr x2, [x0]", 0),                  # another load
    ("f", "1:  dmb ish\n        ldar", "1:  dmb ish\n        ldapr", 1),
    ("f", "ldar w2, [x4]\n        b 2f",
     "ldr w2, [x4]\n        b 2f", 1),
    ("h", "dsb ishst", "dmb ish", 2),
    ("h", "dsb ishst", "nop", 2),
    ("h", "dsb ishst", "dsb ishst\n        str x1, [x0]", 2),
    ("h", "msr s3_0_c12_c11_5, x2", "nop", 2),               # nothing there
    ("k", "dsb sy", "isb", 3),
    ("k", "dsb sy\n        bl m", "bl m\n        dsb sy", 3),
    ("arm_lock", "ldaxr", "ldxr", 4),
    ("arm_unlock", "stlr", "str", 4),
    ("n", "stlr w2, [x4]", "str w2, [x4]", 4),
)


def findings(bodies):
    """Which rows of the trial find something wrong."""
    text = ".arch armv8.3-a\n" + "".join(
        f".section .text.{name}, \"ax\"\n.type {name}, %function\n"
        f"{name}:\n{body}\n" for name, body in bodies.items())
    with tempfile.TemporaryDirectory() as directory:
        source = os.path.join(directory, "a.s")
        with open(source, "w", encoding="utf-8") as file:
            file.write(text)
        command([CROSS + "gcc", "-c", "-o", f"{source}.o", source])
        functions = disassemble(f"{source}.o")
    return {number for number, row in enumerate(TRIAL)
            if wrong(row, {"a": functions})}


def tampering_is_seen():
    """The check above finds what is wrong, and only that."""
    expect(not findings(GOOD), "something is wrong with what is right")
    for name, old, new, row in TAMPERED:
        expect(old in GOOD[name], f"{name} has no {old}")
        found = findings({**GOOD, name: GOOD[name].replace(old, new)})
        expect(found == {row}, f"{name} with {new} for {old}: rows {found}")
