# SPDX-License-Identifier: MIT
"""What is measured: each case with the programs that take part in it."""

from dataclasses import dataclass
from typing import Tuple


@dataclass(frozen=True)
class Variant:
    """One program in one way of using it. `share` is its part of the case's requests: slow programs get fewer."""

    key: str
    program: str
    flags: Tuple[str, ...] = ()
    share: float = 1.0


@dataclass(frozen=True)
class Case:
    """One mode with one number of requests in flight, for several programs. `nodes` is how many the server plays; 0
    is the plain server. `most_runs` bounds how often it is run. `fixed`: the number of requests does not scale.
    """

    key: str
    mode: str
    requests: int
    in_flight: int
    variants: Tuple[Variant, ...]
    nodes: int = 0
    most_runs: int = 100
    fixed: bool = False


SOCKET = Variant("socket", "raw")
COODIE = Variant("coodie", "coodie")
RUST = Variant("rust", "rust", share=0.15)
COODIE_STYLES = (
    COODIE,
    Variant("coodie co_await", "coodie", ("--co_await",)),
    Variant("coodie raw", "coodie", ("--raw",)),
)

# The table of requests; its targets are in bench_report.py.
REQUEST_CASES = (
    Case("read", "read", 2_000_000, 1024, (SOCKET, *COODIE_STYLES, RUST)),
    Case("write", "write", 2_000_000, 1024, (SOCKET, *COODIE_STYLES, RUST)),
    Case(
        "page",
        "page",
        2_000,
        1,
        (
            SOCKET,
            COODIE,
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
        (SOCKET, COODIE, Variant("coodie raw", "coodie", ("--raw",)), Variant("rust", "rust")),
    ),
    *(
        Case(
            key,
            "sync",
            200_000,
            1,
            (
                Variant("socket", "raw", ("--threads", count)),
                Variant("coodie", "coodie", ("--threads", count)),
            ),
        )
        for key, count in (("2 threads", "2"), ("threads", "16"))
    ),
)

# Reads by the number that is on the way.
IN_FLIGHT = (1, 16, 128, 1024, 32768)
IN_FLIGHT_CASES = tuple(
    Case(
        f"in flight {count}",
        "read",
        {1: 30_000, 16: 300_000}.get(count, 1_000_000),
        count,
        (SOCKET, COODIE, Variant("rust", "rust", share=1.0 if count == 1 else 0.15)),
        most_runs=3,
    )
    for count in IN_FLIGHT
)

# Reads by the number of the client's own loops, which share those that are on the way.
LOOPS = (1, 2)
LOOPS_CASES = tuple(
    Case(
        f"loops {count}",
        "read",
        1_000_000,
        1024,
        (
            Variant("coodie", "coodie", ("--loops", str(count))),
            Variant("rust", "rust", ("--loops", str(count)), share=0.15),
        ),
        most_runs=3,
    )
    for count in LOOPS
)

# Clusters of nodes with 256 tokens each. An idle client is watched for its number of "requests" in seconds.
NODES = (1, 3, 100)
BOTH = (COODIE, Variant("rust", "rust"))
NODE_CASES = tuple(
    case
    for count in NODES
    for case in (
        Case(f"read {count}", "read", 500_000, 1024, (COODIE, RUST), count, 3),
        Case(
            f"connect {count}",
            "connect",
            100 if count < 100 else 8,
            1,
            tuple(Variant(each.key, each.program, ("--once",)) for each in BOTH),
            count,
            3,
            fixed=True,
        ),
        Case(
            f"route {count}",
            "route",
            5_000_000,
            1,
            (Variant("coodie", "replica"), Variant("rust", "rust", ("--once",), 0.2)),
            count,
            3,
        ),
    )
)
IDLE_CASE = Case(
    "idle",
    "idle",
    3,
    1,
    tuple(Variant(each.key, each.program, ("--once",)) for each in BOTH),
    nodes=100,
    most_runs=3,
    fixed=True,
)

# The whole program, from its start to the line that it writes behind its only row.
FIRST_ROW_CASE = Case(
    "first row",
    "sync",
    1,
    1,
    tuple(Variant(each.key, each.program, ("--once",)) for each in (SOCKET, *BOTH)),
    most_runs=5,
    fixed=True,
)

ALL_CASES = (*REQUEST_CASES, *IN_FLIGHT_CASES, *LOOPS_CASES, FIRST_ROW_CASE, *NODE_CASES, IDLE_CASE)
