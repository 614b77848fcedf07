#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/vectors/frames.txt and frames_lz4.txt with the help of another codec, the Python driver.

    pip install cassandra-driver==3.30.1 lz4==4.4.5
    tools/make_frame_vectors.py            write the files
    tools/make_frame_vectors.py --check    write nothing; fail when they would change

A line of frames.txt has four fields, separated by tabs: direction, description, meaning, frame in hex. Requests are
encoded by the driver, and their meaning is what it was asked to encode. Responses are put together from the driver's
primitives, and their meaning is what the driver's decoder reads from them. A line of frames_lz4.txt has direction,
description, the frame with a compressed body and the same frame plain.
"""

import io
import itertools
import logging
import socket
import sys
from pathlib import Path

try:
    import cassandra.protocol as p
    from cassandra import ConsistencyLevel, WriteType
    from cassandra.connection import locally_supported_compressions
    from cassandra.query import BatchType
    import lz4  # noqa: F401  the driver uses it when it is there
except ImportError as missing:
    sys.exit(f"Error: no vectors\nWhy: {missing}\nFix: pip install cassandra-driver==3.30.1 lz4==4.4.5")

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
UNSET = p._UNSET_VALUE
CL = ConsistencyLevel
SCALARS = {
    "ascii": 1, "bigint": 2, "blob": 3, "boolean": 4, "counter": 5, "decimal": 6, "double": 7, "float": 8, "int": 9,
    "timestamp": 11, "uuid": 12, "varchar": 13, "varint": 14, "timeuuid": 15, "inet": 16, "date": 17, "time": 18,
    "smallint": 19, "tinyint": 20,
}  # fmt: skip
MARSHAL = "org.apache.cassandra.db.marshal."


# What a frame means, as text. tests/protocol/messages/frame_vectors.cpp writes the same from what it decodes.


def text_of(text):
    return "'" + text + "'"


def bytes_of(value):
    return "unset" if value is UNSET else "null" if value is None else "0x" + value.hex()


def list_of(items):
    return "[" + ",".join(items) + "]"


def map_of(pairs):
    return "{" + ",".join(f"{key}:{value}" for key, value in pairs) + "}"


def level_of(number):
    return CL.value_to_name[number]


def node_of(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    return "0x" + socket.inet_pton(family, address[0]).hex() + ":" + str(address[1])


def type_of(cls):
    name = cls.typename
    parts = [type_of(sub) for sub in cls.subtypes]
    if name == "org.apache.cassandra.db.marshal.VectorType":
        return f"vector({type_of(cls.subtype)},{cls.vector_size})"
    if issubclass(cls, p.UserType):
        fields = ",".join(f"{field}:{part}" for field, part in zip(cls.fieldnames, parts))
        return f"udt({cls.keyspace}.{cls.typename},{fields})"
    if name in ("list", "set", "map", "tuple"):
        return f"{name}({','.join(parts)})"
    if name in SCALARS or name == "duration":
        return name
    if name == "text":
        return "varchar"
    return f"custom({cls.cassname.strip(chr(39))})"


def columns_of(columns):
    return list_of(f"{ks}.{table}.{name}:{type_of(cls)}" for ks, table, name, cls in columns or [])


def change_of(event):
    target = event["target_type"]
    text = f"{event['change_type']} {target} {event['keyspace']}"
    if target in ("FUNCTION", "AGGREGATE"):
        what = event[target.lower()]
        return f"{text}.{what.name}({','.join(what.argument_types)})"
    return text if target == "KEYSPACE" else f"{text}.{event[target.lower()]}"


# Requests: the driver encodes them.


class Lines:
    def __init__(self):
        self.plain, self.lz4 = [], []

    def add(self, direction, description, meaning, frame):
        for part in (description, meaning):
            assert "\t" not in part and "\n" not in part, part
        assert description not in [line.split("\t")[1] for line in self.plain], description
        self.plain.append("\t".join((direction, description, meaning, frame.hex())))

    def add_lz4(self, direction, description, packed, plain):
        self.lz4.append("\t".join((direction, description, packed.hex(), plain.hex())))

    def request(self, description, message, meaning, stream=1, tracing=False, payload=None):
        message.tracing, message.custom_payload = tracing, payload
        frame = p._ProtocolHandler.encode_message(message, stream, 4, None, False)
        flags = (2 if tracing else 0) + (4 if payload else 0)
        head = f"stream={stream} flags={flags}"
        if payload:
            head += " payload=" + map_of((text_of(k), bytes_of(v)) for k, v in payload.items())
        self.add("request", description, f"{head} {message.name} {meaning}".rstrip(), frame)
        return frame


class NamedQuery(p.QueryMessage):
    """A query with named values, which the driver itself never sends."""

    def __init__(self, query, level, named):
        super().__init__(query, level)
        self.named = named

    def send_body(self, f, protocol_version):
        p.write_longstring(f, self.query)
        p.write_consistency_level(f, self.consistency_level)
        p.write_byte(f, p._VALUES_FLAG | p._NAMES_FOR_VALUES_FLAG)
        p.write_short(f, len(self.named))
        for name, value in self.named:
            p.write_string(f, name)
            p.write_value(f, value)


NamedQuery.name = "QUERY"
p._message_types_by_opcode[p.QueryMessage.opcode] = p.QueryMessage


def options_text(level, serial=None, page=None, paging=None, timestamp=None):
    text = f"consistency={level_of(level)}"
    if page:
        text += f" page_size={page}"
    if paging:
        text += f" paging_state={bytes_of(paging)}"
    if serial:
        text += f" serial={level_of(serial)}"
    if timestamp is not None:
        text += f" timestamp={timestamp}"
    return text


def handshake_requests(out):
    for stream in (0, 1, 127, 128, 255, 256, 32767):
        out.request(f"OPTIONS on stream {stream}", p.OptionsMessage(), "", stream=stream)
    for description, options in (
        ("plain", {}),
        ("with lz4", {"COMPRESSION": "lz4"}),
        ("with a driver's name", {"DRIVER_NAME": "a driver", "DRIVER_VERSION": "1.0", "COMPRESSION": "snappy"}),
        ("with other letters and an empty value", {"APPLICATION": "naïve Ωμέγα 🚀", "EMPTY": ""}),
    ):
        pairs = [*options.items(), ("CQL_VERSION", "3.0.0")]
        meaning = "options=" + map_of((text_of(k), text_of(v)) for k, v in pairs)
        out.request(f"STARTUP {description}", p.StartupMessage("3.0.0", options), meaning)
    for events in ([], ["SCHEMA_CHANGE"], ["TOPOLOGY_CHANGE", "STATUS_CHANGE", "SCHEMA_CHANGE"]):
        meaning = "events=" + list_of(map(text_of, events))
        out.request(f"REGISTER for {len(events)} events", p.RegisterMessage(events), meaning, stream=2)
    for description, token in (
        ("SASL PLAIN", b"\0cassandra\0cassandra"),
        ("empty", b""),
        ("every byte", bytes(range(256))),
    ):
        out.request(f"AUTH_RESPONSE {description}", p.AuthResponseMessage(token), "token=" + bytes_of(token))


def statement_requests(out):
    payload = {"one": b"\x01\x02", "none": None, "empty": b""}
    for description, query, extra in (
        ("of nothing", "", {}),
        ("of a select", "SELECT a, b FROM ks.t WHERE k = ?", {}),
        ("of other letters", "INSERT INTO t (k) VALUES ('żółć 🚀')", {}),
        ("traced", "SELECT * FROM t", {"tracing": True}),
        ("with a payload", "SELECT * FROM t", {"payload": payload}),
        ("traced with a payload", "SELECT * FROM t", {"tracing": True, "payload": payload}),
        ("of 300 bytes", "x" * 300, {"stream": 300}),
    ):
        out.request(f"PREPARE {description}", p.PrepareMessage(query), "query=" + text_of(query), **extra)
    for level in sorted(CL.value_to_name):
        query = "SELECT release_version FROM system.local"
        message = p.QueryMessage(query, level)
        out.request(f"QUERY at {level_of(level)}", message, f"query={text_of(query)} {options_text(level)}")
    choices = ((None, CL.LOCAL_SERIAL), (None, 5000), (None, b"\x00state\xff"), (None, 1700000000123456))
    for chosen in itertools.product(*choices):
        serial, page, paging, timestamp = chosen
        if chosen == (None,) * 4:
            continue
        mask = "".join("-" if c is None else name for c, name in zip(chosen, "spot"))
        options = options_text(CL.QUORUM, serial, page, paging, timestamp)
        message = p.QueryMessage("SELECT * FROM t", CL.QUORUM, serial, page, paging, timestamp)
        out.request(f"QUERY with options {mask}", message, f"query='SELECT * FROM t' {options}")
        values = [b"\0\0\0\x2a", None, UNSET, b""]
        message = p.ExecuteMessage(b"\x10\x20", values, CL.QUORUM, serial, page, paging, timestamp)
        meaning = f"id=0x1020 {options} values={list_of(map(bytes_of, values))}"
        out.request(f"EXECUTE with options {mask}", message, meaning, stream=77)
    named = [("a", b"\x01"), ("Übung", None), ("", UNSET)]
    meaning = "query='UPDATE t SET a = :a' consistency=ONE values=%s names=%s" % (
        list_of(bytes_of(value) for _, value in named),
        list_of(text_of(name) for name, _ in named),
    )
    out.request("QUERY with named values", NamedQuery("UPDATE t SET a = :a", CL.ONE, named), meaning)


def execute_requests(out):
    for description, values in (
        ("no values", []),
        ("one value", [b"\x80\x00\x00\x00\x00\x00\x00\x00"]),
        ("one null", [None]),
        ("one unset", [UNSET]),
        ("one empty value", [b""]),
        ("300 values", [bytes([i % 256]) for i in range(300)]),
    ):
        message = p.ExecuteMessage(bytes(range(16)), values, CL.LOCAL_ONE)
        meaning = f"id={bytes_of(bytes(range(16)))} consistency=LOCAL_ONE values={list_of(map(bytes_of, values))}"
        out.request(f"EXECUTE with {description}", message, meaning)
    for timestamp in (0, 1, 2**31 - 1, 2**31, 2**63 - 1):
        message = p.ExecuteMessage(b"i", [], CL.ANY, timestamp=timestamp)
        meaning = f"id=0x69 {options_text(CL.ANY, timestamp=timestamp)} values=[]"
        out.request(f"EXECUTE at the time {timestamp}", message, meaning)


def batch_text(kind, queries, options):
    parts = []
    for prepared, what, values in queries:
        head = bytes_of(what) if prepared else text_of(what)
        parts.append(f"{head}{list_of(map(bytes_of, values))}")
    return f"{kind} statements={list_of(parts)} {options}"


def batch_requests(out):
    mixed = [
        (False, "INSERT INTO t (k) VALUES (1)", []),
        (True, b"\xab\xcd", [b"\x01", None, UNSET, b""]),
        (False, "DELETE FROM t WHERE k = ?", [b"\0\0\0\x02"]),
    ]
    for kind, serial, timestamp in itertools.product(
        (BatchType.LOGGED, BatchType.UNLOGGED, BatchType.COUNTER), (None, CL.SERIAL), (None, 1234567890)
    ):
        message = p.BatchMessage(kind, mixed, CL.LOCAL_QUORUM, serial, timestamp)
        options = options_text(CL.LOCAL_QUORUM, serial=serial, timestamp=timestamp)
        description = f"BATCH {kind.name} {'s' if serial else '-'}{'t' if timestamp else '-'}"
        out.request(description, message, batch_text(kind.name, mixed, options))
    hundred = [(True, b"id", [bytes([i])]) for i in range(100)]
    for description, queries in (("of nothing", []), ("of 100 prepared", hundred)):
        message = p.BatchMessage(BatchType.UNLOGGED, queries, CL.ONE)
        out.request(f"BATCH {description}", message, batch_text("UNLOGGED", queries, "consistency=ONE"))


# Responses: put together from primitives, read by the driver's decoder.


class Body:
    """A response's body, written by the driver's primitives."""

    def __init__(self):
        self.f = io.BytesIO()

    def __getattr__(self, name):
        write = getattr(p, "write_" + name)

        def call(value):
            write(self.f, value)
            return self

        return call

    def raw(self, data):
        self.f.write(data)
        return self

    def type(self, kind):
        """A type: a scalar's name, or a tuple: list, set, map, tuple, udt, custom with what belongs to it."""
        if isinstance(kind, str):
            return self.short(SCALARS[kind])
        if kind[0] == "custom":
            return self.short(0).string(kind[1])
        if kind[0] == "udt":
            self.short(0x30).string(kind[1]).string(kind[2]).short(len(kind[3]))
            for name, field in kind[3]:
                self.string(name).type(field)
            return self
        self.short({"list": 0x20, "map": 0x21, "set": 0x22, "tuple": 0x31}[kind[0]])
        if kind[0] == "tuple":
            self.short(len(kind) - 1)
        for part in kind[1:]:
            self.type(part)
        return self

    def metadata(self, flags, columns, paging=None, pk=None, table=("ks", "t")):
        self.int(flags).int(len(columns))
        if pk is not None:
            self.int(len(pk))
            for index in pk:
                self.short(index)
        if flags & 2:
            self.longstring(paging)
        if flags & 4:
            return self
        if flags & 1:
            self.string(table[0]).string(table[1])
        for name, kind in columns:
            if not flags & 1:
                self.string(table[0]).string(table[1])
            self.string(name).type(kind)
        return self

    def bytes(self):
        return self.f.getvalue()


