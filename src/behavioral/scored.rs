//! Three measures, each scored by bands, and a table that makes a segment of the scores: what recency, frequency and
//! monetary value share with recency, frequency and engagement.
//!
//! Three steps lie between a customer and a segment, and each can be shown to who asks:
//!
//! 1. *values*: three numbers, made by `rfm` or `rfe`, which alone know where they come from;
//! 2. *scores*: each value by its bands, 1 (worst) to the number of bands asked (best): [`Cuts`];
//! 3. *segment*: the scores by a table that is proved to answer for every cell: [`ScoreGrid`].
//!
//! So whoever holds three values that are not NaN gets a segment, and "no segment" means "no values" to the callers.
//!
//! Held by [`Scored::new`], whether the parts come from a fit or from a file: there is one segment for each text of the
//! table, no key twice, every dimension of the table is one of the three measures or the mean of the last two, and it
//! has as many scores as bands were *asked*. Asked, not found: where equal values left fewer bands, some scores do not
//! occur, but those that do keep their meaning, and the table that fits the recipe fits every fit of it.

use crate::bands::{Bands, BandsModel, Closed, Interval, NestedBands, NestedBandsModel};
use crate::classify::{Move, ScoreGrid, ScoreTable, SegmentText};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation};
use crate::segment::{Label, Segment, in_words};
use crate::value::Value;

/// How many other segments an explanation names.
const NEAREST: usize = 3;

/// The names of the three measures in a table; the last two together are `second_third`.
pub(super) type Names = [&'static str; 3];

/// A table of scores before it is checked, and how its rows' segments become `S`.
///
/// Recipes hold it unchecked, since setters cannot fail; [`Scored::fitted`] proves it at the end of the fit, when it is
/// also known how many bands there are.
#[derive(Clone, Debug)]
pub(super) struct Table<S> {
    table: ScoreTable,
    naming: Naming<S>,
}

/// How the text of a row becomes a segment: by a function, as for the built-in enums and for labels, or by the key
/// among the segments that a caller gave.
#[derive(Clone, Debug)]
enum Naming<S> {
    By(fn(&SegmentText) -> Option<S>),
    List(Vec<S>),
}

impl<S> Table<S> {
    /// A table whose rows' texts a function turns into segments.
    pub(super) fn by(table: ScoreTable, name: fn(&SegmentText) -> Option<S>) -> Self {
        Table { table, naming: Naming::By(name) }
    }

    /// A table whose rows name segments of this list by their keys.
    pub(super) fn of(table: ScoreTable, segments: Vec<S>) -> Self {
        Table { table, naming: Naming::List(segments) }
    }
}

/// For tables without a type of segments: the text of the row is the segment.
impl Table<Label> {
    pub(super) fn labelled(table: ScoreTable) -> Self {
        Table::by(table, |text| {
            let label = Label::new(text.segment.clone());
            let name = text.label.clone().unwrap_or_else(|| in_words(&text.segment));
            Some(label.named(name).described(text.description.clone().unwrap_or_default()))
        })
    }
}

/// The bands of three measures, the first of which is better the lower it is.
///
/// The first is recency in days for both who use this: there the fewest days score best, whatever was set.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measures {
    pub bands: [Bands; 3],
    /// Whether frequency is cut within each band of recency, and the third measure within each cell of both.
    pub nested: bool,
}

impl Measures {
    /// Five bands by quantiles of each measure on its own.
    pub(super) fn new() -> Self {
        let bands = [Bands::quantiles(5).lower_is_better(), Bands::quantiles(5), Bands::quantiles(5)];
        Measures { bands, nested: false }
    }

    /// Sets the bands of a measure; which end of it is good is not for the bands to say.
    ///
    /// A measure beyond the third is no measure, and nothing is set.
    pub(super) fn set(&mut self, measure: usize, bands: Bands) {
        let bands = if measure == 0 { bands.lower_is_better() } else { bands.higher_is_better() };
        if let Some(slot) = self.bands.get_mut(measure) {
            *slot = bands;
        }
    }

