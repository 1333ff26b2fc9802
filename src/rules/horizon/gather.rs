//! A walk through the leaves of a plan that notes when each can change.
//!
//! The walk answers one question for each leaf: at which instants can its answer be another, though no attribute
//! changes and no event comes? It notes too many instants rather than too few. An instant too many costs one look
//! at the plan; one too few would make the answer wrong.
//!
//! Values are read while walking, because most instants hang on them: the days since an event pass 30 on one day
//! only. Where a part of a term moves itself, no such day can be told, and the leaf is noted as one that may change
//! every day.
//!
//! What never changes with time notes nothing. That is used the other way round as well: if walking through a part
//! noted nothing, the part stands still. Events that lie in no window and pass no filter note nothing either.
//!
//! The cost is that of the events of each selection, with a few calendar steps for each; the walk runs once for
//! each customer.

use super::pieces::{turns_of_day, turns_of_spans};
use super::timeline::{Recurring, Timeline};
use crate::history::Event;
use crate::rules::language::{CalendarPart, CalendarUnit, Span, Window};
use crate::rules::meaning::doing::Doing;
use crate::rules::meaning::expr::{Expr, day_of};
use crate::rules::meaning::frame::{Frame, LookedAt};
use crate::rules::meaning::node::{Node, Test};
use crate::rules::meaning::score::{Given, Points};
use crate::rules::meaning::sums::{Selection, When};
use crate::rules::plan::Plan;
use crate::time::{Day, Timestamp};

/// Walks through leaves and notes what can change them.
pub(super) struct Gather<'a> {
    /// Where sums and models are found by their numbers.
    pub plan: &'a Plan,
    /// The leaf that is walked through.
    ///
    /// Everything that is noted is noted for it; `ALL` for what concerns every leaf.
    pub atom: usize,
    /// What was noted so far, unsorted and with repetitions.
    pub found: Timeline,
}

impl<'a> Gather<'a> {
    /// Something changes at that instant.
    ///
    /// The instant is the first one as of which the answer may be another, in microseconds.
    pub(super) fn at(&mut self, instant: Timestamp) {
        self.found.instants.push((instant.micros(), self.atom));
    }

    /// Something changes when today comes to be that day.
    ///
    /// The day begins at its midnight in the zone of the definitions. Where clocks are put back over midnight it
    /// begins, ends and begins again, and all three instants are noted.
    pub(super) fn day(&mut self, day: Day, frame: Frame<'a, '_>) {
        let mut turns = Vec::new();
        turns_of_day(&frame.clock.zone, day, &mut turns);
        self.found.instants.extend(turns.into_iter().map(|turn| (turn, self.atom)));
    }

    /// Notes what comes again and again, once for each leaf.
    fn recurring(&mut self, recurring: Recurring) {
        if !self.found.recurring.contains(&(recurring, self.atom)) {
            self.found.recurring.push((recurring, self.atom));
        }
    }

    /// How much was noted so far: nothing in between means that something stands still.
    ///
    /// Counts are compared before and after a walk; repetitions that were not noted again do not count as movement.
    fn noted(&self) -> (usize, usize, usize, usize) {
        let Timeline { instants, recurring, decaying, blind } = &self.found;
        (instants.len(), recurring.len(), decaying.len(), blind.len())
    }

    /// Walks through all branches, whatever their truths: a branch that decides nothing now may decide later. Other
    /// audiences are not walked into, because their leaves are walked through by themselves.
    fn node(&mut self, node: &'a Node, frame: Frame<'a, '_>) {
        match node {
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().for_each(|node| self.node(node, frame));
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.node(node, frame),
            Node::Test(test) => self.test(test, frame),
            Node::Constant(_) | Node::Atom(_) | Node::Member(_) => {}
        }
    }

