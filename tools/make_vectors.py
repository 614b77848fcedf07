#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes tests/vectors/values.txt, tokens.txt and replicas.txt with the help of another codec, the Python driver.

    pip install cassandra-driver==3.30.1
    tools/make_vectors.py            write the files
    tools/make_vectors.py --check    write nothing; fail when they would change

Lines are fields separated by tabs, and a line that begins with # is a comment.

values.txt: the type, as CQL or (where a user type is in it) as a class name of Cassandra; the body of the value in hex,
as the driver encodes it; the value as a literal of CQL, with \\\\ for a backslash and \\0 for a NUL.
tokens.txt: the components of a partition key in hex, separated by commas; the key in hex; its token.
replicas.txt: the nodes of a ring, each datacenter/rack; its tokens, each token:node; the replication; a token; the nodes
that hold it, in ascending order.
"""

import ipaddress
import random
import struct
import sys
import uuid
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

try:
    from cassandra import cqltypes, util
    from cassandra.metadata import Murmur3Token, NetworkTopologyStrategy, SimpleStrategy
    from cassandra.query import SimpleStatement
except ImportError as missing:
    sys.exit(f"Error: no vectors\nWhy: {missing}\nFix: pip install cassandra-driver==3.30.1")

VECTORS = Path(__file__).resolve().parent.parent / "tests" / "vectors"
PROTOCOL = 4
PACKAGE = "org.apache.cassandra.db.marshal."

# -- Literals of CQL ------------------------------------------------------------------------------------------------


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def shortest(digits_text):
    """Of the plain and the scientific form of a number the shorter one, the plain one when they are even."""
    sign, digits, exponent = Decimal(digits_text).normalize().as_tuple()
    text = "".join(map(str, digits))
    plain = format(Decimal((0, digits, exponent)), "f")
    power = exponent + len(text) - 1
    scientific = text[0] + ("." + text[1:] if len(text) > 1 else "") + f"e{'-' if power < 0 else '+'}{abs(power):02}"
    best = plain if len(plain) <= len(scientific) else scientific
    return ("-" if sign else "") + (best if "." in best or "e" in best else best + ".0")


def float_literal(number, round_trips):
    if number != number:
        return "NaN"
    if number in (float("inf"), float("-inf")):
        return "Infinity" if number > 0 else "-Infinity"
    if number == 0:
        return "-0.0" if str(number).startswith("-") else "0.0"
    return shortest(next(text for digits in range(1, 18) if round_trips(text := f"{number:.{digits}g}", number)))


def double_literal(number):
    return float_literal(number, lambda text, wanted: float(text) == wanted)


def is_single(text, wanted):
    try:
        return struct.pack(">f", float(text)) == struct.pack(">f", wanted)
    except OverflowError:
        return False


def single_literal(number):
    return float_literal(number, is_single)


def timestamp_literal(milliseconds):
    moment = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=milliseconds)
    return quoted(moment.strftime("%Y").rjust(4, "0") + moment.strftime("-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03}Z")


def date_literal(day):
    return quoted((datetime(1970, 1, 1) + timedelta(days=day)).date().isoformat())


def time_literal(nanoseconds):
    seconds = nanoseconds // 10**9
    return quoted(f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{nanoseconds % 10**9:09}")


def duration_literal(parts):
    months, days, nanoseconds = map(abs, parts)
    units = [(months // 12, "y"), (months % 12, "mo"), (days, "d"), (nanoseconds // (3600 * 10**9), "h")]
    units += [(nanoseconds // (60 * 10**9) % 60, "m"), (nanoseconds // 10**9 % 60, "s")]
    units += [(nanoseconds // 10**6 % 1000, "ms"), (nanoseconds // 1000 % 1000, "us"), (nanoseconds % 1000, "ns")]
    text = "".join(f"{number}{unit}" for number, unit in units if number)
    return ("-" if min(parts) < 0 else "") + (text or "0s")


# -- Types ----------------------------------------------------------------------------------------------------------


class Type:
    """A type of CQL: the driver's class for it, its text, and what its values look like."""

    def __init__(self, text, driver_class, literal, to_driver=lambda value: value):
        self.text, self.driver_class, self.literal, self.to_driver = text, driver_class, literal, to_driver
        self.has_udt = False

    @property
    def written(self):
        return self.class_name() if self.has_udt else self.text

    def class_name(self):
        return PACKAGE + self.driver_class.cassname

    def encode(self, value):
        return self.driver_class.to_binary(self.to_driver(value), PROTOCOL)

    def nested_text(self):
        return self.text


