#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds projects that use this one: as a Meson subproject, installed with pkg-config, and by CMake. Prints TAP.

    tests/build/consumers.py [NAME]    only the ways whose name contains NAME
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from tap import Tap  # noqa: E402  (the path has to be set before)

HERE = ROOT / "tests/build"


class Failed(Exception):
    """A command of a consumer failed."""


def run(command: List[str], folder: Path, env: Optional[Dict[str, str]] = None) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **(env or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Failed("\n".join([" ".join(command)] + done.stdout.splitlines()[-30:]))
    return done.stdout


def copy(project: str, folder: Path) -> Path:
    """A consumer in a folder of its own, with the program beside its build file."""
    target = folder / project
    shutil.copytree(HERE / project, target)
    shutil.copy(HERE / "program.cpp", target)
    return target


def meson_subproject(folder: Path) -> None:
    project = copy("consumer", folder)
    (project / "subprojects").mkdir()
    (project / "subprojects/coodie").symlink_to(ROOT, target_is_directory=True)
    run(["meson", "setup", "build"], project)
    run(["ninja", "-C", "build"], project)
    for program in ("header-only", "separate", "by-name"):
        run([str(project / "build" / program)], project)


def installed(folder: Path) -> None:
    prefix = folder / "prefix"
    options = ["-Dtests=disabled", "-Dexamples=disabled", f"--prefix={prefix}", "--libdir=lib"]
    run(["meson", "setup", str(folder / "library"), str(ROOT)] + options, folder)
    run(["meson", "install", "-C", str(folder / "library")], folder)
    env = {"PKG_CONFIG_PATH": str(prefix / "lib/pkgconfig")}
    compiler = os.environ.get("CXX", "g++").split()
    for package in ("coodie", "coodie-separate", "coodie-tls", "coodie-separate-tls"):
        with_tls = package.endswith("-tls")
        if with_tls and not (prefix / f"lib/pkgconfig/{package}.pc").is_file():
            continue  # OpenSSL is not installed
        flags = run(["pkg-config", "--cflags", "--libs", package], folder, env).split()
        source = shutil.copy(HERE / "program.cpp", folder)
        own = ["-DHAS_TLS"] if with_tls else []
        run(compiler + ["-std=c++20", *own, source, "-o", package] + flags, folder)
        run([str(folder / package)], folder)


def cmake_project(folder: Path) -> None:
    project = copy("cmake_consumer", folder)
    run(["cmake", "-S", ".", "-B", "build", f"-DCOODIE={ROOT}"], project)
    run(["cmake", "--build", "build"], project)
    run([str(project / "build/program")], project)


WAYS = (
    ("meson subproject", meson_subproject, "meson"),
    ("installed with pkg-config", installed, "pkg-config"),
    ("CMake project", cmake_project, "cmake"),
)


def main(arguments: List[str]) -> int:
    wanted = arguments[0] if arguments else ""
    tap = Tap()
    for name, way, program in WAYS:
        title = f"consumer: {name}"
        if wanted not in title:
            continue
        if not (ROOT / "coodie.hpp").is_file():
            tap.skip(title, "coodie.hpp has not been generated")
        elif shutil.which(program) is None:
            tap.skip(title, f"{program} is not installed")
        else:
            with tempfile.TemporaryDirectory() as folder:
                try:
                    way(Path(folder))
                    tap.result(title, True)
                except Failed as failure:
                    tap.result(title, False, str(failure))
    return tap.finish()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
