//! One customer's purchases day by day, of which only the days on which something can change are visited.
//!
//! A [`Programme`] is a rule for a day and the standing before it. Nothing happens on most days, so a replay visits
//! only those on which something can: a purchase is made, a purchase leaves the window, a calendar period begins, or a
//! demotion falls due. `tests/it/tier` holds the replay against a visit of every single day.
//!
//! # Invariants
//!
//! 1. Events come oldest first; `tail <= head <= count`, and none of them goes back.
//! 2. With rolling days `sum` is what lies between `tail` and `head`; else it is the sum of the present period and
//!    `previous` that of the one before.
//! 3. Amounts are whole millionths in 128 bits: what entered the window leaves it without a trace, and the value of a
//!    day is the same by whichever days it was reached.
//! 4. Days visited do not fall: callers ask forward only.
//!
//! # Cost
//!
//! O(events of the customer): each event enters and leaves once. Whoever wants the future clones the replay, a few
//! words.

use crate::error::Result;
use crate::time::Day;

use super::ladder::Ladder;
use super::programme::Programme;
use super::qualifying::Qualifying;
use super::standing::{Change, Standing};

/// Parts of an amount that are counted: sums of whole numbers do not depend on their order, and what entered a window
/// leaves it without a trace.
const UNITS: f64 = 1e6;

/// The event of a number, oldest first: its day and amount, if it counts.
pub(super) trait Purchase: Fn(usize) -> Option<(Day, f64)> + Copy {}

impl<F: Fn(usize) -> Option<(Day, f64)> + Copy> Purchase for F {}

/// A member's life so far.
///
/// The purchases are asked for by number and never copied, so that a table is replayed without allocation a customer.
#[derive(Clone)]
pub(super) struct Replay<'a, F> {
    programme: &'a Programme,
    ladder: &'a Ladder,
    purchase: F,
    count: usize,
    /// The first event that is not counted yet.
    head: usize,
    /// The first event that is still in the window.
    tail: usize,
    /// The sum of the window, or of the present period.
    sum: i128,
    /// The sum of the period before.
    previous: i128,
    period: Option<Day>,
    standing: Option<Standing>,
    last: Option<Day>,
}

impl<'a, F: Purchase> Replay<'a, F> {
    /// A replay that has visited nothing yet, of `count` events.
    ///
    /// # Errors
    /// If the programme's definition is wrong.
    pub(super) fn new(programme: &'a Programme, count: usize, purchase: F) -> Result<Self> {
        let ladder = programme.ladder()?;
        Ok(Replay {
            programme,
            ladder,
            purchase,
            count,
            head: 0,
            tail: 0,
            sum: 0,
            previous: 0,
            period: None,
            standing: None,
            last: None,
        })
    }

    /// The standing after the last day visited.
    pub(super) fn standing(&self) -> Option<Standing> {
        self.standing
    }

    /// Goes on from a standing of an earlier run.
    pub(super) fn resume(&mut self, standing: Option<Standing>) {
        self.standing = standing;
    }

    /// The next event that counts, at or behind `from`, which is moved there.
    ///
    /// Events of other kinds, without an amount or not known yet are stepped over, which is why heads are moved and
    /// not counted.
    fn find(&self, from: &mut usize, before: usize) -> Option<(Day, i128)> {
        while *from < before {
            if let Some((day, amount)) = (self.purchase)(*from) {
                return Some((day, (amount * UNITS).round() as i128)); // saturates far beyond any amount
            }
            *from += 1;
        }
        None
    }