RAW_ROWS = []
_recv_row = p.ResultMessage.recv_row


def _keep_row(f, count):
    RAW_ROWS.append(_recv_row(f, count))
    return RAW_ROWS[-1]


p.ResultMessage.recv_row = staticmethod(_keep_row)


def error_text(m):
    text = f"code={m.code} message={text_of(m.message)}"
    info = m.info
    if isinstance(info, bytes):
        return f"{text} id={bytes_of(info)}"
    if not isinstance(info, dict):
        return text
    names = {
        "consistency": level_of, "required_replicas": str, "alive_replicas": str, "received_responses": str,
        "required_responses": str, "failures": str, "data_retrieved": str,
        "write_type": lambda number: WriteType.value_to_name[number], "keyspace": str, "function": str, "table": str,
        "arg_types": list_of,
    }  # fmt: skip
    return text + "".join(f" {key}={show(info[key])}" for key, show in names.items() if key in info)


def result_text(m):
    if m.kind == p.RESULT_KIND_VOID:
        return "VOID"
    if m.kind == p.RESULT_KIND_SET_KEYSPACE:
        return f"SET_KEYSPACE {m.new_keyspace}"
    if m.kind == p.RESULT_KIND_SCHEMA_CHANGE:
        return "SCHEMA_CHANGE " + change_of(m.schema_change_event)
    if m.kind == p.RESULT_KIND_PREPARED:
        pk = list_of(map(str, m.pk_indexes))
        markers, columns = columns_of(m.bind_metadata), columns_of(m.column_metadata)
        return f"PREPARED id={bytes_of(m.query_id)} markers={markers} pk={pk} columns={columns}"
    rows = list_of(list_of(map(bytes_of, row)) for row in RAW_ROWS)
    return f"ROWS columns={columns_of(m.column_metadata)} paging_state={bytes_of(m.paging_state)} rows={rows}"


