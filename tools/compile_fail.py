#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles what must not compile, with $CXX (default g++), and looks at what the compiler says. Prints TAP.

    tools/compile_fail.py [NAME]    only the files whose name contains NAME

Each tests/compile_fail/*.cpp names the words of its message in comments, one or more:
    // expect: coodie: the table has no partition key
The compiler has to fail with a message that starts with "coodie: " and with all those words, and g++ has to say
it in ten lines. A comment `// skip-clang: reason` (or skip-gcc) leaves a compiler out.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Tuple

from tap import Tap

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests/compile_fail"
LONGEST = 10  # lines of g++
FLAGS = ["-std=c++20", "-fsyntax-only", "-fdiagnostics-color=never", "-DCOODIE_SEPARATE_COMPILATION", f"-I{ROOT}"]
MESSAGE = re.compile(r"error: .*coodie: ")


def comments(path: Path, word: str) -> List[str]:
    text = path.read_text(encoding="utf-8")
    return [match.strip() for match in re.findall(rf"^// {word}: (.*)$", text, re.MULTILINE)]


def faults(path: Path, compiler: List[str], is_clang: bool) -> List[str]:
    """What is wrong with the compiler's answer; nothing when it is as it should be."""
    expected = comments(path, "expect")
    if not expected:
        return ["the file has no `// expect: ` comment"]
    run = subprocess.run(
        compiler + FLAGS + [str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    said = run.stdout.splitlines()
    found = []
    if run.returncode == 0:
        return ["it compiles"]
    if not any(MESSAGE.search(line) for line in said):
        found.append('no message starts with "coodie: "')
    found += [f"the message lacks: {words}" for words in expected if words not in run.stdout]
    if not is_clang and len(said) > LONGEST:
        found.append(f"the message has {len(said)} lines, more than {LONGEST}")
    return found + [f"  {line}" for line in said[:20]] if found else []


def main(arguments: List[str]) -> int:
    compiler = os.environ.get("CXX", "g++").split()
    version = subprocess.run(compiler + ["--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    is_clang = "clang" in version
    wanted = arguments[0] if arguments else ""
    tap = Tap()

    def work(path: Path) -> Tuple[str, List[str], List[str]]:
        reasons = comments(path, "skip-clang" if is_clang else "skip-gcc")
        return path.stem, reasons, [] if reasons else faults(path, compiler, is_clang)

    paths = sorted(path for path in FOLDER.glob("*.cpp") if wanted in path.stem)
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        for name, reasons, found in pool.map(work, paths):
            if reasons:
                tap.skip(f"compile_fail {name}", reasons[0])
            else:
                tap.result(f"compile_fail {name}", not found, "\n".join(found))
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
