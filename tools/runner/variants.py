# SPDX-License-Identifier: MIT
"""The ways in which the tests are built: compilers, sanitizers, other machines. Each is a Meson build folder."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Set, Tuple

from report import tail

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
JOBS = str(os.cpu_count() or 1)


@dataclass
class Compiler:
    """A C++ compiler of this machine."""

    command: str
    label: str
    is_clang: bool


def compiler(command: str) -> Compiler:
    said = subprocess.run(
        command.split() + ["--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True
    ).stdout
    version = re.search(r"\b\d+\.\d+\.\d+\b", said)
    is_clang = "clang" in said
    return Compiler(command, f"{'clang' if is_clang else 'g++'} {version.group(0) if version else '?'}", is_clang)


def find_gcc() -> Compiler:
    return compiler(os.environ.get("CXX") or "g++")


def find_clang() -> Optional[Compiler]:
    """The oldest clang that the project supports and this machine has: the floor is what breaks first."""
    for command in [f"clang++-{version}" for version in range(16, 30)] + ["clang++"]:
        if shutil.which(command):
            found = compiler(command)
            major = re.search(r"\d+", found.label.split()[-1])
            if major and int(major.group(0)) >= 16:
                return found
    return None


def sanitizer_settings() -> Dict[str, str]:
    """The environment of programs with sanitizers; Debian's name of the symbolizer is not the one they look for."""
    settings = {
        "ASAN_OPTIONS": "detect_stack_use_after_return=1:strict_string_checks=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
    }
    for name in ["llvm-symbolizer"] + [f"llvm-symbolizer-{version}" for version in range(16, 30)]:
        path = shutil.which(name)
        if path:
            settings["ASAN_SYMBOLIZER_PATH"] = path
            settings["TSAN_OPTIONS"] += f":external_symbolizer_path={path}"
            break
    return settings


@dataclass
class Variant:
    """A build folder and how it is set up."""

    name: str
    compiler: Compiler
    options: List[str] = field(default_factory=list)
    cross_file: str = ""

    @property
    def folder(self) -> Path:
        return BUILD / self.name

    def set_up(self) -> Optional[str]:
        """Runs meson; returns what went wrong. New files are found each time."""
        common = ["-Dwerror=true", "-Dbuildtype=debug", *self.options]
        if self.cross_file:
            path = BUILD / f"{self.name}.ini"
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_text(encoding="utf-8") != self.cross_file:
                path.write_text(self.cross_file, encoding="utf-8")
                shutil.rmtree(self.folder, ignore_errors=True)
            common.append(f"--cross-file={path}")
        env = {**os.environ, "CXX": self.compiler.command}
        again = ["--reconfigure"] if (self.folder / "meson-private/coredata.dat").is_file() else []
        status, said = execute(["meson", "setup", *again, *common, str(self.folder), str(ROOT)], env)
        if status != 0 and again:
            shutil.rmtree(self.folder)
            status, said = execute(["meson", "setup", *common, str(self.folder), str(ROOT)], env)
        return tail(said, 20) if status != 0 else None

    def targets(self) -> Set[str]:
        """The programs that ninja can build, as paths in the folder."""
        _, said = execute(["ninja", "-C", str(self.folder), "-t", "targets", "all"])
        return set(re.findall(r"^([\w./+-]+): cpp_LINKER", said, re.MULTILINE))

    def build(self, targets: List[str]) -> Dict[str, Optional[str]]:
        """What went wrong for each target; None where nothing did."""
        ninja = ["ninja", "-C", str(self.folder), "-j", JOBS]
        status, said = execute(ninja + ["-k", "0", *targets])
        if status == 0:
            return {target: None for target in targets}
        # Only the broken ones have something left to do.
        left = {target: execute(ninja + ["-n", target])[1] for target in targets}
        errors = failures(said)
        return {target: None if "no work to do" in text else errors for target, text in left.items()}


def failures(said: str) -> str:
    """The parts of ninja's output that belong to failed steps."""
    blocks = re.split(r"^(?=\[\d+/\d+\]|FAILED: )", said, flags=re.MULTILINE)
    failed = [block for block in blocks if block.startswith("FAILED: ")]
    shown = []
    for block in failed[:5]:
        lines = block.splitlines()
        shown += lines[:1] + lines[2:17]  # the second is the command
    more = len(failed) - 5
    return "\n".join(shown + ([f"... and {more} more"] if more > 0 else [])) or tail(said)


def execute(command: List[str], env: Optional[Dict[str, str]] = None) -> Tuple[int, str]:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def cross_file(prefix: str, emulator: str, family: str, cpu: str, endian: str, includes: Path) -> str:
    return f"""[binaries]
cpp = '{prefix}-g++'
ar = '{prefix}-ar'
strip = '{prefix}-strip'
exe_wrapper = '{emulator}'

[built-in options]
cpp_args = ['-isystem', '{includes}']
cpp_link_args = ['-static']

[host_machine]
system = 'linux'
cpu_family = '{family}'
cpu = '{cpu}'
endian = '{endian}'
"""
