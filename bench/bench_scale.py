# SPDX-License-Identifier: MIT
"""The tables of docs/performance.md that show how costs grow: with requests in flight, and with nodes."""

from typing import List, Optional, Tuple

from bench_cases import FIRST_ROW_CASE, IDLE_CASE, IN_FLIGHT, IN_FLIGHT_CASES, LOOPS, LOOPS_CASES, NODES, Case
from bench_programs import Results, figure


def markdown_table(header: List[str], rows: List[List[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def shown(value: Optional[float], form: str, factor: float = 1.0) -> str:
    return "" if value is None else format(value * factor, form)


def in_flight_table(results: Results) -> str:
    return throughput_table("in flight", IN_FLIGHT, IN_FLIGHT_CASES, results)


def loops_table(results: Results) -> str:
    return throughput_table("loops", LOOPS, LOOPS_CASES, results)


def throughput_table(what: str, counts: Tuple[int, ...], cases: Tuple[Case, ...], results: Results) -> str:
    rows = []
    for count, case in zip(counts, cases):
        rust = figure(results, case.key, "rust", "ops")
        for variant in case.variants:
            found = results.get((case.key, variant.key))
            if found is None:
                continue
            rows.append(
                [
                    f"{count:,}",
                    variant.key,
                    f"{found['ops']:,.0f}",
                    shown(None if not rust else found["ops"] / rust, ".2f"),
                    f"{found['cpu_us_per_op']:.3f}",
                    f"{found['p50_us']:,.1f}",
                    f"{found['p99_us']:,.1f}",
                ]
            )
    return markdown_table([what, "client", "requests/s", "x Rust", "CPU us", "p50 us", "p99 us"], rows)


def nodes_table(results: Results) -> str:
    rows = []
    for count in NODES:
        for client in ("coodie", "rust"):
            read = results.get((f"read {count}", client))
            if read is None:
                continue
            connect, route = f"connect {count}", f"route {count}"
            rows.append(
                [
                    str(count),
                    client,
                    f"{read['cpu_us_per_op']:.3f}",
                    f"{read['ops']:,.0f}",
                    f"{read['p99_us']:,.0f}",
                    shown(figure(results, route, client, "cpu_us_per_op"), ".1f", 1e3),
                    shown(figure(results, route, client, "map_kb"), ",.0f"),
                    shown(figure(results, connect, client, "p50_us"), ".1f", 1e-3),
                    shown(figure(results, connect, client, "cpu_us_per_op"), ".1f", 1e-3),
                    f"{read['peak_mb']:.1f}",
                ]
            )
    header = ["nodes", "client", "CPU us a read", "reads/s", "p99 us", "ns to find a replica", "KB of the map"]
    return markdown_table([*header, "ms to connect", "CPU ms to connect", "peak MB while reading"], rows)


def connecting_text(results: Results) -> str:
    seconds = IDLE_CASE.requests
    rows = []
    for client in ("socket", "coodie", "rust"):
        idle = figure(results, IDLE_CASE.key, client, "cpu_us_per_op")
        rows.append(
            [
                client,
                shown(figure(results, FIRST_ROW_CASE.key, client, "program_ms"), ".1f"),
                shown(idle, ".2f", seconds / 1e3),
                shown(figure(results, IDLE_CASE.key, client, "peak_mb"), ".1f"),
            ]
        )
    header = ["client", "ms from the start of the program to its first row", "CPU ms of an idle minute", "peak MB idle"]
    return markdown_table(header, rows)
