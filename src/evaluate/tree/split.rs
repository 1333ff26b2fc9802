//! The best way to divide the rows of a node by one attribute.
//!
//! Three steps, one attribute at a time, so that attributes can be looked at on several threads:
//!
//! 1. The rows of the node are added up: one set of sums for each place among values in order, for each text, for each
//!    member of sets, and one for those of whom nothing is known.
//! 2. Each cut is a sum of such sums against the rest: neighbouring places from the lowest up, texts in the order of what
//!    they lead to, one member of sets at a time.
//! 3. Each cut is tried twice if somebody's value is not known: with them on the one side and on the other.
//!
//! | attribute | cuts |
//! | --- | --- |
//! | numbers, days, instants, truths | between every two places that somebody of the node is at |
//! | texts, two classes or a number | the ends of the order by mean, up to as many texts as one side may name |
//! | texts, more classes | each text alone, and the ends of the order by the share of each class |
//! | sets | each member: has it, has it not |
//! | whatever is not known of somebody | besides: is it known |

use super::table::{Feature, NO_BIN, NO_TEXT, Values};
use super::target::Target;

/// A question with the answers yes and no; of whom it cannot be answered, the split says where they go.
///
/// It names places and texts by the numbers that they have in the table, so that a tree answers without comparing values;
/// [`conditions`](super::conditions) turn it into words.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cut {
    /// The place among values in order is this or an earlier one.
    UpTo(u16),
    /// The text is one of these, which stand in order.
    Among(Vec<u32>),
    /// The set has that text.
    Has(u32),
    /// There is a value.
    Known,
}

/// A cut with what it is worth: the winner of a [`Race`].
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// By how much less mixed the two sides are than the whole.
    pub(super) gain: f64,
    pub(super) cut: Cut,
    /// Whether those of whom it cannot be answered go with the yes.
    pub(super) unknown_yes: bool,
}

/// What limits a split.
///
/// The least weight of a leaf is what keeps rules from being made for a handful; the most texts what keeps them readable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    /// How many leaves there are at most.
    pub(crate) leaves: usize,
    /// How much the rows of a leaf count together at least.
    pub(crate) least: f64,
    /// How many texts one side may name; the other is all others.
    pub(crate) texts: usize,
}

/// The answer for a row; `None` if it cannot be answered, because the value is not known.
///
/// Whether a value is known can always be answered.
pub(super) fn answer(feature: &Feature, cut: &Cut, row: usize) -> Option<bool> {
    match (&feature.values, cut) {
        (Values::Ordered { bins, .. }, Cut::UpTo(last)) => (bins[row] != NO_BIN).then(|| bins[row] <= *last),
        (Values::Texts { codes, .. }, Cut::Among(some)) => {
            (codes[row] != NO_TEXT).then(|| some.binary_search(&codes[row]).is_ok())
        }
        (Values::Sets { ends, codes, known, .. }, Cut::Has(text)) => {
            known[row].then(|| members(ends, codes, row).contains(text))
        }
        (Values::Ordered { bins, .. }, Cut::Known) => Some(bins[row] != NO_BIN),
        (Values::Texts { codes, .. }, Cut::Known) => Some(codes[row] != NO_TEXT),
        (Values::Sets { known, .. }, Cut::Known) => Some(known[row]),
        _ => None,
    }
}

/// The texts of a row's set, by their numbers. Sets are small: whoever looks for one walks over them.
fn members<'a>(ends: &[usize], codes: &'a [u32], row: usize) -> &'a [u32] {
    let begin = if row == 0 { 0 } else { ends[row - 1] };
    &codes[begin..ends[row]]
}

