//! One value out of the values of many members.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::customer::table::Customers;
use crate::error::{Error, Result};
use crate::math::sum::sum;
use crate::value::{AsValue, Attribute, Column, ColumnBuilder, HASHER, Kind, Level, OwnedValue, Value};

/// How one value is made of the values of the members.
///
/// Members without a value are left out, and a parent none of whose members has one gets none (its value is missing),
/// unless the line below says otherwise.
///
/// | question | aggregate | SQL, pandas | of |
/// | --- | --- | --- | --- |
/// | has one of the contacts opened the mail? | `Any` | `bool_or`, `any` | truths |
/// | is every contract paid? | `All` | `bool_and`, `all` | truths |
/// | what part of the contacts is active? | `Share` | `avg(active::int)` | truths |
/// | what part sits in purchasing? | `ShareOf("purchasing")` | `avg((role = …)::int)` | texts, sets |
/// | how much do the shops sell? | `Sum` | `sum` | numbers |
/// | how old are they on average? | `Mean` | weighted `avg` | numbers |
/// | when was the last visit? | `Max` | `max` | numbers, days, instants |
/// | what is the current plan? | `Newest` | `arg_max`, `last` after sorting | every kind |
/// | in which city are most? | `MostFrequent` | `mode` | all but sets and places |
/// | in how many countries are they? | `Distinct` | `count(distinct …)` | all but places |
/// | which products do they own? | `Union` | `array_agg(distinct …)` | texts, sets |
///
/// ```
/// use segmentry::customer::{Aggregate, Customers, RollUp};
/// use segmentry::time::Day;
/// use segmentry::value::{Column, Value};
///
/// let shops = Customers::with_ids(["Lyon", "Turin", "Milan"])?
///     .with_column("company", Column::texts(["acme", "acme", "acme"]))?
///     .with_column("country", Column::texts(["FR", "IT", "IT"]))?
///     .with_column("plan", Column::texts(["free", "pro", "free"]))?
///     .with_column("visited", Column::days([Day::new(2026, 1, 8)?, Day::new(2026, 9, 2)?, Day::new(2026, 4, 1)?]))?;
/// let company = RollUp::to("company")
///     .column("countries", Aggregate::Distinct, "country")
///     .column("mostly_in", Aggregate::MostFrequent, "country")
///     .column("in_italy", Aggregate::ShareOf("IT".to_owned()), "country")
///     .column("plan", Aggregate::Newest { by: "visited".to_owned() }, "plan")
///     .run(&shops)?
///     .customers;
/// assert_eq!(company.column("countries")?.value(0), Value::Integer(2));
/// assert_eq!(company.column("mostly_in")?.value(0), Value::Text("IT"));
/// assert_eq!(company.column("in_italy")?.number(0), Some(2.0 / 3.0));
/// assert_eq!(company.column("plan")?.value(0), Value::Text("pro"));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
///
/// `Any` and `All` know three answers (Kleene's strong logic, as `OR` and `AND` in SQL): with one contact who opened
/// the mail and one of whom nothing is known `Any` is true, with one who did not and one unknown it is missing. SQL's
/// `bool_or` leaves the unknown out and would say false there; so does a `Share`, which is of those who are known.
///
/// `Newest` and `First` pass over members without a value: the newest *known* plan, not the plan of the newest member.
///
/// # Differs from
///
/// `Sum` of nothing is missing, as in SQL; pandas gives 0. `MostFrequent` decides ties by the order of the table where
/// pandas gives all and SQL any of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Aggregate {
    /// Whether it is true of one: true if one is true, false if each is known to be false, missing otherwise.
    Any,
    /// Whether it is true of each: false if one is false, true if each is known to be true, missing otherwise.
    All,
    /// The weighted share of members of whom it is true.
    Share,
    /// The weighted share of members of whom it is this text, or in whose set the text is.
    ShareOf(String),
    /// The sum; of whole numbers a whole number, unless it does not fit in one.
    Sum,
    /// The weighted mean; missing where the weights are all 0.
    Mean,
    /// The smallest number, or the earliest day or instant.
    Min,
    /// The largest number, or the latest day or instant.
    Max,
    /// The value of the member that is newest by that attribute, a day or a timestamp; a member without one is older
    /// than all others, of equally new members the first counts.
    Newest {
        /// The day or timestamp of the members.
        by: String,
    },
    /// The value of the first member that has one, in the order of the table.
    First,
    /// The most frequent value; of equally frequent ones the one that comes first. Members count by their weights.
    MostFrequent,
    /// How many different values there are; of sets, how many different texts. 0 where no member has a value.
    Distinct,
    /// The texts of all members as one set, in order of first appearance.
    Union,
}