    /// Notes what can change the answer to a test.
    ///
    /// "How long something has been so" notes the moment at which each change of the past has lasted long enough. A
    /// sequence notes when each event passes the edges of its window, and every day where a filter inside it hangs on
    /// the day.
    pub(super) fn test(&mut self, test: &'a Test, frame: Frame<'a, '_>) {
        match test {
            Test::Compare(left, _, right) => match right {
                Expr::Today | Expr::DaysSince(_) => self.compared(right, &[left], frame),
                _ => self.compared(left, &[right], frame),
            },
            Test::Between(term, low, high) => self.compared(term, &[&low.1, &high.1], frame),
            Test::OneOf(term, values) => self.compared(term, &values.iter().collect::<Vec<_>>(), frame),
            Test::Ordered(term, ..)
            | Test::Text(term, _)
            | Test::Set(term, ..)
            | Test::Is(term, _)
            | Test::Within(term, _)
            | Test::Version(term, ..)
            | Test::Network(term, _) => self.expr(term, frame),
            Test::Anniversary { of, from, to, leap_day } => {
                self.expr(of, frame);
                if let Some(day) = day_of(of.value(frame), frame) {
                    self.recurring(Recurring::Round { day, from: *from, to: *to, leap_day: *leap_day });
                }
            }
            Test::Exists(list, filter) => {
                for index in 0..frame.customer.item_count(list) {
                    self.node(filter, Frame { looked_at: LookedAt::Item { list, index }, ..frame });
                }
            }
            Test::HasBeen(been) => {
                for (event, _) in self.selection(&been.changes, frame) {
                    self.node(&been.so, frame.at_event(&event));
                    let full = frame.clock.after(event.at, been.at_least);
                    self.at(Timestamp::from_micros(full.micros().saturating_sub(1)));
                }
            }
            Test::Sequence(path) => {
                let negated = path.steps.iter().filter_map(|step| step.not_before.as_ref()).chain(&path.not_after);
                let mut steps = path.steps.iter().map(|step| &step.step).chain(negated);
                if steps.any(|step| step.filter.as_ref().is_some_and(moves)) {
                    self.recurring(Recurring::Day);
                }
                for event in frame.events() {
                    self.edges(&path.window, &event, frame);
                }
            }
            Test::Doing(doing) => self.doing(doing, frame),
        }
    }

