//! What every segmenter is held to: alone as in bulk, and a count of allocations.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Debug;

use segmentry::customer::Customers;
use segmentry::segmenter::Segmenter;

/// Each customer gets the segment, or the reason for none, that it gets in bulk, and only segments that are listed.
pub fn same_as_in_bulk<G: Segmenter>(segmenter: &G, customers: &Customers)
where
    G::Segment: Debug,
{
    let bulk = segmenter.segment(customers).unwrap();
    assert_eq!(bulk.len(), customers.len());
    let segments = segmenter.segments();
    for (row, customer) in customers.iter().enumerate() {
        let alone = segmenter.assign(&customer).unwrap();
        assert_eq!(alone.as_ref(), bulk.get(row), "row {row}");
        let explained = segmenter.explain(&customer).unwrap();
        assert_eq!(explained.reason.as_ref(), bulk.reason(row), "row {row}");
        assert_eq!(explained.segment.is_some(), alone.is_some(), "row {row}");
        assert!(alone.is_none_or(|segment| segments.contains(&segment)), "row {row}");
    }
}

/// The system's allocator, which counts what each thread asks for.
struct Counting;

thread_local! {
    static ASKED: Cell<usize> = const { Cell::new(0) };
}

#[expect(unsafe_code, reason = "an allocator is unsafe by its trait; it only counts and passes on")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ASKED.with(|asked| asked.set(asked.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `work` gives, and how often it asked for memory on this thread.
pub fn allocations<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ASKED.with(Cell::get);
    let done = work();
    (done, ASKED.with(Cell::get) - before)
}