def event_text(m):
    args = m.event_args
    if m.event_type == "SCHEMA_CHANGE":
        return "SCHEMA_CHANGE " + change_of(args)
    return f"{m.event_type} {args['change_type']} {node_of(args['address'])}"


def response_text(m):
    if isinstance(m, p.ErrorMessage):
        return "ERROR " + error_text(m)
    if isinstance(m, p.ResultMessage):
        return "RESULT " + result_text(m)
    if isinstance(m, p.EventMessage):
        return "EVENT " + event_text(m)
    if isinstance(m, p.SupportedMessage):
        pairs = [("CQL_VERSION", m.cql_versions), *m.options.items()]
        return "SUPPORTED options=" + map_of((text_of(k), list_of(map(text_of, v))) for k, v in pairs)
    if isinstance(m, p.AuthenticateMessage):
        return f"AUTHENTICATE {m.authenticator}"
    if isinstance(m, p.AuthChallengeMessage):
        return f"AUTH_CHALLENGE token={bytes_of(m.challenge)}"
    if isinstance(m, p.AuthSuccessMessage):
        return f"AUTH_SUCCESS token={bytes_of(m.token.encode())}"
    return "READY"


def respond(out, description, opcode, body, stream=1, flags=0, prelude=b"", columns=None):
    """`columns` are what a driver knows from PREPARE when the frame has no metadata."""
    data = prelude + body.bytes()
    del RAW_ROWS[:]
    m = p._ProtocolHandler.decode_message(4, {}, stream, flags, opcode, data, None, columns)
    head = f"stream={m.stream_id} flags={flags}"
    if m.trace_id is not None:
        head += f" tracing=0x{m.trace_id.bytes.hex()}"
    if m.warnings is not None:
        head += " warnings=" + list_of(map(text_of, m.warnings))
    if m.custom_payload is not None:
        head += " payload=" + map_of((text_of(k), bytes_of(v)) for k, v in m.custom_payload.items())
    frame = p.v3_header_pack(0x84, flags, stream, opcode) + p.int32_pack(len(data)) + data
    out.add("response", description, f"{head} {response_text(m)}", frame)