    /// A value beside others: where it is a count of days or today, the days on which it passes the others are known.
    ///
    /// Days since, compared with a number, turn on two days: the one on which they reach the number and the one on
    /// which they pass it. Both are noted, whichever comparison it is. Numbers with a fraction are rounded outward, to
    /// the days on either side of them.
    fn compared(&mut self, term: &'a Expr, others: &[&'a Expr], frame: Frame<'a, '_>) {
        let before = self.noted();
        others.iter().for_each(|other| self.expr(other, frame));
        match term {
            Expr::DaysSince(since) if self.noted() == before => {
                self.expr(since, frame);
                match day_of(since.value(frame), frame) {
                    Some(day) if self.noted() == before => {
                        for number in others.iter().filter_map(|other| other.value(frame).number()) {
                            self.day(day.plus(number.ceil() as i32), frame);
                            self.day(day.plus((number.floor() as i32).saturating_add(1)), frame);
                        }
                    }
                    Some(_) => self.recurring(Recurring::Day),
                    None => {}
                }
            }
            Expr::Today if self.noted() == before => {
                for day in others.iter().filter_map(|other| day_of(other.value(frame), frame)) {
                    self.day(day, frame);
                    self.day(day.plus(1), frame);
                }
            }
            term => self.expr(term, frame),
        }
    }

    /// Walks through a term whose value itself matters. Today and days since are another value every day; years turn
    /// once a year; months, quarters and years of today turn with their period. A model that knows the moment can say
    /// otherwise at any time: the leaf is noted as blind.
    fn expr(&mut self, expr: &'a Expr, frame: Frame<'a, '_>) {
        match expr {
            Expr::Slot(_) | Expr::Field(_) | Expr::Earlier(..) | Expr::Value(_) | Expr::Bucket(_, None) => {}
            Expr::Today => self.recurring(Recurring::Day),
            Expr::Arithmetic(_, of) => of.iter().for_each(|of| self.expr(of, frame)),
            Expr::Size(of) | Expr::Bucket(_, Some(of)) | Expr::Rank { by: of, .. } => self.expr(of, frame),
            Expr::DaysSince(since) => {
                let before = self.noted();
                self.expr(since, frame);
                if self.noted() != before || day_of(since.value(frame), frame).is_some() {
                    self.recurring(Recurring::Day);
                }
            }
            Expr::Years(since, leap_day) => {
                let before = self.noted();
                self.expr(since, frame);
                match day_of(since.value(frame), frame) {
                    _ if self.noted() != before => self.recurring(Recurring::Day),
                    Some(day) => self.recurring(Recurring::Round { day, from: 1, to: 0, leap_day: *leap_day }),
                    None => {}
                }
            }
            Expr::Calendar(part, of) => match (&**of, part) {
                (Expr::Today, CalendarPart::Month) => self.recurring(Recurring::Period(CalendarUnit::Month)),
                (Expr::Today, CalendarPart::Quarter) => self.recurring(Recurring::Period(CalendarUnit::Quarter)),
                (Expr::Today, CalendarPart::Year) => self.recurring(Recurring::Period(CalendarUnit::Year)),
                (of, _) => self.expr(of, frame),
            },
            Expr::Sum(sum) => {
                if let Some(sum) = self.plan.sums.get(*sum) {
                    self.selection(&sum.events, frame);
                }
            }
            Expr::Score(points) => self.points(points, frame),
            Expr::Model(model) => {
                if self.plan.models.get(*model).is_some_and(|asked| asked.model.reads().as_of) {
                    self.found.blind.push(self.atom);
                }
            }
        }
    }

    /// A half-life makes the sum another at every instant, so that the leaf is noted as one that decays; conditions
    /// and numbers among the items are walked through like any others.
    fn points(&mut self, points: &'a Points, frame: Frame<'a, '_>) {
        for item in &points.items {
            match &item.given {
                Given::When(node) => self.node(node, frame),
                Given::Each(expr) => self.expr(expr, frame),
                Given::EachEvent(selection, half_life) => {
                    if half_life.is_some() && !self.found.decaying.contains(&self.atom) {
                        self.found.decaying.push(self.atom);
                    }
                    self.selection(selection, frame);
                }
            }
        }
    }

    /// Notes when events come into a selection and leave it; gives those that it has or may come to have whatever their
    /// time, and whether that is for certain.
    ///
    /// An event of which the filter stands still and does not hold is passed over, because it never comes in. An event
    /// of which the filter may change is kept as one that may count.
    fn selection(&mut self, selection: &'a Selection, frame: Frame<'a, '_>) -> Vec<(Event<'a>, bool)> {
        if let When::Around { anchor, .. } = &selection.window {
            self.selection(anchor, frame);
        }
        let mut meant = Vec::new();
        for event in frame.events().filter(|event| selection.kind.as_deref().is_none_or(|kind| kind == event.kind)) {
            let mut certain = true;
            if let Some(filter) = &selection.filter {
                let before = self.noted();
                self.node(filter, frame.at_event(&event));
                certain = self.noted() == before;
                if certain && !filter.truth(frame.at_event(&event)).is_true() {
                    continue;
                }
            }
            if let When::Fixed(window) = &selection.window {
                self.edges(window, &event, frame);
            }
            meant.push((event, certain));
        }
        meant
    }

    /// Notes when the event comes into the window and when it leaves it.
    ///
    /// Windows of fixed ends take in the same events for good; so do those around another event, which are found again
    /// where their anchor moves.
    fn edges(&mut self, window: &Window, event: &Event<'a>, frame: Frame<'a, '_>) {
        match window {
            Window::Last(span) => self.spans(&[*span], event, frame),
            Window::Ago { from, to } => {
                self.spans(&[*from], event, frame);
                self.spans(&[*to], event, frame);
            }
            Window::Calendar { unit, first, last } => {
                for offset in [-i64::from(*last), 1 - i64::from(*first)] {
                    if let Some(day) = frame.clock.period_start(event.day, *unit, offset) {
                        self.day(day, frame);
                    }
                }
            }
            Window::Always | Window::Between { .. } | Window::Around(_) => {}
        }
    }

    /// Notes when so long before now, and so long before that, passes the event.
    ///
    /// With months, the same event can be passed more than once: a month before the 29th, the 30th and the 31st of
    /// March is the 28th of February. Two spans stand for a span before another.
    fn spans(&mut self, spans: &[Span], event: &Event<'a>, frame: Frame<'a, '_>) {
        for now in turns_of_spans(frame.clock, spans, event.at.micros().saturating_add(1)) {
            self.at(Timestamp::from_micros(now.saturating_sub(1)));
        }
    }

    /// The first time hangs on the first event for certain and on those before it. Doing something regularly hangs on
    /// each event passing each of the periods. Stopping and restarting hang on an event leaving the quiet time and the
    /// time before it.
    fn doing(&mut self, doing: &'a Doing, frame: Frame<'a, '_>) {
        match doing {
            Doing::FirstTime { events, within } => {
                if let When::Around { anchor, .. } = within {
                    self.selection(anchor, frame);
                }
                for (event, certain) in self.selection(events, frame) {
                    if let When::Fixed(window) = within {
                        self.edges(window, &event, frame);
                    }
                    if certain {
                        break; // none behind it is the first
                    }
                }
            }
            Doing::Regularly { events, every, periods, .. } => {
                for (event, _) in self.selection(events, frame) {
                    for period in 1..=*periods {
                        let back = Span::new(every.count.saturating_mul(period), every.unit);
                        self.spans(&[back], &event, frame);
                    }
                }
            }
            Doing::Stopped { events, quiet, active: second }
            | Doing::Restarted { events, recent: quiet, quiet: second } => {
                for (event, _) in self.selection(events, frame) {
                    self.spans(&[*quiet], &event, frame);
                    self.spans(&[*quiet, *second], &event, frame);
                }
            }
        }
    }
}

