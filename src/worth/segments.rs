//! The four segments of value so far against value to come.

use crate::segment::list::segments;

segments! {
    /// What a customer has brought against what it will bring.
    ///
    /// | | much to come | little to come |
    /// | --- | --- | --- |
    /// | **much so far** | [`Protect`](ValueSegment::Protect) | [`WinBack`](ValueSegment::WinBack) |
    /// | **little so far** | [`Grow`](ValueSegment::Grow) | [`Serve`](ValueSegment::Serve) |
    ValueSegment {
        Protect = "protect", "Protect", "Has brought much and will bring much: keep them at a price.";
        Grow = "grow", "Grow", "Has brought little and will bring much: high potential, invest early.";
        WinBack = "win_back", "Win back", "Has brought much and will bring little: leaving or gone, ask why and win back while it pays.";
        Serve = "serve", "Serve", "Has brought little and will bring little: serve at low cost.";
    }
}

impl ValueSegment {
    /// The segment of a customer whose values so far and to come are high or not.
    pub fn of(current: bool, potential: bool) -> Self {
        match (current, potential) {
            (true, true) => ValueSegment::Protect,
            (false, true) => ValueSegment::Grow,
            (true, false) => ValueSegment::WinBack,
            (false, false) => ValueSegment::Serve,
        }
    }
}