def scalar(name, driver_class, literal, to_driver=lambda value: value):
    return Type(name, driver_class, literal, to_driver)


def hexed(value):
    return "0x" + value.hex()


SCALARS = {
    each.text: each
    for each in (
        scalar("ascii", cqltypes.AsciiType, quoted),
        scalar("bigint", cqltypes.LongType, str),
        scalar("blob", cqltypes.BytesType, hexed),
        scalar("boolean", cqltypes.BooleanType, lambda value: str(value).lower()),
        scalar("counter", cqltypes.CounterColumnType, str),
        scalar("date", cqltypes.SimpleDateType, date_literal, util.Date),
        scalar("decimal", cqltypes.DecimalType, str),
        scalar("double", cqltypes.DoubleType, double_literal),
        scalar("duration", cqltypes.DurationType, duration_literal, lambda parts: util.Duration(*parts)),
        scalar("float", cqltypes.FloatType, single_literal),
        scalar("inet", cqltypes.InetAddressType, lambda text: quoted(ipaddress.ip_address(text).compressed)),
        scalar("int", cqltypes.Int32Type, str),
        scalar("smallint", cqltypes.ShortType, str),
        scalar("text", cqltypes.UTF8Type, quoted),
        scalar("time", cqltypes.TimeType, time_literal, util.Time),
        scalar("timestamp", cqltypes.TimestampType, timestamp_literal),
        scalar("timeuuid", cqltypes.TimeUUIDType, str),
        scalar("tinyint", cqltypes.ByteType, str),
        scalar("uuid", cqltypes.UUIDType, str),
        scalar("varint", cqltypes.IntegerType, str),
    )
}


class Compound(Type):
    def __init__(self, text, driver_class, parameters, freezes):
        super().__init__(text, driver_class, self.literal_of, self.driver_value)
        self.parameters, self.freezes = parameters, freezes
        self.has_udt = any(each.has_udt for each in parameters)

    def class_name(self):
        kind = self.text.split("<")[0].capitalize() + "Type"
        return f"{PACKAGE}{kind}({','.join(each.class_name() for each in self.parameters)})"

    def nested_text(self):
        return f"frozen<{self.text}>" if self.freezes else self.text


class Listing(Compound):
    """list, set and vector: values are lists."""

    def __init__(self, name, element, dimensions=None):
        inner = element.nested_text()
        if dimensions is not None:
            name = f"VectorType({dimensions})"
            shape = {"vector_size": dimensions, "subtype": element.driver_class}
            driver_class = type(name, (cqltypes.VectorType,), shape)
            super().__init__(f"vector<{inner}, {dimensions}>", driver_class, [element], False)
        else:
            kind = {"list": cqltypes.ListType, "set": cqltypes.SetType}[name]
            super().__init__(f"{name}<{inner}>", kind.apply_parameters([element.driver_class]), [element], True)
        self.brackets = "{}" if name == "set" else "[]"

    def driver_value(self, value):
        return [self.parameters[0].to_driver(each) for each in value]

    def literal_of(self, value):
        return self.brackets[0] + ", ".join(map(self.parameters[0].literal, value)) + self.brackets[1]


