//! Bytes of a file, unpacked and in UTF-8 as far as that is known beforehand.
//!
//! What is found out from the first bytes, in this order:
//!
//! 1. gzip, from its two bytes `1f 8b` (RFC 1952), several members one behind the other included: they are unpacked as
//!    they are read, never as a whole;
//! 2. a byte-order mark, of UTF-8 or UTF-16, which is taken off and wins over an encoding that was named;
//! 3. otherwise the encoding that was named, otherwise UTF-8 for now, and `detect` says that it is a guess.
//!
//! UTF-8 goes through as it is, and [`records`](super::records) checks it a record at a time. Other encodings are
//! decoded to UTF-8 here, 64 KiB at a time, so that everything behind sees one encoding; with UTF-16 nothing else would
//! do, for its delimiters are two bytes.
//!
//! The reader may give bytes in any portions: nothing here depends on how many come at once, nor on interruptions.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;

use crate::error::{Error, Result};

/// Bytes in a portion, and in the sample for the delimiter.
const BUFFER: usize = 64 * 1024;

/// The bytes of a file after unpacking and decoding.
///
/// What is read ahead (magic bytes, the sample for the delimiter) is kept and given out first, so that a pipe does as
/// well as a file: nothing is read twice.
pub(super) struct Input<'r> {
    reader: Box<dyn Read + 'r>,
    /// What was read ahead and not given out yet.
    ahead: Vec<u8>,
    given: usize,
    pub(super) compressed: bool,
    pub(super) encoding: &'static Encoding,
    /// Whether the encoding was neither named nor marked: UTF-8 until a byte says otherwise.
    pub(super) detect: bool,
}

impl<'r> Input<'r> {
    /// # Errors
    /// If no encoding has that name, or the bytes cannot be read.
    pub(super) fn open(reader: impl Read + 'r, encoding: Option<&str>) -> Result<Self> {
        let named = match encoding {
            None => None,
            Some(name) => Some(
                Encoding::for_label(name.as_bytes())
                    .ok_or_else(|| Error::parameter("encoding", "one known on the web, such as utf-8", name))?,
            ),
        };
        let mut reader: Box<dyn Read + 'r> = Box::new(reader);
        let mut start = read_ahead(&mut reader, 2)?;
        let compressed = start == [0x1f, 0x8b];
        if compressed {
            reader = Box::new(MultiGzDecoder::new(io::Cursor::new(start).chain(reader)));
            start = Vec::new();
        }
        let more = read_ahead(&mut reader, 4 - start.len().min(4))?;
        start.extend(more);
        let marked = Encoding::for_bom(&start);
        if let Some((_, bytes)) = marked {
            start.drain(..bytes);
        }
        let encoding = marked.map(|(encoding, _)| encoding).or(named);
        let detect = encoding.is_none();
        let encoding = encoding.unwrap_or(UTF_8);
        if encoding != UTF_8 {
            let decoded = Decoded::new(io::Cursor::new(std::mem::take(&mut start)).chain(reader), encoding);
            reader = Box::new(decoded);
        }
        Ok(Input { reader, ahead: start, given: 0, compressed, encoding, detect })
    }

    /// The first bytes, which are given out again.
    ///
    /// At most 64 KiB and the few bytes before them. Called once, before the first [`Input::fill`].
    ///
    /// # Errors
    /// If the bytes cannot be read.
    pub(super) fn sample(&mut self) -> Result<&[u8]> {
        let more = read_ahead(&mut self.reader, BUFFER)?;
        self.ahead.extend(more);
        Ok(&self.ahead)
    }

    /// Fills the buffer anew; empty at the end.
    ///
    /// # Errors
    /// If the bytes cannot be read, are no gzip after all, or are none of the encoding.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>) -> Result<()> {
        if self.given < self.ahead.len() {
            buffer.clear();
            buffer.extend_from_slice(self.ahead.get(self.given..).unwrap_or_default());
            self.given = self.ahead.len();
            return Ok(());
        }
        buffer.resize(BUFFER, 0);
        let read = read(&mut self.reader, buffer)?;
        buffer.truncate(read);
        Ok(())
    }
}

/// Up to so many bytes; fewer only at the end.
///
/// # Errors
/// If the bytes cannot be read.
fn read_ahead(reader: &mut impl Read, bytes: usize) -> Result<Vec<u8>> {
    let mut buffer = vec![0; bytes];
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match read(reader, rest)? {
            0 => break,
            read => filled += read,
        }
    }
    buffer.truncate(filled);
    Ok(buffer)
}

/// Once more where a signal interrupted: that is no error of the file.
fn read(reader: &mut impl Read, buffer: &mut [u8]) -> Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Error::io(&error)),
            Ok(read) => return Ok(read.min(buffer.len())),
        }
    }
}

/// Bytes of another encoding as UTF-8.
///
/// Malformed bytes are an error rather than `�`: a name with a hole in it would become another customer's id without
/// anybody seeing it.
struct Decoded<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// The part of `raw` that is still to be decoded.
    rest: std::ops::Range<usize>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    fn new(reader: R, encoding: &'static Encoding) -> Self {
        let decoder = encoding.new_decoder_without_bom_handling();
        Decoded { reader, decoder, raw: vec![0; BUFFER], rest: 0..0, text: Vec::new(), given: 0, ended: false }
    }

    /// Decodes more; says whether there was more.
    ///
    /// Bytes of a character that is cut at the end of a portion are held back by the decoder; the last call, with no
    /// bytes and `ended`, makes it tell that a character is not whole.
    ///
    /// # Errors
    /// If the bytes cannot be read or are none of the encoding.
    fn decode(&mut self) -> io::Result<bool> {
        if self.rest.is_empty() {
            if self.ended {
                return Ok(false);
            }
            let read = self.reader.read(&mut self.raw)?;
            self.rest = 0..read;
            self.ended = read == 0;
        }
        let raw = self.raw.get(self.rest.clone()).unwrap_or_default();
        self.text.resize(3 * BUFFER + 16, 0); // a byte becomes at most three, and the decoder may hold some back
        let (_, used, written, malformed) = self.decoder.decode_to_utf8(raw, &mut self.text, self.ended);
        if malformed {
            let message = format!("bytes that are no {}", self.decoder.encoding().name());
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        self.rest.start += used;
        self.text.truncate(written);
        self.given = 0;
        Ok(true)
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.text.len() {
            if !self.decode()? {
                return Ok(0);
            }
        }
        let rest = self.text.get(self.given..).unwrap_or_default();
        let bytes = rest.len().min(out.len());
        if let (Some(out), Some(rest)) = (out.get_mut(..bytes), rest.get(..bytes)) {
            out.copy_from_slice(rest);
        }
        self.given += bytes;
        Ok(bytes)
    }
}
