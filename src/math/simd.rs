//! The one door to wide instructions: a task is compiled once for each level and runs on the best that is there.
//!
//! A [`Task`] is plain Rust over short arrays, which the compiler turns into the instructions of the level it is compiled
//! for. So no arithmetic stands here, and a level differs from another in one thing only: whether a product and a sum
//! may be one instruction with one rounding. What must have the same bits everywhere fuses nothing.

/// Work that is compiled for each level.
pub(crate) trait Task {
    /// What it comes to.
    type Out;

    /// Works. Must be `#[inline(always)]`, and so all it calls in its inner loops.
    ///
    /// `WIDTH` is how many centroids (or other single rows) are worth comparing at once with a block of rows: as many as
    /// fit the registers.
    /// `FUSED` is whether a product and a sum are one instruction.
    fn run<const WIDTH: usize, const FUSED: bool>(self) -> Self::Out;
}

/// Which instructions there are.
///
/// Answers do not depend on it: what is uncertain is decided in double precision, and what must be the same to the bit
/// fuses nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// What the target always has.
    Portable,
    /// 32 bytes at once, fused products and sums.
    Avx2,
    /// 64 bytes at once, fused products and sums.
    Avx512,
}

impl Level {
    /// The best that this processor has.
    pub(crate) fn best() -> Level {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            if has!("avx2") && has!("fma") {
                let wide = has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq");
                return if wide { Level::Avx512 } else { Level::Avx2 };
            }
        }
        Level::Portable
    }

    /// All that this processor has, the plainest first.
    #[cfg(test)]
    pub(crate) fn all() -> Vec<Level> {
        let best = Level::best();
        let rank = |level| [Level::Portable, Level::Avx2, Level::Avx512].iter().position(|other| *other == level);
        [Level::Portable, Level::Avx2, Level::Avx512].into_iter().filter(|level| rank(*level) <= rank(best)).collect()
    }

    /// The `WIDTH` with which tasks run on this level, measured: 4 x 16 sums fill 8 registers of 16, 8 x 16 fill 8 of
    /// 32.
    pub(crate) fn width(self) -> usize {
        match self {
            Level::Portable | Level::Avx2 => 4,
            Level::Avx512 => 8,
        }
    }

    /// Runs the task with the instructions of this level, or the portable ones where the processor has not got them.
    #[cfg_attr(
        target_arch = "x86_64",
        expect(
            unsafe_code,
            reason = "the only calls of functions compiled for instructions that not every processor has"
        )
    )]
    pub(crate) fn run<T: Task>(self, task: T) -> T::Out {
        #[cfg(target_arch = "x86_64")]
        {
            use std::arch::is_x86_feature_detected as has;
            let wide = || has!("avx512f") && has!("avx512vl") && has!("avx512bw") && has!("avx512dq");
            if self != Level::Portable && has!("avx2") && has!("fma") {
                if self == Level::Avx512 && wide() {
                    // SAFETY: the processor has just been asked for all features that `avx512` is compiled for
                    return unsafe { avx512(task) };
                }
                if self == Level::Avx2 {
                    // SAFETY: the processor has just been asked for all features that `avx2` is compiled for
                    return unsafe { avx2(task) };
                }
            }
        }
        // as wide as the caller laid out for its level
        match self {
            Level::Avx512 => task.run::<8, false>(),
            Level::Portable | Level::Avx2 => task.run::<4, false>(),
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<T: Task>(task: T) -> T::Out {
    task.run::<4, true>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")]
fn avx512<T: Task>(task: T) -> T::Out {
    task.run::<8, true>()
}
