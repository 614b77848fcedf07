// SPDX-License-Identifier: MIT
//! The arguments, what is measured and the line that is printed: as bench/measurement.hpp has them.

use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::{allocation_count, Failure};

const USAGE: &str =
    "usage: peer_rust HOST PORT read|write|page|sync|connect|idle|route REQUESTS IN_FLIGHT [--borrowed] [--loops N] [--once]";

#[derive(Clone, Copy, PartialEq)]
pub enum Mode {
    Read,
    Write,
    Page,
    Sync,
    Connect,
    Idle,
    Route,
}

pub struct Arguments {
    pub host: String,
    pub port: u16,
    pub mode: Mode,
    mode_name: String,
    pub requests: u64,
    pub in_flight: u32,
    pub loops: usize,
    pub borrowed: bool,
    pub once: bool,
}

impl Arguments {
    /// Ends the program with status 2 when the arguments make no sense.
    pub fn parse() -> Arguments {
        Self::parse_from(std::env::args().skip(1).collect()).unwrap_or_else(|| {
            eprintln!("{USAGE}");
            std::process::exit(2)
        })
    }

    fn parse_from(words: Vec<String>) -> Option<Arguments> {
        let mode = match words.get(2)?.as_str() {
            "read" => Mode::Read,
            "write" => Mode::Write,
            "page" => Mode::Page,
            "sync" => Mode::Sync,
            "connect" => Mode::Connect,
            "idle" => Mode::Idle,
            "route" => Mode::Route,
            _ => return None,
        };
        let in_flight: u32 = words.get(4)?.parse().ok().filter(|n| *n > 0)?;
        let mut flags = words[5..].to_vec();
        let mut loops = 0;
        if let Some(at) = flags.iter().position(|flag| flag == "--loops") {
            loops = flags.get(at + 1)?.parse().ok().filter(|n| *n > 0)?;
            flags.drain(at..at + 2);
        }
        if flags.iter().any(|flag| flag != "--borrowed" && flag != "--once") {
            return None;
        }
        Some(Arguments {
            host: words[0].clone(),
            port: words[1].parse().ok()?,
            mode,
            mode_name: words[2].clone(),
            requests: words[3].parse().ok().filter(|n| *n > 0)?,
            in_flight: if matches!(mode, Mode::Read | Mode::Write | Mode::Page) { in_flight } else { 1 },
            loops,
            borrowed: flags.iter().any(|flag| flag == "--borrowed"),
            once: flags.iter().any(|flag| flag == "--once"),
        })
    }
}

/// Latencies of some requests and the number of rows that were read. Of a pipelined mode every 64th is timed.
pub struct Observations {
    every: u64,
    rows: u64,
    latencies: Vec<u64>,
}

impl Observations {
    pub fn new(mode: Mode, requests: u64) -> Observations {
        let every = if matches!(mode, Mode::Read | Mode::Write) { 64 } else { 1 };
        let latencies = Vec::with_capacity((requests / every + 1) as usize);
        Observations { every, rows: 0, latencies }
    }
    pub fn is_timed(&self, request: u64) -> bool {
        request % self.every == 0
    }
    pub fn add_latency(&mut self, taken: Duration) {
        self.latencies.push(taken.as_nanos() as u64);
    }
    pub fn add_rows(&mut self, count: u64) {
        self.rows += count;
    }
    pub fn merge(&mut self, other: Observations) {
        self.rows += other.rows;
        self.latencies.extend(other.latencies);
    }
    fn percentile(&mut self, share: f64) -> f64 {
        self.latencies.sort_unstable();
        let at = (share * self.latencies.len() as f64) as usize;
        let last = self.latencies.len().saturating_sub(1);
        self.latencies.get(at.min(last)).map_or(0.0, |ns| *ns as f64 / 1e3)
    }
}

/// The most memory that this program has had, in megabytes.
fn peak_megabytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) * 1024.0 / 1e6
}

/// CPU seconds of all threads of this process, in user mode and in the kernel.
fn process_cpu_seconds() -> f64 {
    // SAFETY: getrusage fills the structure that it is given; all zeros is a valid one.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Calls `run` to warm up, to be measured, and to count allocations; then prints the line.
pub fn measure(
    program: &str,
    what: &Arguments,
    mut run: impl FnMut(u64, &mut Observations) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let warm_up = (what.requests / 10 + 1).min(50_000);
    let counted = what.requests.min(if what.mode == Mode::Page { 20 } else { 20_000 });
    if !what.once {
        run(warm_up, &mut Observations::new(what.mode, warm_up))?;
    }
    let mut seen = Observations::new(what.mode, what.requests);
    let cpu_before = process_cpu_seconds();
    let began = Instant::now();
    run(what.requests, &mut seen)?;
    let seconds = began.elapsed().as_secs_f64();
    let cpu = process_cpu_seconds() - cpu_before;

    let mut allocations = 0;
    if !what.once {
        let mut unused = Observations::new(what.mode, counted);
        let (count, outcome) = allocation_count::count(|| run(counted, &mut unused));
        outcome?;
        allocations = count;
    }
    print!(
        "{program} mode={} requests={} in_flight={} seconds={seconds:.3} ops={:.0} cpu_us_per_op={:.4} \
         allocs_per_op={:.3} p50_us={:.1} p99_us={:.1} peak_mb={:.1}",
        what.mode_name,
        what.requests,
        what.in_flight,
        what.requests as f64 / seconds,
        cpu * 1e6 / what.requests as f64,
        allocations as f64 / counted as f64,
        seen.percentile(0.50),
        seen.percentile(0.99),
        peak_megabytes()
    );
    if what.mode == Mode::Page {
        print!(" ns_per_row={:.2}", cpu * 1e9 / seen.rows.max(1) as f64);
    }
    println!();
    Ok(())
}

/// Pseudo-random, the same in every run: the ids that are asked for (splitmix64).
pub struct IdSequence(u64);

impl IdSequence {
    pub fn new(seed: u64) -> IdSequence {
        IdSequence(seed)
    }
    pub fn next_uuid(&mut self) -> Uuid {
        let high = self.next();
        Uuid::from_u64_pair(high, high)
    }
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
