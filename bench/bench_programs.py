# SPDX-License-Identifier: MIT
"""Builds the benchmark programs, starts the canned server and runs one program after the other."""

import os
import re
import shutil
import statistics
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Tuple

from bench_cases import ALL_CASES, Case, Variant

ROOT = Path(__file__).resolve().parent.parent
CXX = os.environ.get("CXX", "g++")
FLAGS = ["-std=c++20", "-DNDEBUG", f"-I{ROOT}"]
LIBRARIES = ["-llz4", "-pthread"]
RUN_LIMIT = 300  # seconds; far above what any run takes


class BenchError(Exception):
    """A failure with a reason and a remedy."""

    def __init__(self, error: str, why: str, fix: str):
        super().__init__(f"Error: {error}\nWhy: {why}\nFix: {fix}")


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
    sources = {
        "server": "canned_server",
        "raw": "raw_socket",
        "coodie": "coodie_bench",
        "replica": "replica_bench",
    }
    for name, source in sources.items():
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
def canned_server(programs: Dict[str, Path], nodes: int = 0) -> Iterator[int]:
    """Runs the server on a free port, which it yields."""
    command = [str(programs["server"]), "0", *(("5000", "0", str(nodes)) if nodes else ())]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
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
    if variant.program == "replica":
        return [str(programs["replica"]), str(case.nodes), str(requests)]
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


def run_once(programs: Dict[str, Path], port: int, case: Case, variant: Variant, scale: float) -> Tuple[str, Figures]:
    """The line of one run and its numbers, among them the milliseconds that the whole program took."""
    requests = case.requests if case.fixed else max(int(case.requests * variant.share * scale), 10)
    command = command_of(programs, port, case, variant, requests)
    began = time.monotonic()
    line = run_checked(command, f"{variant.key} {case.key}", timeout=RUN_LIMIT).stdout.strip()
    return line, {**parse_line(line), "program_ms": (time.monotonic() - began) * 1e3}


def run_all(programs: Dict[str, Path], repeat: int, scale: float) -> Results:
    """Every variant of every case `repeat` times, in turn, so that a noisy minute hits all of them alike."""
    collected: Dict[Tuple[str, str], List[Figures]] = {}
    for case in ALL_CASES:
        runs = min(repeat, case.most_runs)
        with canned_server(programs, case.nodes) as port:
            for turn in range(runs):
                for variant in case.variants:
                    if variant.program not in programs:
                        continue
                    line, figures = run_once(programs, port, case, variant, scale)
                    collected.setdefault((case.key, variant.key), []).append(figures)
                    flags = "".join(f" {flag}" for flag in variant.flags)
                    say(f"  {turn + 1}/{runs} {case.key}: {line}{flags}")
    return {key: summary(runs) for key, runs in collected.items()}


def summary(runs: List[Figures]) -> Figures:
    """Medians, but the shortest waits: what else runs on the machine can only lengthen them."""
    shortest = ("p50_us", "program_ms")
    return {name: (min if name in shortest else statistics.median)(run[name] for run in runs) for name in runs[0]}


def figure(results: Results, case: str, variant: str, name: str) -> Optional[float]:
    return results.get((case, variant), {}).get(name)