def error_responses(out):
    def error(name, code, body=None, message="something went wrong"):
        head = Body().int(code).string(message)
        respond(out, f"ERROR {name}", 0x00, head.raw(body.bytes()) if body else head)

    def replicas(level, received, block_for):
        return Body().consistency_level(level).int(received).int(block_for)

    for name, code in (
        ("server error", 0x0000), ("protocol error", 0x000A), ("bad credentials", 0x0100), ("overloaded", 0x1001),
        ("bootstrapping", 0x1002), ("truncate error", 0x1003), ("syntax error", 0x2000), ("unauthorized", 0x2100),
        ("invalid", 0x2200), ("config error", 0x2300), ("unknown", 0x4321), ("unknown negative", -5),
    ):  # fmt: skip
        error(name, code)
    error("without text", 0x2200, message="")
    error("with other letters", 0x2200, message="kein Schlüssel: 鍵")
    error("unavailable", 0x1000, Body().consistency_level(CL.QUORUM).int(2).int(1))
    for write_type in ("SIMPLE", "BATCH", "UNLOGGED_BATCH", "COUNTER", "BATCH_LOG", "CAS", "VIEW", "CDC"):
        error(f"write timeout {write_type}", 0x1100, replicas(CL.LOCAL_QUORUM, 1, 2).string(write_type))
    error("read timeout without data", 0x1200, replicas(CL.ONE, 0, 1).byte(0))
    error("read timeout with data", 0x1200, replicas(CL.ALL, 2, 3).byte(1))
    error("read failure", 0x1300, replicas(CL.EACH_QUORUM, 1, 2).int(3).byte(1))
    error("write failure", 0x1500, replicas(CL.TWO, 1, 2).int(3).string("SIMPLE"))
    error("function failure", 0x1400, Body().string("ks").string("fn").stringlist(["int", "list<text>"]))
    error("already exists, a table", 0x2400, Body().string("ks").string("t"))
    error("already exists, a keyspace", 0x2400, Body().string("ks").string(""))
    error("unprepared", 0x2500, Body().short(16).raw(bytes(range(16))))


