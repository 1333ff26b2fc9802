//! Customers as they lie in a program: a struct each, and where they come from.

use segmentry::time::Day;

pub const COUNTRIES: [&str; 20] = [
    "DE", "FR", "IT", "ES", "NL", "BE", "PL", "SE", "NO", "DK", "FI", "AT", "CH", "PT", "IE", "GB", "US", "CA", "BR", "IN",
];
pub const PLANS: [&str; 5] = ["free", "starter", "pro", "business", "enterprise"];
pub const INDUSTRIES: [&str; 12] = [
    "software", "retail", "finance", "health", "education", "media", "travel", "energy", "food", "logistics", "public", "other",
];
pub const STATUSES: [&str; 4] = ["active", "trial", "paused", "churned"];
/// The last day on which anybody was seen; they were seen within the 400 days before.
pub const TODAY: i32 = 20_700;

/// What a program knows of a customer, before anybody's engine has seen it.
#[derive(Clone)]
pub struct Profile {
    pub number: u64,
    pub country: String,
    pub plan: String,
    pub mrr: f64,
    pub employees: i64,
    pub last_seen: Day,
    pub industry: String,
    pub status: String,
}

segmentry::impl_customer!(Profile {
    id: number,
    attributes: [country, plan, mrr, employees, last_seen, industry, status],
});

/// SplitMix64 (Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    pub fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// So many of a list, each at most once.
    pub fn some<T: Copy, const N: usize>(&mut self, list: &[T]) -> [T; N] {
        let mut rest = list.to_vec();
        std::array::from_fn(|_| rest.swap_remove(self.below(rest.len())))
    }
}

impl Profile {
    pub fn random(random: &mut Random) -> Self {
        Profile {
            number: random.next() >> 1,
            country: random.of(&COUNTRIES).to_owned(),
            plan: random.of(&PLANS).to_owned(),
            mrr: random.below(200_000) as f64 / 100.0,
            employees: random.below(2_000) as i64,
            last_seen: Day::from_days(TODAY - random.below(400) as i32),
            industry: random.of(&INDUSTRIES).to_owned(),
            status: random.of(&STATUSES).to_owned(),
        }
    }
}
