#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds small programs in every way that the product promises, with $CXX (default g++). Prints TAP.

    tests/build/build_modes.py [NAME]    only the modes whose name contains NAME
"""

import os
import re
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Tuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from tap import Tap  # noqa: E402  (the path has to be set before)

HERE = ROOT / "tests/build"
LIBRARY = ROOT / "tools/library/coodie_library.cpp"
TESTING_LIBRARY = ROOT / "tools/library/coodie_testing_library.cpp"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Wsign-conversion", "-Werror"]
SEPARATE = ["-DCOODIE_SEPARATE_COMPILATION"]
BARE = ["-fno-exceptions", "-fno-rtti"]
LINK = ["-llz4", "-pthread"]
TLS = ["-DCOODIE_TLS"]
LINK_TLS = ["-lssl", "-lcrypto"]


@dataclass
class Mode:
    """One way to build. Each unit is a file with flags of its own beside the mode's."""

    name: str
    units: List[Tuple[Path, List[str]]]
    flags: List[str] = field(default_factory=list)
    needs: Tuple[str, ...] = ("coodie.hpp",)
    runs: bool = True
    links: bool = True
    refused: str = ""  # the linker has to fail, and name this
    without: Tuple[str, ...] = ()  # headers that the first unit may not read
    weak: bool = False  # the first unit may define nothing of ours that a second one could not define too

    def has_tls(self) -> bool:
        return any("-DCOODIE_TLS" in self.flags + own for _, own in self.units)


def unit(name: str, *flags: str) -> Tuple[Path, List[str]]:
    return HERE / name, list(flags)


PROGRAM, OTHER = unit("program.cpp"), unit("other_unit.cpp")
TWO = [unit("program.cpp", "-DTWO_UNITS"), OTHER]
MODES = [
    Mode("header_only", [PROGRAM]),
    Mode("header_only optimised", [PROGRAM], ["-O2"]),
    Mode("header_only without asserts", [PROGRAM], ["-DNDEBUG"], runs=False, links=False),
    Mode("header_only with C++23", [PROGRAM], ["-std=c++2b"], runs=False, links=False),
    Mode("separate", [PROGRAM, (LIBRARY, [])], SEPARATE),
    Mode("separate reads no Asio, LZ4, OpenSSL", [PROGRAM], SEPARATE, links=False, without=("asio", "lz4", "openssl")),
    Mode("separate with aio", [unit("program.cpp", "-DCOODIE_AIO"), (LIBRARY, [])], SEPARATE),
    Mode("two_units could define the same", [OTHER], weak=True),
    Mode("two_units header-only", TWO),
    Mode("two_units separate", TWO + [(LIBRARY, [])], SEPARATE),
    Mode("no_exceptions header-only", [PROGRAM], BARE),
    Mode("no_exceptions separate", [PROGRAM, (LIBRARY, [])], SEPARATE + BARE),
    Mode("no_exceptions two_units", TWO, BARE),
    Mode("tls header-only", [unit("program.cpp", "-DHAS_TLS")], TLS),
    Mode("tls header-only optimised", [unit("program.cpp", "-DHAS_TLS")], TLS + ["-O2"]),
    Mode("tls two_units", [unit("program.cpp", "-DTWO_UNITS", "-DHAS_TLS"), OTHER], TLS),
    Mode("tls separate, asked for in the library alone", [unit("program.cpp", "-DHAS_TLS"), (LIBRARY, TLS)], SEPARATE),
    Mode("tls separate reads no OpenSSL elsewhere", [PROGRAM], SEPARATE + TLS, links=False, without=("openssl", "ssl")),
    Mode("tls no_exceptions header-only", [unit("program.cpp", "-DHAS_TLS")], TLS + BARE),
    Mode("tls no_exceptions separate", [unit("program.cpp", "-DHAS_TLS"), (LIBRARY, TLS)], SEPARATE + BARE),
    Mode("tls could define the same", [unit("other_unit.cpp")], TLS, weak=True),
    Mode(
        "mixed exceptions do not link",
        [PROGRAM, (LIBRARY, ["-fno-exceptions"])],
        SEPARATE,
        refused="undefined",
    ),
    Mode("model alone", [unit("model_unit.cpp")], needs=("coodie_model.hpp",)),
    Mode("model alone without exceptions", [unit("model_unit.cpp")], BARE, needs=("coodie_model.hpp",)),
    Mode(
        "model after the product",
        [unit("model_unit.cpp", "-DPRODUCT_FIRST")],
        needs=("coodie.hpp", "coodie_model.hpp"),
    ),
    Mode(
        "model before the product",
        [unit("model_unit.cpp", "-DPRODUCT_LAST")],
        needs=("coodie.hpp", "coodie_model.hpp"),
    ),
    Mode(
        "testing in two units could define the same",
        [unit("testing_unit.cpp")],
        needs=("coodie.hpp", "coodie_testing.hpp"),
        weak=True,
    ),
    Mode("testing header-only", [unit("testing_unit.cpp")], needs=("coodie.hpp", "coodie_testing.hpp")),
    Mode(
        "testing separate",
        [unit("testing_unit.cpp"), (TESTING_LIBRARY, [])],
        SEPARATE,
        needs=("coodie.hpp", "coodie_testing.hpp"),
    ),
]