def handshake_responses(out):
    respond(out, "READY", 0x02, Body())
    respond(out, "AUTHENTICATE", 0x03, Body().string("org.apache.cassandra.auth.PasswordAuthenticator"))
    respond(out, "AUTH_CHALLENGE", 0x0E, Body().longstring(b"\x00\xff challenge"))
    respond(out, "AUTH_CHALLENGE empty", 0x0E, Body().longstring(b""))
    respond(out, "AUTH_SUCCESS", 0x10, Body().longstring("welcome"))
    cassandra = {
        "CQL_VERSION": ["3.4.7"], "PROTOCOL_VERSIONS": ["3/v3", "4/v4", "5/v5", "6/v6-beta"],
        "COMPRESSION": ["snappy", "lz4"],
    }  # fmt: skip
    scylla = {
        "CQL_VERSION": ["3.3.1"], "SCYLLA_SHARD": ["1"], "SCYLLA_NR_SHARDS": ["4"],
        "SCYLLA_SHARDING_ALGORITHM": ["biased-token-round-robin"], "SCYLLA_SHARDING_IGNORE_MSB": ["12"],
        "SCYLLA_PARTITIONER": ["org.apache.cassandra.dht.Murmur3Partitioner"], "SCYLLA_SHARD_AWARE_PORT": ["19042"],
        "SCYLLA_RATE_LIMIT_ERROR": ["ERROR_CODE=61440"], "COMPRESSION": [],
        "SCYLLA_LWT_ADD_METADATA_MARK": ["LWT_OPTIMIZATION_META_BIT_MASK=2147483648"],
    }  # fmt: skip
    respond(out, "SUPPORTED by Cassandra", 0x06, Body().stringmultimap(cassandra))
    respond(out, "SUPPORTED by ScyllaDB", 0x06, Body().stringmultimap(scylla))