/// The members of each parent, in the order of the table.
///
/// Members lie one behind the other, parent by parent, and `ends` say where each parent's members end: two passes of
/// counting, no hash table, and the order of the table within each parent, on which `First`, ties and sums depend.
pub(super) struct Groups<'a> {
    ends: Vec<usize>,
    rows: Vec<usize>,
    weights: Option<&'a [f64]>,
}

impl<'a> Groups<'a> {
    pub(super) fn new(of: &[Option<usize>], parents: usize, weights: Option<&'a [f64]>) -> Self {
        let mut ends = vec![0_usize; parents];
        for parent in of.iter().flatten() {
            ends[*parent] += 1; // parents are numbered from 0 to `parents`
        }
        let mut total = 0;
        let mut next = Vec::with_capacity(parents);
        for end in &mut ends {
            next.push(total);
            total += *end;
            *end = total;
        }
        let mut rows = vec![0_usize; total];
        for (row, parent) in of.iter().enumerate() {
            if let Some(parent) = parent {
                rows[next[*parent]] = row; // each place is below the parent's end
                next[*parent] += 1;
            }
        }
        Groups { ends, rows, weights }
    }

    pub(super) fn of(&self, parent: usize) -> &[usize] {
        let start = parent.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(parent).and_then(|end| self.rows.get(start..*end)).unwrap_or_default()
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights.get(row).copied().unwrap_or_default())
    }

    /// Σ weight × value / Σ weight.
    ///
    /// `None` without values, and where all weights are 0: nobody counts, so nothing is known.
    fn mean(&self, values: &[(usize, f64)]) -> Option<f64> {
        let weights = sum(values.iter().map(|(row, _)| self.weight(*row)));
        let total = sum(values.iter().map(|(row, value)| self.weight(*row) * value));
        (weights > 0.0).then(|| total / weights)
    }
}

impl Aggregate {
    /// The kind of the result, if the aggregate is defined for values of that kind.
    ///
    /// The one place that says which aggregate is defined for which kind. `Sum` of whole numbers starts as whole
    /// numbers and widens only if some parent's sum does not fit.
    fn result(&self, kind: Kind) -> Option<Kind> {
        let ordered = kind.is_numeric() || matches!(kind, Kind::Day | Kind::Timestamp);
        let discrete = matches!(kind, Kind::Text | Kind::Boolean | Kind::Day | Kind::Timestamp) || kind.is_numeric();
        match self {
            Aggregate::Any | Aggregate::All => (kind == Kind::Boolean).then_some(Kind::Boolean),
            Aggregate::Share => (kind == Kind::Boolean).then_some(Kind::Number),
            Aggregate::ShareOf(_) => matches!(kind, Kind::Text | Kind::Set).then_some(Kind::Number),
            Aggregate::Sum => kind.is_numeric().then_some(kind),
            Aggregate::Mean => kind.is_numeric().then_some(Kind::Number),
            Aggregate::Min | Aggregate::Max => ordered.then_some(kind),
            Aggregate::Newest { .. } | Aggregate::First => Some(kind),
            Aggregate::MostFrequent => discrete.then_some(kind),
            Aggregate::Distinct => (discrete || kind == Kind::Set).then_some(Kind::Integer),
            Aggregate::Union => matches!(kind, Kind::Text | Kind::Set).then_some(Kind::Set),
        }
    }

