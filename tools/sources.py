#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Lists what the build consists of, one a line, so that a new file is picked up by its place alone.

    tools/sources.py version                    the version in protocol/config.hpp
    tools/sources.py tests FOLDER [--except F]  the .cpp files below FOLDER that have no main function
    tools/sources.py threads FOLDER ...         those of them with a test tagged [threads], and those without a test,
                                                which serve others
    tools/sources.py programs FOLDER ...        the .cpp files that have a main function

A program is printed as NAME=FILE; bench/coodie_bench.cpp is coodie-bench.
"""

import re
import sys
from pathlib import Path
from typing import List

ROOT = Path(__file__).resolve().parent.parent
MAIN = re.compile(r"^(int main\(|extern \"C\" int LLVMFuzzerTestOneInput\()", re.MULTILINE)
TEST = re.compile(r"^(TEMPLATE_(LIST_)?)?TEST_CASE\(", re.MULTILINE)

# These are built by their own scripts.
APART = ("tests/build/", "tests/compile_fail/", "tests/library/", "tests/tools/")


def version(root: Path = ROOT) -> str:
    text = (root / "protocol/config.hpp").read_text(encoding="utf-8")
    match = re.search(r'^#define COODIE_VERSION "([^"]+)"$', text, re.MULTILINE)
    if not match:
        sys.exit("Error: no version\nWhy: protocol/config.hpp has no COODIE_VERSION\nFix: define it there")
    return match.group(1)


def listing(what: str, folder: str, excluded: str = "", root: Path = ROOT) -> List[str]:
    found = []
    for path in sorted((root / folder).rglob("*.cpp")):
        name = path.relative_to(root).as_posix()
        if name.startswith(APART) or (excluded and name.startswith(excluded + "/")):
            continue
        text = path.read_text(encoding="utf-8")
        is_program = MAIN.search(text) is not None
        if what == "programs" and is_program:
            found.append(f"{path.stem.replace('_', '-')}={name}")
        elif what == "tests" and not is_program:
            found.append(name)
        elif what == "threads" and not is_program and ("[threads]" in text or not TEST.search(text)):
            found.append(name)
    return found


def main(arguments: List[str]) -> int:
    if arguments == ["version"]:
        print(version())
    elif len(arguments) == 2 and arguments[0] in ("tests", "threads", "programs"):
        print("\n".join(listing(*arguments)))
    elif len(arguments) == 4 and arguments[2] == "--except":
        print("\n".join(listing(arguments[0], arguments[1], arguments[3])))
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
