//! One customer's purchases day by day, of which only the days on which something can change are visited.

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
