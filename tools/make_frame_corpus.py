#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of the frame and message fuzzers, fuzz/corpus/<target>/, from tests/vectors/frames*.txt.

    tools/make_frame_corpus.py

A message's seeds are bodies without what the frame's flags put before them; the frame reader's are whole frames.
"""

import re
import sys
from pathlib import Path
from typing import Dict, List, Tuple

ROOT = Path(__file__).resolve().parent.parent
MOST = 16  # seeds of a target
LONGEST = 400  # bytes of a seed
TARGETS = {
    "fuzz_message_error": {0x00}, "fuzz_message_startup": {0x01}, "fuzz_message_empty": {0x02, 0x05},
    "fuzz_message_auth": {0x03, 0x0E, 0x0F, 0x10}, "fuzz_message_supported": {0x06}, "fuzz_message_query": {0x07},
    "fuzz_message_result": {0x08}, "fuzz_message_prepare": {0x09}, "fuzz_message_execute": {0x0A},
    "fuzz_message_register": {0x0B}, "fuzz_message_event": {0x0C}, "fuzz_message_batch": {0x0D},
}  # fmt: skip


def lines(name: str) -> List[Tuple[str, bytes]]:
    """Description and frame of each line."""
    found = []
    for line in (ROOT / "tests/vectors" / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            fields = line.split("\t")
            frame = fields[3] if name == "frames.txt" else fields[2]
            found.append((fields[1], bytes.fromhex(frame)))
    return found


def choose(seeds: List[Tuple[str, bytes]]) -> Dict[str, bytes]:
    """At most MOST of them, evenly spread; the same bytes once."""
    different: Dict[bytes, str] = {}
    for description, data in seeds:
        if len(data) <= LONGEST:
            different.setdefault(data, re.sub(r"[^a-z0-9]+", "_", description.lower()).strip("_"))
    every = list(different.items())
    step = max(1, -(-len(every) // MOST))
    return {name: data for data, name in every[::step]}


def write(target: str, seeds: Dict[str, bytes]) -> None:
    folder = ROOT / "fuzz/corpus" / target
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in seeds.items():
        (folder / name).write_bytes(data)
    print(f"{target}: {len(seeds)} seeds")


def main() -> int:
    frames = lines("frames.txt")
    for target, opcodes in TARGETS.items():
        write(target, choose([(text, frame[9:]) for text, frame in frames if frame[4] in opcodes and frame[1] == 0]))
    flagged = [(text, frame) for text, frame in frames if frame[1] != 0]
    packed = [("lz4 " + text, frame) for text, frame in lines("frames_lz4.txt")]
    several = [("several frames", b"".join(frame for _, frame in frames if len(frame) < 40)[:LONGEST])]
    write("fuzz_frame", choose(flagged + packed + several))
    noise = [bytes((kind * 41 + i * 37) % 256 for i in range(200)) for kind in range(6)]
    built = [(f"kind {kind}", noise[kind] + bytes([kind])) for kind in range(6)]
    write("fuzz_message_building", choose(built))
    return 0


if __name__ == "__main__":
    sys.exit(main())
