#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the shape of the tree: who includes whom, and that every header stands alone. Prints TAP.

    tools/check_layers.py                  everything, with g++ (or $CXX)
    tools/check_layers.py --no-compile     the rules that need no compiler
    tools/check_layers.py --cache DIR      where to remember what has compiled (default .cache/headers)

The rules: protocol -> cluster -> driver -> orm, and inside protocol bytes -> values, routing -> messages ->
machine; only umbrellas (*_impl.ipp) include .ipp files; base names are unique; no header is included that style
forbids; every header compiles alone, protocol/ with neither Asio nor LZ4, exceptions nor RTTI.
"""

import argparse
import hashlib
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

from tap import Tap

ROOT = Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)
DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)", re.MULTILINE)

FOLDERS = ("protocol", "cluster", "driver", "orm")
AMALGAMATED = FOLDERS + ("tests/mock",)
UMBRELLAS = tuple(f"{folder}/{folder}_impl.ipp" for folder in FOLDERS)  # of definitions
# What the files of a place may include. The longest matching place holds; the umbrellas of protocol/ itself are
# last in it.
ALLOWED: Dict[str, Tuple[str, ...]] = {
    "protocol/config.hpp": (),
    "protocol/errc": ("protocol/config.hpp", "protocol/errc"),
    "protocol/bytes/": ("protocol/config.hpp", "protocol/errc", "protocol/bytes/"),
    "protocol/values/": ("protocol/config.hpp", "protocol/errc", "protocol/bytes/", "protocol/values/"),
    "protocol/routing/": (
        "protocol/config.hpp",
        "protocol/errc",
        "protocol/bytes/",
        "protocol/values/",
        "protocol/routing/",
    ),
    "protocol/messages/": (
        "protocol/config.hpp",
        "protocol/errc",
        "protocol/bytes/",
        "protocol/values/",
        "protocol/messages/",
    ),
    "protocol/": ("protocol/",),
    "cluster/": ("protocol/", "cluster/"),
    "driver/": ("protocol/", "cluster/", "driver/"),
    "orm/": ("protocol/", "cluster/", "driver/", "orm/"),
}
# Costly to include, or with a global effect.
FORBIDDEN = ("asio.hpp", "iostream", "regex", "functional", "sstream", "locale")
# Read by other libraries, which leave no choice of name.
FOREIGN_MACROS = re.compile(r"^(COODIE_|ASIO_)")

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Werror"]
POISONED = ("asio.hpp", "asio/io_context.hpp", "lz4.h", "lz4hc.h", "lz4frame.h", "boost/asio.hpp")


def files(root: Path, *suffixes: str, folders: Tuple[str, ...] = FOLDERS) -> List[str]:
    found = []
    for folder in folders:
        found += [p.relative_to(root).as_posix() for p in (root / folder).rglob("*") if p.suffix in suffixes]
    return sorted(found)


def includes(root: Path, name: str) -> List[Tuple[str, str]]:
    """What a file includes, as (quote, name)."""
    return INCLUDE.findall((root / name).read_text(encoding="utf-8"))


def closure(root: Path, name: str) -> Set[str]:
    """The file and everything of ours that it reaches."""
    reached: Set[str] = set()
    waiting = [name]
    while waiting:
        at = waiting.pop()
        if at not in reached and (root / at).is_file():
            reached.add(at)
            waiting += [i for q, i in includes(root, at) if q == '"']
    return reached


def place(name: str) -> str:
    return max((p for p in ALLOWED if name.startswith(p)), key=len)


def direction_faults(root: Path) -> List[str]:
    faults = []
    for name in files(root, ".hpp", ".ipp"):
        for quote, included in includes(root, name):
            if quote == '"' and not (root / included).is_file():
                faults.append(f'{name}: no file "{included}"; write it from the root of the project')
            elif quote == '"' and not included.startswith(ALLOWED[place(name)]):
                faults.append(f'{name}: may not include "{included}", which stands after it')
            elif included in FORBIDDEN:
                faults.append(f"{name}: <{included}> costs too much; take a smaller header")
            elif name.startswith("protocol/") and re.match(r"(boost/)?asio|lz4|openssl", included):
                faults.append(f"{name}: protocol/ may not include {included}")
    return faults


def model_faults(root: Path) -> List[str]:
    """coodie_model.hpp is cheap: it has nothing that opens a socket."""
    faults = []
    for name in sorted(closure(root, "orm/model_all.hpp")):
        if name.startswith(("cluster/", "driver/")):
            faults.append(f"orm/model_all.hpp reaches {name}")
        for _, included in includes(root, name):
            if included.startswith(("asio", "lz4", "openssl")):
                faults.append(f"orm/model_all.hpp reaches <{included}> by {name}")
    return faults


def definition_faults(root: Path) -> List[str]:
    faults = []
    for name in files(root, ".hpp", ".ipp"):
        if name.endswith("_impl.ipp"):
            continue
        for _, included in includes(root, name):
            if included.endswith(".ipp") and not included.endswith("_impl.ipp"):
                faults.append(f'{name}: includes "{included}"; only umbrellas (*_impl.ipp) include .ipp files')
    for folder, umbrella in zip(FOLDERS, UMBRELLAS):
        if (root / umbrella).is_file():
            missing = set(files(root, ".ipp", folders=(folder,))) - closure(root, umbrella)
            faults += [f"{name}: {umbrella} does not reach it, so its definitions are nowhere" for name in missing]
    return faults


def name_faults(root: Path) -> List[str]:
    seen: Dict[str, str] = {}
    faults = []
    for name in files(root, ".hpp", ".ipp", folders=AMALGAMATED):
        base = os.path.basename(name)
        if base in seen:
            faults.append(f"{name}: {seen[base]} has the same base name")
        seen[base] = name
    return faults


def macro_faults(root: Path) -> List[str]:
    faults = []
    for name in files(root, ".hpp", ".ipp"):
        text = (root / name).read_text(encoding="utf-8")
        for macro in DEFINE.findall(text):
            if not FOREIGN_MACROS.match(macro):
                faults.append(f"{name}: the macro {macro} does not start with COODIE_")
        guard = "COODIE_" + re.sub(r"[/.]", "_", name).upper()
        if f"#ifndef {guard}\n#define {guard}\n" not in text:
            faults.append(f"{name}: its include guard is not {guard}")
    return faults


def cycle_faults(root: Path) -> List[str]:
    """A header that includes itself through others, once each cycle."""
    graph = {
        name: [i for q, i in includes(root, name) if q == '"' and i.endswith(".hpp")] for name in files(root, ".hpp")
    }
    faults: Set[str] = set()
    done: Set[str] = set()

    def walk(name: str, path: List[str]) -> None:
        if name in path:
            faults.add(" -> ".join(path[path.index(name) :] + [name]))
        elif name not in done and name in graph:
            for included in graph[name]:
                walk(included, path + [name])
            done.add(name)

    for name in sorted(graph):
        walk(name, [])
    return sorted(faults)


class Compiler:
    """Compiles headers alone, remembering by content what has compiled."""

    def __init__(self, root: Path, command: str, cache: Path):
        self.root = root
        self.command = command.split()
        self.cache = cache
        self.closures: Dict[str, Set[str]] = {}
        version = subprocess.run(self.command + ["--version"], stdout=subprocess.PIPE, check=True).stdout
        self.identity = version + Path(__file__).read_bytes()
        self.poison = cache / "poison"
        cache.mkdir(parents=True, exist_ok=True)
        for name in POISONED:
            header = self.poison / name
            header.parent.mkdir(parents=True, exist_ok=True)
            header.write_text('#error "protocol/ may not include this"\n', encoding="utf-8")

    def key(self, name: str, flags: List[str]) -> Path:
        digest = hashlib.sha256(self.identity + " ".join(flags).encode())
        for part in sorted(closure(self.root, name)):
            digest.update(part.encode() + b"\0" + (self.root / part).read_bytes())
        return self.cache / digest.hexdigest()

    def check(self, name: str, flags: List[str]) -> Optional[str]:
        """The compiler's complaint, or None."""
        key = self.key(name, flags)
        if key.is_file():
            return None
        # Twice, so that the guard is tried too. A header alone has no definitions beside it.
        source = f'#include "{name}"\n#include "{name}"\n'
        command = self.command + ["-std=c++20", "-fsyntax-only", "-x", "c++", *WARNINGS, *flags]
        run = subprocess.run(
            command + ["-I", str(self.root), "-"],
            input=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if run.returncode != 0:
            return "\n".join(run.stdout.splitlines()[:8])
        key.touch()
        return None


def compile_all(tap: Tap, root: Path, compiler: Compiler, jobs: int) -> None:
    tasks: List[Tuple[str, str, List[str]]] = []
    bare = ["-I", str(compiler.poison), "-fno-exceptions", "-fno-rtti"]
    for name in files(root, ".hpp") + [n for n in files(root, ".ipp") if n in UMBRELLAS]:
        mode = ["-DCOODIE_SEPARATE_COMPILATION", "-DCOODIE_AIO"] if name.endswith(".hpp") else []
        if name.startswith("protocol/"):
            tasks.append((f"{name} compiles alone, with no Asio, LZ4, exceptions, RTTI", name, mode + bare))
        else:
            tasks.append((f"{name} compiles alone", name, mode))
    with ThreadPoolExecutor(jobs) as pool:
        for (title, _, _), complaint in zip(tasks, pool.map(lambda t: compiler.check(t[1], t[2]), tasks)):
            tap.result(title, complaint is None, complaint or "")


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description="Checks the shape of the tree.")
    parser.add_argument("--root", type=Path, default=ROOT)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--no-compile", action="store_true")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    options = parser.parse_args(arguments)
    root = options.root
    tap = Tap()
    rules = (
        ("includes go in one direction", direction_faults),
        ("includes have no cycle", cycle_faults),
        ("only umbrellas include .ipp files", definition_faults),
        ("base names are unique", name_faults),
        ("orm/model_all.hpp reaches no I/O", model_faults),
        ("macros and guards are named by the rule", macro_faults),
    )
    for title, rule in rules:
        faults = rule(root)
        tap.result(title, not faults, "\n".join(faults))
    if not options.no_compile:
        compiler = Compiler(root, os.environ.get("CXX", "g++"), options.cache or root / ".cache/headers")
        compile_all(tap, root, compiler, options.jobs)
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main())
