#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes coodie.hpp, coodie_model.hpp and coodie_testing.hpp from the folders of the project.

    tools/amalgamate.py                 write them into the root of the project
    tools/amalgamate.py --check         write nothing; fail when one of them is stale
    tools/amalgamate.py --output DIR    write them into DIR

Each file that is included with quotes is put where it is first included, and keeps its include guard: then two
of the generated headers can meet in one translation unit in any order. A system include stays at its first place
and is dropped where an earlier one is sure to have been read. What stands in .ipp files is wrapped in
`#if COODIE_HAS_DEFINITIONS`. The output depends on the input alone: it has no dates and no paths of a machine.
"""

import argparse
import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, FrozenSet, List, Optional, Set

from sources import version

ROOT = Path(__file__).resolve().parent.parent
DEFINITIONS = "COODIE_HAS_DEFINITIONS"
LICENCE_LINE = "// SPDX-License-Identifier:"

DIRECTIVE = re.compile(r"^\s*#\s*(\w+)\b\s*(.*?)\s*$", re.DOTALL)
QUOTED = re.compile(r'^"([^"]+)"')
ANGLED = re.compile(r"^(<[^>]+>)")
WORD = re.compile(r"[A-Za-z_]\w*")


class AmalgamateError(Exception):
    """A failure with a reason and a remedy."""

    def __init__(self, error: str, why: str, fix: str):
        super().__init__(f"Error: {error}\nWhy: {why}\nFix: {fix}")


@dataclass
class Product:
    """One generated header."""

    name: str
    purpose: str
    roots: List[str]  # expanded in this order
    definitions: List[str] = field(default_factory=list)  # umbrellas of .ipp files, after the roots
    beside: bool = False  # append the x.ipp of every x.hpp that went in
    includes: Optional[str] = None  # another product, which this one includes and does not repeat


PRODUCTS = [
    Product(
        "coodie.hpp",
        "Cassandra and ScyllaDB for C++20: the whole product in one file.",
        ["orm/coodie_all.hpp"],
        [
            "protocol/protocol_impl.ipp",
            "cluster/cluster_impl.ipp",
            "driver/driver_impl.ipp",
            "orm/orm_impl.ipp",
        ],
    ),
    Product(
        "coodie_model.hpp",
        "What a file that declares models needs; cheap to include everywhere.",
        ["orm/model_all.hpp"],
        beside=True,
    ),
    Product(
        "coodie_testing.hpp",
        "A server that speaks CQL from memory, for the tests of programs that use coodie.",
        ["tests/mock/testing_all.hpp"],
        ["tests/mock/testing_impl.ipp"],
        includes="coodie.hpp",
    ),
]

Region = FrozenSet[str]  # the conditions that hold at a place


class Seen:
    """What has been put into a header already, and under which conditions."""

    def __init__(self) -> None:
        self.regions: Dict[str, List[Region]] = {}

    def covers(self, name: str, here: Region) -> bool:
        return any(earlier <= here for earlier in self.regions.get(name, []))

    def add(self, name: str, here: Region) -> None:
        self.regions.setdefault(name, []).append(here)


class Expander:
    """Expands umbrellas into the text of one header."""

    def __init__(self, root: Path, known_parts: Optional[Seen] = None):
        self.root = root
        self.parts = Seen()
        self.system = Seen()
        if known_parts is not None:
            self.parts.regions = {name: list(regions) for name, regions in known_parts.regions.items()}
        self.lines: List[str] = []
        self.order: List[str] = []
        self.active: Set[str] = set()
        self.unique = 0

    def expand(self, name: str, here: Region = frozenset(), includer: str = "") -> None:
        if name in self.active or self.parts.covers(name, here):
            return
        path = self.root / name
        if not path.is_file():
            raise AmalgamateError(
                f'{includer or "the list of products"} includes "{name}", which does not exist',
                "includes with quotes are written from the root of the project",
                "correct the include, or add the file",
            )
        wrap = name.endswith(".ipp") and DEFINITIONS not in here
        inner = here | {DEFINITIONS} if wrap else here
        if wrap and self.parts.covers(name, inner):
            return
        self.parts.add(name, inner)
        self.order.append(name)
        self.active.add(name)
        if wrap:
            self.lines += ["", f"#if {DEFINITIONS}"]
        self._part(name, path.read_text(encoding="utf-8"), inner)
        if wrap:
            self.lines += [f"#endif  // {DEFINITIONS}", ""]
        self.active.discard(name)

    def _part(self, name: str, text: str, here: Region) -> None:
        conditions: List[Optional[str]] = []  # None is the include guard of this part
        lines = joined_lines(text)
        guard = find_guard(lines)
        self.lines += ["", f"// ---- {name}"]
        for number, line in enumerate(lines):
            if number == 0 and line.startswith(LICENCE_LINE):
                continue
            match = DIRECTIVE.match(line)
            word = match.group(1) if match else ""
            argument = strip_comment(match.group(2)) if match else ""
            if word == "pragma" and argument == "once":
                continue
            if word == "include":
                self._include(name, line, argument, here | {c for c in conditions if c})
                continue
            if word in ("if", "ifdef", "ifndef"):
                is_guard = guard is not None and word == "ifndef" and argument == guard and None not in conditions
                conditions.append(None if is_guard else self._condition(word, argument))
            elif word in ("else", "elif", "endif") and not conditions:
                raise unbalanced(name)
            elif word in ("else", "elif"):
                conditions[-1] = self._branch(conditions[-1], word)
            elif word == "endif":
                conditions.pop()
            self.lines.append(line.rstrip())
        if conditions:
            raise unbalanced(name)

    def _include(self, name: str, line: str, argument: str, here: Region) -> None:
        quoted = QUOTED.match(argument)
        angled = ANGLED.match(argument)
        if quoted:
            self.expand(quoted.group(1), here, name)
        elif angled:
            if not self.system.covers(angled.group(1), here):
                self.system.add(angled.group(1), here)
                self.lines.append(line.rstrip())
        else:
            raise AmalgamateError(
                f"{name} has an include of another form: {line.strip()}",
                "only <...> and \"...\" can be put together",
                "write the name of the file",
            )

    def _condition(self, word: str, argument: str) -> str:
        """A name for a condition. The project's own switches do not change within a translation unit, so two
        regions under the same one are the same region; any other condition is a region of its own."""
        words = set(WORD.findall(argument)) - {"defined"}
        if word == "ifdef":
            argument = f"defined({argument})"
        elif word == "ifndef":
            argument = f"!defined({argument})"
        if words and all(w.startswith("COODIE_") for w in words):
            return " ".join(argument.split())
        self.unique += 1
        return f"#{self.unique}"

    def _branch(self, condition: Optional[str], word: str) -> str:
        if word == "else" and condition and not condition.startswith("#"):
            return f"!({condition})"
        self.unique += 1
        return f"#{self.unique}"


def unbalanced(name: str) -> AmalgamateError:
    return AmalgamateError(
        f"the #if and #endif of {name} do not match",
        "every condition has to end in the file where it begins",
        "add or remove the #endif",
    )


def joined_lines(text: str) -> List[str]:
    """The lines of a file; a directive that goes on after a backslash is one line."""
    lines: List[str] = []
    for line in text.splitlines():
        if lines and lines[-1].endswith("\\") and DIRECTIVE.match(lines[-1]):
            lines[-1] = lines[-1] + "\n" + line
        else:
            lines.append(line)
    return lines


def strip_comment(text: str) -> str:
    return re.sub(r"\s*(//.*|/\*.*)$", "", text.replace("\\\n", " ")).strip()


def find_guard(lines: List[str]) -> Optional[str]:
    """The macro of the include guard: the first two directives are #ifndef X and #define X."""
    directives = [m for m in map(DIRECTIVE.match, lines) if m]
    if len(directives) < 3 or directives[0].group(1) != "ifndef" or directives[1].group(1) != "define":
        return None
    guard = strip_comment(directives[0].group(2))
    return guard if strip_comment(directives[1].group(2)) == guard else None