class Mapping(Compound):
    """map: values are lists of pairs."""

    def __init__(self, key, value):
        driver_class = cqltypes.MapType.apply_parameters([key.driver_class, value.driver_class])
        super().__init__(f"map<{key.nested_text()}, {value.nested_text()}>", driver_class, [key, value], True)

    def driver_value(self, value):
        key, mapped = self.parameters
        return util.OrderedMap([(key.to_driver(k), mapped.to_driver(v)) for k, v in value])

    def encode(self, value):
        key, mapped = self.parameters
        parts = [part for k, v in value for part in (key.encode(k), mapped.encode(v))]
        return struct.pack(">i", len(value)) + b"".join(struct.pack(">i", len(part)) + part for part in parts)

    def literal_of(self, value):
        key, mapped = self.parameters
        return "{" + ", ".join(f"{key.literal(k)}: {mapped.literal(v)}" for k, v in value) + "}"


class Tupling(Compound):
    """tuple and user types: values are tuples; None is null."""

    def __init__(self, parameters, name=None, fields=None):
        classes = tuple(each.driver_class for each in parameters)
        if name is None:
            driver_class = cqltypes.TupleType.apply_parameters(classes)
        else:
            driver_class = cqltypes.UserType.make_udt_class("ks", name, fields, classes)
        text = "tuple<" + ", ".join(each.nested_text() for each in parameters) + ">"
        super().__init__(text, driver_class, parameters, False)
        self.name, self.fields = name, fields
        self.has_udt = self.has_udt or name is not None

    def class_name(self):
        if self.name is None:
            return super().class_name()
        fields = (f"{field.encode().hex()}:{each.class_name()}" for field, each in zip(self.fields, self.parameters))
        return f"{PACKAGE}UserType(ks,{self.name.encode().hex()},{','.join(fields)})"

    def driver_value(self, value):
        return tuple(None if v is None else each.to_driver(v) for each, v in zip(self.parameters, value))

    def literal_of(self, value):
        parts = ["null" if v is None else each.literal(v) for each, v in zip(self.parameters, value)]
        if self.name is None:
            return "(" + ", ".join(parts) + ")"
        names = [field if field.islower() and field.isidentifier() else f'"{field}"' for field in self.fields]
        return "{" + ", ".join(f"{name}: {part}" for name, part in zip(names, parts)) + "}"


# -- Values ---------------------------------------------------------------------------------------------------------


