//! Events, windows and sequences as text.
//!
//! Windows say of themselves whether they roll or follow the calendar: `in last 30 days` and `in previous month` are two
//! things and look like two.

use std::fmt;

use crate::rules::{Events, Moment, Sequence, Side, Step, Which, Window};

use super::super::words::PERIODS;
use super::Printer;

impl Printer<'_, '_> {
    /// Events with what they must fulfil and when: `purchase where .channel = "app" in last 90 days`.
    ///
    /// Nothing is said of a window that is every time.
    pub(super) fn events(&mut self, events: &Events) -> fmt::Result {
        self.kind(events.kind.as_deref())?;
        if let Some(filter) = &events.filter {
            self.put(" where ")?;
            self.filter(filter, events.window == Window::Always)?;
        }
        match &events.window {
            Window::Always => Ok(()),
            window => {
                self.put(" ")?;
                self.said_window(window)
            }
        }
    }

    /// Events where more words follow: in parentheses unless it is a kind alone.
    ///
    /// So that one sees which window belongs to the events and which to what is said of them.
    pub(super) fn short_events(&mut self, events: &Events) -> fmt::Result {
        if events.filter.is_none() && events.window == Window::Always {
            self.kind(events.kind.as_deref())
        } else {
            self.enclosed(|p| p.events(events))
        }
    }

    /// A kind of event, `any` if none is given.
    fn kind(&mut self, kind: Option<&str>) -> fmt::Result {
        match kind {
            None => self.put("any"),
            Some("no") => self.put("`no`"), // which a step of a sequence takes for a negation
            Some(kind) => self.name(kind),
        }
    }

    /// A window in words, also one that is every time. This period and the one before have words, others their numbers.
    pub(super) fn said_window(&mut self, window: &Window) -> fmt::Result {
        match window {
            Window::Always => self.put("at any time"),
            Window::Last(span) => self.show(format_args!("in last {span}")),
            Window::Ago { from, to } => self.show(format_args!("in {from} to {to} ago")),
            Window::Calendar { unit, first, last } => {
                let known = PERIODS.into_iter().find(|(known, _, _)| known == unit);
                let (one, many) = known.map_or(("", ""), |(_, one, many)| (one, many));
                match (first, last) {
                    (0, 0) => self.show(format_args!("in this {one}")),
                    (-1, -1) => self.show(format_args!("in previous {one}")),
                    (first, last) => self.show(format_args!("in calendar {many} {first} to {last}")),
                }
            }
            Window::Between { from: None, to: None } => self.put("from the beginning"),
            Window::Between { from: None, to: Some(to) } => {
                self.put("until ")?;
                self.moment(to)
            }
            Window::Between { from: Some(from), to } => {
                self.put("from ")?;
                self.moment(from)?;
                to.iter().try_for_each(|to| {
                    self.put(" until ")?;
                    self.moment(to)
                })
            }
            Window::Around(around) => {
                let side = if around.side == Side::Before { "before" } else { "after" };
                let which = if around.which == Which::Last { "last" } else { "first" };
                self.show(format_args!("within {} {side} {which} ", around.within))?;
                self.short_events(&around.events)
            }
        }
    }

    /// A day or an instant, which is told in UTC.
    fn moment(&mut self, moment: &Moment) -> fmt::Result {
        match moment {
            Moment::Day(day) => self.show(day),
            Moment::Timestamp(at) => self.show(at),
        }
    }

    /// Events in order. The window is always said: one that follows is that of the events around it.
    pub(super) fn sequence(&mut self, sequence: &Sequence) -> fmt::Result {
        self.put("sequence")?;
        self.enclosed(|p| {
            for (number, step) in sequence.steps.iter().enumerate() {
                p.put(if number > 0 { ", then " } else { "" })?;
                p.step(step)?;
            }
            Ok(())
        })?;
        self.put(" ")?;
        self.said_window(&sequence.window)
    }

    /// A step of a sequence: `no return after 1 day within 14 days where .item = previous .item`.
    fn step(&mut self, step: &Step) -> fmt::Result {
        self.put(if step.negated { "no " } else { "" })?;
        self.kind(step.kind.as_deref())?;
        step.after.map_or(Ok(()), |span| self.show(format_args!(" after {span}")))?;
        step.within.map_or(Ok(()), |span| self.show(format_args!(" within {span}")))?;
        step.filter.as_ref().map_or(Ok(()), |filter| {
            self.put(" where ")?;
            self.filter(filter, true)
        })
    }
}
