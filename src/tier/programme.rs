//! A loyalty programme: tiers over time, with promotion, minimum stay, grace and demotion.
//!
//! A [`Programme`] answers what [`Tiers`](super::Tiers) cannot: not where a value belongs today, but which tier a
//! member holds after all that has happened. Use it for loyalty and status programmes with terms and conditions; use
//! `Tiers` where a customer's tier is a matter of one attribute.
//!
//! | terms and conditions say | here |
//! | --- | --- |
//! | entry level | [`Programme::new`] |
//! | qualification threshold, qualification period | [`tier`](Programme::tier), [`qualifying`](Programme::qualifying) |
//! | status guaranteed for so long | [`dwell_days`](Programme::dwell_days) |
//! | requalification or grace period | [`grace_days`](Programme::grace_days) |
//! | soft landing: one level down a year | [`fall`](Programme::fall) with [`Fall::OneStep`] |
//! | reinstatement | nothing to set: a value that is high enough again promotes on the same day |
//!
//! Not there: tiers by number of purchases or by points with a rate of their own (give events such amounts and
//! count their kind), lifetime status, and status bought or given.

use crate::customer::{Customer, Events, as_of_is_missing};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::history::PURCHASE;
use crate::segment::{Label, Segment};
use crate::segmenter::{Reads, Segmenter};
use crate::time::Day;
use crate::value::Value;

use super::ladder::Ladder;
use super::place::label;
use super::qualifying::Qualifying;
use super::replay::{Purchase, Replay};
use super::standing::{Change, Standing};

/// To which tier a demoted member falls.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::{Fall, Programme};
/// use segmentry::time::Day;
///
/// let hard = Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0);
/// let soft = hard.clone().fall(Fall::OneStep).dwell_days(365);
/// // one large purchase in 2025, which stops to count after 365 days
/// let member = Record::new("ann").purchase(Day::new(2025, 1, 1)?, 1200.0).as_of(Day::new(2026, 1, 1)?);
/// assert_eq!(hard.assign(&member)?.unwrap().key(), "basic");
/// assert_eq!(soft.assign(&member)?.unwrap().key(), "silver");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
pub enum Fall {
    /// To the best tier that the value still keeps.
    #[default]
    ToEarned,
    /// One tier, where minimum stay and grace begin anew: the soft landing.
    OneStep,
}

/// A loyalty programme: tiers that are earned by purchases over time.
///
/// - **Promotion** is immediate: a member is never below the tier whose threshold the value of the day reaches.
/// - **Demotion** comes on the first day on which the value is too low, the tier has been held for
///   [`dwell_days`](Programme::dwell_days), and the value has been too low for [`grace_days`](Programme::grace_days).
///   Both run at the same time.
/// - With [`hysteresis`](Programme::hysteresis) 0.1 a tier is earned at its threshold and kept down to 90 % of it, so
///   that who is at the border does not go up and down.
/// - The **value** of a day is the sum of the purchases' amounts, refunds included, over the [`Qualifying`] days;
///   amounts count to a millionth, so that a sum never depends on the order of additions.
///
/// As a [`Segmenter`] it replays a customer's purchases day by day up to the moment as of which the customer is seen;
/// the first purchase makes it a member, and a customer without one is unassigned. Defaults: the last 365 days, no
/// minimum stay, no grace, no hysteresis, fall to what is earned.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Programme;
/// use segmentry::time::Day;
///
/// let programme = Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0).grace_days(30);
/// let customer = Record::new("c-1").purchase(Day::new(2026, 1, 10)?, 400.0).as_of(Day::new(2026, 6, 1)?);
/// assert_eq!(
///     programme.explain(&customer)?.to_string(),
///     "customer `c-1` is in Silver
///   because spend in 365 days is 400 (250 or more is `silver`)
///       and since is 2026-01-10 (joined)
///   `silver` until 2027-02-08 with no new purchases
///   `gold` with 600 more",
/// );
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it works
///
/// 1. The value of the day is compared with the thresholds. A better tier than the one held is entered at once.
/// 2. Else the value is compared with the thresholds lessened by the hysteresis. If the tier is kept, all is well.
/// 3. Else the member is in danger from this day on. Minimum stay first, then grace keep the tier.
/// 4. When neither does, the member falls as [`fall`](Programme::fall) says, and its new tier begins on that day.
///
/// # Missing values
///
/// An event without an amount counts for nothing; a customer without any that counts is no member and unassigned.
///
/// # Cost
///
/// O(events of the customer), without allocation: days on which nothing can change are not visited.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Definition", into = "Definition"))]
pub struct Programme {
    definition: Definition,
    ladder: Result<Ladder>,
}