def integers(bits):
    top = 1 << (bits - 1)
    edges = [0, 1, -1, 2, -2, 127, 128, -128, -129, 255, 256, 32767, 32768, -32768, -32769, 65535, 2**31 - 1, -(2**31)]
    return [n for n in dict.fromkeys(edges + [top - 1, -top, top - 2, 1 - top, top // 3]) if -top <= n < top]


def every_scalar():
    ids = random.Random(1)
    yield "ascii", ["", "a", "plain ASCII", "it's", "~!@#$%^&*()", " \x7f", "x" * 300]
    yield "text", ["", "a", "naïve", "Ωμέγα", "🚀🛸", "it''s", "line\u2028end", "\x00", "y" * 1000, "中文字符"]
    yield "bigint", integers(64)
    yield "int", integers(32)
    yield "smallint", integers(16)
    yield "tinyint", integers(8)
    yield "counter", [0, 1, -1, 2**63 - 1, -(2**63)]
    yield "blob", [b"", b"\x00", b"\xff", bytes(range(256)), b"\x80\x7f" * 100]
    yield "boolean", [True, False]
    doubles = [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 123456789.125]
    yield "double", [*doubles, 1e15, 1e16, 1e17, 100.0, 1e-5, 12345e-9, float("inf"), float("-inf"), float("nan"), 1 / 3]
    singles = [0.0, -0.0, 1.0, -2.5, 16777216.0, 1e10, 0.00001]
    exact = [struct.unpack(">f", bytes.fromhex(h))[0] for h in ("3dcccccd", "00000001", "7f7fffff", "00800000", "3eaaaaab")]
    yield "float", [*singles[:-1], *exact, float("inf"), float("-inf"), float("nan")]
    days = [0, 1, -1, 10957, 11016, 16436, 19675, -25508, -25509, -719162, 2932896]
    yield "date", days
    moments = [0, 1, -1, 999, 1000, -1000, 1700000000123, 951782400000, -62135596800000, 253402300799999, 1e12]
    yield "timestamp", [int(moment) for moment in moments]
    day = 24 * 3600 * 10**9
    yield "time", [0, 1, 999, 10**9, 3600 * 10**9, day - 1, 12345678901234]
    yield "duration", [
        (0, 0, 0), (1, 2, 3), (-1, -2, -3), (12, 0, 0), (0, 64, 0), (0, 63, 0), (0, -64, 0), (0, -65, 0), (0, 0, 2**63 - 1),
        (2**31 - 1, 2**31 - 1, 2**63 - 1), (-(2**31), -(2**31), -(2**63)), (0, 0, 3600 * 10**9), (14, 3, 14706007008009),
        (0, 8191, 0), (0, 8192, 0), (0, 0, 2**20), (0, 0, 2**27), (0, 0, 2**34), (0, 0, 2**41), (0, 0, 2**48), (0, 0, 2**55),
    ]  # fmt: skip
    powers = [n for bit in (7, 8, 15, 16, 31, 32, 63, 64, 127, 128, 255) for n in (2**bit - 1, 2**bit, -(2**bit), -(2**bit) - 1)]
    yield "varint", [0, 1, -1, *powers, 10**40, -(10**77)]
    yield "decimal", [
        Decimal(text)
        for text in (
            "0", "0.0", "0.000", "0E+5", "1", "-1", "1.0", "1.10", "-0.5", "123.456", "1E+3", "1.2E-10", "0.000001", "1E-7",
            "99999999999999999999.99999999999999999999", "-1E+2147483647", "12E-2147483647", "1E-2147483647", "255", "-2.55",
        )
    ]  # fmt: skip
    yield "inet", [
        "0.0.0.0", "127.0.0.1", "255.255.255.255", "192.0.2.33", "::", "::1", "2001:db8::1", "fe80::abcd:ef01:2345:6789",
        "1:2:3:4:5:6:7:8", "1:0:0:2:0:0:0:3", "ff02::", "0:1:0:1:0:1:0:1", "2001:db8:0:1:1:1:1:1",
    ]  # fmt: skip
    random_ids = [uuid.UUID(int=ids.getrandbits(128), version=4) for _ in range(6)]
    yield "uuid", [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), *random_ids]
    yield "timeuuid", [uuid.UUID(int=ids.getrandbits(128), version=1) for _ in range(8)]


SAMPLES = dict(every_scalar())


class Builder:
    """Makes up nested types and values of them, the same ones each time."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0

    def type(self, depth, key=False):
        kinds = ["scalar"] if depth == 0 else ["scalar", "list", "set", "map", "tuple", "vector"]
        kind = self.random.choice(kinds if depth < 2 else kinds[1:])
        if kind == "scalar":
            banned = {"counter", "duration"} if key else {"counter"}
            return SCALARS[self.random.choice([name for name in sorted(SCALARS) if name not in banned])]
        if kind == "list":
            return Listing("list", self.type(depth - 1, key))
        if kind == "set":
            return Listing("set", self.type(depth - 1, True))
        if kind == "map":
            return Mapping(self.type(depth - 1, True), self.type(depth - 1, key))
        if kind == "vector":
            return Listing("vector", self.type(depth - 1, key), self.random.randint(1, 4))
        return Tupling([self.type(depth - 1, key) for _ in range(self.random.randint(1, 4))])

    def value(self, kind):
        if isinstance(kind, Tupling):
            return tuple(None if self.random.random() < 0.15 else self.value(each) for each in kind.parameters)
        if isinstance(kind, Mapping):
            pairs = [tuple(self.value(each) for each in kind.parameters) for _ in range(self.random.randint(0, 3))]
            return list({kind.parameters[0].encode(key): (key, value) for key, value in pairs}.values())
        if isinstance(kind, Listing):
            fixed = kind.text.startswith("vector")
            n = int(kind.text.rsplit(" ", 1)[1][:-1]) if fixed else self.random.randint(0, 4)
            made = [self.value(kind.parameters[0]) for _ in range(n)]
            if kind.text.startswith("set"):
                made = list({kind.parameters[0].encode(each): each for each in made}.values())
            return made
        return self.random.choice([each for each in SAMPLES[kind.text] if not hasattr(each, "__len__") or len(each) < 50])


def user_types():
    street = Tupling([SCALARS["text"], SCALARS["int"]], "street", ("name", "number"))
    mixed = Tupling([street, Listing("list", street), SCALARS["uuid"]], "Mixed", ("home", "Others", "id"))
    some_id = SAMPLES["uuid"][3]
    yield street, ("Main", 5)
    yield street, (None, None)
    yield street, ("", None)
    yield mixed, (("a", 1), [("b", 2), (None, 3)], some_id)
    yield mixed, (None, [], None)
    yield mixed, (("x", None), None, some_id)
    yield Tupling([street, SCALARS["int"]]), (("in a tuple", 1), 2)


def value_lines():
    for name, values in SAMPLES.items():
        for value in values:
            yield SCALARS[name], value
    fixed = [
        ("list", "int", [[], [1], [1, -2, 3]]),
        ("set", "text", [[], ["a", "b"]]),
        ("list", "boolean", [[True, False, True]]),
    ]
    for name, element, values in fixed:
        for value in values:
            yield Listing(name, SCALARS[element]), value
    for name in ("boolean", "tinyint", "smallint", "int", "bigint", "float", "double", "timestamp", "date", "time", "uuid"):
        yield Listing("vector", SCALARS[name], 2), SAMPLES[name][:2]
    yield Listing("vector", SCALARS["text"], 2), ["", "z" * 200]
    yield Listing("vector", SCALARS["float"], 1536), [float(n % 7) for n in range(1536)]
    yield Listing("vector", SCALARS["varint"], 1), [2**64]
    yield from user_types()
    builder = Builder(2)
    for _ in range(150):
        kind = builder.type(builder.random.choice((1, 1, 2, 2, 3)))
        if isinstance(kind, Compound):
            yield kind, builder.value(kind)


def values():
    lines = ["# Made by tools/make_vectors.py; do not edit.", "# type, body, literal"]
    for kind, value in value_lines():
        literal = kind.literal(value).replace("\\", "\\\\").replace("\0", "\\0")
        lines.append(f"{kind.written}\t{kind.encode(value).hex()}\t{literal}")
    return lines


# -- Tokens ---------------------------------------------------------------------------------------------------------

MASK = 2**64 - 1


def unmix(value, first, second, rotation):
    """Takes back one step of Murmur3: value = rotate(k * first, rotation) * second."""
    value = value * pow(second, -1, 2**64) & MASK
    value = (value >> rotation | value << (64 - rotation)) & MASK
    return value * pow(first, -1, 2**64) & MASK


def unfinish(value):
    """Takes back the finalisation of Murmur3; a shift by 33 is undone by doing it again."""
    value ^= value >> 33
    value = value * pow(0xC4CEB9FE1A85EC53, -1, 2**64) & MASK
    value ^= value >> 33
    value = value * pow(0xFF51AFD7ED558CCD, -1, 2**64) & MASK
    return value ^ value >> 33


def key_of_hash(wanted, other):
    """A key of sixteen bytes whose hash is `wanted`, one for each `other`."""
    last1, last2 = unfinish((wanted - other) & MASK), unfinish(other)
    h2 = (last2 - last1) & MASK
    h1 = (last1 - h2) & MASK
    h1, h2 = h1 ^ 16, h2 ^ 16
    h2 = ((h2 - 0x38495AB5) * pow(5, -1, 2**64) - h1) & MASK
    h2 = (h2 >> 31 | h2 << 33) & MASK
    h1 = (h1 - 0x52DCE729) * pow(5, -1, 2**64) & MASK
    h1 = (h1 >> 27 | h1 << 37) & MASK
    first, second = 0x87C37B91114253D5, 0x4CF5AD432745937F
    return struct.pack("<QQ", unmix(h1, first, second, 31), unmix(h2, second, first, 33))


def token_keys():
    maker = random.Random(3)
    for n in range(0, 101):
        yield [maker.randbytes(n)]
    for n in range(1, 33):
        yield [b"\xff" * n]
        yield [b"\x80" + b"\x00" * (n - 1)]
    for wanted in (-(2**63), 2**63 - 1, 0, -1, 1, -(2**63) + 1):
        for other in (0, 12345678901234567890):
            yield [key_of_hash(wanted & MASK, other)]
    for text in ("", "a", "hello", "naïve", "🚀", "the quick brown fox jumps over the lazy dog"):
        yield [text.encode()]
    for kind in ("int", "bigint", "uuid", "timestamp", "double"):
        for value in SAMPLES[kind][:6]:
            yield [SCALARS[kind].encode(value)]
    for _ in range(40):
        yield [maker.randbytes(maker.choice((0, 1, 4, 8, 16, 33))) for _ in range(maker.randint(2, 5))]
    yield [maker.randbytes(300), maker.randbytes(1000)]


def tokens():
    lines = ["# Made by tools/make_vectors.py; do not edit.", "# components, key, token"]
    for components in token_keys():
        statement = SimpleStatement("")
        statement.routing_key = components
        key = statement.routing_key
        token = Murmur3Token.from_key(key).value
        lines.append(f"{','.join(each.hex() for each in components)}\t{key.hex()}\t{token}")
    return lines


# -- Replicas -------------------------------------------------------------------------------------------------------


class Host:
    def __init__(self, index, datacenter, rack):
        self.index, self.datacenter, self.rack = index, datacenter, rack


def replicas():
    lines = ["# Made by tools/make_vectors.py; do not edit.", "# nodes, tokens, replication, token, replicas"]
    maker = random.Random(4)
    for _ in range(40):
        racks, count = maker.randint(1, 4), maker.randint(1, 9)
        hosts = [Host(i, f"dc{maker.randint(1, 2)}", f"r{maker.randint(1, racks)}") for i in range(count)]
        owners = {Murmur3Token(maker.randint(-(2**63) + 1, 2**63 - 1)): maker.choice(hosts) for _ in range(count * 3)}
        ring = sorted(owners)
        simple = maker.randint(1, 5)
        factors = {"dc1": maker.randint(1, 4), "dc2": maker.randint(0, 4)}
        strategies = [
            (f"simple={simple}", SimpleStrategy({"replication_factor": str(simple)})),
            (",".join(f"{name}={n}" for name, n in factors.items()), NetworkTopologyStrategy(factors)),
        ]
        for text, strategy in strategies:
            placed = strategy.make_token_replica_map(owners, ring)
            for token in maker.sample(ring, min(2, len(ring))):
                found = sorted({host.index for host in placed[token]})
                members = " ".join(f"{host.datacenter}/{host.rack}" for host in hosts)
                entries = " ".join(f"{each.value}:{owners[each].index}" for each in ring)
                lines.append(f"{members}\t{entries}\t{text}\t{token.value}\t{' '.join(map(str, found))}")
    return lines


def main(arguments):
    if arguments not in ([], ["--check"]):
        print(__doc__)
        return 2
    stale = 0
    for make in (values, tokens, replicas):
        path, lines = VECTORS / f"{make.__name__}.txt", make()
        text = "\n".join(lines) + "\n"
        if arguments == ["--check"]:
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                print(f"Error: {path.name} is stale\nWhy: the generator changed\nFix: tools/make_vectors.py")
                stale = 1
        else:
            VECTORS.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{path.name}: {len(lines) - 2} lines")
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
