//! The recipe.

use std::hash::Hash;

use super::{NAMES, RfmModel, RfmSegment, measures::Measures};
use crate::bands::Bands;
use crate::behavioral::scored::{self, Scored, Table};
use crate::classify::ScoreTable;
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::purchases::Purchases;
use crate::parallel;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmenter::Fit;

/// Scores customers by recency, frequency and monetary value, and makes segments of the scores.
///
/// Fits purchases that customers repeat when they like. It does not fit contracts and subscriptions (recency says
/// nothing there), a first month of business (all are new), or purchases years apart. Segments are described by
/// what customers did; what they will do is for a lifetime model to say.
///
/// **Defaults.** Five bands a measure by quantiles, the sum of the amounts as monetary value, all events of the kind
/// `purchase`, and the ten classical names over recency and the mean of the scores of frequency and monetary value, a
/// half rounded up. Customers without a purchase are unassigned, as are those with a purchase of unknown amount.
///
/// **Ties.** Most customers of most shops bought once, so cut points of frequency coincide and there are fewer
/// bands: [`RfmModel::bands`] says how many. Equal values never score differently.
///
/// **Cost.** O(events + customers). The answer is the same on any number of threads.
///
/// ```
/// use segmentry::behavioral::{Rfm, RfmSegment};
/// use segmentry::customer::{Customers, Record};
/// use segmentry::history::History;
/// use segmentry::segmenter::{Fit, Segmenter};
/// use segmentry::time::Day;
///
/// let (mut log, day) = (History::builder(), |n: i32| Day::from_days(20_000 + n));
/// for customer in 0..50 {
///     for purchase in 0..=customer % 10 {
///         log.push(customer, &(day(7 * customer - 3 * purchase), 10.0 + f64::from(customer)))?;
///     }
/// }
/// let customers = Customers::from_history(log.finish()).as_of(day(400));
/// let model = Rfm::new().fit(&customers)?;
///
/// let newcomer = Record::new("newcomer").purchase(day(425), 12.0).as_of(day(430));
/// assert_eq!(model.scores(&newcomer)?.map(|scores| scores.to_string()).as_deref(), Some("511"));
/// assert_eq!(model.assign(&newcomer)?, Some(RfmSegment::NewCustomers));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Rfm<S = RfmSegment> {
    bands: scored::Measures,
    measures: Measures,
    table: Table<S>,
}

impl Default for Rfm {
    fn default() -> Self {
        Rfm {
            bands: scored::Measures::new(),
            measures: Measures::History { purchases: Purchases::new(), mean_spend: false },
            table: Table::by(RfmSegment::classical(), RfmSegment::of_text),
        }
    }
}

impl Rfm {
    /// Five bands a measure and the ten classical segments.
    pub fn new() -> Self {
        Rfm::default()
    }

    /// What the R package `rfm` does (Aravind Hebbali, rsquaredacademy/rfm, MIT): cut points by
    /// [`Bands::rfm_rule`], and the boxes of its articles, of which the first that matches wins.
    pub fn of_r() -> Self {
        let mut rfm = Rfm::new();
        for measure in 0..3 {
            rfm.bands.set(measure, Bands::rfm_rule(5));
        }
        rfm.table = Table::by(RfmSegment::boxes_of_r(), RfmSegment::of_text);
        rfm
    }
}

impl<S> Rfm<S> {
    /// Sets how many bands by quantiles each measure gets. With another number than 5 give a
    /// [`table`](Rfm::table): the classical one has scores from 1 to 5.
    #[must_use]
    pub fn bands(mut self, bands: usize) -> Self {
        for measure in 0..3 {
            self.bands.set(measure, Bands::quantiles(bands));
        }
        self
    }

    /// Sets the bands of recency. The fewest days always score best.
    #[must_use]
    pub fn recency(mut self, bands: Bands) -> Self {
        self.bands.set(0, bands);
        self
    }

    /// Sets the bands of frequency. The most purchases always score best.
    #[must_use]
    pub fn frequency(mut self, bands: Bands) -> Self {
        self.bands.set(1, bands);
        self
    }

    /// Sets the bands of monetary value. The highest always scores best.
    #[must_use]
    pub fn monetary(mut self, bands: Bands) -> Self {
        self.bands.set(2, bands);
        self
    }

    /// Cuts frequency within each band of recency and monetary value within each cell of both, as SPSS does on request:
    /// see [`NestedBands`](crate::bands::NestedBands).
    #[must_use]
    pub fn nested(mut self) -> Self {
        self.bands.nested = true;
        self
    }

    /// Takes the amount a purchase for monetary value, not the sum, which rises with frequency anyway. Reads the
    /// history.
    #[must_use]
    pub fn mean_spend(mut self) -> Self {
        let purchases = match self.measures {
            Measures::History { purchases, .. } => purchases,
            Measures::Attributes { .. } => Purchases::new(),
        };
        self.measures = Measures::History { purchases, mean_spend: true };
        self
    }

