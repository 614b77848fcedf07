// SPDX-License-Identifier: MIT
//! ScyllaDB's Rust driver, with the modes and the output line of coodie-bench.
//!
//!     peer_rust HOST PORT read|write|page|sync|connect|idle|route REQUESTS IN_FLIGHT [--borrowed] [--loops N]
//!               [--once]
//!
//! --loops N has tokio's multi_thread runtime with so many threads. route hashes a key and looks for the first of
//! its replicas, as replica-bench does.
//!
//! What makes it comparable: one thread (tokio's current_thread runtime), one connection, prepared statements,
//! LOCAL_QUORUM, monotonic client timestamps, a timeout of 10 s, the metadata of rows not sent again, no
//! compression, token-aware routing. Everything else is the driver's default.

mod allocation_count;
mod measurement;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::{Duration, Instant};

use measurement::{Arguments, IdSequence, Mode, Observations};
use scylla::client::execution_profile::ExecutionProfile;
use scylla::client::session::Session;
use scylla::client::session_builder::SessionBuilder;
use scylla::client::PoolSize;
use scylla::frame::response::result::TableSpec;
use scylla::policies::timestamp_generator::MonotonicTimestampGenerator;
use scylla::response::PagingState;
use scylla::statement::prepared::PreparedStatement;
use scylla::statement::Consistency;
use scylla::value::CqlTimestamp;
use scylla::DeserializeRow;
use tokio::runtime::Runtime;
use uuid::Uuid;

#[global_allocator]
static ALLOCATOR: allocation_count::CountingAllocator = allocation_count::CountingAllocator;

const INSERT: &str =
    "INSERT INTO bench.users (id, name, email, age, score, created) VALUES (?, ?, ?, ?, ?, ?)";
const SELECT: &str = "SELECT id, name, email, age, score, created FROM bench.users";

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(DeserializeRow)]
#[allow(dead_code)]
struct User {
    id: Uuid,
    name: String,
    email: String,
    age: i32,
    score: f64,
    created: CqlTimestamp,
}

#[derive(DeserializeRow)]
#[allow(dead_code)]
struct BorrowedUser<'frame> {
    id: Uuid,
    name: &'frame str,
    email: &'frame str,
    age: i32,
    score: f64,
    created: CqlTimestamp,
}

struct Client {
    session: Session,
    statement: PreparedStatement,
}

impl Client {
    async fn open(what: &Arguments) -> Result<Session, Failure> {
        let profile = ExecutionProfile::builder()
            .consistency(Consistency::LocalQuorum)
            .request_timeout(Some(Duration::from_secs(10)))
            .build();
        let heartbeat = match what.mode {
            Mode::Idle => Duration::from_millis(what.requests * 500), // as often as in a minute
            _ => Duration::from_secs(30),
        };
        let session = SessionBuilder::new()
            .keepalive_interval(heartbeat)
            .known_node(format!("{}:{}", what.host, what.port))
            .default_execution_profile_handle(profile.into_handle())
            .timestamp_generator(Arc::new(MonotonicTimestampGenerator::new()))
            .pool_size(PoolSize::PerHost(1.try_into()?))
            .build()
            .await?;
        Ok(session)
    }

    async fn connect(what: &Arguments) -> Result<Client, Failure> {
        let session = Client::open(what).await?;
        let text = match what.mode {
            Mode::Write => INSERT.to_owned(),
            Mode::Page => SELECT.to_owned(),
            _ => format!("{SELECT} WHERE id = ?"),
        };
        let mut statement = session.prepare(text).await?;
        statement.set_page_size(5000);
        statement.set_use_cached_result_metadata(true);
        statement.set_is_idempotent(true);
        Ok(Client { session, statement })
    }

    /// One request; returns the number of rows.
    async fn request(&self, mode: Mode, borrowed: bool, id: Uuid) -> Result<u64, Failure> {
        match mode {
            Mode::Write => self.write(id).await,
            Mode::Page => self.page(borrowed).await,
            _ => self.read(borrowed, id).await,
        }
    }

    async fn read(&self, borrowed: bool, id: Uuid) -> Result<u64, Failure> {
        let result = self.session.execute_unpaged(&self.statement, (id,)).await?;
        let rows = result.into_rows_result()?;
        if borrowed {
            std::hint::black_box(rows.first_row::<BorrowedUser>()?);
        } else {
            std::hint::black_box(rows.first_row::<User>()?);
        }
        Ok(1)
    }