    /// What the message says in place of the list of kinds; in step with [`Aggregate::result`].
    fn expected(&self) -> &'static str {
        match self {
            Aggregate::Any | Aggregate::All | Aggregate::Share => "boolean",
            Aggregate::ShareOf(_) | Aggregate::Union => "text or set",
            Aggregate::Sum | Aggregate::Mean => "number",
            Aggregate::Min | Aggregate::Max => "number, day or timestamp",
            _ => "a kind whose values can be told apart",
        }
    }

    /// The column of the parents.
    pub(super) fn column(&self, members: &Customers, attribute: &str, groups: &Groups<'_>) -> Result<Column> {
        let column = members.column(attribute)?;
        let Some(kind) = self.result(column.kind()) else {
            return Err(Error::wrong_kind(attribute, column.kind(), format!("{} for {self}", self.expected())));
        };
        let by = match self {
            Aggregate::Newest { by } => {
                let dates = members.column(by)?;
                if !matches!(dates.kind(), Kind::Day | Kind::Timestamp) {
                    return Err(Error::wrong_kind(by, dates.kind(), "day or timestamp"));
                }
                Some(dates)
            }
            _ => None,
        };
        let mut made = ColumnBuilder::of_kind(kind);
        for parent in 0..groups.ends.len() {
            let value = self.one(column, by, groups.of(parent), groups);
            // a sum of whole numbers that does not fit in one turns the column into numbers
            made.push(value.as_value()).map_err(|kind| Error::wrong_kind(attribute, &value, kind.to_string()))?;
        }
        Ok(made.finish())
    }

    /// The value of one parent.
    fn one(&self, column: &Column, by: Option<&Column>, rows: &[usize], groups: &Groups<'_>) -> OwnedValue {
        let present = || rows.iter().copied().filter(|row| column.value(*row).is_present());
        let number = |number: Option<f64>| OwnedValue::from(&number);
        let share = |is: &dyn Fn(Value<'_>) -> bool| {
            let values: Vec<_> = present().map(|row| (row, if is(column.value(row)) { 1.0 } else { 0.0 })).collect();
            number(groups.mean(&values))
        };
        let held = |row: Option<usize>| row.map_or(OwnedValue::Missing, |row| column.value(row).to_owned());
        match self {
            Aggregate::Any => kleene(column, rows, true),
            Aggregate::All => kleene(column, rows, false),
            Aggregate::Share => share(&|value| value.boolean() == Some(true)),
            Aggregate::ShareOf(text) => share(&|value| match value {
                Value::Set(set) => set.contains(text),
                value => value.text() == Some(text),
            }),
            Aggregate::Sum => total(column, rows),
            Aggregate::Mean => {
                let values: Vec<_> = present().filter_map(|row| column.number(row).map(|value| (row, value))).collect();
                number(groups.mean(&values))
            }
            Aggregate::Min => held(present().reduce(|a, b| if order(column, b) < order(column, a) { b } else { a })),
            Aggregate::Max => held(present().reduce(|a, b| if order(column, b) > order(column, a) { b } else { a })),
            Aggregate::Newest { .. } => {
                let new = |row: usize| by.map(|by| order(by, row));
                held(present().reduce(|a, b| if new(b) > new(a) { b } else { a }))
            }
            Aggregate::First => held(present().next()),
            Aggregate::MostFrequent => held(most_frequent(column, present(), groups)),
            Aggregate::Distinct => {
                let mut keys: Vec<u64> = Vec::new();
                for row in present() {
                    match column.value(row) {
                        Value::Set(set) => keys.extend(set.iter().map(|text| key(Value::Text(text)))),
                        value => keys.push(key(value)),
                    }
                }
                keys.sort_unstable();
                keys.dedup();
                OwnedValue::Integer(keys.len() as i64)
            }
            Aggregate::Union => {
                let mut texts: Vec<String> = Vec::new();
                let mut seen: BTreeSet<u64> = BTreeSet::new();
                for row in present() {
                    let mut add = |text: &str| {
                        if seen.insert(key(Value::Text(text))) {
                            texts.push(text.to_owned());
                        }
                    };
                    match column.value(row) {
                        Value::Set(set) => set.iter().for_each(&mut add),
                        value => value.text().into_iter().for_each(&mut add),
                    }
                }
                if present().next().is_none() { OwnedValue::Missing } else { OwnedValue::Set(texts) }
            }
        }
    }

    /// What the result is: the members' unit and level where the result is a value like theirs.
    pub(super) fn describe(&self, name: &str, of: Option<&Attribute>, kind: Kind) -> Attribute {
        let made = Attribute::new(name, kind);
        let Some(of) = of else { return made };
        let source = of.source.clone();
        let mut made = match self {
            Aggregate::Distinct => made.level(Level::Count),
            Aggregate::Any | Aggregate::All => made.level(of.level.clone()),
            Aggregate::Share | Aggregate::ShareOf(_) | Aggregate::Union => made,
            Aggregate::Sum | Aggregate::Mean => Attribute { unit: of.unit.clone(), ..made },
            _ => Attribute { unit: of.unit.clone(), level: of.level.clone(), ..made },
        };
        made.source = source;
        made
    }
}

