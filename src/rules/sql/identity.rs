//! What a text stands for: stable random numbers, versions, internet addresses.

use ipnet::IpNet;

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::{Holds, Said};
use crate::error::{Error, Result};
use crate::rules::language::{Bucket, Comparison, Term};
use crate::rules::meaning::identity::{self, BUCKETS};
use crate::value::Kind;

/// An IPv4 address as the standard library reads it: four numbers up to 255 without zeros in front.
const IPV4: &str = r"((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

impl<'r> Query<'r> {
    /// The bucket of the customer, or of something else.
    pub(super) fn bucket(&mut self, bucket: &Bucket, row: Row<'_>) -> Result<Said> {
        let dialect = self.dialect();
        if dialect == Dialect::Sqlite && !self.with.host_functions {
            let why = "it has no MD5; register `md5` and say so with `host_functions`";
            return Err(dialect.refuses("a bucket", why));
        }
        let unit = match &bucket.by {
            None => dialect.as_text(&self.id()?),
            Some(by) => {
                let said = self.term(by, row).map_err(|error| error.at_key("by"))?;
                match said.kind {
                    Kind::Text => said.text,
                    Kind::Integer => dialect.as_text(&said.text),
                    Kind::Number | Kind::Boolean | Kind::Day | Kind::Timestamp | Kind::Set | Kind::Point => {
                        let found = format!("expected a text or a whole number, found {}", said.kind);
                        return Err(Error::definition(found).at_key("by"));
                    }
                }
            }
        };
        let text = dialect.joined(&dialect.text(&format!("{}:", bucket.experiment))?, &unit);
        let start = dialect.md5_start(&text);
        Ok(Said::of(Kind::Integer, dialect.remainder(&start, BUCKETS)).at_most(1e4))
    }

