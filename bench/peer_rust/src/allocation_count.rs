// SPDX-License-Identifier: MIT
//! Counts heap allocations, but only while it is told to, so that the measured part is not disturbed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

static COUNTING: AtomicBool = AtomicBool::new(false);
static TOTAL: AtomicU64 = AtomicU64::new(0);

/// The system's allocator; alloc, alloc_zeroed and realloc each count as one.
pub struct CountingAllocator;

fn note() {
    if COUNTING.load(Ordering::Relaxed) {
        TOTAL.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: every call goes to the system's allocator as it is.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note();
        System.alloc(layout)
    }
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        note();
        System.alloc_zeroed(layout)
    }
    unsafe fn realloc(&self, from: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note();
        System.realloc(from, layout, size)
    }
    unsafe fn dealloc(&self, from: *mut u8, layout: Layout) {
        System.dealloc(from, layout)
    }
}

/// The number of allocations while `run` runs, and what it returned.
pub fn count<T>(run: impl FnOnce() -> T) -> (u64, T) {
    TOTAL.store(0, Ordering::Relaxed);
    COUNTING.store(true, Ordering::Relaxed);
    let value = run();
    COUNTING.store(false, Ordering::Relaxed);
    (TOTAL.load(Ordering::Relaxed), value)
}