TYPES = [
    *SCALARS,
    ("list", "int"), ("set", "varchar"), ("map", "varchar", "int"), ("tuple", "int", "varchar", "uuid"),
    ("list", ("map", "int", ("set", ("tuple", "ascii", "blob")))),
    ("udt", "ks", "address", [("street", "varchar"), ("zip", "int"), ("tags", ("set", "varchar"))]),
    ("map", "uuid", ("udt", "ks", "outer", [("inner", ("udt", "ks", "inner", [("x", "double")]))])),
    ("custom", MARSHAL + "DurationType"), ("custom", MARSHAL + "VectorType(" + MARSHAL + "FloatType , 3)"),
    ("custom", "com.example.SomeType"),
]  # fmt: skip


def rows_responses(out):
    def rows(description, flags, columns, data, paging=None, known=None, **more):
        body = Body().int(2).metadata(flags, columns, paging, **more).int(len(data))
        for row in data:
            for cell in row:
                body.value(cell)
        respond(out, f"RESULT rows {description}", 0x08, body, stream=9, columns=known)

    two = [("a", "int"), ("b", "varchar")]
    data = [[b"\0\0\0\x07", b"hi"], [None, b""], [b"\xff\xff\xff\xff", "żółć".encode()]]
    known = [("", "", "a", p.BytesType), ("", "", "b", p.BytesType)]
    for flags in range(8):
        names = [name for bit, name in ((1, "one table"), (2, "more pages"), (4, "no metadata")) if flags & bit]
        rows(", ".join(names) or "without flags", flags, two, data, b"\x01\x02paging", known)
    rows("none", 1, two, [])
    rows("none, but more pages", 3, two, [], b"next")
    rows("with an empty paging state", 3, two, data[:1], b"")
    rows("of a column without a name", 0, [("", "blob")], [[b"\0"]], table=("", ""))
    rows("300 of them", 1, [("n", "blob")], [[bytes([i % 256])] for i in range(300)])
    for kind in TYPES:
        name = kind if isinstance(kind, str) else kind[0] + " " + str(TYPES.index(kind))
        rows(f"of the type {name}", 1, [("c", kind)], [])
    rows("of every type", 0, [(f"c{i}", kind) for i, kind in enumerate(TYPES)], [[None] * len(TYPES)])