    /// A version compared with one that stands in the definition, by precedence (Semantic Versioning 2.0.0, clause 11).
    pub(super) fn version(
        &mut self,
        term: &Term,
        comparison: Comparison,
        version: &str,
        row: Row<'_>,
    ) -> Result<Holds> {
        let wanted = identity::version(version)?;
        let said = self.text_of(term, row)?;
        let dialect = self.dialect();
        if dialect != Dialect::Postgres {
            let why = "versions do not compare as texts or numbers do, and it has no arrays that compare part by part";
            return Err(dialect.refuses("how versions compare", why));
        }
        let own = format!("regexp_replace({said}, '^v', '')");
        let part = "(0|[1-9][0-9]*)";
        let name = "(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
        let form = format!(r"^{part}\.{part}\.{part}(-{name}(\.{name})*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$");
        let form = dialect.text(&form)?;
        // numbers are compared as numbers of any length, and versions with one that fits no 64 bits are none
        let core = format!("string_to_array(regexp_replace({own}, '[-+].*$', ''), '.')::numeric[]");
        let largest = u64::MAX;
        // what stands behind the hyphen: numbers below words, by length and then by digits; nothing is above all
        let pre = format!(
            "COALESCE((SELECT string_agg(CASE WHEN p ~ '^[0-9]+$' THEN '0' || lpad(length(p)::text, 9, '0') || p \
             ELSE '1' || p END, chr(1) ORDER BY n) FROM unnest(string_to_array(substring(regexp_replace({own}, \
             '\\+.*$', '') FROM '-(.*)$'), '.')) WITH ORDINALITY AS t(p, n)), '2') COLLATE \"C\""
        )
        .replace("'\\+", "E'\\\\+");
        let wanted_core = format!("ARRAY[{}, {}, {}]::numeric[]", wanted.major, wanted.minor, wanted.patch);
        let wanted_pre = match wanted.pre.is_empty() {
            true => "'2'".to_owned(),
            false => {
                let key = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
                    true => format!("'0{:09}{part}'", part.len()),
                    false => format!("'1{part}'"),
                };
                let keys: Vec<String> = wanted.pre.split('.').map(key).collect();
                format!("({})", keys.join(" || chr(1) || "))
            }
        };
        let row = |strict: &str, last: &str| {
            format!("({core} {strict} {wanted_core} OR ({core} = {wanted_core} AND {pre} {last} {wanted_pre}))")
        };
        let equal = format!("({core} = {wanted_core} AND {pre} = {wanted_pre})");
        let test = match comparison {
            Comparison::Equal => equal,
            Comparison::NotEqual => format!("NOT {equal}"),
            Comparison::Less => row("<", "<"),
            Comparison::LessOrEqual => row("<", "<="),
            Comparison::Greater => row(">", ">"),
            Comparison::GreaterOrEqual => row(">", ">="),
        };
        Ok(Holds::word(format!(
            "CASE WHEN {own} ~ {form} THEN CASE WHEN {largest} >= ALL ({core}) THEN {test} END END"
        )))
    }

    /// Whether a text is an address in one of the networks.
    pub(super) fn network(&mut self, term: &Term, networks: &[String], row: Row<'_>) -> Result<Holds> {
        let said = self.text_of(term, row)?;
        let dialect = self.dialect();
        if dialect != Dialect::Postgres {
            return Err(dialect.refuses("whether an address is in a network", "it has no type for addresses"));
        }
        let list = networks.iter().map(|network| identity::network(network)).collect::<Result<Vec<IpNet>>>()?;
        let any = |address: &str, list: &[IpNet]| -> String {
            let tests = list.iter().map(|network| Holds::test(format!("{address} <<= inet '{network}'")));
            Holds::any(tests.collect()).text
        };
        let (v4, v6): (Vec<IpNet>, Vec<IpNet>) = list.into_iter().partition(|network| network.addr().is_ipv4());
        let address = format!("CAST({said} AS inet)");
        let form4 = dialect.text(&format!("^{IPV4}$"))?;
        let form6 = dialect.text(&format!("^({})$", ipv6()))?;
        // an IPv4 address written as one of IPv6 is the IPv4 address
        let plain = format!("inet '0.0.0.0' + ({address} - inet '::ffff:0.0.0.0')");
        Ok(Holds::word(format!(
            "CASE WHEN {said} ~ {form4} THEN {} WHEN {said} ~ {form6} THEN CASE WHEN {address} <<= inet '::ffff:0.0.0.0/96' \
             THEN {} ELSE {} END END",
            any(&address, &v4),
            any(&format!("({plain})"), &v4),
            any(&address, &v6)
        )))
    }

    fn text_of(&mut self, term: &Term, row: Row<'_>) -> Result<String> {
        let said = self.term(term, row).map_err(|error| error.at_key("term"))?;
        match said.kind {
            Kind::Text => Ok(said.text),
            Kind::Number | Kind::Integer | Kind::Boolean | Kind::Day | Kind::Timestamp | Kind::Set | Kind::Point => {
                Err(Error::definition(format!("expected a text, found {}", said.kind)).at_key("term"))
            }
        }
    }
}

/// An IPv6 address as the standard library reads it: eight groups, or fewer with `::` once, the last two of which may be
/// written as an IPv4 address.
fn ipv6() -> String {
    let group = "[0-9A-Fa-f]{1,4}";
    let mut forms = vec![format!("({group}:){{7}}{group}"), format!("({group}:){{6}}{IPV4}")];
    for before in 0..=7_usize {
        let head = match before {
            0 => String::new(),
            1 => group.to_owned(),
            more => format!("({group}:){{{}}}{group}", more - 1),
        };
        let most = 7 - before; // `::` stands for one group at least
        let mut tails = vec![String::new()];
        if most > 0 {
            tails.push(format!("{group}(:{group}){{0,{}}}", most - 1));
        }
        if most >= 2 {
            tails.push(format!("({group}:){{0,{}}}{IPV4}", most - 2));
        }
        forms.push(format!("{head}::({})", tails.join("|")));
    }
    forms.join("|")
}
