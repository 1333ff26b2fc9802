//! A small tree over the attributes of customers, grown where it gains most.
//!
//! It looks at attributes as they are: numbers, whole numbers, days and instants by a cut, texts by some texts against all
//! others, truths, members of sets. Nothing is encoded, so that what it finds is read in the attributes' own words.
//!
//! | question | how |
//! | --- | --- |
//! | which leaf grows next | the one whose best split gains most (best first), until there are as many as asked |
//! | where values in order are cut | between any two while at most 1,024 are different, else between 1,024 groups of like size; at the value in between that is written shortest |
//! | which texts go together | for a number and two classes the best set of all, as long as one side names few texts; for more classes each text alone, and the ends of the order by each class |
//! | what is not known | goes to the side that fits better where it was seen, else to the larger; *is known* is a question of its own |
//! | weights | count as so many customers |
//!
//! Because leaves grow one after another, the tree of fewer leaves is the beginning of the tree of more.
//!
//! # Differs from
//!
//! - smartcore 0.7: its trees grow level by level, do not show their nodes, and know neither missing values nor weights
//!   nor texts. To describe a segment in a rule one needs all of them.
//! - scikit-learn's `DecisionTreeClassifier` with `max_leaf_nodes` grows best first too, and cuts in the middle between
//!   two values; it takes numbers only, so texts become columns, of which one is cut at a time.
//! - R's `rpart` sends what is missing by surrogate splits; here one side takes them all, so that the rule can say it.

mod grow;
mod limit;
mod mark;
mod score;
mod split;
mod table;
mod target;
#[cfg(test)]
mod tests;

pub(crate) use grow::Tree;
pub use limit::{Allowed, Limit};
pub(crate) use limit::{conditions, in_words};
pub use mark::Mark;
pub(crate) use score::{Skill, folds};
pub(crate) use split::Limits;
pub(crate) use table::{Choice, Table};
pub use target::Impurity;
pub(crate) use target::{Classes, Numbers, Target, scaled};
