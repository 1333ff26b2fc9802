//! What a segmenter hands out: a label that people and programs can name.
//!
//! Segments have two names, because two kinds of readers do not agree: a `key` for files and programs, which must
//! never change, and a `label` for people, which may. [`Label`] is what segmenters hand out whose segments are known
//! only when they run.

#[cfg(any(feature = "behavioral", feature = "worth"))]
pub(crate) mod list;
#[cfg(any(feature = "cluster", feature = "profile"))]
#[cfg_attr(not(all(feature = "cluster", feature = "profile")), allow(dead_code, reason = "each names by some of it"))]
pub(crate) mod naming;

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A label that a segmenter hands out.
///
/// One method is enough. An enum of your own is the usual implementor, so that `match` is checked by the compiler;
/// a `String` and a pair of segments are segments too.
///
/// ```
/// use std::borrow::Cow;
/// use segmentry::segment::Segment;
///
/// #[derive(Clone, Copy, PartialEq, Eq, Hash)]
/// enum Size {
///     Small,
///     MidMarket,
/// }
///
/// impl Segment for Size {
///     fn key(&self) -> Cow<'_, str> {
///         match self {
///             Size::Small => "small".into(),
///             Size::MidMarket => "mid_market".into(),
///         }
///     }
/// }
///
/// assert_eq!(Size::MidMarket.label(), "Mid market");
/// assert_eq!((Size::Small, "champions".to_owned()).key(), "small/champions");
/// ```
pub trait Segment {
    /// The stable name that programs and files use: lower snake case by custom.
    fn key(&self) -> Cow<'_, str>;

    /// The name that people read; the key in words unless said otherwise.
    fn label(&self) -> Cow<'_, str> {
        in_words(&self.key()).into()
    }

    /// Who is meant, in a sentence; empty unless said otherwise.
    fn description(&self) -> Cow<'_, str> {
        Cow::Borrowed("")
    }
}

/// `big_spenders` is `Big spenders`.
pub(crate) fn in_words(key: &str) -> String {
    let mut words = key.replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

impl Segment for String {
    fn key(&self) -> Cow<'_, str> {
        self.as_str().into()
    }
}

impl<S: Segment + ?Sized> Segment for &S {
    fn key(&self) -> Cow<'_, str> {
        (**self).key()
    }

    fn label(&self) -> Cow<'_, str> {
        (**self).label()
    }

    fn description(&self) -> Cow<'_, str> {
        (**self).description()
    }
}

/// A pair of segments is a segment: small and champions.
impl<A: Segment, B: Segment> Segment for (A, B) {
    fn key(&self) -> Cow<'_, str> {
        format!("{}/{}", self.0.key(), self.1.key()).into()
    }

    fn label(&self) -> Cow<'_, str> {
        format!("{} × {}", self.0.label(), self.1.label()).into()
    }

    fn description(&self) -> Cow<'_, str> {
        match (self.0.description(), self.1.description()) {
            (a, b) if a.is_empty() => b,
            (a, b) if b.is_empty() => a,
            (a, b) => format!("{a} {b}").into(),
        }
    }
}

/// Any segment, reduced to its three texts. Cheap to clone, equal by key: what `dyn` segmenters hand out.
///
/// ```
/// use segmentry::segment::{Label, Segment};
///
/// let gold = Label::new("gold_plus").described("spent 1 000 and more in a year");
/// assert_eq!((gold.key().as_ref(), gold.label().as_ref()), ("gold_plus", "Gold plus"));
/// assert_eq!(gold, Label::new("gold_plus").named("Gold +")); // equal by key
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Label {
    key: Arc<str>,
    label: Arc<str>,
    #[cfg_attr(feature = "serde", serde(default))]
    description: Arc<str>,
}

impl Label {
    /// A label with that key, and the key in words to read.
    pub fn new(key: impl Into<String>) -> Self {
        let key = key.into();
        Label { label: in_words(&key).into(), key: key.into(), description: "".into() }
    }

    /// The texts of any segment.
    pub fn of(segment: &dyn Segment) -> Self {
        Label { key: segment.key().into(), label: segment.label().into(), description: segment.description().into() }
    }

    /// Sets the name that people read.
    #[must_use]
    pub fn named(mut self, label: impl Into<String>) -> Self {
        self.label = label.into().into();
        self
    }

    /// Sets who is meant, in a sentence.
    #[must_use]
    pub fn described(mut self, description: impl Into<String>) -> Self {
        self.description = description.into().into();
        self
    }
}

impl Segment for Label {
    fn key(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.key)
    }

    fn label(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.label)
    }

    fn description(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.description)
    }
}

impl PartialEq for Label {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.key, &other.key) || self.key == other.key
    }
}

impl Eq for Label {}

impl Hash for Label {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.label)
    }
}