def run(command: List[str]) -> Tuple[int, str]:
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, "\n".join([" ".join(command)] + done.stdout.splitlines()[:8])


class Builder:
    """Builds modes in a folder; an object file that two modes share is compiled once."""

    def __init__(self, compiler: List[str], folder: Path):
        self.compiler = compiler
        self.folder = folder
        self.done: Dict[str, Tuple[str, int, str]] = {}
        self.locks: Dict[str, Tuple[threading.Lock, Path]] = {}
        self.guard = threading.Lock()

    def compiled(self, source: Path, flags: List[str]) -> Tuple[str, int, str]:
        """The object file, the status and what the compiler said."""
        key = " ".join([str(source), *flags])
        with self.guard:
            lock, to = self.locks.setdefault(key, (threading.Lock(), self.folder / f"{len(self.locks)}.o"))
        with lock:
            if key not in self.done:
                self.done[key] = (str(to), *self.compile(source, flags, to))
            return self.done[key]

    def compile(self, source: Path, flags: List[str], to: Path) -> Tuple[int, str]:
        standard = [] if any(f.startswith("-std=") for f in flags) else ["-std=c++20"]
        command = self.compiler + standard + flags + WARNINGS + [f"-I{ROOT}", "-c", str(source), "-o", str(to)]
        return run(command)

    def headers_read(self, source: Path, flags: List[str]) -> List[str]:
        command = self.compiler + ["-std=c++20", *flags, f"-I{ROOT}", "-M", str(source)]
        listing = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        return [Path(word).name for word in listing.split()] + [
            Path(word).parent.name for word in listing.split() if word.endswith((".hpp", ".h"))
        ]

    def fault(self, mode: Mode) -> Optional[str]:
        """What went wrong, or None."""
        objects = []
        for source, own in mode.units:
            to, status, said = self.compiled(source, mode.flags + own)
            if status != 0:
                return said
            objects.append(to)
        if mode.without:
            source, own = mode.units[0]
            names = self.headers_read(source, mode.flags + own)
            bad = [word for word in mode.without if word in names or f"{word}.h" in names or f"{word}.hpp" in names]
            return f"it reads headers of {', '.join(bad)}" if bad else None
        if mode.weak:
            symbols = subprocess.run(["nm", "-C", objects[0]], stdout=subprocess.PIPE, text=True, check=True).stdout
            strong = re.findall(r"^[0-9a-f]+ [TDB] (coodie::.*)$", symbols, re.MULTILINE)
            return "not inline (COODIE_DECL is missing):\n" + "\n".join(strong) if strong else None
        if not mode.links:
            return None
        program = self.folder / mode.name.replace(" ", "_")
        libraries = LINK + (LINK_TLS if mode.has_tls() else [])
        status, said = run(self.compiler + objects + ["-o", str(program)] + libraries)
        if mode.refused:
            return None if status != 0 and mode.refused in said else f"the linker should have failed:\n{said}"
        if status != 0:
            return said
        status, said = run([str(program)])
        return None if status == 0 else said


def has_openssl(compiler: List[str]) -> bool:
    asked = "#include <openssl/ssl.h>\n"
    command = compiler + ["-fsyntax-only", "-x", "c++", "-"]
    return subprocess.run(command, input=asked, text=True, stderr=subprocess.DEVNULL, check=False).returncode == 0


def main(arguments: List[str]) -> int:
    compiler = os.environ.get("CXX", "g++").split()
    wanted = arguments[0] if arguments else ""
    tap = Tap()
    modes = [mode for mode in MODES if wanted in mode.name]
    ready = []
    for mode in modes:
        missing = [name for name in mode.needs if not (ROOT / name).is_file()]
        if mode.has_tls() and not has_openssl(compiler):
            tap.skip(f"build {mode.name}", "OpenSSL's headers are not installed")
        elif missing:
            tap.skip(f"build {mode.name}", f"{missing[0]} has not been generated")
        else:
            ready.append(mode)
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        builder = Builder(compiler, Path(folder))
        for mode, fault in zip(ready, pool.map(builder.fault, ready)):
            tap.result(f"build {mode.name}", fault is None, fault or "")
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