/// The comparison of cuts within a node: what is common to all of them, and the best one so far.
///
/// The two lists at its end are room to work in: a cut is tried without asking for memory.
struct Race<'a, T: Target> {
    target: &'a T,
    /// Sums of all rows of the node.
    all: &'a [f64],
    /// Sums of those whose value is not known; part of [`Race::all`].
    unknown: &'a [f64],
    /// Whether there are any; their weight may be 0 all the same.
    some_unknown: bool,
    /// How mixed the rows of the node are.
    whole: f64,
    /// How much each side counts at least.
    least: f64,
    /// Gains that are nearer than this are the same: the first stays.
    tolerance: f64,
    best: Option<Found>,
    /// The sums of the side that says no.
    no: Vec<f64>,
    /// The sums of the side that says yes.
    yes: Vec<f64>,
}

impl<T: Target> Race<'_, T> {
    /// Looks at a cut of which the sums of the yes among the known are given.
    ///
    /// A side that is lighter than the least is no side. `cut` is asked only of a winner: to name texts takes time.
    ///
    /// Both sides are tried for those who are not known; where nobody is, they would go to the larger.
    fn try_cut(&mut self, known_yes: &[f64], cut: impl Fn() -> Cut) {
        let sides: &[bool] = if self.some_unknown { &[true, false] } else { &[false] };
        for with_yes in sides {
            for (at, sum) in known_yes.iter().enumerate() {
                self.yes[at] = sum + if *with_yes { self.unknown[at] } else { 0.0 };
                self.no[at] = self.all[at] - self.yes[at];
            }
            let (yes, no) = (self.target.weight(&self.yes), self.target.weight(&self.no));
            let slack = 1e-9 * self.least;
            if yes <= 0.0 || no <= 0.0 || yes < self.least - slack || no < self.least - slack {
                continue;
            }
            let gain = self.whole - self.target.impurity(&self.yes) - self.target.impurity(&self.no);
            if gain > self.best.as_ref().map_or(self.tolerance, |best| best.gain + self.tolerance) {
                let unknown_yes = if self.some_unknown { *with_yes } else { yes > no };
                self.best = Some(Found { gain, cut: cut(), unknown_yes });
            }
        }
    }
}

/// The best cut of these rows by that attribute; `None` if none makes them less mixed.
///
/// `all` are the sums of the rows. Of cuts that gain the same up to `tolerance` the first is kept: the lowest place, the
/// first text of the alphabet. So rounding does not decide, which depends on the order of the rows.
///
/// O(rows + places · sums); of texts O(texts log texts) for each order besides.
pub(super) fn best<T: Target>(
    feature: &Feature,
    target: &T,
    rows: &[u32],
    all: &[f64],
    limits: &Limits,
    tolerance: f64,
) -> Option<Found> {
    let width = target.width();
    let mut unknown = vec![0.0; width];
    let mut some_unknown = false;
    let mut note_unknown = |row: u32| {
        target.add(row as usize, &mut unknown);
        some_unknown = true;
    };
    let (sums, seen) = match &feature.values {
        Values::Ordered { bins, marks } => {
            let (mut sums, mut seen) = (vec![0.0; (marks.len() + 1) * width], vec![false; marks.len() + 1]);
            for row in rows {
                match bins[*row as usize] {
                    NO_BIN => note_unknown(*row),
                    bin => {
                        seen[usize::from(bin)] = true;
                        target.add(*row as usize, &mut sums[usize::from(bin) * width..][..width]);
                    }
                }
            }
            (sums, seen)
        }
        Values::Texts { codes, texts } => {
            let (mut sums, mut seen) = (vec![0.0; texts.len() * width], vec![false; texts.len()]);
            for row in rows {
                match codes[*row as usize] {
                    NO_TEXT => note_unknown(*row),
                    code => {
                        seen[code as usize] = true;
                        target.add(*row as usize, &mut sums[code as usize * width..][..width]);
                    }
                }
            }
            (sums, seen)
        }
        Values::Sets { ends, codes, known, texts } => {
            let (mut sums, mut seen) = (vec![0.0; texts.len() * width], vec![false; texts.len()]);
            for row in rows {
                if !known[*row as usize] {
                    note_unknown(*row);
                    continue;
                }
                for code in members(ends, codes, *row as usize) {
                    seen[*code as usize] = true;
                    target.add(*row as usize, &mut sums[*code as usize * width..][..width]);
                }
            }
            (sums, seen)
        }
    };
    let whole = target.impurity(all);
    let (no, yes) = (vec![0.0; width], vec![0.0; width]);
    let mut race = Race {
        target,
        all,
        unknown: &unknown,
        some_unknown,
        whole,
        least: limits.least,
        tolerance,
        best: None,
        no,
        yes,
    };
    let part = |at: usize| &sums[at * width..][..width];
    match &feature.values {
        Values::Ordered { .. } => {
            let mut left = vec![0.0; width];
            let present: Vec<usize> = (0..seen.len()).filter(|bin| seen[*bin]).collect();
            for pair in present.windows(2) {
                left.iter_mut().zip(part(pair[0])).for_each(|(sum, more)| *sum += more);
                // between places that nobody of the node is at, in the middle
                race.try_cut(&left, || Cut::UpTo(((pair[0] + pair[1] - 1) / 2) as u16));
            }
        }
        Values::Texts { .. } => by_texts(&mut race, &seen, part, limits.texts.max(1)),
        Values::Sets { .. } => {
            // what all have of whom it is known divides nobody
            let known = target.weight(all) - target.weight(&unknown);
            let divides = |text: &usize| seen[*text] && target.weight(part(*text)) < known * (1.0 - 1e-12);
            for text in (0..seen.len()).filter(divides) {
                race.try_cut(part(text), || Cut::Has(text as u32));
            }
        }
    }
    if some_unknown {
        let known: Vec<f64> = all.iter().zip(&unknown).map(|(all, unknown)| all - unknown).collect();
        race.some_unknown = false; // the question is who is known, and is answered of all
        race.try_cut(&known, || Cut::Known);
        if let Some(Found { cut: Cut::Known, unknown_yes, .. }) = &mut race.best {
            *unknown_yes = false;
        }
    }
    race.best
}

