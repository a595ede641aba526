#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Make Doxygen read our C as a person does: plain comments are its
documentation, and lists are what they are included for.

usage: filter.py FILE

- The first comment is the file's, and arm_vcpu.h's is the first page; any
  other one that begins a line belongs to what follows; one behind code belongs
  to that code.
- Prototypes without a blank line between them share the comment above.
- Indented lines in a comment stay as they are.
- In a public header, X lists and guest_regs.def are expanded to the
  enumerators and members that they make; the texts of their rows are the
  documentation. Structs of private.h have no fields for a reader.
"""

import os
import re
import sys

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
ROW = re.compile(r"X\((\w+),((?:[^()\"]|\"[^\"]*\")*)\)"
                 r"\s*(?:/\*\s*(.*?)\s*\*/)?")


def escape(text):
    """Nothing in our comments is a command, a tag or a link of Doxygen's."""
    return re.sub(r"([\\@#<>&$])", r"\\\1", text)


def lines_of(comment):
    """The comment's text, without its decoration."""
    lines = comment[2:-2].split("\n")
    return [re.sub(r"^\s*\* ?", "", line).expandtabs().rstrip()
            if number else line.strip() for number, line in enumerate(lines)]


def body(comment):
    """The text as Doxygen takes it: indented lines are set as they are, but
    for those that go on with an item of a list."""
    result, verbatim, item = [], False, False
    for line in lines_of(comment):
        item = line.startswith("- ") or (item and line.startswith("  "))
        indented = not item and (line.startswith("  ") or
                                 (verbatim and not line))
        if indented != verbatim:
            result.append("@verbatim" if indented else "@endverbatim")
            verbatim = indented
        result.append(line if verbatim else escape(line))
    return "\n".join(result + ["@endverbatim"] * verbatim).strip("\n")


def rows(text, name):
    """[(first argument, other arguments, text)] of an X list."""
    found = re.search(rf"^#define {name}\(X\)(.*?[^\\])$", text,
                      re.MULTILINE | re.DOTALL)
    return [(key, rest.replace("\\\n", " "), comment)
            for key, rest, comment in ROW.findall(found[1])]


def expand_enum(text):
    """An enum that is made from an X list, written out."""
    def enumerators(match):
        prefix, listed = match[1], match[2]
        result = []
        for key, rest, comment in rows(text, listed):
            said = "; ".join(filter(None, (re.search('"(.*?)"', rest)[1],
                                           comment)))
            value = re.match(r"\s*(-?\d+),", rest)
            result.append(f"{prefix}{key}{' = ' + value[1] if value else ''}, "
                          f"/* {said} */")
        return "\n".join(result)

    return re.sub(r"^#define (?:\w+)\(name, (?:value, )?text\) "
                  r"(?:(\w+)##name,|name = \(value\),)\n"
                  r"\s*(\w+_LIST)\(\w+\)\n#undef .*$",
                  lambda match: enumerators({1: match[1] or "",
                                             2: match[2]}),
                  text, flags=re.MULTILINE)


def expand_registers(text, directory):
    """What is made from guest_regs.def, written out."""
    with open(os.path.join(directory, "guest_regs.def"),
              encoding="utf-8") as file:
        listed = re.findall(r"^\w+_REG\((.*)\)$", file.read(), re.MULTILINE)

    def registers(match):
        pattern = match[2].replace("\\\n", "").strip()
        names = re.split(r",\s*", match[1])
        result = []
        for row in listed:
            values = dict(zip(names, re.split(r",\s*", row)))
            made = re.sub(r"(?:##)?\b(\w+)\b", lambda word: values.get(
                word[1], word[0]), pattern)
            result.append(f"{made} /* {values['name']} */\n")
        return "".join(result)

    return re.sub(r"^#define GUEST_REG\(([^)]*)\)((?:[^\n]|\\\n)*)\n"
                  r"(?:#define .*\n)*#include <arm_vcpu/guest_regs.def>\n"
                  r"(?:#undef .*\n?)*", registers, text, flags=re.MULTILINE)


def hide(text):
    """Structs without their fields."""
    return re.sub(r"^(struct \w+ \{).*?^\};", r"\1 };", text,
                  flags=re.MULTILINE | re.DOTALL)


def document(text, first):
    """Every comment as Doxygen's own, the first one with the command given;
    those between rows of a list go."""
    result, end, seen_file = [], 0, False
    for match in COMMENT.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        continued = text[:start].endswith("\\\n") or \
            text[match.end():].lstrip(" \t").startswith("\\")
        result.append(text[end:match.start()])
        end = match.end()
        if "SPDX-License-Identifier" in match[0] or continued:
            continue
        if not seen_file:
            seen_file = True
            mark = f"** {first}\n"
        else:
            mark = "**< " if text[start:match.start()].strip() else "** "
        result.append(f"/{mark}{body(match[0])} */")
    return "".join(result) + text[end:]


def share(text):
    """Repeat a comment for the prototypes or macros that follow it without a
    blank line, and for each of several members in one declaration."""
    prototype = r"\w[\w *]*\b\w+\((?:[^();]|\([^()]*\))*\);\n"
    macro = r"#define (?:[^\n]*\\\n)*[^\n]*[^\\\n]\n"

    def repeat(match):
        parts = re.findall(f"{prototype}|{macro}", match[2])
        return "".join(part if "/**<" in part else match[1] + part
                       for part in parts)

    def split(match):
        above, kind, names, behind = match.groups()
        return "".join(f"{above or ''}\t{kind}{name.strip()};{behind or ''}\n"
                       for name in names.split(","))

    text = re.sub(rf"^(/\*\*(?:(?!\*/).)*\*/\n)"
                  rf"((?:{prototype}){{2,}}|(?:{macro}){{2,}})", repeat, text,
                  flags=re.MULTILINE | re.DOTALL)
    comment = r"/\*\*(?:(?!\*/).)*\*/"
    return re.sub(rf"^(\t{comment}\n)?\t(\w+ )((?:\w+,\s+)+\w+);"
                  rf"(\s*{comment})?\n", split, text,
                  flags=re.MULTILINE | re.DOTALL)


def main(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    directory, name = os.path.split(path)
    if os.path.basename(directory) == "arm_vcpu":
        text = expand_registers(expand_enum(text), directory)
    if name == "private.h":
        text = hide(text)
    first = "@mainpage" if name == "arm_vcpu.h" else "@file"
    sys.stdout.write(share(document(text, first)))


if __name__ == "__main__":
    main(sys.argv[1])
