//! How a replicate of the rows is drawn.
//!
//! Which rows are drawn is decided here, without knowing what they are; what noise does to their values is decided at
//! the door for rows.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::text::number;

/// How the rows are varied before they are divided again.
///
/// ```
/// use segmentry::evaluate::Scheme;
///
/// assert_eq!(Scheme::default(), Scheme::Bootstrap);
/// assert_eq!(Scheme::Subset(0.5).to_string(), "subsets of 50 % of the rows");
/// ```
///
/// # References
/// C. Hennig 2007, Cluster-wise assessment of cluster stability, DOI 10.1016/j.csda.2006.11.025, compares these: the
/// bootstrap is generally informative and like subsets and bojit, noise sometimes tells something else, jitter little.
///
/// # Differs from
/// R's fpc jitters along the principal axes, by a quantile of the distances between neighbours, and draws noise from a
/// box along these axes; here it is by column, in standard deviations, so that it is the same for any order of columns
/// and can be said in a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Scheme {
    /// As many rows as there are, drawn with replacement.
    #[default]
    Bootstrap,
    /// This share of the rows, drawn without replacement: above 0, at most 1.
    Subset(f64),
    /// All rows, each number moved by normal noise of this many standard deviations of its column.
    Jitter(f64),
    /// All rows, of which this share is replaced by noise.
    Noise {
        /// The share of rows that are replaced: above 0, below 1; 0.05 in R's fpc.
        share: f64,
        /// Noise is uniform within so many standard deviations of the mean of each column; 4 in R's fpc.
        reach: f64,
    },
    /// Bootstrap, then jitter: for methods that suffer from equal rows.
    Bojit(f64),
}

impl Scheme {
    /// Whether the parameters are what they may be.
    ///
    /// # Errors
    /// If a share or a reach is not, naming it.
    pub(super) fn check(self) -> Result<()> {
        let above = |value: f64| value.is_finite() && value > 0.0;
        match self {
            Scheme::Subset(share) if !(above(share) && share <= 1.0) => {
                Err(Error::parameter("share of a subset", "above 0 and at most 1", share))
            }
            Scheme::Jitter(share) | Scheme::Bojit(share) if !above(share) => {
                Err(Error::parameter("jitter", "a finite number above 0", share))
            }
            Scheme::Noise { share, .. } if !(above(share) && share < 1.0) => {
                Err(Error::parameter("share of noise", "above 0 and below 1", share))
            }
            Scheme::Noise { reach, .. } if !above(reach) => {
                Err(Error::parameter("reach of noise", "a finite number above 0", reach))
            }
            _ => Ok(()),
        }
    }

    /// Whether values are changed, which needs numbers.
    pub(super) fn changes_values(self) -> bool {
        !matches!(self, Scheme::Bootstrap | Scheme::Subset(_))
    }

    /// Draws from `count` rows, of which there is at least one. O(count).
    ///
    /// Rows come rising, so that what is drawn does not depend on the order of drawing and is copied in one run.
    pub(super) fn draw(self, count: usize, random: &mut Random) -> Sample {
        let all = || (0..count as u32).collect();
        match self {
            Scheme::Bootstrap | Scheme::Bojit(_) => {
                let mut times = vec![0_u32; count];
                (0..count).for_each(|_| times[random.below(count)] += 1);
                let rows = (0..count as u32).filter(|row| times[*row as usize] > 0).collect();
                times.retain(|times| *times > 0);
                Sample { rows, times: Some(times), replaced: Vec::new() }
            }
            Scheme::Subset(share) => {
                let wanted = ((share * count as f64).round() as usize).clamp(1, count);
                let mut rows: Vec<u32> = random.sample(count, wanted).into_iter().map(|row| row as u32).collect();
                rows.sort_unstable();
                Sample { rows, times: None, replaced: Vec::new() }
            }
            Scheme::Jitter(_) => Sample { rows: all(), times: None, replaced: Vec::new() },
            Scheme::Noise { share, .. } => {
                let replaced = (0..count).map(|_| random.uniform() < share).collect();
                Sample { rows: all(), times: None, replaced }
            }
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percent = |share: f64| number((share * 1e5).round() / 1e3);
        match self {
            Scheme::Bootstrap => f.write_str("bootstrap samples"),
            Scheme::Subset(share) => write!(f, "subsets of {} % of the rows", percent(*share)),
            Scheme::Jitter(share) => write!(f, "jitter of {} standard deviations", number(*share)),
            Scheme::Noise { share, reach } => {
                let reach = number(*reach);
                write!(f, "{} % of the rows replaced by noise within {reach} standard deviations", percent(*share))
            }
            Scheme::Bojit(share) => {
                write!(f, "bootstrap samples with jitter of {} standard deviations", number(*share))
            }
        }
    }
}

/// Which rows were drawn.
///
/// A row that was drawn twice stands here once, with its number of times.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sample {
    /// The rows that were drawn, rising, each once.
    pub(super) rows: Vec<u32>,
    /// How often each of them was drawn; `None` if each once.
    pub(super) times: Option<Vec<u32>>,
    /// Which of them are replaced by noise; empty if none is.
    pub(super) replaced: Vec<bool>,
}

impl Sample {
    /// The rows that are what they were: drawn and not replaced. O(rows).
    ///
    /// Only these can be compared with what they were in before.
    pub(super) fn kept(&self) -> Vec<u32> {
        let kept = |(at, row): (usize, &u32)| (!self.replaced.get(at).copied().unwrap_or(false)).then_some(*row);
        self.rows.iter().enumerate().filter_map(kept).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Random, Scheme};

    #[test]
    fn a_bootstrap_draws_as_many_rows_as_there_are() {
        for count in [1, 2, 1000] {
            let sample = Scheme::Bootstrap.draw(count, &mut Random::new(1, 1));
            let times = sample.times.clone().unwrap_or_default();
            assert_eq!(times.iter().sum::<u32>() as usize, count);
            assert_eq!(times.len(), sample.rows.len());
            assert!(sample.rows.windows(2).all(|pair| pair[0] < pair[1]));
            assert_eq!(sample.kept(), sample.rows);
            if count == 1000 {
                assert!((600..665).contains(&sample.rows.len()), "{}", sample.rows.len()); // 1 - 1/e of them
            }
        }
    }

    #[test]
    fn subsets_and_noise_keep_their_shares() {
        let half = Scheme::Subset(0.5).draw(101, &mut Random::new(1, 1));
        assert_eq!((half.rows.len(), half.times), (51, None));
        let noise = Scheme::Noise { share: 0.25, reach: 4.0 }.draw(4000, &mut Random::new(1, 1));
        assert_eq!(noise.rows.len(), 4000);
        assert!((2900..3100).contains(&noise.kept().len()));
        assert!(Scheme::Subset(0.0).check().is_err() && Scheme::Jitter(f64::NAN).check().is_err());
        assert!(Scheme::Noise { share: 1.0, reach: 4.0 }.check().is_err() && Scheme::Bojit(0.1).check().is_ok());
    }
}
