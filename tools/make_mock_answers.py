#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records what a real Cassandra answers to the statements of tests/mock/answers, for the mock server's tests.

    tools/make_mock_answers.py HOST PORT             write the answers into the files
    tools/make_mock_answers.py HOST PORT --check     write nothing; show where the server answers otherwise (of
                                                     syntax errors, 2000, only the code is compared)

A file has one statement after the other, each with its answer behind it:

    > SELECT k, v FROM t         the statement; %N in front of it asks for pages of N rows (-1: no paging)
    @ THREE LOCAL_SERIAL         the consistency, and the serial consistency, of what follows; before: ONE
    ! 2200 Undefined column ...  an error: code and text; of 1000 also consistency, required and alive replicas
    .                            void, a schema change or a keyspace
    = k int|v list<int>          columns
    - 00000001|null              a row, cells in hex
    ~                            the end of a page that has another one behind it
    ? INSERT INTO t ...          a statement to prepare, and its answer: an error, or
    * k int|v text; 0; k int     markers, partition key indexes, columns of the rows
    < 00000001|null|unset        executes what was prepared last with these values

Lines that begin with # are kept. The statements run in the keyspace mock_answers, which is made for each file and
dropped behind it. Speaks the protocol itself, so that the bytes are those of the wire.
"""

import difflib
import socket
import struct
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "mock" / "answers"
KEYSPACE = "mock_answers"
SCALARS = {
    1: "ascii", 2: "bigint", 3: "blob", 4: "boolean", 5: "counter", 6: "decimal", 7: "double", 8: "float", 9: "int",
    11: "timestamp", 12: "uuid", 13: "text", 14: "varint", 15: "timeuuid", 16: "inet", 17: "date", 18: "time",
    19: "smallint", 20: "tinyint",
}  # fmt: skip


CONSISTENCIES = [
    "ANY", "ONE", "TWO", "THREE", "QUORUM", "ALL", "LOCAL_QUORUM", "EACH_QUORUM", "SERIAL", "LOCAL_SERIAL", "LOCAL_ONE",
]  # fmt: skip


class Body:
    """Reads the notations of native_protocol_v4.spec section 3."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        part = self.data[self.at : self.at + n]
        self.at += n
        return part

    def number(self, layout):
        return struct.unpack(">" + layout, self.take(struct.calcsize(">" + layout)))[0]

    def string(self):
        return self.take(self.number("H")).decode()

    def bytes(self):
        size = self.number("i")
        return None if size < 0 else self.take(size)

    def type(self):
        code = self.number("H")
        if code == 0:
            return "'" + self.string().replace(" ", "") + "'"
        if code in (0x20, 0x22):
            return {0x20: "list", 0x22: "set"}[code] + "<" + self.type() + ">"
        if code == 0x21:
            return "map<" + self.type() + "," + self.type() + ">"
        if code == 0x30:
            self.string()
            name = self.string()
            return name + "{" + ",".join(self.string() + ":" + self.type() for _ in range(self.number("H"))) + "}"
        if code == 0x31:
            return "tuple<" + ",".join(self.type() for _ in range(self.number("H"))) + ">"
        return SCALARS[code]


class Client:
    level, serial = CONSISTENCIES.index("ONE"), None

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=60)
        self.ask(1, struct.pack(">H", 1) + self.string("CQL_VERSION") + self.string("3.0.0"))

    @staticmethod
    def string(text):
        return struct.pack(">H", len(text.encode())) + text.encode()

    def receive(self, size):
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                sys.exit("Error: the server closed the connection\nFix: look into its log")
            data += part
        return data

    def ask(self, opcode, body):
        self.socket.sendall(struct.pack(">BBhBi", 4, 0, 0, opcode, len(body)) + body)
        _, flags, _, answer, size = struct.unpack(">BBhBi", self.receive(9))
        read = Body(self.receive(size))
        if flags & 8:
            for _ in range(read.number("H")):
                read.string()
        return answer, read

    def set_levels(self, names):
        levels = [CONSISTENCIES.index(name) for name in names.split()]
        self.level, self.serial = levels[0], levels[1] if len(levels) > 1 else None

    def parameters(self, flags, page_size, state=None, values=b""):
        """<query parameters> of the specification, section 4.1.4."""
        flags |= 0x04 | (0x08 if state is not None else 0) | (0x10 if self.serial is not None else 0)
        body = struct.pack(">HB", self.level, flags) + values + struct.pack(">i", page_size)
        if state is not None:
            body += struct.pack(">i", len(state)) + state
        return body + (struct.pack(">H", self.serial) if self.serial is not None else b"")

    def query(self, text, page_size, state):
        body = struct.pack(">i", len(text.encode())) + text.encode()
        return self.ask(7, body + self.parameters(0, page_size, state))