/// Whether what a filter says hangs on what day it is.
///
/// It errs on the side of yes: tests that are not looked into count as moving, which costs a look each day.
fn moves(node: &Node) -> bool {
    let of = |exprs: &[&Expr]| exprs.iter().any(|expr| expr_moves(expr));
    match node {
        Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => nodes.iter().any(moves),
        Node::Not(node) | Node::IfUnknown(node, _) => moves(node),
        Node::Constant(_) | Node::Atom(_) | Node::Member(_) => false,
        Node::Test(test) => match &**test {
            Test::Compare(left, _, right) => of(&[left, right]),
            Test::Between(term, low, high) => of(&[term, &low.1, &high.1]),
            Test::OneOf(term, _)
            | Test::Ordered(term, ..)
            | Test::Text(term, _)
            | Test::Set(term, ..)
            | Test::Is(term, _)
            | Test::Within(term, _)
            | Test::Version(term, ..)
            | Test::Network(term, _) => of(&[term]),
            _ => true,
        },
    }
}

/// Whether the value of a term hangs on what day it is; what is not known to stand still moves.
fn expr_moves(expr: &Expr) -> bool {
    match expr {
        Expr::Slot(_) | Expr::Field(_) | Expr::Earlier(..) | Expr::Value(_) | Expr::Bucket(_, None) => false,
        Expr::Arithmetic(_, of) => of.iter().any(expr_moves),
        Expr::Size(of) | Expr::Bucket(_, Some(of)) | Expr::Calendar(_, of) => expr_moves(of),
        _ => true,
    }
}
