//! Bytes as records of fields, none of them longer than may be.
//!
//! The state machine of csv-core finds fields; what is added here is what a reader of files from strangers needs:
//!
//! - *bounds*: a field, a record and the number of its fields have limits, so that no file makes the program ask for
//!   memory without end. Buffers grow by doubling and stay for the next record;
//! - *line numbers*: each record knows the line on which it begins, counted in `\n` over quoted fields too, so that
//!   errors name the line an editor shows;
//! - *unclosed quotes*: csv-core ends a quoted field at the end of the file without a word, and half of a file would be
//!   one field. A mark of control characters is fed behind the last byte; it comes out as a record of its own, or
//!   inside the last field if a quote is open there;
//! - *encoding*: bytes that are no UTF-8 where no encoding was named are Windows-1252 from there on, but only if no
//!   character before them was UTF-8 beyond ASCII. A file that is UTF-8 up to a broken byte is a broken file and an
//!   error.
//!
//! Invariants: `at` lies within `buffer`; `fields` up to the last of `ends` is the record; `ends` rise.

use std::borrow::Cow;

use csv_core::ReadRecordResult;
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::error::{Error, Result};

use super::input::Input;

/// What is fed behind the last byte. It is a record of its own unless a quote was never closed.
///
/// A line end first, in case the last row has none; then U+001F U+0003 U+001F, which no export writes.
const END: &[u8] = b"\n\x1f\x03\x1f\n";
const END_FIELD: &[u8] = b"\x1f\x03\x1f";

/// The most fields that a record may have.
///
/// A row of a million fields is a file of another format.
const FIELDS: usize = 1 << 20;

/// How records are written.
///
/// Found or named before the first record, and the same for all.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    pub(super) field_limit: usize,
    /// Whether bytes that are no UTF-8 may be Windows-1252.
    pub(super) detect: bool,
}

/// The records of a file.
///
/// Not an iterator, because a record borrows from it: one row of a large file is in memory at a time.
///
/// The first record is the header unless names were given; that is for the caller to say, and so is how many fields a
/// record must have.
pub(super) struct Records<'r> {
    input: Input<'r>,
    core: csv_core::Reader,
    form: Form,
    buffer: Vec<u8>,
    at: usize,
    /// Whether the end was fed.
    ended: bool,
    /// Line ends so far.
    lines: u64,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// Whether there was a character beyond ASCII that is UTF-8.
    is_utf8: bool,
    /// Whether bytes are Windows-1252 since one was no UTF-8.
    is_1252: bool,
}

/// One record.
///
/// Borrowed from the buffers of [`Records`]: it must be used before the next is asked for.
pub(super) struct Record<'a> {
    pub(super) line: u64,
    fields: &'a [u8],
    /// The same if it is UTF-8.
    text: Option<&'a str>,
    ends: &'a [usize],
}

impl<'r> Records<'r> {
    pub(super) fn new(input: Input<'r>, form: Form) -> Self {
        let core = csv_core::ReaderBuilder::new().delimiter(form.delimiter).quote(form.quote).build();
        Records {
            input,
            core,
            form,
            buffer: Vec::new(),
            at: 0,
            ended: false,
            lines: 0,
            fields: vec![0; 1024],
            ends: vec![0; 64],
            is_utf8: false,
            is_1252: false,
        }
    }