    /// Cuts the three columns of one length; a wrong band is told with the name of its measure.
    ///
    /// Apart, the three fits are independent; nested, each later one sees only the rows of a cell.
    pub(super) fn fit(&self, values: [&[f64]; 3], weights: Option<&[f64]>, names: &Names) -> Result<Cuts> {
        if self.nested {
            return Ok(Cuts::Nested(NestedBands::new(self.bands.clone()).fit(values, weights)?));
        }
        let fit = |at: usize| self.bands[at].fit(values[at], weights).map_err(|error| error.at_key(names[at]));
        Ok(Cuts::Apart(Box::new([fit(0)?, fit(1)?, fit(2)?])))
    }
}

/// Where three measures are cut.
///
/// A file holds either, under the name of the variant.
///
/// Boxed where apart, for else the two variants would differ much in size.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub(super) enum Cuts {
    /// Each on its own.
    Apart(Box<[BandsModel; 3]>),
    /// Each within the bands of those before it.
    Nested(NestedBandsModel<3>),
}

impl Cuts {
    /// The scores; `None` if a value is NaN.
    ///
    /// Each is from 1 to the number of bands asked of its measure.
    pub(super) fn score(&self, values: [f64; 3]) -> Option<[u16; 3]> {
        match self {
            Cuts::Apart(bands) => {
                let [recency, frequency, third] = &**bands;
                Some([recency.score(values[0])?, frequency.score(values[1])?, third.score(values[2])?])
            }
            Cuts::Nested(bands) => bands.score(values),
        }
    }

    /// The bands that score a measure of a customer with these scores.
    ///
    /// `None` for a measure that does not exist, or scores outside the scale in a nested fit.
    pub(super) fn bands(&self, measure: usize, scores: &[u16; 3]) -> Option<&BandsModel> {
        match self {
            Cuts::Apart(bands) => bands.get(measure),
            Cuts::Nested(bands) => bands.bands_within(measure, scores.get(..measure)?),
        }
    }

    /// How many bands were asked for: the best score of the measure. The same in all cells of a nested fit.
    fn asked(&self, measure: usize) -> u16 {
        self.bands(measure, &[1; 3]).map_or(0, BandsModel::asked)
    }
}

/// A dimension of the table in terms of the measures.
///
/// Its index or the mean, found once from the name, so that placing compares no texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// The score of that measure.
    Measure(usize),
    /// The mean of the last two scores, a half rounded up.
    Mean,
}

impl Part {
    fn of(self, scores: &[u16; 3]) -> u16 {
        match self {
            Part::Measure(at) => scores.get(at).copied().unwrap_or(0),
            Part::Mean => (scores[1] + scores[2]).div_ceil(2), // scores are below 65535 / 2 as the table's bands are
        }
    }
}

/// Cut points and table: three values become a segment.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(super) struct Scored<S> {
    cuts: Cuts,
    table: ScoreGrid,
    segments: Vec<S>,
    #[cfg_attr(feature = "serde", serde(skip))]
    parts: Vec<Part>,
}

/// What a file may claim.
///
/// The parts of the table's dimensions are not in it: they follow from the names, and what is not stored cannot differ.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Saved<S> {
    cuts: Cuts,
    table: ScoreGrid,
    segments: Vec<S>,
}

#[cfg(feature = "serde")]
impl<S: Segment> Saved<S> {
    /// Checks a file as a fit is checked, by the same function.
    pub(super) fn checked(self, names: &Names) -> Result<Scored<S>> {
        Scored::new(self.cuts, self.table, self.segments, names)
    }
}