/// What is saved; read back through [`Programme::check`], so that a loaded programme is one that could have been
/// built.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Definition {
    tiers: Vec<Earned>,
    base: Label,
    #[cfg_attr(feature = "serde", serde(default))]
    qualifying: Qualifying,
    #[cfg_attr(feature = "serde", serde(default))]
    dwell_days: u32,
    #[cfg_attr(feature = "serde", serde(default))]
    grace_days: u32,
    #[cfg_attr(feature = "serde", serde(default))]
    hysteresis: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    fall: Fall,
    kind: String,
}

/// A tier above the base, with the value of a day that earns it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Earned {
    tier: Label,
    from: f64,
}

impl Definition {
    fn ladder(&self) -> Result<Ladder> {
        self.qualifying.check()?;
        for (name, days) in [("dwell_days", self.dwell_days), ("grace_days", self.grace_days)] {
            if days > 36_525 {
                return Err(Error::parameter(name, "at most 36525 (100 years)", days));
            }
        }
        if !(0.0..1.0).contains(&self.hysteresis) {
            return Err(Error::parameter("hysteresis", "from 0 to below 1", self.hysteresis));
        }
        let below = self.tiers.iter().find(|earned| earned.from <= 0.0);
        if let Some(Earned { tier, from }) = below {
            let error =
                Error::parameter("threshold", "above 0 in a programme, as who buys nothing earns nothing", from);
            return Err(error.at_key(format!("tiers.{}", tier.key())));
        }
        let (labels, cuts) = self.tiers.iter().map(|earned| (earned.tier.clone(), Some(earned.from))).unzip();
        Ladder::new(labels, Some(self.base.clone()), cuts, Default::default())
    }
}

impl TryFrom<Definition> for Programme {
    type Error = Error;

    fn try_from(definition: Definition) -> Result<Self> {
        let programme = Programme::of(definition);
        programme.check()?;
        Ok(programme)
    }
}

impl From<Programme> for Definition {
    fn from(programme: Programme) -> Self {
        programme.definition
    }
}

impl Programme {
    /// A programme whose members begin in that tier.
    pub fn new(base: impl Into<String>) -> Self {
        Programme::of(Definition {
            tiers: Vec::new(),
            base: label(base),
            qualifying: Qualifying::default(),
            dwell_days: 0,
            grace_days: 0,
            hysteresis: 0.0,
            fall: Fall::default(),
            kind: PURCHASE.to_owned(),
        })
    }

    fn of(definition: Definition) -> Self {
        Programme { ladder: definition.ladder(), definition }
    }

    fn with(mut self, change: impl FnOnce(&mut Definition)) -> Self {
        change(&mut self.definition);
        Programme::of(self.definition)
    }

    /// Adds the next lower tier, best first, which is earned from this value on.
    #[must_use]
    pub fn tier(self, name: impl Into<String>, from: f64) -> Self {
        self.with(|d| d.tiers.push(Earned { tier: label(name), from }))
    }

    /// Sets over which days purchases count. Default: the last 365.
    #[must_use]
    pub fn qualifying(self, qualifying: Qualifying) -> Self {
        self.with(|d| d.qualifying = qualifying)
    }

    /// Sets for how many days a tier is kept at least once it is entered. Default: 0.
    #[must_use]
    pub fn dwell_days(self, days: u32) -> Self {
        self.with(|d| d.dwell_days = days)
    }

    /// Sets for how many days the value may be too low before the tier is lost. Default: 0.
    #[must_use]
    pub fn grace_days(self, days: u32) -> Self {
        self.with(|d| d.grace_days = days)
    }