def other_responses(out):
    result, event = 0x08, 0x0C
    respond(out, "RESULT void", result, Body().int(1))
    respond(out, "RESULT set_keyspace", result, Body().int(3).string("my_ks"))
    changes = (
        ("CREATED", "KEYSPACE", ["ks"]), ("UPDATED", "TABLE", ["ks", "t"]), ("DROPPED", "TYPE", ["ks", "address"]),
        ("CREATED", "FUNCTION", ["ks", "f", ["int", "frozen<list<text>>"]]), ("DROPPED", "AGGREGATE", ["ks", "a", []]),
    )  # fmt: skip
    for change, target, options in changes:
        for opcode, stream in ((result, 3), (event, -1)):
            body = Body().int(5) if opcode == result else Body().string("SCHEMA_CHANGE")
            body.string(change).string(target)
            for option in options:
                body.stringlist(option) if isinstance(option, list) else body.string(option)
            name = "RESULT schema change" if opcode == result else "EVENT schema change"
            respond(out, f"{name} {change} {target}", opcode, body, stream=stream)
    for kind, change in (("TOPOLOGY", "NEW_NODE"), ("TOPOLOGY", "REMOVED_NODE"), ("STATUS", "UP"), ("STATUS", "DOWN")):
        for address in (("10.0.0.1", 9042), ("2001:db8::1", 19042)):
            body = Body().string(kind + "_CHANGE").string(change).inet(address)
            respond(out, f"EVENT {change} {address[0]}", event, body, stream=-1)


def prepared_responses(out):
    markers = [("v", "varchar"), ("k2", "int"), ("k1", ("list", "uuid"))]
    rows = [("k1", ("list", "uuid")), ("v", "varchar")]
    for description, first, second in (
        ("a select", (1, markers, None, [2, 1]), (1, rows)),
        ("a select over tables", (0, markers, None, [2, 1]), (0, rows)),
        ("without key indexes", (1, markers, None, []), (1, rows)),
        ("an insert", (1, markers, None, [2]), (4, [])),
        ("no markers", (1, [], None, []), (1, rows)),
        ("neither markers nor rows", (0, [], None, []), (4, [])),
        ("every type", (1, [(f"m{i}", kind) for i, kind in enumerate(TYPES)], None, [9]), (4, [])),
    ):
        body = Body().int(4).short(16).raw(bytes(range(240, 256))).metadata(*first).metadata(*second)
        respond(out, f"RESULT prepared {description}", 0x08, body)


def flagged_responses(out):
    tracing = bytes(range(16))
    warnings = Body().stringlist(["Aggregation query used without partition key", ""]).bytes()
    payload = Body().bytesmap({"tablets-routing-v1": b"\x01\x02\x03", "none": None}).bytes()
    for flags in range(0, 16, 2):
        prelude = b"".join(part for bit, part in ((2, tracing), (8, warnings), (4, payload)) if flags & bit)
        respond(out, f"RESULT void with flags {flags}", 0x08, Body().int(1), flags=flags, prelude=prelude)
    body = Body().int(0x2200).string("no")
    respond(out, "ERROR traced, with warnings", 0x00, body, flags=10, prelude=tracing + warnings)


def compressed_frames(out):
    compress, decompress = locally_supported_compressions["lz4"]
    wanted = (
        "300", "every type", "of every byte", "QUERY at ONE", "EXECUTE with options spot", "by ScyllaDB", "READY",
    )  # fmt: skip
    for line in out.plain:
        direction, description, _, frame = line.split("\t")
        plain = bytes.fromhex(frame)
        body = plain[9:]
        if not any(part in description for part in wanted):
            continue
        packed = compress(body)
        assert decompress(packed) == body
        header = bytes([plain[0], plain[1] | 1]) + plain[2:5] + p.int32_pack(len(packed))
        out.add_lz4(direction, description, header + packed, plain)


def make():
    logging.getLogger("cassandra.protocol").setLevel(logging.ERROR)
    out = Lines()
    for add in (
        handshake_requests, statement_requests, execute_requests, batch_requests, handshake_responses, error_responses,
        other_responses, rows_responses, prepared_responses, flagged_responses, compressed_frames,
    ):  # fmt: skip
        add(out)
    head = "# Made by tools/make_frame_vectors.py; do not edit."
    return {
        "frames.txt": "\n".join([head, "# direction, description, meaning, frame", *out.plain]) + "\n",
        "frames_lz4.txt": "\n".join([head, "# direction, description, frame, the same frame plain", *out.lz4]) + "\n",
    }


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    stale = 0
    for name, text in make().items():
        path = VECTORS / name
        if arguments == ["--check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"Error: {name} is stale\nWhy: the generator changed\nFix: tools/make_frame_vectors.py")
                stale = 1
        else:
            VECTORS.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{name}: {sum(not line.startswith('#') for line in text.splitlines())} frames")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
