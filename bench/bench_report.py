# SPDX-License-Identifier: MIT
"""The targets, whether each is met, and the tables of docs/performance.md."""

import os
import platform
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from bench_cases import REQUEST_CASES
from bench_costs import UnitCost
from bench_programs import CXX, Results, figure
from bench_scale import connecting_text, in_flight_table, loops_table, markdown_table, nodes_table

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
MEGABYTE = 1e6


@dataclass
class Measured:
    """All that a run found out. What could not be measured is missing or None."""

    results: Results
    instructions: Dict[Tuple[str, str], float]
    units: Dict[str, UnitCost]
    sizes: Dict[str, Optional[int]]
    repeat: int


@dataclass(frozen=True)
class Target:
    """`value` at most `limit`, in `unit`. `of_rust` is the same limit as a ratio to the Rust driver, which was
    measured on the machine that the limit comes from; machines differ, the ratio stays."""

    what: str
    value: Optional[float]
    limit: float
    unit: str
    rust: Optional[float] = None
    of_rust: Optional[float] = None

    def verdict(self) -> str:
        if self.value is None:
            return "not measured"
        absolute = self.value <= self.limit
        if self.rust is None or self.of_rust is None:
            return "yes" if absolute else "**no**"
        relative = self.value / self.rust <= self.of_rust
        if absolute == relative:
            return "yes" if absolute else "**no**"
        return "as a ratio, **not** in absolute terms" if relative else "in absolute terms, **not** as a ratio"

    def row(self) -> List[str]:
        limit = f"<= {self.limit:g} {self.unit}"
        if self.of_rust is not None:
            limit += f", <= {self.of_rust:.3f} x Rust"
        value = "" if self.value is None else f"{self.value:.3g} {self.unit}"
        ratio = "" if self.value is None or not self.rust else f"{self.value / self.rust:.3f}"
        return [self.what, limit, value, ratio, self.verdict()]


def ratio(a: Optional[float], b: Optional[float]) -> Optional[float]:
    return a / b if a is not None and b else None


def largest(values: List[Optional[float]]) -> Optional[float]:
    known = [value for value in values if value is not None]
    return max(known) if known else None


def targets_of(measured: Measured) -> List[Target]:
    def get(case: str, variant: str, name: str = "cpu_us_per_op") -> Optional[float]:
        return figure(measured.results, case, variant, name)

    read, write = get("read", "rust"), get("write", "rust")
    row = get("page", "rust", "ns_per_row")
    unit = {key: cost.seconds for key, cost in measured.units.items()}
    separate = next((s for key, s in unit.items() if "separate" in key), None)
    header_only = next((s for key, s in unit.items() if "header-only" in key), None)
    size = measured.sizes.get("the first program of the README")
    # "Beyond the user's own strings": a read makes one string that is too long for the string object itself.
    beyond = [get("read", "coodie", "allocs_per_op"), get("write", "coodie", "allocs_per_op")]
    extra = None if None in beyond else max(beyond[0] - 1, beyond[1])
    orm = largest([ratio(get(case, "coodie"), get(case, "coodie raw")) for case in ("read", "write", "sync")])
    threads_ops = get("threads", "coodie", "ops")
    return [
        Target("read of one row, callback, CPU", get("read", "coodie"), 0.15, "us", read, 0.15 / 3.0),
        Target("read of one row, co_await, CPU", get("read", "coodie co_await"), 0.25, "us", read, 0.25 / 3.0),
        Target("insert of 6 columns, callback, CPU", get("write", "coodie"), 0.12, "us", write, 0.12 / 3.5),
        Target("a row of a page into structs, CPU", get("page", "coodie", "ns_per_row"), 45, "ns", row, 45 / 171),
        Target(
            "a row of a page, borrowed, CPU", get("page", "coodie borrowed", "ns_per_row"), 12, "ns", row, 12 / 171
        ),
        Target(
            "blocking round trip, p50 over the bare socket's",
            ratio(get("sync", "coodie", "p50_us"), get("sync", "socket", "p50_us")),
            1.10,
            "x",
        ),
        Target(
            "16 blocking threads, one connection: time per request",
            None if threads_ops is None else 1e6 / threads_ops,
            round(1e6 / 90_000, 1),
            "us",
        ),
        Target(
            "the same: CPU over bare sockets with a connection a thread",
            ratio(get("threads", "coodie"), get("threads", "socket")),
            1.0,
            "x",
        ),
        Target("ORM over the driver's own execute, CPU (worst of read, write, sync)", orm, 1.05, "x"),
        Target("heap allocations per request beyond the user's own strings", extra, 0.01, ""),
        Target("translation unit, separate compilation (g++ -O0)", separate, 1.5, "s"),
        Target("translation unit, header-only (g++ -O0)", header_only, 6.0, "s"),
        Target("stripped program, -Os, static but libc", None if size is None else size / MEGABYTE, 1.0, "MB"),
    ]


