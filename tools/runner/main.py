# SPDX-License-Identifier: MIT
"""The tests of coodie. Started by tools/test."""

import argparse
import sys
from typing import List

import steps
from report import Report
from variants import find_clang, find_gcc

EXAMPLES = """examples:
  tools/test                     unit, mock, compile-fail, example and build-mode tests with g++ (or $CXX)
  tools/test murmur              only the tests that have "murmur" in their name
  tools/test --real --nodes 3    also those that real Cassandra takes part in, on three nodes
  tools/test --fuzz 60           also each fuzz target for a minute
  tools/test --all               everything, with g++ and clang, and on 32-bit ARM and big-endian s390x
"""


def parse(arguments: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/test",
        description="Builds and runs the tests of coodie.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="?", default="", help="only the tests with this in their name")
    parser.add_argument("--real", action="store_true", help="also on real Cassandra (tools/cassandra starts it)")
    parser.add_argument("--nodes", type=int, default=1, help="how many nodes of Cassandra (default 1)")
    parser.add_argument("--sanitize", action="store_true", help="also with address, undefined and thread sanitizers")
    parser.add_argument("--fuzz", type=int, metavar="SECONDS", help="also fuzz each target for so long")
    parser.add_argument("--all", action="store_true", help="all of it, with g++ and clang and on other machines")
    options = parser.parse_args(arguments)
    if options.all:
        options.sanitize = True
        options.fuzz = 5 if options.fuzz is None else options.fuzz
    return options


def main(arguments: List[str]) -> int:
    options = parse(arguments)
    report = Report()
    gcc, clang = find_gcc(), find_clang()
    runner = steps.Steps(report, options.name)
    runner.scripts(gcc)
    runner.compiled(gcc)
    if options.all:
        runner.peers(gcc)
        runner.scylla_peers(gcc)
        runner.benchmarks(gcc)
        runner.soak(gcc)
        runner.second_compiler(clang)
        runner.other_machines()
    if options.sanitize:
        runner.sanitizers(clang or gcc)
    if options.fuzz is not None:
        runner.fuzz(clang, options.fuzz)
    if options.real or options.all:
        runner.real(gcc, options.nodes, required=options.real)
        runner.secured(gcc, required=options.real)
        runner.node_failures(gcc, required=options.real)
    return report.finish()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("interrupted")