/// Whether one is `wanted`: so, if one is; not, if each is known not to be; missing otherwise. With `wanted` false this
/// is the dual, read back.
fn kleene(column: &Column, rows: &[usize], wanted: bool) -> OwnedValue {
    let mut unknown = false;
    for row in rows {
        match column.value(*row).boolean() {
            Some(value) if value == wanted => return OwnedValue::Boolean(wanted),
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { OwnedValue::Missing } else { OwnedValue::Boolean(!wanted) }
}

/// Whole numbers are added in 128 bits, in which no table's sum overflows; numbers by the compensated sum of the crate,
/// so that the order of members does not show in the cents.
fn total(column: &Column, rows: &[usize]) -> OwnedValue {
    let numbers: Vec<f64> = rows.iter().filter_map(|row| column.number(*row)).collect();
    if numbers.is_empty() {
        return OwnedValue::Missing;
    }
    let integers = rows.iter().filter_map(|row| match column.value(*row) {
        Value::Integer(integer) => Some(i128::from(integer)),
        _ => None,
    });
    match (column.kind(), i64::try_from(integers.sum::<i128>())) {
        (Kind::Integer, Ok(total)) => OwnedValue::Integer(total),
        _ => OwnedValue::from(&sum(numbers)),
    }
}

/// Where a value stands among the others of its column; only of values that are ordered.
///
/// Whole numbers are compared as such, not as floats, which would make neighbours above 2⁵³ equal.
fn order(column: &Column, row: usize) -> (Option<i64>, f64) {
    match column.value(row) {
        Value::Integer(integer) => (Some(integer), 0.0),
        Value::Day(day) => (Some(i64::from(day.days())), 0.0),
        Value::Timestamp(at) => (Some(at.micros()), 0.0),
        Value::Number(number) => (Some(0), number),
        _ => (None, 0.0),
    }
}

/// A number that equal values share, and different ones only if two 64-bit hashes of texts clash.
///
/// For [`Aggregate::Distinct`], [`Aggregate::Union`] and [`Aggregate::MostFrequent`]: of values of one column, so that
/// a truth and the number 1 cannot meet. Among a million different texts a clash has a chance of 3 in 10⁸.
fn key(value: Value<'_>) -> u64 {
    use std::hash::BuildHasher;
    match value {
        Value::Text(text) => HASHER.hash_one(text),
        Value::Integer(integer) => integer as u64,
        Value::Number(number) => (number + 0.0).to_bits(), // −0 is 0
        Value::Boolean(boolean) => u64::from(boolean),
        Value::Day(day) => day.days() as u64,
        Value::Timestamp(at) => at.micros() as u64,
        _ => 0,
    }
}

/// The first row with the most frequent value.
///
/// Places are found through a map, but the answer is read from the list in order of first appearance: ties go to the
/// value that comes first, on any machine.
fn most_frequent(column: &Column, rows: impl Iterator<Item = usize>, groups: &Groups<'_>) -> Option<usize> {
    let mut at: BTreeMap<u64, usize> = BTreeMap::new();
    let mut found: Vec<(usize, f64)> = Vec::new();
    for row in rows {
        let next = found.len();
        let place = *at.entry(key(column.value(row))).or_insert(next);
        match found.get_mut(place) {
            Some((_, weight)) => *weight += groups.weight(row),
            None => found.push((row, groups.weight(row))),
        }
    }
    let best = found.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.map(|(row, _)| row)
}

impl fmt::Display for Aggregate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Aggregate::Any => f.write_str("any"),
            Aggregate::All => f.write_str("all"),
            Aggregate::Share => f.write_str("share of"),
            Aggregate::ShareOf(text) => write!(f, "share of `{text}` in"),
            Aggregate::Sum => f.write_str("sum of"),
            Aggregate::Mean => f.write_str("mean of"),
            Aggregate::Min => f.write_str("smallest"),
            Aggregate::Max => f.write_str("largest"),
            Aggregate::Newest { by } => write!(f, "newest by {by}"),
            Aggregate::First => f.write_str("first"),
            Aggregate::MostFrequent => f.write_str("most frequent"),
            Aggregate::Distinct => f.write_str("number of different"),
            Aggregate::Union => f.write_str("all of"),
        }
    }
}
