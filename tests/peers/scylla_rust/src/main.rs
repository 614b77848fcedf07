// SPDX-License-Identifier: MIT
//! ScyllaDB's Rust driver on the mock server: prints what it sees, as `fact NAME VALUE`.
//!
//!     scylla_rust HOST PORT KEYS     scylla_smoke.py runs it, and holds the facts against the server's record

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::errors::{DbError, ExecutionError, OperationType, RequestAttemptError};
use scylla::statement::Consistency;
use scylla::value::Row;

type Failure = Box<dyn std::error::Error + Send + Sync>;

fn fact(name: &str, value: impl std::fmt::Display) {
    println!("fact {name} {value}");
}

async fn connect(address: &str) -> Result<Session, Failure> {
    let profile = ExecutionProfile::builder().consistency(Consistency::LocalOne).build();
    Ok(SessionBuilder::new()
        .known_node(address)
        .default_execution_profile_handle(profile.into_handle())
        .build()
        .await?)
}

/// What the nodes say of their shards. The connections are opened in the background.
async fn report_shards(session: &Session) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let nodes = session.get_cluster_state();
        let shards: Vec<u16> = nodes
            .get_nodes_info()
            .iter()
            .map(|node| node.sharder().map_or(0, |sharder| sharder.nr_shards.get()))
            .collect();
        let wanted: u64 = shards.iter().map(|count| u64::from(*count)).sum();
        let connections = session.get_metrics().get_total_connections();
        if (connections >= wanted && shards.iter().all(|count| *count != 0)) || Instant::now() > until {
            let counts: BTreeSet<String> = shards.iter().map(u16::to_string).collect();
            fact("nodes", shards.len());
            fact("shards", counts.into_iter().collect::<Vec<_>>().join(" "));
            fact("connections", connections.min(wanted));
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn create(session: &Session) -> Result<(), Failure> {
    for keyspace in ["ring", "tab"] {
        let replication = "{'class': 'SimpleStrategy', 'replication_factor': 2}";
        session
            .query_unpaged(format!("CREATE KEYSPACE {keyspace} WITH replication = {replication}"), &[])
            .await?;
        session.query_unpaged(format!("CREATE TABLE {keyspace}.t (k int PRIMARY KEY, v int)"), &[]).await?;
    }
    for table in ["limited", "m"] {
        session.query_unpaged(format!("CREATE TABLE ring.{table} (k int PRIMARY KEY, v int)"), &[]).await?;
    }
    session.refresh_metadata().await?;
    Ok(())
}

async fn read_all(session: &Session, text: &str, keys: i32) -> Result<(), Failure> {
    let statement = session.prepare(text).await?;
    for key in 0..keys {
        session.execute_unpaged(&statement, (key,)).await?;
    }
    Ok(())
}

async fn rate_limit(session: &Session) -> Result<String, Failure> {
    let insert = session.prepare("INSERT INTO ring.limited (k, v) VALUES (?, 1)").await?;
    match session.execute_unpaged(&insert, (1,)).await {
        Err(ExecutionError::LastAttemptError(RequestAttemptError::DbError(
            DbError::RateLimitReached { op_type, rejected_by_coordinator },
            _,
        ))) => {
            let operation = match op_type {
                OperationType::Write => "write",
                OperationType::Read => "read",
                _ => "other",
            };
            Ok(format!("{operation} {}", if rejected_by_coordinator { "coordinator" } else { "replica" }))
        }
        other => Ok(format!("{other:?}")),
    }
}

/// The columns that a statement gives after another client has altered the table and prepared it again.
async fn metadata_change(session: &Session, address: &str) -> Result<String, Failure> {
    let text = "SELECT * FROM ring.m WHERE k = ?";
    session.query_unpaged("INSERT INTO ring.m (k, v) VALUES (1, 2)", &[]).await?;
    let statement = session.prepare(text).await?;
    let before = columns(&session.execute_unpaged(&statement, (1,)).await?.into_rows_result()?);
    let other = connect(address).await?;
    other.query_unpaged("ALTER TABLE ring.m ADD w int", &[]).await?;
    other.prepare(text).await?;
    let result = session.execute_unpaged(&statement, (1,)).await?.into_rows_result()?;
    let row: Row = result.single_row()?;
    let cells: Vec<String> = row
        .columns
        .iter()
        .map(|cell| cell.as_ref().and_then(|value| value.as_int()).map_or("None".into(), |n| n.to_string()))
        .collect();
    Ok(format!("{before} {} {}", columns(&result), cells.join(",")))
}

fn columns(result: &scylla::response::query_result::QueryRowsResult) -> String {
    let names: Vec<&str> = result.column_specs().iter().map(|column| column.name()).collect();
    names.join(",")
}

async fn run(address: &str, keys: i32) -> Result<(), Failure> {
    let session = connect(address).await?;
    report_shards(&session).await;
    create(&session).await?;
    read_all(&session, "SELECT v FROM ring.t WHERE k = ?", keys).await?;
    read_all(&session, "SELECT v FROM tab.t WHERE k = ?", keys).await?;
    tokio::time::sleep(Duration::from_millis(300)).await; // tablets are learnt in the background
    read_all(&session, "SELECT k, v FROM tab.t WHERE k = ?", keys).await?;
    let marked = session.prepare("UPDATE ring.t SET v = ? WHERE k = ? IF v = ?").await?;
    let plain = session.prepare("UPDATE ring.t SET v = ? WHERE k = ?").await?;
    fact("lwt", format!("{} {}", marked.is_confirmed_lwt(), plain.is_confirmed_lwt()));
    fact("rate_limit", rate_limit(&session).await?);
    fact("metadata", metadata_change(&session, address).await?);
    Ok(())
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, host, port, keys] = arguments.as_slice() else {
        return Err("usage: scylla_rust HOST PORT KEYS".into());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&format!("{host}:{port}"), keys.parse()?))
}
