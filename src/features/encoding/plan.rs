//! What a feature means for the customers at hand: what was not said is taken from the attribute, what cannot be is
//! refused.
//!
//! Every parameter is checked here and nowhere else, before a single value is looked at. What has no use where
//! it was said is an error and not passed over: who winsorises a category thinks that it is a number.
//!
//! | kind | level | encoded, where nobody says, as |
//! | --- | --- | --- |
//! | number, integer | count, interval, ratio | number |
//! | number, integer | ordinal | number in rows of numbers, else rank |
//! | text, number, integer | nominal | category |
//! | text | ordinal | rank by the level's order |
//! | text, number, integer | binary | flag |
//! | boolean | any | flag, asymmetric if the level says so |
//! | day, timestamp | any | number |
//! | set | any | indicators of members |
//! | point | any | point on the sphere |

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::value::{Attribute, Column, Kind, Level};

use super::choices::{Encode, Missing, Scale, Transform, Unknown};
use super::feature::Feature;
use super::meaning::Form;
use super::part::Part;
use super::scaler::Wish;

/// How many categories or members have a column where nobody says.
///
/// Enough for countries and branches; of post codes or products the commonest, and the notes say so.
const MOST: usize = 100;

/// A feature of which everything is said.
///
/// Borrowed from recipe and table: it lives as long as the fit.
pub(super) struct Plan<'a> {
    /// The attribute as the table describes it.
    pub(super) attribute: &'a Attribute,
    /// Its values.
    pub(super) column: &'a Column,
    /// Never [`Encode::Category`] in rows of numbers, where it became [`Encode::OneHot`].
    pub(super) encode: Encode,
    /// Ends, transformation and scale, of what has one.
    pub(super) wish: Wish,
    /// What an unknown value does.
    pub(super) missing: Missing,
    /// What an unknown category does.
    pub(super) unknown: Unknown,
    /// Whether a column says that the value was not known.
    pub(super) indicator: bool,
    /// How much it counts: finite, above 0.
    pub(super) weight: f64,
    /// The order of a text, lowest first; `None` of everything else, also of numbers whose order counts.
    pub(super) order: Option<Vec<String>>,
    /// The share below which a category is one of the others.
    pub(super) min_share: f64,
    /// How many categories have a column.
    pub(super) most: usize,
    /// Which value of a flag is 1, if that was said.
    pub(super) yes: Option<&'a str>,
    /// Whether both values of a flag say as much.
    pub(super) symmetric: bool,
    /// Whether ranks stay ranks.
    pub(super) ranks: bool,
}

impl<'a> Plan<'a> {
    /// The plan of a feature, `scale` and `missing` being what goes for all.
    ///
    /// Ranks that stay ranks are not scaled unless the feature itself says so: the method knows what to do with
    /// ranks.
    ///
    /// # Errors
    /// If the attribute is unknown or of a kind that cannot be encoded so, or something said of the feature is
    /// outside what it may be or has no use there.
    pub(super) fn of(
        feature: &'a Feature,
        customers: &'a Customers,
        form: Form,
        scale: Scale,
        missing: Option<&Missing>,
    ) -> Result<Self> {
        let name = feature.attribute.as_str();
        let column = customers.column(name)?;
        let unknown = || Error::unknown_attribute(name, customers.schema().names());
        let attribute = customers.schema().get(name).ok_or_else(unknown)?;
        let asked = feature.encode.unwrap_or_else(|| usual(attribute));
        expect_kind(attribute, asked)?;
        let encode = if asked == Encode::Category && form == Form::Numbers { Encode::OneHot } else { asked };
        let fallback = if form == Form::MeaningsOrMissing { Missing::Keep } else { Missing::LeaveOut };
        let missing = feature.missing.as_ref().or(missing).cloned().unwrap_or(fallback);
        let ranks = form != Form::Numbers && encode == Encode::Ordinal;
        let scale = if ranks { feature.scale.unwrap_or(Scale::Raw) } else { feature.scale.unwrap_or(scale) };
        let strict = matches!(encode, Encode::Ordinal | Encode::Flag);
        let plan = Plan {
            attribute,
            column,
            encode,
            wish: Wish { scale, transform: feature.transform, winsorize: feature.winsorize },
            missing,
            unknown: feature.unknown.unwrap_or(if strict { Unknown::Error } else { Unknown::Other }),
            indicator: feature.indicator,
            weight: feature.weight,
            order: order(feature, attribute, encode).map_err(|error| error.at_key(name))?,
            min_share: feature.min_share,
            most: feature.most.unwrap_or(MOST),
            yes: feature.yes.as_deref(),
            symmetric: !matches!(attribute.level, Level::Binary { symmetric: false }),
            ranks,
        };
        plan.check(feature, form).map_err(|error| error.at_key(name))?;
        Ok(plan)
    }