/// Sets of texts: for each order of the texts those at either end, of more than two classes also each text alone.
///
/// For a number and for two classes the best of all sets lies at an end of the order by mean (W. D. Fisher 1958,
/// DOI 10.1080/01621459.1958.10501479; L. Breiman and others 1984, Classification and Regression Trees, theorem 4.5).
/// With more texts on both sides than a condition may name, the best of those that it may is taken.
fn by_texts<'s, T: Target>(race: &mut Race<'_, T>, seen: &[bool], part: impl Fn(usize) -> &'s [f64], most: usize) {
    let target = race.target;
    let present: Vec<usize> = (0..seen.len()).filter(|text| seen[*text] && target.weight(part(*text)) > 0.0).collect();
    if target.orders() > 1 && present.len() > 1 {
        for text in &present {
            race.try_cut(part(*text), || Cut::Among(vec![*text as u32]));
        }
    }
    for order in 0..target.orders() {
        let mut standing: Vec<(f64, usize)> =
            present.iter().map(|text| (target.standing(order, part(*text)), *text)).collect();
        standing.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let name = |some: &[(f64, usize)]| {
            let mut texts: Vec<u32> = some.iter().map(|(_, text)| *text as u32).collect();
            texts.sort_unstable();
            Cut::Among(texts)
        };
        let last = standing.len().saturating_sub(1).min(most);
        let mut sum = vec![0.0; target.width()];
        for count in 1..=last {
            sum.iter_mut().zip(part(standing[count - 1].1)).for_each(|(sum, more)| *sum += more);
            race.try_cut(&sum, || name(&standing[..count]));
        }
        // what the first half has looked at from the one end need not be looked at from the other
        let from_end = standing.len().saturating_sub(1 + last).min(most);
        let mut sum = vec![0.0; target.width()];
        for count in 1..=from_end {
            sum.iter_mut().zip(part(standing[standing.len() - count].1)).for_each(|(sum, more)| *sum += more);
            race.try_cut(&sum, || name(&standing[standing.len() - count..]));
        }
    }
}
