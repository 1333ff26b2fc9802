//! Versions, internet addresses and stable random numbers: what a text stands for.
//!
//! Three readings of a text. A version is compared as versions are (Semantic Versioning 2.0.0):
//! 2.10.0 comes after 2.9.0, and 2.0.0-beta before 2.0.0. An address lies in a network or does not
//! (CIDR, RFC 4632 and RFC 4291). An id has a bucket in an experiment.
//!
//! A bucket must be the same in every program that ever computes it: it decides who gets which
//! offer. MD5 is used for that and not for secrets: every database and language has it, so the
//! writers of SQL and of other languages give the same bucket.

use std::net::IpAddr;

use ipnet::IpNet;
use md5::{Digest, Md5};
use semver::Version;

use crate::error::{Error, Result};

/// How many buckets there are.
///
/// Shares can so be given in hundredths of a percent.
pub(crate) const BUCKETS: u32 = 10_000;

/// # Errors
/// If the text is no version.
///
/// The version that stands in a definition; it is written in full.
pub(crate) fn version(text: &str) -> Result<Version> {
    Version::parse(text).map_err(|_| Error::parse("version", text, "a semantic version such as 2.3.0"))
}

/// The version that a customer's text is; a leading `v` is no part of it.
///
/// `None` if it is none; the leaf is then unknown.
pub(crate) fn version_of(text: &str) -> Option<Version> {
    Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()
}

/// # Errors
/// If the text is no network; bits behind the prefix must be zero.
///
/// The network that stands in a definition. An address alone is the network of that address.
pub(crate) fn network(text: &str) -> Result<IpNet> {
    let wrong = || Error::parse("network", text, "a network such as 10.0.0.0/8");
    let network: IpNet = match text.parse::<IpAddr>() {
        Ok(address) => address.into(),
        Err(_) => text.parse().map_err(|_| wrong())?,
    };
    if network.addr() == network.network() { Ok(network) } else { Err(wrong()) }
}

/// Whether the address that a customer's text is lies in one of the networks; `None` if it is no address.
///
/// An IPv4 address written as one of IPv6 (`::ffff:10.0.0.1`) is the IPv4 address.
pub(crate) fn in_networks(text: &str, networks: &[IpNet]) -> Option<bool> {
    let address = text.parse::<IpAddr>().ok()?.to_canonical();
    Some(networks.iter().any(|network| network.contains(&address)))
}

/// The bucket of a unit in an experiment: the first 32 bits of the MD5 of `experiment:unit`, modulo 10,000.
///
/// The experiment is hashed once, and the state is copied for each unit. The experiment is part of
/// what is hashed, so that the buckets of two experiments have nothing to do with each other.
///
/// As 2^32 is no multiple of 10,000, the first 7,296 buckets are larger by one part in 429,496:
/// nobody can measure it.
#[derive(Clone, Debug)]
pub(crate) struct Buckets(Md5);

impl Buckets {
    /// The buckets of that experiment.
    pub(crate) fn of(experiment: &str) -> Self {
        let mut hash = Md5::new();
        hash.update(experiment.as_bytes());
        hash.update(b":");
        Buckets(hash)
    }

    /// The bucket of the unit that is written so.
    pub(crate) fn bucket(&self, unit: &[u8]) -> i64 {
        let mut hash = self.0.clone();
        hash.update(unit);
        let digest = hash.finalize();
        let first = digest.iter().take(4).fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte));
        i64::from(first % BUCKETS)
    }

    /// The bucket of a whole number, written in decimal.
    ///
    /// An id that is a whole number so has the bucket of the same id as a text, without a text
    /// being made.
    pub(crate) fn bucket_of_integer(&self, integer: i64) -> i64 {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = integer.unsigned_abs();
        loop {
            at -= 1; // 20 bytes hold u64::MAX, and a sign before i64::MIN's 19 digits
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if integer < 0 {
            at -= 1;
            digits[at] = b'-';
        }
        self.bucket(&digits[at..])
    }
}
