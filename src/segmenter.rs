//! What places customers, and what learns to.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::parallel;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;

/// What a segmenter reads of a customer: nothing else changes its answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Reads {
    /// The attributes, each once.
    pub attributes: Vec<String>,
    /// The lists of items, each once.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub lists: Vec<String>,
    /// Whether it reads events.
    pub history: bool,
    /// Whether the answer depends on the moment as of which the customer is seen.
    pub as_of: bool,
}

impl Reads {
    /// These attributes.
    pub fn attributes<T: Into<String>>(attributes: impl IntoIterator<Item = T>) -> Self {
        let mut reads = Reads::default();
        for attribute in attributes {
            let attribute = attribute.into();
            if !reads.attributes.contains(&attribute) {
                reads.attributes.push(attribute);
            }
        }
        reads
    }

    /// Events as of a moment.
    pub fn events() -> Self {
        Reads { history: true, as_of: true, ..Reads::default() }
    }

    /// What either reads.
    #[must_use]
    pub fn and(self, other: Reads) -> Self {
        let (history, as_of) = (self.history || other.history, self.as_of || other.as_of);
        let mut lists = self.lists;
        lists.extend(other.lists);
        lists.sort_unstable();
        lists.dedup();
        Reads { history, as_of, lists, ..Reads::attributes(self.attributes.into_iter().chain(other.attributes)) }
    }
}

/// Places customers, one or many: rules, tiers and every fitted model.
///
/// Three methods are enough. `assign` answers for one customer without looking at others, `segment` for many in
/// parallel, and both give the same answer. It works as `dyn Segmenter<Segment = …>`; [`erase`](Segmenter::erase) makes
/// all segmenters one type.
///
/// ```
/// use segmentry::customer::{Customer, Record};
/// use segmentry::segmenter::{Reads, Segmenter};
/// use segmentry::Result;
///
/// struct ByCountry;
///
/// impl Segmenter for ByCountry {
///     type Segment = String;
///
///     fn segments(&self) -> Vec<String> {
///         vec!["home".to_owned(), "abroad".to_owned()]
///     }
///     fn reads(&self) -> Reads {
///         Reads::attributes(["country"])
///     }
///     fn assign(&self, customer: &dyn Customer) -> Result<Option<String>> {
///         Ok(customer.value("country").text().map(|c| if c == "DE" { "home" } else { "abroad" }.to_owned()))
///     }
/// }
///
/// let newcomer = Record::new("c-9").with("country", "FR");
/// assert_eq!(ByCountry.assign(&newcomer)?.as_deref(), Some("abroad"));
/// assert_eq!(
///     ByCountry.explain(&Record::new("c-10"))?.to_string(),
///     "customer `c-10` is unassigned: `country` is missing\n  because country is missing",
/// );
/// # Ok::<(), segmentry::Error>(())
/// ```
pub trait Segmenter: Send + Sync {
    /// The labels handed out.
    type Segment: Segment + Clone + Eq + Hash + Send + Sync;

    /// Every segment that may be handed out, in the order in which they are shown.
    fn segments(&self) -> Vec<Self::Segment>;

    /// What is read of a customer.
    fn reads(&self) -> Reads;

    /// The customer's segment; `None` if it is in no segment.
    ///
    /// # Errors
    /// If a value that is read is of the wrong kind or the moment as of which the customer is seen is not given.
    fn assign(&self, customer: &dyn Customer) -> Result<Option<Self::Segment>>;

    /// Why the customer is where it is.
    ///
    /// Unless said otherwise: the values read, and for an unassigned customer the first that is absent.
    ///
    /// # Errors
    /// As [`Segmenter::assign`].
    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let assigned = self.assign(customer)?;
        let reads = self.reads();
        let absent = reads.attributes.iter().find_map(|name| Reason::of(name, customer.value(name)));
        let nothing_done =
            || if reads.history && customer.event_count() == 0 { Reason::NoEvents } else { Reason::NoMatch };
        let mut explanation = match &assigned {
            Some(segment) => Explanation::assigned(customer.id(), segment),
            None => Explanation::unassigned(customer.id(), absent.unwrap_or_else(nothing_done)),
        };
        for name in &reads.attributes {
            explanation = explanation.because(Evidence::new(name, customer.value(name)));
        }
        Ok(explanation)
    }

    /// What was decided on the way that its maker did not ask for, in sentences: fewer bands than asked, empty tiers.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Where all the customers are.
    ///
    /// # Errors
    /// As [`Segmenter::assign`], of the first customer in order that has an error.
    fn segment(&self, customers: &Customers) -> Result<Segmentation<Self::Segment>> {
        one_by_one(self, customers)
    }

    /// This segmenter with [`Label`]s in place of its own segments, so that different ones stand in one list.
    fn erase(self) -> Box<dyn Segmenter<Segment = Label>>
    where
        Self: Sized + 'static,
    {
        Box::new(Erased { labels: labels(&self), inner: self })
    }
}

