#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ScyllaDB's Python driver on the mock server: prints what it sees, as `fact NAME VALUE`.

    scylla_python.py HOST PORT KEYS        scylla_smoke.py runs it, and holds the facts against the server's record
"""

import sys
import time

from cassandra import ConsistencyLevel, RateLimitReached
from cassandra.cluster import EXEC_PROFILE_DEFAULT, Cluster, ExecutionProfile
from cassandra.policies import RoundRobinPolicy, TokenAwarePolicy


def fact(name, value):
    print(f"fact {name} {value}", flush=True)


def connect(host, port):
    profile = ExecutionProfile(
        load_balancing_policy=TokenAwarePolicy(RoundRobinPolicy()), consistency_level=ConsistencyLevel.LOCAL_ONE
    )
    cluster = Cluster([host], port=port, protocol_version=4, execution_profiles={EXEC_PROFILE_DEFAULT: profile})
    return cluster, cluster.connect()


def wait_for_shards(cluster):
    """The connections are opened in the background."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        stats = list((cluster.shard_aware_stats() or {}).values())
        if len(stats) == 3 and all(each["connected"] == each["shards_count"] for each in stats):
            return stats
        time.sleep(0.1)
    return stats


def create(session):
    for keyspace in ("ring", "tab"):
        session.execute(
            f"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 2}}"
        )
        session.execute(f"CREATE TABLE {keyspace}.t (k int PRIMARY KEY, v int)")
    session.execute("CREATE TABLE ring.limited (k int PRIMARY KEY, v int)")
    session.execute("CREATE TABLE ring.m (k int PRIMARY KEY, v int)")


def read_all(session, text, keys):
    statement = session.prepare(text)
    for key in range(keys):
        session.execute(statement, (key,))


def rate_limit(session):
    try:
        session.execute(session.prepare("INSERT INTO ring.limited (k, v) VALUES (?, 1)"), (1,))
        return "none"
    except RateLimitReached as error:
        return f"{error.op_type.name.lower()} {'coordinator' if error.rejected_by_coordinator else 'replica'}"


def metadata_change(session, host, port):
    """The columns that a statement gives after another client has altered the table and prepared it again."""
    text = "SELECT * FROM ring.m WHERE k = ?"
    session.execute("INSERT INTO ring.m (k, v) VALUES (1, 2)")
    statement = session.prepare(text)
    before = ",".join(session.execute(statement, (1,)).column_names)
    other_cluster, other = connect(host, port)
    other.execute("ALTER TABLE ring.m ADD w int")
    other.prepare(text)
    other_cluster.shutdown()
    result = session.execute(statement, (1,))
    row = result.one()
    return f"{before} {','.join(result.column_names)} {row.k},{row.v},{row.w}"


def main():
    host, port, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    cluster, session = connect(host, port)
    stats = wait_for_shards(cluster)
    fact("nodes", len(stats))
    fact("shards", " ".join(sorted({str(each["shards_count"]) for each in stats})))
    fact("connections", sum(each["connected"] for each in stats))
    create(session)
    read_all(session, "SELECT v FROM ring.t WHERE k = ?", keys)
    read_all(session, "SELECT v FROM tab.t WHERE k = ?", keys)
    time.sleep(0.3)
    read_all(session, "SELECT k, v FROM tab.t WHERE k = ?", keys)
    marked = session.prepare("UPDATE ring.t SET v = ? WHERE k = ? IF v = ?").is_lwt()
    plain = session.prepare("UPDATE ring.t SET v = ? WHERE k = ?").is_lwt()
    fact("lwt", f"{marked} {plain}".lower())
    fact("rate_limit", rate_limit(session))
    fact("metadata", metadata_change(session, host, port))
    cluster.shutdown()


if __name__ == "__main__":
    main()