    /// Sets what counts as a purchase. Reads the history.
    #[must_use]
    pub fn purchases(mut self, purchases: Purchases) -> Self {
        self.measures = Measures::History { purchases, mean_spend: self.measures.is_mean() };
        self
    }

    /// Reads three attributes in place of the history: days since the last purchase, purchases, monetary value.
    ///
    /// ```
    /// use segmentry::behavioral::Rfm;
    /// use segmentry::customer::Customers;
    /// use segmentry::segmenter::{Fit, Segmenter};
    /// use segmentry::value::Column;
    ///
    /// let customers = Customers::with_ids(["ann", "bo", "cleo", "dan", "eve"])?
    ///     .with_column("days", Column::numbers([3.0, 20.0, 60.0, 150.0, 400.0]))?
    ///     .with_column("orders", Column::numbers([12.0, 8.0, 5.0, 2.0, 1.0]))?
    ///     .with_column("revenue", Column::numbers([900.0, 500.0, 200.0, 60.0, 20.0]))?;
    /// let model = Rfm::new().from_attributes("days", "orders", "revenue").fit(&customers)?;
    /// let segmentation = model.segment(&customers)?;
    /// assert_eq!(segmentation.get(0).map(ToString::to_string).as_deref(), Some("Champions"));
    /// assert_eq!(segmentation.get(4).map(ToString::to_string).as_deref(), Some("Hibernating"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    #[must_use]
    pub fn from_attributes(
        mut self,
        recency: impl Into<String>,
        frequency: impl Into<String>,
        monetary: impl Into<String>,
    ) -> Self {
        self.measures = Measures::Attributes { names: [recency.into(), frequency.into(), monetary.into()] };
        self
    }

    /// Makes segments by a table of your own. Its dimensions are any of `recency`, `frequency`, `monetary`, and
    /// `frequency_monetary`, the mean of the two scores with a half rounded up.
    ///
    /// ```
    /// use segmentry::behavioral::Rfm;
    /// use segmentry::classify::{ScoreRow, ScoreTable};
    ///
    /// let table = ScoreTable::new([("recency", 3), ("monetary", 3)])
    ///     .row(ScoreRow::new("vip").scores("monetary", 3..=3))
    ///     .row(ScoreRow::new("gone").scores("recency", 1..=1).scores("monetary", 1..=2))
    ///     .otherwise("regular");
    /// let rfm = Rfm::new().bands(3).table(table);
    /// # let _ = rfm;
    /// ```
    #[must_use]
    pub fn table(self, table: ScoreTable) -> Rfm<Label> {
        Rfm { bands: self.bands, measures: self.measures, table: Table::labelled(table) }
    }

    /// As [`table`](Rfm::table), with segments of your own type, found by their keys.
    #[must_use]
    pub fn table_of<T: Segment>(self, table: ScoreTable, segments: impl IntoIterator<Item = T>) -> Rfm<T> {
        let table = Table::of(table, segments.into_iter().collect());
        Rfm { bands: self.bands, measures: self.measures, table }
    }
}

impl<S: Segment + Clone + Eq + Hash + Send + Sync> Fit for Rfm<S> {
    type Model = RfmModel<S>;

    /// Learns the cut points from the customers that have all three values; the others are counted
    /// ([`RfmModel::left_out`]). Weights count as numbers of customers.
    ///
    /// # Errors
    /// If the customers are seen as of no moment or have no history, or lack an attribute; if no customer has all
    /// three values; if bands or table are wrong or do not belong together; if `progress` stops the work.
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<RfmModel<S>> {
        self.measures.check()?;
        progress.step("steps", 0, 3)?;
        let reader = self.measures.reader(customers)?;
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            let mut found = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
            for row in rows {
                if let Ok(values) = reader.row(row)? {
                    found.0.push(values);
                    found.1.push(row);
                }
            }
            Ok::<_, Error>(found)
        });
        let mut columns = [const { Vec::new() }; 3];
        let mut weights = customers.weights().map(|_| Vec::new());
        for chunk in chunks {
            let (values, rows) = chunk?;
            for (at, column) in columns.iter_mut().enumerate() {
                column.extend(values.iter().map(|values| values[at]));
            }
            if let (Some(weights), Some(all)) = (&mut weights, customers.weights()) {
                weights.extend(rows.iter().filter_map(|row| all.get(*row)));
            }
        }
        progress.step("steps", 1, 3)?;
        let fitted = columns[0].len();
        if fitted == 0 {
            let what = if self.measures.is_history() { "purchases" } else { "values in all three attributes" };
            return Err(Error::empty(format!("customers with {what} to learn from")));
        }
        let [recency, frequency, monetary] = &columns;
        let cuts = self.bands.fit([recency, frequency, monetary], weights.as_deref(), &NAMES)?;
        progress.step("steps", 2, 3)?;
        let scored = Scored::fitted(cuts, self.table.clone(), &NAMES)?;
        progress.step("steps", 3, 3)?;
        Ok(RfmModel::new(self.measures.clone(), scored, fitted as u64, (customers.len() - fitted) as u64))
    }
}