    async fn write(&self, id: Uuid) -> Result<u64, Failure> {
        let created = CqlTimestamp(1_700_000_000_000);
        let values = (id, "Alice Liddell", "alice@wonderland.example", 7i32, 0.5f64, created);
        self.session.execute_unpaged(&self.statement, values).await?;
        Ok(0)
    }

    async fn page(&self, borrowed: bool) -> Result<u64, Failure> {
        let start = PagingState::start();
        let (result, _) = self.session.execute_single_page(&self.statement, (), start).await?;
        let rows = result.into_rows_result()?;
        let mut count = 0;
        if borrowed {
            for row in rows.rows::<BorrowedUser>()? {
                std::hint::black_box(row?);
                count += 1;
            }
        } else {
            let users: Vec<User> = rows.rows::<User>()?.collect::<Result<_, _>>()?;
            count += std::hint::black_box(users).len() as u64;
        }
        Ok(count)
    }
}

/// Makes sessions, and drops them.
fn run_connecting(
    runtime: &Runtime,
    what: &Arguments,
    times: u64,
    seen: &mut Observations,
) -> Result<(), Failure> {
    for _ in 0..times {
        let began = Instant::now();
        let session = runtime.block_on(Client::open(what))?;
        seen.add_latency(began.elapsed());
        drop(session);
    }
    Ok(())
}

fn run_routing(client: &Client, lookups: u64) -> Result<(), Failure> {
    let state = client.session.get_cluster_state();
    let strategy = &state.get_keyspace("bench").ok_or("there is no keyspace bench")?.strategy;
    let table = TableSpec::borrowed("bench", "users");
    let mut ids = IdSequence::new(0);
    for _ in 0..lookups {
        let token = client.statement.calculate_token(&(ids.next_uuid(),))?.ok_or("no token")?;
        let replicas = state.replica_locator().replicas_for_token(token, strategy, None, &table);
        std::hint::black_box(replicas.into_iter().next());
    }
    Ok(())
}

/// IN_FLIGHT tasks; each takes the next number, asks, and begins again.
async fn run_pipelined(
    client: &Arc<Client>,
    what: &Arguments,
    requests: u64,
    seen: &mut Observations,
) -> Result<(), Failure> {
    let next = Arc::new(AtomicU64::new(0));
    let mut tasks = Vec::new();
    for seed in 0..what.in_flight {
        let (client, next) = (client.clone(), next.clone());
        let (mode, borrowed) = (what.mode, what.borrowed);
        let mut own = Observations::new(mode, requests / u64::from(what.in_flight) + 1);
        tasks.push(tokio::spawn(async move {
            let mut ids = IdSequence::new(seed.into());
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= requests {
                    return Ok::<_, Failure>(own);
                }
                let began = own.is_timed(number).then(Instant::now);
                own.add_rows(client.request(mode, borrowed, ids.next_uuid()).await?);
                if let Some(began) = began {
                    own.add_latency(began.elapsed());
                }
            }
        }));
    }
    for task in tasks {
        seen.merge(task.await??);
    }
    Ok(())
}

fn main() -> Result<(), Failure> {
    let what = Arguments::parse();
    let mut builder = if what.loops == 0 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    if what.loops != 0 {
        builder.worker_threads(what.loops);
    }
    let runtime = builder.enable_all().build()?;
    if what.mode == Mode::Connect {
        return measurement::measure("rust", &what, |times, seen| {
            run_connecting(&runtime, &what, times, seen)
        });
    }
    let client = Arc::new(runtime.block_on(Client::connect(&what))?);
    measurement::measure("rust", &what, |requests, seen| {
        match what.mode {
            Mode::Sync => {}
            Mode::Route => return run_routing(&client, requests),
            Mode::Idle => {
                runtime.block_on(async { tokio::time::sleep(Duration::from_secs(requests)).await });
                return Ok(());
            }
            _ => return runtime.block_on(run_pipelined(&client, &what, requests, seen)),
        }
        let mut ids = IdSequence::new(0);
        for _ in 0..requests {
            let began = Instant::now();
            runtime.block_on(client.request(Mode::Sync, what.borrowed, ids.next_uuid()))?;
            seen.add_latency(began.elapsed());
        }
        Ok(())
    })
}
