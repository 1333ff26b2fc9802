//! Who is where, written to files: a row a customer.
//!
//! For the systems that act on segments: a mail tool, a CRM, a warehouse. CSV with a header for those, JSON lines for
//! programs. What is read of a customer is not written: it stands in the source, and a file of segments need not hold
//! it.

#[cfg(feature = "csv")]
use std::fmt::Write as _;
use std::io::{BufWriter, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::segment::Segment;
#[cfg(feature = "csv")]
use crate::text::quoted;

use super::placed::Segmentation;

/// What is written of one customer.
///
/// `texts` are key and label of every segment, made once and not once a customer.
struct Row<'a> {
    customer: String,
    segment: Option<usize>,
    reason: Option<String>,
    score: Option<f64>,
    distance: Option<f64>,
    texts: &'a [(String, String)],
}

impl<S: Segment> Segmentation<S> {
    /// Writes a header and one row a customer: `customer`, `segment` (the key) and `label`, both empty of the unassigned,
    /// `reason` (why it is unassigned), and `score` and `distance` where the segmenter has them. UTF-8, `,` between
    /// fields, numbers as short as reads back to the same number.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::explanation::Reason;
    /// use segmentry::segmentation::Segmentation;
    ///
    /// let customers = Customers::with_ids(["c-1", "c-2"])?;
    /// let unknown = Reason::Missing("employees".to_owned());
    /// let segmentation = Segmentation::new(&customers, vec!["small".to_owned()], [Ok(0), Err(unknown)])?;
    /// let mut file = Vec::new();
    /// segmentation.write_csv(&mut file)?;
    /// let expected = "customer,segment,label,reason\nc-1,small,Small,\nc-2,,,`employees` is missing\n";
    /// assert_eq!(String::from_utf8_lossy(&file), expected);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the writer fails.
    #[cfg(feature = "csv")]
    pub fn write_csv(&self, writer: impl Write) -> Result<()> {
        let mut writer = BufWriter::new(writer);
        let mut line = String::from("customer,segment,label,reason");
        let graded = [("score", self.scores()), ("distance", self.distances())];
        for (name, _) in graded.iter().filter(|(_, values)| values.is_some()) {
            line.push(',');
            line.push_str(name);
        }
        line.push('\n');
        let mut written = writer.write_all(line.as_bytes());
        self.each_row(|row| {
            line.clear();
            line.push_str(&quoted(&row.customer));
            let (key, label) = row.texts().unwrap_or_default();
            for text in [key, label, row.reason.as_deref().unwrap_or_default()] {
                line.push(',');
                line.push_str(&quoted(text));
            }
            for (number, (_, values)) in [row.score, row.distance].into_iter().zip(graded) {
                if values.is_some() {
                    line.push(',');
                    let _ = number.map(|number| write!(line, "{number}")); // a String takes all
                }
            }
            line.push('\n');
            written = writer.write_all(line.as_bytes());
            written.is_ok()
        });
        written.and_then(|()| writer.flush()).map_err(|error| Error::io(&error))
    }

    /// As [`Segmentation::write_csv`], to a file, which is replaced if it is there.
    ///
    /// # Errors
    /// If the file cannot be written.
    #[cfg(feature = "csv")]
    pub fn save_csv(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        create(path).and_then(|file| self.write_csv(file)).map_err(|error| error.in_file(path.display()))
    }

    /// Writes one JSON object a customer and line, with the fields of [`Segmentation::write_csv`]; what a customer has not
    /// is left out.
    ///
    /// # Errors
    /// If the writer fails.
    #[cfg(feature = "serde")]
    pub fn write_json_lines(&self, writer: impl Write) -> Result<()> {
        #[derive(serde::Serialize)]
        struct Line<'a> {
            customer: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            segment: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            label: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            reason: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            score: Option<f64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            distance: Option<f64>,
        }
        let mut writer = BufWriter::new(writer);
        let mut written = Ok(());
        self.each_row(|row| {
            let (segment, label) = row.texts().unzip();
            let line = Line {
                customer: &row.customer,
                segment,
                label,
                reason: row.reason.as_deref(),
                score: row.score,
                distance: row.distance,
            };
            written = serde_json::to_writer(&mut writer, &line).map_err(std::io::Error::from);
            if written.is_ok() {
                written = writer.write_all(b"\n");
            }
            written.is_ok()
        });
        written.and_then(|()| writer.flush()).map_err(|error| Error::io(&error))
    }

    /// As [`Segmentation::write_json_lines`], to a file, which is replaced if it is there.
    ///
    /// # Errors
    /// If the file cannot be written.
    #[cfg(feature = "serde")]
    pub fn save_json_lines(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        create(path).and_then(|file| self.write_json_lines(file)).map_err(|error| error.in_file(path.display()))
    }

    /// Calls `write` for each customer until it says that it is enough.
    fn each_row(&self, mut write: impl FnMut(&Row<'_>) -> bool) {
        let texts: Vec<(String, String)> =
            self.segments().iter().map(|segment| (segment.key().into_owned(), segment.label().into_owned())).collect();
        let finite = |values: Option<&[f64]>, row: usize| {
            values.and_then(|values| values.get(row)).copied().filter(|value| value.is_finite())
        };
        for (row, id) in self.ids().iter().enumerate() {
            let of_row = Row {
                customer: id.to_string(),
                segment: self.index(row),
                reason: self.reason(row).map(ToString::to_string),
                score: finite(self.scores(), row),
                distance: finite(self.distances(), row),
                texts: &texts,
            };
            if !write(&of_row) {
                return;
            }
        }
    }
}

impl Row<'_> {
    /// The key and the label of the segment.
    fn texts(&self) -> Option<(&str, &str)> {
        self.segment.and_then(|segment| self.texts.get(segment)).map(|(key, label)| (key.as_str(), label.as_str()))
    }
}

/// An empty file, in place of one that is there.
fn create(path: &Path) -> Result<std::fs::File> {
    std::fs::File::create(path).map_err(|error| Error::io(&error))
}
