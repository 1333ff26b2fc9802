//! Audiences that are a line each: 64 of them are settled at once.

use super::ready::AudiencePlan;
use crate::rules::language::Unknown;

/// Which audiences can be settled by whole words, and what unknown means for them.
///
/// The others have a condition that needs more than its line, a list of members, or members set by hand.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct AtOnce {
    /// Each word's bits of audiences that can, of those of whom unknown is in, and of those of whom it is an error.
    words: Vec<[u64; 3]>,
    /// The audiences that cannot, each behind those it refers to.
    pub one_by_one: Vec<usize>,
}

impl AtOnce {
    /// Those of these audiences whose whole condition is the line of their number; `order` has each behind those it refers
    /// to.
    pub(super) fn of(audiences: &[AudiencePlan], is_line: &[bool], order: &[usize]) -> Self {
        let mut words = vec![[0; 3]; audiences.len().div_ceil(64)];
        let mut can = is_line.to_vec();
        for ((number, audience), can) in audiences.iter().enumerate().zip(&mut can) {
            *can = *can && audience.include.is_empty() && audience.exclude.is_empty();
            if let (true, Some([at_once, include, error])) = (*can, words.get_mut(number / 64)) {
                let bit = 1 << (number % 64);
                *at_once |= bit;
                *include |= if audience.unknown == Unknown::Include { bit } else { 0 };
                *error |= if audience.unknown == Unknown::Error { bit } else { 0 };
            }
        }
        let one_by_one = order.iter().copied().filter(|number| can.get(*number) != Some(&true)).collect();
        AtOnce { words, one_by_one }
    }

    /// Sets who is a member and who is not, from the words of those lines that hold and of those that fail.
    ///
    /// # Errors
    /// With the first audience of which nobody knows though that is an error.
    pub(in crate::rules) fn settle(
        &self,
        lines: (&[u64], &[u64]),
        members: (&mut [u64], &mut [u64]),
    ) -> Result<(), usize> {
        let words = self.words.iter().zip(lines.0).zip(lines.1).zip(members.0).zip(members.1);
        for (number, (((([at_once, include, error], holds), fails), inside), outside)) in words.enumerate() {
            let unknown = !(holds | fails);
            if unknown & error != 0 {
                return Err(number * 64 + (unknown & error).trailing_zeros() as usize);
            }
            *inside = (holds | unknown & include) & at_once;
            *outside = !*inside & at_once;
        }
        Ok(())
    }
}