def heading(root: Path, product: Product) -> List[str]:
    lines = [
        f"{LICENCE_LINE} MIT",
        f"// {product.name}, coodie {version(root)}. {product.purpose}",
        "// Generated by tools/amalgamate.py from the folders of the project: change those, never this file.",
        "//",
    ]
    for line in (root / "LICENSE").read_text(encoding="utf-8").rstrip().splitlines():
        lines.append(f"// {line}".rstrip())
    return lines


def squeeze(lines: List[str]) -> str:
    """The text without trailing blanks and with at most one empty line in a row."""
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def expand_beside(expander: Expander) -> None:
    """Appends x.ipp for every x.hpp that went in, until nothing is missing: an inline function that is declared
    has to be defined in every file that uses it."""
    done = 0
    while done < len(expander.order):
        name = expander.order[done]
        done += 1
        definitions = re.sub(r"\.hpp$", ".ipp", name)
        if definitions != name and (expander.root / definitions).is_file():
            expander.expand(definitions)


def build(root: Path, product: Product, known: Dict[str, Seen]) -> str:
    expander = Expander(root, known.get(product.includes or ""))
    for name in product.roots:
        expander.expand(name)
    for name in product.definitions:
        if (root / name).is_file():
            expander.expand(name)
    if product.beside:
        expand_beside(expander)
    known[product.name] = expander.parts
    guard = "COODIE_GENERATED_" + re.sub(r"\W", "_", product.name.replace("coodie_", "")).upper()
    lines = heading(root, product) + [f"#ifndef {guard}", f"#define {guard}", ""]
    if product.includes:
        lines += [f'#include "{product.includes}"', ""]
    return squeeze(lines + expander.lines + ["", f"#endif  // {guard}"])


def missing_roots(root: Path, product: Product) -> List[str]:
    return [name for name in product.roots if not (root / name).is_file()]


def generate(root: Path) -> Dict[str, Optional[str]]:
    """The text of each header; None where the project has no umbrella for it."""
    known: Dict[str, Seen] = {}
    result: Dict[str, Optional[str]] = {}
    for product in PRODUCTS:
        absent = missing_roots(root, product) or (product.includes and result.get(product.includes, "") is None)
        result[product.name] = None if absent else build(root, product, known)
    return result


def stale(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_bytes() != text.encode("utf-8")


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a header is stale")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project (default: the one this tool is in)")
    parser.add_argument("--output", type=Path, help="where to write (default: the root of the project)")
    options = parser.parse_args(arguments)
    output = options.output or options.root
    try:
        texts = generate(options.root)
    except AmalgamateError as error:
        print(error, file=sys.stderr)
        return 1
    old = []
    for name, text in texts.items():
        if text is None:
            print(f"skipped {name}: its umbrella is not there")
        elif stale(output / name, text):
            old.append(name)
            if not options.check:
                os.makedirs(output, exist_ok=True)
                (output / name).write_bytes(text.encode("utf-8"))
                print(f"wrote {name}")
    if options.check and old:
        print(
            f"Error: {', '.join(old)} {'is' if len(old) == 1 else 'are'} stale\n"
            "Why: the folders changed after the headers were generated\n"
            "Fix: run tools/amalgamate.py and commit the headers with the change",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
