#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of the state machine's fuzzer, fuzz/corpus/fuzz_machine/: conversations of every kind, in the
bytes that fuzz/fuzz_machine.cpp reads its choices from.

    tools/make_machine_corpus.py
"""

import sys
from pathlib import Path
from typing import Dict, List

FOLDER = Path(__file__).resolve().parent.parent / "fuzz/corpus/fuzz_machine"

# The first byte.
LZ4, CREDENTIALS, KEYSPACE, FEW_STREAMS, SHORT_QUEUE, FEW_ORPHANS, READY = (1 << i for i in range(7))

# What may happen, and what the bytes behind it say.
RAW, EXECUTE, QUERY, BATCH = ([i] for i in range(4))
CANCEL, PASS, TURN, BYTES, ANSWER, SHUT_DOWN, ANSWER_ANY, EVENT, ON_TIME, SEND, BODY, LZ4_BODY = range(4, 16)

# The choices of a request, and what it does when it ends.
REFUSES, TIMESTAMP, TRACING, SHORT = 4, 8, 16, 32
SUBMITS, CANCELS_LAST, CANCELS_ALL, SHUTS_DOWN = 1, 3, 4, 5

# How the server answers.
UNPREPARED, ERROR, IS_READY, AUTHENTICATE, CHALLENGE, RIGHTLY = 0, 1, 2, 3, 4, 15


def request(kind: List[int], choices: int = 0, then: int = 0, members: int = 3) -> List[int]:
    return kind + [choices, then] + ([members] if kind == BATCH else [])


# The choices of an answer: the frame's flags, which id is prepared, how many markers it has; and all together,
# plus one, is the size of the pieces.
COMPRESSED, EVERY_FLAG, OTHER_ID, MARKERS = 0x01, 0x0E, 0x10, 0xC0


def answer(which: int, how: int, choices: int, *more: int) -> List[int]:
    return [TURN, ANSWER, which, how, choices, *more]


def seeds() -> Dict[str, List[int]]:
    right = answer(0, RIGHTLY, OTHER_ID)
    prepared = request(EXECUTE) + right + right
    handshake = answer(0, RIGHTLY, 0)
    many = [byte for i in range(6) for byte in request(EXECUTE, i % 4, i % 6)]
    return {
        "handshake": [0] + handshake * 2,
        "handshake_keyspace": [KEYSPACE] + handshake * 3,
        "handshake_credentials": [CREDENTIALS | KEYSPACE] + handshake * 2 + answer(0, CHALLENGE, 0) + handshake * 2,
        "handshake_lz4": [LZ4] + handshake + answer(0, RIGHTLY, COMPRESSED),
        "handshake_refused": [CREDENTIALS] + handshake * 2 + answer(0, ERROR, 0, 3),
        "handshake_unexpected": [0] + answer(0, CHALLENGE, 0),
        "handshake_timeout": [0, TURN, PASS, 4, PASS, 4],
        "handshake_http": [0, TURN, BYTES, 8, 0, *b"HTTP/1.1"],
        "execute": [READY] + prepared + request(EXECUTE) + right,
        "execute_flags": [READY] + request(EXECUTE, TIMESTAMP | TRACING | 1) + right + answer(0, RIGHTLY, OTHER_ID | EVERY_FLAG),
        "prepare_error": [READY] + request(EXECUTE) * 3 + answer(0, ERROR, 0, 6),
        "prepare_check_fails": [READY] + request(EXECUTE) + answer(0, RIGHTLY, OTHER_ID | MARKERS),
        "prepare_timeout": [READY] + request(EXECUTE, 0x60) + [TURN, PASS, 5, TURN] + right * 3,
        "unprepared": [READY] + prepared + request(EXECUTE) + answer(0, UNPREPARED, 0) + right * 2,
        "unprepared_twice": [READY] + prepared + request(EXECUTE) + (answer(0, UNPREPARED, 0) + right) * 2,
        "batch": [READY] + request(BATCH) + right * 2 + answer(0, UNPREPARED, 0) + answer(0, UNPREPARED, 1) + right * 3,
        "query": [READY] + request(QUERY, TIMESTAMP) + answer(0, ERROR, 0, 4),
        "refused_values": [READY] + request(QUERY, REFUSES) + request(RAW) + right,
        "cancel": [READY] + many + [CANCEL, 0, CANCEL, 2, TURN] + right * 4,
        "cancel_written": [READY] + prepared + request(EXECUTE) + [TURN, CANCEL, 1] + right,
        "timeouts": [READY] + many + request(RAW, SHORT) + [TURN, PASS, 2, PASS, 4, PASS, 5],
        "heartbeat": [READY, PASS, 6] + right + [PASS, 6, TURN, PASS, 5],
        "few_streams": [READY | FEW_STREAMS] + request(RAW) * 6 + right * 6,
        "few_streams_prepare": [READY | FEW_STREAMS] + request(RAW) * 3 + request(EXECUTE) * 2 + right * 6,
        "queue_full": [READY | FEW_STREAMS | SHORT_QUEUE] + request(RAW) * 7 + right * 5,
        "orphans": [READY | FEW_ORPHANS] + request(RAW, SHORT) * 3 + [TURN, PASS, 2, PASS, 3, ON_TIME],
        "late_answers": [READY] + request(RAW, SHORT) * 2 + [TURN, PASS, 2] + right * 2,
        "shut_down": [READY] + many + [TURN, SHUT_DOWN, 1, TURN] + request(RAW),
        "ends_and_submits": [READY] + request(RAW, 0, SUBMITS) + right * 4,
        "ends_and_cancels": [READY] + request(RAW, 0, CANCELS_ALL) * 3 + [TURN, SHUT_DOWN, 0],
        "ends_and_cancels_last": [READY] + request(EXECUTE, 0, CANCELS_LAST) * 3 + answer(0, ERROR, 0, 6),
        "ends_and_shuts_down": [READY] + request(EXECUTE, 0, SHUTS_DOWN) * 3 + answer(0, ERROR, 0, 6),
        "events": [READY, EVENT, 0x20, EVENT, 0xF1, EVENT, 0x02],
        "unknown_stream": [READY, ANSWER_ANY, 7, 0],
        "body": [READY] + request(RAW) + [TURN, BODY, 1, 0, 9, 18, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        "lz4_body": [READY | LZ4] + request(RAW) + [TURN, LZ4_BODY, 1, 0, 1, 4, 0, 0, 0, 1],
        "huge_length": [READY] + request(RAW) + [TURN, BYTES, 9, 255, 0x84, 0, 0, 0, 8, 0x10, 0, 0, 0, BYTES, 2, 0, 1, 2],
        "part_of_the_output": [READY] + many + [SEND, 1, SEND, 3] + right,
    }  # fmt: skip


def main() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, choices in seeds().items():
        (FOLDER / name).write_bytes(bytes(choices))
    print(f"fuzz_machine: {len(seeds())} seeds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