    /// Counts what is known on that day, which is not before the last, and gives its value.
    ///
    /// With rolling days a purchase counts on its own day and on the `days - 1` after it.
    pub(super) fn value(&mut self, day: Day) -> f64 {
        let mut head = self.head;
        while let Some((on, units)) = self.find(&mut head, self.count).filter(|(on, _)| *on <= day) {
            self.turn(on);
            self.sum += units;
            head += 1;
        }
        self.head = head;
        self.turn(day);
        let units = match self.programme.window() {
            Qualifying::Rolling { days } => {
                let mut tail = self.tail;
                let leaves = |on: Day| on.plus(days as i32) <= day;
                while let Some((_, units)) = self.find(&mut tail, self.head).filter(|(on, _)| leaves(*on)) {
                    self.sum -= units;
                    tail += 1;
                }
                self.tail = tail;
                self.sum
            }
            _ => self.sum.max(self.previous),
        };
        units as f64 / UNITS
    }

    /// Begins the calendar period of that day if it is a new one.
    ///
    /// The period before counts only if it is the one next to it: who bought two years ago begins at nothing.
    fn turn(&mut self, day: Day) {
        let window = self.programme.window();
        if matches!(window, Qualifying::Rolling { .. }) {
            return;
        }
        let start = window.start(day);
        if self.period.is_none_or(|period| period < start) {
            let follows = self.period.is_some_and(|period| window.next(period) == start);
            self.previous = if follows { self.sum } else { 0 };
            self.sum = 0;
            self.period = Some(start);
        }
    }

    /// Visits a day; nothing happens to who is no member yet and has bought nothing.
    ///
    /// What is told is the standing before, the standing after and what the day did.
    pub(super) fn visit(&mut self, day: Day) -> Option<(Option<Standing>, Standing, Change)> {
        let value = self.value(day);
        self.last = Some(day);
        if self.standing.is_none() && self.head == 0 {
            return None;
        }
        let before = self.standing;
        // the head stands behind the first purchase, or behind events that do not count
        if before.is_none() && self.find(&mut 0, self.head).is_none() {
            return None;
        }
        let (standing, change) = self.programme.advance(self.ladder, before, day, value);
        self.standing = Some(standing);
        Some((before, standing, change))
    }

    /// The next day on which the value or the tier can change.
    ///
    /// The earliest of: the next purchase, the day on which the oldest in the window leaves it (or the next period
    /// begins), and the day of a demotion that is due. Days already visited are left out, so that the walk always
    /// ends.
    fn next_day(&mut self) -> Option<Day> {
        let mut head = self.head;
        let buys = self.find(&mut head, self.count).map(|(on, _)| on);
        self.head = head;
        let leaves = match self.programme.window() {
            Qualifying::Rolling { days } => {
                let mut tail = self.tail;
                let first = self.find(&mut tail, self.head);
                self.tail = tail;
                first.map(|(on, _)| on.plus(days as i32))
            }
            window => {
                let period = self.period.filter(|_| self.sum != 0 || self.previous != 0);
                period.map(|period| window.next(period))
            }
        };
        let due = self.standing.and_then(|standing| self.programme.due(&standing));
        let later = |day: &Day| self.last.is_none_or(|last| *day > last);
        [buys, leaves, due].into_iter().flatten().filter(later).min()
    }

    /// Visits every day up to and including `until` on which something can change: the same as visiting all of them.
    pub(super) fn run_to(&mut self, until: Day, mut tell: impl FnMut(Option<Standing>, Standing, Change)) {
        while let Some(day) = self.next_day().filter(|day| *day <= until) {
            if let Some((before, standing, change)) = self.visit(day) {
                tell(before, standing, change);
            }
        }
    }

    /// The last day of the tier if nothing more is bought and every day is measured; `None` if it does not end. Called
    /// after the days up to `day` have been visited.
    ///
    /// The future is played on a copy with no more purchases, by the same steps as the past: a rule of its own for the
    /// date on the membership card would sooner or later say something else than the day itself.
    pub(super) fn valid_until(&self, day: Day) -> Option<Day> {
        let mut future = self.clone();
        let _ = future.value(day);
        future.count = future.head; // nothing more is bought
        let tier = self.standing?.tier;
        while let Some(day) = future.next_day() {
            if future.visit(day).is_some_and(|(_, standing, _)| standing.tier != tier) {
                return Some(day.plus(-1));
            }
        }
        None
    }
}