    /// Sets by which share of its threshold the value may fall below it before the tier is in danger. Default: 0.
    #[must_use]
    pub fn hysteresis(self, share: f64) -> Self {
        self.with(|d| d.hysteresis = share)
    }

    /// Sets how far a demoted member falls. Default: to what it has earned.
    #[must_use]
    pub fn fall(self, fall: Fall) -> Self {
        self.with(|d| d.fall = fall)
    }

    /// Sets the kind of event that counts. Default: `purchase`.
    #[must_use]
    pub fn counting(self, kind: impl Into<String>) -> Self {
        self.with(|d| d.kind = kind.into())
    }

    /// Whether the definition holds together.
    ///
    /// # Errors
    /// If there is no tier, a name is empty or occurs twice, thresholds are not above 0, finite and falling, a number
    /// of days is above a hundred years, or the hysteresis is not from 0 to below 1.
    pub fn check(&self) -> Result<()> {
        self.ladder().map(|_| ())
    }

    pub(super) fn ladder(&self) -> Result<&Ladder> {
        self.ladder.as_ref().map_err(Clone::clone)
    }

    pub(super) fn window(&self) -> Qualifying {
        self.definition.qualifying
    }

    /// Where a member stands after a day on which its value is this; `before` is `None` for a new member. The same
    /// input has the same answer; days in between may be left out, which puts off a demotion and nothing else.
    ///
    /// ```
    /// use segmentry::tier::{Change, Programme};
    /// use segmentry::time::Day;
    ///
    /// let programme = Programme::new("basic").tier("gold", 1000.0).grace_days(30);
    /// let (gold, change) = programme.step(None, Day::new(2026, 1, 1)?, 1500.0)?;
    /// assert_eq!((gold.tier, change), (0, Change::Joined));
    /// let (still, change) = programme.step(Some(gold), Day::new(2026, 2, 1)?, 800.0)?;
    /// assert_eq!((still.tier, change), (0, Change::InGrace));
    /// assert_eq!(programme.due(&still), Some(Day::new(2026, 3, 3)?));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the definition is wrong, the value is not finite, the day is before that of the last standing, or the tier
    /// of the standing is none of the programme's.
    pub fn step(&self, before: Option<Standing>, day: Day, value: f64) -> Result<(Standing, Change)> {
        let ladder = self.ladder()?;
        if !value.is_finite() {
            return Err(Error::not_finite("the member's value", value));
        }
        if let Some(before) = before {
            if day < before.measured {
                let expected = format!("not before {}, the last that was measured", before.measured);
                return Err(Error::parameter("day", expected, day));
            }
            if before.tier >= ladder.labels().len() {
                let expected = format!("below {}, the number of tiers", ladder.labels().len());
                return Err(Error::parameter("tier", expected, before.tier));
            }
        }
        Ok(self.advance(ladder, before, day, value))
    }

    /// [`Programme::step`] of what has been checked.
    pub(super) fn advance(
        &self,
        ladder: &Ladder,
        before: Option<Standing>,
        day: Day,
        value: f64,
    ) -> (Standing, Change) {
        let base = ladder.cuts().len();
        let earned = ladder.place(value).unwrap_or(base);
        let enter = |tier| Standing { tier, since: day, below_since: None, measured: day };
        let Some(before) = before else { return (enter(earned), Change::Joined) };
        if earned < before.tier {
            return (enter(earned), Change::Promoted);
        }
        let keeps = |cut: &Option<f64>| cut.is_some_and(|cut| value >= cut * (1.0 - self.definition.hysteresis));
        let kept = ladder.cuts().iter().position(keeps).unwrap_or(base);
        if kept <= before.tier {
            let change = if before.below_since.is_some() { Change::Recovered } else { Change::Held };
            return (Standing { below_since: None, measured: day, ..before }, change);
        }
        let below = before.below_since.unwrap_or(day);
        let still = Standing { below_since: Some(below), measured: day, ..before };
        if day < self.dwells_until(&still) {
            (still, Change::InDwell)
        } else if Some(day) < self.due(&still) {
            (still, Change::InGrace)
        } else {
            let to = if self.definition.fall == Fall::OneStep { before.tier + 1 } else { kept };
            (Standing { below_since: (kept > to).then_some(day), ..enter(to) }, Change::Demoted)
        }
    }