def read_rows(read, lines, first):
    flags, count = read.number("i"), read.number("i")
    state = read.bytes() if flags & 2 else None
    columns = read_columns(read, flags, count)
    if first:
        lines.append("= " + columns)
    for _ in range(read.number("i")):
        cells = [read.bytes() for _ in range(count)]
        lines.append("- " + "|".join("null" if cell is None else cell.hex() for cell in cells))
    return state


def error_of(read):
    code, message = read.number("i"), read.string()
    text = f"! {code:04x} {message.splitlines()[0]}"
    if code != 0x1000:
        return text
    return f"{text}; {CONSISTENCIES[read.number('H')]} {read.number('i')} {read.number('i')}"


def answer_of(client, statement):
    page_size = 5000
    if statement.startswith("%"):
        size, statement = statement[1:].split(" ", 1)
        page_size = int(size)
    lines, state, first = [], None, True
    while True:
        opcode, read = client.query(statement, page_size, state)
        if opcode == 0:
            return lines + [error_of(read)]
        if read.number("i") != 2:
            return ["."]
        state = read_rows(read, lines, first)
        first = False
        if state is None:
            return lines
        lines.append("~")


def read_columns(read, flags, count):
    if flags & 1:
        read.string(), read.string()
    columns = []
    for _ in range(count):
        if not flags & 1:
            read.string(), read.string()
        name = read.string()
        columns.append(name + " " + read.type())
    return "|".join(columns)


def prepare(client, statement):
    """The id, or None, and the answer."""
    text = statement.encode()
    opcode, read = client.ask(9, struct.pack(">i", len(text)) + text)
    if opcode == 0:
        return None, [error_of(read)]
    read.number("i")
    prepared = read.take(read.number("H"))
    flags, count = read.number("i"), read.number("i")
    indexes = ",".join(str(read.number("H")) for _ in range(read.number("i")))
    markers = read_columns(read, flags, count)
    flags, count = read.number("i"), read.number("i")
    columns = "" if flags & 4 else read_columns(read, flags, count)
    return prepared, [f"* {markers}; {indexes}; {columns}"]


def execute(client, prepared, values):
    """`values` as they stand in the file."""
    if prepared is None:
        return []
    cells = values.split("|")
    body = struct.pack(">H", len(cells))
    for cell in cells:
        raw = b"" if cell in ("null", "unset") else bytes.fromhex(cell)
        size = -1 if cell == "null" else -2 if cell == "unset" else len(raw)
        body += struct.pack(">i", size) + raw
    start = struct.pack(">H", len(prepared)) + prepared
    opcode, read = client.ask(10, start + client.parameters(0x01, 5000, values=body))
    if opcode == 0:
        return [error_of(read)]
    lines = []
    if read.number("i") != 2:
        return ["."]
    read_rows(read, lines, True)
    return lines


def record(path, client):
    client.query(f"DROP KEYSPACE IF EXISTS {KEYSPACE}", 5000, None)
    client.query(
        f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}", 5000, None
    )
    client.query(f"USE {KEYSPACE}", 5000, None)
    lines, prepared = [], None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line:
            lines.append(line)
        elif line.startswith("@ "):
            lines.append(line)
            client.set_levels(line[2:])
        elif line.startswith("> "):
            lines.append(line)
            lines += answer_of(client, line[2:])
        elif line.startswith("? "):
            prepared, answer = prepare(client, line[2:])
            lines += [line] + answer
        elif line.startswith("< "):
            lines += [line] + execute(client, prepared, line[2:])
    client.set_levels("ONE")
    client.query(f"DROP KEYSPACE IF EXISTS {KEYSPACE}", 5000, None)
    return "\n".join(lines) + "\n"


def show_differences(name, before, now):
    found = False
    for line in difflib.ndiff([comparable(x) for x in before], [comparable(x) for x in now]):
        if line[0] in "+-":
            print(f"{name}: {'recorded' if line[0] == '-' else 'answered'} {line[2:]}")
            found = True
    return found


def comparable(line):
    return "! 2000" if line.startswith("! 2000") else line


def main(arguments):
    if len(arguments) not in (2, 3) or arguments[2:] not in ([], ["--check"]):
        print(__doc__)
        return 2
    stale = False
    for path in sorted(FOLDER.glob("*.txt")):
        text = record(path, Client(arguments[0], int(arguments[1])))
        before = path.read_text(encoding="utf-8")
        if arguments[2:]:
            stale = show_differences(path.name, before.splitlines(), text.splitlines()) or stale
        elif before != text:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path.name}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