def requests_table(measured: Measured) -> str:
    rows = []
    for case in REQUEST_CASES:
        for variant in case.variants:
            found = measured.results.get((case.key, variant.key))
            if found is None:
                continue
            cost = found["cpu_us_per_op"]
            over = [
                "" if other is None else f"{cost / other:.3f}"
                for other in (
                    figure(measured.results, case.key, "socket", "cpu_us_per_op"),
                    figure(measured.results, case.key, "rust", "cpu_us_per_op"),
                )
            ]
            instructions = measured.instructions.get((case.key, variant.key))
            per_row = found.get("ns_per_row")
            rows.append(
                [
                    case.key,
                    variant.key,
                    f"{cost:.3f}",
                    *over,
                    f"{found['ops']:,.0f}",
                    f"{found['p50_us']:.1f}",
                    f"{found['p99_us']:.1f}",
                    f"{found['allocs_per_op']:.2f}",
                    "" if instructions is None else f"{instructions:,.0f}",
                    "" if per_row is None else f"{per_row:.1f}",
                ]
            )
    header = ["case", "client", "CPU us", "x socket", "x Rust", "requests/s", "p50 us", "p99 us"]
    return markdown_table([*header, "allocations", "instructions", "ns/row"], rows)


def first_line(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout.splitlines()[0]
    except (OSError, IndexError):
        return "missing"


def machine_text() -> str:
    versions = [first_line(CXX, "--version"), first_line("rustc", "--version"), first_line("valgrind", "--version")]
    return f"{os.cpu_count()} cores, {platform.machine()}; " + "; ".join(v for v in versions if v != "missing")


def measured_text(measured: Measured) -> str:
    targets = [target.row() for target in targets_of(measured)]
    units = [[name, f"{cost.seconds:.2f}", f"{cost.megabytes:.0f}"] for name, cost in measured.units.items()]
    sizes = [[name, "" if size is None else f"{size / 1e6:.2f}"] for name, size in measured.sizes.items()]
    parts = [
        f"Machine: {machine_text()}. {measured.repeat} runs of each, one program after "
        "the other in turn: medians, but the lowest p50.",
        "## Targets",
        markdown_table(["what", "target", "measured", "x Rust", "met"], targets),
        "## Requests",
        requests_table(measured),
        "## Reads by the number in flight",
        in_flight_table(measured.results),
        "## Reads by the number of loops",
        loops_table(measured.results),
        "## Nodes",
        nodes_table(measured.results),
        connecting_text(measured.results),
        "## Compiling",
        markdown_table(["translation unit, g++ -O0", "CPU seconds", "peak MB"], units),
        "## Size",
        markdown_table(["stripped program, -Os, static but libc", "MB"], sizes),
    ]
    return "\n\n".join(parts)


def write_report(path: Path, template: str, measured: Measured) -> None:
    """Replaces what stands between the two marks; the rest of the page is written by hand and stays."""
    page = path.read_text(encoding="utf-8") if path.exists() else template
    block = f"{BEGIN}\n\n{measured_text(measured)}\n\n{END}"
    marked = re.compile(re.escape(BEGIN) + ".*" + re.escape(END), re.DOTALL)
    path.parent.mkdir(exist_ok=True)
    path.write_text(marked.sub(lambda _: block, page), encoding="utf-8")