    /// What the feature is called: the attribute, and the part of the calendar if it is one.
    ///
    /// No two features are called the same, but one attribute may be several features: `joined`, `joined month`.
    pub(super) fn label(&self) -> String {
        match self.part() {
            Some(part) => format!("{} {}", self.attribute.name, part.name()),
            None if self.encode == Encode::Age => format!("{} age", self.attribute.name),
            None => self.attribute.name.clone(),
        }
    }

    /// The part of the calendar, if it is one of those on a circle.
    pub(super) fn part(&self) -> Option<Part> {
        match self.encode {
            Encode::Weekday => Some(Part::Weekday),
            Encode::Month => Some(Part::Month),
            Encode::DayOfYear => Some(Part::DayOfYear),
            Encode::Hour => Some(Part::Hour),
            _ => None,
        }
    }

    /// The category that stands for an unknown value, which has a column however rare it is.
    ///
    /// Were it counted among the others, unknown would mean rare.
    pub(super) fn attribute_fill(&self) -> Option<&str> {
        match &self.missing {
            Missing::Category(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it may leave customers out at all.
    ///
    /// Most features cannot, so that most tables are not walked through for it.
    pub(super) fn may_leave_out(&self) -> bool {
        (self.missing == Missing::LeaveOut && !self.column.is_complete())
            || (self.unknown == Unknown::LeaveOut && self.order.is_some())
    }

    /// Whether the customer in that row takes part, as far as this feature is asked.
    ///
    /// A customer is left out of what all features learn as soon as one of them says no.
    pub(super) fn keeps(&self, row: usize) -> bool {
        let value = self.column.value(row);
        if !value.is_present() {
            return self.missing != Missing::LeaveOut;
        }
        match (&self.order, self.unknown) {
            (Some(order), Unknown::LeaveOut) => {
                value.text().is_some_and(|text| order.iter().any(|known| known == text))
            }
            _ => true,
        }
    }

    /// Parameters inside their ranges, and only where they have a use.
    ///
    /// A weight has a use where squared differences of columns are what counts: in rows of numbers, and of columns of
    /// numbers elsewhere. A code, a flag or a rank cannot be multiplied and stay what it is.
    ///
    /// # Errors
    /// The first parameter that is not as it must be.
    fn check(&self, feature: &Feature, form: Form) -> Result<()> {
        let number = matches!(self.encode, Encode::Number | Encode::Age);
        let scaled = number || matches!(self.encode, Encode::Ordinal | Encode::Frequency);
        let many = matches!(self.encode, Encode::OneHot | Encode::Category | Encode::Set);
        let named = many && self.encode != Encode::Set || matches!(self.encode, Encode::Ordinal | Encode::Flag);
        let useless = [
            ("transform", !number && feature.transform != Transform::None, "numbers"),
            ("winsorize", !number && feature.winsorize.is_some(), "numbers"),
            ("scale", !scaled && feature.scale.is_some(), "numbers, orders and frequencies"),
            ("min_share", !many && feature.min_share != 0.0, "categories and sets"),
            ("most", !many && feature.most.is_some(), "categories and sets"),
            ("unknown", !named && feature.unknown.is_some(), "categories, orders and flags"),
            ("order", self.encode != Encode::Ordinal && feature.order.is_some(), "ordinal features"),
            ("yes", self.encode != Encode::Flag && feature.yes.is_some(), "flags"),
        ];
        if let Some((parameter, _, of)) = useless.iter().find(|(_, useless, _)| *useless) {
            return Err(Error::parameter(*parameter, format!("left out: it is one of {of}"), "a value"));
        }
        if !(feature.weight.is_finite() && feature.weight > 0.0) {
            return Err(Error::parameter("weight", "a finite number above 0", feature.weight));
        }
        let numbers = form == Form::Numbers || !matches!(self.encode, Encode::Category | Encode::OneHot | Encode::Flag);
        if feature.weight != 1.0 && (!numbers || (form != Form::Numbers && self.encode == Encode::Set) || self.ranks) {
            let expected = "1 where the column is a code, a flag or a rank: give the weight to the method";
            return Err(Error::parameter("weight", expected, feature.weight));
        }
        if let Some((low, high)) = feature.winsorize
            && !(low >= 0.0 && low < high && high <= 1.0)
        {
            return Err(Error::parameter("winsorize", "two shares from 0 to 1, rising", format!("{low}, {high}")));
        }
        if !(0.0..1.0).contains(&feature.min_share) {
            return Err(Error::parameter("min_share", "from 0 to below 1", feature.min_share));
        }
        if feature.most == Some(0) {
            return Err(Error::parameter("most", "at least 1", 0));
        }
        if strict_without_others(self.unknown, self.encode) {
            return Err(Error::parameter("unknown", "`error` or `leave_out`: there are no others", "other"));
        }
        if self.missing == Missing::Keep && form != Form::MeaningsOrMissing {
            let expected = "other than `keep` with a method that does not take missing values";
            return Err(Error::parameter("missing", expected, "keep"));
        }
        if matches!(self.missing, Missing::Constant(number) if !number.is_finite()) {
            return Err(Error::parameter("missing", "a finite constant", format!("{:?}", self.missing)));
        }
        if feature.indicator && matches!(self.missing, Missing::Error | Missing::LeaveOut) {
            let expected = "left out, or `missing` one that keeps the customer";
            return Err(Error::parameter("indicator", expected, true));
        }
        Ok(())
    }
}

/// Ranks and flags have no place for what is neither: a text outside an order, a third value.
fn strict_without_others(unknown: Unknown, encode: Encode) -> bool {
    unknown == Unknown::Other && matches!(encode, Encode::Ordinal | Encode::Flag)
}

/// How an attribute is encoded where nobody says: by its kind and level, as the table at the top of this file has it.
pub(super) fn usual(attribute: &Attribute) -> Encode {
    match (attribute.kind, &attribute.level) {
        (Kind::Point, _) => Encode::Place,
        (Kind::Set, _) => Encode::Set,
        (Kind::Boolean, _) | (Kind::Text | Kind::Number | Kind::Integer, Level::Binary { .. }) => Encode::Flag,
        (Kind::Text | Kind::Number | Kind::Integer, Level::Ordinal(_)) => Encode::Ordinal,
        (Kind::Text, _) | (Kind::Number | Kind::Integer, Level::Nominal) => Encode::Category,
        (Kind::Number | Kind::Integer | Kind::Day | Kind::Timestamp, _) => Encode::Number,
    }
}

/// The order of a text: the feature's, else its level's.
///
/// # Errors
/// If there is none, a text stands in it twice, or it was given for numbers, which have theirs.
fn order(feature: &Feature, attribute: &Attribute, encode: Encode) -> Result<Option<Vec<String>>> {
    if encode != Encode::Ordinal || attribute.kind != Kind::Text {
        return match feature.order {
            Some(_) if encode == Encode::Ordinal => {
                Err(Error::parameter("order", "left out: numbers have their order", "an order"))
            }
            _ => Ok(None),
        };
    }
    let order = match (&feature.order, &attribute.level) {
        (Some(order), _) | (None, Level::Ordinal(order)) => order.clone(),
        _ => Vec::new(),
    };
    if order.is_empty() {
        return Err(Error::parameter("order", "the texts of the attribute, lowest first", "none"));
    }
    if let Some(twice) = order.iter().enumerate().find(|(at, text)| order[..*at].contains(text)) {
        return Err(Error::parameter("order", "each text once", twice.1));
    }
    Ok(Some(order))
}

/// Whether an attribute can be encoded so.
///
/// Nothing is turned into something else on the way: a text of digits is no number, a truth none either.
///
/// # Errors
/// If it cannot.
fn expect_kind(attribute: &Attribute, encode: Encode) -> Result<()> {
    let kind = attribute.kind;
    let day = matches!(kind, Kind::Day | Kind::Timestamp);
    let plain = kind.is_numeric() || kind == Kind::Text;
    let (fine, expected) = match encode {
        Encode::Number => (kind.is_numeric() || day, "number, day or timestamp"),
        Encode::Category | Encode::OneHot | Encode::Frequency | Encode::Flag => {
            (plain || kind == Kind::Boolean, "text, number or boolean")
        }
        Encode::Ordinal => (plain, "text with an order, or number"),
        Encode::Set => (kind == Kind::Set, "set"),
        Encode::Age | Encode::Weekday | Encode::Month | Encode::DayOfYear => (day, "day or timestamp"),
        Encode::Hour => (kind == Kind::Timestamp, "timestamp"),
        Encode::Place => (kind == Kind::Point, "point"),
    };
    if fine { Ok(()) } else { Err(Error::wrong_kind(&attribute.name, kind, expected)) }
}