impl<S: Segment> Scored<S> {
    /// The only way to a value of this type, so what it checks holds wherever one is met.
    ///
    /// # Errors
    /// Another number of segments than the table has, a key that is there twice, a dimension of an unknown name, or one
    /// with another number of scores than bands; and the mean of two measures with different numbers of bands, where a
    /// 3 of 5 and a 3 of 10 have no common scale.
    fn new(cuts: Cuts, table: ScoreGrid, segments: Vec<S>, names: &Names) -> Result<Self> {
        if segments.len() != table.segments().len() {
            return Err(Error::length("segments", segments.len(), table.segments().len()));
        }
        for (at, segment) in segments.iter().enumerate() {
            if segments[..at].iter().any(|before| before.key() == segment.key()) {
                return Err(Error::definition(format!("segment `{}` is named twice", segment.key())));
            }
        }
        let parts = table.dimensions().iter().map(|dimension| {
            let (part, asked) = part(&dimension.name, &cuts, names)?;
            if asked != dimension.bands {
                return Err(Error::definition(format!(
                    "the table has scores of `{}` from 1 to {}, the bands from 1 to {asked}: give the table that \
                     belongs to the bands",
                    dimension.name, dimension.bands
                )));
            }
            Ok(part)
        });
        let parts = parts.collect::<Result<Vec<_>>>()?;
        Ok(Scored { cuts, table, segments, parts })
    }
}

/// What a table's dimension is, and how many bands it has.
///
/// The mean is offered since the classical tables have two dimensions: recency, and frequency with monetary value,
/// which rise together in most shops.
fn part(name: &str, cuts: &Cuts, names: &Names) -> Result<(Part, u16)> {
    if let Some(at) = names.iter().position(|known| *known == name) {
        return Ok((Part::Measure(at), cuts.asked(at)));
    }
    let both = format!("{}_{}", names[1], names[2]);
    if name != both {
        let expected = format!("`{}`, `{}`, `{}` or `{both}`", names[0], names[1], names[2]);
        return Err(Error::parameter("dimension", expected, format!("`{name}`")));
    }
    let (second, third) = (cuts.asked(1), cuts.asked(2));
    if second != third {
        let message = format!(
            "`{both}` is the mean of two scores, which need as many bands: {} has {second}, {} has {third}",
            names[1], names[2]
        );
        return Err(Error::definition(message));
    }
    Ok((Part::Mean, second))
}

impl<S: Segment + Clone> Scored<S> {
    /// Cut points, and the table once it is proved.
    ///
    /// Segments come in the order of the table, which is the order in which they are shown. One that a caller gave and
    /// the table does not name is left out: no customer could be in it.
    pub(super) fn fitted(cuts: Cuts, table: Table<S>, names: &Names) -> Result<Self> {
        let Table { table, naming } = table;
        let grid = table.check()?;
        let found = grid.segments().iter().map(|text| {
            let known = match &naming {
                Naming::By(name) => name(text),
                Naming::List(list) => list.iter().find(|segment| segment.key() == text.segment).cloned(),
            };
            known.ok_or_else(|| {
                Error::definition(format!("the table names the segment `{}`, which is not given", text.segment))
            })
        });
        let segments = found.collect::<Result<Vec<_>>>()?;
        Scored::new(cuts, grid, segments, names)
    }
}

impl<S> Scored<S> {
    /// The segments, numbered as the table numbers them.
    pub(super) fn segments(&self) -> &[S] {
        &self.segments
    }

    pub(super) fn cuts(&self) -> &Cuts {
        &self.cuts
    }

    pub(super) fn table(&self) -> &ScoreGrid {
        &self.table
    }

    /// The number of the segment of these scores.
    ///
    /// The scores of the dimensions are put together on the stack, of which there are four at most: three measures and
    /// one mean. This is the path of every customer, so it neither allocates nor looks up a name.
    pub(super) fn assign(&self, scores: &[u16; 3]) -> Option<usize> {
        let mut of = [0; 4];
        for (slot, part) in of.iter_mut().zip(&self.parts) {
            *slot = part.of(scores);
        }
        self.table.assign(of.get(..self.parts.len())?)
    }

