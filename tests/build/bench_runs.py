#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the benchmark programs of a build folder, each mode for a moment: what they print is checked, not measured.

    tests/build/bench_runs.py FOLDER

Prints the Test Anything Protocol.
"""

import re
import subprocess
import sys
from pathlib import Path

LINE = re.compile(
    r"(?P<client>coodie|raw) mode=(?P<mode>\w+) requests=(?P<requests>\d+) in_flight=(?P<in_flight>\d+) seconds=\d+\.\d+ "
    r"ops=\d+ cpu_us_per_op=\d+\.\d+ allocs_per_op=\d+\.\d+ p50_us=\d+\.\d p99_us=\d+\.\d peak_mb=\d+\.\d( ns_per_row=\d+\.\d+)?\n"
)
STYLES = {
    "read": ((), ("--raw",), ("--borrowed",), ("--co_await",), ("--loops", "2")),
    "write": ((), ("--raw",), ("--co_await",)),
    "page": ((), ("--raw",), ("--borrowed",), ("--co_await",)),
    "sync": ((), ("--raw",), ("--borrowed",), ("--threads", "4")),
}
RUNS = [("coodie-bench", mode, *style) for mode, styles in STYLES.items() for style in styles]
RUNS += [("raw-socket", mode) for mode in STYLES]


def what_is_wrong(command, mode):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    found = LINE.fullmatch(done.stdout)
    if done.returncode != 0 or done.stderr or not found:
        return f"status {done.returncode}: {done.stdout}{done.stderr}"
    said = found["client"] + found["mode"] + found["requests"] + (" rows" if found[5] else "")
    wanted = ("raw" if "raw-socket" in command[0] else "coodie") + mode + "200" + (" rows" if mode == "page" else "")
    return "" if said == wanted else f"it is about something else: {done.stdout}"


def main(folder):
    server = subprocess.Popen([str(folder / "canned-server"), "0"], stdout=subprocess.PIPE, text=True)
    failed = 0
    try:
        port = server.stdout.readline().strip().rpartition(":")[2]
        for number, (program, mode, *options) in enumerate(RUNS, 1):
            in_flight = "32" if mode in ("read", "write") else "1"
            wrong = what_is_wrong([str(folder / program), "127.0.0.1", port, mode, "200", in_flight, *options], mode)
            failed += bool(wrong)
            print(f"{'not ok' if wrong else 'ok'} {number} - {' '.join((program, mode, *options))}")
            for line in wrong.splitlines():
                print(f"# {line}")
    finally:
        server.terminate()
        server.wait()
    print(f"1..{len(RUNS)}")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1])))
