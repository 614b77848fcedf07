#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Drivers written for ScyllaDB on the mock server: do they see its shards, and do their requests go where they belong?

    tests/peers/scylla_smoke.py --program build/coodie-mock [--target build/scylla_rust]

Runs ScyllaDB's Python driver (scylla_python.py, with the driver from pip) and its Rust driver (scylla_rust, built by
cargo into the folder that --target names). Each prints what it sees; coodie-mock --record prints, at its end, on which
node and shard each request arrived and whether that one holds the partition. Skips a driver that can't be had. Prints
the Test Anything Protocol; the exit code tells whether all passed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter

from peer_tools import Tap, python_with, start_program

HERE = os.path.dirname(os.path.abspath(__file__))
NODES, SHARDS, KEYS = 3, 4, 60
SERVER = [
    "--nodes", str(NODES), "--shards", str(SHARDS), "--tablets", "tab", "--rate-limit", "INTO ring.limited", "--record",
]  # fmt: skip
FACTS = {
    "nodes": str(NODES),
    "shards": str(SHARDS),
    "connections": str(NODES * SHARDS),
    "lwt": "true false",  # a conditional statement, and another
    "rate_limit": "write replica",
    "metadata": "k,v k,v,w 1,2,None",  # the columns before and after a change, and the row
}
REQUEST = re.compile(r"request (\w+) (.*?) statement=(.*)")


class Request:
    """A line of coodie-mock's record."""

    def __init__(self, opcode, fields, statement):
        self.opcode, self.statement = opcode, statement
        self.__dict__.update(field.split("=", 1) for field in fields.split())


def run_on_mock(program, command, *more):
    """The facts that a driver prints, the requests that the server saw, and what went wrong."""
    running, port = start_program(program, *SERVER, *more)
    try:
        said = subprocess.run(
            [*command, "127.0.0.1", str(port), str(KEYS)], capture_output=True, text=True, timeout=120
        )
        trouble = "" if said.returncode == 0 else said.stdout + said.stderr
    except subprocess.TimeoutExpired:
        said, trouble = None, "it does not end"
    running.terminate()
    record = running.communicate(timeout=30)[0]
    facts = dict(re.findall(r"^fact (\w+) (.*)$", said.stdout, re.M)) if said else {}
    return facts, [Request(*match.groups()) for match in map(REQUEST.match, record.splitlines()) if match], trouble


def went_right(requests, statement):
    """How many executions of a statement came to a replica, and to another place."""
    seen = Counter(each.replica for each in requests if each.opcode == "EXECUTE" and each.statement == statement)
    return seen["yes"], seen["no"]


def check_connections(tap, name, requests, shifted):
    opened = Counter((each.node, each.shard) for each in requests if each.opcode == "STARTUP")
    tap.test(f"{name}: each shard of each node has a connection", len(opened) == NODES * SHARDS, opened)
    ordinary = {each.server_port for each in requests if each.connection == "1"}
    chosen = [each for each in requests if each.opcode == "STARTUP" and each.server_port not in ordinary]
    right = [(int(each.client_port) + shifted) % SHARDS == int(each.shard) for each in chosen]
    tap.test(f"{name}: the client's port chooses the shard", right and all(right), right)


def check_routing(tap, name, requests):
    ring = went_right(requests, "SELECT v FROM ring.t WHERE k = ?")
    tap.test(f"{name}: prepared reads go to the owning node and shard", ring == (KEYS, 0), ring)
    learning = went_right(requests, "SELECT v FROM tab.t WHERE k = ?")
    told = sum(learning) == KEYS and 0 < learning[1] < KEYS / 2
    tap.test(f"{name}: some requests for tablets go astray before it was told", told, learning)
    learnt = went_right(requests, "SELECT k, v FROM tab.t WHERE k = ?")
    tap.test(f"{name}: none does afterwards", learnt == (KEYS, 0), learnt)
    with_id = [each for each in requests if each.opcode == "EXECUTE" and hasattr(each, "metadata_id")]
    tap.test(f"{name}: executions carry metadata ids", len(with_id) >= 3 * KEYS, len(with_id))


def check_driver(tap, name, program, command, shifted=0):
    more = ["--port-shift", str(shifted)] if shifted else []
    facts, requests, trouble = run_on_mock(program, command, *more)
    tap.test(f"{name}: runs", not trouble, trouble)
    for fact, value in FACTS.items():
        tap.test(f"{name}: sees {fact}: {value}", facts.get(fact) == value, facts.get(fact))
    check_connections(tap, name, requests, shifted)
    check_routing(tap, name, requests)


CANNOT_BE_HAD = re.compile(r"download|network|registry|resolve host|requires rustc|is not supported by rustc")


def build_rust(target):
    """The program; or None, and what is wrong, and whether that is only that it can't be had here."""
    if not shutil.which("cargo"):
        return None, "cargo is not installed", True
    manifest = os.path.join(HERE, "scylla_rust", "Cargo.toml")
    command = ["cargo", "build", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir", target]
    if subprocess.run([*command, "--offline"], capture_output=True).returncode != 0:
        built = subprocess.run(command, capture_output=True, text=True)
        if built.returncode != 0:
            why = " ".join(built.stderr.split()) or "cargo says nothing"
            return None, why[:300], bool(CANNOT_BE_HAD.search(built.stderr))
    return os.path.join(target, "debug", "scylla_rust"), "", False


def main():
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("--program", required=True, help="path of coodie-mock")
    reader.add_argument("--target", default=os.path.join(tempfile.gettempdir(), f"coodie-scylla-rust-{os.getuid()}"))
    options = reader.parse_args()
    tap = Tap()
    python, reason = python_with("scylla-driver")
    if python:
        check_driver(tap, "Python", options.program, [python, os.path.join(HERE, "scylla_python.py")])
    else:
        tap.skip("ScyllaDB's Python driver", reason)
    rust, reason, not_here = build_rust(options.target)
    if rust:
        check_driver(tap, "Rust", options.program, [rust])
        check_driver(tap, "Rust behind a NAT", options.program, [rust], shifted=1)
    elif not_here:
        tap.skip("ScyllaDB's Rust driver", reason)
    else:
        tap.test("Rust: builds", False, reason)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
