#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A driver that is not ours on the mock server: Apache's Python driver connects, writes and reads.

    tests/peers/python_smoke.py --program build/coodie-mock      starts the program and tests it
    tests/peers/python_smoke.py --port P [--host H]              tests a server that runs already
    ... --against HOST:PORT                                      also asks a real Cassandra, and compares

The driver is installed with pip into a folder of its own when it can't be imported. Prints the Test Anything
Protocol; the exit code tells whether all passed.
"""

import argparse
import datetime
import decimal
import os
import re
import signal
import subprocess
import sys
import uuid

from peer_tools import Tap, python_with, start_program

DRIVER = "cassandra-driver"
KEYSPACE = "mockdiff_smoke"


def skip(reason):
    print(f"ok 1 - the Python driver # SKIP {reason}\n1..1")
    sys.exit(0)


def use_driver():
    """Imports the driver, or runs this program again where it is installed."""
    try:
        import cassandra.cluster  # noqa: F401
    except ImportError:
        if os.environ.get("COODIE_SMOKE_AGAIN"):
            sys.exit(f"Error: {DRIVER} can't be imported\nWhy: its folder is broken\nFix: remove {sys.prefix}")
        python, reason = python_with(DRIVER)
        if python is None:
            skip(reason)
        os.environ["COODIE_SMOKE_AGAIN"] = "1"
        os.execv(python, [python, *sys.argv])


class Server:
    """A session of the driver on one server."""

    def __init__(self, host, port, **options):
        from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
        from cassandra.policies import RoundRobinPolicy

        profile = ExecutionProfile(load_balancing_policy=RoundRobinPolicy(), request_timeout=30)
        self.cluster = Cluster([host], port=port, execution_profiles={EXEC_PROFILE_DEFAULT: profile}, **options)
        self.session = self.cluster.connect()

    def reset(self):
        self.session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
        self.session.execute(
            f"CREATE KEYSPACE {KEYSPACE} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}"
        )
        self.session.set_keyspace(KEYSPACE)

    def close(self):
        self.session.execute(f"DROP KEYSPACE IF EXISTS {KEYSPACE}")
        self.cluster.shutdown()


# Each test takes a server and returns what two servers have to agree on. What it asserts holds on each.


def tables(server):
    session = server.session
    session.execute("CREATE TYPE address (street text, number int)")
    session.execute(
        "CREATE TABLE everything (k int PRIMARY KEY, a ascii, b bigint, c blob, d boolean, e decimal, f double, "
        "g float, h inet, i smallint, j tinyint, l list<int>, m map<text, int>, n set<text>, o time, p timestamp, "
        "q timeuuid, r tuple<int, text>, s frozen<address>, t uuid, u varint, v vector<float, 3>, w date, x duration)"
    )
    session.execute(
        "CREATE TABLE posts (author text, id int, title text, views int, lead text static, "
        "PRIMARY KEY (author, id)) WITH CLUSTERING ORDER BY (id DESC)"
    )
    session.execute("CREATE TABLE hits (page text PRIMARY KEY, n counter)")
    session.execute("CREATE INDEX posts_by_title ON posts (title)")
    meta = server.cluster.metadata.keyspaces[KEYSPACE]
    assert sorted(meta.tables) == ["everything", "hits", "posts"]
    posts = meta.tables["posts"]
    assert [column.name for column in posts.partition_key] == ["author"]
    assert [column.name for column in posts.clustering_key] == ["id"]
    assert posts.columns["lead"].is_static
    assert "posts_by_title" in posts.indexes
    assert meta.user_types["address"].field_names == ["street", "number"]
    return [(column.name, column.cql_type) for column in meta.tables["everything"].columns.values()]


def every_type(server):
    from cassandra.util import Date, Duration, Time

    session = server.session
    names = "k a b c d e f g h i j l m n o p q r s t u v w x".split()
    values = [
        1, "ascii", 2**40, b"\x00\xff", True, decimal.Decimal("-1.50"), 1.5, 0.5, "10.0.0.1", -5, 7, [3, 1, 2],
        {"b": 2, "a": 1}, {"y", "x"}, Time(3600 * 10**9 + 5), datetime.datetime(2024, 2, 29, 12, 30),
        uuid.UUID("023e4567-e89b-12d4-a456-426614174000"), (5, "five"), ("street", 9),
        uuid.UUID("123e4567-e89b-42d3-a456-426614174000"), -(2**80), [1.0, 2.0, 3.0], Date("2020-02-29"),
        Duration(1, 2, 3),
    ]  # fmt: skip
    insert = session.prepare(
        f"INSERT INTO everything ({', '.join(names)}) VALUES ({', '.join('?' for _ in names)})"
    )
    session.execute(insert, values)
    row = session.execute("SELECT * FROM everything WHERE k = 1").one()
    for name, value in zip(names, values):
        got = getattr(row, name)
        same = sorted(got) == sorted(value) if name == "n" else dict(got) == value if name == "m" else None
        if name == "s":
            same = (got.street, got.number) == value
        if name == "l" or name == "v":
            same = list(got) == value
        assert same if same is not None else got == value, f"{name}: {got!r} is not {value!r}"
    session.execute(insert, [2] + [None] * (len(names) - 1))
    return [repr(row) for row in session.execute("SELECT * FROM everything")]


def prepared(server):
    session = server.session
    insert = session.prepare("INSERT INTO posts (author, id, title, views) VALUES (?, ?, ?, ?)")
    assert insert.routing_key_indexes == [0]
    for author in ("ann", "bob", "eve"):
        for number in range(1, 8):
            session.execute(insert, (author, number, f"{author} {number}", number * 10))
    update = session.prepare("UPDATE posts USING TTL ? SET views = :v WHERE author = ? AND id = :id")
    session.execute(update, (1000, 99, "ann", 3))
    select = session.prepare("SELECT id, views FROM posts WHERE author = ? AND id > ? LIMIT ?")
    rows = [tuple(row) for row in session.execute(select, ("ann", 2, 3))]
    assert rows == [(7, 70), (6, 60), (5, 50)], rows
    return rows, [column.name for column in update.column_metadata]


def unset_values(server):
    from cassandra.query import UNSET_VALUE

    session = server.session
    insert = session.prepare("INSERT INTO posts (author, id, title, views) VALUES (?, ?, ?, ?)")
    session.execute(insert, ("ann", 1, UNSET_VALUE, None))
    row = session.execute("SELECT title, views FROM posts WHERE author = 'ann' AND id = 1").one()
    assert tuple(row) == ("ann 1", None), row
    return tuple(row)


def pages(server):
    from cassandra.query import SimpleStatement

    session, seen = server.session, []
    for size in (1, 2, 5, 7, 21, 22, 1000):
        result = session.execute(SimpleStatement("SELECT author, id FROM posts", fetch_size=size))
        rows = [tuple(row) for row in result]
        assert len(rows) == 21, len(rows)
        seen.append(rows)
    assert all(rows == seen[0] for rows in seen)
    result = session.execute(SimpleStatement("SELECT id FROM posts WHERE author = 'bob'", fetch_size=3))
    state = result.paging_state
    rest = session.execute(
        SimpleStatement("SELECT id FROM posts WHERE author = 'bob'", fetch_size=100), paging_state=state
    )
    assert [row.id for row in rest] == [4, 3, 2, 1]
    return seen[0]


def batches(server):
    from cassandra.query import BatchStatement, BatchType, SimpleStatement

    session = server.session
    insert = session.prepare("INSERT INTO posts (author, id, title) VALUES (?, ?, ?)")
    batch = BatchStatement(BatchType.LOGGED)
    batch.add(insert, ("zoe", 1, "one"))
    batch.add(SimpleStatement("INSERT INTO posts (author, id, title) VALUES ('zoe', 2, 'two')"))
    batch.add(SimpleStatement("UPDATE posts SET lead = %s WHERE author = %s"), ("first", "zoe"))
    session.execute(batch)
    counters = BatchStatement(BatchType.COUNTER)
    counters.add(SimpleStatement("UPDATE hits SET n = n + 5 WHERE page = 'a'"))
    counters.add(SimpleStatement("UPDATE hits SET n = n - 2 WHERE page = 'a'"))
    session.execute(counters)
    assert session.execute("SELECT n FROM hits").one().n == 3
    return [tuple(row) for row in session.execute("SELECT id, title, lead FROM posts WHERE author = 'zoe'")]


def conditions(server):
    from cassandra.query import BatchStatement, SimpleStatement

    session = server.session
    first = session.execute("INSERT INTO posts (author, id, title) VALUES ('lwt', 1, 'a') IF NOT EXISTS")
    again = session.execute("INSERT INTO posts (author, id, title) VALUES ('lwt', 1, 'b') IF NOT EXISTS")
    assert first.was_applied and not again.was_applied
    update = session.prepare("UPDATE posts SET views = ? WHERE author = ? AND id = ? IF title = ?")
    refused = session.execute(update, (1, "lwt", 1, "x"))
    assert not refused.was_applied and refused.one().title == "a"
    assert session.execute(update, (1, "lwt", 1, "a")).was_applied
    batch = BatchStatement()
    batch.add(SimpleStatement("UPDATE posts SET views = 2 WHERE author = 'lwt' AND id = 1 IF views = 1"))
    batch.add(SimpleStatement("INSERT INTO posts (author, id, title) VALUES ('lwt', 2, 'b') IF NOT EXISTS"))
    assert session.execute(batch).was_applied
    missing = session.execute("DELETE FROM posts WHERE author = 'lwt' AND id = 9 IF EXISTS")
    assert not missing.was_applied
    return [tuple(row) for row in session.execute("SELECT id, title, views FROM posts WHERE author = 'lwt'")]


def queries(server):
    session = server.session
    answers = []
    for text in (
        "SELECT id FROM posts WHERE author = 'eve' AND id IN (1, 7, 3)",
        "SELECT id FROM posts WHERE author = 'eve' ORDER BY id ASC LIMIT 2",
        "SELECT author, id FROM posts WHERE title = 'bob 4'",
        "SELECT count(*), min(id), max(id), sum(views), avg(views) FROM posts WHERE author = 'eve'",
        "SELECT DISTINCT author, lead FROM posts",
        "SELECT id FROM posts WHERE views > 50 AND author = 'eve' ALLOW FILTERING",
        "SELECT token(author), id FROM posts WHERE token(author) >= token('bob') PER PARTITION LIMIT 1",
    ):
        answers.append([tuple(row) for row in session.execute(text)])
    return answers


def errors(server):
    seen = []
    for text in (
        "SELEC", "SELECT * FROM nowhere", "SELECT * FROM posts WHERE views = 1", "SELECT nothing FROM posts",
        "INSERT INTO posts (author) VALUES ('x')", "CREATE TABLE posts (k int PRIMARY KEY)",
        "CREATE TABLE x (k int PRIMARY KEY) WITH gc_grace_seconds = -1", "DROP TABLE nothing",
        "UPDATE posts SET views = 'x' WHERE author = 'a' AND id = 1", "USE nowhere",
    ):  # fmt: skip
        try:
            server.session.execute(text)
            assert False, f"{text} is accepted"
        except AssertionError:
            raise
        except Exception as error:  # noqa: BLE001  the driver has a type for each
            code = re.search(r"code=([0-9a-f]{4})", str(error))
            seen.append((type(error).__name__, code.group(1) if code else ""))
    return seen


def schema_changes(server):
    session = server.session
    select = session.prepare("SELECT * FROM posts WHERE author = ?")
    session.execute("ALTER TABLE posts ADD note text")
    session.execute("UPDATE posts SET note = 'n' WHERE author = 'zoe' AND id = 1")
    rows = session.execute(select, ("zoe",))  # prepared again by the driver
    assert "note" in rows.column_names, rows.column_names
    session.execute("ALTER TABLE posts DROP note")
    session.execute("DROP INDEX posts_by_title")
    session.execute("TRUNCATE hits")
    assert session.execute("SELECT * FROM hits").one() is None
    session.execute("DROP TABLE hits")
    assert "hits" not in server.cluster.metadata.keyspaces[KEYSPACE].tables
    return True


def many_requests(server):
    from cassandra.concurrent import execute_concurrent_with_args

    session = server.session
    session.execute("CREATE TABLE many (k int PRIMARY KEY, v text)")
    insert = session.prepare("INSERT INTO many (k, v) VALUES (?, ?)")
    results = execute_concurrent_with_args(session, insert, [(i, "x" * (i % 50)) for i in range(1000)], concurrency=50)
    assert all(success for success, _ in results)
    assert session.execute("SELECT count(*) FROM many").one().count == 1000
    return sum(len(row.v) for row in session.execute("SELECT v FROM many"))


TESTS = [
    tables, every_type, prepared, unset_values, pages, batches, conditions, queries, errors, schema_changes,
    many_requests,
]  # fmt: skip


def run_tests(tap, server, peer):
    for each in (server, peer):
        if each is not None:
            each.reset()
    for test in TESTS:
        try:
            ours = test(server)
            if peer is not None:
                theirs = test(peer)
                assert ours == theirs, f"mock      {ours}\nCassandra {theirs}"
            tap.test(test.__name__, True)
        except Exception as error:  # noqa: BLE001
            tap.test(test.__name__, False, f"{type(error).__name__}: {error}")


def check_options(tap, program):
    """What the program says to wrong arguments, and that it ends when it is told."""
    for arguments in (["--port"], ["--port", "70000"], ["--nodes", "0"], ["--what"], ["--password", "x"]):
        result = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=10)
        ok = result.returncode == 2 and result.stderr.startswith("Error: ") and "\nFix: " in result.stderr
        tap.test(f"coodie-mock {' '.join(arguments)} is refused", ok, f"{result.returncode} {result.stderr}")
    for number in (signal.SIGINT, signal.SIGTERM):
        running, _ = start_program(program, "--shards", "2")
        running.send_signal(number)
        tap.test(f"coodie-mock ends at {number.name}", running.wait(timeout=10) == 0)


def check_password(tap, program):
    from cassandra.auth import PlainTextAuthProvider
    from cassandra.cluster import NoHostAvailable

    running, port = start_program(program, "--user", "ann", "--password", "secret")
    try:
        for password, right in (("secret", True), ("wrong", False)):
            try:
                Server("127.0.0.1", port, auth_provider=PlainTextAuthProvider("ann", password)).cluster.shutdown()
                accepted = True
            except NoHostAvailable:
                accepted = False
            tap.test(f"a {'right' if right else 'wrong'} password", accepted == right)
    finally:
        running.terminate()
        running.wait(timeout=10)


def main():
    reader = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    reader.add_argument("--program", help="path of coodie-mock")
    reader.add_argument("--host", default="127.0.0.1")
    reader.add_argument("--port", type=int)
    reader.add_argument("--against", help="HOST:PORT of a real Cassandra")
    options = reader.parse_args()
    if (options.program is None) == (options.port is None):
        sys.exit("Error: nothing to test\nFix: give either --program or --port; see --help")
    use_driver()
    running, port, tap = None, options.port, Tap()
    try:
        if options.program:
            check_options(tap, options.program)
            check_password(tap, options.program)
            running, port = start_program(options.program, "--nodes", "3")
        server = Server(options.host, port)
        peer = None
        if options.against:
            host, _, peer_port = options.against.rpartition(":")
            peer = Server(host, int(peer_port), protocol_version=4)
        run_tests(tap, server, peer)
        for each in (server, peer):
            if each is not None:
                each.close()
    finally:
        if running is not None:
            running.terminate()
            running.wait(timeout=10)
    return tap.end()


if __name__ == "__main__":
    sys.exit(main())
