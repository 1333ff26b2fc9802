//! Numbers of one row beside the same numbers of others: what kernels compute with, in single or double precision.

use std::ops::{Add, Mul, Sub};

/// How many rows a block has. One register of single precision at the widest level, two or four at others.
pub(super) const LANES: usize = 16;

/// A number that kernels compute with.
pub(super) trait Lane:
    Copy + PartialOrd + Send + Sync + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + 'static
{
    /// 0.
    const ZERO: Self;
    /// Above every square that is computed with.
    const HUGE: Self;
    /// Half the distance from 1 to the next number: the greatest relative error of one operation.
    const ROUNDING: f64;
    /// The greatest number whose square and sums of squares are far from overflow.
    const LARGE: f64;
    /// Above what can be lost because products are too small for the type.
    const TINY: f64;

    /// The nearest number of this type.
    fn narrow(value: f64) -> Self;
    /// The same number in double precision.
    fn wide(self) -> f64;
    /// `self * factor + sum` with one rounding.
    fn fused(self, factor: Self, sum: Self) -> Self;
    /// The square root.
    fn root(self) -> Self;
}

impl Lane for f32 {
    const ZERO: f32 = 0.0;
    const HUGE: f32 = f32::MAX;
    const ROUNDING: f64 = 1.0 / (1_u64 << 24) as f64;
    const LARGE: f64 = 1e15;
    const TINY: f64 = 1e-35;

    #[inline(always)]
    fn narrow(value: f64) -> f32 {
        value as f32
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }

    #[inline(always)]
    fn fused(self, factor: f32, sum: f32) -> f32 {
        self.mul_add(factor, sum)
    }

    #[inline(always)]
    fn root(self) -> f32 {
        self.sqrt()
    }
}

impl Lane for f64 {
    const ZERO: f64 = 0.0;
    const HUGE: f64 = f64::MAX;
    const ROUNDING: f64 = 1.0 / (1_u64 << 53) as f64;
    const LARGE: f64 = 1e150;
    const TINY: f64 = 1e-290;

    #[inline(always)]
    fn narrow(value: f64) -> f64 {
        value
    }

    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }

    #[inline(always)]
    fn fused(self, factor: f64, sum: f64) -> f64 {
        self.mul_add(factor, sum)
    }

    #[inline(always)]
    fn root(self) -> f64 {
        self.sqrt()
    }
}

/// `a * b + c`, with one rounding if `FUSED`.
#[inline(always)]
pub(super) fn product_and_sum<T: Lane, const FUSED: bool>(a: T, b: T, c: T) -> T {
    if FUSED { a.fused(b, c) } else { a * b + c }
}

/// The less of two numbers that are no NaN.
#[inline(always)]
pub(super) fn least<T: Lane>(a: T, b: T) -> T {
    if a < b { a } else { b }
}
