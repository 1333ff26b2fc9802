//! Which character stands between fields.
//!
//! Candidates are the four that spreadsheet programs and database exports write. What speaks for a delimiter is that
//! every row has as many fields as the first; how many these are speaks little, since prose is full of commas: hence
//! the share of such rows to the fourth power, times the square root of the number of fields. With 20 rows in 100 off,
//! eight columns lose to two clean ones; both exponents are judgement, and the answer stands in the report for all to
//! see.

/// The characters that are looked for; the first wins where two do as well.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many rows of the sample are read.
const ROWS: usize = 200;

/// The delimiter that gives most rows as many fields as the first, and among those the most fields; a comma where none
/// gives more than one field.
///
/// Quoted fields are passed over whole, so that a delimiter inside quotes does not count. The same sample gives the
/// same answer; the order of the candidates decides between equals.
pub(super) fn likeliest(sample: &[u8], quote: u8) -> u8 {
    let mut best = (0.0, b',');
    for candidate in CANDIDATES {
        let counts = field_counts(sample, candidate, quote);
        let Some(first) = counts.first().copied().filter(|fields| *fields > 1) else { continue };
        let same = counts.iter().filter(|fields| **fields == first).count();
        let share = same as f64 / counts.len() as f64;
        // a share below all is worth little however many fields there are: a text is full of commas
        let score = share.powi(4) * (first as f64).sqrt();
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}

/// The number of fields of each row but the last, which the sample may have cut.
///
/// Empty lines are no rows. A quote anywhere opens or closes: a stray one spoils the counts of all candidates alike.
fn field_counts(sample: &[u8], delimiter: u8, quote: u8) -> Vec<usize> {
    let mut counts = vec![1];
    let mut quoted = false;
    let mut empty = true;
    for byte in sample {
        match *byte {
            b if b == quote => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if !empty {
                    counts.push(1);
                    empty = true;
                }
                continue;
            }
            b if b == delimiter && !quoted => {
                if let Some(count) = counts.last_mut() {
                    *count += 1;
                }
            }
            _ => {}
        }
        empty = false;
        if counts.len() > ROWS {
            break;
        }
    }
    if counts.len() > 1 {
        counts.pop();
    }
    counts
}