    /// The encoding that was found out while reading, if it is not the one that was expected.
    ///
    /// Ask when all records were read: until then it may still change.
    pub(super) fn fell_back(&self) -> Option<&'static Encoding> {
        self.is_1252.then_some(WINDOWS_1252)
    }

    /// The next record; lines that are empty are none.
    ///
    /// # Errors
    /// If a field or the number of fields is beyond its limit, a quote is never closed, bytes are of no known encoding,
    /// or the input cannot be read: with the line.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>> {
        self.skip_line_ends()?;
        let line = self.lines + 1;
        let (mut bytes, mut count) = (0, 0);
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            let output = self.fields.get_mut(bytes..).unwrap_or_default();
            let ends = self.ends.get_mut(count..).unwrap_or_default();
            let (result, read, written, ended) = self.core.read_record(rest, output, ends);
            self.lines += rest.iter().take(read).filter(|byte| **byte == b'\n').count() as u64;
            self.at += read;
            bytes += written;
            count += ended;
            let field = bytes - count.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
            if field > self.form.field_limit.saturating_add(END.len()) {
                return Err(self.too_long(count + 1).at_line(line));
            }
            match result {
                ReadRecordResult::InputEmpty => self.refill()?,
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull if count >= FIELDS => {
                    return Err(Error::format(format!("more than {FIELDS} fields in a row")).at_line(line));
                }
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => break,
                ReadRecordResult::End => return Ok(None),
            }
        }
        let fields = self.fields.get(..bytes).unwrap_or_default();
        let ends = self.ends.get(..count).unwrap_or_default();
        if self.ended && count == 1 && fields == END_FIELD {
            return Ok(None);
        }
        if self.ended && fields.ends_with(END) {
            let quote = char::from(self.form.quote);
            let message = format!("the quote {quote} that begins field {count} is never closed");
            return Err(Error::format(message).at_line(line));
        }
        let mut start = 0;
        for (at, end) in ends.iter().enumerate() {
            if end - start > self.form.field_limit {
                return Err(self.too_long(at + 1).at_line(line));
            }
            start = *end;
        }
        let text = match std::str::from_utf8(fields) {
            Ok(text) if fields.is_ascii() => Some(text),
            Ok(text) if !self.is_1252 => {
                self.is_utf8 = true;
                Some(text)
            }
            Err(_) if self.form.detect && !self.is_utf8 => {
                self.is_1252 = true;
                None
            }
            _ => None,
        };
        let text = if self.is_1252 && !fields.is_ascii() { None } else { text };
        if text.is_none() && !self.is_1252 {
            return Err(not_utf8(fields, ends).at_line(line));
        }
        Ok(Some(Record { line, fields, text, ends }))
    }

    /// Done before a record so that its line is that of its first byte, not of the empty lines before it.
    fn skip_line_ends(&mut self) -> Result<()> {
        loop {
            while let Some(byte @ (b'\n' | b'\r')) = self.buffer.get(self.at) {
                self.lines += u64::from(*byte == b'\n');
                self.at += 1;
            }
            if self.at < self.buffer.len() || self.ended {
                return Ok(());
            }
            self.refill()?;
        }
    }

    /// Feeds the mark once, after the last bytes; after that, nothing, which csv-core takes as the end.
    fn refill(&mut self) -> Result<()> {
        self.at = 0;
        if self.ended {
            self.buffer.clear();
            return Ok(());
        }
        self.input.fill(&mut self.buffer).map_err(|error| error.at_line(self.lines + 1))?;
        if self.buffer.is_empty() {
            self.buffer.extend_from_slice(END);
            self.ended = true;
        }
        Ok(())
    }

    /// Fields are counted from 1. The limit is in bytes after decoding; the question is the likeliest reason.
    fn too_long(&self, field: usize) -> Error {
        let limit = self.form.field_limit;
        Error::format(format!("field {field} is longer than {limit} bytes; is a quote never closed?"))
    }
}

/// The error of the first field that is no UTF-8.
///
/// It shows the field with `�` in the place of the bytes, which is often enough to see which encoding it is: `M�ller`.
fn not_utf8(fields: &[u8], ends: &[usize]) -> Error {
    let mut start = 0;
    for (at, end) in ends.iter().enumerate() {
        let field = fields.get(start..*end).unwrap_or_default();
        if std::str::from_utf8(field).is_err() {
            let text = String::from_utf8_lossy(field);
            return Error::parse(format!("field {}", at + 1), &text, "UTF-8; name the encoding");
        }
        start = *end;
    }
    Error::format("bytes that are no UTF-8; name the encoding")
}

impl<'a> Record<'a> {
    /// How many fields it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of that field.
    ///
    /// Borrowed where the record is UTF-8, which is the rule; a new text where it is Windows-1252, in which every byte
    /// is some character, so that nothing can fail.
    ///
    /// # Errors
    /// If the field is no UTF-8 for itself: bytes of one character on both sides of a delimiter.
    pub(super) fn text(&self, at: usize, column: &str) -> Result<Cow<'a, str>> {
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(at).copied().unwrap_or(start);
        match self.text {
            Some(text) => text.get(start..end).map(Cow::Borrowed).ok_or_else(|| {
                // two fields that are UTF-8 only together
                Error::format(format!("column `{column}`: bytes that are no UTF-8; name the encoding"))
                    .at_line(self.line)
            }),
            None => Ok(WINDOWS_1252.decode_without_bom_handling(self.fields.get(start..end).unwrap_or_default()).0),
        }
    }
}