    /// The number of the segment of these values.
    ///
    /// `None` only if one is NaN.
    pub(super) fn place(&self, values: [f64; 3]) -> Option<usize> {
        self.assign(&self.cuts.score(values)?)
    }

    /// Where the segment changes if the first measure rises by whole numbers and the others stay: from which value,
    ///
    /// It serves the forecast "from that day on, if nothing more is bought". Scores rise or fall at cut points only, so
    /// these are tried in order, not each day; the first measure has the same bands in a nested fit for all customers.
    ///
    /// and the segment's number.
    pub(super) fn first_change(&self, values: [f64; 3]) -> Option<(f64, usize)> {
        let scores = self.cuts.score(values)?;
        let here = self.assign(&scores)?;
        let bands = self.cuts.bands(0, &scores)?;
        bands.cut_points().iter().find_map(|cut| {
            // the first whole number of the band above the cut point: the measure is in whole days
            let next = if bands.closed() == Closed::Lower { cut.ceil() } else { cut.floor() + 1.0 };
            let there = if next > values[0] { self.place([next, values[1], values[2]])? } else { here };
            (there != here).then_some((next, there))
        })
    }
}

impl<S: Segment> Scored<S> {
    /// Adds what the values score, and what would have to change.
    ///
    /// One piece of evidence a measure, with its interval and the distance to the nearer end; then the nearest other
    /// segments of the table, at most [`NEAREST`], each with the values that lead there. A neighbour is left out if its
    /// score lies in a band that equal values closed, since no value has that score.
    pub(super) fn explain(
        &self,
        mut told: Explanation,
        values: [f64; 3],
        what: [&str; 3],
        names: &Names,
    ) -> Explanation {
        let Some(scores) = self.cuts.score(values) else { return told };
        for (at, name) in names.iter().enumerate() {
            let mut evidence = Evidence::new(what[at], Value::Number(values[at]));
            if let Some(bands) = self.cuts.bands(at, &scores)
                && let Some(interval) = bands.interval(scores[at])
            {
                let asked = bands.asked();
                let words = in_digits(interval);
                evidence = evidence.meaning(format!("{name} scores {} of {asked}: {words}", scores[at]));
                let ends = [interval.lower, interval.upper].into_iter().flatten();
                if let Some(distance) = ends.map(|end| (values[at] - end).abs()).min_by(f64::total_cmp) {
                    evidence = evidence.distance(distance);
                }
            }
            told = told.because(evidence);
        }
        let of: Vec<u16> = self.parts.iter().map(|part| part.of(&scores)).collect();
        let mut named = 0;
        for neighbor in self.table.neighbors(&of) {
            let Some(segment) = self.segments.get(neighbor.segment) else { continue };
            let Some(change) = self.change(&neighbor.moves, scores, what, names) else { continue };
            told = told.unless(format!("{} if {change}", segment.label()));
            named += 1;
            if named == NEAREST {
                break;
            }
        }
        told
    }

    /// The moves in words; `None` if no value has the score they lead to.
    ///
    /// In a nested fit the interval of a later measure is that of the cell which the earlier moves lead to.
    fn change(&self, moves: &[Move], mut scores: [u16; 3], what: [&str; 3], names: &Names) -> Option<String> {
        let mut words = Vec::new();
        for step in moves {
            words.push(match *self.parts.get(step.dimension)? {
                Part::Measure(at) => {
                    *scores.get_mut(at)? = step.to;
                    let interval = self.cuts.bands(at, &scores)?.interval(step.to)?;
                    format!("{} were {}", what[at], in_digits(interval))
                }
                Part::Mean => format!("{} and {} scored {} on average", names[1], names[2], step.to),
            });
        }
        Some(words.join(" and "))
    }
}

/// The interval with its ends to twelve digits, for people: an interpolated 30.000000000000004 is 30.
fn in_digits(interval: Interval) -> Interval {
    let round = |end: f64| format!("{end:.11e}").parse().unwrap_or(end);
    Interval { lower: interval.lower.map(round), upper: interval.upper.map(round), ..interval }
}
