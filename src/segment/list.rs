//! Enums of segments, written once: variants with key, label and description.
//!
//! A macro, since what it makes is a public type with methods that callers find without an import, and a `match` over its
//! variants is checked by the compiler.

/// An enum of segments in order, with key, label and description each.
///
/// The order is part of the meaning: it is that of the thresholds, so that a level is an index into `ALL`, and that in
/// which reports show them.
macro_rules! segments {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $key:literal, $label:literal, $description:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum $name {
            $(#[doc = $description] $variant,)+
        }

        impl $name {
            /// All, in the order in which they are shown.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
        }

        impl $crate::segment::Segment for $name {
            fn key(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $key.into(),)+ }
            }

            fn label(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $label.into(),)+ }
            }

            fn description(&self) -> std::borrow::Cow<'_, str> {
                match self { $($name::$variant => $description.into(),)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&$crate::segment::Segment::label(self))
            }
        }
    };
}

pub(crate) use segments;