/// [`Segmenter::segment`] by asking for each customer, in parallel.
///
/// # Errors
/// Of the first customer in order that has an error.
pub(crate) fn one_by_one<G: Segmenter + ?Sized>(
    segmenter: &G,
    customers: &Customers,
) -> Result<Segmentation<G::Segment>> {
    let segments = segmenter.segments();
    let index: HashMap<&G::Segment, usize> = segments.iter().enumerate().map(|(i, s)| (s, i)).collect();
    let chunks = parallel::map_chunks(customers.len(), 4096, |rows| {
        rows.filter_map(|row| customers.get(row))
            .map(|customer| {
                let place = |error: Error| error.at_row(customer.row()).at_customer(customer.id());
                match segmenter.assign(&customer).map_err(place)? {
                    None => {
                        let reason = segmenter.explain(&customer).map_err(place)?.reason;
                        Ok(Err(reason.unwrap_or(Reason::NoMatch)))
                    }
                    Some(segment) => index.get(&segment).copied().map(Ok).ok_or_else(|| {
                        let key = segment.key();
                        place(Error::definition(format!("segment `{key}` is not among the segmenter's segments")))
                    }),
                }
            })
            .collect::<Result<Vec<_>>>()
    });
    let mut segmentation = Segmentation::builder(customers, Vec::new());
    for chunk in chunks {
        for place in chunk? {
            segmentation.push(place);
        }
    }
    Ok(segmentation.with_segments(segments))
}

fn labels<G: Segmenter>(segmenter: &G) -> HashMap<G::Segment, Label> {
    segmenter.segments().into_iter().map(|segment| (segment.clone(), Label::of(&segment))).collect()
}

/// A segmenter whose segments are reduced to labels.
struct Erased<G: Segmenter> {
    inner: G,
    labels: HashMap<G::Segment, Label>,
}

impl<G: Segmenter> Segmenter for Erased<G> {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.inner.segments().iter().map(|segment| Label::of(segment)).collect()
    }

    fn reads(&self) -> Reads {
        self.inner.reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        let label = |segment| self.labels.get(&segment).cloned().unwrap_or_else(|| Label::of(&segment));
        Ok(self.inner.assign(customer)?.map(label))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        self.inner.explain(customer)
    }

    fn notes(&self) -> Vec<String> {
        self.inner.notes()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        Ok(self.inner.segment(customers)?.labelled())
    }
}

macro_rules! through_pointers {
    ($($pointer:ident),*) => {$(
        impl<G: Segmenter + ?Sized> Segmenter for $pointer<G> {
            type Segment = G::Segment;

            fn segments(&self) -> Vec<G::Segment> {
                (**self).segments()
            }

            fn reads(&self) -> Reads {
                (**self).reads()
            }

            fn assign(&self, customer: &dyn Customer) -> Result<Option<G::Segment>> {
                (**self).assign(customer)
            }

            fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
                (**self).explain(customer)
            }

            fn notes(&self) -> Vec<String> {
                (**self).notes()
            }

            fn segment(&self, customers: &Customers) -> Result<Segmentation<G::Segment>> {
                (**self).segment(customers)
            }
        }
    )*};
}
through_pointers!(Box, Arc);

/// A recipe that learns from customers how to place them.
pub trait Fit {
    /// What it learns.
    type Model: Segmenter;

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, the customers lack what the recipe reads, or `progress` stops the work.
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<Self::Model>;

    /// Learns.
    ///
    /// # Errors
    /// As [`Fit::fit_with`].
    fn fit(&self, customers: &Customers) -> Result<Self::Model> {
        self.fit_with(customers, &Progress::none())
    }
}