    /// The first day on which the minimum stay keeps the tier no longer.
    fn dwells_until(&self, standing: &Standing) -> Day {
        standing.since.plus(self.definition.dwell_days as i32) // checked to be small
    }

    /// The day on which the member is demoted if its value stays too low; `None` while it is not.
    pub fn due(&self, standing: &Standing) -> Option<Day> {
        let graced = standing.below_since?.plus(self.definition.grace_days.min(36_525) as i32);
        Some(graced.max(self.dwells_until(standing)))
    }

    /// A replay of a customer's purchases, all that it is known to have made.
    pub(super) fn replay<'a>(&'a self, customer: &'a dyn Customer) -> Result<Replay<'a, impl Purchase + 'a>> {
        let as_of = customer.as_of();
        let purchase = move |index: usize| {
            let event = customer.event(index)?;
            let counts = event.kind == self.definition.kind && as_of.is_none_or(|a| a.includes(event.at, event.day));
            event.amount.filter(|_| counts).map(|amount| (event.day, amount))
        };
        Replay::new(self, customer.event_count(), purchase)
    }

    fn seen_on(customer: &dyn Customer) -> Result<Day> {
        Ok(customer.as_of().ok_or_else(as_of_is_missing)?.day())
    }
}

impl Segmenter for Programme {
    type Segment = Label;

    /// Best first; none while the definition is wrong.
    fn segments(&self) -> Vec<Label> {
        self.ladder.as_ref().map(|ladder| ladder.labels().to_vec()).unwrap_or_default()
    }

    fn reads(&self) -> Reads {
        Reads::events()
    }

    /// No allocation; O(n) in the customer's events.
    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let day = Self::seen_on(customer)?;
        let mut replay = self.replay(customer)?;
        replay.run_to(day, |_, _, _| ());
        let tier = replay.standing().map(|standing| standing.tier);
        Ok(tier.and_then(|tier| self.ladder.as_ref().ok()?.labels().get(tier)).cloned())
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let day = Self::seen_on(customer)?;
        let ladder = self.ladder()?;
        let mut replay = self.replay(customer)?;
        let mut entered = Change::Joined;
        replay.run_to(day, |_, _, change| {
            if matches!(change, Change::Promoted | Change::Demoted) {
                entered = change;
            }
        });
        let Some(standing) = replay.standing() else {
            let reason = if Events::of(customer).next().is_none() {
                Reason::NoEvents
            } else {
                Reason::Other(format!("no `{}` with an amount", self.definition.kind))
            };
            return Ok(Explanation::unassigned(customer.id(), reason));
        };
        let label = ladder.labels().get(standing.tier).cloned().unwrap_or_else(|| self.definition.base.clone());
        let (evidence, changes) = ladder.explain(&self.window().in_words(), replay.value(day));
        let mut explanation = Explanation::assigned(customer.id(), &label).because(evidence);
        explanation =
            explanation.because(Evidence::new("since", Value::Day(standing.since)).meaning(entered.to_string()));
        if let (Some(below), Some(due)) = (standing.below_since, self.due(&standing)) {
            let by = if day < self.dwells_until(&standing) { Change::InDwell } else { Change::InGrace };
            let meaning = format!("{by}, demoted on {due} if it stays so");
            explanation = explanation.because(Evidence::new("too low since", Value::Day(below)).meaning(meaning));
        }
        if let Some(until) = replay.valid_until(day) {
            explanation = explanation.unless(format!("`{}` until {until} with no new purchases", label.key()));
        }
        // what would raise the tier; what would lower it is a matter of days and stands above
        let raises = changes.into_iter().filter(|change| change.ends_with(" more"));
        Ok(raises.fold(explanation, Explanation::unless))
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for Programme {
    const KIND: &'static str = "tier_programme";

    fn reads(&self) -> Reads {
        Reads::events()
    }

    fn check(&self) -> Result<()> {
        Programme::check(self)
    }
}
