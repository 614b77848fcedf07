# SPDX-License-Identifier: MIT
"""Builds the benchmark programs, starts the canned server and runs one program after the other."""

import os
import re
import shutil
import statistics
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
CXX = os.environ.get("CXX", "g++")
FLAGS = ["-std=c++20", "-DNDEBUG", f"-I{ROOT}"]
LIBRARIES = ["-llz4", "-pthread"]
RUN_LIMIT = 300  # seconds; far above what any run takes


class BenchError(Exception):
    """A failure with a reason and a remedy."""

    def __init__(self, error: str, why: str, fix: str):
        super().__init__(f"Error: {error}\nWhy: {why}\nFix: {fix}")


@dataclass(frozen=True)
class Variant:
    """One program in one way of using it. `share` is its part of the case's requests: slow programs get fewer."""

    key: str
    program: str
    flags: Tuple[str, ...] = ()
    share: float = 1.0


@dataclass(frozen=True)
class Case:
    """One mode with one number of requests in flight, for several programs."""

    key: str
    mode: str
    requests: int
    in_flight: int
    variants: Tuple[Variant, ...]


RUST = Variant("rust", "rust", share=0.15)
COODIE_STYLES = (
    Variant("coodie", "coodie"),
    Variant("coodie co_await", "coodie", ("--co_await",)),
    Variant("coodie raw", "coodie", ("--raw",)),
)
CASES = (
    Case("read", "read", 2_000_000, 1024, (Variant("socket", "raw"), *COODIE_STYLES, RUST)),
    Case("write", "write", 2_000_000, 1024, (Variant("socket", "raw"), *COODIE_STYLES, RUST)),
    Case(
        "page",
        "page",
        2_000,
        1,
        (
            Variant("socket", "raw"),
            Variant("coodie", "coodie"),
            Variant("coodie borrowed", "coodie", ("--borrowed",)),
            Variant("rust", "rust", share=0.25),
            Variant("rust borrowed", "rust", ("--borrowed",), 0.25),
        ),
    ),
    Case(
        "sync",
        "sync",
        50_000,
        1,
        (
            Variant("socket", "raw"),
            Variant("coodie", "coodie"),
            Variant("coodie raw", "coodie", ("--raw",)),
            Variant("rust", "rust"),
        ),
    ),
    Case(
        "threads",
        "sync",
        200_000,
        1,
        (
            Variant("socket", "raw", ("--threads", "16")),
            Variant("coodie", "coodie", ("--threads", "16")),
        ),
    ),
)

Figures = Dict[str, float]
Results = Dict[Tuple[str, str], Figures]


def say(text: str) -> None:
    print(text, flush=True)


def run_checked(command: List[str], what: str, **options) -> subprocess.CompletedProcess:
    done = subprocess.run(command, capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise BenchError(f"{what} failed", (done.stderr or done.stdout).strip()[-2000:], " ".join(command))
    return done


def build_programs(build: Path) -> Dict[str, Path]:
    """The programs that could be built, by name. Only the Rust driver may be missing: it needs cargo."""
    build.mkdir(parents=True, exist_ok=True)
    programs = {}
    for name, source in (("server", "canned_server"), ("raw", "raw_socket"), ("coodie", "coodie_bench")):
        say(f"building bench/{source}.cpp")
        programs[name] = build / source
        source_file = ROOT / "bench" / f"{source}.cpp"
        run_checked(
            [CXX, "-O2", *FLAGS, str(source_file), "-o", str(programs[name]), *LIBRARIES], f"compiling {source}"
        )
    if shutil.which("cargo") is None:
        say("no cargo: the Rust driver is left out (on Debian: apt install cargo, or a newer one from rustup.rs)")
        return programs
    say("building bench/peer_rust")
    manifest = ROOT / "bench" / "peer_rust" / "Cargo.toml"
    command = ["cargo", "build", "--release", "--locked", "--manifest-path", str(manifest)]
    done = subprocess.run([*command, "--target-dir", str(build / "peer_rust")], capture_output=True, text=True)
    if done.returncode == 0:
        programs["rust"] = build / "peer_rust" / "release" / "peer_rust"
    else:
        say("cargo could not build the Rust driver, which is left out:\n" + done.stderr.strip()[-1000:])
    return programs


@contextmanager
def canned_server(programs: Dict[str, Path]) -> Iterator[int]:
    """Runs the server on a free port, which it yields."""
    server = subprocess.Popen([str(programs["server"]), "0"], stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline()
        port = re.search(r":(\d+)$", line.strip())
        if port is None:
            raise BenchError("the canned server did not start", line.strip() or "it ended", "run it by hand")
        yield int(port.group(1))
    finally:
        server.terminate()
        server.wait()


def command_of(programs: Dict[str, Path], port: int, case: Case, variant: Variant, requests: int) -> List[str]:
    return [
        str(programs[variant.program]),
        "127.0.0.1",
        str(port),
        case.mode,
        str(requests),
        str(case.in_flight),
        *variant.flags,
    ]


def parse_line(line: str) -> Figures:
    """The numbers of an output line: name=value pairs."""
    figures = {}
    for name, value in re.findall(r"(\w+)=(\S+)", line):
        try:
            figures[name] = float(value)
        except ValueError:
            continue
    return figures


def run_all(programs: Dict[str, Path], repeat: int, scale: float) -> Results:
    """Every variant of every case `repeat` times, in turn, so that a noisy minute hits all of them alike."""
    collected: Dict[Tuple[str, str], List[Figures]] = {}
    with canned_server(programs) as port:
        for case in CASES:
            variants = [variant for variant in case.variants if variant.program in programs]
            for turn in range(repeat):
                for variant in variants:
                    requests = max(int(case.requests * variant.share * scale), 10)
                    command = command_of(programs, port, case, variant, requests)
                    line = run_checked(command, f"{variant.key} {case.key}", timeout=RUN_LIMIT).stdout.strip()
                    collected.setdefault((case.key, variant.key), []).append(parse_line(line))
                    say(f"  {turn + 1}/{repeat} {line}{' ' if variant.flags else ''}{' '.join(variant.flags)}")
    return {key: summary(runs) for key, runs in collected.items()}


def summary(runs: List[Figures]) -> Figures:
    """Medians, but the lowest p50: what else runs on the machine can only lengthen a wait."""
    return {
        name: (min if name == "p50_us" else statistics.median)(run[name] for run in runs) for name in runs[0]
    }


def figure(results: Results, case: str, variant: str, name: str) -> Optional[float]:
    return results.get((case, variant), {}).get(name)
