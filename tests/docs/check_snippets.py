#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the C++ in the guide is what the tests compile and run.

    tests/docs/check_snippets.py            compares; prints what differs
    tests/docs/check_snippets.py --write    copies the tests' snippets into the guide

In tests/docs/*.cpp a snippet stands between `// snippet: NAME` and `// end of snippet`; in docs/*.md and README.md it
is the block of C++ behind `<!-- snippet: NAME -->`. In docs/ every block of C++ has to be one. What the guide shows is without the indentation that all lines share.
A line that ends with `// docs: TEXT` appears as TEXT there, and not at all when TEXT is `-`: the tests connect to a
port of their own.
"""

import re
import sys
import textwrap
from pathlib import Path
from typing import Dict, List, Tuple

ROOT = Path(__file__).resolve().parents[2]
README = "README.md"
SNIPPET = re.compile(r"^[ \t]*// snippet: (?P<name>.+?)\n(?P<text>.*?)^[ \t]*// end of snippet$", re.MULTILINE | re.DOTALL)
BLOCK = re.compile(r"(?P<mark><!-- snippet: (?P<name>.+?) -->\n)?```cpp\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^(?P<indent>\s*).*// docs: (?P<shown>.*)$")


def shown(text: str) -> str:
    """A snippet as the guide shows it."""
    lines = []
    for line in text.splitlines():
        replaced = SHOWN.match(line)
        if replaced is None:
            lines.append(line)
        elif replaced["shown"] != "-":
            lines.append(replaced["indent"] + replaced["shown"])
    return textwrap.dedent("\n".join(lines)).strip("\n") + "\n"


def snippets(files: Dict[str, str]) -> Tuple[Dict[str, str], List[str]]:
    """Name to text, and what is wrong with them."""
    found: Dict[str, str] = {}
    wrong = []
    for path, text in files.items():
        for match in SNIPPET.finditer(text):
            if match["name"] in found:
                wrong.append(f"{path}: there are two snippets '{match['name']}'")
            found[match["name"]] = shown(match["text"])
    return found, wrong


def check(pages: Dict[str, str], sources: Dict[str, str]) -> List[str]:
    """What differs, a sentence each."""
    known, wrong = snippets(sources)
    used = set()
    for path, page in pages.items():
        for match in BLOCK.finditer(page):
            line = page.count("\n", 0, match.start()) + 1
            name = match["name"]
            if name is None and path == README:
                continue
            if name is None:
                wrong.append(f"{path}:{line}: C++ without a snippet; put it into tests/docs and name it here")
            elif name not in known:
                wrong.append(f"{path}:{line}: no test has the snippet '{name}'")
            elif match["text"] != known[name]:
                wrong.append(f"{path}:{line}: '{name}' is not what the tests run; see check_snippets.py --write")
            used.add(name)
    wrong += [f"the guide shows no snippet '{name}'" for name in known if name not in used]
    return wrong


def rewrite(page: str, known: Dict[str, str]) -> str:
    def block(match: "re.Match[str]") -> str:
        if match["name"] not in known:
            return match[0]
        return f"{match['mark']}```cpp\n{known[match['name']]}```"

    return BLOCK.sub(block, page)


def read(folder: str, pattern: str) -> Dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / folder).glob(pattern))
    }


def guide() -> Dict[str, str]:
    return {**read("docs", "*.md"), **read(".", README)}


def main(arguments: List[str]) -> int:
    if arguments not in ([], ["--write"]):
        print(__doc__)
        return 2
    sources = read("tests/docs", "*.cpp")
    if arguments:
        known, _ = snippets(sources)
        for name, page in guide().items():
            if rewrite(page, known) != page:
                (ROOT / name).write_text(rewrite(page, known), encoding="utf-8")
    wrong = check(guide(), sources)
    print("\n".join(wrong) if wrong else "the guide shows what the tests run")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
